import { compareEpochs, sameEpoch } from '../core/epoch.ts'
import { isFinal, laterControl } from '../core/job.ts'
import { UnitSet } from '../core/ledger.ts'
import { MAX_KNOWN_JOBS, MAX_ROUND_STEP } from '../core/limits.ts'
import { gridOf } from '../core/units.ts'
import { MAX_LIVE_JOBS_PER_REQUESTER } from './limits.ts'
import type { Epoch } from '../core/epoch.ts'
import type { JobId, PeerId } from '../core/ids.ts'
import type { JobState } from '../core/job.ts'
import type { Beacon, JobDigest, JobRecord, SignedControl, SignedJob, UnitRange } from '../core/messages.ts'
import type { UnitGrid } from '../core/units.ts'
import type { Log, RememberedRecord, Store } from '../ports.ts'

/** What a peer knows of a job, whoever's it is. */
export interface KnownJob {
  readonly signed: SignedJob
  readonly grid: UnitGrid
  control: SignedControl | undefined
  /** The highest stewardship heard of. */
  epoch: Epoch | undefined
  /** Units done, as told by a beacon or counted from renewals, whichever is more. */
  done: number
  /** Units done as this stewardship last told, and the digest of them. */
  toldDone: number
  digest: string
  /** Units known to be accepted: at most an eighth of a byte each, and only where renewals told of some. */
  accepted: UnitSet | undefined
}

/** The peer that is to be found at a job's stewardship: its requester until anything else is heard. */
export function stewardOfKnown ({ signed, epoch }: KnownJob): PeerId {
  return epoch?.peer ?? signed.spec.requester
}

/** Records in one answer of a digest exchange: about 256 KiB of jobs. */
export const MAX_RECORDS = 256

/** The round of every job's first stewardship, its requester's. */
const FIRST_ROUND = 1

/** Digests in one exchange. */
const MAX_DIGESTS = 1_000

/**
 * All jobs this peer has heard of, with the latest word of their requesters. Merging is commutative and idempotent: gossip, digest exchange and
 * lease streams may bring the same record in any order, any number of times (invariants S4, S7). Ended jobs stay known, so that nothing
 * brings them back to life.
 */
export class Directory {
  readonly #self: PeerId
  readonly #store: Store
  readonly #log: Log
  readonly #jobs = new Map<JobId, KnownJob>()
  /** Those that may still need rendering: asked for at every turn of the worker, and few, however many ended ones are remembered. */
  readonly #live = new Set<KnownJob>()
  readonly #changed: (job: KnownJob) => void
  /** Jobs of which the disk refused a record. */
  readonly #unsaved = new Set<JobId>()

  constructor (self: PeerId, store: Store, log: Log, changed: (job: KnownJob) => void) {
    this.#self = self
    this.#store = store
    this.#log = log
    this.#changed = changed
  }

  get (job: JobId): KnownJob | undefined {
    return this.#jobs.get(job)
  }

