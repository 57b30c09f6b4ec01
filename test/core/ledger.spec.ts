import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Ledger, rangesOf, UnitSet } from '../../src/core/ledger.ts'
import { MAX_UNITS } from '../../src/core/limits.ts'
import type { UnitState } from '../../src/core/ledger.ts'

type Move = 'lease' | 'reopen' | 'accept' | 'park'
const MOVES: readonly Move[] = ['lease', 'reopen', 'accept', 'park']

/** What each move makes of each state; what is missing is not allowed. */
const ALLOWED: Readonly<Record<UnitState, Partial<Record<Move, UnitState>>>> = {
  open: { lease: 'leased', accept: 'accepted', park: 'parked' },
  leased: { reopen: 'open', accept: 'accepted' },
  parked: { accept: 'accepted' },
  accepted: {}
}

const WAY_TO: Readonly<Record<UnitState, readonly Move[]>> = { open: [], leased: ['lease'], parked: ['park'], accepted: ['accept'] }

describe('ledger', () => {
  for (const state of ['open', 'leased', 'parked', 'accepted'] as const) {
    for (const move of MOVES) {
      const next = ALLOWED[state][move]
      it(`${next === undefined ? 'refuses to' : 'lets'} ${move} a unit that is ${state}`, () => {
        const ledger = new Ledger(10)
        WAY_TO[state].forEach((step) => { ledger[step](6) })
        if (next === undefined) {
          assert.throws(() => { ledger[move](6) }, { name: 'IllegalTransitionError', state })
        } else {
          ledger[move](6)
        }
        assert.equal(ledger.stateOf(6), next ?? state)
        assert.equal(ledger.count(next ?? state), (next ?? state) === 'open' ? 10 : 1)
      })
    }
  }

  it('agrees with a list of states, whatever happens', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.record({ unit: fc.nat(39), move: fc.constantFrom(...MOVES) })), (units, moves) => {
      const ledger = new Ledger(units)
      const states: UnitState[] = Array.from({ length: units }, () => 'open')
      const accepted = new UnitSet(units)
      for (const { unit, move } of moves.filter((step) => step.unit < units)) {
        const next = ALLOWED[states[unit]!][move]
        if (next === undefined) {
          assert.throws(() => { ledger[move](unit) }, { name: 'IllegalTransitionError' })
        } else {
          ledger[move](unit)
          states[unit] = next
        }
        if (next === 'accepted') {
          accepted.add(unit)
        }
      }
      states.forEach((state, unit) => { assert.equal(ledger.stateOf(unit), state) })
      for (const state of ['open', 'leased', 'parked', 'accepted'] as const) {
        assert.equal(ledger.count(state), states.filter((other) => other === state).length)
      }
      assert.equal(ledger.complete, states.every((state) => state === 'accepted' || state === 'parked'))
      assert.equal(ledger.digest, accepted.digest)
    }))
  })

  it('knows no unit beyond its own', () => {
    const ledger = new Ledger(3)
    for (const unit of [-1, 3, 0.5, NaN]) {
      assert.throws(() => ledger.stateOf(unit), RangeError)
      assert.throws(() => { ledger.accept(unit) }, RangeError)
    }
  })
})

