import assert from 'node:assert/strict'
import { Account } from '../../src/core/account.ts'

const PHASES = { transferMs: 1, loadMs: 20, renderMs: 300 }

describe('account', () => {
  it('adds up', () => {
    const account = new Account()
    account.started(3)
    account.event('lapsed')
    account.event('failed')
    account.event('failed')
    account.event('raced')
    account.event('leased')
    account.event('delivered')
    account.event('parked')
    account.accepted('ann', 1_024, PHASES)
    account.accepted('ann', 512, PHASES)
    account.accepted('bea', 1_024, PHASES)
    account.merged(4)
    assert.deepEqual(account.totals(), {
      executions: 3,
      lapsed: 1,
      raced: 1,
      failed: 2,
      byPeer: { ann: 2, bea: 1 },
      bytesIn: 2_560,
      phases: { transfer: 3, load: 60, render: 900, merge: 4 }
    })
    assert.equal(account.unitsOf('ann'), 2)
    assert.equal(account.unitsOf('cem'), 0)
    assert.equal(account.raced, 1)
  })

  it('goes on from its totals', () => {
    const first = new Account()
    first.started(2)
    first.event('raced')
    first.accepted('ann', 8, PHASES)
    const second = new Account(first.totals())
    assert.deepEqual(second.totals(), first.totals())
    second.started(1)
    second.event('lapsed')
    second.accepted('ann', 8, PHASES)
    assert.equal(second.raced, 1)
    assert.deepEqual(second.totals(), { ...first.totals(), executions: 3, lapsed: 1, byPeer: { ann: 2 }, bytesIn: 16, phases: { transfer: 2, load: 40, render: 600, merge: 0 } })
    assert.equal(first.totals().executions, 2, 'totals are a copy')
  })

  it('never tells of fewer executions than deliveries, though reports are lost', () => {
    const account = new Account()
    account.accepted('ann', 8, PHASES)
    account.accepted('bea', 8, PHASES)
    account.started(1)
    assert.equal(account.totals().executions, 2)
    assert.equal(new Account(account.totals()).totals().executions, 2)
  })
})
