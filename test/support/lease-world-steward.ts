import assert from 'node:assert/strict'
import { compareEpochs } from '../../src/core/epoch.ts'
import { UnitSet, rangesOf } from '../../src/core/ledger.ts'
import { LOSS_GRACE_MS, MAX_LEASE_RECTS, MAX_LEASE_UNITS, MAX_LIVE_COPIES, RACE_EXTRA_SHARE, RACE_EXTRA_UNITS, RELAYED_LOSS_GRACE_MS } from '../../src/core/limits.ts'
import { rectFits, rectUnits, unitsIn } from '../../src/core/rect.ts'
import { Steward } from '../../src/core/steward/steward.ts'
import { ModelStream } from './lease-world-stream.ts'
import type { AccountTotals } from '../../src/core/account.ts'
import type { Epoch } from '../../src/core/epoch.ts'
import type { StewardEffect } from '../../src/core/events.ts'
import type { GrantNumber, PeerId, UnitIndex } from '../../src/core/ids.ts'
import type { ResultAnswer, ResultHead, StewardMessage, WorkerMessage } from '../../src/core/messages.ts'
import type { StewardInit } from '../../src/core/steward/state.ts'
import type { LeaseWorld } from './lease-world.ts'
import type { LeaseStream, LeaseWorldWorker } from './lease-world-worker.ts'
import type { SeededRandom } from './seeded-random.ts'

const TICK_MS = 250

/** What a steward's journal holds, as a naive set of facts. */
interface Journal {
  readonly accepted: Set<UnitIndex>
  readonly parked: Set<UnitIndex>
  readonly out: Map<UnitIndex, PeerId>
  totals: AccountTotals | undefined
}

/** What a steward of the model is like. */
export interface ModelStewardOptions {
  readonly peer: PeerId
  /** How fast its clock runs. */
  readonly rate: number
  /** The requester's completion ends the job. */
  readonly role: 'requester' | 'stand-in'
}

/**
 * A peer that stewards the job of a {@link LeaseWorld}: the real {@link Steward}, a journal, and the ends of its workers' streams. Checks the rules
 * of its stewardship against a naive account of its own.
 */
export class ModelSteward {
  readonly options: ModelStewardOptions
  steward: Steward | undefined
  epoch: Epoch
  completions = 0
  readonly #world: LeaseWorld
  readonly #random: SeededRandom
  readonly #channels = new Map<PeerId, LeaseStream>()
  readonly #journal: Journal = { accepted: new Set(), parked: new Set(), out: new Map(), totals: undefined }
  readonly #storing = new Map<UnitIndex, ((answer: ResultAnswer) => void)[]>()
  /** Counts what begins and what ends its stewardships. */
  life = 0
  #lastGrant: GrantNumber = 0
  /** Units of which there may be two copies: they were raced, or taken away for a result elsewhere and then lost. */
  #copied = new Set<UnitIndex>()
  #shownFinished = new Set<string>()
  /** What workers say while it doubts that it stewards the job. */
  #held: (() => void)[] | undefined

  constructor (options: ModelStewardOptions, world: LeaseWorld, random: SeededRandom) {
    this.options = options
    this.#world = world
    this.#random = random
    this.epoch = { round: 0, peer: options.peer, instance: 0 }
  }

  get accepted (): ReadonlySet<UnitIndex> {
    return this.#journal.accepted
  }

  get parked (): ReadonlySet<UnitIndex> {
    return this.#journal.parked
  }

  /** Its accepted units, apart from what happens to them. */
  snapshot (): UnitSet {
    return this.#world.setOf(this.#journal.accepted)
  }

