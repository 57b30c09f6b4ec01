import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { bytes, count, printable } from '../format.ts'
import { bad, badAs, ok, warn } from './check.ts'
import type { DiskExamination, HomeExamination, KeptTotals } from '../../examination.ts'
import type { Check } from './check.ts'

/** Below this a job's scene, journal and picture may not fit; the store itself stops only when the disk is full. */
const LITTLE_SPACE_BYTES = 2 * 1024 ** 3

/** A disk that needs longer for one synced write makes every accepted unit wait: fsync comes in batches, but it comes. */
const SLOW_SYNC_MS = 500

/** Whether the home and the keys in it can be used, and who uses them. `running`: whether its peer answers commands. */
export function examineHomeFolder (dir: string, { folder, holder, kept }: HomeExamination, running: 'answers' | 'none' | { readonly refused: string }): Check {
  if (folder.state === 'broken') {
    return badAs('home', folder.reason, 'choose another folder with --home')
  }
  if (holder.state === 'broken') {
    return badAs('home', holder.reason, 'choose another folder with --home')
  }
  if (kept.state === 'broken') {
    return badAs('home', kept.reason, 'choose another folder with --home')
  }
  if (running === 'answers') {
    return ok('home', `${dir}; a peer runs in it${holderWords(holder.value)}${keptWords(kept.value)}`)
  }
  if (holder.value !== undefined) {
    const pid = holder.value.pid
    const why = running === 'none' ? 'it does not answer' : running.refused.split('; ')[0]!
    return bad('home', `${dir} is in use by another tilemesh${holderWords(holder.value)}: ${why}`, pid === undefined ? 'end that process' : `wait for it, or end it with: kill ${pid}`)
  }
  return ok('home', folder.value === 'missing' ? `${dir} will be made by the first command that needs it` : `${dir}, yours alone; no peer runs in it${keptWords(kept.value)}`)
}

/** What lies there for others: whoever thinks of removing the home is to know. */
function keptWords ({ custody, spool }: { readonly custody: KeptTotals, readonly spool: KeptTotals }): string {
  const of = ({ jobs, bytes: many }: KeptTotals): string => `${count(jobs, 'job')} of others (${bytes(many)})`
  return [
    ...(custody.jobs === 0 ? [] : [`; it keeps results of ${of(custody)}`]),
    ...(spool.jobs === 0 ? [] : [`; it has finished units of ${of(spool)} that nobody has taken yet`])
  ].join('')
}

function holderWords (holder: { readonly pid: number | undefined, readonly sinceMs: number | undefined } | undefined): string {
  const facts = [
    ...(holder?.pid === undefined ? [] : [`pid ${holder.pid}`]),
    ...(holder?.sinceMs === undefined ? [] : [`since ${localTime(holder.sinceMs)}`])
  ]
  return facts.length === 0 ? '' : ` (${facts.join(', ')})`
}

function localTime (wallMs: number): string {
  const date = new Date(wallMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Whether the home's disk takes what is written, how fast, and how much more of it. */
export async function examineHomeDisk (examineDisk: () => Promise<DiskExamination>): Promise<Check> {
  let disk: DiskExamination
  try {
    disk = await examineDisk()
  } catch (err) {
    return badAs('disk', err instanceof Error ? err.message : String(err), 'choose a home elsewhere with --home')
  }
  const message = `${bytes(disk.freeBytes)} free; a synced write takes ${Math.round(disk.syncMs)} ms`
  if (disk.freeBytes < LITTLE_SPACE_BYTES) {
    return warn('disk', message, 'free some space, or choose a home on a larger disk with --home')
  }
  return disk.syncMs > SLOW_SYNC_MS ? warn('disk', message, 'a slow disk slows jobs of this peer down; choose a home on a faster one with --home') : ok('disk', message)
}

/** Whether pictures can be written where one is. */
export async function examineWorkingFolder (cwd: string): Promise<Check> {
  try {
    await access(cwd, constants.W_OK)
    const { bavail, bsize } = await statfs(cwd)
    const message = `${bytes(bavail * bsize)} free here in ${printable(cwd)}`
    return bavail * bsize < LITTLE_SPACE_BYTES ? warn('folder', message, 'free some space, or write pictures elsewhere with -o') : ok('folder', message)
  } catch {
    return warn('folder', `pictures can not be written here in ${printable(cwd)}`, 'go to a folder of your own, or write them elsewhere with -o')
  }
}
