import { resolve } from 'node:path'
import envPaths from 'env-paths'
import type { CommandContext } from './context.ts'

/** The home folder of a command: `--home`, else TILEMESH_HOME, else the platform's data folder. Absolute. */
export function homeOf (context: CommandContext, option: string | undefined): string {
  const given = option ?? context.env['TILEMESH_HOME']
  return given === undefined || given === ''
    ? envPaths('tilemesh', { suffix: '' }).data
    : resolve(context.cwd, given)
}

/**
 * Makes a mesh in a home that has none.
 *
 * @throws HomeError when it has one, or a peer runs there
 */
export async function makeMesh (home: string, name: string): Promise<void> {
  const { initMesh } = await import('../membership.ts')
  await initMesh(home, name)
}

/**
 * Puts a home into the mesh of a ticket and returns the mesh's name. Nothing changes when it is there already.
 *
 * @throws TicketError when the ticket can not be read
 * @throws HomeError when the home is in another mesh, or a peer runs there
 */
export async function joinMesh (home: string, ticket: string): Promise<string> {
  const { enterMesh } = await import('../membership.ts')
  return (await enterMesh(home, ticket)).name
}
