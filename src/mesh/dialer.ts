import { peerIdFromString } from '@libp2p/peer-id'
import { CODE_P2P, multiaddr } from '@multiformats/multiaddr'
import { ChannelClosedError } from '../errors.ts'
import * as limits from './limits.ts'
import { inBackground } from './in-background.ts'
import type { PeerId } from '../core/ids.ts'
import type { Clock, Log, Random, Timer } from '../ports.ts'
import type { MeshNode } from './node.ts'
import type { Connection } from '@libp2p/interface'

/** What a dialer works with. */
export interface DialerInit {
  readonly node: MeshNode
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly isBanned: (peer: PeerId) => boolean
}

/**
 * `named` by a person: dialled for ever. `remembered` from an earlier life: dialled for ever while connections are wanted.
 * `learned` from others: the same, but forgotten when it does not answer.
 */
type Origin = 'named' | 'remembered' | 'learned'

/** Somebody to dial. */
interface Target {
  /** Undefined while only an address is known. */
  peer: PeerId | undefined
  readonly addresses: Set<string>
  origin: Origin
  /** In a row. */
  failures: number
  /** Not before this moment. */
  dueMs: number
  dialling: boolean
}

/**
 * Keeps this peer connected: dials peers that a person named until they answer, and others until there are {@link limits.WANTED_CONNECTIONS}.
 * Failures are retried with a growing, jittered pause. libp2p 3 itself dials nobody.
 */
export class Dialer {
  readonly #init: DialerInit
  readonly #targets = new Set<Target>()
  readonly #byPeer = new Map<PeerId, Target>()
  #timer: Timer | undefined
  #state: 'idle' | 'running' | 'stopped' = 'idle'
  readonly #stopping = new AbortController()

  constructor (init: DialerInit) {
    this.#init = init
  }

