import { ExitStatus } from '../../errors.ts'
import { print, printJson } from '../context.ts'
import { bytes, count, roughly, shortJob } from '../format.ts'
import { word } from '../options.ts'
import { reader } from '../takes.ts'
import { table } from '../view/table.ts'
import { addAskOptions, withPeer } from '../with-peer.ts'
import type { Command } from 'commander'
import type { CachedThing, CacheSummary, CustodySummary, PeerApi } from '../../api.ts'
import type { CommandContext } from '../context.ts'
import type { Registration } from '../registration.ts'
import type { AskOptions } from '../with-peer.ts'

/** Things used less long ago than this are used now, as far as a person is concerned. */
const JUST_NOW_MS = 60_000

/** `tilemesh cache [clear]`: what this peer keeps on its disk of scenes and films. */
export function addCache (program: Command, { context, act }: Registration): void {
  const command = program.command('cache')
    .description('Show what this peer keeps of scenes, films and others\' results on its disk, or let go of scenes and films. What a job needs that has not ended always stays.')
    .argument('[clear]', '"clear" lets go of all that no job needs', reader({ kind: 'words', words: ['clear'] }, word('cache', ['clear'])))
  addAskOptions(command).action(act(async (clear: 'clear' | undefined, _: unknown, self: Command) => withPeer(context, self, async (access) => {
    const options = self.optsWithGlobals<AskOptions>()
    await (clear === undefined ? show : empty)(context, options, access.api)
    return ExitStatus.done
  })))
}

async function show (context: CommandContext, options: AskOptions, api: PeerApi): Promise<void> {
  const { things, custody, ...summary } = await api.cache()
  if (options.json === true) {
    printJson(context, { event: 'cache', ...summary })
    things.forEach((thing) => { printJson(context, { event: 'cached', ...thing }) })
    custody?.jobs.forEach((job) => { printJson(context, { event: 'kept', ...job }) })
  } else {
    const lines = [...cacheTable({ things, ...summary }, context.clock.wallMs()), ...custody === undefined ? [] : custodyLines(custody)]
    lines.forEach((line) => { print(context, line) })
  }
}

async function empty (context: CommandContext, options: AskOptions, api: PeerApi): Promise<void> {
  const cleared = await api.clearCache()
  if (options.json === true) {
    printJson(context, { event: 'cleared', ...cleared })
  } else {
    const stays = cleared.usedBytes === 0 ? 'nothing is kept now' : `jobs that have not ended need the other ${bytes(cleared.usedBytes)}`
    print(context, `let go of ${bytes(cleared.freedBytes)}; ${stays}`)
  }
}

/** What is kept as aligned lines, and how much that is of what may be; `wallMs`: now. */
export function cacheTable ({ things, unlisted, usedBytes, quotaBytes }: CacheSummary, wallMs: number): string[] {
  const named = things.filter(({ kind }) => kind !== 'blob')
  const rest = things.filter(({ kind }) => kind === 'blob')
  const rows = [
    ...named.map((thing) => [nameOf(thing), bytes(thing.bytes), agoOf(thing, wallMs), thing.needed ? 'a job needs it' : '']),
    ...rest.length === 0 ? [] : [[`${count(rest.length, 'file')} of no known scene`, bytes(rest.reduce((sum, thing) => sum + thing.bytes, 0)), agoOf(rest[0]!, wallMs), '']],
    ...unlisted === 0 ? [] : [[`${unlisted} more`, '', '', '']]
  ]
  const share = `${bytes(usedBytes)} of ${bytes(quotaBytes)} are used`
  return rows.length === 0
    ? [`Nothing is kept; ${share}.`]
    : [...table([['KEPT', 'SIZE', 'LAST USED', ''], ...rows]), `${share}; what no job needs goes with: tilemesh cache clear`]
}

/** What is kept for others, if anything. */
export function custodyLines ({ jobs, usedBytes, quotaBytes }: CustodySummary): string[] {
  if (jobs.length === 0) {
    return []
  }
  const kept = jobs.map(({ job, name, units, bytes: size }) => `${shortJob(job)} ${name}: ${count(units, 'unit')}, ${bytes(size)}, until its requester has them`)
  return [`Results kept for others, ${bytes(usedBytes)} of ${bytes(quotaBytes)}:`, ...kept]
}

function nameOf ({ kind, id, name }: CachedThing): string {
  const known = name === '' ? id.slice(0, 8) : name
  return kind === 'films' ? `film of ${known}` : known
}

function agoOf ({ usedAtMs }: CachedThing, wallMs: number): string {
  return wallMs - usedAtMs < JUST_NOW_MS ? 'just now' : `${roughly(wallMs - usedAtMs)} ago`
}
