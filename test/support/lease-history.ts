import assert from 'node:assert/strict'
import { jobSpec } from './job-spec.ts'
import { LeaseWorld } from './lease-world.ts'
import { SeededRandom } from './seeded-random.ts'
import type { LeaseWorldWorker } from './lease-world-worker.ts'

/** After the faults stop, a job must end within this time: avoided peers are forgiven, silent leases lapse, and all units take their time. */
export const END_MS = 1_500_000

/** A world of the seed's making: how many workers, how fast, what is wrong with them. */
export function worldOf (random: SeededRandom): LeaseWorld {
  const side = random.pick([2, 4, 6, 8])
  const spec = jobSpec({
    width: 8 * side,
    height: 8 * side,
    leaseMs: random.pick([3_000, 10_000, 30_000]),
    ...(random.chance(0.3) ? { samples: 64, split: 'samples' as const, width: 24, height: 16 } : {})
  })
  const made = new LeaseWorld(spec, random.fork(), {
    stewardRate: 0.95 + 0.1 * random.next(),
    poisoned: random.chance(0.2) ? [random.int(0, 3)] : []
  })
  const failing = random.chance(0.3) ? 0.1 : 0
  const workers = random.int(1, 6)
  for (let index = 0; index < workers; index++) {
    made.addWorker({
      peer: `worker${index}`,
      threads: random.int(1, 4),
      unitMs: random.pick([20, 200, 1_000, 4_000]),
      loadMs: random.pick([0, 100, 5_000]),
      rate: 0.95 + 0.1 * random.next(),
      failing: random.chance(0.5) ? failing : 0
    })
  }
  return made
}

const FAULTS = ['break', 'break', 'break', 'break twice', 'half-open', 'crash', 'crash', 'freeze', 'long freeze', 'sleep', 'sleep of the requester', 'cut', 'cut', 'leave', 'restart', 'pause', 'nothing', 'nothing'] as const

/** Something goes wrong, with one worker or with the requester. */
export function disturb (made: LeaseWorld, random: SeededRandom): void {
  const worker = random.pick(made.workers)
  switch (random.pick(FAULTS)) {
    case 'break':
      made.break(worker, { worker: random.int(0, 400), steward: random.int(0, 400) })
      break
    case 'break twice':
      made.break(worker, { worker: 0, steward: random.int(0, 4_000) })
      made.timeline.after(random.int(250, 700), () => { made.break(worker, { worker: random.int(0, 50), steward: random.int(0, 100) }) })
      break
    case 'half-open':
      made.break(worker, random.chance(0.5) ? { worker: random.int(1_000, 20_000), steward: 0 } : { worker: 0, steward: random.int(1_000, 20_000) })
      break
    case 'crash':
      if (worker.alive) {
        made.break(worker, { worker: 0, steward: random.int(0, 200) })
        worker.crash(random.pick([300, 1_500, 5_000, 60_000]))
      }
      break
    case 'freeze':
      freeze(made, worker, random.int(100, 5_000))
      break
    case 'cut':
      worker.stream?.cut(random.pick([2_000, 10_000, 20_000, 40_000, 60_000]))
      break
    case 'long freeze':
      freeze(made, worker, random.int(5_000, 60_000))
      break
    case 'sleep':
      worker.freeze()
      made.timeline.after(random.int(1_000, 120_000), () => { worker.wake() })
      break
    case 'sleep of the requester':
      made.requester.doubt(random.int(100, 5_000))
      break
    case 'leave':
      leave(made, worker, random.int(1_000, 30_000))
      break
    case 'restart':
      made.restart(random.int(200, 8_000))
      break
    case 'pause':
      made.control('paused')
      made.timeline.after(random.int(100, 60_000), () => { made.control('running') })
      break
    case 'nothing':
  }
}

/** Gives back what is not finished, is gone once that is said, and comes back later as another life. */
function leave (made: LeaseWorld, worker: LeaseWorldWorker, forMs: number): void {
  if (worker.alive && !worker.frozen) {
    worker.leave()
    made.timeline.after(1_300, () => {
      made.break(worker, { worker: 0, steward: 0 })
      worker.crash(forMs)
    })
  }
}

function freeze (made: LeaseWorld, worker: LeaseWorldWorker, forMs: number): void {
  worker.freeze()
  made.timeline.after(forMs, () => { worker.thaw() })
}

/** Plays the history of a seed: faults for a while, then one capable worker is left. */
export function playHistory (seed: number): LeaseWorld {
  const random = new SeededRandom(seed)
  const made = worldOf(random)
  const faults = random.int(0, 25)
  const pauseMs = random.pick([300, 3_000, 10_000])
  for (let fault = 0; fault < faults && !made.ended; fault++) {
    made.run(random.int(0, pauseMs))
    if (!made.ended) {
      disturb(made, random)
    }
  }
  made.run(60_000)
  if (!made.ended) {
    const [first, ...others] = made.workers
    for (const other of others) {
      made.break(other, { worker: 0, steward: 0 })
      other.crash(Infinity)
    }
    assert.ok(first !== undefined)
    made.run(END_MS)
  }
  return made
}

/** Faults for a while, then the requester cancels; two minutes later everybody has heard of it. */
export function playCancelledHistory (seed: number): LeaseWorld {
  const random = new SeededRandom(seed)
  const made = worldOf(random)
  for (let fault = random.int(0, 5); fault > 0 && !made.ended; fault--) {
    made.run(random.int(0, 2_000))
    disturb(made, random)
  }
  made.run(random.int(0, 2_000))
  made.control('cancelled')
  made.runOn(120_000)
  return made
}

/** A job without faults, of equal workers; paused for a while after ten seconds, if it is to be. */
export function playQuietly (units: number, workers: number, unitMs: number, pauseMs = 0): LeaseWorld {
  const random = new SeededRandom(1)
  const made = new LeaseWorld(jobSpec({ width: 8 * units, height: 8 }), random.fork())
  for (let index = 0; index < workers; index++) {
    made.addWorker({ peer: `worker${index}`, threads: 1, unitMs, loadMs: 500, rate: 1, failing: 0 })
  }
  if (pauseMs > 0) {
    made.run(10_000)
    made.control('paused')
    made.run(pauseMs)
    made.control('running')
  }
  made.run(END_MS)
  return made
}
