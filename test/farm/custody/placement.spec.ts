import assert from 'node:assert/strict'
import { ranked } from '../../../src/core/succession/rank.ts'
import { UnitSet } from '../../../src/core/ledger.ts'
import { gridOf } from '../../../src/core/units.ts'
import { ChannelClosedError } from '../../../src/errors.ts'
import { CustodySenders } from '../../../src/farm/custody/custody-senders.ts'
import { KeepAsker } from '../../../src/farm/custody/keep-asker.ts'
import { Placement } from '../../../src/farm/custody/placement.ts'
import { CUSTODIAN_GRACE_MS, CUSTODIAN_SILENCE_MS } from '../../../src/farm/custody/limits.ts'
import { keptUnit } from '../../support/custody-bench.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { signJob } from '../../support/fake-signatures.ts'
import { jobSpec } from '../../support/job-spec.ts'
import { MemoryLog } from '../../support/memory-log.ts'
import type { PeerId, UnitIndex } from '../../../src/core/ids.ts'
import type { ResultAnswer } from '../../../src/core/messages.ts'
import type { Answer, KeptUnit } from '../../../src/core/questions.ts'
import type { MeshPeer } from '../../../src/ports.ts'

const JOB = signJob('ann', jobSpec({ requester: 'ann' }))
const UNITS = gridOf(JOB.spec).units
/** In the order in which they are chosen. */
const [FIRST, SECOND, THIRD] = ranked(JOB.id, ['bea', 'cid', 'dan']) as [PeerId, PeerId, PeerId]

/** How a peer behaves as a custodian. */
interface Conduct {
  keeps: 'yes' | 'full' | 'silent'
  takes: 'yes' | 'busy' | 'refused' | 'silent' | 'unreachable'
  bundle: 'whole' | 'lacking'
  readonly kept: UnitSet
  draining?: true
  /** How often it was asked to keep, and results it was sent. */
  asked: number
  sent: number
}

class Members {
  readonly clock = new FakeClock()
  readonly log = new MemoryLog()
  readonly here = new Map<PeerId, Conduct>()
  readonly own = new UnitSet(UNITS)
  readonly placement: Placement
  /** Units that were read to be copied. */
  reads = 0

  constructor (copies = 2) {
    const mesh = {
      self: 'me',
      peers: () => Array.from(this.here, ([peer, { draining }]): MeshPeer => ({ peer, name: peer, relayed: false, addresses: [], engines: new Map(), threads: 1, ...(draining === undefined ? {} : { draining }) })),
      ask: async (peer: PeerId) => this.#ask(peer),
      openResults: async (peer: PeerId) => ({ peer, deliver: async (head: Parameters<Placement['place']>[0]) => this.#take(peer, head), closed: new Promise<undefined>(() => {}), close: async () => {} })
    }
    const { own } = this
    this.placement = new Placement({
      signed: JOB,
      control: () => undefined,
      copies,
      source: {
        get size () { return own.size },
        units: own,
        read: (wanted) => this.#read(wanted)
      }
    }, { mesh, clock: this.clock, log: this.log, senders: new CustodySenders({ ...this, mesh }), asker: new KeepAsker({ clock: this.clock, mesh }) })
  }

  joins (peer: PeerId, conduct: Partial<Conduct> = {}): Conduct {
    const full: Conduct = { keeps: 'yes', takes: 'yes', bundle: 'whole', kept: new UnitSet(UNITS), asked: 0, sent: 0, ...conduct }
    this.here.set(peer, full)
    this.placement.peersChanged()
    return full
  }

  leaves (peer: PeerId): void {
    this.here.delete(peer)
    this.placement.peersChanged()
  }

  async place (unit: UnitIndex): Promise<number> {
    const { head, bytes } = keptUnit(JOB, unit)
    return this.clock.drive(this.placement.place(head, bytes))
  }

  async * #read (wanted: UnitSet): AsyncIterable<KeptUnit> {
    for (const unit of wanted.values()) {
      this.reads++
      yield keptUnit(JOB, unit)
    }
  }

  async #ask (peer: PeerId): Promise<Answer> {
    const conduct = this.#of(peer)
    conduct.asked++
    switch (conduct.keeps) {
      case 'silent': return new Promise(() => {})
      case 'full': return { type: 'refused', reason: 'full' }
      case 'yes': return { type: 'ledger', ledger: { job: JOB.id, epoch: undefined, accepted: conduct.kept.copy(), parked: [], kept: conduct.kept.copy(), bundle: conduct.bundle } }
    }
  }

