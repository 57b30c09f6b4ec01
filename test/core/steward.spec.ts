import assert from 'node:assert/strict'
import fc from 'fast-check'
import { MAX_LEASE_RECTS, MAX_LEASE_UNITS, RACE_EXTRA_SHARE, RACE_EXTRA_UNITS } from '../../src/core/limits.ts'
import { UnitSet } from '../../src/core/ledger.ts'
import { rectFits, rectUnits, unitsIn } from '../../src/core/rect.ts'
import { Steward } from '../../src/core/steward/steward.ts'
import { gridOf } from '../../src/core/units.ts'
import { jobSpec } from '../support/job-spec.ts'
import { ModelWorker } from '../support/model-worker.ts'
import type { StewardEffect } from '../../src/core/events.ts'
import type { UnitRect } from '../../src/core/rect.ts'
import type { StewardInit } from '../../src/core/steward/state.ts'
import type { JobSpec } from '../../src/core/job.ts'
import type { ModelJob } from '../support/model-worker.ts'

const JOB = 'a'.repeat(64)
const EPOCH = { round: 1, peer: 'steward', instance: 5 }

/** What happens to a steward in one step of a generated story. */
const MOVES = [
  'claim', 'claim', 'claim', 'show', 'renew', 'start', 'start', 'finish', 'finish', 'deliver', 'deliver', 'deliver', 'repeat', 'fail', 'leave',
  'connect', 'connect', 'disconnect', 'crash', 'tick', 'tick', 'wait', 'pause', 'resume', 'nonsense',
  'learn', 'elsewhere', 'lose', 'collect', 'collect'
] as const

interface Move {
  readonly move: typeof MOVES[number]
  readonly worker: number
  readonly amount: number
}

function stories (): fc.Arbitrary<Move[]> {
  return fc.array(fc.record({ move: fc.constantFrom(...MOVES), worker: fc.nat(3), amount: fc.nat(1000) }), { maxLength: 300, size: 'max' })
}

/** One job, its steward, four workers, and every rule checked after every move. */
class World implements ModelJob {
  readonly job = JOB
  readonly spec: JobSpec
  readonly grid
  readonly steward: Steward
  readonly workers: ModelWorker[]
  nowMs = 1000
  completions = 0
  readonly accepted = new Set<number>()
  #lastGrant = 0
  #queue: StewardEffect[] = []
  #draining = false

  constructor (spec: JobSpec, init: Partial<StewardInit> = {}) {
    this.spec = spec
    this.grid = gridOf(spec)
    this.steward = new Steward({ job: JOB, spec, epoch: EPOCH, control: 'running', nowMs: this.nowMs, ...init })
    this.workers = ['ann', 'bea', 'cem', 'dan'].map((peer) => new ModelWorker(peer, this))
  }

  /** Delivers what was decided in order, also what follows from it. */
  perform (effects: readonly StewardEffect[]): void {
    this.#queue.push(...effects)
    if (this.#draining) {
      return
    }
    this.#draining = true
    let count = 0
    for (let effect = this.#queue.shift(); effect !== undefined; effect = this.#queue.shift()) {
      assert.ok(++count < 5000, `there is no end to it: ${JSON.stringify(effect)}`)
      this.#see(effect)
    }
    this.#draining = false
  }

