import { memory } from '@libp2p/memory'
import { systemClock, systemRandom } from '../../src/clock.ts'
import { Farm } from '../../src/farm/farm.ts'
import { FakeBundler } from '../../test/support/fake-bundler.ts'
import { FakeDarkroom } from '../../test/support/fake-darkroom.ts'
import { FakeVideoMaker } from '../../test/support/fake-video-maker.ts'
import { MemoryStore } from '../../test/support/memory-store.ts'
import { sha256 } from '../../test/support/sha256.ts'
import { memoryMesh } from '../../test/mesh/world.ts'
import { timedEngine } from './timed-engine.ts'
import type { Log, Mesh } from '../../src/ports.ts'
import type { MultiaddrConnection, Upgrader } from '@libp2p/interface'

const SCENE = '/scenes/bench.timed'
const SILENT: Log = { debug () {}, info () {}, warn () {}, error () {} }
const POLL_MS = 50

/** What went over all connections so far, encryption and framing included. */
export interface Traffic {
  bytes: number
  sends: number
}

/**
 * Real farms over real libp2p in one process, on libp2p's transport in memory, with stores in memory and a renderer that only waits.
 * The first peer is the requester.
 */
export class MemoryPeers {
  readonly traffic: Traffic = { bytes: 0, sends: 0 }
  readonly #farms: Farm[] = []
  readonly #meshes: Mesh[] = []

  static async start (count: number, msPerUnit: number): Promise<MemoryPeers> {
    const peers = new MemoryPeers()
    const addresses: string[] = []
    for (let index = 0; index < count; index++) {
      addresses.push(await peers.#add(index, msPerUnit, addresses))
    }
    while (peers.#meshes.some((mesh) => mesh.peers().length < count - 1)) {
      await pass()
    }
    return peers
  }

  /** Renders units of 8 × 8 pixels, none of them by the requester itself. */
  async render (units: number): Promise<void> {
    const [farm] = this.#farms
    const { job } = await farm!.render({ scene: SCENE, output: '/out/bench.png', size: { width: 8 * units, height: 8 }, tile: 8, samples: 16, split: 'tiles', noLocal: true }, new AbortController().signal)
    for await (const item of farm!.follow(job, 'none', new AbortController().signal)) {
      void item
    }
  }

  async stop (): Promise<void> {
    for (const farm of this.#farms) {
      await farm.stop('now')
    }
  }

  async #add (index: number, msPerUnit: number, bootstrap: readonly string[]): Promise<string> {
    const { mesh, address } = await memoryMesh({ bootstrap: [...bootstrap], transports: [this.#countingMemory()], log: SILENT })
    const store = new MemoryStore(systemClock)
    store.disk.files.set(SCENE, new TextEncoder().encode('nothing to see'))
    const engine = timedEngine(msPerUnit)
    const info = await engine.probe()
    if ('missing' in info) {
      throw new Error(info.missing)
    }
    const farm = new Farm({
      name: `peer ${index}`,
      mesh,
      store,
      darkroom: new FakeDarkroom(),
      bundler: new FakeBundler(store),
      clock: systemClock,
      random: systemRandom,
      commands: { run: () => {} },
      videos: new FakeVideoMaker(systemClock),
      log: SILENT,
      sha256,
      engines: [{ engine, info }],
      threads: 1,
      stewardThreads: 1,
      work: 'on',
      rest: { hours: undefined, idleMs: undefined },
      idle: { unusedMs: async () => Infinity },
      localTime: () => ({ weekday: 0, minute: 0 }),
      memoryBytes: 2 ** 30,
      cacheBytes: 2 ** 30
    })
    await farm.start()
    this.#farms.push(farm)
    this.#meshes.push(mesh)
    return address
  }

  /** libp2p's transport in memory, counting at the place where bytes would leave the machine. */
  #countingMemory (): ReturnType<typeof memory> {
    return (components) => {
      const transport = memory()(components)
      const dial = transport.dial.bind(transport)
      const createListener = transport.createListener.bind(transport)
      transport.dial = async (address, options) => dial(address, { ...options, upgrader: this.#counting(options.upgrader) })
      transport.createListener = (options) => createListener({ ...options, upgrader: this.#counting(options.upgrader) })
      return transport
    }
  }

  #counting (upgrader: Upgrader): Upgrader {
    const count = (connection: MultiaddrConnection): MultiaddrConnection => {
      const send = connection.send.bind(connection)
      connection.send = (data) => {
        this.traffic.bytes += data.byteLength
        this.traffic.sends++
        return send(data)
      }
      return connection
    }
    return {
      createInboundAbortSignal: (signal) => upgrader.createInboundAbortSignal(signal),
      getConnectionEncrypters: () => upgrader.getConnectionEncrypters(),
      getStreamMuxers: () => upgrader.getStreamMuxers(),
      upgradeInbound: async (connection, options) => upgrader.upgradeInbound(count(connection), options),
      upgradeOutbound: async (connection, options) => upgrader.upgradeOutbound(count(connection), options)
    }
  }
}

async function pass (): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, POLL_MS))
}
