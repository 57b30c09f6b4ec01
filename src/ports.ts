/**
 * The seams. Read this file first.
 *
 * `core` decides, `farm` acts, adapters touch the world. Everything `farm` needs of the world is an interface here;
 * `peer.ts` puts the real adapters behind them, tests put fakes. Each port has one contract suite in `test/contracts`,
 * run on every adapter and every fake.
 */
import type { EngineId, Hash, JobId, PeerId, UnitIndex } from './core/ids.ts'
import type { BundleRef, JobControl, JobSpec } from './core/job.ts'
import type { FarmEvent } from './core/farm-events.ts'
import type { JobHead } from './core/job-file.ts'
import type { VideoPlan } from './core/journal.ts'
import type {
  Beacon, DigestExchange, Manifest, ResultAnswer, ResultHead, SignedControl, SignedJob, StewardMessage, UnitRange, WorkerMessage
} from './core/messages.ts'
import type { Answer, KeptRequest, KeptUnit, Question } from './core/questions.ts'
import type { LogAnswer, LogRequest } from './core/unit-log.ts'
import type { PixelRect } from './core/units.ts'
import type { Engine } from './ports/engine.ts'
import type { BlobStore, SceneFiles } from './ports/store.ts'

export type { FarmEvent, Safety, WorkingPeer } from './core/farm-events.ts'
export type { JournalEntry, JournalRecord, OutputPlan, VideoOutcome, VideoPlan } from './core/journal.ts'
export type { Engine, EngineInfo, EngineSession, FoundFile, RenderOutcome, RenderSettings, RenderUnit, SceneInfo, UnitSource } from './ports/engine.ts'
export type { Admission, BlobInventory, BlobReceiver, BlobStore, JobStore, KeptFilms, KeptFolder, KeptUnits, KeptUnitsStore, RememberedRecord, SceneFiles, Store, UnitLogs } from './ports/store.ts'

/** Time. Durations are measured with {@link Clock.nowMs}, which never jumps; the wall clock is for people. */
export interface Clock {
  /** Monotonic milliseconds since some moment. Stands still while a laptop sleeps. */
  nowMs (): number
  /** Milliseconds since 1970, as the machine believes. */
  wallMs (): number
  /** Calls `run` once after `delayMs`, unless stopped. Never keeps a process alive by itself. */
  after (delayMs: number, run: () => void): Timer
}

/** A pending call of {@link Clock.after}. Stopping it twice, or after it ran, does nothing. */
export interface Timer {
  stop (): void
}

/** Chance. */
export interface Random {
  /** A number in [0, 1). */
  next (): number
  /** Unpredictable bytes. */
  bytes (count: number): Uint8Array
}

/** Whether somebody uses this machine. */
export interface IdleSensor {
  /** For how many milliseconds nobody has touched keyboard or mouse; undefined when the machine does not tell. Never rejects, and answers within seconds. */
  unusedMs (): Promise<number | undefined>
}

/**
 * Writes lines for a person who looks for a cause. `details` are short values; secrets and pixels never go in.
 * `warn` and `error` are shown unasked, so they are only for what a person must do something about; `info` is what happened, `debug` how.
 */
export interface Log {
  debug (message: string, details?: Readonly<Record<string, unknown>>): void
  info (message: string, details?: Readonly<Record<string, unknown>>): void
  warn (message: string, details?: Readonly<Record<string, unknown>>): void
  error (message: string, details?: Readonly<Record<string, unknown>>): void
}

/**
 * One end of a two-way, ordered, reliable stream of messages.
 * Ended by either side or by a broken connection; what was sent may then be lost, so nothing may rest on the end alone.
 */
