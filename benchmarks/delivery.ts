/**
 * Question: how fast do finished units get from a worker into the requester's journal, against a bare libp2p stream of the same bytes?
 *
 * Two processes on loopback. Ours: head, pixels, sha256, credit, journal with fsync, film, acknowledgement. The limit: bytes that are thrown away
 * on arrival. They alternate; a pair gives one ratio.
 * `node dist/benchmarks/delivery.js`
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPeer } from '../src/index.ts'
import { instantEngine } from './support/instant-engine.ts'
import { rawNode, receiveRaw } from './support/raw-stream.ts'
import { median, printTable } from './support/table.ts'
import type { Peer } from '../src/index.ts'
import type { WorkerOrder } from './support/delivery-worker.ts'

const SIDE = 2_560
const BYTES = SIDE * SIDE * 16
const PAIRS = 5

/** Renders one picture of tiles and returns the milliseconds from the first to the last acknowledged unit. */
async function deliver (peer: Peer, folder: string, tile: number): Promise<number> {
  const scene = join(folder, 'bench.instant')
  await writeFile(scene, 'nothing to see')
  const { job } = await peer.render({
    scene, output: join(folder, 'bench.png'), size: { width: SIDE, height: SIDE }, tile, samples: 16, split: 'tiles', noLocal: true
  })
  let firstMs: number | undefined
  let lastMs = 0
  for await (const item of peer.follow(job, { preview: 'none' }, new AbortController().signal)) {
    if (item.type === 'event' && item.event.event === 'unit' && item.event.state === 'delivered') {
      lastMs = performance.now()
      firstMs ??= lastMs
    }
  }
  return lastMs - firstMs!
}

const folder = await mkdtemp(join(tmpdir(), 'tilemesh benchmark '))
const peer = await createPeer({
  home: join(folder, 'requester'), name: 'requester', listen: ['/ip4/127.0.0.1/tcp/0'], mdns: 'off', work: 'off', registry: [instantEngine()]
})
await peer.start()
const raw = await rawNode()
const worker = fork(new URL('./support/delivery-worker.js', import.meta.url), [JSON.stringify({ home: join(folder, 'worker'), ticket: await peer.invite() })])
try {
  await once(worker, 'message')
  const address = raw.getMultiaddrs()[0]!.toString()
  const receive = async (): Promise<number> => {
    const received = receiveRaw(raw, BYTES)
    worker.send({ type: 'send', address, bytes: BYTES } satisfies WorkerOrder)
    return received
  }
  const rows: (string | number)[][] = []
  for (const [label, tile] of [['64 KiB', 64], ['1 MiB', 256]] as const) {
    await deliver(peer, folder, tile)
    await receive()
    const ours: number[] = []
    const limit: number[] = []
    for (let pair = 0; pair < PAIRS; pair++) {
      ours.push(BYTES / 1_000 / await deliver(peer, folder, tile))
      limit.push(BYTES / 1_000 / await receive())
    }
    const ratios = ours.map((mbPerSecond, pair) => mbPerSecond / limit[pair]!)
    rows.push([label, median(limit).toFixed(0), median(ours).toFixed(0), median(ratios).toFixed(2), `${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)}`])
  }
  printTable(['unit', 'raw MB/s', 'delivered MB/s', 'ratio', 'of pairs'], rows)
} finally {
  worker.disconnect()
  await raw.stop()
  await peer.stop('now')
  await rm(folder, { recursive: true, force: true })
}
