import assert from 'node:assert/strict'
import { RESTART_HEARING_MS } from '../../src/core/limits.ts'
import { BusySteward } from '../support/busy-steward.ts'
import { countSteps } from '../support/count-steps.ts'
import { SeededRandom } from '../support/seeded-random.ts'

const EVENTS = 6_000

/** The most steps that one event of each kind took. */
function worst (side: number, workers: number): Map<string, number> {
  const busy = new BusySteward(side, workers, 50, new SeededRandom(1))
  const taken = countSteps(busy.bench.view)
  const most = new Map<string, number>()
  for (let count = 0; count < EVENTS; count++) {
    const kind = busy.event()
    most.set(kind, Math.max(most.get(kind) ?? 0, taken()))
  }
  assert.ok(!busy.complete)
  return most
}

describe('the cost of an event for a steward', () => {
  it('does not depend on the number of units', () => {
    const small = worst(100, 32)
    const large = worst(1_000, 32)
    assert.deepEqual(new Set(large.keys()), new Set(['claim', 'result', 'renew', 'tick', 'failure', 'loss', 'return']))
    for (const [kind, steps] of large) {
      assert.ok(steps <= 1.1 * small.get(kind)! + 10, `${kind}: ${steps} steps of a million units, ${small.get(kind)} of ten thousand`)
    }
  })

  it('grows with workers and leases in flight no faster than they do, though all of them wait', () => {
    const steps = [50, 400].map((workers) => {
      const busy = new BusySteward(40, workers, 50, new SeededRandom(2))
      for (let count = 0; count < 200_000 && busy.bench.view.ledger.count('open') > 0; count++) {
        busy.event()
      }
      for (let index = 0; index < workers; index++) {
        busy.bench.claim(`peer${index}`, { msPerUnit: 400 })
      }
      const waiting = [...busy.bench.view.workers.values()].filter(({ claim }) => claim !== undefined).length
      assert.ok(waiting > workers / 2, `${waiting} of ${workers} wait`)
      const taken = countSteps(busy.bench.view)
      busy.bench.pass(250)
      return taken()
    })
    assert.ok(steps[1]! <= 8 * 1.5 * steps[0]!, `${steps[0]} steps of 50 workers, ${steps[1]} of 400`)
  })

  it('after a restart walks what is done at most once in all', () => {
    const done = 990_000
    const busy = new BusySteward(1_000, 8, 50, new SeededRandom(3), { accepted: [{ first: 0, end: done }] })
    const taken = countSteps(busy.bench.view)
    busy.bench.pass(RESTART_HEARING_MS)
    let steps = 0
    for (let count = 0; count < 2_000; count++) {
      busy.event()
      steps += taken()
    }
    assert.ok(steps < done + 2_000 * 100, `${steps} steps`)
  })
})
