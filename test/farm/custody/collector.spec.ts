import assert from 'node:assert/strict'
import fc from 'fast-check'
import { UnitSet } from '../../../src/core/ledger.ts'
import { gridOf } from '../../../src/core/units.ts'
import { ChannelClosedError, StoreError } from '../../../src/errors.ts'
import { Collector } from '../../../src/farm/custody/collector.ts'
import { LOST_AFTER_MS } from '../../../src/farm/custody/limits.ts'
import { shareOut } from '../../../src/farm/custody/share-out.ts'
import { keptUnit } from '../../support/custody-bench.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { signJob } from '../../support/fake-signatures.ts'
import { jobSpec } from '../../support/job-spec.ts'
import { MemoryLog } from '../../support/memory-log.ts'
import type { PeerId, UnitIndex } from '../../../src/core/ids.ts'
import type { Answer, KeptRequest, KeptUnit } from '../../../src/core/questions.ts'
import type { KeptChannel, MeshPeer } from '../../../src/ports.ts'

const JOB = signJob('ann', jobSpec({ requester: 'ann' }))
const UNITS = gridOf(JOB.spec).units

function unitSet (units: Iterable<UnitIndex>): UnitSet {
  const set = new UnitSet(UNITS)
  for (const unit of units) {
    set.add(unit)
  }
  return set
}

/** What a peer does when it is to send what it keeps. */
type Conduct = 'sends' | 'sends half' | 'sends nothing' | 'sends another job' | 'stalls' | 'refuses'

interface Keeper {
  readonly kept: UnitSet
  readonly accepted: UnitSet
  conduct: Conduct
  silentUntilMs: number
  readonly asked: KeptRequest[]
}

/** A peer that collects from others. */
class Collection {
  readonly clock = new FakeClock()
  readonly log = new MemoryLog()
  readonly here = new Map<PeerId, Keeper>()
  readonly came = new UnitSet(UNITS)
  readonly wanted = new UnitSet(UNITS)
  readonly learned = new UnitSet(UNITS)
  readonly lost: UnitIndex[] = []
  readonly givenUp = new UnitSet(UNITS)
  diskFault: string | undefined
  /** Milliseconds between two results of a peer. */
  eachMs = 0
  sending = 0
  mostSending = 0
  readonly collector = new Collector({
    signed: JOB,
    lacking: () => this.wanted.without(this.came).without(this.givenUp),
    take: async ({ head }) => {
      if (this.diskFault !== undefined) {
        throw new StoreError(this.diskFault)
      }
      assert.equal(this.came.add(head.unit), true, `unit ${head.unit} comes once`)
    },
    elsewhere: (units) => { this.learned.addAll(units) },
    lost: (units) => {
      this.lost.push(...units.values())
      this.givenUp.addAll(units)
    }
  }, {
    clock: this.clock,
    log: this.log,
    mesh: {
      peers: () => Array.from(this.here.keys(), (peer): MeshPeer => ({ peer, name: peer, relayed: false, addresses: [], engines: new Map(), threads: 1 })),
      ask: async (peer) => this.#ask(peer),
      openKept: async (peer, request) => this.#open(peer, request)
    }
  })

  joins (peer: PeerId, kept: Iterable<UnitIndex>, conduct: Conduct = 'sends', accepted: Iterable<UnitIndex> = []): Keeper {
    const keeper: Keeper = { kept: unitSet(kept), accepted: unitSet(accepted), conduct, silentUntilMs: 0, asked: [] }
    this.here.set(peer, keeper)
    return keeper
  }

