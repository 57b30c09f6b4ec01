import { StoreError } from '../../errors.ts'
import { MAX_BATCH_BYTES, MAX_BODY_BYTES } from '../limits.ts'
import { storeError } from '../refusal.ts'
import { HEADER_BYTES, encodePrefix } from './layout.ts'
import { awaitedRecord, batchLength, notedRecord, totalBytes } from './pending-record.ts'
import { createSegment } from './segment-files.ts'
import type { Log } from '../../ports.ts'
import type { Disk } from '../disk.ts'
import type { PendingRecord } from './pending-record.ts'
import type { OpenSegment } from './segment-files.ts'

/** What the log is given. */
export interface AppendLogInit {
  readonly disk: Disk
  readonly folder: string
  readonly log: Log
  /** The segment to go on with; undefined: the first append begins one. */
  readonly segment: OpenSegment | undefined
  /** The highest number any segment of this journal has had. */
  readonly lastNumber: number
  readonly segmentBytes: number
  readonly maxQueuedBytes: number
}

/** What {@link AppendLog.roll} leaves behind. */
export interface Rolled {
  /** A number between the segments before the roll and those after it. */
  readonly number: number
  /** Resolves when the records that had to be carried over are on disk behind it too; rejects when the disk refuses them. */
  readonly carried: Promise<unknown>
}

interface RollRequest {
  readonly resolve: (rolled: Rolled) => void
}

/** A sync under way. */
interface Sync {
  readonly segment: OpenSegment
  readonly records: readonly PendingRecord[]
  /** How far it reaches. */
  readonly end: number
  readonly ended: Promise<void>
  /** Set when it has ended. */
  outcome: { readonly error: unknown } | 'synced' | undefined
}

/**
 * The writing end of a journal. Records go to disk in the order they came. One loop does everything: it writes whatever has queued up
 * in one go and, while a sync of that is under way, goes on writing what comes in meanwhile; so records that come together share a
 * write and a sync, and a record that is only noted reaches the kernel without waiting for a sync.
 *
 *     queued → written → on disk       append() resolves
 *     queued ─ write refused → refused; the segment is cut back to its last whole record, and the next append tries again
 *     written ─ sync refused → refused with all that was written since: nobody knows what the disk holds of it, so the segment is
 *                              cut back to the last good sync, and the next append begins a new one
 */
export class AppendLog {
  readonly #init: AppendLogInit
  #segment: OpenSegment | undefined
  #lastNumber: number
  readonly #leftSegments = new Map<number, number>()
  readonly #queue: PendingRecord[] = []
  #queuedBytes = 0
  /** Written and not yet being synced. */
  readonly #written: PendingRecord[] = []
  #sync: Sync | undefined
  /** Appended records whose waiters have not been told yet. */
  readonly #waited = new Set<PendingRecord>()
  /** Those of them that are on disk. */
  readonly #toTell: PendingRecord[] = []
  #telling: Promise<void> | undefined
  #rollRequest: RollRequest | undefined
  #loop: Promise<void> | undefined
  #wake: () => void = () => {}
  #closed = false

  constructor (init: AppendLogInit) {
    this.#init = init
    this.#segment = init.segment
    this.#lastNumber = init.lastNumber
  }

  /** Resolves once the record is on disk. @throws StoreError when the disk refuses, or too much waits for it */
  async append (head: Uint8Array, body: Uint8Array): Promise<void> {
    this.#checkOpen()
    if (body.byteLength > MAX_BODY_BYTES) {
      throw new StoreError(`${body.byteLength} bytes of pixels are too many for one journal record; at most ${MAX_BODY_BYTES} fit`)
    }
    const { record, ended } = awaitedRecord(head, body)
    if (this.#queuedBytes + record.bytes > this.#init.maxQueuedBytes) {
      throw new StoreError('The disk can not keep up with the results that arrive; they are asked for again later')
    }
    this.#push(record)
    await ended
  }

  /** Queues a record nobody waits for. It is dropped when the journal is closed; and, with a warning, when the disk refuses. */
  note (head: Uint8Array): void {
    if (!this.#closed) {
      this.#push(notedRecord(head))
    }
  }

  /**
   * Closes the segment and leaves one number free for a checkpoint. Records whose waiters have not been told yet are written again
   * behind the gap: a checkpoint made from what the callers know can then replace everything before it. One at a time.
   */
  async roll (): Promise<Rolled> {
    this.#checkOpen()
    return new Promise<Rolled>((resolve) => {
      this.#rollRequest = { resolve }
      this.#start()
    })
  }

