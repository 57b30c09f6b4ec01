import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { openHome } from '../../../src/store/home.ts'
import { nodeDisk } from '../../../src/store/disk.ts'
import type { Disk, DiskFile } from '../../../src/store/disk.ts'
import type { Home } from '../../../src/store/home.ts'

/** A folder that is gone after the test that asked for it. Call inside a test or hook of `context`. */
export async function temporaryFolder (): Promise<{ readonly folder: string, remove (): Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tilemesh-test-'))
  return { folder, remove: async () => rm(folder, { recursive: true, force: true }) }
}

/** This machine's disk, and a way to close what a peer that "died" in a test has left open. */
export function closableDisk (): { readonly disk: Disk, closeAll (): Promise<void> } {
  const open = new Set<DiskFile>()
  const disk: Disk = {
    ...nodeDisk,
    async open (file, mode) {
      const handle = await nodeDisk.open(file, mode)
      open.add(handle)
      return handle
    }
  }
  return {
    disk,
    async closeAll () {
      await Promise.all([...open].map(async (handle) => handle.close().catch(() => {})))
    }
  }
}

/** Runs a test with a folder of its own. */
export async function withFolder (run: (folder: string) => Promise<void>): Promise<void> {
  const { folder, remove } = await temporaryFolder()
  try {
    await run(folder)
  } finally {
    await remove()
  }
}

/** Runs a test with an open home of its own. */
export async function withHome (run: (home: Home) => Promise<void>, disk?: Disk): Promise<void> {
  await withFolder(async (folder) => {
    const home = await openHome(folder, { disk })
    try {
      await run(home)
    } finally {
      await home.close()
    }
  })
}
