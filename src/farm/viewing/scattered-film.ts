import { covers, isKeptHead } from '../../core/custody/kept-head.ts'
import { UnitSet } from '../../core/ledger.ts'
import { ChannelClosedError, IllegalTransitionError, StoreError, WireError } from '../../errors.ts'
import { allFinite } from '../finite.ts'
import { floatsOf } from '../restore.ts'
import { askWithin } from '../succession/ask-within.ts'
import { KEPT_SILENCE_MS, LEDGER_ANSWER_MS, REATTACH_MS } from './limits.ts'
import { Quiet, pause } from './quiet.ts'
import type { Hash, JobId, PeerId } from '../../core/ids.ts'
import type { JobLedger, KeptRequest, KeptUnit } from '../../core/questions.ts'
import type { Clock, Darkroom, Film, Log, Mesh } from '../../ports.ts'
import type { KnownJob } from '../directory.ts'
import type { FilmFrame } from './film-frame.ts'

/** What gathering a film takes. */
export interface ScatteredFilmContext {
  readonly mesh: Pick<Mesh, 'self' | 'peers' | 'ask' | 'openKept'>
  readonly clock: Clock
  readonly darkroom: Pick<Darkroom, 'film' | 'frameHash' | 'filmHash'>
  readonly log: Log
  /** What this peer knows and keeps of a job itself. */
  ledger (job: JobId): JobLedger | undefined
  /** Reads from what this peer keeps. @throws StoreError */
  readKept (request: KeptRequest): AsyncIterable<KeptUnit>
}

/**
 * The film of a job whose requester is away, put together frame by frame from what this peer and the members that are connected keep: each unit
 * from one of them, from the next when one fails. One frame is in memory at a time.
 */
export class ScatteredFilm {
  readonly #known: KnownJob
  readonly #context: ScatteredFilmContext
  /** What each of the others keeps, as it said last. */
  readonly #kept = new Map<PeerId, UnitSet>()
  /** Units that somebody knows to be accepted. */
  readonly #accepted: UnitSet
  /** Units whose results have come. */
  readonly #have: UnitSet
  readonly #hashes: Hash[] = []
  #newsMs: number
  #askedMs = -Infinity

  constructor (known: KnownJob, context: ScatteredFilmContext) {
    this.#known = known
    this.#context = context
    this.#accepted = known.accepted?.copy() ?? new UnitSet(known.grid.units)
    this.#have = new UnitSet(known.grid.units)
    this.#newsMs = context.clock.nowMs()
  }

  /** Units that are in the frames that were given so far. */
  get done (): number {
    return this.#have.size
  }

