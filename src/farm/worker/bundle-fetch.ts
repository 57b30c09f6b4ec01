import { WireError } from '../../errors.ts'
import { CHUNK_BYTES } from '../../core/limits.ts'
import { FETCH_LANES } from '../limits.ts'
import { BlobSources } from './blob-sources.ts'
import type { BlobSourcesContext } from './blob-sources.ts'
import type { Hash, PeerId } from '../../core/ids.ts'
import type { BundleRef } from '../../core/job.ts'
import type { BundleFile, Manifest } from '../../core/messages.ts'
import type { BlobReceiver, Bundler, Random, SceneFiles, Sha256 } from '../../ports.ts'
import type { SceneRoom } from '../cache/cache-hold.ts'

/** What fetching needs. */
export interface FetchContext extends BlobSourcesContext {
  /** Where the bundle's blobs come to lie. */
  readonly blobs: SceneRoom
  readonly bundler: Pick<Bundler, 'readManifest'>
  readonly sha256: Sha256
}

/**
 * Brings a bundle onto this disk from whichever peers hold it, several at once, every chunk verified, resuming what was there;
 * what has arrived is offered to others by the blob store itself.
 *
 * @param first the peer that surely had it: the requester
 * @throws ChannelClosedError when no connected peer has what is missing: try again later
 * @throws CacheFullError before a byte of its files comes, when there is no room for them
 * @throws WireError when the manifest is not what the job says, or hostile
 */
export async function fetchBundle (ref: BundleRef, first: PeerId, context: FetchContext, signal: AbortSignal): Promise<SceneFiles> {
  const sources = new BlobSources(first, context)
  try {
    await context.blobs.reserve([{ hash: ref.manifest, size: ref.manifestBytes }])
    const manifest = await fetchManifest(ref, sources, context)
    await context.blobs.reserve(manifest.files)
    await fetchFiles(manifest.files, sources, context, signal)
    return await context.blobs.layOut(ref.manifest, manifest)
  } finally {
    await sources.close()
  }
}

async function fetchManifest (ref: BundleRef, sources: BlobSources, context: FetchContext): Promise<Manifest> {
  const isRight = (whole: Uint8Array): boolean => context.sha256(whole) === ref.manifest
  // What lies on this disk may have been damaged there: it must not be held against the scene.
  const kept = await context.blobs.read(ref.manifest, 0, ref.manifestBytes)
  const bytes = kept !== undefined && isRight(kept) ? kept : await sources.requestWhole(ref.manifest, ref.manifestBytes, isRight)
  const manifest = context.bundler.readManifest(bytes)
  if (manifest.entry !== ref.entry) {
    throw new WireError('the bundle\'s manifest names another scene file than the job')
  }
  await context.blobs.put(ref.manifest, bytes)
  return manifest
}

/** A chunk that is missing here. */
interface MissingChunk {
  readonly file: BundleFile
  readonly receiver: BlobReceiver
  readonly chunk: number
}

/** All missing chunks of all files, shared out among the sources: whoever is done with one takes the next. */
async function fetchFiles (files: readonly BundleFile[], sources: BlobSources, context: FetchContext, signal: AbortSignal): Promise<void> {
  const arrivals = new Arrivals(files, context)
  const chunks = arrivals.missing(signal)
  const lanes = Array.from({ length: FETCH_LANES }, async (_, lane) => {
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      const { file, receiver, chunk } = next.value
      const offset = chunk * CHUNK_BYTES
      const length = Math.min(CHUNK_BYTES, file.size - offset)
      // This peer may be fetching the same scene to keep it, and to render it.
      if (receiver.missing.has(chunk)) {
        await sources.requestVerified(file.hash, offset, length, lane, async (bytes) => receiver.write(chunk, bytes))
      }
      await arrivals.arrived(next.value)
    }
  })
  try {
    await Promise.all(lanes)
  } finally {
    arrivals.stop()
    await Promise.allSettled(lanes)
    await arrivals.close()
  }
}

/** The files that are on their way, several at a time, in an order of this fetcher's own: so peers that fetch at the same time soon have what the others lack. */
class Arrivals {
  readonly #files: readonly BundleFile[]
  readonly #context: FetchContext
  /** Chunks still to come, of each file that is open. */
  readonly #open = new Map<BlobReceiver, number>()
  #stopped = false

  constructor (files: readonly BundleFile[], context: FetchContext) {
    this.#files = shuffled(files, context.random)
    this.#context = context
  }

  /** @throws the signal's reason when it aborts */
  async * missing (signal: AbortSignal): AsyncGenerator<MissingChunk, undefined> {
    const { blobs, random } = this.#context
    const held = new Set<Hash>()
    for (const file of this.#files) {
      signal.throwIfAborted()
      if (!held.has(file.hash) && !await blobs.has(file.hash)) {
        const receiver = await blobs.receive(file.hash, file.size, file.chunks)
        const missing = shuffled([...receiver.missing], random)
        this.#open.set(receiver, missing.length)
        if (missing.length === 0) {
          await this.#finish(receiver)
        }
        for (const chunk of missing) {
          signal.throwIfAborted()
          if (this.#stopped) {
            return
          }
          yield { file, receiver, chunk }
        }
      }
      held.add(file.hash)
    }
  }

  async arrived ({ receiver }: MissingChunk): Promise<void> {
    const left = this.#open.get(receiver)! - 1
    this.#open.set(receiver, left)
    if (left === 0) {
      await this.#finish(receiver)
    }
  }

  /** No more chunks are handed out. */
  stop (): void {
    this.#stopped = true
  }

  /** Keeps what has come of files that are not whole for next time. */
  async close (): Promise<void> {
    await Promise.all(Array.from(this.#open.keys(), async (receiver) => { await receiver.close() }))
  }

  async #finish (receiver: BlobReceiver): Promise<void> {
    await receiver.finish()
    this.#open.delete(receiver)
    await receiver.close()
  }
}

/** Fisher and Yates' shuffle, of a copy. */
function shuffled<T> (items: readonly T[], random: Random): T[] {
  const all = [...items]
  for (let last = all.length - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1))
    const moved = all[last]!
    all[last] = all[other]!
    all[other] = moved
  }
  return all
}