  /** Begins a stewardship of this round, knowing what its journal holds. */
  begin (round: number, more: Pick<StewardInit, 'elsewhere' | 'hearing'> = {}): void {
    const life = ++this.life
    if (more.hearing === 'everyone') {
      // What others have, they show; who had it is not known.
      this.#journal.out.clear()
    }
    const { accepted, parked, out, totals } = this.#journal
    this.epoch = { round, peer: this.options.peer, instance: life }
    this.#world.used(this.epoch)
    this.#lastGrant = 0
    // A life that ended between the last unit and the pictures is followed by one that says so again.
    this.completions = 0
    this.#copied = new Set()
    this.#shownFinished = new Set()
    this.steward = new Steward({
      job: this.#world.job,
      spec: this.#world.spec,
      epoch: this.epoch,
      control: this.#world.controlState,
      nowMs: this.#nowMs,
      accepted: rangesOf(accepted),
      parked: [...parked].filter((unit) => !accepted.has(unit)),
      out: new Map(out),
      ...(totals === undefined ? {} : { totals }),
      ...more
    })
    for (const unit of more.elsewhere?.values() ?? []) {
      this.#journal.parked.delete(unit)
    }
    this.#perform(this.steward.begin())
    const tick = (): void => {
      if (life === this.life && this.steward !== undefined) {
        this.#perform(this.steward.tick(this.#nowMs))
        this.#world.timeline.after(TICK_MS, tick)
      }
    }
    this.#world.timeline.after(TICK_MS, tick)
  }

  /** Its peer goes down, or steps down: nobody hears of it here any more. */
  stop (): void {
    this.life++
    this.#held = undefined
    if (this.steward !== undefined) {
      this.#journal.totals = this.steward.view.account.totals()
      this.steward = undefined
      this.#storing.clear()
      this.#channels.clear()
    }
  }

  /** Puts into its journal what others accepted, before it begins. */
  unite (accepted: Iterable<UnitIndex>): void {
    for (const unit of accepted) {
      this.#journal.accepted.add(unit)
    }
  }

  learnAccepted (units: UnitSet): void {
    this.unite(units.values())
    this.#perform(this.steward?.learnAccepted(units, this.#nowMs) ?? [])
  }

  learnElsewhere (units: UnitSet): void {
    if (this.steward === undefined || this.steward.view.completed) {
      return
    }
    for (const unit of units.values()) {
      if (this.steward.view.ledger.stateOf(unit) === 'leased') {
        this.#copied.add(unit)
      }
      this.#journal.parked.delete(unit)
      this.#journal.out.delete(unit)
    }
    this.#perform(this.steward.learnElsewhere(units, this.#nowMs))
  }

  /** Nobody has the results of these units any more. */
  lost (units: readonly UnitIndex[]): void {
    this.#world.counts.lost += units.length
    this.#perform(this.steward?.lost(units, this.#nowMs) ?? [])
  }

  /** A result that was kept by others arrives. */
  collect (unit: UnitIndex): void {
    if (this.steward !== undefined && !this.#storing.has(unit)) {
      this.#journal.accepted.add(unit)
      this.#journal.out.delete(unit)
      const result = { unit, worker: 'custodian', bytes: 1_024, phases: { transferMs: 0, loadMs: 0, renderMs: 100 } }
      this.#perform(this.steward.collected(result, this.#nowMs))
    }
  }

  /** A worker opens a lease stream; undefined when this steward is down. */
  open (worker: LeaseWorldWorker): LeaseStream | undefined {
    if (this.steward === undefined) {
      return undefined
    }
    const stream: LeaseStream = new ModelStream<WorkerMessage, StewardMessage>(this.#world.timeline, this.#random, {
      up: (message) => { this.#heard(worker, stream, message) },
      down: (message) => { worker.act(() => { worker.hear(stream, message) }) }
    })
    this.#channels.set(worker.peer, stream)
    this.#perform(this.steward.connected(worker.peer, this.#nowMs))
    this.#tellControl(worker.peer)
    return stream
  }

  /** It finds out that a stream is broken. */
  noticeBroken (peer: PeerId, stream: LeaseStream): void {
    if (this.steward !== undefined && this.#channels.get(peer) === stream) {
      this.#channels.delete(peer)
      this.#perform(this.steward.disconnected(peer, this.#random.chance(0.2) ? RELAYED_LOSS_GRACE_MS : LOSS_GRACE_MS, this.#nowMs))
    }
  }

