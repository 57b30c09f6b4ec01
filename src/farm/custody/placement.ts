import { covers } from '../../core/custody/kept-head.ts'
import { custodiansOf } from '../../core/custody/custodians.ts'
import { gridOf } from '../../core/units.ts'
import { CustodianLink } from './custodian-link.ts'
import { ASK_SAFE_MS, ASK_UNSAFE_MS, BUSY_CUSTODIAN_MS, COPIES_UNDER_WAY, CUSTODIAN_GRACE_MS, CUSTODIAN_SILENCE_MS, PLACE_EVERY_MS } from './limits.ts'
import { safetyOf } from './safety.ts'
import type { Safety } from '../../core/farm-events.ts'
import type { PeerId } from '../../core/ids.ts'
import type { UnitSet } from '../../core/ledger.ts'
import type { JobRecord, ResultHead, SignedControl, SignedJob } from '../../core/messages.ts'
import type { KeptUnit } from '../../core/questions.ts'
import type { Log, Mesh, Timer } from '../../ports.ts'
import type { CustodianLinkContext, Delivered } from './custodian-link.ts'

/** The results that a steward has itself, of which copies are to lie elsewhere. */
export interface PlacementSource {
  /** How many units there are. */
  readonly size: number
  readonly units: UnitSet
  /** What stands for these units, to be kept. @throws StoreError when it can not be read */
  read (wanted: UnitSet): AsyncIterable<KeptUnit>
}

/** What is to be placed. */
export interface PlacementInit {
  readonly signed: SignedJob
  /** The requester's latest word. */
  control (): SignedControl | undefined
  readonly source: PlacementSource
  /** How many other peers are to have everything. */
  readonly copies: number
}

/** What a placement needs of its peer. */
export interface PlacementContext extends CustodianLinkContext {
  readonly mesh: Pick<Mesh, 'self' | 'peers'>
  readonly log: Log
}

/**
 * Has copies of one job's results, its record and its scene kept by other peers, as many as there are to be: chooses custodians, sends them what they
 * lack, asks them now and then what they keep, and chooses others when one leaves, is full or says nothing.
 *
 * idle ─ start ─▶ placing ─ close ─▶ closed.
 */
export class Placement {
  readonly #init: PlacementInit
  readonly #context: PlacementContext
  readonly #links = new Map<PeerId, CustodianLink>()
  readonly #units: number
  #timer: Timer | undefined
  #dueMs = Infinity
  #state: 'idle' | 'placing' | 'closed' = 'idle'
  #version = 0

  constructor (init: PlacementInit, context: PlacementContext) {
    this.#init = init
    this.#context = context
    this.#units = gridOf(init.signed.spec).units
  }

  /** From now on copies are made. Idempotent. */
  start (): void {
    if (this.#state === 'idle') {
      this.#state = 'placing'
      this.#look()
    }
  }

  /** Whether copies are made. */
  get isPlacing (): boolean {
    return this.#state === 'placing'
  }

  /** Another number whenever {@link safety} may have changed. */
  get version (): number {
    return this.#version
  }

