import { UsageError } from '../errors.ts'
import type { Command } from 'commander'

/**
 * What the command line will have and has not yet: refused by name, so that nobody takes silence for consent
 * and a script written for a later version says why it stops.
 */
const PLANNED_COMMANDS: readonly string[] = []
const PLANNED_MESH_COMMANDS = ['members', 'revoke']
const PLANNED_OPTIONS = ['--picture', '--tev', '--qr']

/** @throws UsageError always */
export function refuse (what: string): never {
  throw new UsageError(`${what} is not available yet in this version`)
}

/** Lets the planned commands be recognized, unseen in the help. */
export function addPlannedCommands (program: Command): void {
  addPlanned(program, PLANNED_COMMANDS, 'tilemesh')
}

/** The same for those of `mesh`. */
export function addPlannedMeshCommands (mesh: Command): void {
  addPlanned(mesh, PLANNED_MESH_COMMANDS, 'tilemesh mesh')
}

/** The refusal of an option that commander does not know, if it is a planned one. */
export function plannedOption (commanderMessage: string): string | undefined {
  const flag = /'(--[a-z-]+)/.exec(commanderMessage)?.[1]
  return flag !== undefined && PLANNED_OPTIONS.includes(flag) ? `${flag} is not available yet in this version` : undefined
}

function addPlanned (parent: Command, names: readonly string[], prefix: string): void {
  for (const name of names) {
    parent.command(name, { hidden: true }).allowUnknownOption().allowExcessArguments().action(() => {
      refuse(`${prefix} ${name}`)
    })
  }
}
