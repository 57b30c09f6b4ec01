/**
 * Question: what do gossip and control cost for each accepted unit, and does it grow with the number of peers?
 *
 * Every peer but the requester renders 60 units of 1 KiB, so a job grows with its mesh. First the messages, counted over a simulated network;
 * then bytes on the wire, the pixels themselves taken off: real processes on loopback TCP, and real libp2p with its transport in memory.
 * `node dist/benchmarks/messages.js`
 */
import { lastEvent, World } from '../test/support/world.ts'
import { MemoryPeers } from './support/memory-peers.ts'
import { TimedMesh, UNIT_BYTES } from './support/peers.ts'
import { printTable } from './support/table.ts'

const UNITS_PER_WORKER = 60
const UNIT_MS = 100
const PEERS = [2, 4, 8, 16]
const MANY = 50
const PATIENCE_MS = 3_600_000

/** Messages a unit, by what carries them; those of gossip are counted at each receiver. */
async function simulate (peers: number): Promise<(string | number)[]> {
  const world = new World(1)
  const ids = Array.from({ length: peers }, (_, index) => `peer${index}`)
  for (const id of ids) {
    await world.start(id, { msPerUnit: UNIT_MS, loadMs: 0 })
  }
  await world.settle(5_000)
  const sent = new Map<string, number>()
  world.network.watch = ({ kind, from, to }) => {
    if (from !== to) {
      const carrier = kind.startsWith('gossip') ? 'gossip' : kind
      sent.set(carrier, (sent.get(carrier) ?? 0) + 1)
    }
  }
  const units = (peers - 1) * UNITS_PER_WORKER
  const fromMs = world.nowMs
  const job = await world.render(ids[0]!, { size: { width: 8 * units, height: 8 }, noLocal: true })
  const events = world.follow(ids[0]!, job)
  if (!await world.until(() => lastEvent(events, 'done') !== undefined, PATIENCE_MS)) {
    throw new Error('the job did not end')
  }
  const per = (kind: string, of: number): string => ((sent.get(kind) ?? 0) / of).toFixed(2)
  const peerSeconds = peers * (world.nowMs - fromMs) / 1_000
  return [peers, units, per('lease', units), per('results', units), per('blobs', units), per('gossip', peerSeconds)]
}

/** Bytes beyond the pixels: for each unit, and for each peer and second. */
interface Wire {
  readonly perUnit: number
  readonly perPeerSecond: number
}

function wire (bytes: number, units: number, peers: number, startMs: number): Wire {
  const control = bytes - units * UNIT_BYTES
  return { perUnit: control / units, perPeerSecond: control / peers / (performance.now() - startMs) * 1_000 }
}

/** Over real TCP. */
async function overTcp (peers: number): Promise<Wire> {
  const units = (peers - 1) * UNITS_PER_WORKER
  const mesh = await TimedMesh.start(Array.from({ length: peers }, () => UNIT_MS))
  try {
    const sent = async (): Promise<number> => (await mesh.costs()).reduce((sum, { sentBytes }) => sum + sentBytes, 0)
    const before = await sent()
    const startMs = performance.now()
    await mesh.render(units, { noLocal: true })
    return wire(await sent() - before, units, peers, startMs)
  } finally {
    await mesh.stop()
  }
}

/** The same over libp2p's transport in memory. */
async function inMemory (peers: number): Promise<Wire> {
  const units = (peers - 1) * UNITS_PER_WORKER
  const mesh = await MemoryPeers.start(peers, UNIT_MS)
  try {
    const before = mesh.traffic.bytes
    const startMs = performance.now()
    await mesh.render(units)
    return wire(mesh.traffic.bytes - before, units, peers, startMs)
  } finally {
    await mesh.stop()
  }
}

const simulated: (string | number)[][] = []
for (const peers of [...PEERS, MANY]) {
  simulated.push(await simulate(peers))
}
printTable(['peers', 'units', 'lease messages/unit', 'result messages/unit', 'blob messages/unit', 'gossip received/s and peer'], simulated)
process.stdout.write('\n')

const rows: (string | number)[][] = []
for (const [transport, peers] of [...PEERS.map((count) => ['TCP', count] as const), ...[2, 16, MANY].map((count) => ['memory', count] as const)]) {
  const { perUnit, perPeerSecond } = transport === 'TCP' ? await overTcp(peers) : await inMemory(peers)
  rows.push([transport, peers, Math.round(perUnit), Math.round(perPeerSecond)])
}
printTable(['beyond the pixels, over', 'peers', 'bytes/unit', 'bytes/s and peer'], rows)
