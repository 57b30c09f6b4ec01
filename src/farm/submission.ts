import { JobSpecError, SceneError, UsageError } from '../errors.ts'
import { checkJobSpec, frameCount } from '../core/job.ts'
import { DEFAULT_HEIGHT, DEFAULT_LEASE_MS, DEFAULT_SAMPLES, DEFAULT_TILE, DEFAULT_VIDEO_FPS, DEFAULT_WIDTH, MAX_VIDEO_FPS, MIN_VIDEO_FPS } from '../core/limits.ts'
import { isJobFile } from '../core/job-file.ts'
import { chunkSamplesOf, fittingTile, gridOf } from '../core/units.ts'
import type { RenderRequest } from '../api.ts'
import type { PeerId } from '../core/ids.ts'
import type { JobHead } from '../core/job-file.ts'
import type { JobSpec, Split } from '../core/job.ts'
import type { BlobStore, Bundler, Engine, EngineInfo, ImportRoom, PackingRoom, SceneInfo, Store, SurveyedScene, VideoMaker, VideoPlan } from '../ports.ts'

/** Pictures of fewer tiles than this are split by samples, so that several peers can share them. */
const FEW_TILES = 16

/** The film of a frame may take this much of the machine's memory: beside it there are sums of tiles, the scene, and what else the machine is used for. */
const MAX_FILM_SHARE = 0.5

/** An engine that works here. */
export interface ReadyEngine {
  readonly engine: Engine
  readonly info: EngineInfo
}

/** What a submission needs. */
export interface SubmissionContext {
  readonly self: PeerId
  readonly engines: ReadonlyMap<string, ReadyEngine>
  readonly bundler: Bundler
  readonly store: Store
  /** Bytes of memory this machine gives to programs. */
  readonly memoryBytes: number
}

/** Where the files of a submitted scene come to lie. */
type SceneStoreRoom = PackingRoom & ImportRoom & Pick<BlobStore, 'layOut'>

/** A request that says everything that its job file says, if its scene is in one. */
export interface FullRequest extends RenderRequest {
  /** What the job file says. */
  readonly written?: JobHead
}

/** Fills in from the job file, if the scene is one, what a request leaves open; its settings are added to those of the file. @throws SceneError */
export async function fullRequest (request: RenderRequest, bundler: Pick<Bundler, 'readJob'>): Promise<FullRequest> {
  if (!isJobFile(request.scene)) {
    return request
  }
  const written = await bundler.readJob(request.scene)
  return {
    ...request,
    written,
    bits: request.bits ?? written.picture.bits,
    engine: request.engine ?? written.engine,
    size: request.size ?? { width: written.width, height: written.height },
    frames: request.frames ?? written.frames,
    samples: request.samples ?? written.samples,
    split: request.split ?? written.split,
    tile: request.tile ?? written.tile ?? undefined,
    camera: request.camera ?? written.camera,
    priority: request.priority ?? written.priority,
    leaseMs: request.leaseMs ?? written.leaseMs,
    settings: { ...Object.fromEntries(written.settings), ...request.settings }
  }
}

/** A job as it would be submitted. */
export interface PlannedJob {
  /** Complete but for its number. */
  readonly spec: Omit<JobSpec, 'serial'>
  readonly warnings: readonly string[]
  readonly ready: ReadyEngine
  readonly scene: SurveyedScene
}

/**
 * Makes a JobSpec of what a person asked for: packs every file the scene needs into `room`, reads the scene, fills in defaults, checks.
 *
 * @throws SceneError, UsageError, JobSpecError or StoreError; nothing has started then
 */
export async function makeJobSpec (request: FullRequest, context: SubmissionContext, room: SceneStoreRoom, signal: AbortSignal): Promise<{ readonly spec: JobSpec, readonly warnings: readonly string[] }> {
  const { spec, warnings } = await planJob(request, context, room, signal)
  return { spec: { ...spec, serial: await context.store.nextSerial() }, warnings }
}

/**
 * Does all of a submission that comes before its number is drawn and its name is put under it. Into a room: takes the scene's files in there;
 * `survey`: looks at them where they lie, and whoever plans releases the scene.
 *
 * @throws SceneError, UsageError or JobSpecError; nothing is held then
 */
export async function planJob (request: FullRequest, context: SubmissionContext, into: SceneStoreRoom | 'survey', signal: AbortSignal): Promise<PlannedJob> {
  const ready = chooseEngine(request, context.engines)
  ready.engine.checkSettings(request.settings ?? {})
  if (request.size !== undefined) {
    checkMemory(request.size, context.memoryBytes)
  }
  const scene = await openScene(request, ready.engine, context, into)
  try {
    const info = await ready.engine.inspect(scene.files, signal, request.settings)
    return { ...specOf(request, context, ready, scene, info), ready, scene }
  } catch (error) {
    await scene.release()
    throw error
  }
}

async function openScene (request: FullRequest, engine: Engine, { bundler }: SubmissionContext, into: SceneStoreRoom | 'survey'): Promise<SurveyedScene> {
  const written = isJobFile(request.scene)
  if (into === 'survey') {
    return written ? bundler.surveyJob(request.scene) : bundler.survey(engine, request.scene)
  }
  const packed = written ? await bundler.importJob(request.scene, into) : await bundler.pack(engine, request.scene, into)
  return { ...packed, files: await into.layOut(packed.ref.manifest, packed.manifest), release: async () => {} }
}

