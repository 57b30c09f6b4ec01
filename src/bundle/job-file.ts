import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { damaged, encodeJobHead, readJobHead } from '../core/job-file.ts'
import { CHUNK_BYTES, MAX_JOB_HEAD_BYTES } from '../core/limits.ts'
import { SceneError, StoreError, TilemeshError, WireError } from '../errors.ts'
import { decodeManifest, encodeManifest } from './manifest.ts'
import { filesAt, makeScratchFolder, removeFolder } from './survey.ts'
import type { FileHandle } from 'node:fs/promises'
import type { Hash } from '../core/ids.ts'
import type { JobHead } from '../core/job-file.ts'
import type { BundleFile, Manifest } from '../core/messages.ts'
import type { ImportRoom, PackedScene, SurveyedScene } from '../ports.ts'

/** Characters of a file's name in that of its part: with the rest it stays below the 255 bytes of the usual disks, whatever the letters. */
const PART_NAME_CHARACTERS = 50

/** A part that nobody has written to for so long belongs to no living peer: a disk that takes longer for a chunk is broken. */
const LEFTOVER_MS = 3_600_000

/** Job files on a disk: see {@link JobHead} for what is in them. They are written and read chunk by chunk, whatever the size of the scene. */

/**
 * Writes a job and its scene into one file. It grows under a name of its own beside it, and takes the place of what had its name only when it is
 * whole and on the disk. Resolves with its bytes.
 *
 * @throws JobSpecError when the job can not be written down, SceneError when a file of the scene has changed since it was hashed, StoreError when
 * the disk refuses; nothing of it is left then
 */
export async function writeJobFile (file: string, head: JobHead, { manifest, files }: Pick<SurveyedScene, 'manifest' | 'files'>): Promise<number> {
  const start = encodeJobHead(head, sha256)
  const partPrefix = `.${path.basename(file).slice(0, PART_NAME_CHARACTERS)}.`
  const part = path.join(path.dirname(file), `${partPrefix}${randomBytes(6).toString('hex')}.part`)
  try {
    await sweepParts(path.dirname(file), partPrefix)
    const handle = await open(part, 'wx', 0o644)
    let bytes = 0
    const write = async (run: Uint8Array): Promise<void> => {
      await handle.appendFile(run)
      bytes += run.byteLength
    }
    try {
      await write(start)
      await write(encodeManifest(manifest))
      for (const one of distinct(manifest)) {
        await copyContent(one, path.join(files.folder, one.path), write)
      }
      await handle.datasync()
    } finally {
      await handle.close()
    }
    await rename(part, file)
    return bytes
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {})
    throw cause instanceof TilemeshError ? cause : new StoreError(`the job file ${file} could not be written: ${textOf(cause)}`, { cause })
  }
}

/** Removes what killed attempts at the same file left behind. One that is under way has just been written to. */
async function sweepParts (folder: string, prefix: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix) && /^[0-9a-f]{12}\.part$/.test(name.slice(prefix.length)))
  for (const name of names) {
    const part = path.join(folder, name)
    const found = await stat(part).catch(() => undefined)
    if (found !== undefined && Date.now() - found.mtimeMs > LEFTOVER_MS) {
      await rm(part, { force: true })
    }
  }
}

/** Reads what a job file asks for. @throws SceneError when it is none, damaged or hostile */
export async function readJobFileHead (file: string): Promise<JobHead> {
  const reader = await JobFileReader.open(file)
  await reader.close()
  return reader.head
}

/** Takes a job file's scene into a store. @throws SceneError when it is none, damaged or hostile, StoreError when the disk refuses or has no room */
export async function importJobFile (file: string, room: ImportRoom): Promise<PackedScene> {
  const reader = await JobFileReader.open(file)
  try {
    await room.expect(reader.packed.bytes)
    for (const one of reader.contents) {
      await importContent(one, reader, room)
    }
    await room.put(reader.head.bundle.manifest, reader.manifestBytes)
    return reader.packed
  } finally {
    await reader.close()
  }
}

