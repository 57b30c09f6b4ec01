import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { isLoopback } from '@libp2p/utils'
import { ChannelClosedError, IllegalTransitionError, UsageError } from '../errors.ts'
import { encodeViewRequest } from '../wire/codec/index.ts'
import {
  BLOB_PROTOCOL, CUSTODY_PROTOCOL, LEASE_PROTOCOL, LEDGER_PROTOCOL, LOG_PROTOCOL, QUESTION_PROTOCOL, RESULT_PROTOCOL, VIEW_PROTOCOL
} from '../wire/protocols.ts'
import { AddressMemory } from './address-memory.ts'
import { createBlobChannel } from './blob-channel.ts'
import { createChannel } from './channel.ts'
import { viewerCodec, workerCodec } from './channel-codecs.ts'
import { Dialer } from './dialer.ts'
import { Discipline } from './discipline.ts'
import { writeFrame } from './frames.ts'
import { createGate } from './gate.ts'
import { Gossip } from './gossip.ts'
import { Guard } from './guard.ts'
import { openKept } from './kept-stream.ts'
import { KnownJobs } from './known-jobs.ts'
import { askDigests } from './ledger-stream.ts'
import { askLog } from './log-stream.ts'
import { Members } from './members.ts'
import { createNode } from './node.ts'
import { PeerExchange } from './peer-exchange.ts'
import { protocolHandlers } from './protocol-handlers.ts'
import { questionLines } from './question-lines.ts'
import { QuestionMeter } from './question-meter.ts'
import { askQuestion } from './question-stream.ts'
import { createResultSender } from './result-sender.ts'
import { doorOf } from './secret.ts'
import { readControl, readJob, signControl, signJob } from './signing.ts'
import { Streams } from './streams.ts'
import { Traffic } from './traffic.ts'
import { inBackground } from './in-background.ts'
import type { PeerId } from '../core/ids.ts'
import type { JobControl, JobSpec } from '../core/job.ts'
import type { Beacon, DigestExchange, SignedControl, SignedJob } from '../core/messages.ts'
import type { Answer, KeptRequest, Question } from '../core/questions.ts'
import type { LogAnswer, LogRequest } from '../core/unit-log.ts'
import type {
  BlobChannel, Clock, Greeting, KeptChannel, LeaseChannel, Log, Mesh, MeshHandlers, MeshPeer, Random, ResultSender, Sha256, ViewChannel, ViewRequest
} from '../ports.ts'
import type { ProtocolId } from '../wire/protocols.ts'
import type { ByteStream } from './byte-stream.ts'
import type { MeshNode, NodeInit } from './node.ts'
import type { QuestionStreamInit } from './question-stream.ts'
import type { PrivateKey } from '@libp2p/interface'

/** How the mesh of this peer is to be. */
export interface Libp2pMeshInit {
  /** This peer's identity; Ed25519, so that its id carries its key. */
  readonly privateKey: PrivateKey
  /** 32 bytes: whoever holds them is let in. */
  readonly meshSecret: Uint8Array
  /** What people call the mesh; for logs. */
  readonly meshName: string
  /** What this peer says of itself until {@link Mesh.greet} changes it. @default the peer's id, no engines, no threads */
  readonly greeting?: Greeting
  /** Multiaddrs to listen on, such as `/ip4/0.0.0.0/tcp/0`. */
  readonly listen: readonly string[]
  /** Multiaddrs to announce besides those found out: a public address, a forwarded port. @default none */
  readonly announce?: readonly string[]
  /** Addresses a person named, with or without /p2p/: dialled until they answer. @default none */
  readonly bootstrap?: readonly string[]
  /** Addresses that answered in an earlier life; the same. @default none */
  readonly knownAddresses?: readonly string[]
  readonly mdns: 'on' | 'off'
  readonly log: Log
  readonly clock: Clock
  readonly random: Random
  readonly sha256: Sha256
  /** Told of addresses, with /p2p/, at which a member was reached, or listens where it came from: worth remembering. May come often, with the same ones. */
  readonly onAddress?: (address: string) => void
  /** What limits results, scene files and views. @default nothing does */
  readonly traffic?: Traffic
  /** For tests. @default TCP */
  readonly transports?: NodeInit['transports']
}

/** What the mesh of a started peer holds together. */
interface Running {
  readonly node: MeshNode
  readonly streams: Streams
  readonly dialer: Dialer
  readonly members: Members
  readonly gossip: Gossip
  readonly exchange: PeerExchange
}

/** idle — start → running — stop → stopped. */
type State =
  | { readonly type: 'idle' }
  | { readonly type: 'running' } & Running
  | { readonly type: 'stopped' }

/**
 * The {@link Mesh} over libp2p 3: TCP, Noise behind the mesh's door, yamux, gossipsub, mDNS.
 *
 * @throws RangeError when the secret has not 32 bytes or the key is not Ed25519
 */
export function createLibp2pMesh (init: Libp2pMeshInit): Mesh {
  return new Libp2pMesh(init)
}

