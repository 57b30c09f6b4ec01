import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Child } from '../../../benchmarks/support/child.ts'
import type { RenderRequest } from '../../../src/api.ts'
import type { Target } from './attacks.ts'
import type { Holdings, HonestPeerCalls, JobEnd, Strain } from './honest-peer.ts'

const MIB = 1024 * 1024

/** How long what an attack left open may take to be gone after the attackers are. */
const SETTLE_MS = 60_000

/** The garbage collector has the last word about a heap: what it may hold more than before. */
const MAX_HEAP_GROWTH_BYTES = 32 * MIB

/** What a process may take more while it is attacked: buffers of 512 connections come to this at worst. */
const MAX_PEAK_GROWTH_BYTES = 256 * MIB

/** What an attack cost, for whoever wants to see it. */
export interface SiegeReport extends Strain {
  readonly heapGrowthBytes: number
  readonly jobs: readonly JobEnd[]
}

/** Two honest peers in processes of their own: one that wants pictures, and is attacked, and one that renders them. */
export class Siege {
  readonly target: Target
  readonly requester: Child<HonestPeerCalls>
  readonly #worker: Child<HonestPeerCalls>
  readonly #folder: string
  readonly #filmHash: string | null

  private constructor (parts: Pick<Siege, 'target' | 'requester'>, worker: Child<HonestPeerCalls>, folder: string, filmHash: string | null) {
    this.target = parts.target
    this.requester = parts.requester
    this.#worker = worker
    this.#folder = folder
    this.#filmHash = filmHash
  }

  /** Starts both and renders once in peace. */
  static async lay (seed: number): Promise<Siege> {
    const folder = await mkdtemp(join(tmpdir(), 'tilemesh siege '))
    const secret = randomBytes(32)
    const module = new URL('./honest-peer.js', import.meta.url)
    const requester = new Child<HonestPeerCalls>(module, ['--expose-gc'])
    const worker = new Child<HonestPeerCalls>(module, ['--expose-gc'])
    const common = { meshSecret: secret.toString('hex'), msPerUnit: 5 }
    const addresses = await requester.call('start', { ...common, home: join(folder, 'requester'), bootstrap: [], work: 'off' })
    await worker.call('start', { ...common, home: join(folder, 'worker'), bootstrap: addresses, work: 'on' })
    while (await requester.call('members', undefined as never) === 0) {
      await pause(50)
    }
    await writeFile(join(folder, 'scene.fake'), 'a scene')
    const { filmHash } = await requester.call('render', requestIn(folder))
    return new Siege({ target: { address: addresses[0]!, secret, seed }, requester }, worker, folder, filmHash)
  }

  get port (): number {
    return Number(/tcp\/(\d+)/.exec(this.target.address)![1])
  }

  /**
   * Lets the attack run while the peers render, job after job. Nothing the attackers do may show: every film is the right one, nothing lapses, nobody's
   * promise is broken, and when they are gone everything is as it was.
   */
  async survive (attack: () => Promise<unknown>): Promise<SiegeReport> {
    const before = await this.#holdings()
    await this.requester.call('watch', undefined as never)
    const battle = { isOver: false }
    const attacking = attack().finally(() => { battle.isOver = true })
    attacking.catch(() => {})
    const jobs: JobEnd[] = []
    do {
      jobs.push(await this.requester.call('render', requestIn(this.#folder)))
    } while (!battle.isOver)
    await attacking
    const strain = await this.requester.call('strain', undefined as never)
    const after = await this.#settled(before)
    for (const { filmHash, lapsed } of jobs) {
      assert.equal(filmHash, this.#filmHash, 'the film is the right one')
      assert.equal(lapsed, 0, 'the worker was not disturbed')
    }
    assert.deepEqual(after.uncaught, [])
    const heapGrowthBytes = after.heapBytes + after.bufferBytes - before.heapBytes - before.bufferBytes
    assert.ok(heapGrowthBytes < MAX_HEAP_GROWTH_BYTES, `${heapGrowthBytes} bytes are still held`)
    const peakGrowthBytes = strain.peakRssBytes - before.rssBytes
    assert.ok(peakGrowthBytes < MAX_PEAK_GROWTH_BYTES, `${peakGrowthBytes} bytes more at the worst moment`)
    return { ...strain, heapGrowthBytes, jobs }
  }

  async lift (): Promise<void> {
    await this.#worker.end()
    await this.requester.end()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #holdings (): Promise<Holdings> {
    return this.requester.call('holdings', undefined as never)
  }

  /** Waits until no more is open than before. */
  async #settled (before: Holdings): Promise<Holdings> {
    const endMs = performance.now() + SETTLE_MS
    for (;;) {
      const now = await this.#holdings()
      if (now.sockets <= before.sockets && now.members === before.members && now.timers <= before.timers + 2) {
        return now
      }
      if (performance.now() > endMs) {
        assert.fail(`not all is closed again: ${JSON.stringify(now)}, before: ${JSON.stringify(before)}`)
      }
      await pause(100)
    }
  }
}

function requestIn (folder: string): RenderRequest {
  return {
    scene: join(folder, 'scene.fake'),
    output: join(folder, 'picture.png'),
    size: { width: 96, height: 80 },
    tile: 8,
    samples: 16,
    split: 'tiles',
    noLocal: true
  }
}
