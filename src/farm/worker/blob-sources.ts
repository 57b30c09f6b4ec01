import { ChannelClosedError } from '../../errors.ts'
import { CHUNK_BYTES } from '../../core/limits.ts'
import { MAX_BAD_CHUNKS, MAX_BLOB_SOURCES, SLOW_SOURCE_MS } from '../limits.ts'
import type { Hash, PeerId } from '../../core/ids.ts'
import type { BlobChannel, Clock, Log, Mesh, Random } from '../../ports.ts'

/** What asking for blobs needs. */
export interface BlobSourcesContext {
  readonly mesh: Pick<Mesh, 'peers' | 'openBlobs'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** Questions for which a peer that had nothing is passed over, at most: it may be fetching the same scene. */
const MOST_PASSED_OVER = 8

/** Verifies and keeps bytes that came; false when they are wrong. */
type Verify = (bytes: Uint8Array) => Promise<boolean>

/**
 * Peers that may hold blobs, and the streams to them. The requester surely has everything, but it serves all: others are asked before it, and one
 * that had nothing is left alone for a while. One that sends wrong chunks again and again is not asked any more. One that is slow to
 * answer is asked only when no other has what is missing: it may be stuck, or have a thin line.
 */
export class BlobSources {
  readonly #context: BlobSourcesContext
  readonly #first: PeerId
  readonly #others: readonly PeerId[]
  /** How often each of the others had nothing, since it last had something, and the question from which on it is asked again. */
  readonly #absences = new Map<PeerId, { readonly inRow: number, readonly askFrom: number }>()
  readonly #channels = new Map<PeerId, Promise<BlobChannel | undefined>>()
  readonly #badChunks = new Map<PeerId, number>()
  readonly #slow = new Set<PeerId>()
  #questions = 0

  constructor (first: PeerId, context: BlobSourcesContext) {
    this.#context = context
    const others = context.mesh.peers().map(({ peer }) => peer).filter((peer) => peer !== first)
    const start = Math.floor(context.random.next() * others.length)
    this.#first = first
    this.#others = [...others.slice(start), ...others.slice(0, start)]
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

  /** A few of the others that may have something, each lane beginning with another one, then the requester, then the rest. */
  #inTurn (lane: number): readonly PeerId[] {
    this.#questions++
    const spread = Math.max(1, Math.min(MAX_BLOB_SOURCES, this.#others.length))
    const turned = [...this.#others.slice(lane % spread), ...this.#others.slice(0, lane % spread)]
    const likely = turned.filter((peer) => !this.#slow.has(peer) && (this.#absences.get(peer)?.askFrom ?? 0) <= this.#questions).slice(0, MAX_BLOB_SOURCES)
    const order = [...likely, this.#first, ...turned.filter((peer) => !likely.includes(peer))]
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
      const inRow = (this.#absences.get(peer)?.inRow ?? 0) + 1
      this.#absences.set(peer, { inRow, askFrom: this.#questions + Math.min(2 ** inRow, MOST_PASSED_OVER) })
      return false
    }
    this.#absences.delete(peer)
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