export interface Channel<Out, In> {
  readonly peer: PeerId
  /** Whether the path goes through another peer. */
  readonly relayed: boolean
  /**
   * Resolves when the message has left this peer's hands or is within the small send buffer: await it, that is the back-pressure.
   *
   * @throws ChannelClosedError
   */
  send (message: Out): Promise<void>
  /** The other side's messages in order; ends when the stream ends for whatever reason. May be iterated once. */
  readonly messages: AsyncIterable<In>
  /** Resolves, never rejects, when the stream has ended; with the reason when it did not end politely. */
  readonly closed: Promise<Error | undefined>
  /** Flushes what was sent and ends the stream politely. */
  close (): Promise<void>
  /** Ends the stream now. */
  abort (reason: Error): void
}

/** A worker's lease stream to a steward, and the steward's end of it. */
export type LeaseChannel = Channel<WorkerMessage, StewardMessage>
export type StewardChannel = Channel<StewardMessage, WorkerMessage>

/** A worker's long-lived stream of results to one requester; a bounded number of units is in flight (two of any size, or small ones up to 4 MiB), further calls wait. */
export interface ResultSender {
  readonly peer: PeerId
  /**
   * Sends head and pixels and resolves with the requester's answer. `pixels.byteLength` is `head.bytes`.
   *
   * @throws ChannelClosedError when the stream ended before the answer: try again on a new one
   */
  deliver (head: ResultHead, pixels: Uint8Array): Promise<ResultAnswer>
  readonly closed: Promise<Error | undefined>
  close (): Promise<void>
}

/** The requester's side of results. */
export interface ResultReceiver {
  /**
   * Judges a head before a byte of its pixels is read: `take` them, or the answer that refuses them.
   * Called once per head; after `take` exactly one of {@link take} and {@link drop} follows.
   */
  offer (from: PeerId, head: ResultHead): 'take' | Exclude<ResultAnswer, 'accepted'>
  /** The pixels have come whole and have the declared sha256. Resolves once the outcome is safe on disk. Never rejects. */
  take (from: PeerId, head: ResultHead, pixels: Uint8Array): Promise<ResultAnswer>
  /** The pixels will not come, or were wrong. */
  drop (from: PeerId, head: ResultHead, reason: Error): void
}

/** A stream to ask one peer for chunks of blobs; at most two requests are outstanding, further calls wait. */
export interface BlobChannel {
  readonly peer: PeerId
  /**
   * Asks for one chunk of a blob: `length` bytes at `offset`. Resolves to undefined when the peer does not hold it.
   * The bytes are not verified here.
   *
   * @throws ChannelClosedError
   */
  request (blob: Hash, offset: number, length: number): Promise<Uint8Array | undefined>
  readonly closed: Promise<Error | undefined>
  close (): Promise<void>
}

/** Answers other peers' blob requests: exactly `length` bytes at `offset`, or undefined when this peer does not hold them. */
export type BlobProvider = (blob: Hash, offset: number, length: number) => Promise<Uint8Array | undefined>

/** What a viewer asks of the peer that has the film. */
export interface ViewRequest {
  readonly job: JobId
  /** `live`: events and preview pixels until the job ends. `film`: the float film as it is now, then the end. */
  readonly kind: 'live' | 'film'
}

/** What a viewer is sent: one of the event objects of the command line's `--json`, or a block of pixels. */
export type ViewMessage =
  | { readonly type: 'event', readonly event: FarmEvent }
  | ({ readonly type: 'preview' } & PreviewBlock)
  | { readonly type: 'film-head', readonly spec: JobSpec, readonly frame: number, readonly done: number, readonly units: number, readonly filmHash: Hash | undefined }
  | { readonly type: 'film-rows', readonly frame: number, readonly y: number, readonly rows: number, readonly pixels: Uint8Array }
  | { readonly type: 'refused', readonly message: string }

/** A viewer's stream: it sends nothing but its request. */
export type ViewChannel = Channel<never, ViewMessage>

/** A stream of kept results from the peer that keeps them; it ends when all that was asked for and is there has been sent. */
export type KeptChannel = Channel<never, KeptUnit>

