import { availableParallelism, cpus, totalmem } from 'node:os'
import { count, bytes } from '../format.ts'
import { pause } from '../capable-peer.ts'
import { ok, warn } from './check.ts'
import type { Clock } from '../../ports.ts'
import type { Check } from './check.ts'

/** Below this a textured scene and its film hardly fit beside the rest of a system. */
const LITTLE_MEMORY_BYTES = 1024 ** 3

/** How long the two clocks are compared, and what they may differ by: more than that is a clock that is being set. */
const CLOCK_WATCH_MS = 400
const CLOCK_SLACK_MS = 40

/** Before this the wall clock was never set: the first version of tilemesh is younger. */
const EARLIEST_MS = Date.UTC(2025, 0)

/** Which Node runs this; too old a one does not come this far. */
export function examineNode (): Check {
  return ok('node', `Node ${process.versions.node} on ${process.platform} ${process.arch}`)
}

/** Threads to render with, and what holds some of them back. */
export function examineThreads (): Check {
  const [threads, cores] = [availableParallelism(), cpus().length]
  return ok('threads', threads < cores ? `${count(threads, 'thread')} to render with; this process may use no more of the ${cores} cores` : `${count(threads, 'thread')} to render with`)
}

/** Memory of the machine, or what a container leaves of it. */
export function examineMemory (facts = { total: totalmem(), allowed: process.constrainedMemory(), available: process.availableMemory() }): Check {
  const limited = facts.allowed > 0 && facts.allowed < facts.total
  const size = limited ? `${bytes(facts.allowed)} (a limit of this container; the machine has ${bytes(facts.total)})` : bytes(facts.total)
  const message = `${bytes(facts.available)} free of ${size}`
  return facts.available < LITTLE_MEMORY_BYTES
    ? warn('memory', message, 'large scenes may not fit; end other programs, or raise the limit')
    : ok('memory', message)
}

/** Whether the wall clock is right enough for dates, and runs as fast as time. Nothing of a job depends on it. */
export async function examineClock (clock: Clock): Promise<Check> {
  const before = { wallMs: clock.wallMs(), nowMs: clock.nowMs() }
  await pause(clock, CLOCK_WATCH_MS, new AbortController().signal)
  const driftMs = Math.round((clock.wallMs() - before.wallMs) - (clock.nowMs() - before.nowMs))
  const cure = 'set it by the network (NTP); no job depends on it, but the dates of files and messages do'
  if (before.wallMs < EARLIEST_MS) {
    return warn('clock', `the clock says ${new Date(before.wallMs).toISOString().slice(0, 10)}`, cure)
  }
  return Math.abs(driftMs) > CLOCK_SLACK_MS
    ? warn('clock', `the wall clock moved by ${driftMs} ms against time within ${CLOCK_WATCH_MS} ms: it is being set`, cure)
    : ok('clock', `the wall clock runs with time (${driftMs} ms off in ${CLOCK_WATCH_MS} ms)`)
}