/** Every chunk is checked, also of what is there already: a damaged file is to be known as one everywhere. */
async function importContent (content: BundleFile, reader: JobFileReader, room: ImportRoom): Promise<void> {
  const receiver = await room.receive(content.hash, content.size, content.chunks)
  try {
    for await (const { index, bytes } of reader.chunks(content)) {
      if (receiver.missing.has(index)) {
        await receiver.write(index, bytes)
      }
    }
    await receiver.finish()
  } finally {
    await receiver.close()
  }
}

/**
 * Lays a job file's scene out in a folder of its own inside `scratch`, until it is released.
 *
 * @throws SceneError when it is none, damaged or hostile, StoreError when the disk refuses
 */
export async function surveyJobFile (file: string, scratch: string): Promise<SurveyedScene> {
  const reader = await JobFileReader.open(file)
  try {
    const folder = await makeScratchFolder(scratch)
    try {
      await layOut(reader, folder)
    } catch (cause) {
      await removeFolder(folder)
      throw cause instanceof TilemeshError ? cause : new StoreError(`the scene of ${file} could not be laid out: ${textOf(cause)}`, { cause })
    }
    const places = new Map(reader.manifest.files.map(({ path: name }) => [name, path.join(folder, name)]))
    return { ...reader.packed, files: filesAt(folder, reader.manifest.entry, places), release: async () => { await removeFolder(folder) } }
  } finally {
    await reader.close()
  }
}

/** Paths of a manifest that was decoded lead nowhere but below the folder. */
async function layOut (reader: JobFileReader, folder: string): Promise<void> {
  for (const one of reader.contents) {
    const [first, ...others] = reader.manifest.files.filter(({ hash }) => hash === one.hash).map(({ path: name }) => path.join(folder, name))
    await mkdir(path.dirname(first!), { recursive: true })
    await writeFile(first!, chunkBytes(reader.chunks(one)), { flag: 'wx' })
    for (const other of others) {
      await mkdir(path.dirname(other), { recursive: true })
      await link(first!, other)
    }
  }
}

async function * chunkBytes (chunks: AsyncIterable<{ readonly bytes: Uint8Array }>): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of chunks) {
    yield bytes
  }
}

/** An open job file, whose head and manifest have been checked, and whose size is what they say. All complaints name the file. */
class JobFileReader {
  readonly head: JobHead
  readonly manifest: Manifest
  readonly manifestBytes: Uint8Array
  /** The files of the manifest, those of equal content once. */
  readonly contents: readonly BundleFile[]
  readonly #file: string
  readonly #handle: FileHandle
  readonly #offsets = new Map<Hash, number>()

  private constructor (file: string, handle: FileHandle, head: JobHead, manifest: Manifest, manifestBytes: Uint8Array, contentsAt: number) {
    this.#file = file
    this.#handle = handle
    this.head = head
    this.manifest = manifest
    this.manifestBytes = manifestBytes
    this.contents = distinct(manifest)
    let at = contentsAt
    for (const { hash, size } of this.contents) {
      this.#offsets.set(hash, at)
      at += size
    }
  }

  /** @throws SceneError */
  static async open (file: string): Promise<JobFileReader> {
    try {
      if (!(await stat(file)).isFile()) {
        throw new SceneError('it is not a file')
      }
      const handle = await open(file)
      try {
        return await JobFileReader.#read(file, handle)
      } catch (error) {
        await handle.close()
        throw error
      }
    } catch (cause) {
      throw complaint(file, cause)
    }
  }

