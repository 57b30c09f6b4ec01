import assert from 'node:assert/strict'
import { UnitSet, rangesOf } from '../../src/core/ledger.ts'
import { LOSS_GRACE_MS, MAX_LEASE_RECTS, MAX_LEASE_UNITS, MAX_LIVE_COPIES, RACE_EXTRA_SHARE, RACE_EXTRA_UNITS, RELAYED_LOSS_GRACE_MS } from '../../src/core/limits.ts'
import { rectFits, rectUnits, unitsIn } from '../../src/core/rect.ts'
import { Steward } from '../../src/core/steward/steward.ts'
import { gridOf } from '../../src/core/units.ts'
import { ModelStream } from './lease-world-stream.ts'
import { LeaseWorldWorker } from './lease-world-worker.ts'
import { Timeline } from './timeline.ts'
import type { AccountTotals } from '../../src/core/account.ts'
import type { StewardEffect } from '../../src/core/events.ts'
import type { GrantNumber, PeerId, UnitIndex } from '../../src/core/ids.ts'
import type { JobSpec, JobState } from '../../src/core/job.ts'
import type { ResultAnswer, ResultHead, StewardMessage, WorkerMessage } from '../../src/core/messages.ts'
import type { StewardInit } from '../../src/core/steward/state.ts'
import type { LeaseStream, LeaseWorldWorkerOptions } from './lease-world-worker.ts'
import type { SeededRandom } from './seeded-random.ts'

const TICK_MS = 250

/** What the steward's journal holds, as a naive set of facts. */
interface Journal {
  readonly accepted: Set<UnitIndex>
  readonly parked: Set<UnitIndex>
  readonly out: Map<UnitIndex, PeerId>
  totals: AccountTotals | undefined
}

/**
 * One job in a small world without pixels: the real {@link Steward}, workers with the real `Holding`, streams with delays that break, a journal.
 * After everything that happens it checks the rules of the lease protocol (S2, S3, S6, B1) against a naive account of its own.
 */
export class LeaseWorld {
  readonly job = 'a'.repeat(64)
  readonly spec: JobSpec
  readonly grid
  readonly timeline = new Timeline()
  readonly workers: LeaseWorldWorker[] = []
  readonly poisoned: ReadonlySet<UnitIndex>
  steward: Steward | undefined
  /** Whether the job is complete. */
  ended = false
  completions = 0
  executions = 0
  /** Renders that failed, whether or not the steward heard of it. */
  failures = 0
  /** What the steward said happened, over all its lives. */
  readonly counts = { lapsed: 0, failed: 0, raced: 0, messages: 0, grants: 0 }
  readonly #random: SeededRandom
  readonly #stewardRate: number
  readonly #channels = new Map<PeerId, LeaseStream>()
  readonly #workerOfStream = new Map<LeaseStream, LeaseWorldWorker>()
  readonly #journal: Journal = { accepted: new Set(), parked: new Set(), out: new Map(), totals: undefined }
  readonly #storing = new Map<UnitIndex, ((answer: ResultAnswer) => void)[]>()
  #life = 0
  #lastGrant: GrantNumber = 0
  #raced = new Set<UnitIndex>()
  #shownFinished = new Set<string>()
  #control: JobState = 'running'

  constructor (spec: JobSpec, random: SeededRandom, options: { readonly stewardRate?: number, readonly poisoned?: Iterable<UnitIndex> } = {}) {
    this.spec = spec
    this.grid = gridOf(spec)
    this.#random = random
    this.#stewardRate = options.stewardRate ?? 1
    this.poisoned = new Set(options.poisoned)
    this.#begin({})
  }

  get accepted (): ReadonlySet<UnitIndex> {
    return this.#journal.accepted
  }

  get parked (): ReadonlySet<UnitIndex> {
    return this.#journal.parked
  }

  /** Most executions that rule B1 allows so far. */
  get allowedExecutions (): number {
    const { lapsed, raced } = this.counts
    return this.grid.units + lapsed + this.failures + raced
  }

