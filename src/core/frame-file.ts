/** Puts a frame's number where the file's name has a run of `#`, the last one, padded with zeros to its length. Folders keep theirs. */
export function fileOfFrame (pattern: string, frame: number): string {
  const name = Math.max(pattern.lastIndexOf('/'), pattern.lastIndexOf('\\')) + 1
  return pattern.slice(0, name) + pattern.slice(name).replace(/#+(?=[^#]*$)/, (hashes) => (frame < 0 ? '-' : '') + String(Math.abs(frame)).padStart(hashes.length, '0'))
}
