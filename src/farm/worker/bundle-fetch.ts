import { ChannelClosedError, WireError } from '../../errors.ts'
import { CHUNK_BYTES } from '../../core/limits.ts'
import { MAX_BAD_CHUNKS, MAX_BLOB_SOURCES } from '../limits.ts'
import type { Hash, PeerId } from '../../core/ids.ts'
import type { BundleRef } from '../../core/job.ts'
import type { BundleFile, Manifest } from '../../core/messages.ts'
import type { BlobChannel, BlobStore, Bundler, Log, Mesh, Random, SceneFiles, Sha256 } from '../../ports.ts'

/** What fetching needs. */
export interface FetchContext {
  readonly mesh: Mesh
  readonly blobs: BlobStore
  readonly bundler: Bundler
  readonly sha256: Sha256
  readonly random: Random
  readonly log: Log
}

/**
 * Brings a bundle onto this disk from whichever peers hold it, several at once, every chunk verified, resuming what was there;
 * what has arrived is offered to others by the blob store itself.
 *
 * @param first the peer that surely had it: the requester
 * @throws ChannelClosedError when no connected peer has what is missing: try again later
 * @throws WireError when the manifest is not what the job says, or hostile
 */
export async function fetchBundle (ref: BundleRef, first: PeerId, context: FetchContext, signal: AbortSignal): Promise<SceneFiles> {
  const sources = new Sources(first, context)
  try {
    const manifest = await fetchManifest(ref, sources, context)
    const held = new Set<Hash>()
    for (const file of manifest.files) {
      if (!held.has(file.hash) && !await context.blobs.has(file.hash)) {
        signal.throwIfAborted()
        await fetchFile(file, sources, context, signal)
      }
      held.add(file.hash)
    }
    return await context.blobs.layOut(ref.manifest, manifest)
  } finally {
    await sources.close()
  }
}

async function fetchManifest (ref: BundleRef, sources: Sources, context: FetchContext): Promise<Manifest> {
  let bytes = await context.blobs.read(ref.manifest, 0, ref.manifestBytes)
  if (bytes === undefined) {
    const parts: Uint8Array[] = []
    for (let offset = 0; offset < ref.manifestBytes; offset += CHUNK_BYTES) {
      parts.push(await sources.request(ref.manifest, offset, Math.min(CHUNK_BYTES, ref.manifestBytes - offset)))
    }
    bytes = joined(parts)
    if (context.sha256(bytes) !== ref.manifest) {
      throw new WireError('the bundle\'s manifest does not have the hash the job names')
    }
  }
  const manifest = context.bundler.readManifest(bytes)
  if (manifest.entry !== ref.entry) {
    throw new WireError('the bundle\'s manifest names another scene file than the job')
  }
  await context.blobs.put(ref.manifest, bytes)
  return manifest
}

/** All missing chunks of a file, shared out among the sources: whoever is done with one takes the next. */
async function fetchFile (file: BundleFile, sources: Sources, context: FetchContext, signal: AbortSignal): Promise<void> {
  const receiver = await context.blobs.receive(file.hash, file.size, file.chunks)
  try {
    const missing = [...receiver.missing]
    // A random start makes fetchers differ, so that they can soon serve one another.
    const start = Math.floor(context.random.next() * missing.length)
    const queue = [...missing.slice(start), ...missing.slice(0, start)]
    const lanes = Array.from({ length: 2 * MAX_BLOB_SOURCES }, async (_, lane) => {
      for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) {
        signal.throwIfAborted()
        const offset = chunk * CHUNK_BYTES
        const length = Math.min(CHUNK_BYTES, file.size - offset)
        await sources.requestVerified(file.hash, offset, length, lane, async (bytes) => receiver.write(chunk!, bytes))
      }
    })
    await Promise.all(lanes)
    await receiver.finish()
  } catch (error) {
    await receiver.close()
    throw error
  }
}

/** Peers that may hold blobs, and the streams to them. A peer that sends wrong chunks or does not answer is not asked again. */
class Sources {
  readonly #context: FetchContext
  readonly #candidates: PeerId[]
  readonly #channels = new Map<PeerId, Promise<BlobChannel | undefined>>()
  readonly #badChunks = new Map<PeerId, number>()

  constructor (first: PeerId, context: FetchContext) {
    this.#context = context
    const others = context.mesh.peers().map(({ peer }) => peer).filter((peer) => peer !== first)
    const start = Math.floor(context.random.next() * others.length)
    this.#candidates = [first, ...others.slice(start), ...others.slice(0, start)]
  }

  async request (blob: Hash, offset: number, length: number): Promise<Uint8Array> {
    let answer: Uint8Array | undefined
    await this.requestVerified(blob, offset, length, 0, async (bytes) => {
      answer = bytes
      return true
    })
    return answer!
  }

  /** Asks peers in turn, starting with the lane's own, until one sends bytes that `verify` takes. */
  async requestVerified (blob: Hash, offset: number, length: number, lane: number, verify: (bytes: Uint8Array) => Promise<boolean>): Promise<void> {
    const spread = Math.min(MAX_BLOB_SOURCES, this.#candidates.length)
    const order = [...this.#candidates.slice(lane % spread, spread), ...this.#candidates.slice(0, lane % spread), ...this.#candidates.slice(spread)]
    for (const peer of order) {
      if ((this.#badChunks.get(peer) ?? 0) >= MAX_BAD_CHUNKS) {
        continue
      }
      const bytes = await this.#ask(peer, blob, offset, length)
      if (bytes === undefined) {
        continue
      }
      if (bytes.byteLength === length && await verify(bytes)) {
        return
      }
      this.#badChunks.set(peer, (this.#badChunks.get(peer) ?? 0) + 1)
      this.#context.log.warn('a peer sent a wrong chunk of a scene', { peer, blob })
    }
    throw new ChannelClosedError('no connected peer has the scene\'s files')
  }

  async close (): Promise<void> {
    for (const opening of this.#channels.values()) {
      await (await opening)?.close().catch(() => {})
    }
  }

  async #ask (peer: PeerId, blob: Hash, offset: number, length: number): Promise<Uint8Array | undefined> {
    const channel = await this.#open(peer)
    try {
      return await channel?.request(blob, offset, length)
    } catch (error) {
      this.#context.log.debug('a peer did not send a chunk', { peer, error: String(error) })
      this.#channels.delete(peer)
      return undefined
    }
  }

  async #open (peer: PeerId): Promise<BlobChannel | undefined> {
    let opening = this.#channels.get(peer)
    if (opening === undefined) {
      opening = this.#context.mesh.openBlobs(peer).catch(() => undefined)
      this.#channels.set(peer, opening)
    }
    return opening
  }
}

function joined (parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.byteLength
  }
  return all
}
