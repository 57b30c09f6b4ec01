import { Pace } from '../core/eta.ts'
import { Steward } from '../core/steward/steward.ts'
import type { UnitSet } from '../core/ledger.ts'
import type { TroubleBook } from './trouble-book.ts'
import type { UnitTrouble } from '../core/unit-log.ts'
import type { AcceptedResult, ResultVerdict, StewardEffect } from '../core/events.ts'
import type { JobId, PeerId } from '../core/ids.ts'
import type { JobState } from '../core/job.ts'
import type { BeaconJob, Renewed, ResultHead, StewardMessage, WorkerMessage } from '../core/messages.ts'
import type { StewardInit, StewardState } from '../core/steward/state.ts'
import type { Clock, FarmEvent, JournalRecord, Log, WorkingPeer } from '../ports.ts'

/** What a stewardship needs of its surroundings. */
export interface StewardshipContext {
  readonly clock: Clock
  readonly log: Log
  /** Sends on the worker's lease stream; a stream that is gone swallows the message. */
  send (to: PeerId, message: StewardMessage): void
  /** Journals without waiting for the disk. */
  note (record: JournalRecord): void
  emit (event: FarmEvent): void
  /** Every unit is accepted or parked. */
  complete (): void
  /** Something changed that a beacon tells. */
  changed (): void
  nameOf (peer: PeerId): string
  isRelayed (peer: PeerId): boolean
  /** How long the whole job is expected to take by speeds of before, milliseconds; null when nothing is known. */
  expectedMs (): number | null
}

/** What the log says of a unit. */
const WORDS: Readonly<Record<UnitTrouble['kind'], string>> = { failed: 'failed', lapsed: 'lapsed', raced: 'is rendered by a second peer too', parked: 'is parked' }

/** Half of a renewal's answer, for one job. */
export type RenewedPart = Pick<Renewed, 'live' | 'accepted'>

/**
 * Runs the steward of one job: feeds it what happens, and does what it decides.
 */
export class Stewardship {
  readonly job: JobId
  /** What went wrong with its units. */
  readonly troubles: TroubleBook
  readonly #steward: Steward
  readonly #context: StewardshipContext
  #pace = new Pace()
  #begunAtMs = 0
  #controlSequence: number

  constructor (init: Omit<StewardInit, 'nowMs'>, controlSequence: number, troubles: TroubleBook, context: StewardshipContext) {
    this.job = init.job
    this.troubles = troubles
    this.#context = context
    this.#controlSequence = controlSequence
    this.#steward = new Steward({ ...init, nowMs: context.clock.nowMs() })
  }

  /** Read-only: what the steward believes. */
  get view (): Readonly<StewardState> {
    return this.#steward.view
  }

  /** The number of the requester's word that it goes by. */
  get controlSequence (): number {
    return this.#controlSequence
  }

  /** To be called once everything around stands. */
  begin (): void {
    this.#begunAtMs = this.#now()
    this.#do(this.#steward.begin())
  }

  connected (peer: PeerId): void {
    this.#do(this.#steward.connected(peer, this.#now()))
  }

  disconnected (peer: PeerId, graceMs: number): void {
    this.#do(this.#steward.disconnected(peer, graceMs, this.#now()))
  }

  capablePeers (count: number): void {
    this.#steward.capablePeers(count)
  }

  /** A worker's message about this job; renewals go to {@link renew}, `stale` to whoever keeps the epochs. */
  message (from: PeerId, message: Exclude<WorkerMessage, { type: 'renew' | 'stale' }>): void {
    switch (message.type) {
      case 'claim': return this.#do(this.#steward.claim(from, message, this.#now()))
      case 'started': return this.#do(this.#steward.started(from, message.leases, this.#now()))
      case 'failed': return this.#do(this.#steward.failed(from, message, this.#now()))
      case 'release': return this.#do(this.#steward.release(from, message, this.#now()))
    }
  }

  renew (from: PeerId, leases: Extract<WorkerMessage, { type: 'renew' }>['leases']): RenewedPart {
    const { effects, live, accepted } = this.#steward.renew(from, leases, this.#now())
    this.#do(effects)
    return { live, accepted: accepted.length === 0 ? [] : [{ job: this.job, ranges: accepted }] }
  }

  judge (from: PeerId, head: ResultHead): ResultVerdict {
    return this.#steward.judge(from, head)
  }

  /** A worker delivered pixels that are not finite numbers: a failure of the unit on that peer. */
  unusable (from: PeerId, { unit, token }: ResultHead): void {
    this.#context.log.warn('a peer delivered pixels that are not finite numbers', { peer: from, job: this.job, unit })
    this.message(from, { type: 'failed', job: this.job, token, unit, reason: 'its pixels are not finite numbers', log: '' })
  }

  /** A result that was judged `take` is safe on disk. */
  accept (head: ResultHead, result: AcceptedResult): void {
    this.#pace.delivered(this.#now())
    this.#do(this.#steward.accept(head, result, this.#now()))
  }