  play ({ move, worker: index, amount }: Move): void {
    const worker = this.workers[index]!
    switch (move) {
      case 'claim': worker.claim(1 + amount % 4, amount % 3 === 0 ? 0 : 200 + amount); break
      case 'show': worker.claim(0, 0); break
      case 'renew': worker.renew(); break
      case 'start': worker.start(1 + amount % 3); break
      case 'finish': worker.finish(); break
      case 'deliver': this.#count(worker.deliver(amount)); break
      case 'repeat': this.#count(worker.repeat(amount)); break
      case 'fail': worker.fail(); break
      case 'leave': worker.leave(); break
      case 'connect': worker.connect(); break
      case 'disconnect': worker.disconnect(amount % 2 === 0 ? 2000 : 10_000); break
      case 'crash':
        worker.disconnect(2000)
        worker.forgetAll()
        break
      case 'tick': this.pass(250); break
      case 'wait': this.pass(amount * 50); break
      case 'pause': this.perform(this.steward.control('paused', this.nowMs)); break
      case 'resume': this.perform(this.steward.control('running', this.nowMs)); break
      case 'nonsense': this.#nonsense(worker, amount); break
      case 'learn':
        this.perform(this.steward.learnAccepted(this.#some(amount), this.nowMs))
        this.#count('accepted')
        break
      case 'elsewhere': this.perform(this.steward.learnElsewhere(this.#some(amount), this.nowMs)); break
      case 'lose': this.perform(this.steward.lost(this.#some(amount).values(), this.nowMs)); break
      case 'collect': this.collect(amount % this.grid.units); break
    }
    this.check()
  }

  /** A result that another stewardship took arrives from a custodian. */
  collect (unit: number): void {
    this.perform(this.steward.collected({ unit, worker: 'custodian', bytes: 1024, phases: { transferMs: 0, loadMs: 0, renderMs: 100 } }, this.nowMs))
    this.#count('accepted')
  }

  pass (ms: number): void {
    this.nowMs += ms
    this.perform(this.steward.tick(this.nowMs))
  }

  /** One worker is left, and it is honest: the job must end (L1). What others have is collected, or nobody has it any more. */
  end (): void {
    const elsewhere = [...this.steward.view.elsewhere.values()]
    elsewhere.filter((unit) => unit % 2 === 0).forEach((unit) => { this.collect(unit) })
    this.perform(this.steward.lost(elsewhere, this.nowMs))
    for (const worker of this.workers) {
      worker.disconnect(2000)
    }
    this.perform(this.steward.control('running', this.nowMs))
    const last = new ModelWorker('eve', this)
    this.workers.push(last)
    last.connect()
    for (let round = 0; round < 2000 && this.completions === 0; round++) {
      if (last.idle) {
        last.claim(2, 100)
      }
      last.renew()
      last.start(4)
      for (let unit = 0; unit < 4; unit++) {
        last.finish()
        this.#count(last.deliver(100))
      }
      this.pass(250)
      this.check()
    }
    assert.equal(this.completions, 1, `the job did not end: ${JSON.stringify(this.#counts())}`)
  }

  check (): void {
    const { ledger, holders, leases, account, elsewhere, withheld } = this.steward.view
    const counts = { open: 0, leased: 0, accepted: 0, parked: 0 }
    for (let unit = 0; unit < this.grid.units; unit++) {
      const state = ledger.stateOf(unit)
      counts[state]++
      const grants = holders.get(unit) ?? []
      assert.equal(state === 'leased', grants.length > 0, `unit ${unit} is ${state} and has ${grants.length} holders`)
      assert.ok(grants.every((grant) => leases.get(grant)?.remaining.has(unit) === true), `a holder of unit ${unit} has no live lease of it`)
      assert.equal(state === 'accepted', this.accepted.has(unit))
      assert.ok(!elsewhere.has(unit) || (state === 'open' && !withheld.has(unit)), `unit ${unit} is elsewhere, and ${state}`)
    }
    assert.deepEqual(this.#counts(), counts)
    for (const lease of leases.values()) {
      assert.ok(lease.remaining.size > 0, `grant ${lease.grant} lives without units`)
      assert.ok([...lease.remaining].every((unit) => holders.get(unit)!.includes(lease.grant)))
    }
    assert.ok(account.raced <= Math.floor(this.grid.units * RACE_EXTRA_SHARE) + RACE_EXTRA_UNITS, 'B1: too many races')
    assert.equal(this.completions, counts.open + counts.leased === 0 ? 1 : 0)
  }

  #some (amount: number): UnitSet {
    const some = new UnitSet(this.grid.units)
    for (let count = 0; count <= amount % 3; count++) {
      some.add((amount * 7 + count * 5) % this.grid.units)
    }
    return some
  }

  #counts (): Record<string, number> {
    const { ledger } = this.steward.view
    return { open: ledger.count('open'), leased: ledger.count('leased'), accepted: ledger.count('accepted'), parked: ledger.count('parked') }
  }

  #see (effect: StewardEffect): void {
    switch (effect.type) {
      case 'granted':
        assert.ok(effect.grant > this.#lastGrant, 'S3: a grant number came again')
        this.#lastGrant = effect.grant
        assert.ok(effect.rects.length > 0 && effect.rects.length <= MAX_LEASE_RECTS)
        assert.ok(effect.rects.every((rect) => rectFits(this.grid, rect)), 'S5: a grant of units the job does not have')
        for (const unit of unitsIn(this.grid, effect.rects)) {
          assert.ok(!this.steward.view.elsewhere.has(unit), `unit ${unit} is elsewhere and granted`)
        }
        assert.ok(effect.rects.reduce((sum, rect) => sum + rectUnits(rect), 0) <= MAX_LEASE_UNITS)
        break
      case 'complete':
        this.completions++
        break
      case 'send':
        this.workers.find(({ peer }) => peer === effect.to)?.hear(effect.message)
        break
      default:
    }
  }

  #count (answer: string | undefined): void {
    const { ledger } = this.steward.view
    if (answer === 'accepted') {
      for (let unit = 0; unit < this.grid.units; unit++) {
        if (ledger.stateOf(unit) === 'accepted') {
          this.accepted.add(unit)
        }
      }
    }
  }

  /** What a peer of another version, or a hostile one, might say. */
  #nonsense ({ peer }: ModelWorker, amount: number): void {
    const token = { epoch: amount % 2 === 0 ? EPOCH : { ...EPOCH, instance: 4 }, grant: amount % 40 }
    const beyond: UnitRect = { frame: amount % 3, x0: amount % 5, y0: 0, x1: amount % 9, y1: 6, run0: 0, run1: 3 }
    const { steward, nowMs } = this
    switch (amount % 7) {
      case 0: return this.perform(steward.claim(peer, { type: 'claim', job: JOB, fingerprint: this.spec.fingerprint, threads: 1, speed: { fixedMs: 1e300, msPerUnit: 1e-300 }, holding: [beyond, beyond], undelivered: [beyond] }, nowMs))
      case 1: return this.perform(steward.claim(peer, { type: 'claim', job: JOB, fingerprint: 'another', threads: 1000, speed: { fixedMs: 0, msPerUnit: 1 }, holding: [beyond], undelivered: [] }, nowMs))
      case 2: return this.perform(steward.renew(peer, [{ job: JOB, token, started: 1e9 }], nowMs).effects)
      case 3: return this.perform(steward.failed(peer, { type: 'failed', job: JOB, token, unit: amount, reason: '', log: '' }, nowMs))
      case 4: return this.perform(steward.release(peer, { type: 'release', job: JOB, token, rects: [beyond], reason: 'recalled' }, nowMs))
      case 5: return this.perform(steward.started(peer, [{ job: JOB, token, started: amount }], nowMs))
      default:
        assert.notEqual(steward.judge(peer, { job: JOB, unit: this.grid.units + amount, token, content: 'mean', bytes: 1024, sha256: JOB, phases: { transferMs: 0, loadMs: 0, renderMs: 0 } }), 'take')
    }
  }
}

const specs = [
  jobSpec(),
  jobSpec({ width: 24, height: 16, samples: 50, split: 'samples' }),
  jobSpec({ width: 8, height: 8, frames: { first: 1, last: 7, step: 1 }, leaseMs: 3000 })
]

describe('steward', () => {
  for (const spec of specs) {
    it(`keeps its books and ends the job, whatever its workers do: ${gridOf(spec).units} units by ${spec.split}`, () => {
      fc.assert(fc.property(stories(), (story) => {
        const world = new World(spec)
        for (const worker of world.workers) {
          worker.connect()
        }
        for (const move of story) {
          world.play(move)
        }
        world.end()
      }), { numRuns: 150 })
    }).timeout(60_000)
  }

  it('goes on from a journal: what was accepted stays so, what was out waits for its workers', () => {
    fc.assert(fc.property(stories(), fc.uniqueArray(fc.nat(15)), fc.uniqueArray(fc.nat(15)), fc.uniqueArray(fc.nat(15)), fc.constantFrom('withheld', 'everyone'), (story, accepted, out, there, hearing) => {
      const elsewhere = new UnitSet(16)
      there.forEach((unit) => elsewhere.add(unit))
      const world = new World(jobSpec(), {
        accepted: accepted.map((unit) => ({ first: unit, end: unit + 1 })),
        parked: there.filter((unit) => !accepted.includes(unit)),
        out: out.map((unit) => [unit, 'ann'] as const),
        elsewhere,
        hearing
      })
      accepted.forEach((unit) => world.accepted.add(unit))
      world.perform(world.steward.begin())
      for (const worker of world.workers) {
        worker.connect()
      }
      for (const move of story) {
        world.play(move)
      }
      world.end()
    }), { numRuns: 100 })
  }).timeout(60_000)
})