class Libp2pMesh implements Mesh {
  readonly self: PeerId
  readonly #init: Libp2pMeshInit
  readonly #door: ReturnType<typeof doorOf>
  readonly #discipline: Discipline
  readonly #jobs = new KnownJobs()
  readonly #questions: ReturnType<typeof questionLines>
  readonly #memory: AddressMemory
  #greeting: Greeting
  #state: State = { type: 'idle' }
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  constructor (init: Libp2pMeshInit) {
    if (init.privateKey.type !== 'Ed25519') {
      throw new RangeError(`a peer's key is an Ed25519 key, so that its id carries it; this one is ${init.privateKey.type}`)
    }
    this.#init = init
    this.#door = doorOf(init.meshSecret)
    this.#questions = questionLines(init.clock)
    this.#memory = new AddressMemory(init.onAddress ?? (() => {}))
    this.self = peerIdFromPrivateKey(init.privateKey).toString()
    this.#discipline = new Discipline({ self: this.self, clock: init.clock, log: init.log, hangUp: (peer) => { this.#runningOrUndefined()?.members.hangUp(peer) } })
    this.#greeting = init.greeting ?? { name: this.self, engines: new Map(), threads: 0 }
  }

  addresses (): readonly string[] {
    return this.#state.type === 'running' ? this.#state.node.getMultiaddrs().map((address) => address.toString()) : []
  }

