import path from 'node:path'
import { isHash } from '../../core/ids.ts'
import { openIfThere } from '../disk.ts'
import * as limits from '../limits.ts'
import { OneAtATime } from '../one-at-a-time.ts'
import { errorCode, storeError } from '../refusal.ts'
import { decodeEntry, encodeEntry, lineStart } from './entry-line.ts'
import { SegmentTable, parseSegmentName, segmentName } from './segments.ts'
import type { JobId, UnitIndex } from '../../core/ids.ts'
import type { UnitLog, UnitLogEntry } from '../../core/unit-log.ts'
import type { Log, UnitLogs } from '../../ports.ts'
import type { Disk } from '../disk.ts'
import type { LogKind, LogLimits, Segment } from './segments.ts'

/** The limits of a home's unit logs. */
export const UNIT_LOG_LIMITS: LogLimits = {
  segmentBytes: limits.LOG_SEGMENT_BYTES,
  segmentsPerJob: limits.MAX_LOG_SEGMENTS_PER_JOB,
  bytesInAll: limits.MAX_LOG_BYTES_IN_ALL,
  segmentsInAll: limits.MAX_LOG_SEGMENTS_IN_ALL
}

/** A segment is closed beyond its size, by a batch that is no larger than what may wait. A larger file is not ours. */
const MAX_SEGMENT_BYTES = limits.LOG_SEGMENT_BYTES + limits.MAX_LOG_QUEUED_BYTES

/** Lines of one job and kind that wait to be written together. */
interface Batch {
  readonly job: JobId
  readonly kind: LogKind
  text: string
  bytes: number
}

/**
 * Unit logs in `<folder>/<job>/<kind>-<index>-<order>.log`: a few files a job however many units it has. Entries that come while the disk is at
 * work wait and are written together; nothing is synced, so a power cut may cost the last of them, and no unit waits for it.
 */
export class UnitLogFolder implements UnitLogs {
  readonly #disk: Disk
  readonly #folder: string
  readonly #log: Log
  readonly #table: SegmentTable
  readonly #turns = new OneAtATime()
  #waiting = new Map<string, Batch>()
  #waitingBytes = 0
  #writing: Promise<void> | undefined
  #looked: Promise<void> | undefined
  #troubled = false

  constructor (disk: Disk, folder: string, log: Log, logLimits = UNIT_LOG_LIMITS) {
    this.#disk = disk
    this.#folder = folder
    this.#log = log
    this.#table = new SegmentTable(logLimits)
  }

  append (job: JobId, unit: UnitIndex, entry: UnitLogEntry): void {
    const line = encodeEntry(unit, entry)
    const bytes = Buffer.byteLength(line)
    if (!isHash(job) || bytes > limits.MAX_LOG_LINE_BYTES || this.#waitingBytes + bytes > limits.MAX_LOG_QUEUED_BYTES) {
      return
    }
    const kind = entry.type === 'failed' ? 'failed' : 'done'
    const key = `${kind} ${job}`
    const batch = this.#waiting.get(key) ?? { job, kind, text: '', bytes: 0 }
    this.#waiting.set(key, batch)
    batch.text += line
    batch.bytes += bytes
    this.#waitingBytes += bytes
    this.#writing ??= this.#writeAll()
  }

