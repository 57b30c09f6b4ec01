import assert from 'node:assert/strict'
import { gridOf } from '../../src/core/units.ts'
import { signControl, signJob } from '../support/fake-signatures.ts'
import { jobSpec } from '../support/job-spec.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { BoundedQueues } from './invariants/bounded-queues.ts'
import { DurableAcknowledgements } from './invariants/durable-acknowledgements.ts'
import { Executions } from './invariants/executions.ts'
import { FairShare } from './invariants/fair-share.ts'
import { invariantsOf } from './invariants/index.ts'
import { JobsEnd } from './invariants/jobs-end.ts'
import { LiveLeases } from './invariants/live-leases.ts'
import { NoWayBack } from './invariants/no-way-back.ts'
import { OneEpoch } from './invariants/one-epoch.ts'
import { OneResult } from './invariants/one-result.ts'
import { OnlyTheSigned } from './invariants/only-the-signed.ts'
import { PoisonStops } from './invariants/poison-stops.ts'
import { QuickCancel } from './invariants/quick-cancel.ts'
import { RightBytes } from './invariants/right-bytes.ts'
import { SameView } from './invariants/same-view.ts'
import { SmallGossip } from './invariants/small-gossip.ts'
import type { PeerId, UnitIndex } from '../../src/core/ids.ts'
import type { Grant, JobDigest, ResultAnswer, ResultHead, WorkerMessage } from '../../src/core/messages.ts'
import type { FarmEvent } from '../../src/ports.ts'
import type { SentMessage } from '../support/fake-network.ts'
import type { Invariant, Rest, Scene } from './invariant.ts'
import type { Plan } from './plan.ts'

const SPEC = jobSpec({ requester: 'R' })
const SIGNED = signJob('R', SPEC)
const JOB = SIGNED.id
const GRID = gridOf(SPEC)
const EPOCH = { round: 1, peer: 'R', instance: 7 }
const PEERS: readonly PeerId[] = ['R', 'A', 'B', 'C', 'D']

/** A place to look things up where all are up and linked and nothing is on any disk. */
class Stage implements Scene {
  readonly plan: { mood: Plan['mood'] } = { mood: 'calm' }
  nowMs = 1_000
  quietForMs = 0
  readonly peers = PEERS
  readonly disks = new Map(PEERS.map((peer) => [peer, new MemoryDisk()]))
  readonly broken: string[] = []

  job (): { id: string, spec: typeof SPEC, grid: typeof GRID } {
    return { id: JOB, spec: SPEC, grid: GRID }
  }

  disk (peer: PeerId): MemoryDisk {
    return this.disks.get(peer)!
  }

  isUp (): boolean {
    return true
  }

  areLinked (): boolean {
    return true
  }

  watch<T extends Invariant> (Watched: new (scene: Scene) => T): T {
    const invariant = new Watched(this)
    invariant.report = (text) => { this.broken.push(text) }
    return invariant
  }

  lease (from: PeerId, to: PeerId, message: unknown): SentMessage {
    return { atMs: this.nowMs, from, to, kind: 'lease', message, stream: 1 }
  }

  grant (worker: PeerId, number: number, column = 0, steward = 'R', epoch = EPOCH): SentMessage {
    const message: Grant = { type: 'grant', job: JOB, token: { epoch, grant: number }, rects: [{ frame: 0, x0: column, y0: 0, x1: column + 1, y1: 1, run0: 0, run1: 1 }], leaseMs: 30_000, heartbeatMs: 10_000 }
    return this.lease(steward, worker, message)
  }

  /** A result of a unit and its answer, as two messages. */
  result (worker: PeerId, unit: UnitIndex, answer: ResultAnswer, number = 1): readonly [SentMessage, SentMessage] {
    const head: ResultHead = { job: JOB, unit, token: { epoch: EPOCH, grant: number }, content: 'mean', bytes: 1_024, sha256: '0'.repeat(64), phases: { transferMs: 0, loadMs: 0, renderMs: 1 } }
    const sent = { atMs: this.nowMs, kind: 'results' as const, stream: 2 }
    return [{ ...sent, from: worker, to: 'R', message: { sequence: 1, head } }, { ...sent, from: 'R', to: worker, message: { sequence: 1, answer } }]
  }
}

