import path from 'node:path'
import { removeTemporaries, temporaryName } from '../disk.ts'
import { MAX_BATCH_BYTES, MAX_QUEUED_BYTES, SEGMENT_BYTES } from '../limits.ts'
import { OneAtATime } from '../one-at-a-time.ts'
import { storeError } from '../refusal.ts'
import { AppendLog } from './append-log.ts'
import { encodeHeader, encodePrefix, newMarker, segmentName } from './layout.ts'
import { decodeRecord, encodeRecord } from './record-codec.ts'
import { liveSegments, reopenSegment } from './segment-files.ts'
import { SegmentReader } from './segment-reader.ts'
import type { JournalEntry, JournalRecord, Log } from '../../ports.ts'
import type { Disk, DiskFile } from '../disk.ts'
import type { SegmentName } from './layout.ts'
import type { SegmentOnDisk } from './segment-files.ts'
import type { Damage } from './segment-reader.ts'

/** Sizes that tests make small. */
export interface JournalLimits {
  /** @default SEGMENT_BYTES */
  readonly segmentBytes?: number
  /** @default MAX_QUEUED_BYTES */
  readonly maxQueuedBytes?: number
}

const NO_PIXELS = new Uint8Array(0)

/** The journal of one job: a folder of numbered segments, of which the newest checkpoint and those after it count. */
export class Journal {
  readonly #disk: Disk
  readonly #folder: string
  readonly #log: Log
  readonly #appendLog: AppendLog
  /** Bytes of the segments of earlier lives and of checkpoints, by number. */
  readonly #sizes: Map<number, number>
  readonly #checkpoints = new OneAtATime()

  private constructor (disk: Disk, folder: string, log: Log, appendLog: AppendLog, segments: readonly SegmentOnDisk[]) {
    this.#disk = disk
    this.#folder = folder
    this.#log = log
    this.#appendLog = appendLog
    this.#sizes = new Map(segments.map((segment) => [segment.number, segment.bytes]))
  }

  /**
   * Opens or creates the journal in `folder`. A torn last record is cut off, with a warning.
   *
   * @throws StoreError when the disk refuses, or a later version wrote the journal
   */
  static async open (disk: Disk, folder: string, log: Log, limits: JournalLimits = {}): Promise<Journal> {
    try {
      await disk.makeFolder(folder)
      await disk.syncFolder(path.dirname(folder))
      await removeTemporaries(disk, folder, log)
      const segments = await liveSegments(disk, folder)
      const last = segments.at(-1)
      const segment = last?.kind === 'log' ? await reopenSegment(disk, folder, last, (damage) => warn(log, folder, last, damage)) : undefined
      const appendLog = new AppendLog({
        disk,
        folder,
        log,
        segment,
        lastNumber: last?.number ?? 0,
        segmentBytes: limits.segmentBytes ?? SEGMENT_BYTES,
        maxQueuedBytes: limits.maxQueuedBytes ?? MAX_QUEUED_BYTES
      })
      return new Journal(disk, folder, log, appendLog, segments)
    } catch (err) {
      throw storeError(err, folder)
    }
  }

  /** See {@link JobStore.append}. */
  async append (record: JournalRecord, pixels: Uint8Array = NO_PIXELS): Promise<void> {
    await this.#appendLog.append(encodeRecord(record), pixels)
  }

  /** See {@link JobStore.note}. */
  note (record: JournalRecord): void {
    this.#appendLog.note(encodeRecord(record))
  }

