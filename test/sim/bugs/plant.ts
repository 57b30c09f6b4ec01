import { registerHooks } from 'node:module'
import { BUGS } from './bugs.ts'
import type { PlantedBug } from './bugs.ts'

/**
 * Loaded before everything else by `npm run test:sim:bugs`: plants the bug that the environment variable SIM_BUG names into the built code as it is
 * loaded. Nothing on the disk changes, and the product knows nothing of it.
 */
const bug = BUGS.find(({ name }) => name === process.env['SIM_BUG'])
if (bug === undefined) {
  throw new Error(`there is no bug to plant with the name "${process.env['SIM_BUG'] ?? ''}"`)
}

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context)
    return url.endsWith(`/dist/src/${bug.file}`) ? { ...loaded, source: planted(bug, new TextDecoder().decode(loaded.source as Uint8Array)) } : loaded
  }
})

/** The code with the bug in it. @throws Error when the place for it is not there exactly once */
function planted ({ name, file, find, replace }: PlantedBug, source: string): string {
  const parts = source.split(find)
  if (parts.length !== 2) {
    throw new Error(`"${name}" can not be planted: what it replaces stands ${parts.length - 1} times in ${file}`)
  }
  return parts.join(replace)
}
