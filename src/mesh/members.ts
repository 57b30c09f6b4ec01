import { peerIdFromString } from '@libp2p/peer-id'
import { ChannelClosedError, WireError } from '../errors.ts'
import { decodeGreeting, encodeGreeting } from '../wire/codec/index.ts'
import { MAX_GREETING_BYTES } from '../wire/limits.ts'
import { GREETING_PROTOCOL } from '../wire/protocols.ts'
import { FrameReader, writeFrame } from './frames.ts'
import { isRelayed } from './libp2p-stream.ts'
import * as limits from './limits.ts'
import { TokenBuckets } from './token-bucket.ts'
import { inBackground } from './in-background.ts'
import type { PeerId } from '../core/ids.ts'
import type { Clock, Greeting, Log, MeshPeer, Timer } from '../ports.ts'
import type { ByteStream } from './byte-stream.ts'
import type { MeshNode } from './node.ts'
import type { Streams } from './streams.ts'
import type { Connection } from '@libp2p/interface'

/** What the list of members works with, and whom it tells. */
export interface MembersInit {
  readonly node: MeshNode
  readonly streams: Streams
  readonly clock: Clock
  readonly log: Log
  readonly onBadMessage: (peer: PeerId, error: WireError) => void
  readonly joined: (peer: MeshPeer) => void
  readonly changed: (peer: MeshPeer) => void
  readonly left: (peer: PeerId, relayed: boolean) => void
}

/** A connected peer. It becomes a member for the farm with its first greeting. */
interface Acquaintance {
  readonly peer: PeerId
  /** The same in the stack's form: making it of the text takes longer than all else that is asked about a peer. */
  readonly id: ReturnType<typeof peerIdFromString>
  greeting: Greeting | undefined
  /** When its last greeting came, or it connected. */
  heardMs: number
  relayed: boolean
  readonly greeted: PromiseWithResolvers<void>
  readonly gone: AbortController
  /** Ends the wait of the loop that greets it. */
  wake: () => void
}

/**
 * Who is connected, and what each told about itself.
 *
 * Each side opens one stream and says its greeting on it: at once, on every change, and now and then, so that a silent peer is noticed.
 * A peer that does not greet in time is disconnected.
 */
export class Members {
  readonly #init: MembersInit
  readonly #peers = new Map<PeerId, Acquaintance>()
  readonly #allowance: TokenBuckets
  #greeting: Greeting
  #sweep: Timer | undefined
  #state: 'idle' | 'running' | 'stopped' = 'idle'

