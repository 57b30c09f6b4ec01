import { StoreError } from '../../src/errors.ts'
import type { Hash, JobId, UnitIndex } from '../../src/core/ids.ts'
import type { ResultHead } from '../../src/core/messages.ts'
import type { KeptUnit } from '../../src/core/questions.ts'
import type { SpeedRecord } from '../../src/core/speed.ts'
import type { UnitLogEntry } from '../../src/core/unit-log.ts'
import type { JournalEntry, JournalRecord, RememberedRecord } from '../../src/ports.ts'

/** What a watcher of a {@link MemoryDisk} is told. */
export type DiskEvent =
  /** A record was given to a journal; it may not be durable yet. */
  | { readonly type: 'journal', readonly job: JobId, readonly record: JournalRecord }
  /** A record of another's job was kept. */
  | { readonly type: 'record', readonly job: JobId, readonly record: RememberedRecord }
  /** A result that is kept is durable. */
  | { readonly type: 'kept', readonly folder: 'custody' | 'spool', readonly job: JobId, readonly head: ResultHead }
  /** A folder of kept results is gone; the results that were durable in it. */
  | { readonly type: 'freed', readonly folder: 'custody' | 'spool', readonly job: JobId, readonly heads: readonly ResultHead[] }
  /** Bytes got their final name. */
  | { readonly type: 'blob', readonly blob: Hash, readonly bytes: Uint8Array }
  /** A blob is received of which a part was here already. */
  | { readonly type: 'resumed', readonly blob: Hash }
  /** A write was refused. */
  | { readonly type: 'refused' }

/** A journal on a {@link MemoryDisk}: records in order, and which of them would survive a power cut. */
export class MemoryJournal {
  entries: JournalEntry[] = []
  readonly films = new Map<number, Float32Array>()
  filmsUsedAtMs = 0
  /** Entries that a power cut does not take. */
  #durable = 0
  #generation = 0

  /** How many entries a power cut does not take. */
  get durable (): number {
    return this.#durable
  }

  /** Adds an entry and returns what makes it, and all before it, durable. */
  write (entry: JournalEntry): () => void {
    const generation = this.#generation
    const count = this.entries.push(entry)
    return () => {
      if (generation === this.#generation) {
        this.#durable = Math.max(this.#durable, count)
      }
    }
  }

  /** Puts other entries in the place of the first `count`, in one step. */
  replace (entries: readonly JournalEntry[], count: number): void {
    this.entries = [...entries, ...this.entries.slice(count)]
    this.#generation++
    this.#durable = this.entries.length
  }

  /** Loses what is not durable, all but its first `lucky` share: a disk may write more than it was made to. What is torn is lost. */
  losePower (lucky = 0): void {
    this.entries.length = survivors(this.#durable, this.entries.length, lucky)
    this.#durable = this.entries.length
  }

  /** About what the entries take on a disk. */
  bytes (): number {
    return this.entries.reduce((sum, { pixels }) => sum + 100 + (pixels?.byteLength ?? 0), 0)
  }
}

/** What has come of a blob that is not whole. */
export interface PartialBlob {
  readonly size: number
  readonly chunks: Map<number, Uint8Array>
  usedAtMs: number
}

/** Kept results of one job, and how many of them a power cut does not take. */
export interface MemoryKept {
  entries: KeptUnit[]
  durable: number
  changedAtMs: number
}

/** A disk in memory. Faults and slowness may be changed at any time. */
export class MemoryDisk {
  /** Told what happens on it. */
  watch: (event: DiskEvent) => void = () => {}
  /** Asked at each read of a blob: true flips a bit of what is read. */
  misreads: () => boolean = () => false
  /** What the disk says to every write, such as `no space left`; undefined: it takes them. */
  fault: string | undefined
  /** Bytes of blobs, parts and films it has room for; undefined: for any. */
  capacityBytes: number | undefined
  /** How long it takes until what is written is durable, in milliseconds of the store's clock. */
  syncMs = 0
  /** Undefined: the counter was never written, or a test took it away. */
  boot: number | undefined
  serial = 0
  speeds: SpeedRecord | undefined
  readonly journals = new Map<JobId, MemoryJournal>()
  readonly records = new Map<JobId, Map<string, RememberedRecord>>()
  readonly custody = new Map<JobId, MemoryKept>()
  readonly spool = new Map<JobId, MemoryKept>()
  readonly unitLogs: { readonly job: JobId, readonly unit: UnitIndex, readonly entry: UnitLogEntry }[] = []
  readonly blobs = new Map<Hash, Uint8Array>()
  /** When blobs came; of those that tests put there by hand nothing is known. */
  readonly blobTimes = new Map<Hash, number>()
  readonly partial = new Map<Hash, PartialBlob>()
  /** Laid out bundles, and when they were last used. */
  readonly bundles = new Map<Hash, number>()
  /** Files outside the home, by their absolute path: what `putFile` copies from. */
  readonly files = new Map<string, Uint8Array>()

  /** @throws StoreError while the disk takes no writes, or has no room for so many bytes more */
  checkWrite (bytes = 0): void {
    if (this.fault !== undefined) {
      this.watch({ type: 'refused' })
      throw new StoreError(this.fault)
    }
    if (bytes > 0 && this.capacityBytes !== undefined && this.keptBytes() + bytes > this.capacityBytes) {
      throw new StoreError('The disk is full', { trouble: 'full' })
    }
  }

  /** Bytes of all blobs, parts, films and kept results. */
  keptBytes (): number {
    const sum = (sizes: Iterable<number>): number => [...sizes].reduce((total, size) => total + size, 0)
    return sum(Array.from(this.blobs.values(), (bytes) => bytes.length)) +
      sum(Array.from(this.partial.values(), ({ chunks }) => partBytes(chunks))) +
      sum(Array.from(this.journals.values(), ({ films }) => filmBytes(films))) +
      sum([...this.custody.values(), ...this.spool.values()].flatMap(({ entries }) => entries.map(({ bytes }) => bytes.byteLength)))
  }

  journal (job: JobId): MemoryJournal {
    let journal = this.journals.get(job)
    if (journal === undefined) {
      journal = new MemoryJournal()
      this.journals.set(job, journal)
    }
    return journal
  }

  /** Loses what is not durable, all but its first `lucky` share. */
  losePower (lucky = 0): void {
    for (const journal of this.journals.values()) {
      journal.losePower(lucky)
    }
    for (const kept of [...this.custody.values(), ...this.spool.values()]) {
      kept.entries.length = survivors(kept.durable, kept.entries.length, lucky)
      kept.durable = kept.entries.length
    }
  }
}

function survivors (durable: number, written: number, lucky: number): number {
  return durable + Math.floor((written - durable) * lucky)
}

/** Bytes of the chunks that have arrived. */
export function partBytes (chunks: ReadonlyMap<number, Uint8Array>): number {
  return [...chunks.values()].reduce((total, bytes) => total + bytes.length, 0)
}

/** Bytes of a job's films. */
export function filmBytes (films: ReadonlyMap<number, Float32Array>): number {
  return [...films.values()].reduce((total, pixels) => total + pixels.byteLength, 0)
}