  start (): void {
    this.#state = 'running'
    this.#init.node.addEventListener('peer:connect', ({ detail }) => {
      const target = this.#byPeer.get(detail.toString())
      if (target !== undefined) {
        target.failures = 0
      }
    })
    this.#init.node.addEventListener('peer:disconnect', ({ detail }) => {
      this.#redialSoon(detail.toString())
    })
    this.#plan()
  }

  stop (): void {
    this.#state = 'stopped'
    this.#timer?.stop()
    this.#stopping.abort()
  }

  /** Dials this address, with or without /p2p/, until it answers, and again whenever the connection is lost. Nonsense is logged and left out. */
  configure (address: string, origin: 'named' | 'remembered'): void {
    const parsed = parseAddress(address)
    if (parsed === undefined) {
      this.#init.log.warn('this is not an address a peer can be dialled at', { address })
      return
    }
    const target = this.#targetFor(parsed.peer)
    if (target.origin !== 'named') {
      target.origin = origin
    }
    this.#addAddress(target, parsed.address)
    this.#plan()
  }

  /** Remembers where a peer may be reached, as others tell. Bounded in peers and addresses. */
  learn (peer: PeerId, addresses: readonly string[]): void {
    if (peer === this.#init.node.peerId.toString()) {
      return
    }
    if (!this.#byPeer.has(peer) && this.#targets.size >= limits.MAX_KNOWN_PEERS) {
      return
    }
    const usable = addresses.map(parseAddress).filter((parsed) => parsed !== undefined && (parsed.peer === undefined || parsed.peer === peer))
    if (usable.length === 0) {
      return
    }
    const target = this.#targetFor(peer)
    for (const parsed of usable) {
      this.#addAddress(target, parsed!.address)
    }
    this.#plan()
  }

  /** Whether there is a connection to this peer, or an address to try. */
  knows (peer: PeerId): boolean {
    return (this.#byPeer.get(peer)?.addresses.size ?? 0) > 0 || this.#openConnection(peer) !== undefined
  }

  /**
   * A connection to this peer: the one there is, else a new one.
   *
   * @throws ChannelClosedError when it can not be reached
   */
  async connect (peer: PeerId): Promise<Connection> {
    const existing = this.#openConnection(peer)
    if (existing !== undefined) {
      return existing
    }
    const target = this.#byPeer.get(peer)
    try {
      return target === undefined || target.addresses.size === 0
        ? await this.#init.node.dial(peerIdFromString(peer), { signal: this.#stopping.signal })
        : await this.#init.node.dial(addressesOf(target), { signal: this.#stopping.signal })
    } catch (err) {
      throw new ChannelClosedError('the peer can not be reached', { cause: err })
    }
  }

  #openConnection (peer: PeerId): Connection | undefined {
    const open = this.#init.node.getConnections(peerIdFromString(peer)).filter((connection) => connection.status === 'open')
    return open.find((connection) => connection.limits === undefined) ?? open[0]
  }

  #targetFor (peer: PeerId | undefined): Target {
    const known = peer === undefined ? undefined : this.#byPeer.get(peer)
    if (known !== undefined) {
      return known
    }
    const target: Target = {
      peer,
      addresses: new Set(),
      origin: 'learned',
      failures: 0,
      dueMs: this.#init.clock.nowMs(),
      dialling: false
    }
    this.#targets.add(target)
    if (peer !== undefined) {
      this.#byPeer.set(peer, target)
    }
    return target
  }

  /** The newest addresses are kept: machines move. */
  #addAddress (target: Target, address: string): void {
    target.addresses.delete(address)
    target.addresses.add(address)
    if (target.addresses.size > limits.MAX_ADDRESSES_PER_PEER) {
      target.addresses.delete(target.addresses.values().next().value!)
    }
  }

  #redialSoon (peer: PeerId): void {
    const target = this.#byPeer.get(peer)
    if (target !== undefined) {
      target.dueMs = this.#init.clock.nowMs() + this.#jittered(limits.REDIAL_FIRST_MS)
    }
    this.#plan()
  }

  /** Between half and one and a half of it. */
  #jittered (ms: number): number {
    return ms * (0.5 + this.#init.random.next())
  }

  #isWanted (target: Target, connected: ReadonlySet<PeerId>, connections: number): boolean {
    return !target.dialling &&
      (target.origin === 'named' || connections < limits.WANTED_CONNECTIONS) &&
      (target.peer === undefined || (!connected.has(target.peer) && !this.#init.isBanned(target.peer)))
  }

  /** Dials what is due, and wakes up when the next is. */
  #plan (): void {
    if (this.#state !== 'running') {
      return
    }
    this.#timer?.stop()
    const nowMs = this.#init.clock.nowMs()
    let dialling = [...this.#targets].filter((target) => target.dialling).length
    const connected = new Set(this.#init.node.getPeers().map((peer) => peer.toString()))
    let connections = connected.size + dialling
    let nextMs = Infinity
    for (const target of this.#targets) {
      if (!this.#isWanted(target, connected, connections)) {
        continue
      }
      if (target.dueMs > nowMs) {
        nextMs = Math.min(nextMs, target.dueMs)
      } else if (dialling < limits.MAX_PARALLEL_DIALS) {
        dialling++
        connections++
        inBackground(this.#dial(target))
      }
    }
    if (nextMs !== Infinity) {
      this.#timer = this.#init.clock.after(nextMs - nowMs, () => {
        this.#plan()
      })
    }
  }

  async #dial (target: Target): Promise<void> {
    target.dialling = true
    try {
      const connection = await this.#init.node.dial(addressesOf(target), { signal: this.#stopping.signal })
      this.#settleOn(target, connection.remotePeer.toString())
    } catch (err) {
      this.#failed(target, err)
    } finally {
      target.dialling = false
      this.#plan()
    }
  }

  #settleOn (target: Target, peer: PeerId): void {
    target.failures = 0
    // A gate on the other side closes a connection only after it looked open: the pause keeps a refused dialler from hammering.
    target.dueMs = this.#init.clock.nowMs() + this.#jittered(limits.REDIAL_FIRST_MS)
    if (target.peer !== undefined) {
      return
    }
    const known = this.#byPeer.get(peer)
    if (known === undefined) {
      target.peer = peer
      this.#byPeer.set(peer, target)
    } else {
      if (known.origin !== 'named') {
        known.origin = target.origin
      }
      for (const address of target.addresses) {
        this.#addAddress(known, address)
      }
      this.#targets.delete(target)
    }
  }

  #failed (target: Target, err: unknown): void {
    target.failures++
    const pauseMs = Math.min(limits.REDIAL_LAST_MS, limits.REDIAL_FIRST_MS * 2 ** (target.failures - 1))
    target.dueMs = this.#init.clock.nowMs() + this.#jittered(pauseMs)
    if (this.#state !== 'running') {
      return
    }
    const causes = causesOf(err).map((cause) => cause.name)
    if (target.peer === undefined && causes.includes('InvalidPeerIdError')) {
      this.#init.log.debug('an address leads to this peer itself; it is left out', { addresses: [...target.addresses].join(' ') })
      this.#forget(target)
    } else if (target.origin === 'learned' && target.failures >= limits.FORGET_AFTER_FAILURES) {
      this.#forget(target)
    } else if (target.origin !== 'learned' && target.failures === 1) {
      this.#report(target, causes.includes('EncryptionFailedError') ? 'the peer at this address belongs to another mesh' : 'no peer answers at this address; trying again until one does', err)
    }
  }

  /** Machines that were there last time may well be off today; one that a person named is missed. */
  #report (target: Target, message: string, err: unknown): void {
    const details = { addresses: [...target.addresses].join(' '), error: String(err) }
    if (target.origin === 'named') {
      this.#init.log.warn(message, details)
    } else {
      this.#init.log.info(message, details)
    }
  }

  #forget (target: Target): void {
    this.#targets.delete(target)
    if (target.peer !== undefined) {
      this.#byPeer.delete(target.peer)
    }
  }
}

function addressesOf (target: Target): ReturnType<typeof multiaddr>[] {
  return Array.from(target.addresses, (address) => multiaddr(target.peer === undefined ? address : `${address}/p2p/${target.peer}`))
}

/** An address without its last /p2p/, and the peer from it. */
function parseAddress (text: string): { readonly address: string, readonly peer: PeerId | undefined } | undefined {
  try {
    const whole = multiaddr(text)
    const last = whole.getComponents().at(-1)
    const peer = last?.code === CODE_P2P ? last.value : undefined
    const address = peer === undefined ? whole.toString() : whole.decapsulateCode(CODE_P2P).toString()
    return address === '/' || address === '' ? undefined : { address, peer }
  } catch {
    return undefined
  }
}

function causesOf (err: unknown): readonly Error[] {
  if (err instanceof AggregateError) {
    return err.errors.flatMap(causesOf)
  }
  return err instanceof Error ? [err, ...causesOf(err.cause)] : []
}
