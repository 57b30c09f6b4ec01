import assert from 'node:assert/strict'
import { lastEvent, unitEvents, World } from '../../support/world.ts'
import type { JobId, PeerId } from '../../../src/core/ids.ts'
import type { WorkerMessage, StewardMessage } from '../../../src/core/messages.ts'
import type { FarmEvent } from '../../../src/ports.ts'
import type { SentMessage } from '../../support/fake-network.ts'
import type { WorldPeerOptions } from '../../support/world.ts'

const HOUR_MS = 3_600_000
const UNITS = 64

type LeaseMessage = WorkerMessage | StewardMessage

/** A mesh in which A has submitted a job that B and C render, half way through. */
class Night {
  readonly world: World
  readonly sent: SentMessage[] = []
  job: JobId = ''
  events: FarmEvent[] = []

  constructor (seed = 3) {
    this.world = new World(seed)
    this.world.network.watch = (message) => { this.sent.push(message) }
  }

  async begin (requester: WorldPeerOptions = { work: 'off' }): Promise<void> {
    await this.world.start('A', requester)
    await this.world.start('B')
    await this.world.start('C')
    await this.world.settle(1_000)
    this.job = await this.world.render('A')
    this.events = this.world.follow('A', this.job)
    assert.ok(await this.world.until(() => unitEvents(this.events, 'delivered').length >= 10, 60_000))
  }

  /** Closes a lid for a while, and opens it. */
  async sleep (peer: PeerId, ms: number): Promise<void> {
    this.world.network.suspend(peer)
    await this.world.settle(ms)
    this.sent.length = 0
    this.world.network.wake(peer)
  }

  /** SIGSTOP and SIGCONT: as a sleep for others, but this peer's clocks run on. */
  async freeze (peer: PeerId, ms: number): Promise<void> {
    this.world.network.freeze(peer)
    await this.world.settle(ms)
    this.sent.length = 0
    this.world.network.thaw(peer)
  }

  /** What a peer has said on lease streams since it woke, to others. */
  leases (from: PeerId): LeaseMessage[] {
    return this.sent.filter((one) => one.from === from && one.to !== from && one.kind === 'lease').map(({ message }) => message as LeaseMessage)
  }

  /** Kinds of what a peer has sent since it woke, to others. */
  kinds (from: PeerId): string[] {
    return this.sent.filter((one) => one.from === from && one.to !== from).map(({ kind }) => kind)
  }

  async end (): Promise<FarmEvent & { event: 'done' }> {
    assert.ok(await this.world.until(() => lastEvent(this.events, 'done') !== undefined, 3 * HOUR_MS), 'the job ends')
    return lastEvent(this.events, 'done')!
  }
}

const STOPS = { 'a lid closed for eight hours': ['sleep', 8 * HOUR_MS], 'a lid closed for ten seconds': ['sleep', 10_000], 'a process stopped for eight hours': ['freeze', 8 * HOUR_MS], 'a process stopped for ten seconds': ['freeze', 10_000] } as const

describe('a peer that slept', () => {
  for (const [what, [how, ms]] of Object.entries(STOPS)) {
    describe(`(${what})`, () => {
      it('shows what it holds before it says anything else of its leases, and starts nothing before that is answered', async () => {
        const night = new Night()
        await night.begin()
        const started = night.world.peer('B').engine.rendered.length
        await night[how]('B', ms)
        let shownAtMs: number | undefined
        const answered = (): boolean => night.sent.some(({ from, to, message }) => from === 'A' && to === 'B' && (message as StewardMessage).type === 'wait' && (message as { reason?: string }).reason === 'shown')
        await night.world.until(() => {
          shownAtMs ??= night.leases('B').length > 0 ? night.world.nowMs : undefined
          if (!answered()) {
            assert.ok(night.world.peer('B').engine.rendered.length <= started + 1, 'at most the unit goes on that was being rendered')
          }
          return answered() || lastEvent(night.events, 'done') !== undefined
        }, 60_000)
        const [first] = night.leases('B')
        if (first !== undefined) {
          assert.ok(first.type === 'claim', `it says ${first.type} first`)
        }
        assert.equal((await night.end()).state, 'finished')
        assert.equal(new Set(unitEvents(night.events, 'delivered').map(({ unit }) => unit)).size, UNITS)
      })

      it('as steward grants nothing, takes nothing and announces nothing before a member has told it who stewards what', async () => {
        const night = new Night()
        await night.begin()
        await night[how]('A', ms)
        const told = (): boolean => night.kinds('A').includes('digests')
        const wokeAtMs = night.world.nowMs
        await night.world.until(() => told() || night.world.nowMs - wokeAtMs >= 5_000, 5_000)
        const early = night.sent.filter(({ from, to, kind, message }) => from === 'A' && to !== 'A' &&
          (kind === 'gossip-beacon' || (kind === 'lease' && (message as StewardMessage).type === 'grant') || (kind === 'results' && message === 'accepted')))
        assert.deepEqual(early, [])
        const done = await night.end()
        assert.equal(done.state, 'finished')
        assert.ok(ms >= HOUR_MS || done.executions <= UNITS + done.lapsed, `${done.executions} executions of ${UNITS} units`)
      })
    })
  }

  it('starts nothing while its steward can not be reached: others may have done it long ago', async () => {
    const night = new Night()
    await night.begin()
    const { engine } = night.world.peer('B')
    night.world.network.suspend('B')
    await night.world.settle(12_000)
    const before = engine.rendered.length
    for (const other of ['A', 'C']) {
      night.world.network.cut('B', other)
    }
    night.world.network.wake('B')
    await night.world.settle(15_000)
    assert.ok(engine.rendered.length <= before + 1, `${engine.rendered.length - before} units were rendered in vain`)
    night.world.network.heal()
    const done = await night.end()
    assert.equal(done.state, 'finished')
  })
})
