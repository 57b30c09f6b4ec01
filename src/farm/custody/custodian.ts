import { expired } from '../../core/custody/admission.ts'
import { covers, isKeptHead } from '../../core/custody/kept-head.ts'
import { isFinal } from '../../core/job.ts'
import { UnitSet } from '../../core/ledger.ts'
import { CUSTODY_RETENTION_MS } from '../../core/limits.ts'
import { StoreError } from '../../errors.ts'
import { MAX_INCOMING_BYTES } from '../limits.ts'
import { CustodyFullError, CustodyRoom } from './custody-room.ts'
import { KeptJob } from './kept-job.ts'
import { KeptScenes } from './kept-scenes.ts'
import { sendKept } from './send-kept.ts'
import { FOLDERS_READ_AT_ONCE, MAX_KEPT_JOBS, MAX_KEPT_JOBS_PER_REQUESTER, REMOVE_AGAIN_MS, SWEEP_EVERY_MS } from './limits.ts'
import type { CustodySummary } from '../../api.ts'
import type { Hash, JobId, PeerId } from '../../core/ids.ts'
import type { JobRecord, ResultAnswer, ResultHead, SignedJob } from '../../core/messages.ts'
import type { ResultVerdict } from '../../core/events.ts'
import type { Answer, JobLedger, KeepQuestion, KeptRequest, KeptUnit } from '../../core/questions.ts'
import type { Directory, KnownJob } from '../directory.ts'
import type { KeptScenesContext } from './kept-scenes.ts'
import type { Channel, KeptFolder, ResultReceiver, Store, Timer } from '../../ports.ts'

/** What a custodian needs. */
export interface CustodianContext extends KeptScenesContext {
  readonly self: PeerId
  readonly store: Pick<Store, 'custody'>
  readonly directory: Directory
}

/** A job of which something is kept: opening ─▶ open ─ it ended ─▶ gone. */
interface Place {
  readonly signed: SignedJob
  readonly opening: Promise<KeptJob>
  /** Undefined while it is being opened. */
  kept: KeptJob | undefined
}

/**
 * The custodian's role: keeps results, and the scene, of jobs whose requester may be away, until the requester has said its final word.
 *
 * Nothing that is kept makes room for something else: what finds no room is refused, and another custodian is found. A job's results go at its
 * final control word, or when nothing was added to them for {@link CUSTODY_RETENTION_MS}.
 */
export class Custodian implements ResultReceiver {
  readonly #context: CustodianContext
  readonly #scenes: KeptScenes
  readonly #room: CustodyRoom
  readonly #places = new Map<JobId, Place>()
  /** What lies here of jobs that this peer does not know now. */
  readonly #strangers = new Map<JobId, KeptFolder>()
  #incomingBytes = 0
  #refusal: string | undefined
  #sweep: Timer | undefined
  /** Whether the next sweep is brought forward, as a disk did not remove something. */
  #sweepIsSoon = false
  #closed = false

  /** @param quotaBytes what may be kept in all */
  constructor (quotaBytes: number, context: CustodianContext) {
    this.#context = context
    this.#scenes = new KeptScenes(context)
    this.#room = new CustodyRoom(quotaBytes, (requester) => this.#keptBytes(requester))
  }

  get quotaBytes (): number {
    return this.#room.quotaBytes
  }

  /** Less than is kept makes nothing go; nothing more comes then. */
  set quotaBytes (bytes: number) {
    this.#room.quotaBytes = bytes
  }

  /** Bytes on disk. */
  get bytes (): number {
    return this.#keptBytes()
  }

  /** What is kept, for people. */
  summary (): CustodySummary {
    const jobs = [...this.#places.values()].flatMap(({ signed, kept }) => kept === undefined || kept.units.size === 0
      ? []
      : [{ job: signed.id, name: signed.spec.name, requester: signed.spec.requester, units: kept.units.size, bytes: kept.bytes }])
    return { quotaBytes: this.quotaBytes, usedBytes: this.bytes, jobs }
  }

