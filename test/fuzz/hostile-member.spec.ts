import { PROTOCOLS } from '../../src/wire/protocols.ts'
import * as attacks from '../support/hostile/attacks.ts'
import { Siege } from '../support/hostile/siege.ts'
import type { GossipKind } from '../support/hostile/attacks.ts'

/** Whether this is a long run: see test/support/long-run.ts. */
const IS_LONG = Number(process.env['FUZZ_RUNS'] ?? 0) > 1_000_000

/** Messages at each protocol and of each kind of gossip, and streams that are opened and left. */
const MESSAGES = IS_LONG ? 100_000 : 2_000
const STREAMS = IS_LONG ? 10_000 : 500

/** Packets of these kinds are a hundred times as large as others: so many fewer do. */
const HEAVY: readonly GossipKind[] = ['oversized', 'subscriptions', 'control']

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

describe(`a member that follows no rule, over TCP, SEED=${SEED}`, function () {
  this.timeout(IS_LONG ? 3_600_000 : 180_000)
  let siege: Siege

  before(async () => { siege = await Siege.lay(SEED) })

  after(async () => { await siege.lift() })

  for (const protocol of PROTOCOLS) {
    it(`${protocol}: ${MESSAGES} messages that are random, mutated, too long, halved`, async () => {
      await siege.survive(async () => attacks.garbage(siege.target, protocol, MESSAGES))
    })
  }

  it(`${STREAMS} streams that are opened and left`, async () => {
    await siege.survive(async () => attacks.abandonedStreams(siege.target, STREAMS))
  })

  it(`${MESSAGES} questions whose answers are never read`, async () => {
    await siege.survive(async () => attacks.neverReading(siege.target, MESSAGES))
  })

  for (const kind of attacks.GOSSIP_KINDS) {
    const packets = HEAVY.includes(kind) ? MESSAGES / 20 : MESSAGES
    it(`${packets} packets of gossip: ${kind}`, async () => {
      await siege.survive(async () => attacks.gossip(siege.target, kind, packets))
    })
  }
})
