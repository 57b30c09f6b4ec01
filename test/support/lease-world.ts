import assert from 'node:assert/strict'
import { compareEpochs } from '../../src/core/epoch.ts'
import { UnitSet } from '../../src/core/ledger.ts'
import { gridOf } from '../../src/core/units.ts'
import { ModelSteward } from './lease-world-steward.ts'
import { LeaseWorldWorker } from './lease-world-worker.ts'
import { Timeline } from './timeline.ts'
import type { Epoch } from '../../src/core/epoch.ts'
import type { PeerId, UnitIndex } from '../../src/core/ids.ts'
import type { JobSpec, JobState } from '../../src/core/job.ts'
import type { ResultAnswer, ResultHead, WorkerMessage } from '../../src/core/messages.ts'
import type { Steward } from '../../src/core/steward/steward.ts'
import type { LeaseStream, LeaseWorldWorkerOptions } from './lease-world-worker.ts'
import type { SeededRandom } from './seeded-random.ts'

/**
 * One job in a small world without pixels: peers that steward it, workers with the real `Holding`, streams with delays that break, journals.
 * After everything that happens it checks the rules of the lease protocol (S2, S3, S4, S6, B1) against a naive account of its own.
 */
export class LeaseWorld {
  readonly job = 'a'.repeat(64)
  readonly spec: JobSpec
  readonly grid
  readonly timeline = new Timeline()
  readonly workers: LeaseWorldWorker[] = []
  readonly poisoned: ReadonlySet<UnitIndex>
  readonly requester: ModelSteward
  readonly stewards: ModelSteward[] = []
  /** Whether the requester says that the job is complete. */
  ended = false
  executions = 0
  /** Renders that failed, whether or not a steward heard of it. */
  failures = 0
  /** What stewards said happened, over all their lives; units that were found to be nowhere. */
  readonly counts = { lapsed: 0, failed: 0, raced: 0, lost: 0, messages: 0, grants: 0 }
  controlState: JobState = 'running'
  readonly #random: SeededRandom
  readonly #epochs = new Set<string>()
  /** Under the leases of which stewardships each unit was begun: what two of them have rendered is the price of a split. */
  readonly #begunUnder = new Map<UnitIndex, Set<string>>()
  #crossed = 0

  constructor (spec: JobSpec, random: SeededRandom, options: { readonly stewardRate?: number, readonly poisoned?: Iterable<UnitIndex> } = {}) {
    this.spec = spec
    this.grid = gridOf(spec)
    this.#random = random
    this.poisoned = new Set(options.poisoned)
    this.requester = this.addSteward('requester', options.stewardRate ?? 1)
    this.requester.begin(1)
  }

  /** The requester's steward. */
  get steward (): Steward | undefined {
    return this.requester.steward
  }

  get accepted (): ReadonlySet<UnitIndex> {
    return this.requester.accepted
  }

  get parked (): ReadonlySet<UnitIndex> {
    return this.requester.parked
  }

  /** Most executions that rule B1 allows so far. */
  get allowedExecutions (): number {
    const { lapsed, raced, lost } = this.counts
    return this.grid.units + lapsed + this.failures + raced + lost + this.#crossed
  }