  /** Whether everything is where it is to be, and if not, what is missing. Looks through all units only when numbers alone do not tell. */
  get safety (): Safety {
    const chosen = this.#chosen()
    return safetyOf({
      members: this.#members('those that may return').length,
      able: chosen.length,
      parts: this.#init.source.size,
      lackingParts: Math.max(0, ...chosen.map((link) => this.#lackingAt(link))),
      scene: chosen.every(({ bundle }) => bundle === 'whole') ? 'whole' : 'lacking'
    })
  }

  /** There is something new to be copied. */
  changed (): void {
    this.#version++
    this.#plan(PLACE_EVERY_MS)
  }

  /** A member came or went, or drains. */
  peersChanged (): void {
    this.#version++
    const here = new Set(this.#context.mesh.peers().map(({ peer }) => peer))
    for (const link of this.#links.values()) {
      if (!here.has(link.peer)) {
        link.leftAtMs ??= this.#context.clock.nowMs()
      } else if (link.leftAtMs !== undefined) {
        link.leftAtMs = undefined
        link.doubt()
      }
    }
    if (this.#state === 'placing') {
      this.#look()
    }
  }

  /**
   * Has a result kept by others. Resolves with how many have it on disk: as many as there are to be, or as there are members now that take it.
   * One that does not answer is passed over.
   */
  async place (head: ResultHead, bytes: Uint8Array, copies = this.#init.copies): Promise<number> {
    const tried = new Set<PeerId>()
    const busy = new Set<PeerId>()
    const { clock } = this.#context
    const patientUntilMs = clock.nowMs() + CUSTODIAN_SILENCE_MS
    let placed = this.#holders(head, tried)
    while (placed < copies && this.#state !== 'closed') {
      const next = this.#connected(tried, copies - placed)
      if (next.length === 0 && busy.size > 0 && clock.nowMs() < patientUntilMs) {
        await new Promise<void>((resolve) => { clock.after(BUSY_CUSTODIAN_MS, resolve) })
        busy.forEach((peer) => { tried.delete(peer) })
        busy.clear()
        continue
      }
      if (next.length === 0) {
        break
      }
      next.forEach(({ peer }) => { tried.add(peer) })
      const outcomes = await Promise.all(next.map(async (link) => this.#give(link, { head, bytes })))
      outcomes.forEach((outcome, index) => {
        if (outcome === 'kept') {
          placed++
        } else if (outcome === 'busy') {
          busy.add(next[index]!.peer)
        }
      })
    }
    return placed
  }

  /** No more copies are made. What is under way may still arrive. */
  close (): void {
    this.#state = 'closed'
    this.#timer?.stop()
  }

  /** How many connected custodians have all of a result; those that do are added to `tried`. */
  #holders (head: ResultHead, tried: Set<PeerId>): number {
    let holders = 0
    for (const link of this.#links.values()) {
      if (link.leftAtMs === undefined && link.isKeeping && covers(link.kept, head.keep!)) {
        tried.add(link.peer)
        holders++
      }
    }
    return holders
  }

  /** How many units a custodian lacks; of one that has more than there are here by number, they are counted one by one. */
  #lackingAt ({ isKeeping, kept }: CustodianLink): number {
    const { source } = this.#init
    if (!isKeeping) {
      return source.size
    }
    return kept.size < source.size ? source.size - kept.size : source.units.without(kept).size
  }

  async #give (link: CustodianLink, unit: KeptUnit): Promise<Delivered> {
    if (!link.isKeeping) {
      await link.ask(this.#record())
    }
    return link.isKeeping ? link.deliver(unit) : 'refused'
  }

  #record (): JobRecord {
    return { job: this.#init.signed, control: this.#init.control() }
  }

  /** Members that could keep something: those that are here, or with those that have left just now and may return. */
  #members (which: 'those here' | 'those that may return'): readonly PeerId[] {
    const { mesh, clock } = this.#context
    const { requester } = this.#init.signed.spec
    const here = mesh.peers().filter(({ peer, draining }) => draining !== true && peer !== requester && peer !== mesh.self).map(({ peer }) => peer)
    if (which === 'those here') {
      return here
    }
    const away = [...this.#links.values()].filter(({ leftAtMs, isKeeping }) => isKeeping && leftAtMs !== undefined && clock.nowMs() < leftAtMs + CUSTODIAN_GRACE_MS)
    return [...here, ...away.map(({ peer }) => peer)]
  }

  #choose (members: readonly PeerId[], copies: number): CustodianLink[] {
    const links = [...this.#links.values()]
    const keeping = new Set(links.filter(({ isKeeping }) => isKeeping).map(({ peer }) => peer))
    const full = new Set(links.filter(({ isResting }) => isResting).map(({ peer }) => peer))
    return custodiansOf(this.#init.signed.id, { members, keeping, full }, copies).map((peer) => this.#link(peer))
  }

  /** The peers that are to have everything, fewer when there are no more. */
  #chosen (): CustodianLink[] {
    return this.#choose(this.#members('those that may return'), this.#init.copies)
  }

  /** The next that a result can be sent to, besides those that were tried. */
  #connected (tried: ReadonlySet<PeerId>, copies: number): CustodianLink[] {
    return this.#choose(this.#members('those here').filter((peer) => !tried.has(peer)), copies)
  }

  #link (peer: PeerId): CustodianLink {
    let link = this.#links.get(peer)
    if (link === undefined) {
      link = new CustodianLink(peer, this.#init.signed.id, this.#units, this.#context)
      this.#links.set(peer, link)
    }
    return link
  }

  #look (): void {
    if (this.#state !== 'placing') {
      return
    }
    this.#timer?.stop()
    this.#dueMs = Infinity
    this.#version++
    this.#forgetGone()
    const chosen = this.#chosen()
    this.#plan(chosen.length === this.#init.copies && chosen.every(({ isKeeping, bundle }) => isKeeping && bundle === 'whole') ? ASK_SAFE_MS : ASK_UNSAFE_MS)
    for (const link of chosen) {
      if (!link.busy && link.leftAtMs === undefined) {
        void this.#serve(link)
      } else if (link.leftAtMs !== undefined) {
        this.#plan(link.leftAtMs + CUSTODIAN_GRACE_MS - this.#context.clock.nowMs())
      }
    }
  }

  /** Of those that left and did not return nothing is remembered: they may be gone for good. */
  #forgetGone (): void {
    for (const { peer, leftAtMs, busy } of this.#links.values()) {
      if (!busy && leftAtMs !== undefined && this.#context.clock.nowMs() >= leftAtMs + CUSTODIAN_GRACE_MS) {
        this.#links.delete(peer)
      }
    }
  }

