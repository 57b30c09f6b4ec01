import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { SceneError, UsageError } from '../errors.ts'
import { isJobFile } from '../core/job-file.ts'
import { frameCount } from '../core/job.ts'
import { checkEngine, engineOfScene } from './engine-names.ts'
import { readJobFile } from './job-file.ts'
import { VIDEO_EXTENSIONS, absolutePath } from './options.ts'
import { checkPictureNames, checkPicturePlace } from './picture-place.ts'
import type { RenderRequest } from '../api.ts'
import type { FrameRange } from '../core/job.ts'

/** The options of `render` that describe the job, as commander gives them. */
export interface RenderOptions {
  readonly output?: string
  readonly bits?: number
  readonly engine?: string
  readonly size?: { readonly width: number, readonly height: number }
  readonly frames?: FrameRange
  readonly samples?: number
  readonly split?: 'auto' | 'tiles' | 'frames' | 'samples'
  readonly tile?: number
  readonly camera?: string
  readonly priority?: number
  readonly leaseMs?: number
  readonly set?: Readonly<Record<string, string>>
  readonly local: boolean
  /** Seconds. */
  readonly saveEvery?: number
  readonly onDone?: string
  readonly video?: string
  readonly fps?: number
  /** The job file to write instead of rendering. */
  readonly export?: string
}

/**
 * What the command line asks to be rendered, with absolute paths. Everything that can be known before anything starts is checked here.
 *
 * @throws UsageError when an option does not fit, or the picture can not be written where it shall be
 * @throws SceneError when there is no such scene
 */
export async function readRenderRequest (cwd: string, scene: string, options: RenderOptions): Promise<RenderRequest> {
  if (isJobFile(scene)) {
    return readJobRequest(cwd, scene, options)
  }
  const engine = options.engine === undefined ? engineOfScene(scene) : checkEngine(options.engine)
  // A job that is written down is called what its file is called.
  const name = options.export ?? scene
  const picture = await readPictures(cwd, options.output ?? `${basename(name, extname(name))}.png`, options.bits, options.frames, options)
  await checkScene(scene, absolutePath(cwd, scene))
  return { ...requestOf(cwd, scene, options), ...picture, engine, video: await readVideo(cwd, options, options.frames) }
}

/** The same of a job file: what the options leave open is as it says. */
async function readJobRequest (cwd: string, scene: string, options: RenderOptions): Promise<RenderRequest> {
  const engine = options.engine === undefined ? undefined : checkEngine(options.engine)
  const file = absolutePath(cwd, scene)
  await checkScene(scene, file)
  const { picture, frames } = await readJobFile(file)
  const output = options.output ?? picture.name
  const bits = options.bits ?? (extname(output).toLowerCase() === '.png' ? picture.bits : undefined)
  const shown = options.frames ?? frames
  return { ...requestOf(cwd, scene, options), ...await readPictures(cwd, output, bits, shown, options), engine, video: await readVideo(cwd, options, shown) }
}

/** Where the pictures go. A job that is only written down keeps their name and needs no folder. */
async function readPictures (cwd: string, file: string, bits: number | undefined, frames: FrameRange | undefined, options: RenderOptions): Promise<Pick<RenderRequest, 'output' | 'bits'>> {
  if (options.export !== undefined && basename(file) !== file) {
    throw new UsageError(`a job file keeps the picture's name alone; give -o without a folder, as in -o ${basename(file)}`)
  }
  const picture = options.export === undefined ? await readOutput(cwd, file, bits) : readPicture(cwd, file, bits)
  if (frames !== undefined && frameCount(frames) > 1 && !basename(file).includes('#')) {
    throw new UsageError(`${frameCount(frames)} frames need a place for their number in the pictures' name, as in -o ${basename(file, extname(file))}-####.png`)
  }
  await checkPictureNames(picture.output, frames)
  return picture
}

/** What the options say, whatever is rendered. */
function requestOf (cwd: string, scene: string, options: RenderOptions): Omit<RenderRequest, 'output' | 'bits' | 'engine' | 'video'> {
  return {
    scene: absolutePath(cwd, scene),
    size: options.size,
    frames: options.frames,
    samples: options.samples,
    split: options.split,
    tile: options.tile,
    camera: options.camera,
    priority: options.priority,
    leaseMs: options.leaseMs,
    settings: options.set,
    noLocal: !options.local,
    saveEveryMs: options.saveEvery === undefined ? undefined : options.saveEvery * 1000,
    onDone: options.onDone === undefined ? undefined : { command: options.onDone, folder: cwd }
  }
}

/** @throws UsageError */
async function readVideo (cwd: string, { video, fps }: RenderOptions, frames: FrameRange | undefined): Promise<RenderRequest['video']> {
  if (video === undefined) {
    if (fps !== undefined) {
      throw new UsageError('--fps is the speed of a video, and there is no --video; the speed of the scene is --set fps=N')
    }
    return undefined
  }
  if (!VIDEO_EXTENSIONS.includes(extname(video).toLowerCase())) {
    throw new UsageError(`the video must be a .mp4, .webm or .webp file, not "${video}"`)
  }
  if (frames === undefined || frameCount(frames) < 2) {
    throw new UsageError('--video needs several frames; say which, as in --frames 1..48')
  }
  const file = absolutePath(cwd, video)
  await checkPicturePlace(file, 'video')
  return { file, fps }
}

/**
 * Where a picture goes. Its folder must be there and writable.
 *
 * @throws UsageError
 */
export async function readOutput (cwd: string, file: string, bits: number | undefined): Promise<{ readonly output: string, readonly bits: 8 | 16 }> {
  const picture = readPicture(cwd, file, bits)
  await checkPicturePlace(picture.output)
  return picture
}

function readPicture (cwd: string, file: string, bits: number | undefined): { readonly output: string, readonly bits: 8 | 16 } {
  const extension = extname(file).toLowerCase()
  if (extension !== '.png' && extension !== '.exr') {
    throw new UsageError(`the picture must be a .png or .exr file, not "${file}"`)
  }
  if (bits !== undefined && bits !== 8 && bits !== 16) {
    throw new UsageError(`--bits must be 8 or 16, not "${bits}"`)
  }
  if (bits !== undefined && extension === '.exr') {
    throw new UsageError('--bits is for .png files; an .exr is always float')
  }
  return { output: absolutePath(cwd, file), bits: bits ?? 8 }
}

async function checkScene (given: string, file: string): Promise<void> {
  const there = await stat(file).catch((err: unknown) => {
    throw new SceneError(`there is no scene ${given}`, [given], { cause: err })
  })
  if (!there.isFile()) {
    throw new SceneError(`the scene ${given} is not a file`)
  }
  await access(file, constants.R_OK).catch((err: unknown) => {
    throw new SceneError(`the scene ${given} can not be read`, [], { cause: err })
  })
}