  /** A peer that may steward the job; it does nothing before it is told to begin. */
  addSteward (peer: PeerId, rate: number): ModelSteward {
    const steward = new ModelSteward({ peer, rate, role: peer === 'requester' ? 'requester' : 'stand-in' }, this, this.#random.fork())
    this.stewards.push(steward)
    return steward
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

  setOf (units: Iterable<UnitIndex>): UnitSet {
    const set = new UnitSet(this.grid.units)
    for (const unit of units) {
      set.add(unit)
    }
    return set
  }

  /** A stewardship begins. */
  used ({ round, peer, instance }: Epoch): void {
    const key = `${round} ${peer} ${instance}`
    assert.ok(!this.#epochs.has(key), `S3: the epoch ${key} is used twice`)
    this.#epochs.add(key)
  }

  /** A worker has begun to render a unit. */
  started (worker: LeaseWorldWorker, unit: UnitIndex): void {
    this.executions++
    assert.ok(unit >= 0 && unit < this.grid.units, `S5: ${worker.peer} renders a unit that the job does not have`)
    const { round, peer } = worker.holding.unit(unit)!.token.epoch
    const stewardship = `${round} ${peer}`
    const under = this.#begunUnder.get(unit) ?? new Set()
    this.#crossed += under.size > 0 && !under.has(stewardship) ? 1 : 0
    this.#begunUnder.set(unit, under.add(stewardship))
    worker.side.started(worker, unit)
  }

  sent (_message: WorkerMessage): void {
    this.counts.messages++
  }

  /** A worker opens a lease stream to the steward it reaches; undefined when there is none, or when it has obeyed a higher one. */
  open (worker: LeaseWorldWorker): LeaseStream | undefined {
    const { side } = worker
    if (compareEpochs(side.epoch, worker.epoch) < 0) {
      return undefined
    }
    const stream = side.open(worker)
    if (stream !== undefined) {
      worker.epoch = side.epoch
    }
    return stream
  }

  /** A stream breaks: what is under way is lost, and both ends find out, each in its own time. */
  break (worker: LeaseWorldWorker, noticeMs: { readonly worker: number, readonly steward: number }): void {
    const { stream, side } = worker
    if (stream === undefined) {
      return
    }
    stream.broken = true
    this.timeline.after(noticeMs.worker, () => { worker.act(() => { worker.noticeBroken(stream) }) })
    this.timeline.after(noticeMs.steward, () => { side.noticeBroken(worker.peer, stream) })
  }

  /** A worker reaches another steward from now on, and no longer the one it reached. */
  move (worker: LeaseWorldWorker, to: ModelSteward): void {
    this.break(worker, { worker: this.#random.int(0, 500), steward: this.#random.int(0, 3_000) })
    worker.side = to
  }

  /** A steward's peer goes down or steps down: its workers find out, each in its own time. */
  stop (steward: ModelSteward): void {
    steward.stop()
    for (const worker of this.workers.filter(({ side }) => side === steward)) {
      this.break(worker, { worker: this.#random.int(0, 1_000), steward: 0 })
    }
  }

  /** The requester's peer goes down and comes up again, knowing what its journal holds. */
  restart (downMs: number): void {
    if (this.steward !== undefined) {
      const { round } = this.requester.epoch
      this.stop(this.requester)
      const { life } = this.requester
      this.timeline.after(downMs, () => {
        if (this.requester.life === life) {
          this.requester.begin(round)
        }
      })
    }
  }

  control (state: JobState): void {
    this.controlState = state
    for (const steward of this.stewards) {
      steward.control()
    }
  }

  /** A result on its way; streams of results are none of the lease streams, and break on their own. */
  deliver (worker: LeaseWorldWorker, head: ResultHead, answered: (answer: ResultAnswer | 'broken') => void): void {
    const delayMs = (): number => this.#random.next() * (this.#random.chance(0.1) ? 3_000 : 80)
    const fate = this.#random.next()
    const answer = (what: ResultAnswer | 'broken'): void => {
      this.timeline.after(delayMs(), () => { answered(fate < 0.03 ? 'broken' : what) })
    }
    if (fate > 0.97) {
      answer('broken')
      return
    }
    const { side } = worker
    this.timeline.after(delayMs(), () => { side.offer(worker.peer, head, answer) })
  }

  /** Every rule that can be checked at any moment. */
  check (): void {
    assert.ok(this.executions <= this.allowedExecutions, `B1: ${this.executions} executions, ${this.allowedExecutions} allowed: ${JSON.stringify(this.counts)}`)
    for (const steward of this.stewards) {
      steward.check()
    }
  }
}
