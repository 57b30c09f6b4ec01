/** What is said when a scene does not fit: to the person at this peer, and to the requester of the job. Bytes; `others`: what other live jobs need. */
export function fullMessage (quotaBytes: number, sceneBytes: number, others: number): string {
  const cache = `this peer's cache (${sizeText(quotaBytes)})`
  const cause = sceneBytes > quotaBytes
    ? `${cache} is too small for the scene (${sizeText(sceneBytes)})`
    : `${cache} has no room for the scene (${sizeText(sceneBytes)}) beside what its other jobs need (${sizeText(others)})`
  return `${cause}; make it larger there with: tilemesh config cache SIZE`
}

function sizeText (bytes: number): string {
  return bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`
}
