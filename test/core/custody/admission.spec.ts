import assert from 'node:assert/strict'
import fc from 'fast-check'
import { admission, expired } from '../../../src/core/custody/admission.ts'

const ROOM = { keptBytes: 700, quotaBytes: 1_000, keptOfRequesterBytes: 100, requesterQuotaBytes: 500 }

describe('admission to custody', () => {
  it('fills the quota of all to the byte, and refuses one more', () => {
    assert.equal(admission(300, ROOM), 'admitted')
    assert.equal(admission(301, ROOM), 'full')
  })

  it('fills the quota of a requester to the byte, and refuses one more', () => {
    const room = { ...ROOM, keptBytes: 100 }
    assert.equal(admission(400, room), 'admitted')
    assert.equal(admission(401, room), 'full')
  })

  it('never lets sizes in that are none', () => {
    for (const bytes of [-1, NaN, Infinity, 0.5, 2 ** 53]) {
      assert.equal(admission(bytes, { ...ROOM, quotaBytes: Infinity, requesterQuotaBytes: Infinity }), 'full')
    }
  })

  it('admits nothing when a quota was lowered below what is kept', () => {
    assert.equal(admission(0, { ...ROOM, quotaBytes: 699 }), 'full')
  })

  it('never lets what is kept beyond a quota, whoever sends what', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('ann', 'bea'), fc.nat(400))), (sent) => {
      const kept = new Map([['ann', 0], ['bea', 0]])
      for (const [requester, bytes] of sent) {
        const keptBytes = kept.get('ann')! + kept.get('bea')!
        if (admission(bytes, { keptBytes, quotaBytes: 1_000, keptOfRequesterBytes: kept.get(requester)!, requesterQuotaBytes: 600 }) === 'admitted') {
          kept.set(requester, kept.get(requester)! + bytes)
        }
        assert.ok(kept.get('ann')! <= 600 && kept.get('bea')! <= 600 && kept.get('ann')! + kept.get('bea')! <= 1_000)
      }
    }))
  })
})

describe('what is kept', () => {
  it('expires a millisecond after its time, the oldest first', () => {
    const kept = [
      { job: 'new', changedAtWallMs: 900 },
      { job: 'just', changedAtWallMs: 500 },
      { job: 'old', changedAtWallMs: 400 },
      { job: 'oldest', changedAtWallMs: 100 }
    ]
    assert.deepEqual(expired(kept, 1_000, 500), ['oldest', 'old'])
  })

  it('has not expired when a clock says that it was changed in the future', () => {
    assert.deepEqual(expired([{ job: 'odd', changedAtWallMs: 10_000 }], 1_000, 500), [])
  })
})
