import assert from 'node:assert/strict'
import { RETRY_FIRST_MS } from '../../src/farm/limits.ts'
import { Deliveries } from '../../src/farm/worker/deliveries.ts'
import { ChannelClosedError } from '../../src/errors.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { JOB, token } from '../support/steward-bench.ts'
import type { PeerId, UnitIndex } from '../../src/core/ids.ts'
import type { ResultAnswer, ResultHead } from '../../src/core/messages.ts'
import type { Mesh, ResultSender } from '../../src/ports.ts'
import type { Parcel } from '../../src/farm/worker/deliveries.ts'

const PIXELS = new Uint8Array(16)

/** Deliveries to B of a job whose steward is B until a test says otherwise, over streams that answer when a test does. */
class Bench {
  readonly clock = new FakeClock()
  /** What was sent, and what answers it. */
  readonly sent: { readonly unit: UnitIndex, answer (answer: ResultAnswer): void, breakOff (): void }[] = []
  /** What became of each unit. */
  readonly outcomes: [unit: UnitIndex, outcome: string][] = []
  readonly deliveries: Deliveries
  steward: PeerId = 'B'
  isKnown = true
  isOver = false

  constructor () {
    const sender: ResultSender = {
      peer: 'B',
      deliver: async ({ unit }) => new Promise((resolve, reject) => {
        this.sent.push({ unit, answer: resolve, breakOff: () => { reject(new ChannelClosedError()) } })
      }),
      closed: new Promise(() => {}),
      close: async () => {}
    }
    const mesh: Pick<Mesh, 'self' | 'peers' | 'openResults'> = { self: 'W', peers: () => [], openResults: async () => sender }
    this.deliveries = new Deliveries('B', {
      mesh: mesh as Mesh,
      clock: this.clock,
      log: new MemoryLog(),
      astray: ({ unit }) => { this.outcomes.push([unit, 'astray']) }
    })
  }

  parcel (unit: UnitIndex, pixels: Uint8Array | undefined = PIXELS): Parcel {
    const head: ResultHead = { job: JOB, unit, token: token(1), content: 'mean', bytes: 16, sha256: '', phases: { transferMs: 0, loadMs: 0, renderMs: 1 } }
    return {
      job: JOB,
      unit,
      pixels: () => pixels,
      destination: () => this.steward,
      head: () => head,
      isKnown: () => this.isKnown,
      mayBeOver: () => this.isOver,
      settled: (answer, by) => { this.outcomes.push([unit, `${answer} by ${by}`]) },
      tokenUnknown: () => { this.outcomes.push([unit, 'to be shown']) }
    }
  }

  /** Lets promises settle, and time pass. */
  async settle (ms = 0): Promise<void> {
    await this.clock.settle(ms)
  }
}

/** A bench with one unit under way to B, whose job has moved to C since. */
async function movedUnderWay (): Promise<Bench> {
  const bench = new Bench()
  bench.deliveries.add(bench.parcel(1))
  await bench.settle()
  assert.equal(bench.sent.length, 1)
  bench.steward = 'C'
  return bench
}

describe('deliveries of a job whose steward has changed', () => {
  for (const answer of ['accepted', 'duplicate'] as const) {
    it(`take "${answer}" of the former one for good: it is on a disk there`, async () => {
      const bench = await movedUnderWay()
      bench.sent[0]!.answer(answer)
      await bench.settle()
      assert.deepEqual(bench.outcomes, [[1, `${answer} by B`]])
      assert.ok(bench.deliveries.idle)
    })
  }

  for (const answer of ['ended', 'refused', 'unknown-token', 'busy'] as const) {
    it(`ignore "${answer}" of the former one: the present one is to judge`, async () => {
      const bench = await movedUnderWay()
      bench.sent[0]!.answer(answer)
      await bench.settle()
      assert.deepEqual(bench.outcomes, [[1, 'astray']])
      assert.ok(bench.deliveries.idle)
    })
  }

  it('lose nothing of what broke off', async () => {
    const bench = await movedUnderWay()
    bench.sent[0]!.breakOff()
    await bench.settle()
    assert.deepEqual(bench.outcomes, [[1, 'astray']])
  })

  it('hand over what waits, also for a token, and keep what is under way until it is answered', async () => {
    const bench = new Bench()
    bench.deliveries.add(bench.parcel(1))
    await bench.settle()
    bench.isKnown = false
    bench.deliveries.add(bench.parcel(2))
    await bench.settle()
    assert.deepEqual(bench.outcomes, [[2, 'to be shown']])
    bench.steward = 'C'
    assert.deepEqual(bench.deliveries.takeAstray().map(({ unit }) => unit), [2])
    assert.ok(!bench.deliveries.idle)
    const drained = bench.deliveries.drained()
    bench.sent[0]!.answer('accepted')
    await drained
    assert.ok(bench.deliveries.idle)
  })
})

describe('deliveries', () => {
  it('send nothing that the steward has not heard of until it was shown', async () => {
    const bench = new Bench()
    bench.isKnown = false
    bench.deliveries.add(bench.parcel(1))
    await bench.settle(60_000)
    assert.deepEqual([bench.sent.length, bench.outcomes], [0, [[1, 'to be shown']]])
    bench.isKnown = true
    bench.deliveries.retry()
    await bench.settle()
    assert.equal(bench.sent.length, 1)
  })

  it('do not believe a peer that was started again that the job is over', async () => {
    const bench = new Bench()
    bench.deliveries.add(bench.parcel(1))
    await bench.settle()
    bench.sent[0]!.answer('ended')
    await bench.settle()
    assert.deepEqual(bench.outcomes, [[1, 'to be shown']])
    bench.isOver = true
    bench.deliveries.retry()
    await bench.settle()
    bench.sent[1]!.answer('ended')
    await bench.settle()
    assert.deepEqual(bench.outcomes[1], [1, 'ended by B'])
  })

  it('drop what has gone to the disk meanwhile: it comes again', async () => {
    const bench = new Bench()
    const onDisk: Parcel = { ...bench.parcel(1), pixels: () => undefined }
    bench.deliveries.add(onDisk)
    await bench.settle()
    assert.ok(bench.deliveries.idle)
    assert.deepEqual([bench.sent.length, bench.outcomes], [0, []])
  })

  it('try again after a pause that doubles once for all that broke off together', async () => {
    const bench = new Bench()
    for (const unit of [1, 2, 3]) {
      bench.deliveries.add(bench.parcel(unit))
    }
    await bench.settle()
    assert.equal(bench.deliveries.troubledSinceMs, undefined)
    bench.sent.splice(0).forEach((sent) => { sent.breakOff() })
    await bench.settle(RETRY_FIRST_MS)
    assert.equal(bench.deliveries.troubledSinceMs, 0)
    assert.equal(bench.sent.length, 3)
    bench.sent.splice(0).forEach((sent) => { sent.breakOff() })
    await bench.settle(2 * RETRY_FIRST_MS - 1)
    assert.equal(bench.sent.length, 0)
    await bench.settle(1)
    assert.equal(bench.sent.length, 3)
    bench.sent.forEach((sent) => { sent.answer('accepted') })
    await bench.settle()
    assert.ok(bench.deliveries.idle)
    assert.equal(bench.deliveries.troubledSinceMs, undefined)
  })
})