  /** See {@link Steward.learnAccepted}. */
  learnAccepted (units: UnitSet): void {
    this.#do(this.#steward.learnAccepted(units, this.#now()))
    this.#context.changed()
  }

  /** See {@link Steward.learnElsewhere}. */
  learnElsewhere (units: UnitSet): void {
    this.#do(this.#steward.learnElsewhere(units, this.#now()))
  }

  /** See {@link Steward.lost}. */
  lost (units: UnitSet): void {
    this.#do(this.#steward.lost(units.values(), this.#now()))
    this.#context.changed()
  }

  /** See {@link Steward.collected}. */
  collected (result: AcceptedResult): void {
    this.#do(this.#steward.collected(result, this.#now()))
    this.#context.changed()
  }

  merged (ms: number): void {
    this.#steward.view.account.merged(ms)
  }

  control (state: JobState, sequence: number): void {
    this.#controlSequence = sequence
    if (state !== this.view.control) {
      // The pace of before says nothing about a job that stood still meanwhile.
      this.#pace = new Pace()
    }
    this.#do(this.#steward.control(state, this.#now()))
    this.#context.changed()
  }

  /** See {@link Steward.doubt}; ended by {@link trust} or by time. Milliseconds of this peer's monotonic clock. */
  doubt (untilMs: number): void {
    this.#steward.doubt(untilMs, this.#now())
  }

  trust (): void {
    this.#do(this.#steward.trust(this.#now()))
  }

  tick (): void {
    this.#do(this.#steward.tick(this.#now()))
  }

  /** What this job is in the steward's beacon. */
  beacon (): BeaconJob {
    const { ledger, epoch, elsewhere } = this.view
    return {
      job: this.job,
      epoch,
      controlSequence: this.#controlSequence,
      open: ledger.count('open') - elsewhere.size,
      done: ledger.count('accepted'),
      digest: ledger.digest
    }
  }

  progress (): FarmEvent & { event: 'progress' } {
    const { ledger, account, workers, leases, grid, control, elsewhere } = this.view
    const state = control === 'paused' ? 'paused' : 'running'
    const working: WorkingPeer[] = []
    let peers = 0
    for (const worker of workers.values()) {
      const leased = [...worker.grants].reduce((sum, grant) => sum + (leases.get(grant)?.remaining.size ?? 0), 0)
      const done = account.unitsOf(worker.peer)
      const here = worker.link.state === 'connected' && worker.fingerprint === this.view.spec.fingerprint
      peers += here ? 1 : 0
      if (here || done > 0) {
        working.push({ peer: worker.peer, name: this.#context.nameOf(worker.peer), done, leased, relayed: this.#context.isRelayed(worker.peer) })
      }
    }
    const left = ledger.count('open') + ledger.count('leased') - elsewhere.size
    return {
      event: 'progress',
      job: this.job,
      done: ledger.count('accepted'),
      units: grid.units,
      etaMs: state === 'paused' ? null : this.#pace.etaMs(left, this.#now()) ?? this.#expectedMs(left / grid.units),
      peers,
      working,
      state
    }
  }

  /** What is expected of a share of the job that was begun with this stewardship; null when it takes longer than that. */
  #expectedMs (share: number): number | null {
    const wholeMs = this.#context.expectedMs()
    const leftMs = wholeMs === null ? 0 : wholeMs * share - (this.#now() - this.#begunAtMs)
    return leftMs > 0 ? Math.round(leftMs) : null
  }

  #now (): number {
    return this.#context.clock.nowMs()
  }

  #do (effects: readonly StewardEffect[]): void {
    for (const effect of effects) {
      this.#perform(effect)
    }
  }

  #perform (effect: StewardEffect): void {
    switch (effect.type) {
      case 'send':
        this.#context.send(effect.to, effect.message)
        return
      case 'granted':
        this.#context.note({ type: 'grant', grant: effect.grant, worker: effect.worker, rects: effect.rects })
        return
      case 'started':
        this.#context.note({ type: 'started', count: effect.count })
        return
      case 'unit': {
        const { unit, state, peer, ms, reason } = effect
        if (state !== 'leased' && state !== 'delivered') {
          const atMs = Math.round(this.#context.clock.wallMs())
          this.troubles.note({ unit, kind: state, peer, reason, atMs })
          this.#context.note({ type: 'trouble', unit, worker: peer, kind: state, reason, atMs })
          this.#context.log.info(`a unit ${WORDS[state]}`, { job: this.job, unit, peer: this.#context.nameOf(peer), ...(reason === '' ? {} : { reason }) })
        } else {
          this.#context.log.debug(`a unit was ${state}`, { job: this.job, unit, peer })
        }
        this.#context.emit({ event: 'unit', job: this.job, unit: String(unit), state, peer, ms, ...(reason === '' ? {} : { reason }) })
        this.#context.changed()
        return
      }
      case 'complete':
        this.#context.complete()
    }
  }
}
