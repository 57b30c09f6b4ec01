import { rangesOf } from '../../core/ledger.ts'
import { EventHub } from '../event-hub.ts'
import { allFinite } from '../finite.ts'
import { Intake } from '../intake.ts'
import { jobEventOf } from '../job-event.ts'
import { floatsOf } from '../restore.ts'
import { Stewardship } from '../stewardship.ts'
import { TroubleBook } from '../trouble-book.ts'
import type { FollowItem } from '../../api.ts'
import type { Epoch } from '../../core/epoch.ts'
import type { ResultVerdict } from '../../core/events.ts'
import type { JobId, PeerId } from '../../core/ids.ts'
import type { UnitSet } from '../../core/ledger.ts'
import type { ResultAnswer, ResultHead, SignedControl } from '../../core/messages.ts'
import type { TailPolicy } from '../../core/steward/state.ts'
import type { Clock, FarmEvent, Log } from '../../ports.ts'
import type { KnownJob } from '../directory.ts'
import type { StewardDesk } from '../steward-desk.ts'
import type { ResultCustody } from './result-custody.ts'
import type { UnitedLedger } from './unite.ts'

/** What stewarding another's job needs of its peer. */
export interface TakenOverContext {
  readonly clock: Clock
  readonly log: Log
  readonly desk: StewardDesk
  readonly tail?: TailPolicy
  nameOf (peer: PeerId): string
  isRelayed (peer: PeerId): boolean
  /** See `OwnJobContext.expectedMs`. */
  expectedMs (known: KnownJob): number | null
  /** Something a beacon tells has changed. */
  changed (): void
}

/** What a stewardship that was taken over begins with. */
export interface TakenOverInit {
  readonly known: KnownJob
  readonly epoch: Epoch
  readonly united: UnitedLedger
  readonly custody: ResultCustody
}

/**
 * A job of another peer that this one stewards while its requester is away: grants its units and has the results kept. It writes no picture and
 * can not end the job: only the requester's word does.
 *
 * stewarding ─ a higher stewardship is heard of, or this one is handed over, or the job has ended ─▶ over.
 */
export class TakenOverJob {
  readonly known: KnownJob
  readonly epoch: Epoch
  readonly hub = new EventHub()
  readonly stewardship: Stewardship
  readonly custody: ResultCustody
  readonly #context: TakenOverContext
  readonly #intake: Intake
  #state: 'stewarding' | 'over' = 'stewarding'
  #progressDue = false
  /** Why the disk refused a result last. */
  #refusal: string | undefined

  constructor ({ known, epoch, united, custody }: TakenOverInit, context: TakenOverContext) {
    this.known = known
    this.epoch = epoch
    this.custody = custody
    this.#context = context
    const { id, spec } = known.signed
    this.stewardship = new Stewardship({
      job: id,
      spec,
      epoch,
      control: known.control?.control.state ?? 'running',
      accepted: rangesOf(united.accepted.values()),
      parked: [...united.parked],
      hearing: 'everyone',
      tail: context.tail
    }, known.control?.control.sequence ?? 0, new TroubleBook(), {
      clock: context.clock,
      log: context.log,
      send: (to, message) => { context.desk.send(to, message) },
      note: () => {},
      emit: (event) => { this.#emit(event) },
      complete: () => { context.log.info('all of a job is rendered; its results wait for the requester', { job: id }) },
      changed: () => { context.changed() },
      nameOf: context.nameOf,
      isRelayed: context.isRelayed,
      expectedMs: () => context.expectedMs(known)
    })
    this.#intake = new Intake({
      judge: (from, head) => this.#state === 'over' ? 'unknown-token' : this.stewardship.judge(from, head),
      store: async (from, head, pixels) => { await this.#accept(from, head, pixels) },
      storeFailed: (error) => { this.#storeFailed(error) }
    })
  }

  get job (): JobId {
    return this.known.signed.id
  }

  /** Opens the job for workers. */
  begin (): void {
    this.#context.desk.add(this.stewardship)
    this.stewardship.begin()
    this.#context.changed()
  }

  offer (from: PeerId, head: ResultHead): ResultVerdict {
    return this.#intake.offer(from, head)
  }

  /** Takes pixels in, as a requester does: see `OwnJob.take`. */
  async take (from: PeerId, head: ResultHead, pixels: Uint8Array): Promise<ResultAnswer> {
    if (allFinite(floatsOf(pixels))) {
      return this.#intake.take(from, head, pixels)
    }
    this.#intake.drop(head)
    this.stewardship.unusable(from, head)
    return 'refused'
  }

  drop (head: ResultHead): void {
    this.#intake.drop(head)
  }

  /** The requester's word changed; a final one ends the stewardship. */
  control (control: SignedControl): void {
    if (this.#state === 'stewarding') {
      this.#context.desk.push(control)
      this.stewardship.control(control.control.state, control.control.sequence)
      this.#progressDue = true
    }
  }

  /** Units that another stewardship accepted, or that somebody keeps. */
  learnAccepted (units: UnitSet): void {
    if (this.#state === 'stewarding') {
      this.stewardship.learnAccepted(units)
      this.#progressDue = true
    }
  }

  /** A few times a second. */
  tick (): void {
    this.stewardship.tick()
    if (this.#progressDue) {
      this.#progressDue = false
      this.hub.publish({ type: 'event', event: this.#progress() })
    }
  }

  /** Follows the job from here: what it is, how far it is, then what happens, until this peer stewards it no longer. */
  follow (preview: 'none' | 'blocks', signal: AbortSignal): AsyncIterable<FollowItem> {
    return this.hub.follow(preview, [{ type: 'event', event: jobEventOf(this.known.signed, this.known.grid) }, { type: 'event', event: this.#progress() }], signal)
  }

  /** This peer stewards the job no longer. Workers are told of the stewardship that follows, if there is one. */
  end (next: Epoch | undefined): void {
    if (this.#state === 'over') {
      return
    }
    this.#state = 'over'
    this.#context.desk.remove(this.job, next)
    this.custody.close()
    this.hub.end()
    this.#context.changed()
  }

  async #accept (from: PeerId, head: ResultHead, pixels: Uint8Array): Promise<void> {
    const { unit } = head
    await this.custody.keep({ ...head, keep: { content: 'unit', units: { first: unit, end: unit + 1 }, worker: from } }, pixels)
    this.#refusal = undefined
    // It may have been accepted elsewhere, or this stewardship have ended, while it was being kept: it is kept all the same.
    if (this.#state === 'stewarding' && this.stewardship.view.ledger.stateOf(unit) !== 'accepted') {
      this.stewardship.accept(head, { unit, worker: from, bytes: pixels.byteLength, phases: head.phases })
    }
  }

  #storeFailed (error: unknown): void {
    const refusal = error instanceof Error ? error.message : String(error)
    if (refusal !== this.#refusal) {
      this.#refusal = refusal
      this.#context.log.warn('a result for an absent requester could not be kept', { job: this.job, reason: refusal })
    }
  }

  #progress (): FarmEvent & { event: 'progress' } {
    return this.stewardship.progress()
  }

  #emit (event: FarmEvent): void {
    this.#progressDue = true
    this.hub.publish({ type: 'event', event })
  }
}
