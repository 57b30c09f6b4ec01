import assert from 'node:assert/strict'
import { peerIdFromString } from '@libp2p/peer-id'
import { Dialer } from '../../src/mesh/dialer.ts'
import * as limits from '../../src/mesh/limits.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { identity, keepingLog } from './world.ts'
import type { PeerId } from '../../src/core/ids.ts'
import type { MeshNode } from '../../src/mesh/node.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

const HOUR_MS = 3_600_000

/** A node that keeps count of dials, to which only the peers in `reachable` answer. */
class FakeNode extends EventTarget {
  readonly peerId: ReturnType<typeof peerIdFromString>
  readonly dials: string[] = []
  readonly reachable = new Map<string, PeerId>()
  readonly connected = new Set<PeerId>()

  constructor (self: PeerId) {
    super()
    this.peerId = peerIdFromString(self)
  }

  getPeers (): PeerId[] {
    return [...this.connected]
  }

  getConnections (peer?: { toString (): string }): unknown[] {
    return peer !== undefined && this.connected.has(peer.toString()) ? [{ status: 'open' }] : []
  }

  async dial (addresses: Multiaddr[]): Promise<unknown> {
    const texts = addresses.map((address) => address.toString())
    this.dials.push(...texts)
    const peer = texts.map((text) => this.reachable.get(text.replace(/\/p2p\/.*/, ''))).find((found) => found !== undefined)
    if (peer === undefined) {
      throw new Error('nobody is there')
    }
    this.connected.add(peer)
    return { remotePeer: peerIdFromString(peer), status: 'open' }
  }

  disconnect (peer: PeerId): void {
    this.connected.delete(peer)
    this.dispatchEvent(new CustomEvent('peer:disconnect', { detail: peerIdFromString(peer) }))
  }
}

describe('Dialer', () => {
  let self: PeerId
  let peers: PeerId[]
  let clock: FakeClock
  let node: FakeNode
  let dialer: Dialer
  let banned: Set<PeerId>

  before(async () => {
    self = (await identity(1)).peer
    peers = await Promise.all(Array.from({ length: 20 }, async (_, i) => (await identity(10 + i)).peer))
  })

  beforeEach(() => {
    clock = new FakeClock()
    node = new FakeNode(self)
    banned = new Set()
    dialer = new Dialer({ node: node as unknown as MeshNode, clock, random: new SeededRandom(1), log: keepingLog(), isBanned: (peer) => banned.has(peer) })
    dialer.start()
  })

  afterEach(() => {
    dialer.stop()
  })

  const address = (host: number): string => `/ip4/10.0.${host >> 8}.${host & 255}/tcp/1`

  it('dials a peer that a person named for ever, ever more rarely, until it answers', async () => {
    dialer.configure(address(1), 'named')
    await clock.settle(HOUR_MS)
    const failures = node.dials.length
    assert.ok(failures >= HOUR_MS / (1.5 * limits.REDIAL_LAST_MS) && failures <= HOUR_MS / (0.5 * limits.REDIAL_LAST_MS) + 20, `${failures} dials in an hour`)
    node.reachable.set(address(1), peers[0]!)
    await clock.settle(2 * limits.REDIAL_LAST_MS)
    assert.deepEqual([...node.connected], [peers[0]])
    const answered = node.dials.length
    await clock.settle(HOUR_MS)
    assert.equal(node.dials.length, answered, 'a connected peer was dialled')
    node.disconnect(peers[0]!)
    await clock.settle(2 * limits.REDIAL_FIRST_MS)
    assert.deepEqual([...node.connected], [peers[0]])
  })

  it('seeks no more connections than it wants to peers it only heard of', async () => {
    for (const [index, peer] of peers.entries()) {
      node.reachable.set(address(index), peer)
      dialer.learn(peer, [address(index)])
    }
    await clock.settle(HOUR_MS)
    assert.equal(node.connected.size, limits.WANTED_CONNECTIONS)
    node.disconnect([...node.connected][0]!)
    await clock.settle(HOUR_MS)
    assert.equal(node.connected.size, limits.WANTED_CONNECTIONS)
    node.reachable.set(address(99), peers.find((peer) => !node.connected.has(peer))!)
    dialer.configure(address(99), 'named')
    await clock.settle(HOUR_MS)
    assert.equal(node.connected.size, limits.WANTED_CONNECTIONS + 1, 'a named peer is always dialled')
  })

  it('forgets a peer it only heard of after some failures', async () => {
    dialer.learn(peers[0]!, [address(1)])
    await clock.settle(24 * HOUR_MS)
    assert.equal(node.dials.length, limits.FORGET_AFTER_FAILURES)
  })

  it('does not dial who is banned, nor itself', async () => {
    banned.add(peers[0]!)
    dialer.learn(peers[0]!, [address(1)])
    dialer.learn(self, [address(2)])
    await clock.settle(HOUR_MS)
    assert.deepEqual(node.dials, [])
  })

  it('keeps so many addresses of a peer and not one more, the newest', async () => {
    dialer.learn(peers[0]!, Array.from({ length: limits.MAX_ADDRESSES_PER_PEER + 1 }, (_, i) => address(i)))
    await clock.settle(0)
    assert.deepEqual(node.dials, Array.from({ length: limits.MAX_ADDRESSES_PER_PEER }, (_, i) => `${address(i + 1)}/p2p/${peers[0]}`))
  })

  it('leaves out addresses that are none, or name another peer', async () => {
    dialer.learn(peers[0]!, ['nonsense', `${address(1)}/p2p/${peers[1]}`, `/p2p/${peers[0]}`])
    dialer.configure('nonsense', 'named')
    await clock.settle(HOUR_MS)
    assert.deepEqual(node.dials, [])
  })

  it('dials so many at once and not one more', async () => {
    let dialling = 0
    let most = 0
    node.dial = async () => {
      most = Math.max(most, ++dialling)
      return new Promise(() => {})
    }
    for (let host = 0; host < 3 * limits.MAX_PARALLEL_DIALS; host++) {
      dialer.configure(address(host), 'named')
    }
    await clock.settle(HOUR_MS)
    assert.equal(most, limits.MAX_PARALLEL_DIALS)
  })

  it('rejects with ChannelClosedError when asked for a peer that can not be reached', async () => {
    await assert.rejects(dialer.connect(peers[0]!), { name: 'ChannelClosedError' })
  })

  it('remembers so many peers and not one more', async () => {
    const many = await Promise.all(Array.from({ length: limits.MAX_KNOWN_PEERS + 1 }, async (_, i) => (await identity(1000 + i)).peer))
    node.dial = async (addresses) => {
      node.dials.push(addresses[0]!.toString())
      throw new Error('nobody is there')
    }
    for (const [index, peer] of many.entries()) {
      dialer.learn(peer, [address(index)])
    }
    await clock.settle(24 * HOUR_MS, 1000)
    assert.equal(new Set(node.dials).size, limits.MAX_KNOWN_PEERS)
  }).timeout(20_000)
})
