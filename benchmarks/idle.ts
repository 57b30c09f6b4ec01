/**
 * Question: what does it cost to be a peer that does nothing, in a mesh of ten?
 *
 * Ten real processes on loopback, all connected, no job. Everything their TCP connections carry is counted: gossip, heartbeats, digests,
 * encryption. Beside it a bare Node that waits, and one peer alone.
 * `node dist/benchmarks/idle.js [seconds]`
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LONELY, MeteredCommand } from './support/command.ts'
import { median, printTable } from './support/table.ts'
import type { Cost } from './support/meter.ts'

const PEERS = 10
const SETTLE_MS = 20_000
const SECONDS = Number(process.argv[2] ?? 120)
const BYTES_PER_MB = 1e6

interface Idle {
  readonly rssMb: number
  readonly cpuPercent: number
  readonly bytesPerSecond: number
}

async function start (count: number, folder: string): Promise<MeteredCommand[]> {
  const first = new MeteredCommand(['up', '--home', join(folder, '0'), ...LONELY])
  const peers = [first]
  await first.first('ready')
  const invite = new MeteredCommand(['mesh', 'invite', '--home', join(folder, '0'), '--json'])
  const { ticket } = await invite.first('ticket') as { ticket: string }
  await invite.end()
  for (let index = 1; index < count; index++) {
    const peer = new MeteredCommand(['up', ticket, '--home', join(folder, String(index)), ...LONELY])
    peers.push(peer)
    await peer.first('ready')
  }
  return peers
}

async function measure (peers: readonly MeteredCommand[]): Promise<Idle[]> {
  await sleep(SETTLE_MS)
  const costs = async (): Promise<Cost[]> => Promise.all(peers.map(async (peer) => peer.cost()))
  const before = await costs()
  await sleep(SECONDS * 1_000)
  const after = await costs()
  return after.map((cost, index) => ({
    rssMb: cost.rss / BYTES_PER_MB,
    cpuPercent: (cost.cpuMs - before[index]!.cpuMs) / (SECONDS * 10),
    bytesPerSecond: (cost.sentBytes - before[index]!.sentBytes) / SECONDS
  }))
}

/** A Node that does nothing at all: what no peer can be below. */
async function bareNode (): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9); console.log(process.memoryUsage.rss())'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [rss] = await once(child.stdout, 'data') as [Buffer]
  child.kill()
  return Number(rss.toString()) / BYTES_PER_MB
}

const rows: (string | number)[][] = [['a Node that waits', (await bareNode()).toFixed(0), '', '']]
for (const count of [1, PEERS]) {
  const folder = await mkdtemp(join(tmpdir(), 'tilemesh benchmark '))
  let peers: MeteredCommand[] = []
  try {
    peers = await start(count, folder)
    const idle = await measure(peers)
    const of = (key: keyof Idle): number[] => idle.map((one) => one[key])
    rows.push([count === 1 ? 'a peer alone' : `a peer of ${count}, median`, median(of('rssMb')).toFixed(0), median(of('cpuPercent')).toFixed(2), median(of('bytesPerSecond')).toFixed(0)])
    if (count > 1) {
      rows.push([`a peer of ${count}, highest`, Math.max(...of('rssMb')).toFixed(0), Math.max(...of('cpuPercent')).toFixed(2), Math.max(...of('bytesPerSecond')).toFixed(0)])
    }
  } finally {
    await Promise.all(peers.map(async (peer) => peer.stop()))
    await rm(folder, { recursive: true, force: true })
  }
}
rows.push(['aim', '150', '1', '300'])
printTable(['idle', 'memory MB', 'CPU %', 'bytes/s sent'], rows)