  async start (handlers: MeshHandlers): Promise<void> {
    if (this.#starting !== undefined || this.#state.type !== 'idle') {
      throw new IllegalTransitionError(this.#state.type, 'start')
    }
    this.#starting = this.#start(handlers)
    try {
      await this.#starting
    } catch (err) {
      await this.stop()
      throw err
    }
  }

  /** @throws UsageError when none of the addresses can be listened on */
  async #start (handlers: MeshHandlers): Promise<void> {
    const { clock, log, random, sha256 } = this.#init
    const { isBanned, badMessage: onBadMessage, flood: onFlood } = this.#discipline
    const node = await createNode({
      privateKey: this.#init.privateKey,
      door: this.#door,
      listen: this.#init.listen,
      announce: this.#init.announce ?? [],
      mdns: this.#init.mdns,
      gater: createGate(isBanned, clock, log),
      guard: new Guard({ clock, onFlood, onBadMessage }),
      clock,
      transports: this.#init.transports
    })
    const dialer = new Dialer({ node, clock, random, log, isBanned })
    const streams = new Streams({ node, dialer, clock, log, traffic: this.#init.traffic ?? new Traffic(clock) })
    const members: Members = new Members({
      node,
      streams,
      clock,
      log,
      onBadMessage,
      joined: (peer) => {
        handlers.peerJoined(peer)
        this.#memory.joined(node, peer.peer)
        inBackground(exchange.ask(peer.peer))
      },
      changed: (peer) => {
        handlers.peerChanged(peer)
      },
      left: (peer, relayed) => {
        handlers.peerLeft(peer, relayed)
      }
    }, this.#greeting)
    const exchange = new PeerExchange({ node, streams, members, dialer, clock, random, log, onBadMessage })
    const gossip = new Gossip({ pubsub: node.services.gossip, topic: this.#door.topic, clock, log, sha256, jobs: this.#jobs, handlers })
    const running: Running = { node, streams, dialer, members, gossip, exchange }
    this.#state = { type: 'running', ...running }
    await this.#serve(running, handlers)
    await members.start()
    await exchange.start()
    this.#discover(running)
    try {
      await node.start()
    } catch (err) {
      throw new UsageError(`this peer can not listen on ${this.#init.listen.join(', ')}: ${reasonOf(err)}`, { cause: err })
    }
    if (this.#stopping !== undefined) {
      return
    }
    gossip.start()
    dialer.start()
    log.info('the mesh is open', { mesh: this.#init.meshName, peer: this.self, addresses: this.addresses().join(' ') })
  }

  async stop (): Promise<void> {
    this.#stopping ??= this.#stop()
    await this.#stopping
  }

  async #stop (): Promise<void> {
    // The stack can not be stopped while it starts.
    await this.#starting?.catch(() => {})
    const state = this.#state
    this.#state = { type: 'stopped' }
    if (state.type !== 'running') {
      return
    }
    state.exchange.stop()
    state.dialer.stop()
    state.members.stop()
    state.streams.stop()
    state.gossip.stop()
    try {
      await state.node.stop()
    } catch (err) {
      this.#init.log.info('the network did not close cleanly', { error: String(err) })
    }
  }

  peers (): readonly MeshPeer[] {
    return this.#state.type === 'running' ? this.#state.members.list() : []
  }

  greet (greeting: Greeting): void {
    this.#greeting = greeting
    if (this.#state.type === 'running') {
      this.#state.members.greet(greeting)
    }
  }

  publishJob (job: SignedJob): void {
    this.#jobs.remember(job)
    this.#runningOrUndefined()?.gossip.job(job)
  }

  publishControl (control: SignedControl): void {
    this.#runningOrUndefined()?.gossip.control(control)
  }

  publishBeacon (beacon: Beacon): void {
    this.#runningOrUndefined()?.gossip.beacon(beacon)
  }

  async openLease (steward: PeerId): Promise<LeaseChannel> {
    return createChannel(await this.#open(steward, LEASE_PROTOCOL), workerCodec(this.#jobs), this.#streamInit())
  }

  async openResults (requester: PeerId): Promise<ResultSender> {
    return createResultSender(await this.#open(requester, RESULT_PROTOCOL), this.#streamInit())
  }

  async openBlobs (peer: PeerId): Promise<BlobChannel> {
    return createBlobChannel(await this.#open(peer, BLOB_PROTOCOL), this.#streamInit())
  }

  async openView (peer: PeerId, request: ViewRequest): Promise<ViewChannel> {
    const stream = await this.#open(peer, VIEW_PROTOCOL)
    await writeFrame(stream, encodeViewRequest(request))
    return createChannel(stream, viewerCodec, this.#streamInit())
  }

  async exchangeDigests (peer: PeerId, exchange: DigestExchange): Promise<DigestExchange> {
    return askDigests(await this.#open(peer, LEDGER_PROTOCOL), exchange, this.#streamInit())
  }

  async askLog (peer: PeerId, request: LogRequest): Promise<LogAnswer> {
    return askLog(await this.#open(peer, LOG_PROTOCOL), request, this.#streamInit())
  }

  async ask (peer: PeerId, question: Question): Promise<Answer> {
    return this.#questions.run(peer, async () => askQuestion(await this.#open(peer, QUESTION_PROTOCOL), question, this.#streamInit()))
  }

  async openKept (peer: PeerId, request: KeptRequest): Promise<KeptChannel> {
    return openKept(await this.#open(peer, CUSTODY_PROTOCOL), request, this.#streamInit())
  }

  async signJob (spec: JobSpec): Promise<SignedJob> {
    const job = await signJob(spec, this.#init.privateKey, this.#init.sha256)
    this.#jobs.remember(job)
    return job
  }

  async signControl (control: JobControl): Promise<SignedControl> {
    return signControl(control, this.#init.privateKey)
  }

  async readJob (bytes: Uint8Array, signature: Uint8Array): Promise<SignedJob> {
    const job = await readJob(bytes, signature, this.#init.sha256)
    this.#jobs.remember(job)
    return job
  }

  async readControl (bytes: Uint8Array, signature: Uint8Array, requester: PeerId): Promise<SignedControl> {
    return readControl(bytes, signature, requester)
  }

  #runningOrUndefined (): Running | undefined {
    return this.#state.type === 'running' ? this.#state : undefined
  }

  /** @throws ChannelClosedError */
  #running (): Running {
    if (this.#state.type !== 'running') {
      throw new ChannelClosedError('the mesh is not open')
    }
    return this.#state
  }

  /** @throws ChannelClosedError */
  async #open (peer: PeerId, protocol: ProtocolId): Promise<ByteStream> {
    const { exchange, streams } = this.#running()
    if (peer !== this.self) {
      await exchange.locate(peer)
    }
    return streams.open(peer, protocol)
  }

  /** What the streams of all protocols take, and some more. */
  #streamInit (): QuestionStreamInit {
    return { clock: this.#init.clock, sha256: this.#init.sha256, jobs: this.#jobs, onBadMessage: this.#discipline.badMessage }
  }

  /** Everything others may open here. Streams of peers that have not greeted wait: the farm knows nobody it has not met. */
  async #serve ({ streams, members }: Running, handlers: MeshHandlers): Promise<void> {
    const served = protocolHandlers({ ...this.#streamInit(), handlers, log: this.#init.log, meter: new QuestionMeter(this.#init.clock) })
    for (const protocol of Object.keys(served) as (keyof typeof served)[]) {
      await streams.handle(protocol, async (stream) => {
        if (stream.peer !== this.self) {
          await members.greeted(stream.peer)
        }
        await served[protocol](stream)
      })
    }
  }

  /** Finds others: those named, those on this network, those that others know. */
  #discover ({ node, dialer }: Running): void {
    node.addEventListener('peer:discovery', ({ detail }) => {
      dialer.learn(detail.id.toString(), detail.multiaddrs.map((address) => address.toString()))
    })
    node.addEventListener('peer:identify', ({ detail }) => {
      // What another machine calls itself is this machine here.
      const isHere = isLoopback(detail.connection.remoteAddr)
      const addresses = detail.listenAddrs.filter((address) => isHere || !isLoopback(address))
      dialer.learn(detail.peerId.toString(), addresses.map((address) => address.toString()))
      this.#memory.identified(detail)
    })
    for (const address of this.#init.bootstrap ?? []) {
      dialer.configure(address, 'named')
    }
    for (const address of this.#init.knownAddresses ?? []) {
      dialer.configure(address, 'remembered')
    }
  }
}

/** What the network stack says, in one line. It wraps the system's word in several lines of advice to programmers. */
function reasonOf (err: unknown): string {
  const text = err instanceof Error ? err.message : String(err)
  return /Error: (.+)$/m.exec(text)?.[1] ?? text.split('\n', 1)[0]!
}