  /** Units that are done somewhere, and did not come. */
  get elsewhere (): number {
    return Math.max(this.#accepted.without(this.#have).size, this.#known.done - this.#have.size)
  }

  /** Of the whole film; null while something is missing. */
  get filmHash (): Hash | null {
    return this.#have.size === this.#known.grid.units ? this.#context.darkroom.filmHash(this.#hashes) : null
  }

  /**
   * Every frame of which something can be had. What is known to be done and can not be reached is waited for until nothing new has come for `waitMs`;
   * what is not rendered yet is not.
   *
   * @param isOver asked now and then: whether to stop, as there is a better way to the film now
   */
  async * frames (waitMs: number, isOver: () => boolean): AsyncGenerator<FilmFrame> {
    const { spec } = this.#known.signed
    const { grid } = this.#known
    for (let frame = 0; frame < grid.frames && !isOver(); frame++) {
      const film = this.#context.darkroom.film(spec)
      const before = this.#have.size
      await this.#gather(frame, film, waitMs, isOver)
      if (this.#have.size > before && !isOver()) {
        const pixels = film.completeFrames().includes(frame) ? film.frame(frame) : film.snapshot(frame)
        this.#hashes.push(this.#context.darkroom.frameHash(pixels))
        yield { spec, frame, done: this.#have.size, units: grid.units, filmHash: this.filmHash, pixels }
      }
    }
  }

  /** Brings what can be had of a frame into its film. */
  async #gather (frame: number, film: Film, waitMs: number, isOver: () => boolean): Promise<void> {
    const unitsOfFrame = this.#known.grid.units / this.#known.grid.frames
    const range = { first: frame * unitsOfFrame, end: (frame + 1) * unitsOfFrame }
    while (!isOver()) {
      await this.#askAll()
      await this.#takeOwn(this.#lacking(range), film)
      for (const peer of [...this.#kept.keys()]) {
        await this.#takeFrom(peer, this.#lacking(range), film)
      }
      if (!this.#isWaitedFor(range) || this.#context.clock.nowMs() - this.#newsMs >= waitMs) {
        return
      }
      await pause(this.#context.clock, Math.min(REATTACH_MS, waitMs))
    }
  }

  #lacking ({ first, end }: { readonly first: number, readonly end: number }): UnitSet {
    const lacking = new UnitSet(this.#known.grid.units)
    for (let unit = first; unit < end; unit++) {
      if (!this.#have.has(unit)) {
        lacking.add(unit)
      }
    }
    return lacking
  }

  /** Whether some unit of the frame is done, as far as is known, and may still come; while nothing has come at all, whoever has it may. */
  #isWaitedFor (range: { readonly first: number, readonly end: number }): boolean {
    const lacking = this.#lacking(range)
    // Of some it is known how many are done, but not which.
    const isVague = this.#known.done > this.#accepted.size
    return lacking.size > 0 && (isVague || this.#have.size === 0 || intersection(lacking, this.#accepted).size > 0)
  }

  async #askAll (): Promise<void> {
    const { mesh, clock } = this.#context
    if (clock.nowMs() - this.#askedMs < REATTACH_MS) {
      return
    }
    this.#askedMs = clock.nowMs()
    const { id } = this.#known.signed
    const { units } = this.#known.grid
    this.#kept.clear()
    await Promise.all(mesh.peers().map(async ({ peer }) => {
      const answer = await askWithin(this.#context, peer, { type: 'ledger', job: id }, LEDGER_ANSWER_MS)
      if (answer?.type === 'ledger' && answer.ledger.job === id && answer.ledger.accepted.units === units && answer.ledger.kept.units === units) {
        this.#kept.set(peer, answer.ledger.kept)
        this.#accepted.addAll(answer.ledger.accepted)
        this.#accepted.addAll(answer.ledger.kept)
      }
    }))
    const own = this.#context.ledger(id)
    if (own !== undefined) {
      this.#accepted.addAll(own.accepted)
      this.#accepted.addAll(own.kept)
    }
  }

  async #takeOwn (lacking: UnitSet, film: Film): Promise<void> {
    const own = this.#context.ledger(this.#known.signed.id)
    const wanted = own === undefined ? undefined : intersection(lacking, own.kept)
    if (wanted === undefined || wanted.size === 0) {
      return
    }
    try {
      for await (const unit of this.#context.readKept({ job: this.#known.signed.id, wanted })) {
        this.#take(unit, film, this.#context.mesh.self)
      }
    } catch (error) {
      if (!(error instanceof StoreError)) {
        throw error
      }
      this.#context.log.warn('what is kept of a job here could not be read', { job: this.#known.signed.id, reason: error.message })
    }
  }

  async #takeFrom (peer: PeerId, lacking: UnitSet, film: Film): Promise<void> {
    const kept = this.#kept.get(peer)
    const wanted = kept === undefined ? undefined : intersection(lacking, kept)
    if (wanted === undefined || wanted.size === 0) {
      return
    }
    let quiet: Quiet | undefined
    try {
      const channel = await this.#context.mesh.openKept(peer, { job: this.#known.signed.id, wanted })
      quiet = new Quiet(this.#context.clock, KEPT_SILENCE_MS, () => { channel.abort(new ChannelClosedError('nothing came for a while')) })
      for await (const unit of channel.messages) {
        quiet.heard()
        this.#take(unit, film, peer)
      }
    } catch (error) {
      if (!(error instanceof ChannelClosedError) && !(error instanceof WireError)) {
        throw error
      }
      this.#kept.delete(peer)
      this.#context.log.debug('a member did not send what it keeps', { job: this.#known.signed.id, peer, error: error.message })
    } finally {
      quiet?.stop()
    }
  }

  /** Puts a result into the film, unless it is there already or is none of this job. */
  #take ({ head, bytes }: KeptUnit, film: Film, from: PeerId): void {
    if (head.job !== this.#known.signed.id || !isKeptHead(this.#known.grid, head) || covers(this.#have, head.keep)) {
      return
    }
    try {
      if (head.keep.content === 'film') {
        this.#have.addRange(film.restore(head.unit, bytes))
      } else {
        const pixels = floatsOf(bytes)
        if (!allFinite(pixels)) {
          throw new WireError('pixels that are no finite numbers')
        }
        film.merge(head.unit, pixels)
        this.#have.add(head.unit)
      }
      this.#newsMs = this.#context.clock.nowMs()
    } catch (error) {
      if (!(error instanceof WireError) && !(error instanceof IllegalTransitionError)) {
        throw error
      }
      this.#context.log.info('a kept result could not be used', { job: head.job, unit: head.unit, peer: from, error: error.message })
    }
  }
}

function intersection (some: UnitSet, others: UnitSet): UnitSet {
  const both = new UnitSet(some.units)
  for (const unit of some.values()) {
    if (others.has(unit)) {
      both.add(unit)
    }
  }
  return both
}