  static async #read (file: string, handle: FileHandle): Promise<JobFileReader> {
    const { size } = await handle.stat()
    const start = await readRun(handle, 0, Math.min(size, MAX_JOB_HEAD_BYTES))
    const { head, bundleAt } = readJobHead(start, sha256)
    const { manifest: hash, manifestBytes: length, entry } = head.bundle
    const manifestBytes = await readRun(handle, bundleAt, Math.min(length, size - bundleAt))
    if (manifestBytes.byteLength < length) {
      throw damaged('it ends in the list of its files')
    }
    if (sha256(manifestBytes) !== hash) {
      throw damaged('the list of its files is not what was written')
    }
    const manifest = decodeManifest(manifestBytes)
    if (manifest.entry !== entry) {
      throw damaged('its head and its list of files name different scenes')
    }
    const contentsAt = bundleAt + length
    const whole = distinct(manifest).reduce((sum, one) => sum + one.size, contentsAt)
    if (size !== whole) {
      throw damaged(`it has ${size} bytes and should have ${whole}`)
    }
    return new JobFileReader(file, handle, head, manifest, manifestBytes, contentsAt)
  }

  get packed (): PackedScene {
    return { ref: this.head.bundle, manifest: this.manifest, bytes: this.manifest.files.reduce((sum, { size }) => sum + size, 0) }
  }

  /** The chunks of a content, each checked when it comes, the whole after the last. @throws SceneError */
  async * chunks ({ hash, size, chunks, path: name }: BundleFile): AsyncGenerator<{ readonly index: number, readonly bytes: Uint8Array }> {
    const whole = createHash('sha256')
    const checkWhole = (found: Hash): void => {
      if (found !== hash) {
        throw damaged(`${JSON.stringify(name)} in it is not what its list of files says`)
      }
    }
    try {
      for (const [index, expected] of chunks.entries()) {
        const offset = index * CHUNK_BYTES
        const bytes = await readRun(this.#handle, this.#offsets.get(hash)! + offset, Math.min(CHUNK_BYTES, size - offset))
        if (sha256(bytes) !== expected) {
          throw damaged(`${JSON.stringify(name)} in it is not what was written`)
        }
        whole.update(bytes)
        // The last chunk goes out only when the whole is known to be right.
        if (index === chunks.length - 1) {
          checkWhole(whole.digest('hex'))
        }
        yield { index, bytes }
      }
      if (chunks.length === 0) {
        checkWhole(whole.digest('hex'))
      }
    } catch (cause) {
      throw complaint(this.#file, cause)
    }
  }

  async close (): Promise<void> {
    await this.#handle.close()
  }
}

/** The files of a manifest, those of equal content once, in the manifest's order. */
function distinct ({ files }: Manifest): readonly BundleFile[] {
  const contents = new Map<Hash, BundleFile>()
  for (const file of files) {
    if (!contents.has(file.hash)) {
      contents.set(file.hash, file)
    }
  }
  return [...contents.values()]
}

/** Copies a file of a scene, which must still be what was hashed. */
async function copyContent ({ size, chunks, path: name }: BundleFile, file: string, write: (run: Uint8Array) => Promise<void>): Promise<void> {
  const handle = await open(file)
  try {
    for (const [index, expected] of chunks.entries()) {
      const offset = index * CHUNK_BYTES
      const bytes = await readRun(handle, offset, Math.min(CHUNK_BYTES, size - offset))
      if (sha256(bytes) !== expected) {
        throw new SceneError(`the scene's file ${name} was changed meanwhile; try again`)
      }
      await write(bytes)
    }
  } finally {
    await handle.close()
  }
}

/** So many bytes from a position, fewer where the file ends. */
async function readRun (handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, length))
  let filled = 0
  while (filled < bytes.byteLength) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.byteLength - filled, position + filled)
    if (bytesRead === 0) {
      break
    }
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

/** What is wrong with a job file, as one line that names it. Whatever it is, the scene is what can not be used. */
function complaint (file: string, cause: unknown): SceneError {
  const why = cause instanceof WireError ? damaged(cause.message).message : textOf(cause)
  return new SceneError(`${path.basename(file)} can not be rendered: ${why}`, [], { cause })
}

function sha256 (bytes: Uint8Array): Hash {
  return createHash('sha256').update(bytes).digest('hex')
}

function textOf (cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
