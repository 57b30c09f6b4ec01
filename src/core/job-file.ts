import { JobSpecError, SceneError } from '../errors.ts'
import { isHash } from './ids.ts'
import { checkJobSpec } from './job.ts'
import { DEFAULT_TILE, MAX_JOB_HEAD_BYTES, MAX_PRIORITY } from './limits.ts'
import type { EngineId, Hash } from './ids.ts'
import type { BundleRef, FrameRange, JobSpec, Split } from './job.ts'

/**
 * The head of a job file: a job as it was asked for, written down to be rendered later, elsewhere, alone or on a mesh.
 *
 * A job file is, one after the other and nothing else:
 *
 * ```
 * tilemesh job 1 <sha256 of the next line, without its end, in hexadecimal digits>\n
 * {"name":…,…}\n                 this head: one line of JSON in UTF-8, with all of the keys below and no other
 * the bundle's manifest          bundle.manifestBytes bytes, whose sha256 is bundle.manifest
 * the bundle's files             each content once, in the order in which the manifest names them first; sizes and hashes as it says
 * ```
 *
 * So `head -n 2 shot.job` shows what it is, and every byte of it is covered by a hash: a job file is whole, or refused. It names no requester and
 * carries no signature; whoever renders it becomes the requester of a job of their own, which is otherwise the same.
 */
export interface JobHead {
  /** What people call it: the scene's file name. */
  readonly name: string
  readonly engine: EngineId
  /** Of the engine that it was written down with. Another build renders it too, but its pixels may differ in their last bits. */
  readonly fingerprint: string
  readonly width: number
  readonly height: number
  readonly frames: FrameRange
  readonly samples: number
  /** As it was asked for; `auto` leaves the choice to whoever renders it, which never changes a bit of the film. */
  readonly split: Split | 'auto'
  /** The same; null leaves the choice. */
  readonly tile: number | null
  readonly camera: string
  /** Keys sorted, each once. */
  readonly settings: readonly (readonly [key: string, value: string])[]
  readonly leaseMs: number
  readonly priority: number
  /** What the picture is called, without a folder, and bits per channel of a PNG. */
  readonly picture: { readonly name: string, readonly bits: 8 | 16 }
  readonly bundle: BundleRef
}

/** What a file that begins with the head of a job file says, and where the bundle begins; bytes from the start of the file. */
export interface JobFileStart {
  readonly head: JobHead
  readonly bundleAt: number
}

const VERSION = 1
const MAGIC = 'tilemesh job '

/** The first line's bytes at most: the magic, a version of a few digits, a hash. */
const MAX_FIRST_LINE_BYTES = 96

/** What the wire takes of each, in bytes: a job beyond it could be written down, but not be announced. */
const MAX_NAME_BYTES = 256
const MAX_ENGINE_BYTES = 64
const MAX_FINGERPRINT_BYTES = 256
const MAX_ENTRY_BYTES = 240
const MAX_SETTINGS = 64
const MAX_SETTING_KEY_BYTES = 128
const MAX_SETTING_VALUE_BYTES = 1024

/** Bytes of a file's name on the usual disks. */
const MAX_PICTURE_NAME_BYTES = 255

const NEWLINE = 0x0a

/** Whether a path is that of a job file, by its extension. */
export function isJobFile (path: string): boolean {
  return path.toLowerCase().endsWith('.job')
}

/**
 * The first two lines of a job file.
 *
 * @throws JobSpecError when the head is none that {@link readJobHead} would take
 */
