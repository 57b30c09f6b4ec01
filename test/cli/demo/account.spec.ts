import assert from 'node:assert/strict'
import { accountLines } from '../../../src/cli/demo/account.ts'
import { shareCores } from '../../../src/cli/demo/threads.ts'
import { FakePeer } from '../support/fake-peer.ts'
import { aDone } from '../support/view-events.ts'
import type { DoneEvent } from '../../../src/cli/view/model.ts'

const PEERS = [{ peer: 'a', name: 'ALDER' }, { peer: 'b', name: 'BIRCH' }, { peer: 'c', name: 'CEDAR' }]

describe('account of the demo', () => {
  it('says who rendered what, what lapsed, what it cost, and the hash of the film', async () => {
    const job = await new FakePeer().render({ scene: '/demo.glb', output: '/demo.png' })
    const done: DoneEvent = {
      ...aDone() as DoneEvent,
      units: 144,
      executions: 150,
      lapsed: 6,
      byPeer: { b: 60, c: 84 },
      bytesIn: 3_686_400,
      filmHash: 'ab'.repeat(32),
      phases: { transfer: 300, load: 810, render: 61_240, merge: 99 }
    }
    assert.deepEqual(accountLines({ job, done, peers: PEERS, killed: { peer: 'b', percent: 41 }, lapsedOf: new Map([['b', 6]]) }), [
      '  rendered  ALDER 0 units, the requester',
      '            BIRCH 60 units, killed when 41 % were done',
      '            CEDAR 84 units',
      '  lapsed    6 units of BIRCH; others rendered them',
      '  cost      150 renders started for 144 units, 6 more than needed',
      '            61.2 s rendering, 0.8 s loading, 0.3 s on the way, 0.1 s merging',
      '            3.5 MiB of pixels',
      `  film      sha256 ${'ab'.repeat(32)}`
    ])
    assert.equal(accountLines({ job, done: { ...done, executions: 144 }, peers: PEERS, killed: undefined, lapsedOf: new Map() })[3], '  lapsed    nothing')
  })
})

describe('cores of the demo', () => {
  it('are all used once, and shared when there are fewer than peers', () => {
    assert.deepEqual([1, 2].map(shareCores), [[1, 1, 1], [1, 1, 1]])
    for (let cores = 3; cores <= 64; cores++) {
      const threads = shareCores(cores)
      assert.equal(threads.reduce((sum, one) => sum + one), cores)
      assert.ok(Math.min(...threads) >= 1 && Math.max(...threads) - Math.min(...threads) <= 1, `${threads}`)
    }
  })
})
