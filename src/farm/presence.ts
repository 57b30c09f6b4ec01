import { UsageError } from '../errors.ts'
import { MAX_THREADS } from '../core/limits.ts'
import { Availability } from './availability.ts'
import { doingWords, summaryOfPeer } from './summaries.ts'
import type { PeerSummary } from '../api.ts'
import type { PeerId } from '../core/ids.ts'
import type { Mesh, MeshPeer } from '../ports.ts'
import type { SpeedKeeper } from './speed-keeper.ts'
import type { Stewardship } from './stewardship.ts'
import type { ReadyEngine } from './submission.ts'
import type { Worker } from './worker/worker.ts'

/** What a peer's presence in the mesh is made of. */
export interface PresenceInit {
  readonly name: string
  readonly mesh: Mesh
  readonly engines: readonly ReadyEngine[]
  readonly threads: number
  readonly stewardThreads: number
  readonly work: 'on' | 'off'
  readonly speeds: Pick<SpeedKeeper, 'greeted'>
}

/**
 * What the others are told of this peer, its name, threads, engines and whether it takes work, and what is known of theirs.
 */
export class Presence {
  readonly availability = new Availability()
  readonly #init: PresenceInit
  /** Names of peers seen, so that one that left still has its name in the account. */
  readonly #names = new Map<PeerId, string>()
  #name: string
  #threads: { readonly alone: number, readonly stewarding: number }

  constructor (init: PresenceInit) {
    this.#init = init
    this.#name = init.name
    this.#threads = { alone: init.threads, stewarding: init.stewardThreads }
  }

  get name (): string {
    return this.#name
  }

  rename (name: string): void {
    if (name !== this.#name) {
      this.#name = name
      this.greet()
    }
  }

  nameOf (peer: PeerId): string {
    return peer === this.#init.mesh.self ? this.#name : this.#names.get(peer) ?? peer.slice(-6)
  }

  joined (peer: MeshPeer): void {
    this.#names.set(peer.peer, peer.name)
  }

  /** Whether it renders at all. */
  get works (): boolean {
    return this.#init.work === 'on'
  }

  /** Render threads while it stewards nothing, and while it does; of a peer that renders nothing, what they would be. */
  get threads (): { readonly alone: number, readonly stewarding: number } {
    return this.#threads
  }

  /** @throws UsageError */
  setThreads (alone: number, stewarding: number): void {
    if (!this.works) {
      throw new UsageError('This peer renders nothing (--no-work), so it has no render threads.')
    }
    for (const count of [alone, stewarding]) {
      if (!Number.isSafeInteger(count) || count < 1 || count > MAX_THREADS) {
        throw new UsageError(`Threads are a whole number from 1 to ${MAX_THREADS}, not ${count}.`)
      }
    }
    this.#threads = { alone, stewarding }
  }

  /** Render threads as others are told: 0 when it renders nothing. */
  get offeredThreads (): number {
    return this.works ? this.#threads.alone : 0
  }

  /** Tells the others what this peer offers. */
  greet (): void {
    const { mesh, engines, speeds } = this.#init
    mesh.greet({
      name: this.#name,
      engines: new Map(this.works ? engines.map(({ info }) => [info.id, info.fingerprint]) : []),
      threads: this.offeredThreads,
      speeds: this.works ? speeds.greeted : new Map(),
      ...this.availability.greeted
    })
  }

  /** This peer and all connected members. */
  peers (worker: Pick<Worker, 'rendering' | 'threads' | 'unitsPerMinute'>, stewarded: readonly Stewardship[]): PeerSummary[] {
    const { mesh, engines } = this.#init
    const self: PeerSummary = {
      peer: mesh.self,
      name: this.#name,
      self: true,
      engines: engines.map(({ info }) => ({ engine: info.id, fingerprint: info.fingerprint })),
      threads: this.works ? worker.threads : 0,
      unitsPerMinute: worker.unitsPerMinute ?? null,
      draining: this.availability.draining,
      resting: this.availability.resting ?? null,
      doing: doingWords(worker.rendering.map((job) => job.signed.spec.name), { threads: this.offeredThreads, ...this.availability.greeted }),
      reach: 'here',
      addresses: mesh.addresses()
    }
    return [self, ...mesh.peers().map((peer) => summaryOfPeer(peer, stewarded))]
  }
}
