import { readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { nodeDisk } from '../../../src/store/disk.ts'
import { Journal } from '../../../src/store/journal/journal.ts'
import { MemoryLog } from '../../support/memory-log.ts'
import type { JournalEntry, JournalRecord } from '../../../src/ports.ts'
import type { Disk } from '../../../src/store/disk.ts'
import type { JournalLimits } from '../../../src/store/journal/journal.ts'

/** A record that is told from others by its number. */
export function numbered (count: number): JournalRecord {
  return { type: 'started', count }
}

/** Pixels that belong to a number, so that altered ones are noticed. */
export function pixelsOf (count: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => (index * 31 + count * 17) & 0xff)
}

/** Opens a journal with a log of its own. */
export async function openJournal (folder: string, disk: Disk = nodeDisk, limits?: JournalLimits): Promise<{ readonly journal: Journal, readonly log: MemoryLog }> {
  const log = new MemoryLog()
  return { journal: await Journal.open(disk, folder, log, limits), log }
}

/** All entries of a journal. */
export async function replayed (journal: Journal): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = []
  for await (const entry of journal.replay()) {
    entries.push(entry)
  }
  return entries
}

/** The numbers of {@link numbered} records in a journal; what else there is counts as −1. */
export async function numbersIn (journal: Journal): Promise<number[]> {
  return (await replayed(journal)).map(({ record }) => record.type === 'started' ? record.count : -1)
}

/** The numbers in the journal of a folder, as a next life finds them. */
export async function numbersOnDisk (folder: string): Promise<number[]> {
  const { journal } = await openJournal(folder)
  try {
    return await numbersIn(journal)
  } finally {
    await journal.close()
  }
}

/** The files of a folder by name. */
export async function contentOf (folder: string): Promise<Map<string, Uint8Array>> {
  const names = (await readdir(folder)).sort()
  return new Map(await Promise.all(names.map(async (name) => [name, new Uint8Array(await readFile(path.join(folder, name)))] as const)))
}

/** Makes a folder hold exactly these files. */
export async function putContent (folder: string, content: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await nodeDisk.remove(folder)
  await nodeDisk.makeFolder(folder)
  for (const [name, bytes] of content) {
    await writeFile(path.join(folder, name), bytes)
  }
}
