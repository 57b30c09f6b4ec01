import { holdsAny, isKeptHead } from '../../core/custody/kept-head.ts'
import { UnitSet } from '../../core/ledger.ts'
import { gridOf } from '../../core/units.ts'
import { ChannelClosedError, StoreError } from '../../errors.ts'
import { askWithin } from '../succession/ask-within.ts'
import { AbsentUnits } from './absent-units.ts'
import { COLLECT_EVERY_MS, COLLECT_LONGEST_MS, COLLECT_SOON_MS, COLLECT_SILENCE_MS, COLLECTED_FROM_AT_ONCE, LEDGER_ANSWER_MS, LEDGERS_AT_ONCE, NOT_SENT_MS, SLOWEST_BYTES_PER_MS, UNANSWERED_QUESTIONS } from './limits.ts'
import { shareOut } from './share-out.ts'
import type { PeerId } from '../../core/ids.ts'
import type { SignedJob } from '../../core/messages.ts'
import type { KeptUnit } from '../../core/questions.ts'
import type { UnitGrid } from '../../core/units.ts'
import type { Clock, KeptChannel, Log, Mesh, Timer } from '../../ports.ts'

/** What is to be collected, and what becomes of it. */
export interface CollectorInit {
  readonly signed: SignedJob
  /** Units whose results are wanted here and are not here. */
  lacking (): UnitSet
  /** Takes a result in; resolves once it is safe here, or of no use. @throws StoreError when this disk refuses it */
  take (unit: KeptUnit): Promise<void>
  /** Units that others have accepted, or keep. */
  elsewhere (units: UnitSet): void
  /** Lacking units that nobody who is connected has had for a while. */
  lost (units: UnitSet): void
}

/** What collecting needs of its peer. */
export interface CollectorContext {
  readonly mesh: Pick<Mesh, 'peers' | 'ask' | 'openKept'>
  readonly clock: Clock
  readonly log: Log
}

/** What was not sent, although its peer said that it keeps it. */
interface NotSent {
  readonly units: UnitSet
  readonly untilMs: number
}

/**
 * Brings results of one job here that others keep: asks all connected members what they have, has several of them send side by side what is lacking,
 * each unit one of them at a time, and asks the next for what did not come. It goes on while something is lacking, until it is stopped.
 *
 * idle ─ start ─▶ collecting ─ stop ─▶ stopped.
 */
export class Collector {
  readonly #init: CollectorInit
  readonly #context: CollectorContext
  readonly #grid: UnitGrid
  /** What each connected member said that it keeps. */
  #holders: ReadonlyMap<PeerId, UnitSet> = new Map()
  /** Connected members that did not answer, and how often in a row. */
  #unanswered: ReadonlyMap<PeerId, number> = new Map()
  readonly #notSent = new Map<PeerId, NotSent>()
  readonly #pulls = new Map<PeerId, UnitSet>()
  readonly #channels = new Set<KeptChannel>()
  /** What the owner has been told that others have. */
  readonly #told: UnitSet
  readonly #absent = new AbsentUnits()
  #state: 'idle' | 'collecting' | 'stopped' = 'idle'
  #timer: Timer | undefined
  #dueMs = Infinity
  #everyMs = COLLECT_EVERY_MS
  #looking: Promise<void> | undefined

  constructor (init: CollectorInit, context: CollectorContext) {
    this.#init = init
    this.#context = context
    this.#grid = gridOf(init.signed.spec)
    this.#told = new UnitSet(this.#grid.units)
  }

  /** Begins to look for what is lacking, or looks again at once: something more is lacking, or somebody joined. */
  start (): void {
    if (this.#state !== 'stopped') {
      this.#state = 'collecting'
      this.#everyMs = COLLECT_EVERY_MS
      this.#plan(0)
    }
  }

  /** A member came or went: it may have what is lacking. */
  peersChanged (): void {
    if (this.#state === 'collecting' && this.#init.lacking().size > 0) {
      this.#plan(COLLECT_SOON_MS)
    }
  }

