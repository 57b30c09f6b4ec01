import assert from 'node:assert/strict'
import { compareEpochs } from '../../src/core/epoch.ts'
import { Holding } from '../../src/core/holding.ts'
import { rectsOf } from '../../src/core/rect.ts'
import { heartbeatOf } from '../../src/core/sizing.ts'
import { contentOf, unitBytes } from '../../src/core/units.ts'
import type { Epoch } from '../../src/core/epoch.ts'
import type { PeerId, UnitIndex } from '../../src/core/ids.ts'
import type { JobState } from '../../src/core/job.ts'
import type { Grant, LeaseReport, ResultAnswer, ResultHead, StewardMessage, Wait, WorkerMessage } from '../../src/core/messages.ts'
import type { LeaseWorld } from './lease-world.ts'
import type { ModelSteward } from './lease-world-steward.ts'
import type { ModelStream } from './lease-world-stream.ts'
import type { SeededRandom } from './seeded-random.ts'

export type LeaseStream = ModelStream<WorkerMessage, StewardMessage>

/** Started units are reported together, at most so late. */
const REPORT_MS = 200

/** What a worker of the model is like. */
export interface LeaseWorldWorkerOptions {
  readonly peer: PeerId
  readonly threads: number
  /** True milliseconds per unit and thread. */
  readonly unitMs: number
  /** True milliseconds before the first unit after a start. */
  readonly loadMs: number
  /** How fast its clock runs. */
  readonly rate: number
  /** The chance that a render fails. */
  readonly failing: number
}

/**
 * A worker as the farm's is, less threads, pixels and other jobs: what it holds is kept by the real {@link Holding}. It acts when messages
 * come and when its timers fire, and tells the world what it starts.
 */
export class LeaseWorldWorker {
  readonly options: LeaseWorldWorkerOptions
  readonly #world: LeaseWorld
  readonly #random: SeededRandom
  readonly #clockOffsetMs: number
  holding: Holding
  /** The steward that it reaches now. */
  side: ModelSteward
  /** The highest stewardship that it has obeyed. */
  epoch: Epoch = { round: 0, peer: '', instance: 0 }
  stream: LeaseStream | undefined
  alive = true
  #life = 0
  #frozen: (() => void)[] | undefined
  #loaded = false
  #loading = false
  #heartbeatMs = Infinity
  #beating = false
  #sequence = 0
  #renewals = new Map<number, { readonly sentAtMs: number, readonly reports: readonly LeaseReport[] }>()
  /** The latest moment of which it is known that the steward heard this worker after it on this stream. */
  #heardByStewardMs = -Infinity
  #claim: { readonly sentAtMs: number, readonly state: 'unanswered' | 'waiting', readonly behindShow: boolean } | undefined
  #showSentAtMs: number | undefined
  #notBeforeMs = -Infinity
  #reporting = false
  #leaving = false
  #control: JobState = 'running'
  readonly #stalled: UnitIndex[] = []
  #measured = 0

  constructor (options: LeaseWorldWorkerOptions, world: LeaseWorld, random: SeededRandom) {
    this.options = options
    this.#world = world
    this.#random = random
    this.#clockOffsetMs = random.int(0, 1_000_000)
    this.holding = new Holding(world.job, world.grid)
    this.side = world.requester
  }

  get peer (): PeerId {
    return this.options.peer
  }

  /** Its own monotonic clock. */
  get nowMs (): number {
    return this.#clockOffsetMs + this.#world.timeline.nowMs * this.options.rate
  }

  get frozen (): boolean {
    return this.#frozen !== undefined
  }

  /** Whether it would start a unit now, relying on its steward. */
  believesIn (unit: UnitIndex): boolean {
    return this.holding.mayStart(unit, this.nowMs)
  }

  /** Runs something of this life, unless it is over by then; while it is frozen, once it has thawed. */
  act (run: () => void): void {
    if (this.#frozen !== undefined) {
      this.#frozen.push(run)
    } else if (this.alive) {
      run()
      this.#wake()
    }
  }

