/**
 * Question: how soon does a job go on after a fault, and how much work does it cost?
 *
 * Six real peers, in network namespaces where root can make them, else on loopback through proxies, with a renderer that only waits: 400 units of a
 * second. What is measured ends where the work that was lost, or stood still, is there for others. Beside it stands the longest that the protocol lets
 * it take. Waste: units whose render started beyond one each, over the whole job, in per cent of its units.
 * `node dist/benchmarks/recovery.js [repeats [part of a fault's name]]`
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { FOUR_HUNDRED, reaches } from '../test/faults/support/job-under-faults.ts'
import { FaultStage } from '../test/faults/support/fault-stage.ts'
import { says, STEPS_DOWN, TAKEN_BACK, TAKES_OVER } from '../test/faults/support/words.ts'
import * as limits from '../src/core/limits.ts'
import { STEWARD_TICK_MS } from '../src/farm/limits.ts'
import { UnitsHeld } from '../test/support/units-held.ts'
import { writeSmallGlb } from '../test/support/small-scene.ts'
import { median, printTable } from './support/table.ts'
import type { Program } from '../test/support/program.ts'

const NAMES = ['A', 'B', 'C', 'D', 'E', 'F'] as const
const HALVES = [['A', 'B', 'C'], ['D', 'E', 'F']] as const
const UNIT_MS = 1_000
const SPLIT_MS = 60_000
const PATIENCE_MS = 300_000

/** Of a job with the default lease. */
const SILENCE_MS = 1.1 * limits.DEFAULT_LEASE_MS + 1_000 + STEWARD_TICK_MS

/** From the last beacon to the first grant of the first in rank: silence, a probe, probes through others, its turn, and the ledgers. */
const TAKE_OVER_MS = limits.SUSPECT_AFTER_MS + 3 * limits.PROBE_ANSWER_MS + limits.RANK_STAGGER_MS

/** A job under way, and who is at it. */
interface Scene {
  readonly stage: FaultStage
  readonly job: Program
  readonly id: string
  readonly peers: readonly Program[]
}

interface Fault {
  readonly name: string
  readonly limitMs: number
  /** Lets it happen when a fifth of the job is done; resolves with how long the work stood still. The job must be able to end afterwards. */
  readonly happen: (scene: Scene) => Promise<number>
}

const FAULTS: readonly Fault[] = [
  { name: 'a worker is killed', limitMs: limits.LOSS_GRACE_MS + STEWARD_TICK_MS, happen: async (scene) => lost(scene, 'SIGKILL') },
  { name: 'a worker freezes', limitMs: SILENCE_MS, happen: async (scene) => lost(scene, 'SIGSTOP') },
  { name: 'the requester is killed', limitMs: TAKE_OVER_MS, happen: async (scene) => (await orphaned(scene)).afterMs },
  {
    name: 'the steward is killed after a take-over',
    limitMs: TAKE_OVER_MS,
    happen: async (scene) => {
      const { heirs, steward } = await orphaned(scene)
      const killedMs = await scene.stage.kill(steward)
      const { word } = await says(heirs.filter((program) => program !== steward), TAKES_OVER, PATIENCE_MS, killedMs)
      return word.atMs - killedMs
    }
  },
  {
    name: `a split of ${SPLIT_MS / 1_000} s, from its end to one steward`,
    limitMs: 90_000,
    happen: async ({ stage, peers }) => {
      stage.network.split(...HALVES)
      await sleep(SPLIT_MS)
      stage.network.heal()
      const healedMs = performance.now()
      const { word } = await says(peers.slice(3), STEPS_DOWN, PATIENCE_MS, healedMs)
      return word.atMs - healedMs
    }
  }
]

/** A worker is gone: until all it held may be granted to others. */
async function lost ({ stage, job, peers }: Scene, signal: 'SIGKILL' | 'SIGSTOP'): Promise<number> {
  const [, worker] = peers as [Program, Program]
  await job.until('it to be busy', () => new UnitsHeld(job.events).of(worker.peer).length > 0, PATIENCE_MS)
  const atMs = performance.now()
  if (signal === 'SIGKILL') {
    await stage.kill(worker)
  } else {
    worker.signal(signal)
  }
  const last = await job.until('its leases to lapse', () => {
    const lapsed = job.events.filter(({ state, peer, atMs: then }) => state === 'lapsed' && peer === worker.peer && then >= atMs)
    return new UnitsHeld(job.events).of(worker.peer).length === 0 && lapsed.at(-1)
  }, PATIENCE_MS)
  worker.signal('SIGCONT')
  return last.atMs - atMs
}

/** The requester is killed, and somebody takes over. */
async function orphaned ({ stage, peers }: Scene): Promise<{ readonly afterMs: number, readonly steward: Program, readonly heirs: readonly Program[] }> {
  const [requester, ...heirs] = peers as [Program, ...Program[]]
  const killedMs = await stage.kill(requester)
  const { program: steward, word } = await says(heirs, TAKES_OVER, PATIENCE_MS, killedMs)
  await sleep(5_000) // it unites ledgers and is at work
  return { afterMs: word.atMs - killedMs, steward, heirs }
}

/** Plays one job with one fault to its end. */
async function play (fault: Fault): Promise<{ readonly afterMs: number, readonly waste: number }> {
  const stage = await FaultStage.open({ renderer: { unitMs: UNIT_MS } })
  try {
    const scene = await writeSmallGlb(stage.folder)
    const peers = await stage.allMet(...NAMES)
    const job = stage.start(['render', scene, '--home', stage.home('A'), '--json', '-o', 'picture.png', ...FOUR_HUNDRED])
    const { job: id } = await job.event('the job', ({ event }) => event === 'job')
    await reaches(job, 0.2, PATIENCE_MS)
    const afterMs = await fault.happen({ stage, job, id, peers })
    const requester = peers[0]!.running ? peers[0]! : await stage.up('A')
    if (requester !== peers[0]) {
      await says([requester], TAKEN_BACK, PATIENCE_MS)
    }
    const view = stage.start(['watch', id, '--home', stage.home('A'), '--json'])
    const { executions, units } = await view.event('the end', ({ event }) => event === 'done', PATIENCE_MS)
    return { afterMs, waste: (executions - units) / units * 100 }
  } finally {
    await stage.close()
  }
}

const repeats = Number(process.argv[2] ?? 3)
const wanted = process.argv[3] ?? ''
const rows: (string | number)[][] = []
for (const fault of FAULTS.filter(({ name }) => name.includes(wanted))) {
  const runs: Awaited<ReturnType<typeof play>>[] = []
  for (let run = 0; run < repeats; run++) {
    runs.push(await play(fault))
  }
  const seconds = runs.map(({ afterMs }) => afterMs / 1_000)
  rows.push([fault.name, median(seconds).toFixed(1), Math.max(...seconds).toFixed(1), (fault.limitMs / 1_000).toFixed(1), median(runs.map(({ waste }) => waste)).toFixed(1)])
}
printTable(['fault', 'goes on after s', 'worst', 'limit by protocol', 'waste %'], rows)