  async read (job: JobId, unit: UnitIndex): Promise<UnitLog> {
    await this.flush()
    return this.#turns.run(async () => {
      await this.#look()
      const found: UnitLogEntry[] = []
      for (const segment of this.#table.of(job)) {
        found.push(...entriesIn(await this.#textOf(segment), unit))
      }
      found.sort((a, b) => a.atMs - b.atMs)
      return { entries: found, dropped: this.#table.hasDropped(job) }
    }).catch((error: unknown) => {
      this.#report(error)
      return { entries: [], dropped: true }
    })
  }

  async flush (): Promise<void> {
    while (this.#writing !== undefined) {
      await this.#writing
    }
  }

  async #writeAll (): Promise<void> {
    // What is appended in the same turn goes into the same batch.
    await Promise.resolve()
    while (this.#waiting.size > 0) {
      const batches = [...this.#waiting.values()]
      this.#waiting = new Map()
      this.#waitingBytes = 0
      for (const batch of batches) {
        await this.#turns.run(async () => { await this.#write(batch) }).catch((error: unknown) => { this.#report(error) })
      }
    }
    this.#writing = undefined
  }

  async #write ({ job, kind, text, bytes }: Batch): Promise<void> {
    await this.#look()
    const segment = this.#table.open(job, kind, bytes)
    try {
      await this.#append(segment, Buffer.from(text))
      this.#table.grew(segment, bytes)
    } catch (error) {
      if (segment.bytes === 0 || errorCode(error) === 'ENOENT') {
        this.#table.forget(segment)
      }
      throw error
    }
    for (const dropped of this.#table.excess(segment)) {
      await this.#remove(dropped)
    }
  }

  async #append (segment: Segment, bytes: Uint8Array): Promise<void> {
    const file = this.#fileOf(segment)
    if (segment.bytes === 0) {
      await this.#disk.makeFolder(path.dirname(file))
    }
    const handle = await this.#disk.open(file, segment.bytes === 0 ? 'create' : 'update')
    try {
      await handle.write([bytes], segment.bytes)
    } finally {
      await handle.close()
    }
  }

  async #remove (segment: Segment): Promise<void> {
    const file = this.#fileOf(segment)
    await this.#disk.remove(this.#table.of(segment.job).length === 0 ? path.dirname(file) : file)
  }

  async #textOf (segment: Segment): Promise<Buffer> {
    const handle = await openIfThere(this.#disk, this.#fileOf(segment))
    if (handle === undefined) {
      return Buffer.alloc(0)
    }
    try {
      const bytes = Buffer.alloc(Math.min(segment.bytes, MAX_SEGMENT_BYTES))
      return bytes.subarray(0, await handle.read(bytes, 0))
    } finally {
      await handle.close()
    }
  }

  /** Looks once what earlier lives have left. */
  async #look (): Promise<void> {
    this.#looked ??= this.#lookNow().catch((error: unknown) => {
      this.#looked = undefined
      throw error
    })
    await this.#looked
  }

  async #lookNow (): Promise<void> {
    const found: Segment[] = []
    for (const job of (await this.#disk.list(this.#folder)).filter(isHash)) {
      for (const name of await this.#disk.list(path.join(this.#folder, job)).catch(notAFolder)) {
        const bytes = await this.#disk.sizeOf(path.join(this.#folder, job, name)) ?? 0
        const segment = parseSegmentName(job, name, bytes)
        if (segment !== undefined && bytes > 0) {
          found.push(segment)
        }
      }
    }
    found.forEach((segment) => { this.#table.found(segment) })
  }

  #fileOf (segment: Segment): string {
    return path.join(this.#folder, segment.job, segmentName(segment))
  }

  /** Said once: who renders does not care, and a full disk says so elsewhere too. */
  #report (error: unknown): void {
    if (!this.#troubled) {
      this.#troubled = true
      this.#log.info('what became of units can not be logged', { reason: storeError(error, this.#folder).message })
    }
  }
}

/** The entries of one unit in a segment. */
function entriesIn (segment: Buffer, unit: UnitIndex): UnitLogEntry[] {
  const start = Buffer.from(lineStart(unit))
  const entries: UnitLogEntry[] = []
  for (let at = segment.indexOf(start); at !== -1; at = segment.indexOf(start, at + 1)) {
    const end = segment.indexOf('\n', at + 1)
    const entry = decodeEntry(segment.toString('utf8', at + start.byteLength, end === -1 ? segment.byteLength : end))
    if (entry !== undefined) {
      entries.push(entry)
    }
  }
  return entries
}

function notAFolder (error: unknown): string[] {
  if (errorCode(error) === 'ENOTDIR') {
    return []
  }
  throw error
}