/** What is known of a connected member of the mesh. */
export interface MeshPeer {
  readonly peer: PeerId
  readonly name: string
  readonly relayed: boolean
  /** The addresses of its connections to this peer. */
  readonly addresses: readonly string[]
  /** What it told about itself in its greeting: engine → fingerprint, and its render threads; empty while not known. */
  readonly engines: ReadonlyMap<EngineId, string>
  readonly threads: number
  /** Milliseconds that one of its threads usually takes for a million samples, by engine; of those that it has measured. */
  readonly speeds?: ReadonlyMap<EngineId, number>
  /** Present while it takes no new work. */
  readonly draining?: true
  /** Why, in words, when that is by its hours or because somebody uses the machine. */
  readonly resting?: string
}

/** What this peer tells others about itself. */
export interface Greeting {
  readonly name: string
  readonly engines: ReadonlyMap<EngineId, string>
  readonly threads: number
  /** As in {@link MeshPeer.speeds}; only of engines that it names. */
  readonly speeds?: ReadonlyMap<EngineId, number>
  /** Present while it takes no new work. */
  readonly draining?: true
  /** Why, in words, when that is by its hours or because somebody uses the machine. */
  readonly resting?: string
}

/** What a mesh tells its farm. Handlers return at once and never throw. */
export interface MeshHandlers {
  /** A member is connected and has greeted. */
  peerJoined (peer: MeshPeer): void
  /** Its greeting changed. */
  peerChanged (peer: MeshPeer): void
  /** The last connection to it closed. */
  peerLeft (peer: PeerId, relayed: boolean): void
  /** Gossip that passed the validator: signatures are checked, sizes bounded. */
  job (job: SignedJob, from: PeerId): void
  control (control: SignedControl, from: PeerId): void
  beacon (beacon: Beacon): void
  /** A worker opened a lease stream to this peer. */
  lease (channel: StewardChannel): void
  /** A viewer asks. */
  view (request: ViewRequest, channel: Channel<ViewMessage, never>): void
  /** Another peer's half of a digest exchange; the answer is this peer's half. */
  digests (exchange: DigestExchange, from: PeerId): DigestExchange
  /** A member asks what became of a unit. Never rejects. */
  log (request: LogRequest, from: PeerId): Promise<LogAnswer>
  /** A member asks about a stewardship or about what is kept here. Never rejects. */
  asked (question: Question, from: PeerId): Promise<Answer>
  /** A member wants results that are kept here. */
  kept (request: KeptRequest, channel: Channel<KeptUnit, never>): void
  /** Results for this peer: those of its stewardships, and those it is to keep (their heads carry a {@link KeepMark}). */
  results: ResultReceiver
  blobs: BlobProvider
}

/**
 * The private network of peers. Opening a stream to {@link Mesh.self} gives an in-process pair that speaks the same protocol.
 * All methods that open streams reject with ChannelClosedError when the peer can not be reached.
 */
export interface Mesh {
  readonly self: PeerId
  /** Full multiaddrs with /p2p/ under which this peer can be dialled now. */
  addresses (): readonly string[]
  start (handlers: MeshHandlers): Promise<void>
  stop (): Promise<void>
  /** Connected members that have greeted. */
  peers (): readonly MeshPeer[]
  greet (greeting: Greeting): void
  publishJob (job: SignedJob): void
  publishControl (control: SignedControl): void
  publishBeacon (beacon: Beacon): void
  openLease (steward: PeerId): Promise<LeaseChannel>
  openResults (requester: PeerId): Promise<ResultSender>
  openBlobs (peer: PeerId): Promise<BlobChannel>
  openView (peer: PeerId, request: ViewRequest): Promise<ViewChannel>
  exchangeDigests (peer: PeerId, exchange: DigestExchange): Promise<DigestExchange>
  askLog (peer: PeerId, request: LogRequest): Promise<LogAnswer>
  /** One question, one answer, always of the question's own kind or a refusal. */
  ask (peer: PeerId, question: Question): Promise<Answer>
  /** Results that a peer keeps; each one's sha256 is checked before it comes out here. */
  openKept (peer: PeerId, request: KeptRequest): Promise<KeptChannel>
  /** Encodes and signs with this peer's key. */
  signJob (spec: JobSpec): Promise<SignedJob>
  signControl (control: JobControl): Promise<SignedControl>
  /** Decodes and verifies what a disk gave back. @throws WireError */
  readJob (bytes: Uint8Array, signature: Uint8Array): Promise<SignedJob>
  readControl (bytes: Uint8Array, signature: Uint8Array, requester: PeerId): Promise<SignedControl>
}

