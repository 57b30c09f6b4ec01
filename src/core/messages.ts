import type { Epoch, Token } from './epoch.ts'
import type { Hash, JobId, PeerId, UnitIndex } from './ids.ts'
import type { JobControl, JobSpec } from './job.ts'
import type { UnitRect } from './rect.ts'
import type { UnitContent } from './units.ts'

/**
 * What peers say to one another, as plain values. `wire/` turns them into bytes and back and refuses nonsense;
 * everything a stranger controls is bounded there.
 */

/** How fast a worker is at a job, as far as it knows. */
export interface WorkerSpeed {
  /** Cost before the first unit of the next grant: reading, decoding, building; milliseconds. 0: loaded already, or not known yet. */
  readonly fixedMs: number
  /** Wall time between finished units while it is busy, all threads together; milliseconds. 0: not known yet. */
  readonly msPerUnit: number
}

/** A worker asks for work of a job. The claim stands until a grant answers it, a wait refuses it, or the stream ends. */
export interface Claim {
  readonly type: 'claim'
  readonly job: JobId
  readonly fingerprint: string
  /** Threads it would render with; 0: it wants nothing now and only shows what it holds. */
  readonly threads: number
  readonly speed: WorkerSpeed
  /** Units of earlier grants that it is rendering or is still to start: it wants them granted again. */
  readonly holding: readonly UnitRect[]
  /** Finished units whose delivery was never acknowledged: their tokens are to be renewed. */
  readonly undelivered: readonly UnitRect[]
}

/** A worker says it lives: one message for all its leases of all jobs of this steward. */
export interface Renew {
  readonly type: 'renew'
  /** Counts this stream's renewals; the answer carries it back. */
  readonly sequence: number
  readonly leases: readonly LeaseReport[]
}

/** What a worker reports of one lease. */
export interface LeaseReport {
  readonly job: JobId
  readonly token: Token
  /** Units of this lease whose render has started so far, less those that were granted again under another since. */
  readonly started: number
}

/** A worker reports units whose render has started since its last report: progress, and the job's count of executions. */
export interface Started {
  readonly type: 'started'
  readonly leases: readonly LeaseReport[]
}

/**
 * A unit could not be rendered. `fault`: present when the cause is this peer's own (its cache has no room for the scene) and says nothing of the
 * unit: it is shown, and counts neither against the unit nor against the peer.
 */
export interface UnitFailed {
  readonly type: 'failed'
  readonly job: JobId
  readonly token: Token
  readonly unit: UnitIndex
  /** One line. */
  readonly reason: string
  /** The end of what the renderer printed. */
  readonly log: string
  readonly fault?: 'peer'
}

/** A worker gives back units it has not started: the answer to a recall, or of its own will (leaving, switching job). */
export interface Release {
  readonly type: 'release'
  readonly job: JobId
  readonly token: Token
  readonly rects: readonly UnitRect[]
  /** `recalled` answers a recall (also with no rectangles: nothing was left). `leaving`: the peer goes away. `yield`: it turns to another requester's job, or takes no new work. */
  readonly reason: 'recalled' | 'leaving' | 'yield'
}

/** The receiver has obeyed a higher epoch of this job. Either side may say it. */
export interface Stale {
  readonly type: 'stale'
  readonly job: JobId
  readonly epoch: Epoch
}

/** From worker to steward on a lease stream. */
export type WorkerMessage = Claim | Renew | Started | UnitFailed | Release | Stale

/** Units leased. */
export interface Grant {
  readonly type: 'grant'
  readonly job: JobId
  readonly token: Token
  readonly rects: readonly UnitRect[]
  /** Durations, in milliseconds. */
  readonly leaseMs: number
  readonly heartbeatMs: number
}

/** Why a claim got nothing now. `shown` answers a claim with no threads: all that was shown has been granted again or is others' work. */
export type WaitReason = 'nothing-open' | 'hearing' | 'paused' | 'ended' | 'avoided' | 'fingerprint' | 'unknown-job' | 'shown'

/** Nothing to grant now. Only `nothing-open`, `hearing` and `paused` leave the claim standing. */
export interface Wait {
  readonly type: 'wait'
  readonly job: JobId
  readonly retryMs: number
  readonly reason: WaitReason
}

/** The steward asks for up to `units` not yet started units back. Answered by a release with reason `recalled`. */
export interface Recall {
  readonly type: 'recall'
  readonly job: JobId
  readonly token: Token
  readonly units: number
}

/** Why units are taken away. */
export type RevokeReason = 'cancelled' | 'paused' | 'finished' | 'race-lost' | 'lapsed' | 'no-progress'

