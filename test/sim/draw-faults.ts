import type { PeerId } from '../../src/core/ids.ts'
import type { SeededRandom } from '../support/seeded-random.ts'
import type { Cut, Fault, PartitionShape, PlannedFault } from './fault.ts'

/** Who there is to suffer, and for how long. */
export interface FaultWorld {
  readonly peers: readonly PeerId[]
  readonly requesters: readonly PeerId[]
  readonly storyMs: number
}

/** Peers that may go and never come back: fewer than there are copies of a result (R − 1, R = 2). */
const MAX_LOST_FOR_EVER = 1

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Each kind of fault, how often it is drawn among all, and how. */
const KINDS: readonly (readonly [weight: number, draw: (random: SeededRandom, world: FaultWorld) => Fault])[] = [
  [2, (random) => ({ type: 'loss', drop: 0.3 * random.next(), duplicate: 0.1 * random.next(), forMs: spanMs(random) })],
  [2, (random, { peers }) => ({
    type: 'delay',
    between: random.chance(0.3) ? 'all' : pairOf(random, peers),
    latencyMs: Math.round(Math.exp(random.next() * Math.log(60_000))),
    forMs: spanMs(random)
  })],
  [4, (random, { peers }) => partition(random, peers)],
  [1, (random, { peers }) => {
    const clog = random.shuffle(peers).slice(0, random.int(1, Math.min(peers.length - 1, 6)))
    return { type: 'swizzle', clog, unclog: random.shuffle(clog), stepMs: random.int(500, 60_000) }
  }],
  [2, (random, { peers }) => ({ type: 'disconnect', between: pairOf(random, peers) })],
  [6, (random, world) => ({ type: 'kill', peer: someone(random, world), how: random.pick(['kill', 'power']), lucky: random.pick([0, random.next()]), forMs: absenceMs(random) })],
  [1, (random, { peers }) => ({ type: 'power-cut', order: random.shuffle(peers), lucky: random.pick([0, random.next()]), forMs: random.int(100, 60_000), stepMs: random.int(10, 20_000) })],
  [3, (random, world) => ({ type: 'pause', peer: someone(random, world), forMs: spanMs(random) })],
  [3, (random, world) => ({ type: 'suspend', peer: someone(random, world), forMs: spanMs(random) })],
  [2, (random, world) => ({ type: 'wall-jump', peer: someone(random, world), byMs: random.int(-DAY_MS, DAY_MS) })],
  [2, (random, world) => ({ type: 'disk-full', peer: someone(random, world), forMs: spanMs(random) })],
  [1, (random, world) => ({ type: 'slow-disk', peer: someone(random, world), syncMs: random.int(50, 3_000), forMs: spanMs(random) })],
  [1, (random, world) => ({ type: 'bit-flips', peer: someone(random, world), share: random.next(), forMs: spanMs(random) })],
  [2, (random, { peers }) => ({ type: 'slow-peer', peer: random.pick(peers), factor: 1 + 19 * random.next(), forMs: spanMs(random) })],
  [3, (random, { peers }) => ({
    type: 'renderer', peer: random.pick(peers), how: random.pick(['crash', 'fail', 'hang', 'not-finite', 'wrong-size']), share: 0.5 * random.next(), forMs: spanMs(random)
  })],
  [3, (random, world) => ({ type: 'leave', peer: someone(random, world), forMs: absenceMs(random) })],
  [0.4, (random, { requesters }) => ({ type: 'word', peer: random.pick(requesters), word: random.pick(['cancel', 'priority', 'priority']) })],
  [1, (random, { requesters }) => ({ type: 'job-pause', peer: random.pick(requesters), forMs: spanMs(random) })]
]

const WEIGHTS = KINDS.reduce((sum, [weight]) => sum + weight, 0)