/** The film of one job at its requester: float pixels merged from units, exactly once each. */
export interface Film {
  /**
   * Adds a unit. Pixels: Float32Array, width × height × 4 of the unit's rect.
   * Sums of chunks that come before their turn are kept until the lower ones are there. Returns the frame that became complete, if any.
   */
  merge (unit: UnitIndex, pixels: Float32Array): number | undefined
  /** The finished film of a complete frame: Float32Array, width × height × 4, row-major from the top left, linear premultiplied RGBA. */
  frame (frame: number): Float32Array
  /** The film as far as it goes: pixels with no sample are 0 0 0 0. */
  snapshot (frame: number): Float32Array
  /** The film of part of a frame as far as it goes, width × height × 4 of the rect. */
  snapshotRect (frame: number, rect: PixelRect): Float32Array
  /** What must be journalled to have this film again: its merged state, as (unit, content) entries of the frame's tiles. */
  checkpoint (): Iterable<{ readonly unit: UnitIndex, readonly state: Uint8Array }>
  /** Takes back an entry of {@link checkpoint}. What the film has of it already is replaced. Returns the units that were merged in it: a run within one tile. */
  restore (unit: UnitIndex, state: Uint8Array): UnitRange
  /** The part of a frame that is not dropped which stands for a unit and, where several have been merged, for others too; undefined when the unit was not merged. */
  part (unit: UnitIndex): FilmPart | undefined
  /** The same of a finished frame's film, whether it is dropped or not. Float32Array, width × height × 4. */
  partOfFrame (unit: UnitIndex, frame: Float32Array): FilmPart
  /** Frames that are complete and not dropped. */
  completeFrames (): readonly number[]
  /** Forgets a frame that is on disk: complete here, or never merged here; nothing of it can be merged any more. Idempotent. */
  drop (frame: number): void
  /** Bytes held in memory. */
  readonly bytes: number
}

/** Part of one tile of a film: what it takes to have these units again. */
export interface FilmPart {
  /** The unit that names it. */
  readonly unit: UnitIndex
  /** The units that are in it. */
  readonly units: UnitRange
  /** `unit`: one unit's pixels, exactly as its worker delivered them. `film`: merged, to be taken back by {@link Film.restore}. */
  readonly content: 'unit' | 'film'
  readonly bytes: Uint8Array
}

/** A block of the growing picture, tone-mapped for a screen: 8-bit RGBA, row-major, blockWidth × blockHeight × 4. `width` × `height` is the whole preview. */
export interface PreviewBlock {
  readonly frame: number
  readonly width: number
  readonly height: number
  readonly x: number
  readonly y: number
  readonly blockWidth: number
  readonly blockHeight: number
  readonly rgba: Uint8Array
}

/** Makes films, and pictures of them. Encoding happens off the caller's thread. */
export interface Darkroom {
  film (spec: JobSpec): Film
  /** sha256 of a finished frame: width × height × 4 little-endian float32. */
  frameHash (pixels: Float32Array): Hash
  /** The hash of a whole film: sha256 over the concatenated sha256 of each frame in order. */
  filmHash (frames: readonly Hash[]): Hash
  /** A small, tone-mapped view of part of a frame as far as it goes, for a screen. */
  preview (spec: JobSpec, film: Pick<Film, 'snapshotRect'>, frame: number, rect: PixelRect): PreviewBlock
  /** Writes a picture under a temporary name, fsyncs and renames. Format by extension. @throws StoreError or UsageError (extension) */
  write (file: string, width: number, height: number, pixels: Float32Array, bits: 8 | 16): Promise<void>
  /**
   * Removes what a killed peer left of pictures with this name, whose last run of `#` stands for a frame's number. Call while none of them is
   * being written. @throws StoreError when the disk refuses
   */
  removeUnfinished (pattern: string): Promise<void>
}

