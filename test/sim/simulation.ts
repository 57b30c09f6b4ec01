import { readJob } from '../support/fake-signatures.ts'
import { gridOf } from '../../src/core/units.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { World } from '../support/world.ts'
import { Cast } from './cast.ts'
import { Coverage } from './coverage.ts'
import { Injector } from './injector.ts'
import { invariantsOf } from './invariants/index.ts'
import { Orders } from './orders.ts'
import { drawPlan } from './plan.ts'
import { lookAtRest } from './rest.ts'
import type { JobId, PeerId } from '../../src/core/ids.ts'
import type { RenderSettings, RenderUnit } from '../../src/ports.ts'
import type { RenderFault } from '../support/fake-engine.ts'
import type { SentMessage } from '../support/fake-network.ts'
import type { DiskEvent, MemoryDisk } from '../support/memory-disk.ts'
import type { Fault } from './fault.ts'
import type { Invariant, LifeEvent, RenderEvent, Scene, SimJob } from './invariant.ts'
import type { Plan } from './plan.ts'

/** What became of a run. */
export interface Outcome {
  readonly seed: number
  /** What did not hold, each in one line; the run stopped soon after the first. */
  readonly violations: readonly string[]
  /** Stands for all that happened: equal for equal seeds. */
  readonly trace: number
  readonly simulatedMs: number
  readonly messages: number
  /** What happened of that which must sometimes happen. */
  readonly reached: readonly string[]
}

/** Is told everything, for who wants to read along. */
export interface Witness {
  fault (fault: Fault | { readonly type: 'everything heals' }): void
  sent (message: SentMessage): void
  life (peer: PeerId, event: LifeEvent): void
  disk (peer: PeerId, event: DiskEvent): void
  violation (text: string): void
}

/** When everything works again all jobs must end within this time, and so often one looks. */
const LIVENESS_MS = 3 * 3_600_000
const LOOK_MS = 5_000

/** More messages than this in one second go round in a circle: the largest meshes need a fifth of it. */
const MAX_MESSAGES_A_SECOND = 20_000

/** How long after the last job's end everybody must know of it. */
const SETTLED_MS = 60_000

/**
 * The run of a seed: the real core and farm code of all peers over simulated clocks, network, disks and renderers. First faults come as planned,
 * with every invariant watched at each event (safety), then everything heals and all must come to rest (liveness).
 */
export class Simulation {
  readonly plan: Plan
  readonly world: World
  readonly coverage: Coverage
  readonly #cast: Cast
  readonly #orders: Orders
  readonly #injector: Injector
  readonly #invariants: readonly Invariant[]
  readonly #witness: Witness | undefined
  readonly #jobs = new Map<JobId, SimJob>()
  readonly #jobsBySerial = new Map<string, SimJob>()
  readonly #poisoned = new Map<string, ReadonlySet<number>>()
  readonly #violations: string[] = []
  #messages = 0
  /** The present second, and the messages in it. */
  #second = 0
  #inSecond = 0

