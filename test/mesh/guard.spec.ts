import assert from 'node:assert/strict'
import { RPC } from '@chainsafe/libp2p-gossipsub/message'
import { GossipMeter } from '../../src/mesh/gossip-meter.ts'
import * as limits from '../../src/mesh/limits.ts'
import { doorOf } from '../../src/mesh/secret.ts'
import { encodeGossip } from '../../src/wire/codec/index.ts'
import { GOSSIP_BURST_SECONDS, GOSSIP_BYTES_PER_SECOND, GOSSIP_MESSAGES_PER_SECOND } from '../../src/wire/limits.ts'
import { PEERS_PROTOCOL } from '../../src/wire/protocols.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { quietHandlers } from '../support/handlers.ts'
import { GOSSIP_PROTOCOL, gossipPacket, signedGossip } from '../support/hostile/gossip-packets.ts'
import { Insider, push } from '../support/hostile/insider.ts'
import { keepingLog, SECRET, tcpMesh, until } from './world.ts'
import type { Mesh } from '../../src/ports.ts'

const ONE_PEER = GOSSIP_MESSAGES_PER_SECOND * GOSSIP_BURST_SECONDS

describe('GossipMeter', () => {
  let clock: FakeClock
  let meter: GossipMeter

  beforeEach(() => {
    clock = new FakeClock()
    meter = new GossipMeter(clock)
  })

  const message = (data: Uint8Array<ArrayBuffer> = new Uint8Array(4)): RPC.Message => ({ topic: 't', data, from: undefined, seqno: undefined, signature: undefined, key: undefined })

  /** A packet of so many messages; it weighs one more. */
  const packet = (messages: number, data?: Uint8Array<ArrayBuffer>): Uint8Array =>
    RPC.encode({ subscriptions: [], messages: Array.from({ length: messages }, () => message(data)), control: undefined })

  it('takes what one neighbour may pass on, and not one message more, until time has passed', () => {
    const burst = limits.GOSSIP_FORWARD_FACTOR * ONE_PEER
    assert.equal(meter.judge('a', packet(burst - 2)), 'take')
    assert.equal(meter.judge('a', packet(1)), 'drop')
    assert.equal(meter.judge('a', packet(0)), 'take')
    assert.equal(meter.judge('a', packet(0)), 'drop')
    clock.advance(1_000)
    assert.equal(meter.judge('a', packet(limits.GOSSIP_FORWARD_FACTOR * GOSSIP_MESSAGES_PER_SECOND - 1)), 'take')
    assert.equal(meter.judge('a', packet(0)), 'drop')
  })

  it('takes so many bytes and not one more', () => {
    const burst = limits.GOSSIP_FORWARD_FACTOR * GOSSIP_BYTES_PER_SECOND * GOSSIP_BURST_SECONDS
    const overhead = packet(1, new Uint8Array(burst)).byteLength - burst
    assert.equal(meter.judge('a', packet(1, new Uint8Array(burst - overhead + 1))), 'drop')
    assert.equal(meter.judge('a', packet(1, new Uint8Array(burst - overhead))), 'take')
  })

  it('takes so much of all neighbours together', () => {
    const burst = limits.GOSSIP_EVERYBODY_FACTOR * ONE_PEER
    for (let left = burst; left > 0; left -= ONE_PEER) {
      assert.equal(meter.judge(`peer ${left}`, packet(ONE_PEER - 1)), 'take')
    }
    assert.equal(meter.judge('late', packet(0)), 'drop')
  })

  it('knows a flood: so much surplus, and not one message less', () => {
    const burst = limits.GOSSIP_FLOOD_FACTOR * ONE_PEER
    for (let sent = 0; sent < burst; sent += ONE_PEER) {
      assert.notEqual(meter.judge('a', packet(ONE_PEER - 1)), 'flood')
    }
    assert.equal(meter.judge('a', packet(0)), 'flood')
    assert.equal(meter.judge('b', packet(0)), 'take', 'somebody else is no flood')
    clock.advance(1_000)
    assert.notEqual(meter.judge('a', packet(0)), 'flood', 'it is forgiven')
  })

  it('weighs what is no message by its bytes', () => {
    const subscriptions = (bytes: number): Uint8Array => RPC.encode({ subscriptions: [{ topic: 'x'.repeat(bytes), subscribe: true }], messages: [], control: undefined })
    const burst = limits.GOSSIP_FORWARD_FACTOR * ONE_PEER
    assert.equal(meter.judge('a', subscriptions(burst * limits.GOSSIP_CONTROL_BYTES)), 'drop')
    assert.equal(meter.judge('a', subscriptions((burst - 2) * limits.GOSSIP_CONTROL_BYTES)), 'take')
  })

  it('leaves nothing of a member that passes on what a flooded one lets through', () => {
    assert.ok(limits.GOSSIP_EVERYBODY_FACTOR < limits.GOSSIP_FLOOD_FACTOR, 'it would be taken for the flooder')
    assert.ok(limits.GOSSIP_FORWARD_FACTOR < limits.GOSSIP_EVERYBODY_FACTOR, 'one neighbour would silence all others')
  })

  for (const [what, bytes] of [
    ['a field that ends too late', [0x12, 5, 1, 2]],
    ['a number without end', new Array<number>(12).fill(0xff)],
    ['half a number', [0x80]],
    ['a field of no known kind', [0x0f]]
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => meter.judge('a', Uint8Array.from(bytes)), { name: 'WireError' })
    })
  }

  it('reads past fields of later versions, of every kind', () => {
    const unknown = Uint8Array.from([0x78, 0x01, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7a, 1, 0, 0x7d, 1, 2, 3, 4])
    assert.equal(meter.judge('a', unknown), 'take')
  })
})

