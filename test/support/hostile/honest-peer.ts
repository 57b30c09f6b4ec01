/**
 * An honest peer in a process of its own, for those who attack it: made of the product's adapters, with a renderer that only takes time and whose
 * pixels are known, and with gauges of what an attack costs. Forked with `--expose-gc`.
 */
import { createHash } from 'node:crypto'
import { totalmem } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { answerCalls } from '../../../benchmarks/support/child.ts'
import { createBundler } from '../../../src/bundle/bundler.ts'
import { localTime, systemClock, systemRandom } from '../../../src/clock.ts'
import { DEFAULT_CACHE_BYTES } from '../../../src/core/limits.ts'
import { Farm } from '../../../src/farm/farm.ts'
import { createDarkroom } from '../../../src/film/darkroom.ts'
import { createLibp2pMesh } from '../../../src/mesh/libp2p-mesh.ts'
import { openHome, openIdentity, openStore } from '../../../src/store/index.ts'
import { FakeEngine } from '../fake-engine.ts'
import type { RenderRequest } from '../../../src/api.ts'
import type { Clock, EngineInfo, Log, Mesh, Sha256 } from '../../../src/ports.ts'

/** How a peer is to be. */
export interface HonestPeerInit {
  readonly home: string
  /** 32 bytes, hexadecimal. */
  readonly meshSecret: string
  /** Addresses of others. */
  readonly bootstrap: readonly string[]
  readonly work: 'on' | 'off'
  /** What a unit takes, in milliseconds. */
  readonly msPerUnit: number
}

/** How a job ended. */
export interface JobEnd {
  readonly filmHash: string | null
  readonly wallMs: number
  readonly lapsed: number
  readonly units: number
}

/** What a process holds, right after its garbage was collected. */
export interface Holdings {
  readonly heapBytes: number
  readonly bufferBytes: number
  readonly rssBytes: number
  /** Timers of the product that are due some time. */
  readonly timers: number
  /** Open TCP connections and those that are being made. */
  readonly sockets: number
  /** Members of the mesh that are connected. */
  readonly members: number
  /** Lines of the log that warn or complain. */
  readonly warnings: number
  /** Rejections and exceptions nobody caught. */
  readonly uncaught: readonly string[]
}

/** What a stretch of time cost. */
export interface Strain {
  readonly cpuMs: number
  readonly wallMs: number
  readonly peakRssBytes: number
  /** The 99th percentile of how late the event loop was, in milliseconds. */
  readonly loopDelayP99Ms: number
}

export type HonestPeerCalls = {
  start (init: HonestPeerInit): Promise<readonly string[]>
  members (): Promise<number>
  render (request: RenderRequest): Promise<JobEnd>
  holdings (): Promise<Holdings>
  /** Begins a stretch of time. */
  watch (): void
  /** Ends it. */
  strain (): Strain
  /** Lines of the log that contain this text. */
  logged (text: string): number
}

/** How often memory is looked at while it is watched. */
const SAMPLE_MS = 20

const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
const uncaught: string[] = []
process.on('unhandledRejection', (reason) => { uncaught.push(`rejection: ${describe(reason)}`) })
process.on('uncaughtException', (error) => { uncaught.push(`exception: ${describe(error)}`) })

const lines: string[] = []
const log: Log = { debug () {}, info () {}, warn: keep, error: keep }
let pendingTimers = 0
const clock: Clock = { ...systemClock, after: countedTimer }
const delays = monitorEventLoopDelay({ resolution: 5 })

let farm: Farm
let mesh: Mesh
let watched: { readonly cpu: NodeJS.CpuUsage, readonly startMs: number, readonly sampling: NodeJS.Timeout, peakRssBytes: number } | undefined

function describe (error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error)
}

function keep (message: string, details: Readonly<Record<string, unknown>> = {}): void {
  lines.push(`${message} ${JSON.stringify(details)}`)
}

function countedTimer (delayMs: number, run: () => void): ReturnType<Clock['after']> {
  pendingTimers++
  let pending = true
  const settle = (): void => {
    pendingTimers -= pending ? 1 : 0
    pending = false
  }
  const timer = systemClock.after(delayMs, () => {
    settle()
    run()
  })
  return {
    stop () {
      settle()
      timer.stop()
    }
  }
}

async function start (init: HonestPeerInit): Promise<readonly string[]> {
  const home = await openHome(init.home)
  const store = await openStore(home, log)
  const engine = new FakeEngine(clock, { msPerUnit: init.msPerUnit, loadMs: 1 })
  mesh = createLibp2pMesh({
    privateKey: await openIdentity(home),
    meshSecret: Buffer.from(init.meshSecret, 'hex'),
    meshName: 'attacked',
    listen: ['/ip4/127.0.0.1/tcp/0'],
    bootstrap: init.bootstrap,
    mdns: 'off',
    log,
    clock,
    random: systemRandom,
    sha256
  })
  farm = new Farm({
    name: 'honest',
    mesh,
    store,
    darkroom: createDarkroom(),
    commands: { run: () => {} },
    videos: { check: async () => {}, make: async () => {} },
    bundler: createBundler(init.home),
    clock,
    random: systemRandom,
    log,
    sha256,
    engines: [{ engine, info: await engine.probe() as EngineInfo }],
    threads: 1,
    stewardThreads: 1,
    memoryBytes: totalmem(),
    cacheBytes: DEFAULT_CACHE_BYTES,
    work: init.work,
    rest: { hours: undefined, idleMs: undefined },
    idle: { unusedMs: async () => undefined },
    localTime
  })
  await farm.start()
  return mesh.addresses()
}

async function render (request: RenderRequest): Promise<JobEnd> {
  const startMs = performance.now()
  const { job, units } = await farm.render(request, new AbortController().signal)
  for await (const item of farm.follow(job, 'none', new AbortController().signal)) {
    if (item.type === 'event' && item.event.event === 'done') {
      return { filmHash: item.event.filmHash, wallMs: performance.now() - startMs, lapsed: item.event.lapsed, units }
    }
  }
  throw new Error('the job did not end')
}

async function holdings (): Promise<Holdings> {
  globalThis.gc!()
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage()
  return {
    heapBytes: heapUsed,
    bufferBytes: arrayBuffers,
    rssBytes: rss,
    timers: pendingTimers,
    sockets: process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length,
    members: mesh.peers().length,
    warnings: lines.length,
    uncaught
  }
}

function watch (): void {
  strain()
  delays.enable()
  delays.reset()
  const watching = { cpu: process.cpuUsage(), startMs: performance.now(), peakRssBytes: process.memoryUsage.rss(), sampling: setInterval(sample, SAMPLE_MS) }
  watched = watching
  function sample (): void {
    watching.peakRssBytes = Math.max(watching.peakRssBytes, process.memoryUsage.rss())
  }
}

function strain (): Strain {
  if (watched === undefined) {
    return { cpuMs: 0, wallMs: 0, peakRssBytes: 0, loopDelayP99Ms: 0 }
  }
  clearInterval(watched.sampling)
  const { user, system } = process.cpuUsage(watched.cpu)
  const result = {
    cpuMs: (user + system) / 1_000,
    wallMs: performance.now() - watched.startMs,
    peakRssBytes: watched.peakRssBytes,
    loopDelayP99Ms: delays.percentile(99) / 1e6
  }
  watched = undefined
  return result
}

answerCalls({
  start,
  members: async () => mesh.peers().length,
  render,
  holdings,
  watch,
  strain,
  logged: (text) => lines.filter((line) => line.includes(text)).length
} satisfies HonestPeerCalls)
