import { isHash } from '../../core/ids.ts'
import type { JobId } from '../../core/ids.ts'

/** What a segment holds: failures, or all that went well. Each has its own share of a job's room. */
export type LogKind = 'failed' | 'done'

const KINDS: readonly LogKind[] = ['failed', 'done']

/** A file with entries of one job. */
export interface Segment {
  readonly job: JobId
  readonly kind: LogKind
  /** Counts the segments of this job and kind from 0: a first one above 0 says that earlier ones were dropped. */
  readonly index: number
  /** Counts all segments of the home: the lowest is the oldest. */
  readonly order: number
  bytes: number
}

/** How much is kept, in bytes and segments; see `../limits.ts`. */
export interface LogLimits {
  readonly segmentBytes: number
  readonly segmentsPerJob: number
  readonly bytesInAll: number
  readonly segmentsInAll: number
}

const NAME = /^(failed|done)-(\d{1,9})-(\d{1,12})\.log$/

/** A segment's name inside its job's folder. */
export function segmentName ({ kind, index, order }: Segment): string {
  return `${kind}-${index}-${order}.log`
}

/** The segment with this name, or undefined when it is no name of one. */
export function parseSegmentName (job: JobId, name: string, bytes: number): Segment | undefined {
  const match = NAME.exec(name)
  return match === null || !isHash(job)
    ? undefined
    : { job, kind: match[1] as LogKind, index: Number(match[2]), order: Number(match[3]), bytes }
}

/** All segments there are, and which of them must go. */
export class SegmentTable {
  readonly #limits: LogLimits
  /** By job and kind, oldest first. */
  readonly #rows = new Map<string, Segment[]>()
  #bytes = 0
  #count = 0
  #nextOrder = 0

  constructor (limits: LogLimits) {
    this.#limits = limits
  }

  /** Takes in a segment that is on disk. */
  found (segment: Segment): void {
    const row = this.#row(segment.job, segment.kind)
    row.push(segment)
    row.sort((a, b) => a.index - b.index)
    this.#count++
    this.#bytes += segment.bytes
    this.#nextOrder = Math.max(this.#nextOrder, segment.order + 1)
  }

  /** The segments of a job, oldest first within each kind. */
  of (job: JobId): readonly Segment[] {
    return KINDS.flatMap((kind) => this.#rows.get(`${kind} ${job}`) ?? [])
  }

  /** Whether entries of a job have been dropped, as far as what is left tells. */
  hasDropped (job: JobId): boolean {
    return KINDS.some((kind) => (this.#rows.get(`${kind} ${job}`)?.[0]?.index ?? 0) > 0)
  }

  /** Where so many more bytes go: the newest segment, or a new one when that is full. */
  open (job: JobId, kind: LogKind, bytes: number): Segment {
    const row = this.#row(job, kind)
    const last = row.at(-1)
    if (last !== undefined && last.bytes + bytes <= this.#limits.segmentBytes) {
      return last
    }
    const segment: Segment = { job, kind, index: (last?.index ?? -1) + 1, order: this.#nextOrder++, bytes: 0 }
    row.push(segment)
    this.#count++
    return segment
  }

  /** So many bytes were written to a segment. */
  grew (segment: Segment, bytes: number): void {
    segment.bytes += bytes
    this.#bytes += bytes
  }

  /** Takes out what is too much, oldest first; `kept` is being written and stays. */
  * excess (kept: Segment): Generator<Segment> {
    const row = this.#row(kept.job, kept.kind)
    while (row.length > this.#limits.segmentsPerJob) {
      yield this.#drop(row[0]!)
    }
    while (this.#bytes > this.#limits.bytesInAll || this.#count > this.#limits.segmentsInAll) {
      const oldest = this.#oldestBut(kept)
      if (oldest === undefined) {
        return
      }
      yield this.#drop(oldest)
    }
  }

  /** Forgets a segment that can not be used. */
  forget (segment: Segment): void {
    this.#drop(segment)
  }

  #drop (segment: Segment): Segment {
    const key = `${segment.kind} ${segment.job}`
    const row = this.#rows.get(key)!
    row.splice(row.indexOf(segment), 1)
    if (row.length === 0) {
      this.#rows.delete(key)
    }
    this.#count--
    this.#bytes -= segment.bytes
    return segment
  }

  #oldestBut (kept: Segment): Segment | undefined {
    let oldest: Segment | undefined
    for (const row of this.#rows.values()) {
      const first = row.find((segment) => segment !== kept)
      if (first !== undefined && (oldest === undefined || first.order < oldest.order)) {
        oldest = first
      }
    }
    return oldest
  }

  #row (job: JobId, kind: LogKind): Segment[] {
    const key = `${kind} ${job}`
    const row = this.#rows.get(key) ?? []
    this.#rows.set(key, row)
    return row
  }
}