/** Draws what goes wrong in a story, in the order in which it does. */
export function drawFaults (random: SeededRandom, world: FaultWorld): PlannedFault[] {
  const count = random.int(1, Math.min(24, 4 + Math.round(world.storyMs / 30_000)))
  const faults = Array.from({ length: count }, () => ({ atMs: random.int(500, world.storyMs), fault: drawFault(random, world) }))
  const absent = requesterAway(random, world)
  const lost = lostForEver(random, world)
  return [...faults, ...absent, ...lost].sort((a, b) => a.atMs - b.atMs)
}

function drawFault (random: SeededRandom, world: FaultWorld): Fault {
  let ticket = random.next() * WEIGHTS
  for (const [weight, draw] of KINDS) {
    ticket -= weight
    if (ticket < 0) {
      return draw(random, world)
    }
  }
  return drawFault(random, world)
}

/** In a third of all stories a requester is away for a share of it, from nothing to nearly all. */
function requesterAway (random: SeededRandom, { requesters, storyMs }: FaultWorld): PlannedFault[] {
  if (!random.chance(0.35)) {
    return []
  }
  const atMs = random.int(2_000, Math.max(2_000, storyMs - 1_000))
  const forMs = Math.round((storyMs - atMs) * random.next())
  const peer = requesters[0]!
  return [{ atMs, fault: random.chance(0.5) ? { type: 'kill', peer, how: random.pick(['kill', 'power']), lucky: 0, forMs } : { type: 'leave', peer, forMs } }]
}

/** In a tenth of all stories a peer that asked for nothing goes and never comes back. */
function lostForEver (random: SeededRandom, { peers, requesters, storyMs }: FaultWorld): PlannedFault[] {
  const others = peers.filter((peer) => !requesters.includes(peer))
  return others.length < 2 || !random.chance(0.1)
    ? []
    : random.shuffle(others).slice(0, MAX_LOST_FOR_EVER).map((peer) => ({
      atMs: random.int(2_000, storyMs), fault: { type: 'kill', peer, how: random.pick(['kill', 'power']), lucky: 0, forMs: 'ever' }
    }))
}

/** Misfortune finds those who matter a little more often. */
function someone (random: SeededRandom, { peers, requesters }: FaultWorld): PeerId {
  return random.chance(0.25) ? random.pick(requesters) : random.pick(peers)
}

function pairOf (random: SeededRandom, peers: readonly PeerId[]): readonly [PeerId, PeerId] {
  const [a, b] = random.shuffle(peers)
  return [a!, b!]
}

/** One second to ten minutes, short ones as often as long ones. */
function spanMs (random: SeededRandom): number {
  return Math.round(1_000 * Math.exp(random.next() * Math.log(600)))
}

/** Nothing to an hour. */
function absenceMs (random: SeededRandom): number {
  return Math.round(Math.exp(random.next() * Math.log(HOUR_MS)))
}

function partition (random: SeededRandom, peers: readonly PeerId[]): Fault {
  const shape = random.pick<PartitionShape>(peers.length < 3 ? ['halves', 'single'] : ['halves', 'single', 'ring', 'bridge'])
  const ways = random.pick(['one', 'two', 'two'] as const)
  const order = random.shuffle(peers)
  const both = order.flatMap((from, i) => order.flatMap((to, j): Cut[] => i < j && areCut(shape, i, j, order.length) ? [[from, to], [to, from]] : []))
  return { type: 'partition', shape, ways, cuts: ways === 'two' ? both : both.filter((_, index) => index % 2 === 0), forMs: spanMs(random) }
}

/** Whether the peers at two places of a row, the first before the second, are cut from one another. */
function areCut (shape: PartitionShape, i: number, j: number, count: number): boolean {
  const half = Math.floor(count / 2)
  switch (shape) {
    case 'halves': return (i < half) !== (j < half)
    case 'single': return i === 0
    case 'ring': return j - i !== 1 && !(i === 0 && j === count - 1)
    case 'bridge': return i !== 0 && (i <= half) !== (j <= half)
  }
}
