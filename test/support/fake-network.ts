import { ChannelClosedError } from '../../src/errors.ts'
import { GREETING_SILENCE_MS, OPEN_STREAM_TIMEOUT_MS } from '../../src/mesh/limits.ts'
import { FakeChannel } from './fake-channel.ts'
import { FakeClock } from './fake-clock.ts'
import { FakeMesh } from './fake-mesh.ts'
import { FakePath } from './fake-path.ts'
import { launch } from './launch.ts'
import { PeerClock } from './peer-clock.ts'
import { SeededRandom } from './seeded-random.ts'
import type { PeerId } from '../../src/core/ids.ts'
import type { ConnectionSide, GossipMessage, StreamKind, StreamRequest } from './fake-mesh.ts'
import type { LinkQuality } from './fake-path.ts'
import type { PeerClockOptions } from './peer-clock.ts'

/** How a {@link FakeNetwork} behaves. All fields may be changed while it runs. */
export interface NetworkOptions {
  readonly clock?: FakeClock
  /** @default 1 */
  readonly seed?: number
  /** Of every path unless {@link FakeNetwork.setLink} says otherwise. @default 5 ms, up to 2 ms of jitter, size costs nothing, nothing is lost */
  readonly link?: Partial<LinkQuality>
  readonly gossip?: Partial<GossipQuality>
  /** How long a closed connection stays closed before the peers dial each other again, in milliseconds. @default 1000 */
  readonly reconnectMs?: number
  /** Whether two peers look for each other at all: in a large mesh not everybody does. @default all do */
  readonly meet?: (a: PeerId, b: PeerId) => boolean
  /** A peer that was silent for so many milliseconds, cut off or frozen, is disconnected by the others. @default that of the real mesh */
  readonly silenceMs?: number
}

/** What a message takes from a peer to itself: hardly anything, but no clock stands still meanwhile, so that who was first is seen. */
const SELF_LATENCY_MS = 0.01

/** How gossip fares on its way to each receiver. */
export interface GossipQuality {
  /** Probability that a message never comes. */
  drop: number
  /** Probability that it comes twice. */
  duplicate: number
  /** Up to this much is added to the path's latency, in milliseconds: this is what reorders. */
  delayMs: number
}

/** What joins with a peer. */
export interface JoinOptions {
  /** @default the peer's id */
  readonly name?: string
  readonly clock?: PeerClockOptions
}

/** Something that was sent, for tests that count or look. */
export interface SentMessage {
  readonly atMs: number
  readonly from: PeerId
  readonly to: PeerId
  readonly kind: StreamKind | GossipMessage['kind']
  readonly message: unknown
  /** Which stream it goes through; 0 when through none. */
  readonly stream: number
}

/**
 * A network of peers in memory: every peer connects to every other it can reach. Deterministic for a seed, asynchronous through
 * its clock, never re-entrant. Peers can be killed, frozen, cut off from one another and brought back.
 */
export class FakeNetwork {
  readonly clock: FakeClock
  readonly random: SeededRandom
  readonly link: LinkQuality
  readonly gossip: GossipQuality
  readonly reconnectMs: number
  readonly silenceMs: number
  /** Told of every message that is sent. */
  watch: (sent: SentMessage) => void = () => {}
  /** Told of every message on a stream that has arrived, when it was sent and how. */
  watchArrivals: (sent: SentMessage) => void = () => {}
  readonly #meet: (a: PeerId, b: PeerId) => boolean
  readonly #meshes = new Map<PeerId, FakeMesh>()
  readonly #names = new Map<PeerId, JoinOptions>()
  readonly #cuts = new Set<string>()
  readonly #links = new Map<string, LinkQuality>()
  readonly #relayed = new Set<string>()
  readonly #words = new Map<string, number>()
  #trace = 0
  #streams = 0

  constructor (options: NetworkOptions = {}) {
    this.clock = options.clock ?? new FakeClock()
    this.random = new SeededRandom(options.seed ?? 1)
    this.link = { latencyMs: 5, jitterMs: 2, bytesPerMs: Infinity, loss: 0, ...options.link }
    this.gossip = { drop: 0, duplicate: 0, delayMs: 0, ...options.gossip }
    this.reconnectMs = options.reconnectMs ?? 1_000
    this.#meet = options.meet ?? (() => true)
    this.silenceMs = options.silenceMs ?? GREETING_SILENCE_MS
  }

