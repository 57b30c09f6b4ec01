import { nodeDisk } from '../../../src/store/disk.ts'
import type { Disk, DiskFile } from '../../../src/store/disk.ts'

/** What can be made to fail. */
export type DiskStep = 'open' | 'create' | 'write' | 'sync' | 'truncate' | 'rename' | 'remove' | 'syncFolder'

/** Looks at every step that changes the disk, before it is done; throws to have it refused. */
export type DiskWatch = (step: DiskStep, file: string) => void | Promise<void>

/** The system's error with this code. */
export function systemError (code: string): Error {
  return Object.assign(new Error(`${code}: made by a test`), { code })
}

/**
 * This machine's disk with somebody watching who may refuse. A refused write leaves the first half of its bytes on the disk, as a full
 * disk does.
 */
export class FaultyDisk implements Disk {
  watch: DiskWatch = () => {}
  readonly #open = new Set<DiskFile>()

  async open (file: string, mode: 'read' | 'update' | 'create'): Promise<DiskFile> {
    await this.watch(mode === 'create' ? 'create' : 'open', file)
    const handle = await nodeDisk.open(file, mode)
    this.#open.add(handle)
    return {
      read: async (target, position) => handle.read(target, position),
      size: async () => handle.size(),
      close: async () => handle.close(),
      write: async (parts, position) => {
        try {
          await this.watch('write', file)
        } catch (err) {
          const all = Buffer.concat(parts)
          await handle.write([all.subarray(0, all.length / 2)], position)
          throw err
        }
        await handle.write(parts, position)
      },
      sync: async () => {
        await this.watch('sync', file)
        await handle.sync()
      },
      truncate: async (length) => {
        await this.watch('truncate', file)
        await handle.truncate(length)
      }
    }
  }

  async rename (from: string, to: string): Promise<void> {
    await this.watch('rename', to)
    await nodeDisk.rename(from, to)
  }

  async remove (entry: string): Promise<void> {
    await this.watch('remove', entry)
    await nodeDisk.remove(entry)
  }

  async syncFolder (folder: string): Promise<void> {
    await this.watch('syncFolder', folder)
    await nodeDisk.syncFolder(folder)
  }

  readonly link = nodeDisk.link
  readonly copy = nodeDisk.copy
  readonly makeReadOnly = nodeDisk.makeReadOnly
  readonly sizeOf = nodeDisk.sizeOf
  readonly changedAtMs = nodeDisk.changedAtMs
  readonly touch = nodeDisk.touch
  readonly makeFolder = nodeDisk.makeFolder
  readonly list = nodeDisk.list

  /** Closes what a peer that "died" in a test has left open. */
  async closeAll (): Promise<void> {
    await Promise.all([...this.#open].map(async (handle) => handle.close().catch(() => {})))
  }
}