function restOf (done: Partial<Extract<FarmEvent, { event: 'done' }>> | undefined, digests: Rest['digests'] = new Map()): Rest {
  return { ends: new Map([[JOB, done as Extract<FarmEvent, { event: 'done' }> | undefined]]), digests, filmHash: () => 'right', sessions: new Map() }
}

const DIGEST: JobDigest = { job: JOB, controlSequence: 2, final: true, epoch: EPOCH, done: 16, digest: '0000000000000000' }

/** For each invariant something that breaks it, and what it says then. */
const VIOLATIONS: readonly (readonly [what: string, words: RegExp, play: (stage: Stage) => void])[] = [
  ['an acknowledgement before the disk has it', /^S1: R answered accepted/, (stage) => {
    const watched = stage.watch(DurableAcknowledgements)
    stage.result('A', 3, 'accepted').forEach((message) => { watched.sent(message) })
  }],
  ['an acknowledgement of what only a cache of the disk has', /^S1/, (stage) => {
    const watched = stage.watch(DurableAcknowledgements)
    stage.disk('R').journal(JOB).write({ record: { type: 'accepted', unit: 3, worker: 'A', phases: { transferMs: 0, loadMs: 0, renderMs: 1 } }, pixels: undefined })
    stage.result('A', 3, 'accepted').forEach((message) => { watched.sent(message) })
  }],
  ['the last copy thrown away', /^S1: B threw away/, (stage) => {
    const watched = stage.watch(DurableAcknowledgements)
    const [head, answer] = stage.result('A', 3, 'accepted')
    stage.disk('R').journal(JOB).write({ record: { type: 'accepted', unit: 3, worker: 'A', phases: { transferMs: 0, loadMs: 0, renderMs: 1 } }, pixels: undefined })()
    watched.sent(head)
    watched.sent(answer)
    stage.disk('R').journals.clear()
    const fresh = stage.watch(DurableAcknowledgements)
    fresh.sent(head)
    fresh.sent(answer)
    fresh.disk('B', { type: 'freed', folder: 'custody', job: JOB, heads: [(head.message as { head: ResultHead }).head] })
    stage.broken.shift()
  }],
  ['one copy where two could be', /^S1: B acknowledged unit 3 with 1 copies of 2/, (stage) => {
    const watched = stage.watch(DurableAcknowledgements)
    stage.quietForMs = 120_000
    stage.nowMs = 200_000
    const [head, answer] = stage.result('A', 3, 'accepted')
    stage.disk('B').custody.set(JOB, { entries: [{ head: (head.message as { head: ResultHead }).head, bytes: new Uint8Array(0) }], durable: 1, changedAtMs: 0 })
    watched.sent({ ...head, to: 'B' })
    watched.sent({ ...answer, from: 'B' })
  }],
  ['a second result of a unit', /^S2: R journalled a second result of unit 3/, (stage) => {
    const watched = stage.watch(OneResult)
    for (let time = 0; time < 2; time++) {
      watched.disk('R', { type: 'journal', job: JOB, record: { type: 'accepted', unit: 3, worker: 'A', phases: { transferMs: 0, loadMs: 0, renderMs: 1 } } })
    }
  }],
  ['another film', /^S2: the film/, (stage) => { stage.watch(OneResult).atRest(restOf({ state: 'finished', filmHash: 'wrong', byPeer: { A: 16 } })) }],
  ['a result that counts twice', /^S2: 17 results/, (stage) => { stage.watch(OneResult).atRest(restOf({ state: 'finished', filmHash: 'right', byPeer: { A: 17 } })) }],
  ['a grant number used twice', /^S3: R used grant number 1 twice/, (stage) => {
    const watched = stage.watch(OneEpoch)
    watched.sent(stage.grant('A', 1))
    watched.sent(stage.grant('B', 1))
  }],
  ['an epoch of two lives', /^S3: R, life 1 grants under the epoch of R, life 0/, (stage) => {
    const watched = stage.watch(OneEpoch)
    watched.sent(stage.grant('A', 1))
    watched.life('R', 'killed')
    watched.sent(stage.grant('A', 2))
  }],
  ['another\'s epoch', /^S3: B/, (stage) => {
    stage.plan.mood = 'rough'
    stage.watch(OneEpoch).sent(stage.grant('A', 1, 0, 'B'))
  }],
  ['a take-over that nobody needed', /^S3: B took over/, (stage) => { stage.watch(OneEpoch).sent(stage.grant('A', 1, 0, 'B', { round: 2, peer: 'B', instance: 1 })) }],
  ['a lower epoch obeyed', /^S4: A obeys round 1/, (stage) => {
    const watched = stage.watch(NoWayBack)
    watched.arrived(stage.lease('B', 'A', { type: 'stale', job: JOB, epoch: { round: 2, peer: 'B', instance: 1 } }))
    watched.arrived(stage.grant('A', 5))
    watched.sent(stage.lease('A', 'R', { type: 'started', leases: [{ job: JOB, token: { epoch: EPOCH, grant: 5 }, started: 1 }] }))
  }],
  ['a job revived', /^S4: A takes .* for open/, (stage) => {
    const watched = stage.watch(NoWayBack)
    for (const [stream, digest] of [DIGEST, { ...DIGEST, final: false }].entries()) {
      const exchange = { atMs: 1, kind: 'digests' as const, stream }
      watched.sent({ ...exchange, from: 'B', to: 'A', message: { digests: [], records: [] } })
      watched.sent({ ...exchange, from: 'A', to: 'B', message: { digests: [digest], records: [] } })
    }
  }],
  ['a cancelled job that finished', /^S4: .* was cancelled and is finished/, (stage) => {
    const watched = stage.watch(NoWayBack)
    watched.said(JOB, 'cancelled')
    watched.atRest(restOf({ state: 'finished' }))
  }],
  ['units that the job does not have', /^S5: R granted units/, (stage) => { stage.watch(OnlyTheSigned).sent(stage.grant('A', 1, 4)) }],
  ['a result of somebody else', /^S5: R accepted unit 1 from B/, (stage) => {
    const watched = stage.watch(OnlyTheSigned)
    watched.sent(stage.grant('A', 1, 1))
    stage.result('B', 1, 'accepted').forEach((message) => { watched.sent(message) })
  }],
  ['a forged word', /^S5: B forwards/, (stage) => {
    const forged = signControl('B', { job: JOB, sequence: 2, state: 'cancelled', priority: 0 })
    stage.watch(OnlyTheSigned).sent({ atMs: 1, from: 'B', to: 'A', kind: 'gossip-control', message: forged, stream: 0 })
  }],
  ['a unit leased three times', /^S6: unit 0 is leased to A, B, C at once/, (stage) => {
    const watched = stage.watch(LiveLeases)
    ;['A', 'B', 'C'].forEach((worker, index) => { watched.sent(stage.grant(worker, index + 1)) })
  }],
  ['a grant of what was accepted', /^S6: R granted unit 0 to B after/, (stage) => {
    const watched = stage.watch(LiveLeases)
    watched.sent(stage.grant('A', 1))
    stage.result('A', 0, 'accepted').forEach((message) => { watched.sent(message) })
    watched.sent(stage.grant('B', 2))
  }],
  ['a revoked lease renewed', /^S6: R renewed grant 1 of A, which it had revoked/, (stage) => {
    const watched = stage.watch(LiveLeases)
    watched.sent(stage.grant('A', 1))
    watched.sent(stage.lease('R', 'A', { type: 'revoke', job: JOB, token: { epoch: EPOCH, grant: 1 }, rects: [], reason: 'lapsed' }))
    watched.sent(stage.lease('R', 'A', { type: 'renewed', sequence: 1, live: [{ job: JOB, token: { epoch: EPOCH, grant: 1 } }], accepted: [] }))
  }],
  ['a peer that never heard of the end', /^S7, L2: B does not know the end/, (stage) => {
    stage.watch(SameView).atRest(restOf({ state: 'finished' }, new Map([['A', [DIGEST]], ['B', [{ ...DIGEST, final: false }]]])))
  }],
  ['two views', /^S7, L2: B and A tell different things/, (stage) => {
    stage.watch(SameView).atRest(restOf({ state: 'finished' }, new Map([['A', [DIGEST]], ['B', [{ ...DIGEST, controlSequence: 3 }]]])))
  }],
  ['other bytes under a hash', /^S8: A keeps other bytes/, (stage) => { stage.watch(RightBytes).disk('A', { type: 'blob', blob: '0'.repeat(64), bytes: new Uint8Array(1) }) }],
  ['a render that nobody asked for', /^B1: A renders unit 2/, (stage) => { stage.watch(Executions).render('A', { type: 'started', job: JOB, unit: 2 }) }],
  ['a queue without end', /^B2: 4096 messages/, (stage) => {
    const watched = stage.watch(BoundedQueues)
    for (let count = 0; count < 4_096; count++) {
      watched.sent(stage.grant('A', count))
    }
  }],
  ['beacons too often', /^B3: R sent two beacons within 500 ms/, (stage) => {
    const watched = stage.watch(SmallGossip)
    for (const atMs of [1_000, 1_500]) {
      watched.sent({ atMs, from: 'R', to: 'A', kind: 'gossip-beacon', message: { steward: 'R', jobs: [] }, stream: 0 })
    }
  }],
  ['a job without an end', /^L1: .* has no end/, (stage) => { stage.watch(JobsEnd).atRest(restOf(undefined)) }],
  ['a render after the cancel was heard', /^L3: A starts a unit/, (stage) => {
    const watched = stage.watch(QuickCancel)
    watched.arrived(stage.lease('R', 'A', { type: 'control', control: signControl('R', { job: JOB, sequence: 2, state: 'cancelled', priority: 0 }) }))
    stage.nowMs += 1_500
    watched.render('A', { type: 'started', job: JOB, unit: 2 })
  }],
  ['a unit that fails on four peers', /^L5: unit 2 failed on 4 peers/, (stage) => {
    const watched = stage.watch(PoisonStops)
    for (const peer of ['A', 'B', 'C', 'D']) {
      const failed: WorkerMessage = { type: 'failed', job: JOB, token: { epoch: EPOCH, grant: 1 }, unit: 2, reason: 'no', log: '' }
      watched.arrived(stage.lease(peer, 'R', failed))
    }
  }]
]

