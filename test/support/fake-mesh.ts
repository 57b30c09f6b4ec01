import { ChannelClosedError } from '../../src/errors.ts'
import { KnownJobs } from '../../src/mesh/known-jobs.ts'
import { questionLines } from '../../src/mesh/question-lines.ts'
import { QuestionMeter } from '../../src/mesh/question-meter.ts'
import { jobOf } from '../../src/mesh/question-stream.ts'
import { answerQuestion, ask, isAskedFor } from './fake-questions.ts'
import { answerBlobs, answerResults, FakeBlobChannel, FakeResultSender } from './fake-streams.ts'
import { launch } from './launch.ts'
import { isSignedBy, readControl, readJob, signControl, signJob } from './fake-signatures.ts'
import type { PeerId } from '../../src/core/ids.ts'
import type { JobControl, JobSpec } from '../../src/core/job.ts'
import type { Beacon, DigestExchange, SignedControl, SignedJob, StewardMessage, WorkerMessage } from '../../src/core/messages.ts'
import type { Answer, KeptRequest, KeptUnit, Question } from '../../src/core/questions.ts'
import type { LogAnswer, LogRequest } from '../../src/core/unit-log.ts'
import type {
  BlobChannel, Channel, Greeting, KeptChannel, LeaseChannel, Mesh, MeshHandlers, MeshPeer, ResultSender, StewardChannel, ViewChannel, ViewMessage, ViewRequest
} from '../../src/ports.ts'
import type { FakeChannel } from './fake-channel.ts'
import type { FakeNetwork } from './fake-network.ts'
import type { FakePath } from './fake-path.ts'
import type { BlobAnswer, BlobQuestion, ResultFrame, ResultReply } from './fake-streams.ts'
import type { PeerClock } from './peer-clock.ts'

/** The protocols of the streams between peers. */
export type StreamKind = StreamRequest['kind'] | 'greeting'

/** What opens a stream. */
export type StreamRequest =
  | { readonly kind: 'lease' }
  | { readonly kind: 'results' }
  | { readonly kind: 'blobs' }
  | { readonly kind: 'digests' }
  | { readonly kind: 'log' }
  | { readonly kind: 'question' }
  | { readonly kind: 'kept', readonly request: KeptRequest }
  | { readonly kind: 'view', readonly request: ViewRequest }

/** What is gossiped. */
export type GossipMessage =
  | { readonly kind: 'gossip-job', readonly message: SignedJob }
  | { readonly kind: 'gossip-control', readonly message: SignedControl }
  | { readonly kind: 'gossip-beacon', readonly message: Beacon }

/** One peer's end of a connection. */
export interface ConnectionSide {
  readonly owner: FakeMesh
  readonly peer: PeerId
  readonly relayed: boolean
  readonly out: FakePath
  readonly other: ConnectionSide
  /** Keeps an end of a stream until it ends. */
  hold (channel: HeldChannel): void
}

/** What a connection does to the ends of its streams. */
type HeldChannel = Pick<FakeChannel<unknown, unknown>, 'die' | 'lose' | 'onEnd'>

interface Side extends ConnectionSide {
  other: Side
  readonly channels: Set<HeldChannel>
  /** What the other peer greeted with. */
  member: MeshPeer | undefined
}

/** idle — start → running; running ⇄ frozen; any — stop → gone (its promises reject), or — die → gone (they never settle). */
type State = 'idle' | 'running' | 'frozen' | 'gone'

/** A peer's place in a {@link FakeNetwork}: the whole {@link Mesh} port in memory. */
export class FakeMesh implements Mesh {
  readonly self: PeerId
  /** The clock this peer's farm, engine and store are to use: it stops when the peer is frozen, and dies with it. */
  readonly clock: PeerClock
  /** Connections by the peer at the other end, the one to itself included. For {@link FakeNetwork}. */
  readonly sides = new Map<PeerId, Side>()
  /** Ends of connections on their way to this peer. For {@link FakeNetwork}. */
  readonly signals = new Set<FakePath>()
  readonly #network: FakeNetwork
  #state: State = 'idle'
  #killed = false
  #handlers: MeshHandlers | undefined
  #greeting: Greeting
  #backlog: (() => void)[] = []
  /** The jobs that were seen here: control words of others can not be checked, and are left out. */
  readonly #jobs = new KnownJobs()
  readonly #questions: ReturnType<typeof questionLines>
  readonly #meter: QuestionMeter
  /** How often this peer was frozen. For {@link FakeNetwork}. */
  frozenCount = 0