  /** Adds a peer, or a new life of one that was killed or stopped. Its farm is to use the mesh's `clock`. */
  join (peer: PeerId, options: JoinOptions = this.#names.get(peer) ?? {}): FakeMesh {
    const former = this.#meshes.get(peer)
    if (former !== undefined && former.state !== 'gone') {
      throw new Error(`${peer} is already there; kill or stop it first`)
    }
    const mesh = new FakeMesh(this, peer, options.name ?? peer, new PeerClock(this.clock, options.clock))
    this.#meshes.set(peer, mesh)
    this.#names.set(peer, options)
    return mesh
  }

  /** The mesh of a peer's present life. */
  mesh (peer: PeerId): FakeMesh {
    const mesh = this.#meshes.get(peer)
    if (mesh === undefined) {
      throw new Error(`no peer ${peer} joined`)
    }
    return mesh
  }

  /** SIGKILL: none of its promises settles any more, its timers are gone, and the others see their connections close. */
  kill (peer: PeerId): void {
    const mesh = this.mesh(peer)
    mesh.clock.kill()
    for (const side of mesh.die()) {
      this.#hangUp(side)
    }
  }

  /** Kills a peer and starts a new life of it: a new mesh, to be started by a new farm. */
  restart (peer: PeerId): FakeMesh {
    if (this.mesh(peer).state !== 'gone') {
      this.kill(peer)
    }
    return this.join(peer)
  }

  /** SIGSTOP: nothing comes in or goes out and its timers wait, but its connections stay open. */
  freeze (peer: PeerId): void {
    const mesh = this.mesh(peer)
    mesh.clock.pause()
    this.#stop(mesh)
  }

  /** SIGCONT: what waited comes now. */
  thaw (peer: PeerId): void {
    const mesh = this.mesh(peer)
    mesh.clock.resume()
    mesh.thaw()
    this.#changed()
  }

  /** Closes the lid: as {@link freeze}, and the peer's monotonic clock stands still, but the wall clock does not. */
  suspend (peer: PeerId): void {
    const mesh = this.mesh(peer)
    mesh.clock.suspend()
    this.#stop(mesh)
  }

  /** Opens the lid. */
  wake (peer: PeerId): void {
    const mesh = this.mesh(peer)
    mesh.clock.wake()
    mesh.thaw()
    this.#changed()
  }

  /** Closes the connection of two peers, as a router's restart does; they dial each other again after a while. */
  disconnect (a: PeerId, b: PeerId): void {
    this.#breakBoth(this.mesh(a), this.mesh(b))
  }

  /** Nothing goes from one to the other any more, and nobody is told: what is sent waits, gossip is lost. */
  cutOneWay (from: PeerId, to: PeerId): void {
    const key = `${from} ${to}`
    if (!this.#cuts.has(key)) {
      this.#cuts.add(key)
      this.clock.after(this.silenceMs, () => {
        const [a, b] = [this.#meshes.get(from), this.#meshes.get(to)]
        if (this.#cuts.has(key) && a !== undefined && b !== undefined) {
          this.#breakBoth(a, b)
        }
      })
    }
  }

  /** Cuts both ways. */
  cut (a: PeerId, b: PeerId): void {
    this.cutOneWay(a, b)
    this.cutOneWay(b, a)
  }

  /** Cuts every pair of peers that are not in one group; peers that are in none are alone. */
  partition (...groups: readonly (readonly PeerId[])[]): void {
    const groupOf = (peer: PeerId): number | PeerId => {
      const index = groups.findIndex((group) => group.includes(peer))
      return index === -1 ? peer : index
    }
    for (const from of this.#meshes.keys()) {
      for (const to of this.#meshes.keys()) {
        if (groupOf(from) !== groupOf(to)) {
          this.cutOneWay(from, to)
        }
      }
    }
  }

  /** Mends the cut between two peers, or all cuts. */
  heal (a?: PeerId, b?: PeerId): void {
    if (a === undefined || b === undefined) {
      this.#cuts.clear()
    } else {
      this.#cuts.delete(`${a} ${b}`)
      this.#cuts.delete(`${b} ${a}`)
    }
    this.#changed()
  }

  /** Whether two peers run, are connected, and nothing between them is cut. */
  areLinked (a: PeerId, b: PeerId): boolean {
    const [one, other] = [this.#meshes.get(a), this.#meshes.get(b)]
    return one !== undefined && other !== undefined && one.sides.get(b)?.other.owner === other && this.#arrives(a, other) && this.#arrives(b, one)
  }

  /** Mends some one-way cuts together. */
  healOneWay (cuts: Iterable<readonly [from: PeerId, to: PeerId]>): void {
    for (const [from, to] of cuts) {
      this.#cuts.delete(`${from} ${to}`)
    }
    this.#changed()
  }

  /** Gives the connection of two peers a quality of its own: when they connect next, or at once when it had one before. */
  setLink (a: PeerId, b: PeerId, quality: Partial<LinkQuality>): void {
    const key = pairKey(a, b)
    this.#links.set(key, Object.assign(this.#links.get(key) ?? { ...this.link }, quality))
  }

  /** Says that two peers reach each other through a third; applies when they connect next. */
  relay (a: PeerId, b: PeerId): void {
    this.#relayed.add(pairKey(a, b))
  }

  /** A number that stands for all that was sent, when and between whom: equal seeds must give equal traces. */
  get trace (): number {
    return this.#trace >>> 0
  }

  /** Notes that something is sent. For {@link FakeMesh}. */
  sent (from: PeerId, to: PeerId, kind: SentMessage['kind'], message: unknown, stream = 0): void {
    const atMs = this.clock.nowMs()
    this.#note(Math.round(atMs * 1000) >>> 0)
    this.#note(this.#numberOf(from) * 65_537 + this.#numberOf(to) * 257 + this.#numberOf(kind))
    this.watch({ atMs, from, to, kind, message, stream })
  }

  /** Mixes 32 bits into the trace. (The step of FNV-1a, on words.) */
  #note (word: number): void {
    this.#trace = Math.imul(this.#trace ^ word, 16_777_619)
    this.#trace ^= this.#trace >>> 15
  }

  /** Words in the order in which they first came up. */
  #numberOf (word: string): number {
    let number = this.#words.get(word)
    if (number === undefined) {
      number = this.#words.size + 1
      this.#words.set(word, number)
    }
    return number
  }

