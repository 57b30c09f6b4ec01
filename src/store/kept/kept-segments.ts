import path from 'node:path'
import { removeTemporaries } from '../disk.ts'
import { AppendLog } from '../journal/append-log.ts'
import { MARKER_BYTES, segmentName } from '../journal/layout.ts'
import { liveSegments, reopenSegment } from '../journal/segment-files.ts'
import { SegmentReader } from '../journal/segment-reader.ts'
import { HEAD_WINDOW_BYTES, MAX_QUEUED_BYTES, SEGMENT_BYTES } from '../limits.ts'
import { errorCode, refusalOf, refusesWriting, storeError } from '../refusal.ts'
import { decodeHead, encodeHead } from './kept-head.ts'
import type { JobId } from '../../core/ids.ts'
import type { ResultHead } from '../../core/messages.ts'
import type { KeptUnit } from '../../core/questions.ts'
import type { KeptUnits, Log } from '../../ports.ts'
import type { Disk, DiskFile } from '../disk.ts'
import type { JournalLimits } from '../journal/journal.ts'
import type { SegmentName } from '../journal/layout.ts'
import type { OpenSegment, SegmentOnDisk } from '../journal/segment-files.ts'
import type { Damage, RawHead } from '../journal/segment-reader.ts'

/** What kept results of one job are opened with. */
export interface KeptSegmentsInit {
  readonly disk: Disk
  /** Made when it is missing. */
  readonly folder: string
  readonly job: JobId
  readonly log: Log
  readonly limits: JournalLimits
  onClose (): void
}

/** A result found by its head. */
interface Entry {
  readonly head: ResultHead
  readonly segment: SegmentName
  readonly raw: RawHead
  readonly reader: SegmentReader
}

/**
 * Results of one job in a folder of segments, as a journal has them: what is appended is on disk before anybody is told, and damage costs what
 * it hits and no more. An entry whose bytes turn out to be damaged loses its marker on the disk, so that no later life takes it for one.
 */
export class KeptSegments implements KeptUnits {
  readonly job: JobId
  readonly #init: KeptSegmentsInit
  readonly #appendLog: AppendLog
  /** Bytes of the segments of earlier lives, by number. */
  readonly #earlier: ReadonlyMap<number, number>
  /** Where damage has been found, so that it is said once. */
  readonly #damaged = new Set<string>()

  private constructor (init: KeptSegmentsInit, appendLog: AppendLog, segments: readonly SegmentOnDisk[]) {
    this.#init = init
    this.job = init.job
    this.#appendLog = appendLog
    this.#earlier = new Map(segments.map(({ number, bytes }) => [number, bytes]))
  }

  /**
   * Opens or creates the folder. A torn last entry is cut off, with a warning. What is there can be read also when the disk takes no writes.
   *
   * @throws StoreError when the disk refuses, or a later version wrote the segments
   */
  static async open (init: KeptSegmentsInit): Promise<KeptSegments> {
    const { disk, folder, log, limits } = init
    try {
      await disk.makeFolder(folder)
      await disk.syncFolder(path.dirname(folder))
      await disk.syncFolder(path.dirname(path.dirname(folder)))
      await removeTemporaries(disk, folder, log)
      const segments = await liveSegments(disk, folder)
      const last = segments.at(-1)
      const appendLog = new AppendLog({
        disk,
        folder,
        log,
        segment: last === undefined ? undefined : await goOn(init, last),
        lastNumber: last?.number ?? 0,
        segmentBytes: limits.segmentBytes ?? SEGMENT_BYTES,
        maxQueuedBytes: limits.maxQueuedBytes ?? MAX_QUEUED_BYTES
      })
      return new KeptSegments(init, appendLog, segments)
    } catch (err) {
      throw storeError(err, folder)
    }
  }