/** A video to be made. */
export interface VideoOrder extends VideoPlan {
  /** Pixels of every frame. */
  readonly width: number
  readonly height: number
  /** How many. */
  readonly frames: number
  /** The same for every attempt at this video, and no other's: what a killed attempt left behind is replaced by the next. */
  readonly key: string
  /** The film of a frame, counted from 0; asked for once each, in order. Float32Array, width × height × 4, linear premultiplied RGBA. */
  film (frame: number): Promise<Float32Array>
  /** So many frames are in the video. */
  progressed (frames: number): void
}

/** Makes videos of films, shown as pictures show them. Encoding happens off the caller's thread, with a few frames in memory. */
export interface VideoMaker {
  /** Whether such a video can be made on this machine. @throws UsageError that says what to install or to change */
  check (plan: Pick<VideoOrder, 'file' | 'fps' | 'width' | 'height'>): Promise<void>
  /**
   * Makes a video under a temporary name and renames it when it is whole and on the disk. Leaves nothing when it fails or is aborted.
   *
   * @throws StoreError when the disk refuses, VideoError when it can not be made, the signal's reason when that aborts
   */
  make (order: VideoOrder, signal: AbortSignal): Promise<void>
}

/** Where a scene is packed into. */
export interface PackingRoom extends Pick<BlobStore, 'put' | 'putFile'> {
  /** Told the bytes of all files together before the first is stored. @throws StoreError when so many can not be kept here */
  expect (bytes: number): Promise<void>
}

/** Where the scene of a job file is taken in. */
export interface ImportRoom extends Pick<BlobStore, 'put' | 'receive'>, Pick<PackingRoom, 'expect'> {}

/** Turns a scene on this disk into a bundle, and a bundle's manifest back into values. */
export interface Bundler {
  /** Finds every file of the scene, refuses if one is missing, and stores all of them as blobs in `room`. @throws SceneError, StoreError */
  pack (engine: Engine, scenePath: string, room: PackingRoom): Promise<PackedScene>
  /** Finds the same without storing anything: the files are hashed and read where they lie. @throws SceneError */
  survey (engine: Engine, scenePath: string): Promise<SurveyedScene>
  /** What a job file asks for. @throws SceneError when it is none, damaged or hostile */
  readJob (file: string): Promise<JobHead>
  /** As {@link pack} and {@link survey}, of the scene in a job file. @throws SceneError */
  importJob (file: string, room: ImportRoom): Promise<PackedScene>
  surveyJob (file: string): Promise<SurveyedScene>
  /** Writes a job and its scene into one file, whole or not at all; resolves with its bytes. @throws JobSpecError, SceneError when the scene changed meanwhile, StoreError */
  writeJob (file: string, head: JobHead, scene: SurveyedScene): Promise<number>
  /** Decodes a manifest and refuses paths that are not portable, sizes that do not add up, and everything hostile. @throws WireError */
  readManifest (bytes: Uint8Array): Manifest
}

/** A scene that has been stored. `bytes` is the size of all its files. */
export interface PackedScene {
  readonly ref: BundleRef
  readonly manifest: Manifest
  readonly bytes: number
}

/** A scene as it lies on this disk. */
export interface SurveyedScene extends PackedScene {
  readonly files: SceneFiles
  /** Removes what was needed meanwhile: nothing stays behind. */
  release (): Promise<void>
}

/** sha256 of bytes. */
export type Sha256 = (bytes: Uint8Array) => Hash

/** Runs commands that this peer's own user typed, never what another peer sent. */
export interface CommandRunner {
  /** Starts a command in the platform's shell, in an absolute folder, with these variables besides the peer's own, and lets it run. Never throws; what goes wrong is logged. */
  run (command: string, folder: string, variables: Readonly<Record<string, string>>): void
}
