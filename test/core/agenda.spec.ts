import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Agenda } from '../../src/core/agenda.ts'
import { unitAtPosition } from '../../src/core/order.ts'
import { gridOf } from '../../src/core/units.ts'
import { jobSpec } from '../support/job-spec.ts'
import type { UnitIndex } from '../../src/core/ids.ts'

const grid = gridOf(jobSpec())
const always = (): boolean => true
const never = (): boolean => false
const order = Array.from({ length: grid.units }, (_, position) => unitAtPosition(grid, position))

function isNot (...units: readonly UnitIndex[]): (unit: UnitIndex) => boolean {
  return (unit) => !units.includes(unit)
}

describe('agenda', () => {
  it('gives fresh units in the computed order, each once', () => {
    const agenda = new Agenda(grid)
    assert.deepEqual(agenda.take(5, always, always), order.slice(0, 5))
    assert.deepEqual(agenda.take(100, always, always), order.slice(5))
    assert.deepEqual(agenda.take(100, always, always), [])
  })

  it('gives what came back to the front first, the last first, and what came back to the back last, the first first', () => {
    const agenda = new Agenda(grid)
    const [a, b, c, d, e] = agenda.take(5, always, always) as [number, number, number, number, number]
    agenda.toBack(a)
    agenda.toFront(b)
    agenda.toBack(c)
    agenda.toFront(d)
    agenda.toBack(e)
    assert.deepEqual(agenda.take(2, always, always), [d, b])
    assert.deepEqual(agenda.take(100, always, always), [...order.slice(5), a, c, e])
  })

  it('skips what is not open any more, for good', () => {
    const agenda = new Agenda(grid)
    const [a, b] = agenda.take(2, always, always) as [number, number]
    agenda.toFront(a)
    agenda.toBack(b)
    assert.deepEqual(agenda.take(100, isNot(a, b, order[3]!), always), order.slice(2).filter(isNot(order[3]!)))
    assert.deepEqual(agenda.take(100, always, always), [])
  })

  it('leaves what one may not have where it stands', () => {
    const agenda = new Agenda(grid)
    const [a, b, c] = agenda.take(3, always, always) as [number, number, number]
    agenda.toFront(a)
    agenda.toFront(b)
    agenda.toBack(c)
    assert.deepEqual(agenda.take(100, always, isNot(b, c, order[4]!)), [a, order[3], ...order.slice(5)])
    agenda.toBack(a)
    assert.deepEqual(agenda.take(100, always, always), [b, order[4], c, a])
  })

  it('refuses everything to one who may have nothing, and loses nothing', () => {
    const agenda = new Agenda(grid)
    const [a, b] = agenda.take(2, always, always) as [number, number]
    agenda.toFront(a)
    agenda.toBack(b)
    assert.deepEqual(agenda.take(3, always, never), [])
    assert.deepEqual(agenda.take(100, always, always), [a, ...order.slice(2), b])
  })

  it('moves a unit that comes back elsewhere, and gives it once', () => {
    const agenda = new Agenda(grid)
    const [a, b] = agenda.take(2, always, always) as [number, number]
    agenda.toFront(a)
    agenda.toFront(a)
    agenda.toBack(a)
    agenda.toBack(b)
    agenda.toBack(b)
    agenda.toFront(b)
    assert.deepEqual(agenda.take(100, always, always), [b, ...order.slice(2), a])
  })

  it('gives every open unit exactly once, whatever came back before', () => {
    fc.assert(fc.property(fc.array(fc.record({ most: fc.nat(6), front: fc.boolean(), refused: fc.nat(15) }), { maxLength: 60 }), (steps) => {
      const agenda = new Agenda(grid)
      const out = new Set<UnitIndex>()
      for (const { most, front, refused } of steps) {
        for (const unit of agenda.take(most, (candidate) => !out.has(candidate), isNot(refused))) {
          assert.ok(!out.has(unit))
          out.add(unit)
        }
        const back = [...out].find((unit) => unit % 3 === most % 3)
        if (back !== undefined) {
          out.delete(back)
          const line = front ? 'toFront' : 'toBack'
          agenda[line](back)
        }
      }
      const rest = agenda.take(100, (unit) => !out.has(unit), always)
      assert.deepEqual([...out, ...rest].sort((a, b) => a - b), order.toSorted((a, b) => a - b))
    }))
  })
})
