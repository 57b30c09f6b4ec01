/** Whether a system is Windows: no permission bits, no signals between programs, named pipes instead of Unix sockets, folders that can not be synced. */
export function isWindows (platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32'
}

/** Whether terminals take UTF-8 whatever the locale says. */
export function isAlwaysUtf8 (platform: NodeJS.Platform = process.platform): boolean {
  return isWindows(platform) || platform === 'darwin'
}
