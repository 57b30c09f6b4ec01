import { readPartText } from './program-parts.ts'

/** The version of this program, from its package.json. */
export function programVersion (): string {
  const text = readPartText({ name: 'package.json', locate: () => new URL('../../package.json', import.meta.url) })
  return (JSON.parse(text) as { version: string }).version
}