  all (): readonly KnownJob[] {
    return [...this.#jobs.values()]
  }

  /** The requester's word about a job; `running` until one is heard. */
  stateOf (job: KnownJob): JobState {
    return job.control?.control.state ?? 'running'
  }

  /** Jobs that may still need rendering. */
  live (): readonly KnownJob[] {
    return [...this.#live]
  }

  /** Takes in a job; false when there is no room for another of its requester. */
  learnJob (signed: SignedJob): boolean {
    if (this.#jobs.has(signed.id)) {
      return true
    }
    if (!this.#makeRoom(signed)) {
      this.#log.info('a job was not taken in: its requester has too many', { job: signed.id, requester: signed.spec.requester })
      return false
    }
    const known: KnownJob = { signed, grid: gridOf(signed.spec), control: undefined, epoch: undefined, done: 0, toldDone: 0, digest: '', accepted: undefined }
    this.#jobs.set(signed.id, known)
    this.#live.add(known)
    this.#save(known, { type: 'job', bytes: signed.bytes, signature: signed.signature, output: undefined })
    this.#changed(known)
    return true
  }

  /** Takes in a control word of a known job, if it is later than what is known. */
  learnControl (signed: SignedControl): void {
    const known = this.#jobs.get(signed.control.job)
    if (known === undefined) {
      return
    }
    const before = known.control
    if (before !== undefined && laterControl(before.control, signed.control) === before.control) {
      return
    }
    known.control = signed
    if (isFinal(signed.control.state)) {
      this.#live.delete(known)
    }
    this.#save(known, { type: 'control', bytes: signed.bytes, signature: signed.signature })
    this.#changed(known)
  }

  /** Takes in what another peer remembers; true when the job is news. One that has ended is not worth another's place. */
  learnRecord ({ job, control }: JobRecord): boolean {
    const isNews = !this.#jobs.has(job.id)
    if (isNews && this.#jobs.size >= MAX_KNOWN_JOBS && control !== undefined && isFinal(control.control.state)) {
      return false
    }
    if (!this.learnJob(job)) {
      return false
    }
    if (control !== undefined) {
      this.learnControl(control)
    }
    return isNews
  }

  /**
   * Takes in a stewardship of a known job: of all that are heard of, the highest is obeyed, also by later lives of this peer (invariant S4).
   * True when it is higher than what was known.
   */
  learnEpoch (job: JobId, epoch: Epoch): boolean {
    const known = this.#jobs.get(job)
    if (known === undefined || (known.epoch !== undefined && compareEpochs(epoch, known.epoch) <= 0)) {
      return false
    }
    if (epoch.round > (known.epoch?.round ?? FIRST_ROUND) + MAX_ROUND_STEP) {
      this.#log.info('a stewardship that can not be was not believed', { job, peer: epoch.peer, round: epoch.round })
      return false
    }
    const wasMoved = (known.epoch?.round ?? 0) > FIRST_ROUND
    known.epoch = epoch
    known.toldDone = 0
    known.digest = ''
    // A job whose stewardship has never moved has the epoch that everybody expects.
    if (wasMoved || epoch.round > FIRST_ROUND) {
      this.#save(known, { type: 'epoch', epoch })
    }
    this.#changed(known)
    return true
  }

  /** A steward tells of its jobs. The highest epoch counts, and what it told last: of one stewardship the most done. */
  learnBeacon (beacon: Beacon): void {
    for (const { job, epoch, done, digest } of beacon.jobs) {
      const known = this.#jobs.get(job)
      if (known === undefined || epoch.peer !== beacon.steward) {
        continue
      }
      this.learnEpoch(job, epoch)
      if (known.epoch !== undefined && sameEpoch(epoch, known.epoch) && (known.digest === '' || done > known.toldDone || (done === known.toldDone && digest > known.digest))) {
        known.toldDone = done
        known.digest = digest
        known.done = Math.max(done, known.accepted?.size ?? 0)
        this.#changed(known)
      }
    }
  }

  /** A renewal's answer tells of accepted units. Of more than the job has, a liar's, nobody takes the time to read on. */
  learnAccepted (job: JobId, ranges: readonly UnitRange[]): void {
    const known = this.#jobs.get(job)
    if (known === undefined || ranges.length === 0) {
      return
    }
    known.accepted ??= new UnitSet(known.grid.units)
    let left = known.grid.units
    for (const range of ranges) {
      left -= range.end - range.first
      if (left < 0) {
        break
      }
      known.accepted.addRange(range)
    }
    known.done = Math.max(known.done, known.accepted.size)
  }

  /** A member told all that it knows to be accepted. Of another number of units it is another job's, and left out. */
  learnLedger (job: JobId, accepted: UnitSet): void {
    const known = this.#jobs.get(job)
    if (known?.grid.units === accepted.units) {
      known.accepted ??= new UnitSet(known.grid.units)
      known.accepted.addAll(accepted)
      known.done = Math.max(known.done, known.accepted.size)
    }
  }

  /**
   * What this peer knows, for a digest exchange: all jobs in the order of their ids. Of more than one exchange holds, a run of that order that
   * wraps around; a full list speaks only of the ids from its first to its last (see {@link recordsFor}).
   *
   * @param at where a run begins, 0 … 1; by chance, so that one exchange after another speaks of all
   */
  digests (at: number): JobDigest[] {
    const jobs = this.all().toSorted((a, b) => a.signed.id < b.signed.id ? -1 : 1)
    const first = jobs.length > MAX_DIGESTS ? Math.floor(at * jobs.length) : 0
    return [...jobs.slice(first), ...jobs.slice(0, first)].slice(0, MAX_DIGESTS).map((job) => ({
      job: job.signed.id,
      controlSequence: job.control?.control.sequence ?? 0,
      final: isFinal(this.stateOf(job)),
      epoch: job.epoch,
      done: job.done,
      digest: job.digest === '' ? NO_UNITS_DIGEST : job.digest
    }))
  }

  /** Writes again what the disk refused before: a word that only memory has would be forgotten with this life. To be called now and then. */
  saveAgain (): void {
    const jobs = [...this.#unsaved].flatMap((job) => this.#jobs.get(job) ?? [])
    this.#unsaved.clear()
    for (const known of jobs) {
      const { signed, control, epoch } = known
      this.#save(known, { type: 'job', bytes: signed.bytes, signature: signed.signature, output: undefined })
      if (control !== undefined) {
        this.#save(known, { type: 'control', bytes: control.bytes, signature: control.signature })
      }
      if (epoch !== undefined && epoch.round > FIRST_ROUND) {
        this.#save(known, { type: 'epoch', epoch })
      }
    }
  }

  /** The records another peer lacks, or has an older word of, going by its digests: jobs that may need rendering first. */
  recordsFor (theirs: readonly JobDigest[]): JobRecord[] {
    const known = new Map(theirs.map((digest) => [digest.job, digest]))
    const speaksOf = theirs.length < MAX_DIGESTS ? () => true : isBetween(theirs[0]!.job, theirs.at(-1)!.job)
    const records: JobRecord[] = []
    for (const job of [...this.#live, ...this.all().filter((one) => !this.#live.has(one))]) {
      if (!speaksOf(job.signed.id)) {
        continue
      }
      const digest = known.get(job.signed.id)
      const newer = digest !== undefined && job.control !== undefined && !digest.final &&
        (isFinal(this.stateOf(job)) || job.control.control.sequence > digest.controlSequence)
      if ((digest === undefined || newer) && records.push({ job: job.signed, control: job.control }) === MAX_RECORDS) {
        break
      }
    }
    return records
  }

  /** Makes room for one more job: ended ones go first, oldest first. */
  #makeRoom (signed: SignedJob): boolean {
    const { requester } = signed.spec
    if (requester !== this.#self) {
      const live = this.live().filter((job) => job.signed.spec.requester === requester)
      if (live.length >= MAX_LIVE_JOBS_PER_REQUESTER) {
        return false
      }
    }
    if (this.#jobs.size >= MAX_KNOWN_JOBS) {
      const ended = this.all().find((job) => isFinal(this.stateOf(job)))
      if (ended === undefined) {
        return requester === this.#self
      }
      this.#jobs.delete(ended.signed.id)
      this.#forget(ended.signed.id)
    }
    return true
  }

  #save (known: KnownJob, record: RememberedRecord): void {
    const { id, spec } = known.signed
    if (spec.requester !== this.#self) {
      this.#store.saveRecord(id, record).catch((error: unknown) => {
        if (this.#unsaved.size === 0) {
          this.#log.warn('a job record was not kept on disk', { job: id, error: String(error) })
        }
        this.#unsaved.add(id)
      })
    }
  }

  #forget (job: JobId): void {
    this.#store.dropRecord(job).catch((error: unknown) => {
      this.#log.warn('a job record was not removed from disk', { job, error: String(error) })
    })
  }
}

/** Whether ids lie in a run of their order that may wrap around; both ends are in it. */
function isBetween (first: JobId, last: JobId): (job: JobId) => boolean {
  return first <= last ? (job) => job >= first && job <= last : (job) => job >= first || job <= last
}

/** The digest of no units. */
const NO_UNITS_DIGEST = '0000000000000000'
