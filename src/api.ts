/**
 * What can be asked of a peer: by the commands through the control socket, by programs through `createPeer`.
 * Both are the same interface, so a command does not care whether the peer runs in its own process or in another.
 */
import type { EngineId, Hash, JobId, PeerId } from './core/ids.ts'
import type { FrameRange, JobState, Split } from './core/job.ts'
import type { EndCommand } from './core/journal.ts'
import type { UnitState } from './core/ledger.ts'
import type { PixelRect } from './core/units.ts'
import type { UnitLogEntry, UnitTrouble } from './core/unit-log.ts'
import type { Engine, FarmEvent, Log, PreviewBlock, Safety } from './ports.ts'

export type { FarmEvent, PreviewBlock } from './ports.ts'

/** A scene to render, as a person asks for it. Paths are absolute. */
export interface RenderRequest {
  /** A scene file, or a job file (`.job`): then what is left open here is as the job file says. */
  readonly scene: string
  /** Where the picture goes; `.png` or `.exr`; `####` stands for the frame number. */
  readonly output: string
  /** Bits per channel of a PNG. @default 8 */
  readonly bits?: 8 | 16
  /** @default by the scene file's extension */
  readonly engine?: EngineId
  /** Pixels. @default the scene's own size, else 960 × 540 */
  readonly size?: { readonly width: number, readonly height: number }
  /** @default one frame, number 1 */
  readonly frames?: FrameRange
  /** Samples per pixel. @default 64 */
  readonly samples?: number
  /** @default auto */
  readonly split?: Split | 'auto'
  /** Side of a tile in pixels. @default 64 */
  readonly tile?: number
  /** Name of a camera in the scene. @default the scene's first, else one that frames everything */
  readonly camera?: string
  /** Higher is sooner among this requester's jobs. @default 0 */
  readonly priority?: number
  /** Milliseconds. @default 30000 */
  readonly leaseMs?: number
  readonly settings?: Readonly<Record<string, string>>
  /** The requester's peer renders nothing of this job itself. @default false */
  readonly noLocal?: boolean
  /** A job of this requester that is cancelled as soon as this one is known to be possible, and before it starts. */
  readonly replace?: JobId
  /** The picture so far is written at most so often while it grows; milliseconds, 1000 … 86400000. @default only whole frames are written */
  readonly saveEveryMs?: number
  /** Run by the requester's peer when the job has ended, however it ended. @default nothing is run */
  readonly onDone?: EndCommand
  /** Made of the frames when all of them are written: `.webp`, or with ffmpeg `.mp4` or `.webm`; an absolute path. Needs several frames. @default none is made */
  readonly video?: VideoRequest
}

/** A video to be made of a job's frames. */
export interface VideoRequest {
  readonly file: string
  /** Frames a second, 0.1 … 240. @default the scene's setting `fps`, else 24 */
  readonly fps?: number
}

/** A job in a list. */
export interface JobSummary {
  readonly job: JobId
  readonly name: string
  readonly engine: EngineId
  readonly state: JobState | 'parked'
  /** Of an own job that stands still because a disk refuses its records or its picture: which, and what to do. It goes on by itself when that is done. */
  readonly waits?: string
  /** Of an own job that has not ended: whether it would live on without this peer; absent while copies are not made yet, and from peers of the first version. */
  readonly safety?: Safety
  readonly done: number
  readonly units: number
  readonly requester: PeerId
  readonly requesterName: string
  /** Present while its requester is not connected to this peer: the job goes on at others, and its results wait for the requester. */
  readonly requesterAway?: true
  /** Whether this peer is the requester. */
  readonly own: boolean
  readonly fingerprint: string
  readonly width: number
  readonly height: number
  /** How many. */
  readonly frames: number
  readonly samples: number
}

/** A job that was just submitted. */
export interface SubmittedJob extends JobSummary {
  /** One line each: what is not rendered as the scene's file asks, but does not stop the job. Peers of the first version do not say it. */
  readonly warnings?: readonly string[]
  /** Present when it was begun before and has not ended: it renders the same, into the same files, so no second job was made. */
  readonly goesOn?: true
  /** How long that many peers are expected to take together, by the speeds they measured before; absent when none has. */
  readonly expected?: { readonly etaMs: number, readonly peers: number }
}

/** A peer in a list; the first is this peer itself. */
export interface PeerSummary {
  readonly peer: PeerId
  readonly name: string
  readonly self: boolean
  readonly engines: readonly { readonly engine: EngineId, readonly fingerprint: string }[]
  readonly threads: number
  /** Whether it takes no new work: drained by its user, or, as seen from another peer, resting. */
  readonly draining: boolean
  /** Why it renders nothing for others now, in words such as `resting until 22:00`, when that is by its settings; null when it does. Its own jobs it renders. */
  readonly resting: string | null
  /** Units per minute over its current job as this peer knows it; null when unknown. */
  readonly unitsPerMinute: number | null
  /** What it does now, in words: `idle`, `rendering shot.glb`, `draining`, `resting until 22:00`. */
  readonly doing: string
  readonly reach: 'here' | 'direct' | 'relayed'
  readonly addresses: readonly string[]
}

