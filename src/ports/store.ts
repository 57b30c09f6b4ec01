/**
 * What a peer keeps on its disk: journals, films, blobs, and what of it may go when room is needed.
 */
import type { Hash, JobId, UnitIndex } from '../core/ids.ts'
import type { JournalEntry, JournalRecord } from '../core/journal.ts'
import type { Manifest, ResultHead } from '../core/messages.ts'
import type { KeptUnit } from '../core/questions.ts'
import type { SpeedRecord } from '../core/speed.ts'
import type { UnitLog, UnitLogEntry } from '../core/unit-log.ts'

/** The files of a scene as an engine sees them. */
export interface SceneFiles {
  /** Absolute path of a folder that holds all files under their paths; read-only. */
  readonly folder: string
  /** Path of the scene file inside the folder, POSIX separators. */
  readonly entry: string
  /** Reads a file of the bundle. @throws SceneError when the bundle has no such file */
  read (path: string): Promise<Uint8Array>
}

/** The journal and the films of one job. */
export interface JobStore {
  readonly job: JobId
  /** Appends and resolves once it is on disk (fsync in batches). @throws StoreError when the disk refuses; nothing is half there then */
  append (record: JournalRecord, pixels?: Uint8Array): Promise<void>
  /** Appends without waiting for the disk: for what may be lost in a power cut, but not in a kill -9. */
  note (record: JournalRecord): void
  /** All records in order, from the first. Call before appending. */
  replay (): AsyncIterable<JournalEntry>
  /**
   * Replaces every record so far by `records` (with pixels) in one atomic step: what is merged is checkpointed, the journal before it dropped.
   */
  checkpoint (records: Iterable<JournalEntry> | AsyncIterable<JournalEntry>): Promise<void>
  /** Bytes the journal has on disk now. */
  journalBytes (): number
  /**
   * Keeps a finished frame's film: Float32Array, width × height × 4, row-major, linear premultiplied RGBA; fsynced under its final name.
   * Resolves with the bytes by which the job's films have grown.
   */
  saveFilm (frame: number, pixels: Float32Array): Promise<number>
  /** A kept film, or undefined. */
  readFilm (frame: number): Promise<Float32Array | undefined>
  close (): Promise<void>
}

/** Says whether there is room for a file that is to be copied in. */
export interface Admission {
  /** Whether a blob of so many bytes is here, so that the file may be it: it is then hashed first, and copied only if it is not. */
  mayBeHere (bytes: number): boolean
  /** Told how many bytes the file has, before the first is written, and again if it grows meanwhile. @throws StoreError to refuse it */
  admit (bytes: number): Promise<void>
}

/** All that a {@link BlobStore} has on its disk. Times are when a thing was last used, in milliseconds since 1970. */
export interface BlobInventory {
  readonly blobs: readonly { readonly blob: Hash, readonly bytes: number, readonly usedAtMs: number }[]
  /** Blobs of which a part has arrived, and the bytes that part takes. */
  readonly arrivals: readonly { readonly blob: Hash, readonly bytes: number, readonly usedAtMs: number }[]
  /** Bundles that are laid out, by the hash of their manifest. */
  readonly bundles: readonly { readonly manifest: Hash, readonly usedAtMs: number }[]
}

/** Blobs by hash, whole or in part. */
export interface BlobStore {
  has (blob: Hash): Promise<boolean>
  /**
   * Exactly `length` bytes at `offset`, also of a blob that is only partly there; undefined when they are not. Bytes that the disk has damaged never
   * come out: their blob is removed.
   */
  read (blob: Hash, offset: number, length: number): Promise<Uint8Array | undefined>
  /** Stores a whole small blob whose hash has been computed. */
  put (blob: Hash, bytes: Uint8Array): Promise<void>
  /** Copies a file in, hashing it: whole and chunk by chunk. */
  putFile (file: string, admission?: Admission): Promise<{ readonly size: number, readonly hash: Hash, readonly chunks: readonly Hash[] }>
  /** Opens a blob for arrival in chunks, resuming what was already there. */
  receive (blob: Hash, size: number, chunks: readonly Hash[]): Promise<BlobReceiver>
  /** Lays a bundle out as a folder and returns it; all its blobs must be there. */
  layOut (manifestHash: Hash, manifest: Manifest): Promise<SceneFiles>
  /**
   * Hashes the files of a laid out bundle again: for a scene that can not be loaded. What is damaged is removed, so that it is fetched again, and
   * the bundle is laid out anew when it is asked for next.
   */
  recheckBundle (manifestHash: Hash): Promise<'whole' | 'damaged'>
  /** What the files of a laid out bundle are: further names of the blobs, which take no room, or copies of them, where the disk knows no links. */
  readonly layOutBy: 'links' | 'copies'
  /** Looks through the whole disk: for a peer that starts. */
  inventory (): Promise<BlobInventory>
  /** Remembers over restarts when a laid out bundle was last used; milliseconds since 1970. */
  usedBundle (manifestHash: Hash, atMs: number): Promise<void>
  /** Removes a blob, or the part of it that has arrived, unless it is arriving now. Who is reading it reads on. Nothing happens when it is not here. */
  remove (blob: Hash): Promise<void>
  /** Removes a laid out bundle in one step; its blobs stay. Nothing happens when it is not laid out. */
  removeBundle (manifestHash: Hash): Promise<void>
}