  /** Connects a peer that starts. For {@link FakeMesh}. */
  arrived (mesh: FakeMesh): void {
    for (const other of this.#meshes.values()) {
      this.#dial(mesh, other)
    }
  }

  /** Closes the connections of a peer that stops. For {@link FakeMesh}. */
  left (sides: readonly ConnectionSide[]): void {
    for (const side of sides) {
      this.#hangUp(side)
    }
  }

  /** Opens a stream. For {@link FakeMesh}. */
  open<Out, In> (from: FakeMesh, side: ConnectionSide, request: StreamRequest): Promise<FakeChannel<Out, In>> {
    return new Promise((resolve, reject) => {
      const near = new FakeChannel<Out, In>(side.peer, side.relayed, side.out, from.clock)
      const far = new FakeChannel<In, Out>(from.self, side.relayed, side.other.out, side.other.owner.clock)
      FakeChannel.tie(near, far)
      const stream = ++this.#streams
      near.onSend = (message) => { this.sent(from.self, side.peer, request.kind, message, stream) }
      far.onSend = (message) => { this.sent(side.peer, from.self, request.kind, message, stream) }
      near.onReceive = (message) => { this.watchArrivals({ atMs: this.clock.nowMs(), from: side.peer, to: from.self, kind: request.kind, message, stream }) }
      far.onReceive = (message) => { this.watchArrivals({ atMs: this.clock.nowMs(), from: from.self, to: side.peer, kind: request.kind, message, stream }) }
      side.hold(near)
      side.other.hold(far)
      const timeout = from.clock.after(OPEN_STREAM_TIMEOUT_MS, () => { near.abort(new ChannelClosedError('the peer does not answer')) })
      launch(near.closed.then(() => {
        timeout.stop()
        reject(new ChannelClosedError())
      }))
      side.out.transmit(0, () => {
        side.other.out.transmit(0, () => {
          timeout.stop()
          resolve(near)
        })
        side.other.owner.accept(request, from.self, far)
      })
    })
  }

  /** Spreads gossip to all peers that a chain of connections leads to. For {@link FakeMesh}. */
  spread (from: FakeMesh, gossip: GossipMessage): void {
    for (const [mesh, hops] of this.#reachable(from)) {
      const copies = this.random.chance(this.gossip.drop) ? 0 : this.random.chance(this.gossip.duplicate) ? 2 : 1
      for (let copy = 0; copy < copies; copy++) {
        const delayMs = hops * (this.link.latencyMs + this.random.next() * this.link.jitterMs) + this.random.next() * this.gossip.delayMs
        this.sent(from.self, mesh.self, gossip.kind, gossip.message)
        this.clock.after(delayMs, () => {
          if (!this.#cuts.has(`${from.self} ${mesh.self}`)) {
            mesh.whenRunning(() => { mesh.hear(gossip, from.self) })
          }
        })
      }
    }
  }