  /** It slept, and holds what workers say back until it trusts itself again. */
  doubt (forMs: number): void {
    if (this.steward === undefined || this.#held !== undefined) {
      return
    }
    const { life } = this
    const held: (() => void)[] = []
    this.#held = held
    this.steward.doubt(this.#nowMs + forMs * this.options.rate, this.#nowMs)
    this.#world.timeline.after(forMs, () => {
      if (life === this.life) {
        this.#held = undefined
        this.#perform(this.steward?.trust(this.#nowMs) ?? [])
        held.forEach((run) => { run() })
      }
    })
  }

  control (): void {
    if (this.steward !== undefined) {
      this.#perform(this.steward.control(this.#world.controlState, this.#nowMs))
    }
    for (const peer of this.#channels.keys()) {
      this.#tellControl(peer)
    }
  }

  /** A result arrives, first its head. */
  offer (from: PeerId, head: ResultHead, answer: (answer: ResultAnswer | 'broken') => void): void {
    const verdict = this.#held === undefined ? this.steward?.judge(from, head) ?? 'broken' : 'busy'
    if (verdict !== 'take') {
      answer(verdict)
      return
    }
    this.#world.timeline.after(this.#random.int(0, 30), () => { this.#take(from, head, answer) })
  }

  /** Whether this steward and a worker hear each other. */
  isReached (worker: LeaseWorldWorker): boolean {
    const { stream } = worker
    return stream !== undefined && !stream.broken && this.#channels.get(worker.peer) === stream && !worker.frozen
  }

  /** A worker that it reaches begins to render a unit. */
  started (worker: LeaseWorldWorker, unit: UnitIndex): void {
    if (this.steward !== undefined && this.isReached(worker) && !this.#copied.has(unit)) {
      const { holders, leases } = this.steward.view
      const others = (holders.get(unit) ?? []).map((grant) => leases.get(grant)!.worker)
      assert.ok(others.length === 0 || others.includes(worker.peer), `S6: ${worker.peer} begins unit ${unit} that ${others.join()} has`)
    }
  }

  /** Every rule of this stewardship that can be checked at any moment. */
  check (): void {
    if (this.steward === undefined) {
      return
    }
    const { grid } = this.#world
    const { ledger, holders, leases, workers, account, past, elsewhere, withheld } = this.steward.view
    const counts = { open: 0, leased: 0, accepted: 0, parked: 0 }
    const digest = new UnitSet(grid.units)
    for (let unit = 0; unit < grid.units; unit++) {
      const state = ledger.stateOf(unit)
      counts[state]++
      const grants = holders.get(unit) ?? []
      assert.equal(state === 'leased', grants.length > 0, `unit ${unit} is ${state} and has ${grants.length} holders`)
      assert.equal(state === 'accepted', this.#journal.accepted.has(unit), `S2: unit ${unit} is ${state}`)
      assert.ok(!elsewhere.has(unit) || (state === 'open' && !withheld.has(unit)), `unit ${unit} is elsewhere and ${state}`)
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
    assert.ok(account.raced <= Math.floor(grid.units * RACE_EXTRA_SHARE) + RACE_EXTRA_UNITS, 'B1: too many races')
    assert.equal(this.completions > 0, counts.open + counts.leased === 0)
  }

  get #nowMs (): number {
    return this.#world.timeline.nowMs * this.options.rate
  }

  #heard (worker: LeaseWorldWorker, stream: LeaseStream, message: WorkerMessage): void {
    const { steward } = this
    if (this.#held !== undefined) {
      this.#held.push(() => { this.#heard(worker, stream, message) })
      return
    }
    if (steward === undefined || this.#channels.get(worker.peer) !== stream) {
      return
    }
    switch (message.type) {
      case 'claim':
        for (const unit of unitsIn(this.#world.grid, message.undelivered)) {
          this.#shownFinished.add(`${worker.peer} ${unit}`)
        }
        return this.#perform(steward.claim(worker.peer, message, this.#nowMs))
      case 'renew': {
        const { effects, live, accepted } = steward.renew(worker.peer, message.leases, this.#nowMs)
        this.#perform(effects)
        this.#send(worker.peer, { type: 'renewed', sequence: message.sequence, live, accepted: [{ job: this.#world.job, ranges: accepted }] })
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
    const life = this.life
    this.#storing.set(head.unit, [])
    this.#world.timeline.after(this.#random.int(0, 20), () => {
      const waiting = life === this.life ? this.#storing.get(head.unit) : undefined
      if (this.steward === undefined || waiting === undefined) {
        answer('broken')
        return
      }
      this.#storing.delete(head.unit)
      if (this.#journal.accepted.has(head.unit)) {
        // Another stewardship's was heard of while this one was being written.
        assert.equal(this.options.role, 'stand-in', `S2: unit ${head.unit} is accepted twice`)
        answer('duplicate')
      } else {
        this.#journal.accepted.add(head.unit)
        this.#journal.out.delete(head.unit)
        this.#perform(this.steward.accept(head, { unit: head.unit, worker: from, bytes: head.bytes, phases: head.phases }, this.#nowMs))
        answer('accepted')
      }
      waiting.forEach((twin) => { twin('duplicate') })
    })
  }

  #send (to: PeerId, message: StewardMessage): void {
    this.#world.counts.messages++
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
          if (this.options.role === 'requester') {
            this.#world.ended = true
          }
          break
        case 'started':
      }
    }
  }

  #note ({ unit, state }: StewardEffect & { type: 'unit' }): void {
    if (state === 'lapsed' || state === 'failed' || state === 'raced') {
      this.#world.counts[state]++
    }
    if (state === 'raced') {
      this.#copied.add(unit)
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
    this.#world.counts.grants++
    assert.ok(rects.length > 0 && rects.length <= MAX_LEASE_RECTS)
    assert.ok(rects.every((rect) => rectFits(this.#world.grid, rect)), 'S5: units that the job does not have')
    assert.ok(rects.reduce((sum, rect) => sum + rectUnits(rect), 0) <= MAX_LEASE_UNITS)
    assert.notEqual(this.#world.controlState, 'cancelled', 'S4: nothing is granted of a cancelled job')
    for (const unit of unitsIn(this.#world.grid, rects)) {
      assert.ok(this.steward?.view.elsewhere.has(unit) !== true, `S2: unit ${unit} is granted although others have its result`)
      this.#journal.out.set(unit, to)
      if (this.#copied.has(unit) || this.#shownFinished.has(`${to} ${unit}`)) {
        continue
      }
      for (const other of this.#world.workers) {
        const believes = other.peer !== to && this.isReached(other) && compareEpochs(other.epoch, this.epoch) === 0 && other.believesIn(unit)
        assert.ok(!believes, `S6: unit ${unit} is granted to ${to} while ${other.peer} believes it has it`)
      }
    }
  }

  /** What the farm's desk does at once, and digest exchange on every connect. */
  #tellControl (peer: PeerId): void {
    const none = new Uint8Array()
    const control = { job: this.#world.job, sequence: 1, state: this.#world.controlState, priority: 0 }
    this.#send(peer, { type: 'control', control: { control, bytes: none, signature: none } })
  }

  #checkCopies (unit: UnitIndex, grants: readonly GrantNumber[]): void {
    const leases = this.steward!.view.leases
    const peers = grants.map((grant) => leases.get(grant)!.worker)
    assert.equal(new Set(peers).size, peers.length, `S6: one worker has unit ${unit} twice`)
    const shown = peers.filter((peer) => this.#shownFinished.has(`${peer} ${unit}`)).length
    const most = (this.#copied.has(unit) ? MAX_LIVE_COPIES : 1) + shown
    assert.ok(grants.length <= most, `S6: unit ${unit} has ${grants.length} live copies, of them ${shown} finished ones`)
  }
}