  /**
   * All records in order; call it before appending. Damaged ones are left out and reported in the log: their units are simply
   * rendered again. After a crash in the middle of a checkpoint a record may come twice; never is one lost.
   *
   * @throws StoreError when the disk can not be read
   */
  async * replay (): AsyncGenerator<JournalEntry> {
    try {
      for (const segment of await liveSegments(this.#disk, this.#folder)) {
        yield * this.#readSegment(segment)
      }
    } catch (err) {
      throw storeError(err, this.#folder)
    }
  }

  /**
   * See {@link JobStore.checkpoint}. The records are asked for after everything appended before has settled. Appends may go on meanwhile.
   * A crash at any moment leaves either all records from before, or the given ones; and in both cases what was appended since.
   *
   * @throws StoreError when the disk refuses; the journal is then as before
   */
  async checkpoint (records: Iterable<JournalEntry> | AsyncIterable<JournalEntry>): Promise<void> {
    await this.#checkpoints.run(async () => this.#checkpointNow(records))
  }

  /** Bytes of all segments that count. */
  bytes (): number {
    const sizes = new Map([...this.#sizes, ...this.#appendLog.sizes()])
    return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  }

  /** Resolves when what was appended is on disk, or refused. */
  async close (): Promise<void> {
    await this.#checkpoints.run(async () => {})
    await this.#appendLog.close()
  }

  async * #readSegment (segment: SegmentOnDisk): AsyncGenerator<JournalEntry> {
    const file = await this.#disk.open(path.join(this.#folder, segment.file), 'read')
    try {
      const reader = new SegmentReader(file, segment.bytes)
      const marker = await reader.marker()
      const onDamage = (damage: Damage): void => warn(this.#log, this.#folder, segment, damage)
      if (marker === undefined) {
        onDamage({ from: 0, end: segment.bytes, place: 'tail' })
        return
      }
      for await (const { head, body } of reader.records(marker, onDamage)) {
        const record = decodeRecord(head)
        if (record === undefined) {
          this.#log.warn('a journal record of an unknown kind was left out; a later version of tilemesh may have written it', { folder: this.#folder, segment: segment.file })
        } else {
          yield { record, pixels: body.byteLength === 0 ? undefined : body }
        }
      }
    } finally {
      await file.close()
    }
  }

  async #checkpointNow (records: Iterable<JournalEntry> | AsyncIterable<JournalEntry>): Promise<void> {
    const { number, carried } = await this.#appendLog.roll()
    const name = segmentName(number, 'checkpoint')
    const file = path.join(this.#folder, name.file)
    const temporary = temporaryName(file)
    try {
      const bytes = await this.#writeCheckpoint(temporary, number, records)
      await carried
      await this.#disk.rename(temporary, file)
      this.#sizes.set(number, bytes)
      await this.#disk.syncFolder(this.#folder)
    } catch (err) {
      await this.#disk.remove(temporary).catch(() => {})
      throw storeError(err, this.#folder)
    }
    await this.#dropBefore(name)
  }

  async #writeCheckpoint (temporary: string, number: number, records: Iterable<JournalEntry> | AsyncIterable<JournalEntry>): Promise<number> {
    const file = await this.#disk.open(temporary, 'create')
    try {
      const writer = new BatchWriter(file)
      const marker = newMarker()
      await writer.add([encodeHeader(number, marker)])
      for await (const { record, pixels = NO_PIXELS } of records) {
        const head = encodeRecord(record)
        await writer.add([encodePrefix(marker, head, pixels), head, pixels])
      }
      await writer.flush()
      await file.sync()
      return writer.bytes
    } finally {
      await file.close()
    }
  }

  /** Deletes what a checkpoint has replaced. What can not be deleted now is deleted when the journal is opened next. */
  async #dropBefore (checkpoint: SegmentName): Promise<void> {
    try {
      await liveSegments(this.#disk, this.#folder)
    } catch (err) {
      this.#log.warn('segments that a checkpoint replaced could not be deleted', { folder: this.#folder, reason: storeError(err, this.#folder).message })
      return
    }
    for (const number of this.#sizes.keys()) {
      if (number < checkpoint.number) {
        this.#sizes.delete(number)
      }
    }
    this.#appendLog.forgetBelow(checkpoint.number)
  }
}

/** Gathers small parts into large writes. */
class BatchWriter {
  readonly #file: DiskFile
  #parts: Uint8Array[] = []
  #gathered = 0
  /** Bytes written or gathered so far. */
  bytes = 0

  constructor (file: DiskFile) {
    this.#file = file
  }

  async add (parts: readonly Uint8Array[]): Promise<void> {
    for (const part of parts) {
      this.#parts.push(part)
      this.#gathered += part.byteLength
      this.bytes += part.byteLength
    }
    if (this.#gathered >= MAX_BATCH_BYTES) {
      await this.flush()
    }
  }

  async flush (): Promise<void> {
    await this.#file.write(this.#parts, this.bytes - this.#gathered)
    this.#parts = []
    this.#gathered = 0
  }
}

function warn (log: Log, folder: string, segment: SegmentName, damage: Damage): void {
  const message = damage.place === 'tail' ? 'the torn end of a journal was left out' : 'a damaged part of a journal was left out; its units are rendered again'
  log.warn(message, { folder, segment: segment.file, fromByte: damage.from, bytes: damage.end - damage.from })
}
