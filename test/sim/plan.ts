import { SeededRandom } from '../support/seeded-random.ts'
import { drawFaults } from './draw-faults.ts'
import type { PeerId, UnitIndex } from '../../src/core/ids.ts'
import type { FrameRange, Split } from '../../src/core/job.ts'
import type { PlannedFault } from './fault.ts'

/** How a peer takes part. */
export interface PeerPlan {
  readonly id: PeerId
  readonly joinsAtMs: number
  readonly threads: number
  readonly lanes: number
  readonly msPerUnit: number
  readonly loadMs: number
  readonly work: 'on' | 'off'
  readonly syncMs: number
  /** How fast its clock runs: 0.95 … 1.05. */
  readonly clockRate: number
}

/** What is asked of a requester, and when. */
export interface JobPlan {
  readonly requester: PeerId
  readonly atMs: number
  readonly width: number
  readonly height: number
  readonly frames: FrameRange
  readonly samples: number
  readonly split: Split
  readonly leaseMs: number
  readonly noLocal: boolean
  /** Tells jobs of the same shape apart. */
  readonly tint: string
  readonly units: number
  /** Units that fail wherever they are rendered. */
  readonly poisoned: readonly UnitIndex[]
}

/** All that happens in a run from outside, drawn before it begins. */
export interface Plan {
  readonly seed: number
  readonly peers: readonly PeerPlan[]
  readonly jobs: readonly JobPlan[]
  readonly faults: readonly PlannedFault[]
  /** Bytes of the scene: one chunk, or several that take a while on the way. */
  readonly sceneBytes: number
  /** What every link can carry while the story lasts. */
  readonly bytesPerMs: number
  readonly latencyMs: number
  /** How long faults come; then everything heals. */
  readonly storyMs: number
  /** `calm`: nothing goes wrong. */
  readonly mood: 'calm' | 'rough'
}

/** The side of a tile, pixels: the smallest there is, because pixels cost time and prove nothing more. */
export const TILE = 8

const CHUNK_SAMPLES = 16

/** What differs from the mix of `npm run test:sim`, where something else is asked. */
export interface PlanOptions {
  /** @default drawn, 2 … 40 */
  readonly peers?: number
  /** @default drawn, 1 … 2000 */
  readonly units?: number
  /** @default drawn: one in thirty is calm */
  readonly mood?: Plan['mood']
}

/** Draws the plan of a seed. */
export function drawPlan (seed: number, options: PlanOptions = {}): Plan {
  const random = new SeededRandom(seed)
  const large = random.chance(0.01)
  const mood = options.mood ?? (random.chance(1 / 30) ? 'calm' : 'rough')
  const storyMs = mood === 'calm' ? 60_000 : Math.round(60_000 * Math.exp(3.4 * random.next()))
  const count = options.peers ?? (large ? random.int(12, 40) : Math.max(2, Math.min(12, Math.round(spread(random, 5, 0.4)))))
  const ids = Array.from({ length: count }, (_, index) => `P${String(index + 1).padStart(2, '0')}`)
  const jobs = drawJobs(random, ids, storyMs, options.units ?? (large ? random.int(300, 2_000) : Math.max(1, Math.min(300, Math.round(spread(random, 40, 0.8))))))
  const units = jobs.reduce((sum, job) => sum + job.units, 0)
  const msPerUnit = Math.max(20, Math.min(60_000, storyMs * (0.2 + random.next()) * count / units))
  const peers = drawPeers(random, ids, msPerUnit, jobs, storyMs)
  return {
    seed,
    peers,
    jobs,
    faults: mood === 'calm' ? [] : drawFaults(random.fork(), { peers: ids, requesters: jobs.map(({ requester }) => requester), storyMs }),
    ...drawScene(random),
    latencyMs: random.pick([1, 5, 20, 100]),
    storyMs,
    mood
  }
}

/** A number around a median: half are below it. (Log-normal, from the sum of uniform draws.) */
function spread (random: SeededRandom, median: number, width: number): number {
  const normal = random.next() + random.next() + random.next() + random.next() - 2
  return median * Math.exp(normal * 1.7 * width)
}

function drawScene (random: SeededRandom): Pick<Plan, 'sceneBytes' | 'bytesPerMs'> {
  return random.chance(0.1)
    ? { sceneBytes: random.int(2_200_000, 3_400_000), bytesPerMs: random.pick([30, 100, 300]) }
    : { sceneBytes: random.int(10, 2_000), bytesPerMs: random.pick([Infinity, Infinity, 10_000, 100]) }
}

function drawPeers (random: SeededRandom, ids: readonly PeerId[], msPerUnit: number, jobs: readonly JobPlan[], storyMs: number): PeerPlan[] {
  const requesters = new Set(jobs.map(({ requester }) => requester))
  return ids.map((id, index) => ({
    id,
    joinsAtMs: index < 2 || requesters.has(id) || random.chance(0.7) ? 0 : random.int(0, storyMs),
    threads: random.int(1, 4),
    lanes: random.int(1, 3),
    msPerUnit: msPerUnit * random.pick([0.3, 1, 1, 3]),
    loadMs: random.pick([50, 100, 5_000, 40_000]),
    work: requesters.has(id) && ids.length - requesters.size >= 2 && random.chance(0.3) ? 'off' : 'on',
    syncMs: random.pick([0, 0, 5, 50]),
    clockRate: random.chance(0.5) ? 1 : 0.95 + 0.1 * random.next()
  }))
}

function drawJobs (random: SeededRandom, ids: readonly PeerId[], storyMs: number, units: number): JobPlan[] {
  const count = random.pick([1, 1, 1, 2, 3])
  return Array.from({ length: count }, (_, index) => {
    const shape = drawShape(random, Math.max(1, Math.round(units / count)))
    return {
      requester: ids[random.chance(0.6) ? 0 : random.int(0, Math.min(2, ids.length - 1))]!,
      atMs: index === 0 ? random.int(0, 2_000) : random.int(0, Math.round(storyMs / 2)),
      ...shape,
      leaseMs: random.pick([3_000, 10_000, 10_000, 30_000]),
      noLocal: ids.length > 2 && random.chance(0.2),
      tint: String(index),
      poisoned: random.chance(0.04) ? [random.int(0, shape.units - 1)] : []
    }
  })
}

function drawShape (random: SeededRandom, units: number): Pick<JobPlan, 'width' | 'height' | 'frames' | 'samples' | 'split' | 'units'> {
  const split = random.pick<Split>(['tiles', 'tiles', 'samples', 'frames'])
  if (split === 'frames') {
    const last = Math.min(units, 200)
    return { width: TILE, height: TILE, frames: { first: 1, last, step: 1 }, samples: CHUNK_SAMPLES, split, units: last }
  }
  const runs = split === 'samples' ? random.int(1, Math.min(4, units)) : 1
  const frames = random.chance(0.25) ? random.int(1, Math.min(6, units)) : 1
  const tiles = Math.max(1, Math.round(units / runs / frames))
  const columns = Math.max(1, Math.round(Math.sqrt(tiles)))
  const rows = Math.max(1, Math.round(tiles / columns))
  return {
    width: columns * TILE - random.int(0, 3),
    height: rows * TILE - random.int(0, 3),
    frames: { first: 1, last: frames, step: 1 },
    samples: runs * CHUNK_SAMPLES,
    split,
    units: columns * rows * runs * frames
  }
}
