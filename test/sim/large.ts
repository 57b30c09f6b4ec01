import { encodeGossip } from '../../src/wire/codec/gossip.ts'
import { lastEvent, World } from '../support/world.ts'
import type { PeerId } from '../../src/core/ids.ts'
import type { Beacon } from '../../src/core/messages.ts'

/**
 * `npm run test:sim:large`: does what a unit and a peer cost grow with the mesh? Every peer but the requester renders some units; each is connected to
 * the requester and to a few others, as a large mesh is, and gossip reaches each once.
 */
const PEERS = [10, 50, 200, 1_000]
const UNITS_PER_PEER = 10
const UNIT_MS = 3_000
const NEIGHBOURS = 8
/** As long as any. */
const REAL_ID = '12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA'
const PATIENCE_MS = 3_600_000

interface Row {
  readonly peers: number
  readonly units: number
  readonly messagesPerUnit: number
  /** Executions beyond one for each unit, in per cent. */
  readonly duplicatePercent: number
  readonly gossipBytesPerSecondAndPeer: number
  readonly simulatedSeconds: number
}

write('| peers | units | messages/unit | duplicate work % | gossip bytes/s and peer | job s |')
write('|------:|------:|--------------:|-----------------:|------------------------:|------:|')
for (const peers of PEERS) {
  const row = await run(peers)
  write(`| ${row.peers} | ${row.units} | ${row.messagesPerUnit.toFixed(2)} | ${row.duplicatePercent.toFixed(2)} | ${row.gossipBytesPerSecondAndPeer.toFixed(0)} | ${row.simulatedSeconds.toFixed(0)} |`)
}

async function run (peers: number): Promise<Row> {
  const ids = Array.from({ length: peers }, (_, index) => `P${String(index).padStart(4, '0')}`)
  const world = new World(1, { meet: (a, b) => areNeighbours(ids, a, b) })
  await Promise.all(ids.map((id) => world.begin(id, { msPerUnit: UNIT_MS, loadMs: 0, work: id === ids[0] ? 'off' : 'on' }).started))
  await world.settle(5_000)
  let messages = 0
  let gossipBytes = 0
  const sizes = new WeakMap<Beacon, number>()
  world.network.watch = ({ kind, from, to, message }) => {
    if (kind === 'gossip-beacon') {
      const beacon = message as Beacon
      sizes.set(beacon, sizes.get(beacon) ?? encodeGossip({ type: 'beacon', beacon: withRealIds(beacon) }).byteLength)
      gossipBytes += sizes.get(beacon)!
    } else if (!kind.startsWith('gossip') && kind !== 'greeting' && from !== to) {
      messages++
    }
  }
  const units = (peers - 1) * UNITS_PER_PEER
  const rows = Math.round(Math.sqrt(units))
  const columns = Math.ceil(units / rows)
  const startMs = world.nowMs
  const job = await world.render(ids[0]!, { size: { width: columns * 8, height: rows * 8 }, samples: 16 })
  const events = world.follow(ids[0]!, job)
  if (!await world.until(() => lastEvent(events, 'done') !== undefined, PATIENCE_MS)) {
    throw new Error(`a job of ${peers} peers did not end`)
  }
  const done = lastEvent(events, 'done')!
  const seconds = (world.nowMs - startMs) / 1_000
  return {
    peers,
    units: done.units,
    messagesPerUnit: messages / done.units,
    duplicatePercent: (done.executions / done.units - 1) * 100,
    gossipBytesPerSecondAndPeer: gossipBytes / seconds / peers,
    simulatedSeconds: seconds
  }
}

/** Everybody knows the requester, and those next to it in a circle. */
function areNeighbours (ids: readonly PeerId[], a: PeerId, b: PeerId): boolean {
  const [i, j] = [Number(a.slice(1)), Number(b.slice(1))]
  const apart = Math.abs(i - j)
  return i === 0 || j === 0 || Math.min(apart, ids.length - apart) <= NEIGHBOURS / 2
}

/** The names of simulated peers are shorter than those on the wire. */
function withRealIds ({ jobs }: Beacon): Beacon {
  return { steward: REAL_ID, jobs: jobs.map((job) => ({ ...job, epoch: { ...job.epoch, peer: REAL_ID } })) }
}

function write (line: string): void {
  process.stdout.write(`${line}\n`)
}