/** Who this peer is. */
export interface PeerStatus {
  readonly peer: PeerId
  readonly name: string
  readonly mesh: string
  readonly version: string
  /** Full multiaddrs with /p2p/. */
  readonly addresses: readonly string[]
  readonly engines: readonly { readonly engine: EngineId, readonly version: string }[]
  /** Render threads as it is set now; 0: it renders nothing. */
  readonly threads: number
  /** Whether its user had it drained: it only finishes what it holds and takes no new work. */
  readonly draining: boolean
  /** Why it renders nothing for others now, in words such as `resting until 22:00`, when that is by its settings; null when it does. Its own jobs it renders. */
  readonly resting: string | null
}

/** One setting of a peer's home. Values are written as a person types them. */
export interface SettingState {
  readonly key: string
  /** What is kept in the home, or the default. */
  readonly value: string
  /** Whether it was set; what was not is the default. */
  readonly set: boolean
  readonly default: string
  /** How a value is written. */
  readonly form: string
  /** What it does, in one line. */
  readonly meaning: string
  /** What the running peer was started with instead, by an option of its command; null when what is kept holds. */
  readonly option: string | null
}

/** What following a job yields. */
export type FollowItem =
  | { readonly type: 'event', readonly event: FarmEvent }
  | { readonly type: 'preview', readonly block: PreviewBlock }

/** What a job would be, and how long it would take, if it were submitted now. */
export interface JobEstimate {
  /** The scene's file name. */
  readonly name: string
  readonly engine: EngineId
  readonly fingerprint: string
  readonly width: number
  readonly height: number
  /** How many. */
  readonly frames: number
  readonly samples: number
  readonly units: number
  readonly split: Split
  /** Side of a tile in pixels; means nothing when split by frames. */
  readonly tile: number
  /** How many files the scene has, and their bytes together. */
  readonly files: number
  readonly bytes: number
  /** One line each: what is not rendered as the file asks. */
  readonly warnings: readonly string[]
  /** The members seen, this peer first. */
  readonly peers: readonly EstimatedPeer[]
  /** Milliseconds that all peers that can render it and whose speed is known take together; null when there is none. */
  readonly etaMs: number | null
  /** Milliseconds that this peer takes alone; null when it can not render it or its speed is not known. */
  readonly aloneMs: number | null
  /** Jobs that are being rendered on the mesh now, with which the peers would share their time. */
  readonly otherJobs: number
}

/** A member, seen by who asks for an estimate. */
export interface EstimatedPeer {
  readonly peer: PeerId
  readonly name: string
  readonly self: boolean
  /** Render threads it would use. */
  readonly threads: number
  /** Why it can not render the job; null when it can. */
  readonly lacks: string | null
  /** Samples that it renders a second with all its threads; null while nobody has measured that. */
  readonly samplesPerSecond: number | null
}

/** A job that was written down. */
export interface ExportedJob {
  readonly file: string
  /** Of the job file. */
  readonly bytes: number
  /** How many files the scene has. */
  readonly files: number
  /** The scene's file name. */
  readonly name: string
  readonly engine: EngineId
  readonly fingerprint: string
  readonly width: number
  readonly height: number
  /** How many. */
  readonly frames: number
  readonly samples: number
  readonly units: number
  /** One line each: what is not rendered as the file asks. */
  readonly warnings: readonly string[]
}

/** What `fetch` wrote. */
export interface SavedFilm {
  readonly job: JobId
  readonly files: readonly string[]
  readonly done: number
  readonly units: number
  /** Of the finished film; null while units are missing. */
  readonly filmHash: Hash | null
  /** One line that says what is missing and who has it; null when nothing is. */
  readonly missing: string | null
}

/** Something that a peer kept of a unit, and who it was. Times are of that peer's wall clock. */
export type UnitAttempt = UnitLogEntry & { readonly peer: PeerId, readonly name: string }

/** Something that went wrong with a unit, as its job's requester remembers it, and at whom. */
export type NamedTrouble = Omit<UnitTrouble, 'unit'> & { readonly unit: string, readonly name: string }

/** Whose word is missing. `away`: it worked on the job, or submitted it, and is not connected. `silent`: it did not answer. `dropped`: it kept more once. */
export interface JobLogGap {
  readonly peer: PeerId
  readonly name: string
  readonly why: 'away' | 'silent' | 'dropped'
}