  addWorker (options: LeaseWorldWorkerOptions): LeaseWorldWorker {
    const worker = new LeaseWorldWorker(options, this, this.#random.fork())
    this.workers.push(worker)
    worker.connect(this.#random.int(0, 500))
    return worker
  }

  /** Lets time pass, checking the rules after everything that happens, until the job ends or the time is over. */
  run (forMs: number): void {
    const untilMs = this.timeline.nowMs + forMs
    while (!this.ended && this.timeline.step(untilMs)) {
      this.check()
    }
    if (!this.ended) {
      this.timeline.nowMs = untilMs
    }
  }

  /** Lets time pass although the job has ended. */
  runOn (forMs: number): void {
    const untilMs = this.timeline.nowMs + forMs
    while (this.timeline.step(untilMs)) {
      this.check()
    }
  }

  isPoisoned (unit: UnitIndex): boolean {
    return this.poisoned.has(unit)
  }

  /** A worker has begun to render a unit. */
  started (worker: LeaseWorldWorker, unit: UnitIndex): void {
    this.executions++
    assert.ok(unit >= 0 && unit < this.grid.units, `S5: ${worker.peer} renders a unit that the job does not have`)
    if (this.steward !== undefined && this.#isReached(worker) && !this.#raced.has(unit)) {
      const { holders, leases } = this.steward.view
      const others = (holders.get(unit) ?? []).map((grant) => leases.get(grant)!.worker)
      assert.ok(others.length === 0 || others.includes(worker.peer), `S6: ${worker.peer} begins unit ${unit} that ${others.join()} has`)
    }
  }

  sent (_message: WorkerMessage): void {
    this.counts.messages++
  }

  /** A worker opens a lease stream; undefined when the steward is down. */
  open (worker: LeaseWorldWorker): LeaseStream | undefined {
    if (this.steward === undefined) {
      return undefined
    }
    const stream: LeaseStream = new ModelStream<WorkerMessage, StewardMessage>(this.timeline, this.#random, {
      up: (message) => { this.#heard(worker, stream, message) },
      down: (message) => { worker.act(() => { worker.hear(stream, message) }) }
    })
    this.#channels.set(worker.peer, stream)
    this.#workerOfStream.set(stream, worker)
    this.#perform(this.steward.connected(worker.peer, this.#nowMs))
    this.#tellControl(worker.peer)
    return stream
  }

  /** A stream breaks: what is under way is lost, and both ends find out, each in its own time. */
  break (worker: LeaseWorldWorker, noticeMs: { readonly worker: number, readonly steward: number }): void {
    const { stream } = worker
    if (stream === undefined) {
      return
    }
    stream.broken = true
    this.timeline.after(noticeMs.worker, () => { worker.act(() => { worker.noticeBroken(stream) }) })
    this.timeline.after(noticeMs.steward, () => { this.#closed(worker.peer, stream) })
  }

  /** The steward's peer goes down and comes up again, knowing what its journal holds. */
  restart (downMs: number): void {
    if (this.steward === undefined) {
      return
    }
    this.#life++
    this.#journal.totals = this.steward.view.account.totals()
    this.steward = undefined
    this.#storing.clear()
    this.#channels.clear()
    for (const worker of this.workers) {
      this.break(worker, { worker: this.#random.int(0, 1_000), steward: 0 })
    }
    this.timeline.after(downMs, () => {
      const { accepted, parked, out, totals } = this.#journal
      this.#begin({
        accepted: rangesOf(accepted),
        parked: [...parked].filter((unit) => !accepted.has(unit)),
        out: new Map(out),
        ...(totals === undefined ? {} : { totals })
      })
    })
  }

  control (state: JobState): void {
    this.#control = state
    if (this.steward !== undefined) {
      this.#perform(this.steward.control(state, this.#nowMs))
    }
    for (const { peer } of this.workers) {
      this.#tellControl(peer)
    }
  }

  /** A result on its way; streams of results are none of the lease streams, and break on their own. */
  deliver (from: PeerId, head: ResultHead, answered: (answer: ResultAnswer | 'broken') => void): void {
    const delayMs = (): number => this.#random.next() * (this.#random.chance(0.1) ? 3_000 : 80)
    const fate = this.#random.next()
    const answer = (what: ResultAnswer | 'broken'): void => {
      this.timeline.after(delayMs(), () => { answered(fate < 0.03 ? 'broken' : what) })
    }
    if (fate > 0.97) {
      answer('broken')
      return
    }
    this.timeline.after(delayMs(), () => {
      const verdict = this.steward?.judge(from, head) ?? 'broken'
      if (verdict !== 'take') {
        answer(verdict)
        return
      }
      this.timeline.after(this.#random.int(0, 30), () => { this.#take(from, head, answer) })
    })
  }

  /** Every rule that can be checked at any moment. */
  check (): void {
    assert.ok(this.executions <= this.allowedExecutions, `B1: ${this.executions} executions, ${this.allowedExecutions} allowed: ${JSON.stringify(this.counts)}`)
    if (this.steward === undefined) {
      return
    }
    const { ledger, holders, leases, workers, account, past } = this.steward.view
    const counts = { open: 0, leased: 0, accepted: 0, parked: 0 }
    const digest = new UnitSet(this.grid.units)
    for (let unit = 0; unit < this.grid.units; unit++) {
      const state = ledger.stateOf(unit)
      counts[state]++
      const grants = holders.get(unit) ?? []
      assert.equal(state === 'leased', grants.length > 0, `unit ${unit} is ${state} and has ${grants.length} holders`)
      assert.equal(state === 'accepted', this.#journal.accepted.has(unit), `S2: unit ${unit} is ${state}`)
      assert.ok(grants.every((grant) => leases.get(grant)?.remaining.has(unit) === true))
      if (state === 'accepted') {
        digest.add(unit)
      }
      if (grants.length > 1) {
        this.#checkCopies(unit, grants)
      }
    }
    for (const state of ['open', 'leased', 'accepted', 'parked'] as const) {
      assert.equal(ledger.count(state), counts[state])
    }
    assert.equal(ledger.digest, digest.digest)
    for (const lease of leases.values()) {
      assert.ok(lease.remaining.size > 0, `grant ${lease.grant} lives without units`)
      assert.ok([...lease.remaining].every((unit) => holders.get(unit)?.includes(lease.grant) === true))
      assert.ok(workers.get(lease.worker)?.grants.has(lease.grant) === true)
      assert.ok(!past.has(lease.grant))
    }
    for (const worker of workers.values()) {
      assert.ok([...worker.grants].every((grant) => leases.get(grant)?.worker === worker.peer))
      assert.ok([...worker.unshown].every((grant) => worker.grants.has(grant)))
    }
    assert.ok(account.raced <= Math.floor(this.grid.units * RACE_EXTRA_SHARE) + RACE_EXTRA_UNITS, 'B1: too many races')
    assert.equal(this.completions > 0, counts.open + counts.leased === 0)
  }

  get #nowMs (): number {
    return this.timeline.nowMs * this.#stewardRate
  }

  #begin (restored: Partial<StewardInit>): void {
    const life = this.#life
    this.#lastGrant = 0
    // A life that ended between the last unit and the pictures is followed by one that says so again.
    this.completions = 0
    this.#raced = new Set()
    this.#shownFinished = new Set()
    this.steward = new Steward({
      job: this.job,
      spec: this.spec,
      epoch: { round: 1, peer: 'steward', instance: life },
      control: this.#control,
      nowMs: this.#nowMs,
      ...restored
    })
    this.#perform(this.steward.begin())
    const tick = (): void => {
      if (life === this.#life && this.steward !== undefined) {
        this.#perform(this.steward.tick(this.#nowMs))
        this.timeline.after(TICK_MS, tick)
      }
    }
    this.timeline.after(TICK_MS, tick)
  }

  #closed (peer: PeerId, stream: LeaseStream): void {
    if (this.steward !== undefined && this.#channels.get(peer) === stream) {
      this.#channels.delete(peer)
      this.#perform(this.steward.disconnected(peer, this.#random.chance(0.2) ? RELAYED_LOSS_GRACE_MS : LOSS_GRACE_MS, this.#nowMs))
    }
  }

  #heard (worker: LeaseWorldWorker, stream: LeaseStream, message: WorkerMessage): void {
    const { steward } = this
    if (steward === undefined || this.#channels.get(worker.peer) !== stream) {
      return
    }
    switch (message.type) {
      case 'claim':
        for (const unit of unitsIn(this.grid, message.undelivered)) {
          this.#shownFinished.add(`${worker.peer} ${unit}`)
        }
        return this.#perform(steward.claim(worker.peer, message, this.#nowMs))
      case 'renew': {
        const { effects, live, accepted } = steward.renew(worker.peer, message.leases, this.#nowMs)
        this.#perform(effects)
        this.#send(worker.peer, { type: 'renewed', sequence: message.sequence, live, accepted: [{ job: this.job, ranges: accepted }] })
        return
      }
      case 'started': return this.#perform(steward.started(worker.peer, message.leases, this.#nowMs))
      case 'failed': return this.#perform(steward.failed(worker.peer, message, this.#nowMs))
      case 'release': return this.#perform(steward.release(worker.peer, message, this.#nowMs))
      case 'stale':
    }
  }

  /** As the farm's intake: two copies that arrive together wait for the same disk. */
  #take (from: PeerId, head: ResultHead, answer: (answer: ResultAnswer | 'broken') => void): void {
    const twins = this.#storing.get(head.unit)
    if (twins !== undefined) {
      twins.push(answer)
      return
    }
    const verdict = this.steward?.judge(from, head) ?? 'broken'
    if (verdict !== 'take') {
      answer(verdict)
      return
    }
    const life = this.#life
    this.#storing.set(head.unit, [])
    this.timeline.after(this.#random.int(0, 20), () => {
      const waiting = life === this.#life ? this.#storing.get(head.unit) : undefined
      if (this.steward === undefined || waiting === undefined) {
        answer('broken')
        return
      }
      this.#storing.delete(head.unit)
      assert.ok(!this.#journal.accepted.has(head.unit), `S2: unit ${head.unit} is accepted twice`)
      this.#journal.accepted.add(head.unit)
      this.#journal.out.delete(head.unit)
      this.#perform(this.steward.accept(head, { unit: head.unit, worker: from, bytes: head.bytes, phases: head.phases }, this.#nowMs))
      answer('accepted')
      waiting.forEach((twin) => { twin('duplicate') })
    })
  }

  #send (to: PeerId, message: StewardMessage): void {
    this.counts.messages++
    this.#channels.get(to)?.down(message)
  }

  #perform (effects: readonly StewardEffect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'send':
          this.#send(effect.to, effect.message)
          break
        case 'granted':
          this.#checkGrant(effect)
          break
        case 'unit':
          this.#note(effect)
          break
        case 'complete':
          this.completions++
          assert.equal(this.completions, 1, 'a life says once that the job is complete')
          this.ended = true
          break
        case 'started':
      }
    }
  }

  #note ({ unit, state }: StewardEffect & { type: 'unit' }): void {
    if (state === 'lapsed' || state === 'failed' || state === 'raced') {
      this.counts[state]++
    }
    if (state === 'raced') {
      this.#raced.add(unit)
    } else if (state === 'lapsed' || state === 'failed') {
      this.#journal.out.delete(unit)
    } else if (state === 'parked') {
      this.#journal.parked.add(unit)
      this.#journal.out.delete(unit)
    }
  }

  #checkGrant ({ grant, worker: to, rects }: StewardEffect & { type: 'granted' }): void {
    assert.ok(grant > this.#lastGrant, `S3: grant ${grant} follows ${this.#lastGrant}`)
    this.#lastGrant = grant
    this.counts.grants++
    assert.ok(rects.length > 0 && rects.length <= MAX_LEASE_RECTS)
    assert.ok(rects.every((rect) => rectFits(this.grid, rect)), 'S5: units that the job does not have')
    assert.ok(rects.reduce((sum, rect) => sum + rectUnits(rect), 0) <= MAX_LEASE_UNITS)
    assert.notEqual(this.#control, 'cancelled', 'S4: nothing is granted of a cancelled job')
    for (const unit of unitsIn(this.grid, rects)) {
      this.#journal.out.set(unit, to)
      if (this.#raced.has(unit) || this.#shownFinished.has(`${to} ${unit}`)) {
        continue
      }
      for (const other of this.workers) {
        assert.ok(other.peer === to || !this.#isReached(other) || !other.believesIn(unit), `S6: unit ${unit} is granted to ${to} while ${other.peer} believes it has it`)
      }
    }
  }

  /** What the farm's desk does at once, and digest exchange on every connect. */
  #tellControl (peer: PeerId): void {
    const none = new Uint8Array()
    this.#send(peer, { type: 'control', control: { control: { job: this.job, sequence: 1, state: this.#control, priority: 0 }, bytes: none, signature: none } })
  }

  /** Whether a worker and the steward hear each other. */
  #isReached (worker: LeaseWorldWorker): boolean {
    const { stream } = worker
    return stream !== undefined && !stream.broken && this.#channels.get(worker.peer) === stream && !worker.frozen
  }

  #checkCopies (unit: UnitIndex, grants: readonly GrantNumber[]): void {
    const leases = this.steward!.view.leases
    const peers = grants.map((grant) => leases.get(grant)!.worker)
    assert.equal(new Set(peers).size, peers.length, `S6: one worker has unit ${unit} twice`)
    const shown = peers.filter((peer) => this.#shownFinished.has(`${peer} ${unit}`)).length
    const most = (this.#raced.has(unit) ? MAX_LIVE_COPIES : 1) + shown
    assert.ok(grants.length <= most, `S6: unit ${unit} has ${grants.length} live copies, of them ${shown} finished ones`)
  }
}