  /** Freezes a peer; after a while the others give it up, and it finds its connections closed when it wakes. */
  #stop (mesh: FakeMesh): void {
    mesh.freeze()
    const { frozenCount } = mesh
    this.clock.after(this.silenceMs, () => {
      if (mesh.state === 'frozen' && mesh.frozenCount === frozenCount) {
        for (const side of mesh.sides.values()) {
          if (side.other.owner !== mesh) {
            this.#breakBoth(mesh, side.other.owner)
          }
        }
      }
    })
  }

  /** Whether what travels from one to the other arrives now. */
  #arrives (from: PeerId, to: FakeMesh): boolean {
    return to.state === 'running' && !this.#cuts.has(`${from} ${to.self}`)
  }

  #path (from: FakeMesh, to: FakeMesh): FakePath {
    const quality = from === to ? { latencyMs: SELF_LATENCY_MS, jitterMs: 0, bytesPerMs: Infinity, loss: 0 } : this.#links.get(pairKey(from.self, to.self)) ?? this.link
    return new FakePath(this.clock, this.random, quality, {
      senderRuns: () => from.state !== 'frozen',
      arrives: () => this.#arrives(from.self, to)
    })
  }

  #dial (a: FakeMesh, b: FakeMesh): void {
    if (a === b) {
      a.connectToSelf(this.#sides(a, a)[0])
      return
    }
    const { latencyMs } = this.#links.get(pairKey(a.self, b.self)) ?? this.link
    if (this.#canConnect(a, b)) {
      this.clock.after(2 * latencyMs, () => {
        if (this.#canConnect(a, b)) {
          a.forget(b.self)
          b.forget(a.self)
          const [one, other] = this.#sides(a, b)
          a.connected(one)
          b.connected(other)
        }
      })
    }
  }

  #canConnect (a: FakeMesh, b: FakeMesh): boolean {
    const linked = a.sides.get(b.self)?.other.owner === b && b.sides.get(a.self)?.other.owner === a
    return !linked && this.#meet(a.self, b.self) && this.#arrives(a.self, b) && this.#arrives(b.self, a)
  }

  #sides (a: FakeMesh, b: FakeMesh): [ConnectionSide, ConnectionSide] {
    const relayed = this.#relayed.has(pairKey(a.self, b.self))
    return a.sideTo(b, relayed, this.#path(a, b), this.#path(b, a))
  }

  /** This side ends its connection now; the other learns it when a packet gets there. */
  #hangUp (side: ConnectionSide): void {
    side.out.break()
    side.other.out.break()
    const path = this.#path(side.owner, side.other.owner)
    side.other.owner.signals.add(path)
    path.transmit(0, () => {
      side.other.owner.signals.delete(path)
      side.other.owner.lose(side.other)
    })
  }

  #breakBoth (a: FakeMesh, b: FakeMesh): void {
    for (const [mesh, other] of [[a, b], [b, a]] as const) {
      const side = mesh.sides.get(other.self)
      if (side !== undefined) {
        side.out.break()
        mesh.whenRunning(() => { mesh.lose(side) })
      }
    }
  }

  /** Dials again after a while, when the two can meet then. For {@link FakeMesh} too. */
  redial (a: PeerId, b: PeerId): void {
    this.clock.after(this.reconnectMs, () => { this.#dial(this.mesh(a), this.mesh(b)) })
  }

  /** Something was cut, mended, stopped or woken: what waited for it may go on, and who lost each other may meet again. */
  #changed (): void {
    for (const mesh of this.#meshes.values()) {
      mesh.release()
      for (const other of this.#meshes.values()) {
        if (mesh.self < other.self && this.#canConnect(mesh, other)) {
          this.redial(mesh.self, other.self)
        }
      }
    }
  }

  #reachable (from: FakeMesh): Map<FakeMesh, number> {
    const hops = new Map([[from, 0]])
    for (const [mesh, distance] of hops) {
      for (const side of mesh.sides.values()) {
        const other = side.other.owner
        if (!hops.has(other) && other.state !== 'gone' && !this.#cuts.has(`${mesh.self} ${other.self}`) && (mesh === from || mesh.state === 'running')) {
          hops.set(other, distance + 1)
        }
      }
    }
    hops.delete(from)
    return hops
  }
}

function pairKey (a: PeerId, b: PeerId): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`
}