  constructor (init: MembersInit, greeting: Greeting) {
    this.#init = init
    this.#greeting = greeting
    this.#allowance = new TokenBuckets(init.clock, {
      messagesPerSecond: limits.GREETINGS_PER_SECOND,
      bytesPerSecond: limits.GREETINGS_PER_SECOND * MAX_GREETING_BYTES,
      burstSeconds: limits.GREETINGS_BURST_SECONDS
    })
  }

  async start (): Promise<void> {
    this.#state = 'running'
    const { node, streams } = this.#init
    node.addEventListener('peer:connect', ({ detail }) => {
      this.#meet(detail.toString())
    })
    node.addEventListener('peer:disconnect', ({ detail }) => {
      this.#part(detail.toString())
    })
    await streams.handle(GREETING_PROTOCOL, async (stream) => {
      await this.#listen(stream)
    })
    this.#sweepSoon()
  }

  stop (): void {
    this.#state = 'stopped'
    this.#sweep?.stop()
    for (const acquaintance of this.#peers.values()) {
      this.#release(acquaintance)
    }
    this.#peers.clear()
  }

  /** Tells everybody from now on. */
  greet (greeting: Greeting): void {
    this.#greeting = greeting
    for (const acquaintance of this.#peers.values()) {
      acquaintance.wake()
    }
  }

  /** Connected peers that have greeted. */
  list (): readonly MeshPeer[] {
    return [...this.#peers.values()].filter((peer) => peer.greeting !== undefined).map((peer) => this.#describe(peer))
  }

  /** Resolves when the peer has greeted. @throws ChannelClosedError when it is not connected, or leaves before */
  async greeted (peer: PeerId): Promise<void> {
    const acquaintance = this.#meet(peer)
    if (acquaintance === undefined) {
      throw new ChannelClosedError()
    }
    await acquaintance.greeted.promise
  }

  /** Closes all connections to a peer. */
  hangUp (peer: PeerId): void {
    for (const connection of this.#connections(peer)) {
      connection.abort(new ChannelClosedError('disconnected'))
    }
  }

  #connections (peer: PeerId): readonly Connection[] {
    return this.#init.node.getConnections(this.#peers.get(peer)?.id ?? peerIdFromString(peer))
  }

  /** Streams of a new connection may be served before its event: whoever comes first makes the entry. */
  #meet (peer: PeerId): Acquaintance | undefined {
    const known = this.#peers.get(peer)
    if (known !== undefined || this.#state !== 'running') {
      return known
    }
    const connections = this.#connections(peer)
    if (connections.length === 0) {
      return undefined
    }
    const acquaintance: Acquaintance = {
      peer,
      id: peerIdFromString(peer),
      greeting: undefined,
      heardMs: this.#init.clock.nowMs(),
      relayed: connections.every(isRelayed),
      greeted: Promise.withResolvers(),
      gone: new AbortController(),
      wake: () => {}
    }
    // Nobody may be waiting when it leaves.
    acquaintance.greeted.promise.catch(() => {})
    this.#peers.set(peer, acquaintance)
    const timer = this.#init.clock.after(limits.GREETING_TIMEOUT_MS, () => {
      this.#init.log.info('a peer connected but did not say who it is; it was disconnected', { peer })
      this.hangUp(peer)
    })
    acquaintance.greeted.promise.then(() => { timer.stop() }, () => { timer.stop() })
    inBackground(this.#tell(acquaintance))
    return acquaintance
  }

  #part (peer: PeerId): void {
    const acquaintance = this.#peers.get(peer)
    if (acquaintance === undefined) {
      return
    }
    this.#peers.delete(peer)
    this.#release(acquaintance)
    if (acquaintance.greeting !== undefined) {
      this.#init.left(peer, acquaintance.relayed)
    }
  }

  #release (acquaintance: Acquaintance): void {
    acquaintance.gone.abort()
    acquaintance.wake()
    acquaintance.greeted.reject(new ChannelClosedError())
  }

  /** Says the greeting again and again, on a new stream when one breaks, until the peer is gone. */
  async #tell (acquaintance: Acquaintance): Promise<void> {
    let stream: ByteStream | undefined
    while (!acquaintance.gone.signal.aborted) {
      const greeting = this.#greeting
      let pauseMs = limits.GREETING_INTERVAL_MS
      try {
        stream ??= await this.#init.streams.open(acquaintance.peer, GREETING_PROTOCOL)
        await writeFrame(stream, encodeGreeting(greeting))
      } catch (err) {
        stream?.abort(new ChannelClosedError(undefined, { cause: err }))
        stream = undefined
        pauseMs = limits.GREETING_RETRY_MS
      }
      if (greeting === this.#greeting && !acquaintance.gone.signal.aborted) {
        await this.#pause(acquaintance, pauseMs)
      }
    }
    await stream?.close()
  }

  async #pause (acquaintance: Acquaintance, pauseMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#init.clock.after(pauseMs, resolve)
      acquaintance.wake = () => {
        timer.stop()
        resolve()
      }
    })
  }

  async #listen (stream: ByteStream): Promise<void> {
    const reader = new FrameReader(stream, this.#init.clock)
    try {
      for (;;) {
        const frame = await reader.frame(MAX_GREETING_BYTES)
        if (frame === undefined) {
          return
        }
        if (!this.#allowance.spend(stream.peer, frame.byteLength)) {
          throw new WireError('greetings far more often than anything changes')
        }
        this.#hear(stream.peer, decodeGreeting(frame))
      }
    } catch (err) {
      if (err instanceof WireError) {
        this.#init.onBadMessage(stream.peer, err)
      }
      throw err
    }
  }

  #hear (peer: PeerId, greeting: Greeting): void {
    const acquaintance = this.#meet(peer)
    if (acquaintance === undefined) {
      return
    }
    const before = acquaintance.greeting
    acquaintance.greeting = greeting
    acquaintance.heardMs = this.#init.clock.nowMs()
    acquaintance.relayed = this.#connections(peer).every(isRelayed)
    if (before === undefined) {
      this.#init.joined(this.#describe(acquaintance))
      acquaintance.greeted.resolve()
    } else if (!sameGreeting(before, greeting)) {
      this.#init.changed(this.#describe(acquaintance))
    }
  }

  #sweepSoon (): void {
    const dueMs = this.#init.clock.nowMs() + limits.GREETING_INTERVAL_MS
    this.#sweep = this.#init.clock.after(limits.GREETING_INTERVAL_MS, () => {
      const nowMs = this.#init.clock.nowMs()
      if (nowMs - dueMs > limits.GREETING_INTERVAL_MS) {
        // It was this process that slept: what the others said meanwhile is still waiting to be read.
        for (const acquaintance of this.#peers.values()) {
          acquaintance.heardMs = nowMs
        }
      }
      for (const acquaintance of this.#peers.values()) {
        if (acquaintance.greeting !== undefined && nowMs - acquaintance.heardMs > limits.GREETING_SILENCE_MS) {
          this.#init.log.info('a peer has gone silent; it was disconnected', { peer: acquaintance.peer })
          this.hangUp(acquaintance.peer)
        }
      }
      this.#sweepSoon()
    })
  }

  #describe (acquaintance: Acquaintance): MeshPeer {
    const { peer, greeting } = acquaintance
    const connections = this.#connections(peer)
    return {
      peer,
      name: greeting?.name ?? '',
      relayed: connections.length > 0 ? connections.every(isRelayed) : acquaintance.relayed,
      addresses: connections.map((connection) => connection.remoteAddr.toString()),
      engines: greeting?.engines ?? new Map(),
      threads: greeting?.threads ?? 0,
      ...(greeting?.speeds === undefined ? {} : { speeds: greeting.speeds }),
      ...(greeting?.draining === true ? { draining: true } : {}),
      ...(greeting?.resting === undefined ? {} : { resting: greeting.resting })
    }
  }
}

function sameGreeting (a: Greeting, b: Greeting): boolean {
  return a.name === b.name && a.threads === b.threads && a.draining === b.draining && a.resting === b.resting && a.engines.size === b.engines.size &&
    [...a.engines].every(([engine, fingerprint]) => b.engines.get(engine) === fingerprint && a.speeds?.get(engine) === b.speeds?.get(engine))
}