  async #ask (peer: PeerId): Promise<Answer> {
    const { kept, accepted, silentUntilMs } = this.here.get(peer)!
    if (this.clock.nowMs() < silentUntilMs) {
      throw new ChannelClosedError()
    }
    return { type: 'ledger', ledger: { job: JOB.id, epoch: undefined, accepted: accepted.copy(), parked: [], kept: kept.copy(), bundle: 'whole' } }
  }

  #open (peer: PeerId, request: KeptRequest): KeptChannel {
    const keeper = this.here.get(peer)
    if (keeper === undefined || keeper.conduct === 'refuses') {
      throw new ChannelClosedError()
    }
    keeper.asked.push(request)
    let ended = (): void => {}
    const closed = new Promise<undefined>((resolve) => { ended = () => { resolve(undefined) } })
    return { peer, relayed: false, messages: this.#send(keeper, request, closed), closed, send: async () => {}, close: async () => { ended() }, abort: () => { ended() } }
  }

  async * #send ({ kept, conduct }: Keeper, { wanted }: KeptRequest, closed: Promise<undefined>): AsyncIterable<KeptUnit> {
    this.sending++
    this.mostSending = Math.max(this.mostSending, this.sending)
    try {
      const units = [...wanted.values()].filter((unit) => kept.has(unit))
      const sent = conduct === 'sends half' ? units.slice(0, Math.floor(units.length / 2)) : conduct === 'sends nothing' ? [] : units
      for (const unit of sent) {
        if (this.eachMs > 0) {
          await new Promise<void>((resolve) => { this.clock.after(this.eachMs, resolve) })
        }
        if (conduct === 'stalls') {
          await closed
          return
        }
        yield keptUnit(conduct === 'sends another job' ? signJob('bea', jobSpec({ requester: 'bea' })) : JOB, unit)
      }
    } finally {
      this.sending--
    }
  }
}

