import assert from 'node:assert/strict'
import fc from 'fast-check'
import { custodiansOf } from '../../../src/core/custody/custodians.ts'
import { ranked } from '../../../src/core/succession/rank.ts'

const JOB = 'b'.repeat(64)
const MEMBERS = ['ann', 'bea', 'cem', 'dan', 'eve']

function some (): fc.Arbitrary<Set<string>> {
  return fc.uniqueArray(fc.constantFrom(...MEMBERS)).map((peers) => new Set(peers))
}

describe('custodians of a job', () => {
  it('are the first in rank', () => {
    assert.deepEqual(custodiansOf(JOB, { members: MEMBERS }, 2), ranked(JOB, MEMBERS).slice(0, 2))
  })

  it('are as many as asked for, or as there are, each once, reachable and not full', () => {
    fc.assert(fc.property(some(), some(), some(), fc.nat(6), (members, keeping, full, copies) => {
      const chosen = custodiansOf(JOB, { members, keeping, full }, copies)
      const able = [...members].filter((peer) => !full.has(peer))
      assert.equal(chosen.length, Math.min(copies, able.length))
      assert.equal(new Set(chosen).size, chosen.length)
      assert.ok(chosen.every((peer) => able.includes(peer)))
      const best = able.filter((peer) => keeping.has(peer))
      assert.ok(best.length < copies || chosen.every((peer) => keeping.has(peer)), 'who keeps some already is not passed over')
    }))
  })

  it('stay when a peer joins: who keeps the results already goes on', () => {
    fc.assert(fc.property(some(), (members) => {
      const before = custodiansOf(JOB, { members }, 2)
      assert.deepEqual(custodiansOf(JOB, { members: [...members, 'fay'], keeping: new Set(before) }, 2).slice(0, before.length), before)
    }))
  })

  it('are followed by the next in rank when one is full', () => {
    const [first, second, third] = ranked(JOB, MEMBERS)
    assert.deepEqual(custodiansOf(JOB, { members: MEMBERS, full: new Set([first!]) }, 2), [second, third])
  })
})