/** Fills in what the request leaves open, and checks what it says. */
function specOf (request: FullRequest, context: SubmissionContext, { engine, info }: ReadyEngine, { ref }: SurveyedScene, scene: SceneInfo): Pick<PlannedJob, 'spec' | 'warnings'> {
  checkCamera(request.camera, scene)
  const size = request.size ?? { width: scene.width ?? DEFAULT_WIDTH, height: scene.height ?? DEFAULT_HEIGHT }
  checkMemory(size, context.memoryBytes)
  const cut = {
    width: size.width,
    height: size.height,
    frames: request.frames ?? { first: 1, last: 1, step: 1 },
    samples: request.samples ?? DEFAULT_SAMPLES,
    tile: request.tile ?? DEFAULT_TILE
  }
  const split = request.split === undefined || request.split === 'auto' ? autoSplit(cut) : request.split
  const spec: PlannedJob['spec'] = {
    ...cut,
    split,
    tile: request.tile ?? fittingTile({ ...cut, split }),
    requester: context.self,
    name: request.written?.name ?? baseName(request.scene),
    engine: engine.id,
    fingerprint: info.fingerprint,
    bundle: ref,
    camera: request.camera ?? '',
    settings: Object.entries(request.settings ?? {}).sort(([a], [b]) => a < b ? -1 : 1),
    leaseMs: request.leaseMs ?? DEFAULT_LEASE_MS
  }
  checkJobSpec({ ...spec, serial: 0 })
  gridOf(spec)
  if (frameCount(spec.frames) > 1 && !baseName(request.output).includes('#')) {
    throw new JobSpecError('several frames need a place for their number in the output\'s name, as in -o picture-####.png')
  }
  const still = request.frames === undefined && scene.frames !== undefined
    ? [`the scene moves, and frame ${spec.frames.first} alone is rendered; all of it with --frames ${scene.frames.first}..${scene.frames.last}`]
    : []
  const otherBuild = request.written !== undefined && request.written.engine === engine.id && request.written.fingerprint !== info.fingerprint
    ? [`the job was written down for ${request.written.fingerprint} and is rendered with ${info.fingerprint}; its pixels may differ in the last bits`]
    : []
  return { spec, warnings: [...scene.warnings, ...still, ...otherBuild] }
}

/**
 * The video a request asks for, when this machine can make it; undefined when none is wanted. Its speed is that of the scene where none is given.
 *
 * @throws UsageError
 */
export async function videoPlan ({ video }: RenderRequest, spec: Pick<JobSpec, 'frames' | 'settings' | 'width' | 'height'>, videos: Pick<VideoMaker, 'check'>): Promise<VideoPlan | undefined> {
  if (video === undefined) {
    return undefined
  }
  if (frameCount(spec.frames) < 2) {
    throw new UsageError('a video is made of several frames, and one is asked for; say which, as in --frames 1..48, or leave --video out')
  }
  const setting = Number(spec.settings.find(([key]) => key === 'fps')?.[1])
  const fps = video.fps ?? (setting > 0 ? setting : DEFAULT_VIDEO_FPS)
  if (!(fps >= MIN_VIDEO_FPS && fps <= MAX_VIDEO_FPS)) {
    throw new UsageError(`a video has ${MIN_VIDEO_FPS} to ${MAX_VIDEO_FPS} frames a second, not ${fps}; choose with --fps`)
  }
  await videos.check({ file: video.file, fps, width: spec.width, height: spec.height })
  return { file: video.file, fps }
}

/** The engine a request names, or the one whose extension fits the scene's. */
function chooseEngine (request: RenderRequest, engines: ReadonlyMap<string, ReadyEngine>): ReadyEngine {
  if (request.engine !== undefined) {
    const named = engines.get(request.engine)
    if (named === undefined) {
      throw new UsageError(`there is no engine "${request.engine}" here; engines that work on this machine: ${list(engines.keys())}`)
    }
    return named
  }
  const extension = extensionOf(request.scene)
  for (const ready of engines.values()) {
    if (ready.engine.extensions.includes(extension)) {
      return ready
    }
  }
  const extensions = [...engines.values()].flatMap(({ engine }) => engine.extensions)
  throw new UsageError(`no engine here renders "${baseName(request.scene)}"; files that can be rendered on this machine: ${list(extensions)}`)
}

/** The requester holds the film of a frame in memory. One that does not fit is refused before anybody starts, not when the machine has run out. */
function checkMemory ({ width, height }: { readonly width: number, readonly height: number }, memoryBytes: number): void {
  const filmBytes = width * height * 16
  if (filmBytes > memoryBytes * MAX_FILM_SHARE) {
    throw new JobSpecError(`a picture of ${width}×${height} pixels takes ${gibibytes(filmBytes)} of memory, and this machine has ${gibibytes(memoryBytes)}, of which half can be used; choose a smaller --size`)
  }
}

function gibibytes (bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`
}

function checkCamera (camera: string | undefined, scene: SceneInfo): void {
  if (camera !== undefined && camera !== '' && !scene.cameras.includes(camera)) {
    throw scene.cameras.length === 0
      ? new SceneError(`the scene has no camera "${camera}", nor any other; leave --camera out to have one framed automatically`)
      : new UsageError(`the scene has no camera "${camera}"; its cameras: ${list(scene.cameras)}`)
  }
}

/** By tiles, unless there are so few that peers would stand idle. */
function autoSplit (cut: Pick<JobSpec, 'width' | 'height' | 'frames' | 'samples' | 'tile'>): Split {
  const tiles = gridOf({ ...cut, split: 'tiles', tile: fittingTile({ ...cut, split: 'tiles' }) }).units
  return tiles < FEW_TILES && cut.samples > chunkSamplesOf(cut.samples) ? 'samples' : 'tiles'
}

function extensionOf (path: string): string {
  const name = baseName(path)
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? '' : name.slice(dot).toLowerCase()
}

/** The name of a file without its folder, whatever the system's separators are. */
export function baseName (path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}

function list (words: Iterable<string>): string {
  const all = [...words]
  return all.length === 0 ? 'none' : all.join(', ')
}