describe('collector', () => {
  it('brings what is lacking from whoever keeps it, each unit once', async () => {
    const collection = new Collection()
    collection.wanted.addRange({ first: 0, end: 12 })
    const [bea, cid] = [collection.joins('bea', [0, 1, 2, 3, 4, 5, 6, 7]), collection.joins('cid', [4, 5, 6, 7, 8, 9, 10, 11, 12])]
    collection.collector.start()
    await collection.clock.settle(100)
    assert.deepEqual([...collection.came.values()], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    assert.deepEqual([bea.asked.length, cid.asked.length], [1, 1])
    assert.deepEqual([...collection.learned.values()], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    await collection.clock.settle(600_000)
    assert.deepEqual([bea.asked.length, cid.asked.length, collection.lost], [1, 1, []], 'and is at rest then')
    assert.equal(collection.clock.pending, 0)
  })

  for (const conduct of ['sends half', 'sends nothing', 'sends another job', 'stalls', 'refuses'] as const) {
    it(`asks the next peer when one ${conduct}`, async () => {
      const collection = new Collection()
      collection.wanted.addRange({ first: 0, end: 8 })
      collection.joins('bea', [0, 1, 2, 3, 4, 5, 6, 7], conduct)
      collection.joins('cid', [0, 1, 2, 3, 4, 5, 6, 7])
      collection.collector.start()
      await collection.clock.settle(50_000)
      assert.equal(collection.came.size, 8)
      assert.deepEqual(collection.lost, [])
    })
  }

  it('says what nobody has after a while, once', async () => {
    const collection = new Collection()
    collection.wanted.addRange({ first: 0, end: 6 })
    collection.joins('bea', [0, 1], 'sends', [0, 1, 2, 3])
    collection.joins('cid', [4, 5], 'sends nothing')
    collection.collector.start()
    await collection.clock.settle(LOST_AFTER_MS - 1_000)
    assert.deepEqual(collection.lost, [])
    await collection.clock.settle(2_000)
    assert.deepEqual(collection.lost, [2, 3])
    await collection.clock.settle(2 * LOST_AFTER_MS)
    assert.deepEqual(collection.lost, [2, 3, 4, 5])
    assert.deepEqual([...collection.came.values()], [0, 1])
  })

  it('does not give up what one that does not answer may have, until it did not for some time', async () => {
    const collection = new Collection()
    collection.wanted.addRange({ first: 0, end: 4 })
    const silent = collection.joins('bea', [0, 1, 2, 3])
    silent.silentUntilMs = LOST_AFTER_MS / 2
    collection.collector.start()
    await collection.clock.settle(3 * LOST_AFTER_MS)
    assert.deepEqual([collection.came.size, collection.lost], [4, []])
    const older = new Collection()
    older.wanted.addRange({ first: 0, end: 4 })
    older.joins('bea', []).silentUntilMs = Infinity
    older.collector.start()
    await older.clock.settle(10 * LOST_AFTER_MS)
    assert.deepEqual(older.lost, [0, 1, 2, 3])
  })

  it('does not give up what comes back in time', async () => {
    const collection = new Collection()
    collection.wanted.addRange({ first: 0, end: 4 })
    collection.collector.start()
    await collection.clock.settle(LOST_AFTER_MS / 2)
    collection.joins('bea', [0, 1, 2, 3])
    collection.collector.start()
    await collection.clock.settle(LOST_AFTER_MS * 3)
    assert.deepEqual([collection.came.size, collection.lost], [4, []])
  })

  it('does not give up what is still coming, however slowly', async () => {
    const collection = new Collection()
    collection.wanted.addRange({ first: 0, end: 16 })
    collection.joins('bea', Array.from({ length: 16 }, (_, unit) => unit))
    collection.eachMs = 20_000
    collection.collector.start()
    await collection.clock.settle(16 * 20_000 + 1_000)
    assert.deepEqual([collection.came.size, collection.lost], [16, []])
  })

  it('waits for its own disk, and blames nobody for it', async () => {
    const collection = new Collection()
    collection.wanted.addRange({ first: 0, end: 4 })
    collection.joins('bea', [0, 1, 2, 3])
    collection.diskFault = 'no space left'
    collection.collector.start()
    await collection.clock.settle(45_000)
    collection.diskFault = undefined
    await collection.clock.settle(LOST_AFTER_MS)
    assert.deepEqual([collection.came.size, collection.lost], [4, []])
    assert.ok(collection.here.get('bea')!.asked.length < 10)
  })

  it('has a bounded number of peers send at a time', async () => {
    const collection = new Collection()
    collection.eachMs = 10
    collection.wanted.addRange({ first: 0, end: UNITS })
    for (let peer = 0; peer < 40; peer++) {
      collection.joins(`peer ${peer}`, [peer % UNITS])
    }
    collection.collector.start()
    await collection.clock.settle(200_000)
    assert.deepEqual([collection.came.size, collection.mostSending], [UNITS, 4])
  })

  it('stops in the middle', async () => {
    const collection = new Collection()
    collection.eachMs = 1_000
    collection.wanted.addRange({ first: 0, end: UNITS })
    collection.joins('bea', Array.from({ length: UNITS }, (_, unit) => unit), 'stalls')
    collection.collector.start()
    await collection.clock.settle(5_000)
    collection.collector.stop()
    collection.collector.start()
    await collection.clock.settle(500_000)
    assert.equal(collection.clock.pending, 0)
    assert.deepEqual(collection.lost, [])
  })
})

describe('sharing units out', () => {
  it('gives each unit that somebody has to one who has it, evenly', () => {
    fc.assert(fc.property(fc.array(fc.uniqueArray(fc.nat(UNITS - 1)), { maxLength: 6 }), fc.uniqueArray(fc.nat(UNITS - 1)), (kept, units) => {
      const holders = new Map(kept.map((has, index) => [`peer ${index}`, unitSet(has)]))
      const shares = shareOut(unitSet(units), holders, Infinity)
      const given = [...shares].flatMap(([peer, share]) => [...share.values()].map((unit) => {
        assert.ok(holders.get(peer)!.has(unit))
        return unit
      }))
      assert.deepEqual(given.toSorted((a, b) => a - b), units.filter((unit) => kept.some((has) => has.includes(unit))).toSorted((a, b) => a - b))
    }))
    const all = Array.from({ length: UNITS }, (_, unit) => unit)
    const shares = shareOut(unitSet(all), new Map([['bea', unitSet(all)], ['cid', unitSet(all)], ['dan', unitSet([0])]]), 2)
    assert.deepEqual([...shares.values()].map(({ size }) => size), [UNITS / 2, UNITS / 2])
  })
})