  constructor (network: FakeNetwork, self: PeerId, name: string, clock: PeerClock) {
    this.#network = network
    this.self = self
    this.clock = clock
    this.#questions = questionLines(clock)
    this.#meter = new QuestionMeter(clock)
    this.#greeting = { name, engines: new Map(), threads: 0 }
  }

  get state (): State {
    return this.#state
  }

  addresses (): readonly string[] {
    return this.#state === 'running' ? [`/memory/${this.self}/p2p/${this.self}`] : []
  }

  async start (handlers: MeshHandlers): Promise<void> {
    if (this.#state !== 'idle') {
      throw new Error(`the mesh of ${this.self} was started before`)
    }
    this.#handlers = handlers
    this.#state = 'running'
    this.#network.arrived(this)
  }

  async stop (): Promise<void> {
    if (this.#killed) {
      await new Promise<never>(() => {})
    }
    if (this.#state === 'gone') {
      return
    }
    this.#state = 'gone'
    const sides = [...this.sides.values()]
    this.sides.clear()
    for (const side of sides) {
      endAll(side)
    }
    this.#network.left(sides.filter((side) => side.peer !== this.self))
  }

  peers (): readonly MeshPeer[] {
    return [...this.sides.values()].flatMap((side) => side.member ?? [])
  }

  greet (greeting: Greeting): void {
    this.#greeting = greeting
    for (const side of this.sides.values()) {
      this.#sendGreeting(side)
    }
  }

  publishJob (message: SignedJob): void {
    this.#remember(message)
    this.#publish({ kind: 'gossip-job', message })
  }

  publishControl (message: SignedControl): void {
    this.#publish({ kind: 'gossip-control', message })
  }

  publishBeacon (message: Beacon): void {
    this.#publish({ kind: 'gossip-beacon', message })
  }

  async openLease (steward: PeerId): Promise<LeaseChannel> {
    const channel = await this.#open<WorkerMessage, StewardMessage>(steward, { kind: 'lease' })
    channel.accepts = (message) => message.type !== 'control' || this.#isGenuine(message.control)
    return channel
  }