  /** Bytes on disk of the segments this log has written to, by number. */
  sizes (): ReadonlyMap<number, number> {
    const sizes = new Map(this.#leftSegments)
    if (this.#segment !== undefined) {
      sizes.set(this.#segment.name.number, this.#segment.end)
    }
    return sizes
  }

  /** As {@link sizes}, less what a power cut might still take. */
  synced (): ReadonlyMap<number, number> {
    const ends = new Map(this.#leftSegments)
    if (this.#segment !== undefined) {
      ends.set(this.#segment.name.number, this.#segment.syncedEnd)
    }
    return ends
  }

  /** Leaves segments that were deleted out of {@link sizes}. */
  forgetBelow (number: number): void {
    for (const left of this.#leftSegments.keys()) {
      if (left < number) {
        this.#leftSegments.delete(left)
      }
    }
  }

  /** Takes no more records, and resolves when those taken are on disk or refused. */
  async close (): Promise<void> {
    this.#closed = true
    await this.#loop
    await this.#leaveSegment()
    await this.#telling
  }

  #checkOpen (): void {
    if (this.#closed) {
      throw new StoreError('The journal of this job is closed: the peer is stopping')
    }
  }

  #push (record: PendingRecord): void {
    this.#queue.push(record)
    this.#queuedBytes += record.bytes
    if (record.waiter !== undefined) {
      this.#waited.add(record)
    }
    this.#start()
  }

  #start (): void {
    this.#wake()
    this.#loop ??= this.#run()
  }

  async #run (): Promise<void> {
    await Promise.resolve() // whoever else appends in this turn shares the first write
    for (;;) {
      if (this.#sync?.outcome !== undefined) {
        await this.#endSync(this.#sync)
      }
      if (this.#sync === undefined && this.#written.length > 0) {
        await this.#telling // who has just been told may append at once, and then shares the next sync
        await this.#writeBatch()
        this.#syncOrForget()
      }
      if (this.#rollRequest !== undefined) {
        await this.#rollNow(this.#rollRequest)
      } else if (this.#queue.length > 0) {
        await this.#writeBatch()
      } else if (this.#sync !== undefined) {
        await Promise.race([this.#sync.ended, new Promise<void>((resolve) => { this.#wake = resolve })])
      } else {
        this.#loop = undefined
        return
      }
    }
  }

  async #writeBatch (): Promise<void> {
    const batch = this.#queue.splice(0, batchLength(this.#queue, MAX_BATCH_BYTES))
    if (batch.length === 0) {
      return
    }
    const bytes = totalBytes(batch)
    try {
      const segment = await this.#segmentFor(bytes)
      await this.#writeRecords(segment, batch)
      segment.end += bytes
    } catch (err) {
      this.#refuse(batch, err)
      return
    }
    this.#written.push(...batch)
  }

  async #writeRecords (segment: OpenSegment, batch: readonly PendingRecord[]): Promise<void> {
    const parts = batch.flatMap(({ head, body }) => [encodePrefix(segment.marker, head, body), head, body])
    try {
      await segment.file.write(parts, segment.end)
    } catch (err) {
      if (!await this.#cutBack(segment, segment.end)) {
        await this.#leaveSegment()
      }
      throw err
    }
  }

  /** The segment that takes the next `bytes`: the open one, or a new one when that is full or there is none. */
  async #segmentFor (bytes: number): Promise<OpenSegment> {
    const open = this.#segment
    if (open !== undefined && (open.end === HEADER_BYTES || open.end + bytes <= this.#init.segmentBytes)) {
      return open
    }
    await this.#leaveSegment()
    this.#segment = await createSegment(this.#init.disk, this.#init.folder, ++this.#lastNumber)
    return this.#segment
  }

