import path from 'node:path'
import { isHash } from '../../core/ids.ts'
import { removeLeftover, removeTemporaries, temporaryName } from '../disk.ts'
import { errorCode } from '../refusal.ts'
import { CAN_NOT_LINK } from './bundle-folder.ts'
import type { Hash } from '../../core/ids.ts'
import type { BlobInventory, Log } from '../../ports.ts'
import type { Disk } from '../disk.ts'

/** Where blobs lie: whole ones in folders below `blobs`, parts of others in `partial`, laid out bundles in `bundles`. */
export interface BlobPlaces {
  readonly blobs: string
  readonly partial: string
  readonly bundles: string
}

/** A part that arrived, and the bitmap of its chunks; see `partial.ts`. */
const PART_NAME = /^([0-9a-f]{64})-[0-9a-f]{16}\.(part|map)$/

/** Looks through all blobs, parts and bundles. Rejects with the disk's own errors. Files that are none of ours are left out. */
export async function takeInventory (disk: Disk, places: BlobPlaces): Promise<BlobInventory> {
  const blobs: { blob: Hash, bytes: number, usedAtMs: number }[] = []
  for (const folder of (await disk.list(places.blobs)).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const blob of (await disk.list(path.join(places.blobs, folder))).filter((name) => isHash(name) && name.startsWith(folder))) {
      const file = path.join(places.blobs, folder, blob)
      blobs.push({ blob, bytes: await disk.sizeOf(file) ?? 0, usedAtMs: await disk.changedAtMs(file) ?? 0 })
    }
  }
  const arrivals = new Map<Hash, { blob: Hash, bytes: number, usedAtMs: number }>()
  for (const name of await disk.list(places.partial)) {
    const blob = PART_NAME.exec(name)?.[1]
    if (blob !== undefined) {
      const file = path.join(places.partial, name)
      const arrival = arrivals.get(blob) ?? { blob, bytes: 0, usedAtMs: 0 }
      arrival.bytes += await disk.sizeOf(file) ?? 0
      arrival.usedAtMs = Math.max(arrival.usedAtMs, await disk.changedAtMs(file) ?? 0)
      arrivals.set(blob, arrival)
    }
  }
  const bundles: { manifest: Hash, usedAtMs: number }[] = []
  for (const manifest of (await disk.list(places.bundles)).filter(isHash)) {
    bundles.push({ manifest, usedAtMs: await disk.changedAtMs(path.join(places.bundles, manifest)) ?? 0 })
  }
  return { blobs, arrivals: [...arrivals.values()], bundles }
}

/** Removes what a killed peer left: unfinished files, parts of what is here whole, parts without their bitmap and bitmaps without their part. */
export async function sweepBlobs (disk: Disk, places: BlobPlaces, log: Log): Promise<void> {
  await removeTemporaries(disk, places.partial, log)
  await removeTemporaries(disk, places.bundles, log)
  const names = new Set(await disk.list(places.partial))
  for (const name of names) {
    const twin = name.endsWith('.part') ? name.replace(/part$/, 'map') : name.replace(/map$/, 'part')
    const blob = PART_NAME.exec(name)?.[1]
    if (blob !== undefined && (!names.has(twin) || await disk.sizeOf(path.join(places.blobs, blob.slice(0, 2), blob)) !== undefined)) {
      await removeLeftover(disk, path.join(places.partial, name), log)
    }
  }
}

/** Removes the parts of a blob that have arrived. */
export async function removeParts (disk: Disk, places: BlobPlaces, blob: Hash): Promise<void> {
  for (const name of await disk.list(places.partial)) {
    if (PART_NAME.exec(name)?.[1] === blob) {
      await disk.remove(path.join(places.partial, name))
    }
  }
}

/** Whether a file of the blobs can have a second name among the bundles. */
export async function linksFrom (disk: Disk, places: BlobPlaces): Promise<boolean> {
  const file = temporaryName(path.join(places.partial, 'probe'))
  const second = temporaryName(path.join(places.bundles, 'probe'))
  try {
    await (await disk.open(file, 'create')).close()
    await disk.link(file, second)
    return true
  } catch (err) {
    if (!CAN_NOT_LINK.has(errorCode(err) ?? '')) {
      throw err
    }
    return false
  } finally {
    await disk.remove(file)
    await disk.remove(second)
  }
}
