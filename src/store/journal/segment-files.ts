import path from 'node:path'
import { HEADER_BYTES, encodeHeader, newMarker, parseSegmentName, segmentName } from './layout.ts'
import { SegmentReader } from './segment-reader.ts'
import type { Disk, DiskFile } from '../disk.ts'
import type { SegmentName } from './layout.ts'
import type { Damage } from './segment-reader.ts'

/** A segment that is being appended to. */
export interface OpenSegment {
  readonly name: SegmentName
  readonly file: DiskFile
  readonly marker: Uint8Array
  /** Where the next record goes: everything before is whole records. */
  end: number
  /** Everything before is on disk. */
  syncedEnd: number
}

/** A segment as it lies on disk. */
export interface SegmentOnDisk extends SegmentName {
  readonly bytes: number
}

/** Makes a new, empty segment; it and its name are on disk when this resolves. Nothing is left behind when the disk refuses. */
export async function createSegment (disk: Disk, folder: string, number: number): Promise<OpenSegment> {
  const name = segmentName(number, 'log')
  const marker = newMarker()
  const file = await disk.open(path.join(folder, name.file), 'create')
  try {
    await file.write([encodeHeader(number, marker)], 0)
    await file.sync()
    await disk.syncFolder(folder)
  } catch (err) {
    await file.close().catch(() => {})
    await disk.remove(path.join(folder, name.file)).catch(() => {})
    throw err
  }
  return { name, file, marker, end: HEADER_BYTES, syncedEnd: HEADER_BYTES }
}

/**
 * The segments that count, in order: the newest checkpoint and what came after it.
 * What an earlier life left behind is removed: unfinished files, and segments that a checkpoint has replaced.
 */
export async function liveSegments (disk: Disk, folder: string): Promise<SegmentOnDisk[]> {
  const names = (await disk.list(folder)).map(parseSegmentName).filter((name) => name !== undefined).sort((a, b) => a.number - b.number)
  const start = names.findLastIndex((name) => name.kind === 'checkpoint')
  for (const replaced of names.slice(0, Math.max(0, start))) {
    await disk.remove(path.join(folder, replaced.file))
  }
  return Promise.all(names.slice(Math.max(0, start)).map(async (name) => {
    const file = await disk.open(path.join(folder, name.file), 'read')
    try {
      return { ...name, bytes: await file.size() }
    } finally {
      await file.close()
    }
  }))
}

/**
 * Opens the last segment of an earlier life to go on with it. A torn end is reported and cut off, and the rest is synced: what a
 * killed process wrote may so far be in the kernel alone, and nobody may be told of it before the disk has it.
 * Undefined when nothing in it can be read; it is then left as it is, out of the way of new records.
 */
export async function reopenSegment (disk: Disk, folder: string, segment: SegmentOnDisk, onDamage: (damage: Damage) => void): Promise<OpenSegment | undefined> {
  const file = await disk.open(path.join(folder, segment.file), 'update')
  try {
    const found = await measure(file, segment.bytes, onDamage)
    if (found === undefined) {
      await file.close()
      return undefined
    }
    if (found.end < segment.bytes) {
      await file.truncate(found.end)
    }
    await file.sync()
    return { name: segment, file, marker: found.marker, end: found.end, syncedEnd: found.end }
  } catch (err) {
    await file.close().catch(() => {})
    throw err
  }
}

async function measure (file: DiskFile, bytes: number, onDamage: (damage: Damage) => void): Promise<{ readonly end: number, readonly marker: Uint8Array } | undefined> {
  const reader = new SegmentReader(file, bytes)
  const marker = await reader.marker()
  if (marker === undefined) {
    return undefined
  }
  let end = Math.min(bytes, HEADER_BYTES)
  for await (const record of reader.records(marker, (damage) => damage.place === 'tail' && onDamage(damage))) {
    end = record.end
  }
  return { end, marker }
}