describe('sets of units', () => {
  it('have the same digest in whatever order they grew, and another when they differ (S7)', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.nat(999), { minLength: 1 }), fc.infiniteStream(fc.nat()), (units, chance) => {
      const inOrder = new UnitSet(1_000)
      units.forEach((unit) => { assert.equal(inOrder.add(unit), true) })
      const shuffled = new UnitSet(1_000)
      const keys = new Map(units.map((unit) => [unit, chance.next().value]))
      for (const unit of [...units, ...units].sort((a, b) => keys.get(a)! - keys.get(b)!)) {
        shuffled.add(unit)
      }
      assert.equal(shuffled.digest, inOrder.digest)
      assert.equal(shuffled.size, units.length)
      const less = new UnitSet(1_000)
      units.slice(1).forEach((unit) => { less.add(unit) })
      assert.notEqual(less.digest, inOrder.digest)
    }))
  })

  it('are united, taken apart, copied and written as bits as sets of numbers are, whatever was done before', () => {
    const anyUnits = fc.array(fc.nat(40), { maxLength: 30 })
    const anyStep = fc.record({ what: fc.constantFrom('add', 'delete', 'addAll', 'addAll of a larger job', 'without', 'copy', 'bits'), units: anyUnits, looks: fc.boolean() })
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.array(anyStep, { maxLength: 12 }), (size, steps) => {
      let set = new UnitSet(size)
      let model = new Set<number>()
      const setOf = (units: readonly number[], of = size): UnitSet => {
        const made = new UnitSet(of)
        units.forEach((unit) => made.add(unit))
        return made
      }
      for (const { what, units, looks } of steps) {
        const here = units.filter((unit) => unit < size)
        switch (what) {
          case 'add':
            units.forEach((unit) => set.add(unit))
            here.forEach((unit) => model.add(unit))
            break
          case 'delete':
            units.forEach((unit) => set.delete(unit))
            here.forEach((unit) => model.delete(unit))
            break
          case 'addAll':
          case 'addAll of a larger job':
            set.addAll(setOf(units, what === 'addAll' ? size : size + 9))
            here.forEach((unit) => model.add(unit))
            break
          case 'without':
            set = set.without(setOf(units))
            model = new Set([...model].filter((unit) => !here.includes(unit)))
            break
          case 'copy': {
            const before = set
            set = set.copy()
            before.add(0)
            break
          }
          case 'bits':
            set = UnitSet.of(size, set.toBytes())
        }
        assert.equal(set.size, model.size)
        assert.deepEqual([...set.values()], [...model].sort((a, b) => a - b))
        if (looks) {
          assert.equal(set.digest, setOf([...model]).digest)
        }
      }
      assert.equal(set.digest, setOf([...model]).digest)
    }))
  })

  it('take back only the bits of so many units', () => {
    assert.equal(UnitSet.of(9, Uint8Array.of(255, 1)).size, 9)
    assert.equal(UnitSet.of(0, new Uint8Array(0)).size, 0)
    for (const bits of [[255], [255, 1, 0], [255, 2]]) {
      assert.throws(() => UnitSet.of(9, Uint8Array.from(bits)), RangeError)
    }
  })

  it('take each unit once, and none that there is not', () => {
    const set = new UnitSet(9)
    assert.equal(set.add(8), true)
    assert.equal(set.add(8), false)
    for (const unit of [-1, 9, 1_000]) {
      assert.equal(set.add(unit), false)
      assert.equal(set.has(unit), false)
    }
    assert.equal(set.size, 1)
  })

  it('grow by runs, of which only what the job has counts', () => {
    const set = new UnitSet(10)
    set.addRange({ first: 4, end: 7 })
    set.addRange({ first: -5, end: 2 })
    set.addRange({ first: 6, end: 1e9 })
    assert.deepEqual(rangesOf(Array.from({ length: 10 }, (_, unit) => unit).filter((unit) => set.has(unit))), [{ first: 0, end: 2 }, { first: 4, end: 10 }])
  })

  it('become runs that are sorted, disjoint and not adjacent, whatever the order and however often', () => {
    fc.assert(fc.property(fc.array(fc.nat(60)), (units) => {
      const ranges = rangesOf(units)
      const listed = ranges.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, index) => first + index))
      assert.deepEqual(listed, [...new Set(units)].sort((a, b) => a - b))
      ranges.forEach(({ first }, index) => { assert.ok(index === 0 || first > ranges[index - 1]!.end) })
    }))
  })
})

describe('memory', () => {
  /** Bytes that all typed arrays made meanwhile hold. */
  function bytesOf (make: () => unknown): number {
    const before = process.memoryUsage().arrayBuffers
    const kept = make()
    const bytes = process.memoryUsage().arrayBuffers - before
    assert.ok(kept !== undefined)
    return bytes
  }

  it('of a ledger is two bits a unit, of a set one', () => {
    assert.equal(bytesOf(() => new Ledger(MAX_UNITS)), MAX_UNITS / 4)
    assert.equal(bytesOf(() => new UnitSet(MAX_UNITS)), MAX_UNITS / 8)
  })
})