  /** The manifests of the scenes that are kept, or are to be. */
  scenes (): readonly Hash[] {
    return this.#scenes.manifests()
  }

  /** Takes up what earlier lives kept, once the directory remembers its jobs. What has ended, or was kept for too long, goes. Scenes are not fetched before {@link begin}. */
  async open (): Promise<void> {
    const folders = await this.#context.store.custody.jobs()
    folders.forEach((folder) => { this.#strangers.set(folder.job, folder) })
    await this.#removeExpired(folders)
    const rest = [...this.#strangers.keys()]
    for (let first = 0; first < rest.length; first += FOLDERS_READ_AT_ONCE) {
      await Promise.all(rest.slice(first, first + FOLDERS_READ_AT_ONCE).map(async (job) => { await this.#takeUp(job) }))
    }
    this.#planSweep()
  }

  async close (): Promise<void> {
    this.#closed = true
    this.#sweep?.stop()
    this.#scenes.close()
    for (const { opening } of this.#places.values()) {
      await opening.then(async (kept) => { await kept.close() }).catch(() => {})
    }
  }

  /** What is kept of a job; undefined when nothing is, or it can not be said yet. */
  kept (job: JobId): UnitSet | undefined {
    return this.#places.get(job)?.kept?.units
  }

  bundleOf (job: JobId): 'whole' | 'lacking' {
    return this.#scenes.of(job)
  }

  /** What this peer knows and keeps of a job of another's. */
  ledgerOf (known: KnownJob): JobLedger {
    const kept = this.kept(known.signed.id)?.copy() ?? new UnitSet(known.grid.units)
    const accepted = known.accepted?.copy() ?? new UnitSet(known.grid.units)
    accepted.addAll(kept)
    return { job: known.signed.id, epoch: known.epoch, accepted, parked: [], kept, bundle: this.bundleOf(known.signed.id) }
  }

  /**
   * Begins to keep a job, of another requester's, or goes on: its scene comes here, and results may be put.
   *
   * @throws StoreError when there is no room for another job, the disk refuses, or the job has ended
   */
  async keep (record: JobRecord): Promise<KeptJob> {
    this.#context.directory.learnRecord(record)
    const known = this.#context.directory.get(record.job.id)
    if (known === undefined || !this.#mayKeep(known)) {
      throw new StoreError('a job that has ended, or is this peer\'s own, is not kept for anybody')
    }
    const kept = await this.#open(known)
    this.#keepScene(known)
    return kept
  }

  async answerKeep (question: KeepQuestion): Promise<Answer> {
    const { directory, log } = this.#context
    directory.learnRecord(question.record)
    const known = directory.get(question.record.job.id)
    if (known === undefined) {
      return { type: 'refused', reason: 'unknown-job' }
    }
    if (this.#closed || known.signed.spec.requester === this.#context.self) {
      return { type: 'refused', reason: this.#closed ? 'leaving' : 'stale' }
    }
    try {
      await this.keep(question.record)
      return { type: 'ledger', ledger: this.ledgerOf(known) }
    } catch (error) {
      log.info('a job is not kept here', { job: known.signed.id, error: messageOf(error) })
      return { type: 'refused', reason: this.#mayKeep(known) ? 'full' : 'ended' }
    }
  }

  /** Reads what is wanted and is here. @throws StoreError */
  async * read ({ job, wanted }: KeptRequest): AsyncGenerator<KeptUnit> {
    const kept = await this.#places.get(job)?.opening.catch(() => undefined)
    if (kept !== undefined && wanted.units === kept.units.units) {
      yield * kept.read(wanted)
    }
  }

  /** Sends what is wanted and is here, as fast as it is read, then ends the stream. */
  async serve (request: KeptRequest, channel: Channel<KeptUnit, never>): Promise<void> {
    const kept = await this.#places.get(request.job)?.opening.catch(() => undefined)
    await sendKept(kept, request, channel, this.#context.log)
  }

  offer (_from: PeerId, head: ResultHead): ResultVerdict {
    const known = this.#context.directory.get(head.job)
    if (known === undefined || !isKeptHead(known.grid, head)) {
      return 'refused'
    }
    if (!this.#mayKeep(known)) {
      return 'ended'
    }
    const place = this.#places.get(head.job)
    if (place?.kept !== undefined && covers(place.kept.units, head.keep)) {
      return 'duplicate'
    }
    const { requester } = known.signed.spec
    if ((place === undefined && !this.#hasPlace(requester)) || !this.#room.fits(requester, this.#incomingBytes + head.bytes)) {
      return 'refused'
    }
    if (this.#incomingBytes > 0 && this.#incomingBytes + head.bytes > MAX_INCOMING_BYTES) {
      return 'busy'
    }
    this.#incomingBytes += head.bytes
    return 'take'
  }

  async take (from: PeerId, head: ResultHead, bytes: Uint8Array): Promise<ResultAnswer> {
    let isIncoming = true
    const arrived = (): void => {
      this.#incomingBytes -= isIncoming ? head.bytes : 0
      isIncoming = false
    }
    try {
      const known = this.#context.directory.get(head.job)
      if (known === undefined || !this.#mayKeep(known)) {
        return 'ended'
      }
      const kept = await this.#open(known)
      arrived()
      const outcome = await kept.put(head, bytes)
      this.#refusal = undefined
      return outcome === 'kept' ? 'accepted' : 'duplicate'
    } catch (error) {
      return this.#refuse(from, head, error)
    } finally {
      arrived()
    }
  }

  drop (from: PeerId, head: ResultHead, reason: Error): void {
    this.#context.log.debug('a result that was to be kept did not come whole', { peer: from, job: head.job, unit: head.unit, reason: reason.message })
    this.#incomingBytes -= head.bytes
  }

  /** Somebody came who may have what a scene lacks. */
  peerJoined (): void {
    this.#scenes.peerJoined()
  }

  /** A job became known, or its control word changed. */
  jobChanged (known: KnownJob): void {
    const job = known.signed.id
    if (!this.#places.has(job) && !this.#strangers.has(job)) {
      return
    }
    if (!this.#mayKeep(known)) {
      this.jobEnded(job)
    } else if (this.#strangers.has(job)) {
      void this.#takeUp(job)
    }
  }

  /** The requester has said its final word: what is kept of the job goes. */
  jobEnded (job: JobId): void {
    void this.#remove(job, 'ended')
  }

  #mayKeep (known: KnownJob): boolean {
    return known.signed.spec.requester !== this.#context.self && !isFinal(this.#context.directory.stateOf(known))
  }

  #keptBytes (requester?: PeerId): number {
    let bytes = 0
    for (const { signed, kept } of this.#places.values()) {
      bytes += requester === undefined || signed.spec.requester === requester ? kept?.bytes ?? 0 : 0
    }
    if (requester === undefined) {
      for (const folder of this.#strangers.values()) {
        bytes += folder.bytes
      }
    }
    return bytes
  }

  /** Whether one more job of this requester may be kept. */
  #hasPlace (requester: PeerId): boolean {
    const own = [...this.#places.values()].filter(({ signed }) => signed.spec.requester === requester).length
    return this.quotaBytes > 0 && this.#places.size + this.#strangers.size < MAX_KEPT_JOBS && own < MAX_KEPT_JOBS_PER_REQUESTER
  }

  /** @throws StoreError when the disk refuses or there is no room for another job */
  async #open ({ signed }: KnownJob): Promise<KeptJob> {
    const before = this.#places.get(signed.id)
    if (before !== undefined) {
      return before.opening
    }
    if (this.#closed || (!this.#strangers.has(signed.id) && !this.#hasPlace(signed.spec.requester))) {
      throw new CustodyFullError(this.#room.quotaBytes)
    }
    const reserve = (bytes: number): (() => void) => this.#room.reserve(signed.spec.requester, bytes)
    const place: Place = { signed, opening: KeptJob.open(this.#context.store.custody, signed, reserve), kept: undefined }
    this.#places.set(signed.id, place)
    try {
      place.kept = await place.opening
      this.#strangers.delete(signed.id)
      return place.kept
    } catch (error) {
      this.#places.delete(signed.id)
      throw error
    }
  }

  /** Opens what lies here of a job, if it is known and lives. */
  async #takeUp (job: JobId): Promise<void> {
    const known = this.#context.directory.get(job)
    if (known === undefined) {
      return
    }
    if (!this.#mayKeep(known)) {
      await this.#remove(job, 'ended')
      return
    }
    try {
      await this.#open(known)
      this.#keepScene(known)
    } catch (error) {
      this.#context.log.warn('what is kept of a job could not be read', { job, error: messageOf(error) })
    }
  }

  /** It may have ended while its folder was opened. */
  #keepScene (known: KnownJob): void {
    if (this.#places.has(known.signed.id) && this.#mayKeep(known)) {
      this.#scenes.keep(known.signed)
    }
  }

  /** What the disk does not remove now goes later. */
  async #remove (job: JobId, reason: 'ended' | 'expired'): Promise<void> {
    const place = this.#places.get(job)
    this.#scenes.letGo(job)
    this.#places.delete(job)
    try {
      await (await place?.opening.catch(() => undefined))?.close().catch(() => {})
      await this.#context.store.custody.remove(job)
      this.#strangers.delete(job)
      this.#context.log.info('what was kept of a job has gone', { job, reason })
    } catch (error) {
      this.#context.log.warn('what is kept of a job could not be removed yet', { job, error: messageOf(error) })
      this.#removeLater()
    }
  }

  #planSweep (afterMs = SWEEP_EVERY_MS): void {
    this.#sweep?.stop()
    if (!this.#closed) {
      this.#sweep = this.#context.clock.after(afterMs, () => {
        this.#sweepIsSoon = false
        void this.#lookThrough().finally(() => {
          if (!this.#sweepIsSoon) {
            this.#planSweep()
          }
        })
      })
    }
  }

  #removeLater (): void {
    if (!this.#sweepIsSoon) {
      this.#sweepIsSoon = true
      this.#planSweep(REMOVE_AGAIN_MS)
    }
  }

  async #lookThrough (): Promise<void> {
    try {
      const folders = await this.#context.store.custody.jobs()
      const { directory } = this.#context
      for (const { job } of folders) {
        const known = directory.get(job)
        if (known !== undefined && !this.#mayKeep(known)) {
          await this.#remove(job, 'ended')
        }
      }
      await this.#removeExpired(folders)
      this.#scenes.lookAgain()
    } catch (error) {
      this.#context.log.warn('what is kept for others could not be looked through', { error: messageOf(error) })
    }
  }

  async #removeExpired (folders: readonly KeptFolder[]): Promise<void> {
    const kept = folders.map(({ job, changedAtMs }) => ({ job, changedAtWallMs: changedAtMs }))
    for (const job of expired(kept, this.#context.clock.wallMs(), CUSTODY_RETENTION_MS)) {
      await this.#remove(job, 'expired')
    }
  }

  #refuse (from: PeerId, head: ResultHead, error: unknown): ResultAnswer {
    const known = this.#context.directory.get(head.job)
    if (known !== undefined && !this.#mayKeep(known)) {
      return 'ended'
    }
    const message = messageOf(error)
    if (message !== this.#refusal) {
      this.#refusal = message
      this.#context.log.warn('a result could not be kept', { peer: from, job: head.job, unit: head.unit, error: message })
    }
    return error instanceof CustodyFullError ? 'refused' : 'busy'
  }
}

function messageOf (error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
