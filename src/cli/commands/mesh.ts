import { ExitStatus, UsageError } from '../../errors.ts'
import { print, printJson } from '../context.ts'
import { homeOf, joinMesh, makeMesh } from '../home.ts'
import { plainText } from '../options.ts'
import { requireRunningPeer } from '../peer-access.ts'
import { addPlannedMeshCommands } from '../refusals.ts'
import { readTicket } from '../ticket-input.ts'
import type { Command } from 'commander'
import type { CommonOptions, Registration } from '../registration.ts'

/** Bytes of a mesh's name: it must fit into a ticket that is short enough for a QR code. */
const MAX_MESH_NAME_BYTES = 64

/** `tilemesh mesh init|invite|join`: membership. */
export function addMesh (program: Command, { context, act }: Registration): void {
  const mesh = program.command('mesh').description('Make a mesh, invite to it, join one.')
  mesh.command('init')
    .description('Make a mesh of your own in this home; refuses when the home is in one already.')
    .argument('<NAME>', 'what people call it', plainText('the name of a mesh', MAX_MESH_NAME_BYTES))
    .action(act(async (name: string, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>()
      await makeMesh(homeOf(context, options.home), name)
      if (options.json === true) {
        printJson(context, { event: 'mesh', mesh: name, state: 'made' })
      } else {
        print(context, `made mesh "${name}"; next: tilemesh up`)
      }
      return ExitStatus.done
    }))
  mesh.command('invite')
    .description('Print a ticket that lets another machine join; needs a running peer, whose addresses go into it.')
    .action(act(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>()
      const access = await requireRunningPeer(homeOf(context, options.home))
      const ticket = await access.api.invite()
      if (options.json === true) {
        printJson(context, { event: 'ticket', ticket })
      } else {
        print(context, ticket)
      }
      return ExitStatus.done
    }))
  mesh.command('join')
    .description('Keep a ticket in this home; the next peer here is of that mesh.')
    .argument('[TICKET]', '"-" reads it from standard input (environment: TILEMESH_TICKET)')
    .action(act(async (argument: string | undefined, _: unknown, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>()
      const ticket = await readTicket(context, argument)
      if (ticket === undefined) {
        throw new UsageError('mesh join needs a ticket; a peer of the mesh prints one with: tilemesh mesh invite')
      }
      const name = await joinMesh(homeOf(context, options.home), ticket)
      if (options.json === true) {
        printJson(context, { event: 'mesh', mesh: name, state: 'joined' })
      } else {
        print(context, `joined mesh "${name}"; next: tilemesh up`)
      }
      return ExitStatus.done
    }))
  addPlannedMeshCommands(mesh)
}