  get bytes (): number {
    return [...new Map([...this.#earlier, ...this.#appendLog.sizes()]).values()].reduce((sum, bytes) => sum + bytes, 0)
  }

  async put (head: ResultHead, bytes: Uint8Array): Promise<void> {
    if (head.job !== this.job || head.bytes !== bytes.byteLength) {
      throw new RangeError(`a result of ${head.bytes} bytes of job ${head.job} came with ${bytes.byteLength} bytes for job ${this.job}`)
    }
    await this.#appendLog.append(encodeHead(head), bytes)
  }

  async * read (wanted: (head: ResultHead) => boolean): AsyncGenerator<KeptUnit> {
    for await (const entry of this.#entries()) {
      const bytes = wanted(entry.head) ? await this.#bytesOf(entry) : undefined
      if (bytes !== undefined) {
        yield { head: entry.head, bytes }
      }
    }
  }

  async * heads (): AsyncGenerator<ResultHead> {
    for await (const { head } of this.#entries()) {
      yield head
    }
  }

  async close (): Promise<void> {
    await this.#appendLog.close()
    this.#init.onClose()
  }

  /** All that is on disk now and not known to be damaged. @throws StoreError when the disk can not be read */
  async * #entries (): AsyncGenerator<Entry> {
    const ends = [...new Map([...this.#earlier, ...this.#appendLog.synced()])].sort(([a], [b]) => a - b)
    for (const [number, end] of ends) {
      const segment = segmentName(number, 'log')
      try {
        const file = await this.#init.disk.open(path.join(this.#init.folder, segment.file), 'read')
        try {
          yield * this.#entriesOf(segment, file, end)
        } finally {
          await file.close()
        }
      } catch (err) {
        if (!cannotBeRead(err)) {
          throw storeError(err, this.#init.folder)
        }
        this.#say('a file of kept results can not be read; what is in it is not kept any more', segment, { reason: refusalOf(err, segment.file) })
      }
    }
  }

  async * #entriesOf (segment: SegmentName, file: DiskFile, end: number): AsyncGenerator<Entry> {
    const reader = new SegmentReader(file, end, HEAD_WINDOW_BYTES)
    const marker = await reader.marker()
    const onDamage = (damage: Damage): void => { this.#lost(segment, damage) }
    if (marker === undefined) {
      onDamage({ from: 0, end, place: 'tail' })
      return
    }
    const isHead = (bytes: Uint8Array, bodyBytes: number): boolean => decodeHead(bytes, this.job, bodyBytes) !== undefined
    for await (const raw of reader.heads(marker, isHead, onDamage)) {
      const head = decodeHead(raw.head, this.job, raw.bodyBytes)
      if (head !== undefined && !this.#damaged.has(placeOf(segment, raw.from))) {
        yield { head, segment, raw, reader }
      }
    }
  }

  async #bytesOf ({ raw, reader, segment }: Entry): Promise<Uint8Array | undefined> {
    let bytes: Uint8Array | undefined
    let blot = true
    try {
      bytes = await reader.body(raw)
    } catch (err) {
      if (!cannotBeRead(err)) {
        throw err
      }
      blot = false // what lies behind an unreadable place is reached by its head alone
    }
    if (bytes === undefined && this.#lost(segment, { from: raw.from, end: raw.end, place: 'middle' }) && blot) {
      await this.#blotOut(segment, raw.from)
    }
    return bytes
  }

  /** Takes an entry's marker from the disk. When that is refused, the next life finds the damage again. */
  async #blotOut (segment: SegmentName, from: number): Promise<void> {
    try {
      const file = await this.#init.disk.open(path.join(this.#init.folder, segment.file), 'update')
      try {
        await file.write([new Uint8Array(MARKER_BYTES)], from)
      } finally {
        await file.close()
      }
    } catch (err) {
      this.#init.log.info('a damaged result could not be blotted out', { folder: this.#init.folder, segment: segment.file, reason: refusalOf(err, segment.file) })
    }
  }

  /** Says what was lost; false when that is known already. */
  #lost (segment: SegmentName, damage: Damage): boolean {
    const place = placeOf(segment, damage.from)
    if (this.#damaged.has(place)) {
      return false
    }
    this.#damaged.add(place)
    this.#say('a damaged part of kept results was left out; its units are not kept here any more', segment, { fromByte: damage.from, bytes: damage.end - damage.from })
    return true
  }

  #say (message: string, segment: SegmentName, details: Readonly<Record<string, unknown>>): void {
    this.#init.log.warn(message, { folder: this.#init.folder, segment: segment.file, ...details })
  }
}

/** Opens the last segment of an earlier life to go on with it; undefined when the disk takes no writes: the first entry then begins a new one. */
async function goOn ({ disk, folder, log }: KeptSegmentsInit, last: SegmentOnDisk): Promise<OpenSegment | undefined> {
  try {
    return await reopenSegment(disk, folder, last, ({ from, end }) => {
      log.warn('the torn end of kept results was cut off', { folder, segment: last.file, fromByte: from, bytes: end - from })
    })
  } catch (err) {
    if (!refusesWriting(err)) {
      throw err
    }
    log.info('a disk takes no writes; what is kept on it can only be read', { folder, reason: refusalOf(err, folder) })
    return undefined
  }
}

/** Whether a disk failed to give back what it was given; any other refusal is no word about what is on it. */
function cannotBeRead (err: unknown): boolean {
  return errorCode(err) === 'EIO' || errorCode(err) === 'ENOENT'
}

function placeOf (segment: SegmentName, from: number): string {
  return `${segment.number}:${from}`
}
