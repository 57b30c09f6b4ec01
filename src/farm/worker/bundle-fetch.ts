import { ChannelClosedError, WireError } from '../../errors.ts'
import { CHUNK_BYTES } from '../../core/limits.ts'
import { MAX_BAD_CHUNKS, MAX_BLOB_SOURCES, SLOW_SOURCE_MS } from '../limits.ts'
import type { Hash, PeerId } from '../../core/ids.ts'
import type { BundleRef } from '../../core/job.ts'
import type { BundleFile, Manifest } from '../../core/messages.ts'
import type { BlobChannel, Bundler, Clock, Log, Mesh, Random, SceneFiles, Sha256 } from '../../ports.ts'
import type { SceneRoom } from '../cache/cache-hold.ts'

/** What fetching needs. */
export interface FetchContext {
  readonly mesh: Pick<Mesh, 'peers' | 'openBlobs'>
  /** Where the bundle's blobs come to lie. */
  readonly blobs: SceneRoom
  readonly bundler: Pick<Bundler, 'readManifest'>
  readonly sha256: Sha256
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
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
  const sources = new Sources(first, context)
  try {
    await context.blobs.reserve([{ hash: ref.manifest, size: ref.manifestBytes }])
    const manifest = await fetchManifest(ref, sources, context)
    await context.blobs.reserve(manifest.files)
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
    try {
      await Promise.all(lanes)
    } catch (error) {
      queue.length = 0
      await Promise.allSettled(lanes)
      throw error
    }
    await receiver.finish()
  } finally {
    await receiver.close()
  }
}

/** Verifies and keeps bytes that came; false when they are wrong. */
type Verify = (bytes: Uint8Array) => Promise<boolean>

/**
 * Peers that may hold blobs, and the streams to them. One that sends wrong chunks again and again is not asked any more. One that is slow to
 * answer is asked only when no other has what is missing: it may be stuck, or have a thin line.
 */
class Sources {
  readonly #context: FetchContext
  readonly #candidates: PeerId[]
  readonly #channels = new Map<PeerId, Promise<BlobChannel | undefined>>()
  readonly #badChunks = new Map<PeerId, number>()
  readonly #slow = new Set<PeerId>()

  constructor (first: PeerId, context: FetchContext) {
    this.#context = context
    const others = context.mesh.peers().map(({ peer }) => peer).filter((peer) => peer !== first)
    const start = Math.floor(context.random.next() * others.length)
    this.#candidates = [first, ...others.slice(start), ...others.slice(0, start)]
  }

  /** A blob whose chunks are not known: the whole of it from one peer, the next peer when that was not it. */
  async requestWhole (blob: Hash, bytes: number, isRight: (whole: Uint8Array) => boolean): Promise<Uint8Array> {
    let right: Uint8Array | undefined
    const ask = async (peer: PeerId): Promise<Uint8Array | undefined> => {
      const parts: Uint8Array[] = []
      for (let offset = 0; offset < bytes; offset += CHUNK_BYTES) {
        const part = await this.#ask(peer, blob, offset, Math.min(CHUNK_BYTES, bytes - offset))
        if (part === undefined) {
          return undefined
        }
        parts.push(part)
      }
      return joined(parts)
    }
    await this.#fromAny(this.#inTurn(0), ask, async (whole) => {
      right = whole.byteLength === bytes && isRight(whole) ? whole : undefined
      return right !== undefined
    }, blob)
    return right!
  }

  /** Asks peers in turn, starting with the lane's own, until one sends bytes that `verify` takes. */
  async requestVerified (blob: Hash, offset: number, length: number, lane: number, verify: Verify): Promise<void> {
    await this.#fromAny(this.#inTurn(lane), async (peer) => this.#ask(peer, blob, offset, length), async (bytes) => bytes.byteLength === length && await verify(bytes), blob)
  }

  #inTurn (lane: number): readonly PeerId[] {
    const spread = Math.min(MAX_BLOB_SOURCES, this.#candidates.length)
    const order = [...this.#candidates.slice(lane % spread, spread), ...this.#candidates.slice(0, lane % spread), ...this.#candidates.slice(spread)]
    return [...order.filter((peer) => !this.#slow.has(peer)), ...order.filter((peer) => this.#slow.has(peer))]
  }

  async #fromAny (order: readonly PeerId[], ask: (peer: PeerId) => Promise<Uint8Array | undefined>, verify: Verify, blob: Hash): Promise<void> {
    const late: { readonly peer: PeerId, readonly answer: Promise<Uint8Array | undefined> }[] = []
    for (const peer of order) {
      // A second slow peer would only share the thin line of the first.
      if ((this.#badChunks.get(peer) ?? 0) >= MAX_BAD_CHUNKS || (late.length > 0 && this.#slow.has(peer))) {
        continue
      }
      const answer = ask(peer)
      const quick = await this.#quickly(answer)
      if (quick === 'slow') {
        this.#slow.add(peer)
        late.push({ peer, answer })
      } else if (await this.#isRight(peer, quick, verify, blob)) {
        return
      }
    }
    for (const { peer, answer } of late) {
      if (await this.#isRight(peer, await answer, verify, blob)) {
        return
      }
    }
    throw new ChannelClosedError('no connected peer has the scene\'s files')
  }

  async #isRight (peer: PeerId, bytes: Uint8Array | undefined, verify: Verify, blob: Hash): Promise<boolean> {
    if (bytes === undefined) {
      return false
    }
    if (await verify(bytes)) {
      return true
    }
    this.#badChunks.set(peer, (this.#badChunks.get(peer) ?? 0) + 1)
    this.#context.log.warn('a peer sent a wrong chunk of a scene', { peer, blob })
    return false
  }

  async #quickly (answer: Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined | 'slow'> {
    return new Promise((resolve) => {
      const timer = this.#context.clock.after(SLOW_SOURCE_MS, () => { resolve('slow') })
      void answer.then((bytes) => {
        timer.stop()
        resolve(bytes)
      })
    })
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