  async #take (peer: PeerId, { unit }: { readonly unit: UnitIndex }): Promise<ResultAnswer> {
    const conduct = this.#of(peer)
    conduct.sent++
    switch (conduct.takes) {
      case 'silent': return new Promise(() => {})
      case 'unreachable': throw new ChannelClosedError()
      case 'busy':
      case 'refused': return conduct.takes
      case 'yes': return conduct.kept.add(unit) ? 'accepted' : 'duplicate'
    }
  }

  #of (peer: PeerId): Conduct {
    const conduct = this.here.get(peer)
    if (conduct === undefined) {
      throw new ChannelClosedError()
    }
    return conduct
  }
}

describe('placing a result', () => {
  it('waits for as many custodians as there are to be, the first in rank', async () => {
    const members = new Members()
    const [first, second, third] = [FIRST, SECOND, THIRD].map((peer) => members.joins(peer))
    assert.equal(await members.place(3), 2)
    assert.deepEqual([first!.kept.has(3), second!.kept.has(3), third!.sent], [true, true, 0])
  })

  it('is content with as many as there are', async () => {
    const members = new Members()
    assert.equal(await members.place(3), 0)
    members.joins(FIRST)
    assert.equal(await members.place(3), 1)
    assert.equal(await members.place(3), 1, 'and sends nothing twice')
    assert.equal(members.here.get(FIRST)!.sent, 1)
  })

  it('asks neither the requester nor who drains', async () => {
    const members = new Members()
    const requester = members.joins('ann')
    const draining = members.joins(FIRST, { draining: true })
    assert.equal(await members.place(3), 0)
    assert.deepEqual([requester.asked, draining.asked], [0, 0])
  })

  for (const [name, conduct] of [['that is full', { keeps: 'full' }], ['that refuses', { takes: 'refused' }], ['that can not be reached', { takes: 'unreachable' }], ['whose disk is in trouble', { takes: 'busy' }]] as const) {
    it(`takes the next in the place of one ${name}`, async () => {
      const members = new Members()
      members.joins(FIRST, conduct)
      const [second, third] = [SECOND, THIRD].map((peer) => members.joins(peer))
      const startMs = members.clock.nowMs()
      assert.equal(await members.place(3), 2)
      assert.deepEqual([second!.kept.has(3), third!.kept.has(3)], [true, true])
      assert.ok(members.clock.nowMs() - startMs < 1_000)
    })
  }

  for (const conduct of [{ keeps: 'silent' }, { takes: 'silent' }] as const) {
    it(`passes over one that says nothing (${JSON.stringify(conduct)}), and does not wait for it the next time`, async () => {
      const members = new Members()
      members.joins(FIRST, conduct)
      members.joins(SECOND)
      members.joins(THIRD)
      assert.equal(await members.place(3), 2)
      assert.ok(members.clock.nowMs() <= CUSTODIAN_SILENCE_MS + 10, `${members.clock.nowMs()}`)
      const startMs = members.clock.nowMs()
      assert.equal(await members.place(4), 2)
      assert.equal(members.clock.nowMs(), startMs)
    })
  }

  it('waits a while for the only one, when its disk is in trouble for a moment', async () => {
    const members = new Members(1)
    const only = members.joins(FIRST, { takes: 'busy' })
    members.clock.after(3_500, () => { only.takes = 'yes' })
    assert.equal(await members.place(3), 1)
    only.takes = 'busy'
    assert.equal(await members.place(4), 0)
    assert.ok(members.clock.nowMs() < 5_000 + 2 * CUSTODIAN_SILENCE_MS)
  })
})