  constructor (plan: number | Plan, witness?: Witness) {
    this.plan = typeof plan === 'number' ? drawPlan(plan) : plan
    this.#witness = witness
    const { seed, latencyMs, bytesPerMs } = this.plan
    const random = new SeededRandom(seed + 2 ** 31)
    this.world = new World(seed, { link: { latencyMs, jitterMs: latencyMs, bytesPerMs } })
    const { network } = this.world
    const scene = sceneOf(this.plan)
    this.#cast = new Cast(this.world, this.plan.peers, scene, {
      life: (peer, event) => { this.#lifeOf(peer, event) },
      renderStarts: (peer, unit, settings) => this.#renderStarts(peer, unit, settings),
      renderEnded: (peer, unit, settings) => { this.#renderEnded(peer, unit, settings) },
      diskBought: (peer, disk) => { this.#watchDisk(peer, disk) }
    })
    this.#orders = new Orders(this.world, this.#cast, (job, state) => { this.#tell((invariant) => { invariant.said(job, state) }) })
    this.#injector = new Injector(this.world, this.#cast, this.#orders, this.plan, random)
    const lookUp = this.#lookUp()
    this.coverage = new Coverage(lookUp)
    this.#invariants = [...invariantsOf(lookUp), this.coverage]
    for (const invariant of this.#invariants) {
      invariant.report = (text) => { this.#broken(text) }
    }
    for (const { tint, poisoned, requester } of this.plan.jobs) {
      this.#poisoned.set(`${requester} ${tint}`, new Set(poisoned))
    }
    network.watch = (message) => {
      this.#count()
      this.#witness?.sent(message)
      this.#tell((invariant) => { invariant.sent(message) })
    }
    network.watchArrivals = (message) => { this.#tell((invariant) => { invariant.arrived(message) }) }
    this.#eachLink((a, b) => { network.setLink(a, b, {}) })
  }

  async run (): Promise<Outcome> {
    const agenda = [
      ...this.plan.peers.map(({ id, joinsAtMs }) => ({ atMs: joinsAtMs, run: () => { this.#cast.start(id) } })),
      ...this.plan.jobs.map((job) => ({ atMs: job.atMs, run: () => { this.#orders.place(job) } })),
      ...this.plan.faults.map(({ atMs, fault }) => ({
        atMs,
        run: () => {
          this.#witness?.fault(fault)
          this.#injector.apply(fault)
        }
      }))
    ].sort((a, b) => a.atMs - b.atMs)
    for (const { atMs, run } of agenda) {
      await this.#settle(atMs - this.world.nowMs)
      if (this.#isBroken) {
        break
      }
      run()
    }
    await this.#settle(this.plan.storyMs - this.world.nowMs)
    if (!this.#isBroken) {
      await this.#comeToRest()
    }
    return {
      seed: this.plan.seed,
      violations: this.#violations,
      trace: this.world.network.trace,
      simulatedMs: this.world.nowMs,
      messages: this.#messages,
      reached: this.coverage.reached
    }
  }

  get #isBroken (): boolean {
    return this.#violations.length > 0
  }

  async #settle (ms: number): Promise<void> {
    if (ms > 0 && !this.#isBroken) {
      await this.world.until(() => this.#isBroken, ms)
    }
  }

  /** Everything heals. */
  async #comeToRest (): Promise<void> {
    this.#witness?.fault({ type: 'everything heals' })
    this.#injector.healAll()
    const { network } = this.world
    Object.assign(network.link, { bytesPerMs: Infinity })
    this.#eachLink((a, b) => { network.setLink(a, b, { bytesPerMs: Infinity }) })
    const endMs = this.world.nowMs + LIVENESS_MS
    let ended = false
    while (!ended && this.world.nowMs < endMs && !this.#isBroken) {
      await this.#settle(LOOK_MS)
      this.#cast.ids.forEach((id) => { this.#cast.start(id) })
      this.#resumePaused()
      ended = this.#allEnded()
    }
    if (!ended && !this.#isBroken) {
      this.#broken(`L1: not at its end ${LIVENESS_MS / 60_000} minutes after everything healed: ${this.#openWork()}`)
    }
    await this.#settle(SETTLED_MS)
    if (!this.#isBroken) {
      const rest = await lookAtRest(this.world, this.#cast.up, sceneOf(this.plan), (job) => this.#jobs.get(job)!)
      this.#tell((invariant) => { invariant.atRest(rest) })
    }
  }

  #resumePaused (): void {
    for (const { id, farm } of this.#cast.up) {
      if (farm.jobs().some(({ own, state }) => own && state === 'paused')) {
        this.#orders.say(id, 'resume')
      }
    }
  }

  #allEnded (): boolean {
    return this.#orders.open.length === 0 && this.#cast.ids.every((id) => this.#cast.isUp(id) || this.#cast.isLost(id)) &&
      this.#cast.up.every(({ farm }) => farm.jobs().every(({ state }) => state !== 'running' && state !== 'paused'))
  }

  #openWork (): string {
    const jobs = this.#cast.up.flatMap(({ id, farm }) => farm.jobs().filter(({ state }) => state === 'running' || state === 'paused')
      .map(({ job, state, done, units, own, waits }) => `${id}${own ? ' (own)' : ''}: ${job.slice(0, 6)} ${state} ${done}/${units}${waits === undefined ? '' : ` waits: ${waits}`}`))
    const away = this.#cast.ids.filter((id) => !this.#cast.isUp(id))
    return [...jobs, ...this.#orders.open.map((order) => `not taken: ${order}`), ...away.map((id) => `${id} is ${this.#cast.wordsOf(id)}`)].join('; ')
  }

  /** Counts a message, and notices when peers send one another the same things for ever. */
  #count (): void {
    this.#messages++
    const second = Math.floor(this.world.nowMs / 1_000)
    this.#inSecond = second === this.#second ? this.#inSecond + 1 : 1
    this.#second = second
    if (this.#inSecond === MAX_MESSAGES_A_SECOND) {
      this.#broken(`L1: ${MAX_MESSAGES_A_SECOND} messages within one second: they go round`)
    }
  }

  #broken (text: string): void {
    this.#violations.push(text)
    this.#witness?.violation(text)
  }

  #tell (what: (invariant: Invariant) => void): void {
    for (const invariant of this.#invariants) {
      what(invariant)
    }
  }

  #lifeOf (peer: PeerId, event: LifeEvent): void {
    this.#witness?.life(peer, event)
    this.#tell((invariant) => { invariant.life(peer, event) })
    if (event === 'started') {
      this.#orders.started(peer)
    }
  }

  #watchDisk (peer: PeerId, disk: MemoryDisk): void {
    disk.watch = (event) => {
      if (event.type === 'journal' && event.record.type === 'job' && !this.#jobs.has(event.job)) {
        this.#learn(event.job, event.record.bytes, event.record.signature)
      }
      this.#witness?.disk(peer, event)
      this.#tell((invariant) => { invariant.disk(peer, event) })
    }
  }

  #learn (id: JobId, bytes: Uint8Array, signature: Uint8Array): void {
    const { spec } = readJob(bytes, signature)
    const job: SimJob = { id, spec, grid: gridOf(spec) }
    this.#jobs.set(id, job)
    this.#jobsBySerial.set(`${spec.requester} ${spec.serial}`, job)
  }

  #renderStarts (peer: PeerId, unit: RenderUnit, settings: RenderSettings): RenderFault | undefined {
    const job = this.#jobOf(settings)
    this.#renderEvent(peer, { type: 'started', job: job.id, unit: unit.unit })
    const tint = job.spec.settings.find(([key]) => key === 'tint')?.[1]
    return this.#poisoned.get(`${job.spec.requester} ${tint}`)?.has(unit.unit) === true ? 'fail' : this.#injector.renderFault(peer)
  }