  async openResults (requester: PeerId): Promise<ResultSender> {
    return new FakeResultSender(await this.#open<ResultFrame, ResultReply>(requester, { kind: 'results' }), this.clock)
  }

  async openBlobs (peer: PeerId): Promise<BlobChannel> {
    return new FakeBlobChannel(await this.#open<BlobQuestion, BlobAnswer>(peer, { kind: 'blobs' }), this.clock)
  }

  openView (peer: PeerId, request: ViewRequest): Promise<ViewChannel> {
    return this.#open(peer, { kind: 'view', request })
  }

  async exchangeDigests (peer: PeerId, exchange: DigestExchange): Promise<DigestExchange> {
    const channel = await this.#open<DigestExchange, DigestExchange>(peer, { kind: 'digests' })
    await channel.send(exchange)
    const answer = await channel.messages[Symbol.asyncIterator]().next()
    if (answer.done === true) {
      throw new ChannelClosedError()
    }
    this.#verify(answer.value)
    await channel.close()
    return answer.value
  }

  async askLog (peer: PeerId, request: LogRequest): Promise<LogAnswer> {
    const channel = await this.#open<LogRequest, LogAnswer>(peer, { kind: 'log' })
    await channel.send(request)
    const answer = await channel.messages[Symbol.asyncIterator]().next()
    if (answer.done === true) {
      throw new ChannelClosedError()
    }
    await channel.close()
    return answer.value
  }

  async ask (peer: PeerId, question: Question): Promise<Answer> {
    return this.#questions.run(peer, async () => ask(await this.#open(peer, { kind: 'question' }), question, this.clock, this.#jobs))
  }

  async openKept (peer: PeerId, request: KeptRequest): Promise<KeptChannel> {
    const channel = await this.#open<never, KeptUnit>(peer, { kind: 'kept', request: { job: request.job, wanted: request.wanted.copy() } })
    channel.accepts = (unit) => isAskedFor(unit, request, this.#jobs, channel)
    return channel
  }

  async signJob (spec: JobSpec): Promise<SignedJob> {
    return this.#remember(signJob(this.self, spec))
  }

  async signControl (control: JobControl): Promise<SignedControl> {
    return signControl(this.self, control)
  }

  async readJob (bytes: Uint8Array, signature: Uint8Array): Promise<SignedJob> {
    return this.#remember(readJob(bytes, signature))
  }

  async readControl (bytes: Uint8Array, signature: Uint8Array, requester: PeerId): Promise<SignedControl> {
    return readControl(bytes, signature, requester)
  }

  /** Runs something that reaches this peer's process: now, at its thaw, or never. For {@link FakeNetwork}, as all below. */
  whenRunning (run: () => void): void {
    if (this.#state === 'running') {
      run()
    } else if (this.#state === 'frozen') {
      this.#backlog.push(run)
    }
  }

  freeze (): void {
    if (this.#state === 'running') {
      this.#state = 'frozen'
      this.frozenCount++
    }
  }

  thaw (): void {
    if (this.#state === 'frozen') {
      this.#state = 'running'
      const backlog = this.#backlog
      this.#backlog = []
      this.#network.clock.after(0, () => { backlog.forEach((run) => { this.whenRunning(run) }) })
    }
  }

  /** Dies at once, and says which connections that closes. */
  die (): readonly ConnectionSide[] {
    this.#state = 'gone'
    this.#killed = true
    const sides = [...this.sides.values()].filter((side) => side.peer !== this.self)
    for (const side of this.sides.values()) {
      for (const channel of endsOf(side)) {
        channel.die()
      }
    }
    this.sides.clear()
    return sides
  }

  /** Lets what was held up go on. */
  release (): void {
    for (const side of this.sides.values()) {
      side.out.release()
    }
    for (const path of this.signals) {
      path.release()
    }
  }

  /** Makes both sides of a connection. */
  sideTo (other: FakeMesh, relayed: boolean, out: FakePath, back: FakePath): [ConnectionSide, ConnectionSide] {
    const mine = newSide(this, other.self, relayed, out)
    const theirs = newSide(other, this.self, relayed, back)
    mine.other = theirs
    theirs.other = mine
    return [mine, theirs]
  }

  connected (side: ConnectionSide): void {
    this.sides.set(side.peer, side as Side)
    this.#sendGreeting(side as Side)
  }

  /** The in-process connection of a peer to itself: its far side is in no list. */
  connectToSelf (side: ConnectionSide): void {
    this.sides.set(this.self, side as Side)
  }

  /** Notices that a connection is lost. */
  lose (side: ConnectionSide): void {
    if (this.sides.get(side.peer) !== side) {
      return
    }
    const { member, relayed } = side as Side
    this.sides.delete(side.peer)
    endAll(side as Side)
    this.#network.redial(this.self, side.peer)
    if (member !== undefined) {
      this.#handlers?.peerLeft(side.peer, relayed)
    }
  }

  /** Gives up a connection whose other end is gone, before a new one takes its place. */
  forget (peer: PeerId): void {
    const side = this.sides.get(peer)
    if (side !== undefined) {
      this.lose(side)
    }
  }

  /** Gossip arrives; what is not genuine goes no further. */
  hear (gossip: GossipMessage, from: PeerId): void {
    switch (gossip.kind) {
      case 'gossip-job':
        if (isSignedBy(gossip.message.spec.requester, gossip.message.bytes, gossip.message.signature)) {
          this.#handlers?.job(this.#remember(gossip.message), from)
        }
        break
      case 'gossip-control':
        if (this.#isGenuine(gossip.message)) {
          this.#handlers?.control(gossip.message, from)
        }
        break
      case 'gossip-beacon':
        if (gossip.message.steward === from) {
          this.#handlers?.beacon(gossip.message)
        }
        break
    }
  }

  /** A peer opened a stream to this one. */
  accept (request: StreamRequest, from: PeerId, channel: unknown): void {
    const handlers = this.#handlers!
    switch (request.kind) {
      case 'lease':
        handlers.lease(channel as StewardChannel)
        break
      case 'results':
        launch(answerResults(channel as FakeChannel<ResultReply, ResultFrame>, handlers.results, from))
        break
      case 'blobs':
        launch(answerBlobs(channel as FakeChannel<BlobAnswer, BlobQuestion>, handlers.blobs))
        break
      case 'view':
        handlers.view(request.request, channel as Channel<ViewMessage, never>)
        break
      case 'question':
        answerQuestion(channel as Channel<Answer, Question>, (record) => { this.#verify({ records: [record] }) }, (question) => this.#answer(question, from))
        break
      case 'kept':
        handlers.kept(request.request, channel as Channel<KeptUnit, never>)
        break
      case 'log':
        launch(this.#answerLog(channel as Channel<LogAnswer, LogRequest>, from).catch((err: unknown) => { (channel as Channel<LogAnswer, LogRequest>).abort(err as Error) }))
        break
      case 'digests':
        launch(this.#answerDigests(channel as Channel<DigestExchange, DigestExchange>, from).catch((err: unknown) => { (channel as Channel<DigestExchange, DigestExchange>).abort(err as Error) }))
        break
    }
  }

  async #answerDigests (channel: Channel<DigestExchange, DigestExchange>, from: PeerId): Promise<void> {
    const exchange = await channel.messages[Symbol.asyncIterator]().next()
    if (exchange.done !== true) {
      this.#verify(exchange.value)
      await channel.send(this.#handlers!.digests(exchange.value, from))
    }
  }

  async #answerLog (channel: Channel<LogAnswer, LogRequest>, from: PeerId): Promise<void> {
    const request = await channel.messages[Symbol.asyncIterator]().next()
    if (request.done !== true) {
      await channel.send(await this.#handlers!.log(request.value, from))
    }
  }

  /** What a question weighs counts as on a wire, within a few bytes. */
  async #answer (question: Question, from: PeerId): Promise<Answer> {
    await this.#meter.read(from, question.type === 'hand-off' ? Math.ceil(question.accepted.units / 4) : 0)
    await this.#meter.answer(from, question, this.#jobs.gridOf(jobOf(question))?.units ?? 0)
    return this.#handlers!.asked(question, from)
  }

  #remember (job: SignedJob): SignedJob {
    this.#jobs.remember(job)
    return job
  }

  #isGenuine ({ control, bytes, signature }: SignedControl): boolean {
    const requester = this.#jobs.requesterOf(control.job)
    return requester !== undefined && isSignedBy(requester, bytes, signature)
  }

  /** @throws ChannelClosedError when a record was not signed by the requester of its job */
  #verify ({ records }: Pick<DigestExchange, 'records'>): void {
    for (const { job, control } of records) {
      if (!isSignedBy(job.spec.requester, job.bytes, job.signature)) {
        throw new ChannelClosedError('a job in a digest exchange is forged')
      }
      this.#remember(job)
      if (control !== undefined && !this.#isGenuine(control)) {
        throw new ChannelClosedError('a control word in a digest exchange is forged')
      }
    }
  }

  #open<Out, In> (peer: PeerId, request: StreamRequest): Promise<FakeChannel<Out, In>> {
    const side = this.sides.get(peer)
    if (this.#killed) {
      return never()
    }
    if (side === undefined) {
      return new Promise((_resolve, reject) => {
        this.clock.after(this.#network.link.latencyMs, () => { reject(new ChannelClosedError(`${peer} can not be reached`)) })
      })
    }
    return this.#network.open<Out, In>(this, side, request)
  }

  #publish (gossip: GossipMessage): void {
    if (this.#state === 'running' || this.#state === 'frozen') {
      this.whenRunning(() => { this.#network.spread(this, gossip) })
    }
  }

  #sendGreeting (side: Side): void {
    if (side.peer === this.self) {
      return
    }
    const greeting = this.#greeting
    this.#network.sent(this.self, side.peer, 'greeting', greeting)
    side.out.transmit(200, () => { side.other.owner.#greeted(side.other, greeting) })
  }

  #greeted (side: Side, greeting: Greeting): void {
    if (this.sides.get(side.peer) !== side) {
      return
    }
    const first = side.member === undefined
    side.member = { peer: side.peer, relayed: side.relayed, addresses: [`/memory/${side.peer}/p2p/${side.peer}`], ...greeting }
    if (first) {
      this.#handlers?.peerJoined(side.member)
    } else {
      this.#handlers?.peerChanged(side.member)
    }
  }
}

function newSide (owner: FakeMesh, peer: PeerId, relayed: boolean, out: FakePath): Side {
  const channels = new Set<HeldChannel>()
  const side: Omit<Side, 'other'> = {
    owner,
    peer,
    relayed,
    out,
    channels,
    member: undefined,
    hold (channel) {
      channels.add(channel)
      channel.onEnd = () => { channels.delete(channel) }
    }
  }
  return side as Side
}

/** The ends of streams in this peer's process: of the connection to itself, both. */
function endsOf (side: Side): HeldChannel[] {
  return side.peer === side.owner.self ? [...side.channels, ...side.other.channels] : [...side.channels]
}

function endAll (side: Side): void {
  for (const channel of endsOf(side)) {
    channel.lose(new ChannelClosedError())
  }
}

function never (): Promise<never> {
  return new Promise(() => {})
}