  #plan (afterMs: number): void {
    const dueMs = this.#context.clock.nowMs() + afterMs
    if (this.#state === 'placing' && dueMs < this.#dueMs) {
      this.#timer?.stop()
      this.#dueMs = dueMs
      this.#timer = this.#context.clock.after(afterMs, () => { this.#look() })
    }
  }

  /** Asks a custodian what it has, and sends it the rest. */
  async #serve (link: CustodianLink): Promise<void> {
    link.busy = true
    try {
      await link.ask(this.#record())
      const lacking = link.isKeeping ? this.#init.source.units.without(link.kept) : undefined
      if (lacking !== undefined && lacking.size > 0 && await this.#copy(link, lacking) > 0) {
        this.#plan(PLACE_EVERY_MS)
      }
    } catch (error) {
      this.#context.log.warn('results could not be copied to another peer', { job: this.#init.signed.id, peer: link.peer, error: error instanceof Error ? error.message : String(error) })
    } finally {
      link.busy = false
      this.#version++
      // Another is to take its place.
      if (link.isResting) {
        this.#plan(0)
      }
    }
  }

  /** Sends what a custodian lacks, a bounded number at a time, until it has all or takes no more; resolves with how many results it took. */
  async #copy (link: CustodianLink, lacking: UnitSet): Promise<number> {
    const underWay = new Set<Promise<void>>()
    let taken = 0
    let goesOn = true
    for await (const unit of this.#init.source.read(lacking)) {
      if (!goesOn || this.#state === 'closed') {
        break
      }
      const delivering = link.deliver(unit).then((outcome) => {
        taken += outcome === 'kept' ? 1 : 0
        this.#version++
        goesOn &&= outcome === 'kept'
        if (outcome === 'busy') {
          link.trouble()
        }
        underWay.delete(delivering)
      })
      underWay.add(delivering)
      if (underWay.size >= COPIES_UNDER_WAY) {
        await Promise.race(underWay)
      }
    }
    await Promise.all(underWay)
    return taken
  }
}