  stop (): void {
    this.#state = 'stopped'
    this.#timer?.stop()
    for (const channel of this.#channels) {
      channel.abort(new ChannelClosedError('nothing more is wanted'))
    }
  }

  #plan (afterMs: number): void {
    const dueMs = this.#context.clock.nowMs() + afterMs
    if (this.#state === 'collecting' && dueMs < this.#dueMs) {
      this.#timer?.stop()
      this.#dueMs = dueMs
      this.#timer = this.#context.clock.after(afterMs, () => { void this.#look() })
    }
  }

  /** One look at a time: what is asked for meanwhile is looked for afterwards. */
  async #look (): Promise<void> {
    this.#dueMs = Infinity
    await this.#looking
    this.#looking ??= this.#lookOnce().finally(() => { this.#looking = undefined })
    await this.#looking
  }

  async #lookOnce (): Promise<void> {
    const news = await this.#askAll()
    this.#everyMs = news === 'news' ? COLLECT_EVERY_MS : Math.min(2 * this.#everyMs, COLLECT_LONGEST_MS)
    this.#pull()
    this.#planNext()
  }

  /** While nothing is lacking nobody is asked. */
  #planNext (): void {
    const lacking = this.#init.lacking()
    if (lacking.size > 0) {
      this.#plan(Math.min(this.#everyMs, this.#absent.dueInMs(this.#context.clock.nowMs())))
    }
  }

  /** Asks everybody; tells the owner what is news to it, and what nobody has. */
  async #askAll (): Promise<'news' | 'nothing new'> {
    const holders = new Map<PeerId, UnitSet>()
    const known = new UnitSet(this.#grid.units)
    const peers = this.#context.mesh.peers().map(({ peer }) => peer)
    const unanswered = new Map<PeerId, number>()
    const ask = async (): Promise<void> => {
      for (let peer = peers.shift(); peer !== undefined && this.#state === 'collecting'; peer = peers.shift()) {
        const answer = await askWithin(this.#context, peer, { type: 'ledger', job: this.#init.signed.id }, LEDGER_ANSWER_MS)
        if (answer?.type === 'ledger' && answer.ledger.kept.units === this.#grid.units && answer.ledger.accepted.units === this.#grid.units) {
          holders.set(peer, answer.ledger.kept)
          known.addAll(answer.ledger.kept)
          known.addAll(answer.ledger.accepted)
        } else if (answer === undefined) {
          unanswered.set(peer, (this.#unanswered.get(peer) ?? 0) + 1)
        }
      }
    }
    await Promise.all(Array.from({ length: Math.min(LEDGERS_AT_ONCE, peers.length) }, ask))
    if (this.#state !== 'collecting') {
      return 'nothing new'
    }
    this.#holders = holders
    this.#unanswered = unanswered
    const news = known.without(this.#told)
    if (news.size > 0) {
      this.#told.addAll(news)
      this.#init.elsewhere(news)
    }
    if ([...unanswered.values()].some((times) => times < UNANSWERED_QUESTIONS)) {
      return news.size > 0 ? 'news' : 'nothing new' // one of them may have what is lacking
    }
    const lost = this.#absent.look(this.#nobodyHas(), this.#context.clock.nowMs())
    if (lost !== undefined) {
      this.#context.log.info('nobody has some results any more', { job: this.#init.signed.id, units: lost.size })
      this.#init.lost(lost)
    }
    return news.size > 0 ? 'news' : 'nothing new'
  }

  #nobodyHas (): UnitSet {
    const absent = this.#init.lacking().copy()
    const held = new UnitSet(this.#grid.units)
    for (const [peer, kept] of this.#holders) {
      held.addAll(this.#offered(peer, kept))
    }
    this.#pulls.forEach((units) => { held.addAll(units) })
    return absent.without(held)
  }

  /** What a peer keeps, without what it said before and did not send. */
  #offered (peer: PeerId, kept: UnitSet): UnitSet {
    const notSent = this.#notSent.get(peer)
    if (notSent !== undefined && notSent.untilMs <= this.#context.clock.nowMs()) {
      this.#notSent.delete(peer)
    }
    const refused = this.#notSent.get(peer)
    return refused === undefined ? kept : kept.without(refused.units)
  }

  /** Has those that are free send what is lacking. */
  #pull (): void {
    if (this.#state !== 'collecting') {
      return
    }
    const wanted = this.#init.lacking().copy()
    const coming = new UnitSet(this.#grid.units)
    this.#pulls.forEach((units) => { coming.addAll(units) })
    const free = new Map<PeerId, UnitSet>()
    for (const [peer, kept] of this.#holders) {
      if (!this.#pulls.has(peer)) {
        free.set(peer, this.#offered(peer, kept))
      }
    }
    for (const [peer, units] of shareOut(wanted.without(coming), free, COLLECTED_FROM_AT_ONCE - this.#pulls.size)) {
      this.#pulls.set(peer, units)
      void this.#pullFrom(peer, units)
    }
  }

  async #pullFrom (peer: PeerId, wanted: UnitSet): Promise<void> {
    let trouble: 'its own' | 'the disk here' = 'its own'
    try {
      await this.#receive(peer, wanted)
    } catch (error) {
      trouble = error instanceof StoreError ? 'the disk here' : 'its own'
      this.#context.log.debug('kept results did not all come', { job: this.#init.signed.id, peer, error: String(error) })
    }
    this.#pulls.delete(peer)
    const missing = this.#stillLacking(wanted)
    if (trouble === 'its own' && missing.size > 0) {
      missing.addAll(this.#notSent.get(peer)?.units ?? new UnitSet(this.#grid.units))
      this.#notSent.set(peer, { units: missing, untilMs: this.#context.clock.nowMs() + NOT_SENT_MS })
    }
    if (this.#state !== 'collecting') {
      return
    }
    if (trouble === 'its own') {
      this.#pull()
    }
    if (this.#pulls.size === 0) {
      this.#everyMs = COLLECT_EVERY_MS
      this.#planNext()
    }
  }

  #stillLacking (wanted: UnitSet): UnitSet {
    const lacking = this.#init.lacking()
    const missing = new UnitSet(this.#grid.units)
    for (const unit of wanted.values()) {
      if (lacking.has(unit)) {
        missing.add(unit)
      }
    }
    return missing
  }

  /** Takes in what a peer sends. @throws StoreError when this disk refuses, ChannelClosedError when the peer stops, or sends something else */
  async #receive (peer: PeerId, wanted: UnitSet): Promise<void> {
    const { clock, mesh } = this.#context
    const channel = await mesh.openKept(peer, { job: this.#init.signed.id, wanted })
    this.#channels.add(channel)
    const giveUp = (ms: number): Timer => clock.after(ms, () => { channel.abort(new ChannelClosedError('nothing comes')) })
    const largestBytes = 2 * this.#grid.tileWidth * this.#grid.tileHeight * 16
    const silenceMs = COLLECT_SILENCE_MS + largestBytes / SLOWEST_BYTES_PER_MS
    let timer = giveUp(silenceMs)
    try {
      if (this.#state !== 'collecting') {
        return
      }
      for await (const unit of channel.messages) {
        timer.stop()
        const { head } = unit
        if (head.job !== this.#init.signed.id || !isKeptHead(this.#grid, head) || !holdsAny(wanted, head.keep)) {
          throw new ChannelClosedError('it sends what was not asked for')
        }
        await this.#init.take(unit)
        timer = giveUp(silenceMs)
      }
    } finally {
      timer.stop()
      this.#channels.delete(channel)
      channel.abort(new ChannelClosedError('all has come'))
    }
  }
}