describe('the invariants of a simulation', () => {
  for (const [what, words, play] of VIOLATIONS) {
    it(`notice ${what}`, () => {
      const stage = new Stage()
      play(stage)
      assert.equal(stage.broken.length, 1, stage.broken.join('; '))
      assert.match(stage.broken[0]!, words)
    })
  }

  it('notice that one requester starves', () => {
    const stage = new Stage()
    stage.nowMs = 0
    const specs = new Map([['mine', { ...SPEC, requester: 'A' }], ['theirs', { ...SPEC, requester: 'B' }]])
    const invariant = new FairShare({ ...stage, peers: PEERS, plan: stage.plan, quietForMs: 0, get nowMs () { return stage.nowMs }, job: (id) => ({ id, spec: specs.get(id)!, grid: GRID }), disk: () => undefined, isUp: () => true, areLinked: () => true })
    invariant.report = (text) => { stage.broken.push(text) }
    for (const [job, lengthMs] of [['mine', 390], ['theirs', 10]] as const) {
      stage.nowMs = 0
      for (let unit = 0; stage.nowMs < 400_000; unit++) {
        invariant.render('C', { type: 'started', job, unit })
        stage.nowMs += lengthMs
        invariant.render('C', { type: 'ended', job, unit })
        stage.nowMs += 400 - lengthMs
      }
    }
    invariant.atRest(restOf(undefined))
    assert.match(stage.broken.join(), /^L4: .* a Jain index of 0\.5/)
  })

  it('are quiet while nothing happens, and each has a name of the design', () => {
    const stage = new Stage()
    const all = invariantsOf(stage)
    assert.deepEqual(all.map(({ name }) => name).filter((name) => !/^([SBL]\d)(, [SBL]\d)*$/.test(name)), [])
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length)
  })
})