/** A blob on its way in. */
export interface BlobReceiver {
  /** Indices of chunks that are still missing. */
  readonly missing: ReadonlySet<number>
  /** Stores a chunk if its sha256 is right; false, and nothing stored, when it is not. */
  write (chunk: number, bytes: Uint8Array): Promise<boolean>
  /** Gives the blob its final name once all chunks are there. @throws StoreError when its whole hash is wrong */
  finish (): Promise<void>
  /** Keeps what has come for next time. */
  close (): Promise<void>
}

/** The films of one job as they lie on the disk; used last in milliseconds since 1970. */
export interface KeptFilms {
  readonly job: JobId
  readonly bytes: number
  readonly usedAtMs: number
}

/** What a worker keeps of the units it rendered, for whoever asks later. Bounded; the oldest is dropped first. A restart and a kill -9 lose no more than a moment. */
export interface UnitLogs {
  /** Keeps an entry soon. Never throws and never waits: what the disk refuses is dropped. */
  append (job: JobId, unit: UnitIndex, entry: UnitLogEntry): void
  /** What is kept of a unit. Never rejects: what can not be read is not there. */
  read (job: JobId, unit: UnitIndex): Promise<UnitLog>
  /** Resolves when what was appended so far has been written, or dropped. */
  flush (): Promise<void>
}

/** Results of one job on this disk: heads, each with its bytes, under checksums. What is damaged is found when it is read, and is not there any more. */
export interface KeptUnits {
  readonly job: JobId
  /** Appends and resolves once it is on disk (fsync in batches). @throws StoreError when the disk refuses; nothing is half there then */
  put (head: ResultHead, bytes: Uint8Array): Promise<void>
  /** What is on disk, in the order in which it came; `wanted` is asked about each head before its bytes are read. More may be put meanwhile: it is left out. */
  read (wanted: (head: ResultHead) => boolean): AsyncIterable<KeptUnit>
  /** The heads alone; damaged entries are left out, their loss is said in the log. */
  heads (): AsyncIterable<ResultHead>
  /** Bytes it takes on disk now. */
  readonly bytes: number
  close (): Promise<void>
}

/** What is kept of one job; changed last in milliseconds since 1970. */
export interface KeptFolder {
  readonly job: JobId
  readonly bytes: number
  readonly changedAtMs: number
}

/** Results of many jobs, a folder each. */
export interface KeptUnitsStore {
  /** Jobs of which something is kept: for a peer that starts. */
  jobs (): Promise<readonly KeptFolder[]>
  /** Opens or creates what is kept of a job; a torn end is cut off. One job is open once at a time. @throws StoreError */
  open (job: JobId): Promise<KeptUnits>
  /** Forgets a job that is not open, in one step. Nothing happens when there is none. */
  remove (job: JobId): Promise<void>
}

/** What any peer remembers of others' jobs: the job, its latest control word, and the highest stewardship that it obeyed. */
export type RememberedRecord = JournalRecord & { type: 'job' | 'control' | 'epoch' }

/** What a peer keeps on its disk. */
export interface Store {
  /** Results kept for requesters that are away. */
  readonly custody: KeptUnitsStore
  /** Own finished units that no steward has taken yet. */
  readonly spool: KeptUnitsStore
  readonly unitLogs: UnitLogs
  readonly blobs: BlobStore
  /** Counts this home's starts; on disk before it returns. `fresh`: the counter was missing or unreadable and began anew. */
  nextBoot (): Promise<{ readonly boot: number, readonly fresh: boolean }>
  /** The next serial number for a job of this requester; on disk before it returns. */
  nextSerial (): Promise<number>
  /** Ids of all jobs with a journal here. */
  jobs (): Promise<readonly JobId[]>
  /** Opens or creates a job's journal; a torn last record is cut off. */
  openJob (job: JobId): Promise<JobStore>
  /** Forgets a job that is not open: its journal and its films, in one step. Nothing happens when there is none. */
  removeJob (job: JobId): Promise<void>
  /** The films of all jobs: for a peer that starts. Jobs without films are left out. */
  films (): Promise<readonly KeptFilms[]>
  /** Remembers over restarts when a job's films were last used; milliseconds since 1970. */
  usedFilms (job: JobId, atMs: number): Promise<void>
  /** Removes the films of a job, which may be open. Nothing happens when there are none. */
  removeFilms (job: JobId): Promise<void>
  /** Keeps a record in place of an earlier one of its type, so that a restart forgets nothing. */
  saveRecord (job: JobId, record: RememberedRecord): Promise<void>
  /** The records of each job, the job itself first. */
  records (): Promise<readonly (readonly RememberedRecord[])[]>
  dropRecord (job: JobId): Promise<void>
  /** What this machine measured of its renderers, as it was kept last; undefined when nothing was, or it is damaged. Never rejects. */
  speeds (): Promise<SpeedRecord | undefined>
  saveSpeeds (record: SpeedRecord): Promise<void>
}
