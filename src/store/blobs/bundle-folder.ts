import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { SceneError, StoreError } from '../../errors.ts'
import { missingIsUndefined, openIfThere, temporaryName } from '../disk.ts'
import { errorCode, storeError } from '../refusal.ts'
import { readChunks } from './read-chunks.ts'
import type { Hash } from '../../core/ids.ts'
import type { Manifest } from '../../core/messages.ts'
import type { SceneFiles } from '../../ports.ts'
import type { Disk } from '../disk.ts'

/** What a disk answers when it can not make a second name for a file: other disk, no links, not allowed, too many. */
export const CAN_NOT_LINK = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS', 'EINVAL'])

/** A bundle that was laid out in this life, or is being. */
interface LaidOut {
  readonly manifest: Manifest
  readonly files: Promise<SceneFiles>
}

/**
 * Bundles laid out as folders, `<folder>/<hash of the manifest>/`, for renderers that read files.
 * The files are links to the blobs, read-only. A folder gets its name only when all is in it; it is laid out once in a peer's life.
 */
export class BundleFolder {
  readonly #disk: Disk
  readonly #folder: string
  readonly #fileOfBlob: (blob: Hash) => Promise<string>
  readonly #laidOut = new Map<Hash, LaidOut>()

  /** @param fileOfBlob - gives the file of a blob that has been proven to be whole; rejects when there is none */
  constructor (disk: Disk, folder: string, fileOfBlob: (blob: Hash) => Promise<string>) {
    this.#disk = disk
    this.#folder = folder
    this.#fileOfBlob = fileOfBlob
  }

  /** See {@link BlobStore.layOut}. Rejects with StoreError, or with the disk's own errors. */
  async layOut (manifestHash: Hash, manifest: Manifest): Promise<SceneFiles> {
    let laidOut = this.#laidOut.get(manifestHash)
    if (laidOut === undefined) {
      laidOut = { manifest, files: this.#layOutNow(manifestHash, manifest) }
      this.#laidOut.set(manifestHash, laidOut)
      laidOut.files.catch(() => this.#laidOut.delete(manifestHash))
    }
    return laidOut.files
  }

  /** A blob was damaged: bundles with it are laid out anew when they are asked for next. */
  forget (blob: Hash): void {
    for (const [manifestHash, { manifest }] of this.#laidOut) {
      if (manifest.files.some(({ hash }) => hash === blob)) {
        this.#laidOut.delete(manifestHash)
      }
    }
  }

  /** The blobs of a laid out bundle whose files are not what they should be; it is then laid out anew when it is asked for next. Rejects with the disk's own errors. */
  async damagedFiles (manifestHash: Hash): Promise<Hash[]> {
    const laidOut = this.#laidOut.get(manifestHash)
    const folder = (await laidOut?.files.catch(() => undefined))?.folder
    const damaged: Hash[] = []
    if (laidOut !== undefined && folder !== undefined) {
      for (const { path: name, hash } of laidOut.manifest.files) {
        const file = await openIfThere(this.#disk, inside(folder, name))
        const isWhole = file !== undefined && (await readChunks(file, async () => {}).finally(async () => { await file.close() })).hash === hash
        if (!isWhole) {
          damaged.push(hash)
        }
      }
      damaged.forEach((blob) => { this.forget(blob) })
    }
    return damaged
  }

  /** Says that a laid out bundle was used then. One that is not laid out was not. */
  async used (manifestHash: Hash, atMs: number): Promise<void> {
    await this.#disk.touch(path.join(this.#folder, manifestHash), atMs).catch(missingIsUndefined)
  }

  /** Removes a laid out bundle: it loses its name at once, then its files. */
  async remove (manifestHash: Hash): Promise<void> {
    await this.#laidOut.get(manifestHash)?.files.catch(() => {})
    this.#laidOut.delete(manifestHash)
    const folder = path.join(this.#folder, manifestHash)
    const temporary = temporaryName(folder)
    await this.#disk.rename(folder, temporary).catch(missingIsUndefined)
    await this.#disk.remove(temporary)
  }

  async #layOutNow (manifestHash: Hash, manifest: Manifest): Promise<SceneFiles> {
    const folder = path.join(this.#folder, manifestHash)
    const temporary = temporaryName(folder)
    try {
      await this.#disk.makeFolder(temporary)
      await this.#placeAll(temporary, manifest)
      await this.#disk.remove(folder) // of an earlier life, and perhaps touched by a renderer since
      await this.#disk.rename(temporary, folder)
    } catch (err) {
      await this.#disk.remove(temporary).catch(() => {})
      throw err
    }
    return sceneFiles(folder, manifest)
  }

  /** All files, also behind one that is damaged: whatever must be fetched again is known at once. */
  async #placeAll (folder: string, manifest: Manifest): Promise<void> {
    let failure: StoreError | undefined
    for (const file of manifest.files) {
      try {
        await this.#place(folder, file.path, file.hash)
      } catch (err) {
        if (!(err instanceof StoreError)) {
          throw err
        }
        failure ??= err
      }
    }
    if (failure !== undefined) {
      throw failure
    }
  }

  async #place (folder: string, name: string, blob: Hash): Promise<void> {
    const target = inside(folder, name)
    const source = await this.#fileOfBlob(blob)
    await this.#disk.makeFolder(path.dirname(target))
    try {
      await this.#disk.link(source, target)
    } catch (err) {
      if (!CAN_NOT_LINK.has(errorCode(err) ?? '')) {
        throw collision(err, name)
      }
      await this.#disk.copy(source, target)
      await this.#disk.makeReadOnly(target)
    }
  }
}

/**
 * Where a path of a bundle lies in a folder. Bundles check their paths by stricter rules; this only makes sure that nothing leaves the folder.
 *
 * @throws StoreError
 */
function inside (folder: string, name: string): string {
  const parts = name.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\\\0]/.test(part)) || /^[a-z]:/i.test(name)) {
    throw new StoreError(`The path ${JSON.stringify(name.slice(0, 200))} of a bundle leads out of its folder`)
  }
  return path.join(folder, ...parts)
}

function collision (err: unknown, name: string): unknown {
  return errorCode(err) === 'EEXIST' ? new StoreError(`Two files of a bundle would have one name on this disk: ${JSON.stringify(name)}`, { cause: err }) : err
}

function sceneFiles (folder: string, manifest: Manifest): SceneFiles {
  const names = new Set(manifest.files.map((file) => file.path))
  return {
    folder,
    entry: manifest.entry,
    async read (name) {
      if (!names.has(name)) {
        throw new SceneError(`The scene has no file "${name}"; submit it again with that file beside it`, [name])
      }
      const file = inside(folder, name)
      return new Uint8Array(await readFile(file).catch((err: unknown) => { throw storeError(err, file) }))
    }
  }
}