  #renderEnded (peer: PeerId, unit: RenderUnit, settings: RenderSettings): void {
    this.#renderEvent(peer, { type: 'ended', job: this.#jobOf(settings).id, unit: unit.unit })
  }

  #renderEvent (peer: PeerId, event: RenderEvent): void {
    this.#tell((invariant) => { invariant.render(peer, event) })
  }

  /** An engine is given the whole spec, though it is to read only a part of it. */
  #jobOf (settings: RenderSettings): SimJob {
    const { requester, serial } = settings as SimJob['spec']
    return this.#jobsBySerial.get(`${requester} ${serial}`)!
  }

  #eachLink (each: (a: PeerId, b: PeerId) => void): void {
    const { ids } = this.#cast
    ids.forEach((a, index) => { ids.slice(index + 1).forEach((b) => { each(a, b) }) })
  }

  #lookUp (): Scene {
    const { world, plan } = this
    const [cast, jobs, injector] = [this.#cast, this.#jobs, this.#injector]
    return {
      plan,
      get nowMs () { return world.nowMs },
      get peers () { return cast.ids },
      get quietForMs () { return injector.quietForMs },
      job: (id) => jobs.get(id),
      disk: (peer) => cast.disk(peer),
      isUp: (peer) => cast.isUp(peer),
      areLinked: (a, b) => world.network.areLinked(a, b)
    }
  }
}

/** The bytes of a plan's scene. */
function sceneOf ({ sceneBytes, seed }: Plan): Uint8Array {
  const bytes = new Uint8Array(sceneBytes)
  new DataView(bytes.buffer).setUint32(0, seed)
  return bytes
}