/** Stop these units of a lease, whether started or not. No rectangles: the whole lease. */
export interface Revoke {
  readonly type: 'revoke'
  readonly job: JobId
  readonly token: Token
  readonly rects: readonly UnitRect[]
  readonly reason: RevokeReason
}

/** A run of accepted units, end exclusive. */
export interface UnitRange {
  readonly first: UnitIndex
  readonly end: UnitIndex
}

/** The answer to a renewal. */
export interface Renewed {
  readonly type: 'renewed'
  readonly sequence: number
  /** The leases that live on; those of the renewal that are missing here have lapsed. */
  readonly live: readonly { readonly job: JobId, readonly token: Token }[]
  /** Units accepted since this worker was last told, by job. Best effort: a worker that misses some asks by digest exchange. */
  readonly accepted: readonly { readonly job: JobId, readonly ranges: readonly UnitRange[] }[]
}

/** The requester's control word, pushed at once. */
export interface ControlPush {
  readonly type: 'control'
  readonly control: SignedControl
}

/** From steward to worker on a lease stream. */
export type StewardMessage = Grant | Wait | Recall | Revoke | Renewed | ControlPush | Stale

/** Where the time of a unit went, in milliseconds: fetching files, loading the scene (both since the last result of this worker), rendering. */
export interface ResultPhases {
  readonly transferMs: number
  readonly loadMs: number
  readonly renderMs: number
}

/** What precedes a unit's pixels. */
export interface ResultHead {
  readonly job: JobId
  readonly unit: UnitIndex
  readonly token: Token
  readonly content: UnitContent
  /** Bytes that follow: width × height of the tile × 16. */
  readonly bytes: number
  readonly sha256: Hash
  readonly phases: ResultPhases
  /** Present when it is to be kept for a requester that is away, not taken in by it or its steward. */
  readonly keep?: KeepMark
}

/** What a result that is kept for its requester stands for. */
export interface KeepMark {
  /** `unit`: pixels as their worker delivered them. `film`: a merged part of the film, in the encoding of `Film.checkpoint`. */
  readonly content: 'unit' | 'film'
  /** The units that are in it; runs of one tile, whose numbers follow one another. For `unit` the one of the head. */
  readonly units: UnitRange
  /** Who rendered it; of a merged part, the peer that merged. */
  readonly worker: PeerId
}

/**
 * How a delivery ended. After `accepted` (on disk) and `duplicate` (already there) the worker forgets the pixels;
 * after `ended` (job over) and `refused` (not a result of this job) too; after `unknown-token` it claims again, showing what it holds;
 * after `busy` (disk full, too much in flight) it keeps them and tries again.
 */
export type ResultAnswer = 'accepted' | 'duplicate' | 'ended' | 'refused' | 'unknown-token' | 'busy'

/** A job as it travels: the exact bytes that were signed, and who vouches for them. `id` and `spec` follow from `bytes`. */
export interface SignedJob {
  readonly id: JobId
  readonly spec: JobSpec
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}

/** A control word as it travels. */
export interface SignedControl {
  readonly control: JobControl
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}

/** One job in a steward's beacon. */
export interface BeaconJob {
  readonly job: JobId
  readonly epoch: Epoch
  readonly controlSequence: number
  readonly open: number
  readonly done: number
  /** Order-free hash of the accepted units, 16 hexadecimal digits. */
  readonly digest: string
}

/** What a steward gossips about all its live jobs: that work units are available. */
export interface Beacon {
  readonly steward: PeerId
  readonly jobs: readonly BeaconJob[]
}

/** What one peer knows of one job, for digest exchange. */
export interface JobDigest {
  readonly job: JobId
  /** 0 when no control word is known. */
  readonly controlSequence: number
  readonly final: boolean
  /** The highest stewardship this peer knows of. */
  readonly epoch: Epoch | undefined
  readonly done: number
  readonly digest: string
}

/** A job and the latest control word a peer knows for it. */
export interface JobRecord {
  readonly job: SignedJob
  readonly control: SignedControl | undefined
}

/** Opens or answers a digest exchange: what I know, and the records you lack or have an older control word of. */
export interface DigestExchange {
  readonly digests: readonly JobDigest[]
  readonly records: readonly JobRecord[]
}

/** One file of a bundle. Chunks are {@link BundleFile.chunks} runs of `CHUNK_BYTES` bytes, the last one 1 … `CHUNK_BYTES`; an empty file has none. */
export interface BundleFile {
  /** Relative, POSIX separators. */
  readonly path: string
  readonly size: number
  readonly hash: Hash
  /** sha256 of each chunk, in order. */
  readonly chunks: readonly Hash[]
}

/** The files of a scene, sorted by path. Its encoding is itself a blob, whose hash the JobSpec carries. */
export interface Manifest {
  readonly entry: string
  readonly files: readonly BundleFile[]
}
