/**
 * Question: how fast do results travel from a worker to the requester's acknowledged journal, compared with the same bytes on a bare stream of
 * the same network stack between the same two processes? And does memory stay flat when the requester's disk is slow?
 *
 * Two processes on loopback, a renderer that takes no time. Both are measured in turn; the medians are compared.
 * `node dist/benchmarks/delivery.js`
 */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from './support/child.ts'
import { median, printTable } from './support/table.ts'
import type { RenderRequest } from '../src/api.ts'
import type { DeliveryPeerCalls, DeliveryReport } from './support/delivery-peer.ts'
import type { MemorySample } from './support/memory.ts'

const PAIRS = 7
const MIB = 1024 * 1024

/** A bare stream of this many bytes, and films of as many. */
const BYTES = 64 * MIB

/** A disk of the nineties, and frames that are written and forgotten one after another. */
const SLOW_DISK_BYTES_PER_SECOND = 4 * MIB
const SLOW_FRAMES = 32
const SLOW_FRAME_SIDE = 512

/** How fast bytes came, and what they cost the receiving process. */
interface Rate {
  readonly megabytesPerSecond: number
  readonly cpuMsPerMegabyte: number
}

/** Two processes that know each other. */
interface Pair {
  readonly requester: Child<DeliveryPeerCalls>
  readonly worker: Child<DeliveryPeerCalls>
  readonly rawAddress: string
  end (): Promise<void>
}

const folder = await mkdtemp(join(tmpdir(), 'tilemesh benchmark '))
const scene = join(folder, 'bench.timed')
await writeFile(scene, 'nothing to see')
try {
  await measureThroughput()
  process.stdout.write('\n')
  await measureMemory()
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function measureThroughput (): Promise<void> {
  const pair = await startPair('throughput', undefined)
  const rows: string[][] = []
  try {
    for (const [name, tile] of [['64 KiB', 64], ['1 MiB', 256]] as const) {
      const request = job(`${name}.png`, { size: { width: 2048, height: 2048 }, tile })
      await pair.requester.call('render', request)
      await pair.worker.call('sendRaw', { address: pair.rawAddress, bytes: BYTES })
      const delivered: Rate[] = []
      const raw: Rate[] = []
      for (let turn = 0; turn < PAIRS; turn++) {
        delivered.push(rateOf(await pair.requester.call('render', request)))
        const cpuBeforeMs = await pair.requester.call('cpuMs', undefined as never)
        const ms = await pair.worker.call('sendRaw', { address: pair.rawAddress, bytes: BYTES })
        raw.push(rateOf({ bytes: BYTES, ms, cpuMs: await pair.requester.call('cpuMs', undefined as never) - cpuBeforeMs }))
      }
      const ratio = median(delivered.map(({ megabytesPerSecond }, turn) => megabytesPerSecond / raw[turn]!.megabytesPerSecond))
      rows.push([name, ...columnsOf(raw), ...columnsOf(delivered), ratio.toFixed(2)])
    }
  } finally {
    await pair.end()
  }
  printTable(['units of', 'bare stream MB/s', 'CPU ms/MB', 'to the journal MB/s', 'CPU ms/MB', 'ratio'], rows)
}

async function measureMemory (): Promise<void> {
  const pair = await startPair('memory', SLOW_DISK_BYTES_PER_SECOND)
  try {
    await pair.requester.call('watchMemory', undefined as never)
    await pair.worker.call('watchMemory', undefined as never)
    const side = SLOW_FRAME_SIDE
    const report = await pair.requester.call('render', job('slow-####.png', {
      size: { width: side, height: side },
      tile: 256,
      frames: { first: 1, last: SLOW_FRAMES, step: 1 }
    }))
    const rows = [
      ['requester', ...growth(await pair.requester.call('memory', undefined as never), report)],
      ['worker', ...growth(await pair.worker.call('memory', undefined as never), report)]
    ]
    const rate = (report.bytes / report.ms / 1000).toFixed(1)
    process.stdout.write(`${Math.round(report.bytes / MIB)} MiB in units of 1 MiB to a disk that takes ${rate} MB/s\n\n`)
    printTable(['memory, MiB', 'RSS, first third', 'RSS, after that', 'growth', 'buffers, first third', 'buffers, after that', 'growth'], rows)
  } finally {
    await pair.end()
  }
}

/** The peak of the first third of a job, the peak after that, and the difference, of RSS and of buffers; MiB. */
function growth (samples: readonly MemorySample[], { fromMs, toMs }: DeliveryReport): string[] {
  const thirdMs = fromMs + (toMs - fromMs) / 3
  const first = samples.filter(({ atMs }) => atMs >= fromMs && atMs < thirdMs)
  const after = samples.filter(({ atMs }) => atMs >= thirdMs && atMs <= toMs)
  return (['rss', 'arrayBuffers'] as const).flatMap((kind) => {
    const before = Math.max(...first.map((sample) => sample[kind])) / MIB
    const later = Math.max(...after.map((sample) => sample[kind])) / MIB
    return [before, later, later - before].map((value) => value.toFixed(0))
  })
}

async function startPair (name: string, diskBytesPerSecond: number | undefined): Promise<Pair> {
  const meshSecret = randomBytes(32).toString('hex')
  const module = new URL('./support/delivery-peer.js', import.meta.url)
  const requester = new Child<DeliveryPeerCalls>(module)
  const worker = new Child<DeliveryPeerCalls>(module)
  const home = join(folder, name)
  await mkdir(home)
  const at = await requester.call('start', { home: join(home, 'requester'), meshSecret, bootstrap: [], diskBytesPerSecond })
  await worker.call('start', { home: join(home, 'worker'), meshSecret, bootstrap: at.addresses, diskBytesPerSecond: undefined })
  while (await requester.call('members', undefined as never) === 0) {
    await sleep(50)
  }
  return {
    requester,
    worker,
    rawAddress: at.rawAddress,
    end: async () => {
      await worker.end()
      await requester.end()
    }
  }
}

function job (name: string, request: Omit<RenderRequest, 'scene' | 'output' | 'samples' | 'split'>): RenderRequest {
  return { ...request, scene, output: join(folder, name), samples: 16, split: 'tiles' }
}

function rateOf ({ bytes, ms, cpuMs }: Pick<DeliveryReport, 'bytes' | 'ms' | 'cpuMs'>): Rate {
  return { megabytesPerSecond: bytes / ms / 1000, cpuMsPerMegabyte: cpuMs / bytes * 1e6 }
}

function columnsOf (rates: readonly Rate[]): string[] {
  return [median(rates.map((rate) => rate.megabytesPerSecond)).toFixed(0), median(rates.map((rate) => rate.cpuMsPerMegabyte)).toFixed(2)]
}
