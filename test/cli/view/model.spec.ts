import assert from 'node:assert/strict'
import { RATE_WINDOW_MS, emptyModel, reduceModel, unitsPerMinute } from '../../../src/cli/view/model.ts'
import { aDone, aJob, aProgress, aUnit, modelOf } from '../support/view-events.ts'

describe('model of a job on a screen', () => {
  it('begins with nothing known', () => {
    const model = emptyModel('self')
    assert.deepEqual([model.job, model.done, model.units, model.peers.size, unitsPerMinute(model)], [undefined, 0, 0, 0, null])
  })

  it('takes title and size from the job, figures from progress', () => {
    const model = modelOf([aJob(120), aProgress(30, 120, { etaMs: 5000 })])
    assert.deepEqual([model.job?.name, model.units, model.done, model.etaMs], ['shot.glb', 120, 30, 5000])
  })

  it('counts a unit at its peer as soon as it is delivered, and believes progress more', () => {
    let model = modelOf([aJob(120), aUnit('5', 'leased', 'a'), aUnit('5', 'delivered', 'a'), aUnit('6', 'delivered', 'a')])
    assert.deepEqual([model.peers.get('a')!.done, model.peers.get('a')!.unit], [2, undefined])
    model = reduceModel(model, aProgress(1, 120, { working: [{ peer: 'a', name: 'ASH', done: 1, leased: 3, relayed: false }] }), 0)
    assert.deepEqual([model.peers.get('a')!.done, model.peers.get('a')!.leased, model.peers.get('a')!.name], [1, 3, 'ASH'])
  })

  it('shows the unit a peer was granted last until it is delivered, lapsed or failed', () => {
    for (const state of ['delivered', 'lapsed', 'failed'] as const) {
      const model = modelOf([aJob(120), aUnit('5', 'leased', 'a'), aUnit('6', 'leased', 'a')])
      assert.equal(model.peers.get('a')!.unit, '6')
      assert.equal(reduceModel(model, aUnit('5', state, 'a'), 0).peers.get('a')!.unit, '6')
      assert.equal(reduceModel(model, aUnit('6', state, 'a'), 0).peers.get('a')!.unit, undefined)
    }
  })

  it('keeps peers that stopped working, without leases', () => {
    const working = [{ peer: 'a', name: 'ASH', done: 4, leased: 2, relayed: true }]
    const model = modelOf([aJob(120), aProgress(4, 120, { working }), aProgress(5, 120, { working: [] })])
    assert.deepEqual([model.peers.get('a')!.leased, model.peers.get('a')!.done, model.peers.get('a')!.reach], [0, 4, 'relayed'])
  })

  it('marks a peer that left, and one that came back', () => {
    let model = modelOf([aJob(120), aUnit('1', 'leased', 'a'), { event: 'peer', peer: 'a', state: 'left', name: 'ASH' }])
    assert.deepEqual([model.peers.get('a')!.state, model.peers.get('a')!.name], ['left', 'ASH'])
    model = reduceModel(model, aUnit('2', 'leased', 'a'), 0)
    assert.equal(model.peers.get('a')!.state, 'present')
  })

  it('does not list peers that never worked on the job', () => {
    assert.equal(modelOf([aJob(120), { event: 'peer', peer: 'b', state: 'joined', name: 'BIRCH' }]).peers.size, 0)
  })

  it('counts lapses, failures and parked units', () => {
    const model = modelOf([aJob(120), aUnit('1', 'lapsed', 'a'), aUnit('1', 'lapsed', 'b'), aUnit('2', 'failed', 'a'), aUnit('2', 'parked', 'c'), aUnit('3', 'raced', 'a')])
    assert.deepEqual([model.lapsed, model.failed, model.parked], [2, 1, 1])
  })

  it('is here for its own peer', () => {
    const model = modelOf([aJob(120), aUnit('1', 'leased', 'self')])
    assert.equal(model.peers.get('self')!.reach, 'here')
  })

  it('remembers the end', () => {
    const model = modelOf([aJob(120), aProgress(120, 120, { etaMs: 100 }), aDone()])
    assert.deepEqual([model.ended?.state, model.etaMs], ['finished', null])
  })

  describe('rate', () => {
    it('is units a minute over the window, and forgets what is older', () => {
      let model = emptyModel('self')
      for (let second = 0; second <= 120; second++) {
        model = reduceModel(model, aProgress(second < 60 ? second : 60 + (second - 60) * 2, 999), second * 1000)
      }
      assert.equal(unitsPerMinute(model), 120)
    })

    it('keeps few points however often progress comes', () => {
      let model = emptyModel('self')
      for (let atMs = 0; atMs <= 60_000; atMs += 10) {
        model = reduceModel(model, aProgress(atMs / 10, 99_999), atMs)
      }
      assert.ok(model.points.length <= RATE_WINDOW_MS / 500 + 2, `${model.points.length} points`)
      assert.ok(Math.abs(unitsPerMinute(model)! - 6000) < 1)
    })

    it('is unknown when nothing has been done in the window', () => {
      let model = emptyModel('self')
      model = reduceModel(model, aProgress(5, 99), 0)
      model = reduceModel(model, aProgress(5, 99), 10_000)
      assert.equal(unitsPerMinute(model), null)
    })
  })
})