export function encodeJobHead (head: JobHead, sha256: (bytes: Uint8Array) => Hash): Uint8Array {
  const { name, engine, fingerprint, width, height, frames, samples, split, tile, camera, settings, leaseMs, priority, picture, bundle } = head
  const { manifest, manifestBytes, entry } = bundle
  const json = JSON.stringify({
    name,
    engine,
    fingerprint,
    width,
    height,
    frames: { first: frames.first, last: frames.last, step: frames.step },
    samples,
    split,
    tile,
    camera,
    settings,
    leaseMs,
    priority,
    picture: { name: picture.name, bits: picture.bits },
    bundle: { manifest, manifestBytes, entry }
  })
  const line = new TextEncoder().encode(json)
  const bytes = new TextEncoder().encode(`${MAGIC}${VERSION} ${sha256(line)}\n${json}\n`)
  try {
    readJobHead(bytes, sha256)
  } catch (cause) {
    throw new JobSpecError(`this job can not be written down: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
  return bytes
}

/**
 * Reads the head of a job file, which may come from a stranger.
 *
 * @param start the first bytes of the file: all of it, or at least {@link MAX_JOB_HEAD_BYTES} of them
 * @throws SceneError when it is no job file, of another version, damaged or hostile
 */
export function readJobHead (start: Uint8Array, sha256: (bytes: Uint8Array) => Hash): JobFileStart {
  const firstEnd = start.subarray(0, MAX_FIRST_LINE_BYTES).indexOf(NEWLINE)
  const first = new TextDecoder().decode(start.subarray(0, Math.max(0, firstEnd)))
  const version = new RegExp(`^${MAGIC}(\\d{1,9}) `).exec(first)?.[1]
  if (version === undefined) {
    throw new SceneError('it is no job file of tilemesh')
  }
  if (Number(version) !== VERSION) {
    throw new SceneError(`it is a job file of format ${version}, and this tilemesh reads format ${VERSION}; update the older of the two`)
  }
  const end = start.subarray(0, MAX_JOB_HEAD_BYTES).indexOf(NEWLINE, firstEnd + 1)
  if (end === -1) {
    throw start.byteLength < MAX_JOB_HEAD_BYTES ? damaged('it ends in its head') : damaged(`its head has more than ${MAX_JOB_HEAD_BYTES} bytes`)
  }
  const line = start.subarray(firstEnd + 1, end)
  if (first !== `${MAGIC}${version} ${sha256(line)}`) {
    throw damaged('its head is not what was written')
  }
  return { head: readHead(parse(line)), bundleAt: end + 1 }
}

/** A complaint about a job file, in words that follow its name. */
export function damaged (what: string): SceneError {
  return new SceneError(`it is damaged: ${what}; get it again`)
}

function parse (line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line))
  } catch {
    throw damaged('its head is not JSON in UTF-8')
  }
}

function readHead (value: unknown): JobHead {
  const fields = only(value, 'head', [
    'name', 'engine', 'fingerprint', 'width', 'height', 'frames', 'samples', 'split', 'tile', 'camera', 'settings', 'leaseMs', 'priority', 'picture', 'bundle'
  ])
  const frames = only(fields.frames, 'frames', ['first', 'last', 'step'])
  const picture = only(fields.picture, 'picture', ['name', 'bits'])
  const bundle = only(fields.bundle, 'bundle', ['manifest', 'manifestBytes', 'entry'])
  const head: JobHead = {
    name: line(fields.name, 'name', MAX_NAME_BYTES),
    engine: line(fields.engine, 'engine', MAX_ENGINE_BYTES),
    fingerprint: line(fields.fingerprint, 'fingerprint', MAX_FINGERPRINT_BYTES),
    width: number(fields.width, 'width'),
    height: number(fields.height, 'height'),
    frames: { first: number(frames.first, 'first frame'), last: number(frames.last, 'last frame'), step: number(frames.step, 'frame step') },
    samples: number(fields.samples, 'samples'),
    split: oneOf(fields.split, 'split', ['auto', 'tiles', 'samples', 'frames'] as const),
    tile: fields.tile === null ? null : number(fields.tile, 'tile'),
    camera: text(fields.camera, 'camera', MAX_NAME_BYTES),
    settings: settingsOf(fields.settings),
    leaseMs: number(fields.leaseMs, 'lease'),
    priority: number(fields.priority, 'priority'),
    picture: { name: pictureName(picture.name), bits: oneOf(picture.bits, 'bits', [8, 16] as const) },
    bundle: { manifest: text(bundle.manifest, 'manifest', 64), manifestBytes: number(bundle.manifestBytes, 'manifest size'), entry: text(bundle.entry, 'entry', MAX_ENTRY_BYTES) }
  }
  checkMeaning(head)
  return head
}

/** Checks what the values mean as a job would be checked. */
function checkMeaning (head: JobHead): void {
  const spec: JobSpec = { ...head, requester: '', serial: 0, split: head.split === 'auto' ? 'tiles' : head.split, tile: head.tile ?? DEFAULT_TILE }
  try {
    checkJobSpec(spec)
  } catch (cause) {
    throw cause instanceof JobSpecError ? new SceneError(`it asks for what can not be: ${cause.message}`, [], { cause }) : cause
  }
  if (!isHash(head.bundle.manifest)) {
    throw damaged('its bundle is not named by a sha256')
  }
  if (!Number.isSafeInteger(head.priority) || Math.abs(head.priority) > MAX_PRIORITY) {
    throw damaged('its priority is none')
  }
}

function settingsOf (value: unknown): JobHead['settings'] {
  if (!Array.isArray(value) || value.length > MAX_SETTINGS) {
    throw damaged(`its settings are no list of at most ${MAX_SETTINGS}`)
  }
  return value.map((pair: unknown) => {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw damaged('one of its settings is no pair')
    }
    return [text(pair[0], 'setting', MAX_SETTING_KEY_BYTES), text(pair[1], 'setting', MAX_SETTING_VALUE_BYTES)] as const
  })
}

/** The name of a file in whatever folder the picture is to be in: it must not lead anywhere else on any system. */
function pictureName (value: unknown): string {
  const name = line(value, 'picture', MAX_PICTURE_NAME_BYTES)
  if (/[<>:"|?*\\/]/.test(name) || !/[^.]\.(?:png|exr)$/i.test(name)) {
    throw damaged('its picture has no name of a .png or .exr file')
  }
  return name
}

function only (value: unknown, what: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).sort().join() !== [...keys].sort().join()) {
    throw damaged(`its ${what} has not the parts it should have`)
  }
  return value as Readonly<Record<string, unknown>>
}

function number (value: unknown, what: string): number {
  if (typeof value !== 'number') {
    throw damaged(`its ${what} is not a number`)
  }
  return value
}

function text (value: unknown, what: string, mostBytes: number): string {
  if (typeof value !== 'string' || !value.isWellFormed() || new TextEncoder().encode(value).byteLength > mostBytes) {
    throw damaged(`its ${what} is not a text of at most ${mostBytes} bytes`)
  }
  return value
}

function line (value: unknown, what: string, mostBytes: number): string {
  const read = text(value, what, mostBytes)
  if (read === '' || /\p{Cc}/u.test(read)) {
    throw damaged(`its ${what} is not a line of text`)
  }
  return read
}

function oneOf<Value> (value: unknown, what: string, allowed: readonly Value[]): Value {
  const found = allowed.find((one) => one === value)
  if (found === undefined) {
    throw damaged(`its ${what} is none of ${allowed.join(', ')}`)
  }
  return found
}