describe('a member that does too much', () => {
  const meshes: Mesh[] = []
  const insiders: Insider[] = []
  const log = keepingLog()
  let mesh: Mesh
  let joined: string[]

  beforeEach(async () => {
    log.lines.length = 0
    joined = []
    mesh = await tcpMesh({ log })
    meshes.push(mesh)
    await mesh.start(quietHandlers({ peerJoined: ({ peer }) => { joined.push(peer) } }))
  })

  afterEach(async () => {
    await Promise.all([...insiders.splice(0).map(async (insider) => insider.leave()), ...meshes.splice(0).map(async (one) => one.stop())])
  })

  async function insider (): Promise<Insider> {
    const one = await Insider.join(mesh.addresses()[0]!, SECRET)
    insiders.push(one)
    await until('the greeting', () => joined.includes(one.peer))
    return one
  }

  const isOut = (one: Insider, what: string): boolean =>
    !one.isIn && log.lines.some((line) => line.includes('floods') && line.includes(one.peer) && line.includes(what))

  it('is kept out when it opens more streams than anybody needs, of whatever protocol; others stay', async () => {
    const quiet = await insider()
    const eager = await insider()
    // Several at a time, or the way there and back would keep it below the rate.
    const hands = 16
    const most = limits.STREAMS_PER_SECOND * limits.STREAMS_BURST_SECONDS
    await Promise.all(Array.from({ length: hands }, async (_, hand) => {
      for (let count = 0; count < 2 * most / hands && eager.isIn; count++) {
        const stream = await eager.open(hand % 2 === 0 ? PEERS_PROTOCOL : '/nobody/speaks/this').catch(() => undefined)
        stream?.abort(new Error('left'))
      }
    }))
    await until('the end', () => isOut(eager, 'streams'))
    assert.ok(quiet.isIn)
    assert.deepEqual(mesh.peers().map(({ peer }) => peer), [quiet.peer])
    await assert.rejects(async () => {
      const again = await eager.connectAgain()
      await again.newStream(PEERS_PROTOCOL, { signal: AbortSignal.timeout(5_000) })
    })
  })

  it('is kept out when it has more streams open than all protocols allow, agreed upon or not', async () => {
    const eager = await insider()
    for (let count = 0; count < limits.MAX_STREAMS_PER_CONNECTION; count++) {
      eager.openSilently()
    }
    await until('the end', () => isOut(eager, 'streams'))
  })

  it('has as many connections as it can need; the oldest goes', async () => {
    const eager = await insider()
    for (let count = 1; count < limits.MAX_CONNECTIONS_PER_PEER; count++) {
      await eager.connectAgain()
    }
    assert.ok(eager.isIn)
    await eager.connectAgain()
    await until('the oldest to close', () => !eager.isIn)
    assert.equal(mesh.peers().length, 1, 'it is still a member by the others')
  })

  const beacon = (steward: string): Uint8Array => encodeGossip({ type: 'beacon', beacon: { steward, jobs: [] } })

  it('is kept out when it floods the topic', async () => {
    const flooder = await insider()
    const packet = gossipPacket(await signedGossip(flooder.key, doorOf(SECRET).topic, beacon(flooder.peer)))
    const stream = await flooder.open(GOSSIP_PROTOCOL)
    while (flooder.isIn && await push(stream, packet));
    await until('the end', () => isOut(flooder, 'gossip'))
  })

  it('is kept out when what it says on the topic is forged', async () => {
    const forger = await insider()
    const forged = await signedGossip(forger.key, doorOf(SECRET).topic, beacon(forger.peer))
    forged.signature = new Uint8Array(64)
    const stream = await forger.open(GOSSIP_PROTOCOL)
    await until('the end', () => {
      push(stream, gossipPacket(forged)).catch(() => {})
      return isOut(forger, 'gossip')
    })
  })
})