  /** Syncs what has been written, if anybody waits for it. */
  #syncOrForget (): void {
    if (this.#segment !== undefined && this.#written.some((record) => record.waiter !== undefined)) {
      this.#beginSync(this.#segment)
    } else {
      this.#leaveQueue(this.#written.splice(0), 'on disk')
    }
  }

  #beginSync (segment: OpenSegment): Sync {
    const sync: Sync = {
      segment,
      records: this.#written.splice(0),
      end: segment.end,
      outcome: undefined,
      ended: segment.file.sync().then(
        () => { sync.outcome = 'synced' },
        (error: unknown) => { sync.outcome = { error } }
      )
    }
    this.#sync = sync
    return sync
  }

  async #endSync (sync: Sync): Promise<void> {
    await sync.ended
    this.#sync = undefined
    if (sync.outcome === 'synced') {
      sync.segment.syncedEnd = sync.end
      this.#leaveQueue(sync.records, 'on disk')
      this.#startTelling()
      return
    }
    const lost = [...sync.records, ...this.#written.splice(0)]
    await this.#cutBack(sync.segment, sync.segment.syncedEnd)
    await this.#closeSegment(sync.segment)
    this.#refuse(lost, sync.outcome?.error)
  }

  /** Syncs and closes the open segment; what the disk then refuses is refused. */
  async #leaveSegment (): Promise<void> {
    if (this.#sync !== undefined) {
      await this.#endSync(this.#sync)
    }
    if (this.#segment !== undefined && this.#segment.end > this.#segment.syncedEnd) {
      await this.#endSync(this.#beginSync(this.#segment))
    }
    if (this.#segment !== undefined) {
      await this.#closeSegment(this.#segment)
    }
  }

  async #closeSegment (segment: OpenSegment): Promise<void> {
    this.#segment = undefined
    this.#leftSegments.set(segment.name.number, segment.end)
    await segment.file.close().catch((err: unknown) => this.#warn('a journal segment could not be closed', err))
  }

  /** Removes what a refused write left behind. When even that is refused, the reader of the journal will step over the torn end. */
  async #cutBack (segment: OpenSegment, end: number): Promise<boolean> {
    segment.end = end
    try {
      await segment.file.truncate(end)
      return true
    } catch (err) {
      this.#warn('a journal segment could not be cut back to its last whole record', err)
      return false
    }
  }

  async #rollNow (request: RollRequest): Promise<void> {
    const written = new Set(this.#waited)
    for (const record of this.#queue) {
      written.delete(record)
    }
    await this.#leaveSegment()
    const carried = [...written].filter((record) => record.state === 'on disk').map(({ head, body }) => awaitedRecord(head, body))
    for (const { record } of carried) {
      this.#queuedBytes += record.bytes
      this.#waited.add(record)
    }
    this.#queue.unshift(...carried.map(({ record }) => record))
    const ended = Promise.all(carried.map((one) => one.ended))
    ended.catch(() => {}) // whoever makes the checkpoint hears of it when it waits for it
    this.#rollRequest = undefined
    this.#startTelling()
    request.resolve({ number: ++this.#lastNumber, carried: ended })
  }

  #startTelling (): void {
    if (this.#toTell.length > 0 && this.#rollRequest === undefined) {
      this.#telling ??= this.#tellInTurn()
    }
  }

  /**
   * Tells whoever waits for a record that it is on disk: one a turn, and none while a roll is asked for. So when one of them asks for
   * a checkpoint, all that were told before it have run, and all others are known.
   */
  async #tellInTurn (): Promise<void> {
    while (this.#toTell.length > 0 && this.#rollRequest === undefined) {
      const record = this.#toTell.shift()!
      this.#waited.delete(record)
      record.waiter!.resolve()
      await new Promise((resolve) => { setImmediate(resolve) })
    }
    this.#telling = undefined
  }

  #leaveQueue (records: readonly PendingRecord[], state: 'on disk' | 'refused'): void {
    for (const record of records) {
      record.state = state
      this.#queuedBytes -= record.bytes
      if (record.waiter !== undefined && state === 'on disk') {
        this.#toTell.push(record)
      }
    }
  }

  #refuse (records: readonly PendingRecord[], cause: unknown): void {
    this.#leaveQueue(records, 'refused')
    records.forEach((record) => this.#waited.delete(record))
    const reason = storeError(cause, this.#init.folder)
    const notes = records.filter((record) => record.waiter === undefined).length
    if (notes > 0) {
      this.#init.log.warn('journal notes were dropped because the disk refused them', { folder: this.#init.folder, notes, reason: reason.message })
    }
    records.forEach((record) => record.waiter?.reject(reason))
  }

  #warn (message: string, err: unknown): void {
    this.#init.log.warn(message, { folder: this.#init.folder, reason: storeError(err, this.#init.folder).message })
  }
}