  after (delayMs: number, run: () => void): void {
    const life = this.#life
    this.#world.timeline.after(delayMs / this.options.rate, () => {
      this.act(() => {
        if (life === this.#life) {
          run()
        }
      })
    })
  }

  freeze (): void {
    this.#frozen ??= []
  }

  thaw (): void {
    const missed = this.#frozen ?? []
    this.#frozen = undefined
    for (const run of missed) {
      this.act(run)
    }
  }

  /** Goes on, and finds that it slept before anything that waited for it is heeded. */
  wake (): void {
    if (this.#frozen !== undefined && this.alive) {
      this.holding.doubt()
      if (this.stream !== undefined) {
        this.stream.broken = true
        this.#world.timeline.after(this.#random.int(0, 300), ((stream, side) => () => { side.noticeBroken(this.peer, stream) })(this.stream, this.side))
        this.#lose()
        this.connect(0)
      }
    }
    this.thaw()
  }

  /** Dies with everything it held, for `downMs` or for good. */
  crash (downMs: number): void {
    this.#life++
    this.#leaving = false
    this.#frozen = undefined
    this.alive = false
    this.holding = new Holding(this.#world.job, this.#world.grid)
    this.#stalled.length = 0
    this.#loaded = false
    this.#loading = false
    this.#reporting = false
    this.#beating = false
    this.#lose()
    this.#world.timeline.after(downMs, () => {
      this.alive = true
      this.connect(0)
    })
  }

  /** Asks for a lease stream until there is one. */
  connect (delayMs: number): void {
    this.after(delayMs, () => {
      if (this.stream !== undefined) {
        return
      }
      const askedAtMs = this.nowMs
      const stream = this.#world.open(this)
      if (stream === undefined) {
        this.connect(500)
        return
      }
      this.stream = stream
      this.#heardByStewardMs = askedAtMs
      this.holding.streamOpened()
      this.#beat()
      if (!this.holding.empty) {
        this.#show()
      }
    })
  }

  /** The stream turned out to be broken. */
  noticeBroken (stream: LeaseStream): void {
    if (this.stream === stream) {
      this.#lose()
      this.connect(250)
    }
  }

  /** Gives back everything that is not finished, and takes nothing more in this life. */
  leave (): void {
    this.#leaving = true
    for (const { token, units } of this.holding.giveBackAll('unfinished')) {
      this.#release(token, units, 'leaving')
    }
  }

  hear (stream: LeaseStream, message: StewardMessage): void {
    if (stream !== this.stream || this.#leaving) {
      return
    }
    switch (message.type) {
      case 'grant': return this.#granted(message)
      case 'recall': return this.#release(message.token, this.holding.giveBack(message.token, message.units), 'recalled')
      case 'revoke':
        this.holding.revoke(message.token, message.rects, message.reason)
        return
      case 'renewed': {
        const renewal = this.#renewals.get(message.sequence)
        if (renewal !== undefined) {
          this.#renewals.delete(message.sequence)
          this.#heardByStewardMs = renewal.sentAtMs
          this.holding.renewed(renewal.reports.map(({ token }) => token), message.live.map(({ token }) => token), renewal.sentAtMs)
          this.holding.dropLapsed(this.nowMs)
        }
        return
      }
      case 'wait': return this.#toldToWait(message)
      case 'control': return this.#controlled(message.control.control.state)
      default:
    }
  }

  #controlled (state: JobState): void {
    this.#control = state
    if (state === 'cancelled') {
      this.holding.revokeAll()
      this.#stalled.length = 0
    }
  }

  #toldToWait ({ reason, retryMs }: Wait): void {
    if (reason === 'shown') {
      this.#showSentAtMs = undefined
      this.#claim = this.#claim === undefined ? undefined : { ...this.#claim, behindShow: false }
      this.holding.showAnswered()
      this.#stalled.splice(0).forEach((unit) => { this.#deliver(unit) })
    } else if (reason === 'nothing-open' || reason === 'hearing' || reason === 'paused') {
      this.#claim = this.#claim === undefined ? undefined : { ...this.#claim, state: 'waiting' }
      this.#heartbeatMs = Math.min(this.#heartbeatMs, heartbeatOf(this.#world.spec.leaseMs))
      this.#beat()
    } else {
      this.#claim = undefined
      this.#notBeforeMs = this.nowMs + retryMs
      this.after(retryMs, () => {})
    }
  }

  #lose (): void {
    this.stream = undefined
    this.#claim = undefined
    this.#showSentAtMs = undefined
    this.#renewals.clear()
  }

  #granted (grant: Grant): void {
    assert.equal(compareEpochs(grant.token.epoch, this.epoch), 0, `S4: ${this.peer} is granted units under an epoch that is not the one it obeys`)
    const answersShow = this.#showSentAtMs !== undefined && this.#claim?.behindShow !== false
    const askedAtMs = answersShow ? this.#showSentAtMs : this.#showSentAtMs === undefined ? this.#claim?.sentAtMs : undefined
    if (!answersShow) {
      this.#claim = undefined
    }
    this.holding.grant(grant, Math.max(this.#heardByStewardMs, askedAtMs ?? -Infinity))
    this.#heartbeatMs = grant.heartbeatMs
    this.#beat()
  }

  #show (): void {
    if (this.#showSentAtMs === undefined && this.stream !== undefined) {
      this.#showSentAtMs = this.nowMs
      this.#send({ type: 'claim', job: this.#world.job, fingerprint: this.#world.spec.fingerprint, threads: 0, speed: this.#speed(), ...this.holding.show() })
    }
  }

  #wake (): void {
    if (this.#world.ended || this.#leaving || this.#control === 'cancelled') {
      return
    }
    if (!this.#loaded) {
      if (this.holding.queued > 0 && !this.#loading) {
        this.#loading = true
        this.after(this.options.loadMs, () => { this.#loaded = true })
      }
    } else {
      while (this.holding.rendering < this.options.threads && this.holding.queued > 0) {
        const [unit] = this.holding.take(1, this.stream === undefined ? 'steward-away' : 'steward-reachable', this.nowMs)
        if (unit === undefined) {
          break
        }
        this.#start(unit)
      }
    }
    if (this.stream !== undefined && this.#claim === undefined && this.holding.queued === 0 && this.nowMs >= this.#notBeforeMs && this.#control === 'running') {
      this.#claim = { sentAtMs: this.nowMs, state: 'unanswered', behindShow: this.#showSentAtMs !== undefined }
      this.#send({
        type: 'claim', job: this.#world.job, fingerprint: this.#world.spec.fingerprint, threads: this.options.threads, speed: this.#speed(), holding: [], undelivered: []
      })
    }
  }

  #speed (): { fixedMs: number, msPerUnit: number } {
    return { fixedMs: this.#loaded ? 0 : this.options.loadMs, msPerUnit: this.#measured === 0 ? 0 : this.options.unitMs / this.options.threads }
  }

  #start (unit: UnitIndex): void {
    const { holding } = this
    this.#world.started(this, unit)
    if (!this.#reporting) {
      this.#reporting = true
      this.after(REPORT_MS, () => { this.#report() })
    }
    const fails = this.#world.isPoisoned(unit) || this.#random.chance(this.options.failing)
    const token = holding.unit(unit)!.token
    this.after(this.options.unitMs * (0.5 + this.#random.next()), () => {
      if (holding.unit(unit)?.state !== 'rendering') {
        return
      }
      if (fails) {
        this.#world.failures++
        this.#send({ type: 'failed', job: this.#world.job, token: holding.unit(unit)?.token ?? token, unit, reason: 'it failed', log: '' })
        holding.forget(unit)
      } else {
        holding.finish(unit)
        this.#measured++
        this.#deliver(unit)
      }
    })
  }

  #deliver (unit: UnitIndex): void {
    const { holding } = this
    const held = holding.unit(unit)
    if (held?.state !== 'finished') {
      return
    }
    const head: ResultHead = {
      job: this.#world.job,
      unit,
      token: held.token,
      content: contentOf(this.#world.grid),
      bytes: unitBytes(this.#world.grid, unit),
      sha256: '0'.repeat(64),
      phases: { transferMs: 0, loadMs: 0, renderMs: this.options.unitMs }
    }
    const life = this.#life
    this.#world.deliver(this, head, (answer) => {
      this.act(() => {
        if (life === this.#life && holding === this.holding) {
          this.#answered(unit, answer)
        }
      })
    })
  }

  #answered (unit: UnitIndex, answer: ResultAnswer | 'broken'): void {
    if (answer === 'broken' || answer === 'busy') {
      this.after(500, () => { this.#deliver(unit) })
    } else if (answer === 'unknown-token') {
      this.#stalled.push(unit)
      this.#show()
    } else {
      this.holding.forget(unit)
    }
  }

  #report (): void {
    this.#reporting = false
    this.#send({ type: 'started', leases: this.holding.reports() })
  }

  #release (token: Grant['token'], units: readonly UnitIndex[], reason: 'recalled' | 'leaving'): void {
    this.#report()
    this.#send({ type: 'release', job: this.#world.job, token, rects: rectsOf(this.#world.grid, units), reason })
  }

  /** One renewal a heartbeat, also with no lease while a claim stands: its answer tells how old a grant can be. */
  #beat (): void {
    if (this.#beating || this.#heartbeatMs === Infinity) {
      return
    }
    this.#beating = true
    this.after(this.#heartbeatMs, () => {
      this.#beating = false
      const reports = this.holding.reports()
      if (this.stream !== undefined && (reports.length > 0 || this.#claim?.state === 'waiting')) {
        this.#renewals.set(++this.#sequence, { sentAtMs: this.nowMs, reports })
        this.#send({ type: 'renew', sequence: this.#sequence, leases: reports })
      }
      this.#beat()
    })
  }

  #send (message: WorkerMessage): void {
    this.#world.sent(message)
    this.stream?.up(message)
  }
}
