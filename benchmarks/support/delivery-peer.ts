/**
 * One end of the delivery benchmark in a process of its own: a peer made of the product's adapters, with a renderer that takes no time and,
 * if asked, a slow disk; beside it a bare libp2p node to compare with.
 */
import { createHash } from 'node:crypto'
import { totalmem } from 'node:os'
import { createBundler } from '../../src/bundle/bundler.ts'
import { DEFAULT_CACHE_BYTES } from '../../src/core/limits.ts'
import { localTime, systemClock, systemRandom } from '../../src/clock.ts'
import { Farm } from '../../src/farm/farm.ts'
import { createDarkroom } from '../../src/film/darkroom.ts'
import { createLibp2pMesh } from '../../src/mesh/libp2p-mesh.ts'
import { openHome, openIdentity, openStore } from '../../src/store/index.ts'
import { answerCalls } from './child.ts'
import { MemoryWatch } from './memory.ts'
import { RawPeer } from './raw-stream.ts'
import { slowStore } from './slow-store.ts'
import { timedEngine } from './timed-engine.ts'
import type { RenderRequest } from '../../src/api.ts'
import type { EngineInfo, Log, Mesh, Sha256 } from '../../src/ports.ts'
import type { MemorySample } from './memory.ts'

/** How an end is to be. */
export interface DeliveryPeerInit {
  readonly home: string
  /** 32 bytes, hexadecimal. */
  readonly meshSecret: string
  /** Addresses of the other end. */
  readonly bootstrap: readonly string[]
  /** What the journal takes at most. */
  readonly diskBytesPerSecond: number | undefined
}

/** How a job's deliveries went: `bytes` of pixels were acknowledged in `ms`, counted from the first unit's acknowledgement, which counts none. */
export interface DeliveryReport {
  readonly bytes: number
  readonly ms: number
  /** Both ends of that, in milliseconds since 1970. */
  readonly fromMs: number
  readonly toMs: number
  /** Processor time this process took for it. */
  readonly cpuMs: number
}

export type DeliveryPeerCalls = {
  start (init: DeliveryPeerInit): Promise<{ readonly addresses: readonly string[], readonly rawAddress: string }>
  members (): Promise<number>
  /** Renders a job here, and the other end does all the work. */
  render (request: RenderRequest): Promise<DeliveryReport>
  /** Sends so many bytes over a bare stream; milliseconds. */
  sendRaw (order: { readonly address: string, readonly bytes: number }): Promise<number>
  /** Processor time of this process since it was started, milliseconds. */
  cpuMs (): number
  watchMemory (): void
  memory (): readonly MemorySample[]
}

const SILENT: Log = { debug () {}, info () {}, warn () {}, error () {} }
const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

let farm: Farm
let mesh: Mesh
let raw: RawPeer
let watch: MemoryWatch

async function start (init: DeliveryPeerInit): Promise<{ addresses: readonly string[], rawAddress: string }> {
  const home = await openHome(init.home)
  const store = await openStore(home, SILENT)
  const engine = timedEngine(0)
  mesh = createLibp2pMesh({
    privateKey: await openIdentity(home),
    meshSecret: Buffer.from(init.meshSecret, 'hex'),
    meshName: 'benchmark',
    listen: ['/ip4/127.0.0.1/tcp/0'],
    bootstrap: init.bootstrap,
    mdns: 'off',
    log: SILENT,
    clock: systemClock,
    random: systemRandom,
    sha256
  })
  farm = new Farm({
    name: 'benchmark',
    mesh,
    store: init.diskBytesPerSecond === undefined ? store : slowStore(store, init.diskBytesPerSecond),
    darkroom: createDarkroom(),
    commands: { run: () => {} },
    videos: { check: async () => {}, make: async () => {} },
    bundler: createBundler(init.home),
    clock: systemClock,
    random: systemRandom,
    log: SILENT,
    sha256,
    engines: [{ engine, info: await engine.probe() as EngineInfo }],
    threads: 1,
    stewardThreads: 1,
    memoryBytes: totalmem(),
    cacheBytes: DEFAULT_CACHE_BYTES,
    work: 'on',
    rest: { hours: undefined, idleMs: undefined },
    idle: { unusedMs: async () => undefined },
    localTime
  })
  await farm.start()
  raw = await RawPeer.start()
  return { addresses: mesh.addresses(), rawAddress: raw.address }
}

async function render (request: RenderRequest): Promise<DeliveryReport> {
  const { job, units } = await farm.render({ ...request, noLocal: true }, new AbortController().signal)
  let fromMs = 0
  let toMs = 0
  let delivered = 0
  let bytes = 0
  let cpuFromMs = 0
  let cpuToMs = 0
  for await (const item of farm.follow(job, 'none', new AbortController().signal)) {
    if (item.type === 'event' && item.event.event === 'unit' && item.event.state === 'delivered') {
      toMs = Date.now()
      delivered++
      if (delivered === 1) {
        fromMs = toMs
        cpuFromMs = cpuMs()
      } else if (delivered === units) {
        cpuToMs = cpuMs()
      }
    } else if (item.type === 'event' && item.event.event === 'done') {
      bytes = item.event.bytesIn * (units - 1) / units
    }
  }
  return { bytes, ms: toMs - fromMs, fromMs, toMs, cpuMs: cpuToMs - cpuFromMs }
}

function cpuMs (): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

answerCalls({
  start,
  members: async () => mesh.peers().length,
  render,
  sendRaw: async ({ address, bytes }) => raw.send(address, bytes),
  cpuMs,
  watchMemory: () => { watch = new MemoryWatch() },
  memory: () => watch.stop()
} satisfies DeliveryPeerCalls)