describe('placement', () => {
  it('copies what there is, and what comes', async () => {
    const members = new Members()
    members.own.addRange({ first: 0, end: 5 })
    const [first, second] = [FIRST, SECOND].map((peer) => members.joins(peer))
    assert.equal(members.placement.safety.state, 'unsafe')
    members.placement.start()
    await members.clock.settle(1_000)
    assert.deepEqual([[...first!.kept.values()], [...second!.kept.values()]], [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4]])
    assert.deepEqual(members.placement.safety, { state: 'safe' })
    members.own.add(7)
    members.placement.changed()
    assert.deepEqual(members.placement.safety, { state: 'unsafe', missing: '1 of 6 finished parts is still to be copied to 2 other computers' })
    await members.clock.settle(3_000)
    assert.deepEqual(members.placement.safety, { state: 'safe' })
    assert.equal(first!.sent, 6)
  })

  it('is at rest when all is safe', async () => {
    const members = new Members()
    members.own.addRange({ first: 0, end: 5 });
    [FIRST, SECOND].forEach((peer) => members.joins(peer))
    members.placement.start()
    await members.clock.settle(10_000)
    const { asked } = members.here.get(FIRST)!
    await members.clock.settle(600_000)
    assert.ok(members.here.get(FIRST)!.asked - asked <= 6)
    assert.equal(members.reads, 10)
    members.placement.close()
    assert.equal(members.clock.pending, 0)
  })

  it('chooses another for one that left and did not return', async () => {
    const members = new Members()
    members.own.addRange({ first: 0, end: 5 });
    [FIRST, SECOND, THIRD].forEach((peer) => members.joins(peer))
    members.placement.start()
    await members.clock.settle(1_000)
    members.leaves(FIRST)
    await members.clock.settle(CUSTODIAN_GRACE_MS - 1_000)
    assert.equal(members.here.get(THIRD)!.sent, 0)
    await members.clock.settle(5_000)
    assert.equal(members.here.get(THIRD)!.kept.size, 5)
    assert.deepEqual(members.placement.safety, { state: 'safe' })
  })

  it('goes on with one that came back, and sends it what its disk lost', async () => {
    const members = new Members()
    members.own.addRange({ first: 0, end: 5 });
    [FIRST, SECOND, THIRD].forEach((peer) => members.joins(peer))
    members.placement.start()
    await members.clock.settle(1_000)
    members.leaves(FIRST)
    await members.clock.settle(5_000)
    const again = members.joins(FIRST)
    await members.clock.settle(5_000)
    assert.equal(again.kept.size, 5)
    assert.equal(members.here.get(THIRD)!.sent, 0)
  })

  it('takes up one that is connected already when it becomes full', async () => {
    const members = new Members()
    members.own.addRange({ first: 0, end: 5 })
    members.joins(FIRST, { takes: 'refused' });
    [SECOND, THIRD].forEach((peer) => members.joins(peer))
    members.placement.start()
    await members.clock.settle(1_000)
    assert.equal(members.here.get(THIRD)!.kept.size, 5)
    assert.deepEqual(members.placement.safety, { state: 'safe' })
  })

  it('goes on asking for the scene until it is there', async () => {
    const members = new Members()
    const first = members.joins(FIRST, { bundle: 'lacking' })
    members.joins(SECOND)
    members.own.add(3)
    members.placement.start()
    await members.clock.settle(1_000)
    assert.deepEqual(members.placement.safety, { state: 'unsafe', missing: 'the scene is still to be copied to 2 other computers' })
    first.bundle = 'whole'
    await members.clock.settle(11_000)
    assert.deepEqual(members.placement.safety, { state: 'safe' })
  })

  it('says how many other computers are missing', async () => {
    const members = new Members()
    const said = (): string => {
      const { safety } = members.placement
      return safety.state === 'safe' ? 'safe' : safety.missing
    }
    assert.equal(said(), 'no other computer is connected; results are kept twice only with 2')
    members.joins(FIRST)
    assert.equal(said(), 'only 1 other computer is connected; results are kept twice only with 2')
    members.joins(SECOND, { keeps: 'full' })
    members.placement.start()
    await members.clock.settle(1_000)
    assert.equal(said(), 'only 1 other computer has room for results now; they are kept twice only by 2')
  })

  it('does not read without end what can not be copied', async () => {
    const members = new Members()
    members.own.addRange({ first: 0, end: 5 });
    [FIRST, SECOND].forEach((peer) => members.joins(peer, { takes: 'busy' }))
    members.placement.start()
    await members.clock.settle(600_000)
    assert.ok(members.reads < 200, `${members.reads}`)
    members.here.forEach((conduct) => { conduct.takes = 'yes' })
    await members.clock.settle(150_000)
    assert.deepEqual(members.placement.safety, { state: 'safe' })
  })
})
