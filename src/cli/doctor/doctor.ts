import { availableParallelism } from 'node:os'
import { count } from '../format.ts'
import { runningPeer } from '../peer-access.ts'
import { badAs, examine, ok } from './check.ts'
import { engineChecks } from './engines.ts'
import { examineClock, examineMemory, examineNode, examineThreads } from './machine.ts'
import { examineAddresses, examineListening, examineMulticast } from './network.ts'
import { examineKnownPeers, examineReach, tcpDial } from './reach.ts'
import { examineHomeDisk, examineHomeFolder, examineWorkingFolder } from './storage.ts'
import { examineSandbox, examineTerminal, examineTools } from './surroundings.ts'
import type { HomeExamination } from '../../examination.ts'
import type { CommandContext } from '../context.ts'
import type { PeerAccess } from '../peer-access.ts'
import type { Check, Examiner } from './check.ts'

/** The golden tile is rendered with so many threads at most: enough to see that threads work, too few to disturb a peer at work. */
const MAX_GOLDEN_THREADS = 2

/**
 * Looks at everything at once and yields what was found, always in the same order. Makes no peer and opens no door that others could come
 * through; a peer that runs in the home is only asked.
 */
export async function * examineAll (context: CommandContext, home: string): AsyncGenerator<Check> {
  // Loaded here: the engines and the store are of no use to the help.
  const examination = await import('../../examination.ts')
  const running = askRunningPeer(home)
  const found = examination.examineHome(home)
  const engines = examination.examineEngines(Math.min(MAX_GOLDEN_THREADS, availableParallelism()), new AbortController().signal)
  // Whoever needs them hears of it; nobody else must.
  for (const one of [running, found, engines]) {
    one.catch(() => {})
  }
  const dial = tcpDial(context.clock)
  const examiners: readonly Examiner[] = [
    { name: 'node', run: async () => [examineNode()] },
    { name: 'home', run: async () => [examineHomeFolder(home, await found, describeRunning(await running))] },
    { name: 'identity', run: async () => contentChecks(await found) },
    { name: 'disk', run: async () => [await examineHomeDisk(async () => examination.examineDisk(home))] },
    { name: 'folder', run: async () => [await examineWorkingFolder(context.cwd)] },
    { name: 'engines', run: async () => engineChecks(await engines) },
    { name: 'sandbox', run: async () => [await examineSandbox(context.env)] },
    { name: 'threads', run: async () => [examineThreads()] },
    { name: 'memory', run: async () => [examineMemory()] },
    { name: 'clock', run: async () => [await examineClock(context.clock)] },
    { name: 'network', run: async () => [examineAddresses()] },
    { name: 'listening', run: async () => [await examineListening()] },
    { name: 'multicast', run: async () => [await examineMulticast(context.clock)] },
    {
      name: 'known peers',
      run: async () => {
        const { mesh } = await found
        const check = mesh.state === 'fine' ? await examineKnownPeers(mesh.value?.addresses ?? [], dial) : undefined
        return check === undefined ? [] : [check]
      }
    },
    {
      name: 'reachable',
      run: async () => {
        const access = await running
        return access !== undefined && 'api' in access ? examineReach(access.api, dial) : []
      }
    },
    { name: 'terminal', run: async () => [examineTerminal(context)] },
    { name: 'tools', run: async () => [await examineTools(context.env)] }
  ]
  const all = examiners.map(async (one) => examine(one, context.clock))
  for (const checks of all) {
    yield * await checks
  }
  const access = await running
  if (access !== undefined && 'api' in access) {
    await access.close('politely')
  }
}

/** The peer of the home, undefined when none runs, or why the one that runs can not be asked. */
async function askRunningPeer (home: string): Promise<PeerAccess | { readonly refused: string } | undefined> {
  try {
    return await runningPeer(home)
  } catch (err) {
    return { refused: err instanceof Error ? err.message : String(err) }
  }
}

function describeRunning (running: PeerAccess | { readonly refused: string } | undefined): Parameters<typeof examineHomeFolder>[2] {
  if (running === undefined) {
    return 'none'
  }
  return 'api' in running ? 'answers' : running
}

/** Identity, mesh and settings of the home. A new home gets the first two by its first command; in a folder that is no home nothing more is worth saying. */
function contentChecks ({ folder, identity, mesh, settings }: HomeExamination): readonly Check[] {
  if (folder.state === 'broken' && identity.state === 'broken') {
    return []
  }
  return [
    identity.state === 'broken'
      ? badAs('identity', identity.reason, 'restore it from a backup, or begin anew with another --home')
      : ok('identity', identity.value === undefined ? 'none yet; the first command that needs one makes it' : identity.value),
    mesh.state === 'broken'
      ? badAs('mesh', mesh.reason, 'remove it and join again with a ticket')
      : ok('mesh', mesh.value === undefined ? 'none yet; tilemesh up makes one, tilemesh up TICKET joins one' : `"${mesh.value.name}"`),
    settings.state === 'broken'
      ? badAs('settings', settings.reason, 'remove the file for the defaults')
      : ok('settings', settings.value === 0 ? 'all at their defaults; see them with: tilemesh config' : `${count(settings.value, 'setting')} set; see them with: tilemesh config`)
  ]
}