/** What could be found out about a job's troubles, or about one of its units. */
export interface JobLog {
  readonly job: JobId
  readonly unit: string | null
  /** What the steward believes of the unit; null away from the requester, or without a unit. */
  readonly state: UnitState | null
  /** Where the unit lies: the frame's number, its pixels, and which samples of them, end exclusive; null without a unit. */
  readonly place: { readonly frame: number, readonly rect: PixelRect, readonly samples: { readonly first: number, readonly end: number } } | null
  /** Oldest first: of the unit, or the newest of all. */
  readonly troubles: readonly NamedTrouble[]
  /** Of the unit, at all peers that were asked; oldest first. */
  readonly attempts: readonly UnitAttempt[]
  readonly gaps: readonly JobLogGap[]
}

/** How a job is followed. */
export interface FollowOptions {
  /** Whether blocks of the growing picture are wanted besides the events. */
  readonly preview: 'none' | 'blocks'
}

/** How a film is fetched. */
export interface FetchRequest {
  /** Absolute path, `.png` or `.exr`. */
  readonly output: string
  readonly bits: 8 | 16
  /** Gives up after so many milliseconds without new bytes. */
  readonly waitMs: number
}

/** Something a peer keeps on its disk for the next time. */
export interface CachedThing {
  /** A scene with all its files, the float films of a job, or a file that belongs to no scene that is known. */
  readonly kind: 'scene' | 'films' | 'blob'
  /** Hash of the scene, id of the job, or hash of the file. */
  readonly id: string
  /** The scene's file; empty when that is not known. */
  readonly name: string
  /** Of a scene: with the files that it shares with others. */
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly usedAtMs: number
  /** Whether a job that has not ended needs it, so that it stays. */
  readonly needed: boolean
}

/** What a peer keeps on its disk besides journals. */
export interface CacheSummary {
  readonly quotaBytes: number
  /** Files that several scenes share count once. */
  readonly usedBytes: number
  /** What was used last comes first. */
  readonly things: readonly CachedThing[]
  /** Further things that are not listed. */
  readonly unlisted: number
  /** What it keeps for others, besides the cache. Peers of the first version do not say it. */
  readonly custody?: CustodySummary
}

/** Results that a peer keeps for requesters that are away, or may be. */
export interface CustodySummary {
  readonly quotaBytes: number
  readonly usedBytes: number
  readonly jobs: readonly CustodyJob[]
}

/** Results of one job that a peer keeps. */
export interface CustodyJob {
  readonly job: JobId
  readonly name: string
  readonly requester: PeerId
  readonly units: number
  readonly bytes: number
}

/** What became of a cache that was cleared. */
export interface ClearedCache {
  readonly freedBytes: number
  /** What is still there, as jobs need it. */
  readonly usedBytes: number
}

/** A peer, from the outside. Everything rejects with a {@link TilemeshError} that a person can read. */
export interface PeerApi {
  status (): Promise<PeerStatus>
  /** Packs the scene, signs the job, announces it, and returns at once. What a job that has not ended does already makes no second one. The peer writes the pictures when they are complete. */
  render (request: RenderRequest): Promise<SubmittedJob>
  /**
   * What {@link PeerApi.render} would make of the request, and how long that would take by the speeds that peers have measured. Nothing is signed,
   * announced or kept of the scene. A scene that this machine has never rendered is tried for about a second.
   */
  estimate (request: RenderRequest): Promise<JobEstimate>
  /**
   * Writes down what {@link PeerApi.render} would submit, with all files of the scene, into one file (absolute path, `.job`), which can be rendered
   * as a scene anywhere. What is about one run (`noLocal`, `replace`, `saveEveryMs`, `onDone`, `video`) is refused; of `output` the name alone is kept.
   */
  exportJob (request: RenderRequest, file: string): Promise<ExportedJob>
  /**
   * A job's life: `job`, one `progress`, then live events until `done`; for an ended job `done` at once.
   * Ends after `done`, or when the caller stops iterating or the signal aborts.
   */
  follow (job: JobId, options: FollowOptions, signal: AbortSignal): AsyncIterable<FollowItem>
  jobs (): Promise<readonly JobSummary[]>
  /** Finds a job by its id, a unique prefix of it, or its scene's name. @throws UnknownJobError */
  findJob (text: string): Promise<JobSummary>
  /** @throws NotRequesterError */
  cancel (job: JobId): Promise<void>
  /** No unit of the job is started from now on; what is being rendered is finished. Lasts over restarts. @throws NotRequesterError, or UsageError when it has ended */
  pause (job: JobId): Promise<void>
  /** Lets a paused job go on. @throws NotRequesterError, or UsageError when it has ended */
  resume (job: JobId): Promise<void>
  /** Higher is sooner among this requester's jobs, from the next claim of every worker on. @throws NotRequesterError, or UsageError when it has ended */
  setPriority (job: JobId, priority: number): Promise<void>
  /**
   * What became of a unit (as `unit` events name it), asked of all peers that are there; without one, what went wrong with the job's units.
   *
   * @throws UnknownJobError, or UsageError when there is no such unit
   */
  log (job: JobId, unit?: string): Promise<JobLog>
  peers (): Promise<readonly PeerSummary[]>
  /** Render threads from now on, within a second also of what is being rendered; until this peer ends. @throws UsageError when it renders nothing, or they are not 1 … 1024 */
  setThreads (threads: number): Promise<void>
  /** `none`: finishes what it holds and takes no more; it stays a member. Until this peer ends. @default any */
  takeWork (work: 'any' | 'none'): Promise<void>
  /** What a person set once for this home, and the defaults of the rest. */
  settings (): Promise<readonly SettingState[]>
  /**
   * Keeps a setting in the home, or with null takes it out so that the default holds; in effect when it resolves, unless an option of this peer's
   * command says otherwise. @throws UsageError when there is no such setting or value, HomeError when the disk refuses
   */
  changeSetting (key: string, value: string | null): Promise<SettingState>
  /** Events of the mesh: the members present, each as one that joined, and the jobs that have not ended; then, as it happens, members that join or leave and jobs that become known. */
  watchPeers (signal: AbortSignal): AsyncIterable<FarmEvent>
  /** A ticket that lets another machine join this mesh. */
  invite (): Promise<string>
  /** What this peer keeps of scenes and films. */
  cache (): Promise<CacheSummary>
  /** Lets go of all of it that no job needs that has not ended. */
  clearCache (): Promise<ClearedCache>
  /** Writes a job's film as it is reachable now. */
  fetch (job: JobId, request: FetchRequest): Promise<SavedFilm>
}

/** How a peer is to be; everything has a default but its home. What is named here wins over the settings kept in the home. */
export interface PeerInit {
  /** Absolute path of the folder with identity, mesh, store and journal; made when missing. One peer per home. */
  readonly home: string
  /** Multiaddrs to listen on. @default all interfaces, any free TCP port */
  readonly listen?: readonly string[]
  /** Multiaddrs of peers to dial at once, besides those the home remembers. */
  readonly bootstrap?: readonly string[]
  /** Whether peers on the local network are looked for by multicast. @default on */
  readonly mdns?: 'on' | 'off'
  /** What people see. @default the home's setting, else the machine's name */
  readonly name?: string
  /** Render threads. @default the home's setting, else all cores */
  readonly threads?: number
  /** Bytes per second of results, scene files and views that it sends, and takes in, at most, over all streams; Infinity: no limit. @default the home's settings, else no limit */
  readonly maxUpBytesPerSecond?: number
  readonly maxDownBytesPerSecond?: number
  /** Engines this peer offers. @default all that work here */
  readonly engines?: readonly EngineId[]
  /** The renderer adapters there are. @default those of the product */
  readonly registry?: readonly Engine[]
  /** `off`: renders nothing, for nobody, itself included. @default on */
  readonly work?: 'on' | 'off'
  /** Bytes of scenes and films this peer keeps on its disk. @default 20 GiB */
  readonly cacheBytes?: number
  /** A ticket to join a mesh with first. Nothing happens when the home is in that mesh already. */
  readonly ticket?: string
  /** `bootstrap`: introduces and relays other peers, and renders nothing. @default peer */
  readonly role?: 'peer' | 'bootstrap'
  /** @default nothing is logged */
  readonly log?: Log
}

/**
 * A peer in this process. The home's lock is held from creation until {@link Peer.stop} resolves.
 * Whoever creates it serves its control socket, if it is to be reached by commands.
 */
export interface Peer extends PeerApi {
  /** Opens the doors: joins the mesh, resumes the home's unfinished jobs. Idempotent. */
  start (): Promise<void>
  /**
   * Ends the peer and frees the home. Idempotent; `now` may follow `politely` while that is still at work.
   * `politely`: hands over what it stewards and returns its leases first, bounded in time. `now`: closes files and sockets.
   * Resolves with the jobs of its own that have not ended; the first call, that is: later ones with none.
   */
  stop (manner: 'politely' | 'now'): Promise<readonly LeftJob[]>
}

/** A job of its own that a peer leaves open. `to`: the name of the peer that goes on with it; null: nobody does, it waits for this one. */
export interface LeftJob {
  readonly job: JobId
  readonly name: string
  readonly to: string | null
}

/** How a peer is made. @throws HomeError when the home is locked, corrupt or too open, TicketError, UsageError */
export type CreatePeer = (init: PeerInit) => Promise<Peer>
