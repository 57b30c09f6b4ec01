import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { systemClock } from '../../src/clock.ts'
import { BAN_MS, GREETING_INTERVAL_MS, GREETING_SILENCE_MS, GREETING_TIMEOUT_MS, MAX_BAD_MESSAGES } from '../../src/mesh/limits.ts'
import { createNode } from '../../src/mesh/node.ts'
import { doorOf } from '../../src/mesh/secret.ts'
import { encodeGreeting } from '../../src/wire/codec/index.ts'
import { STREAM_LIMITS } from '../../src/wire/limits.ts'
import { GREETING_PROTOCOL, LEASE_PROTOCOL } from '../../src/wire/protocols.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { quietHandlers } from '../support/handlers.ts'
import { keepingLog, pass, SECRET, tcpMesh, until } from './world.ts'
import type { MeshNode } from '../../src/mesh/node.ts'
import type { Mesh } from '../../src/ports.ts'
import type { Socket } from 'node:net'

describe('the doors of a mesh', () => {
  const meshes: Mesh[] = []
  const nodes: MeshNode[] = []

  afterEach(async () => {
    await Promise.all([...meshes.splice(0).map((mesh) => mesh.stop()), ...nodes.splice(0).map((node) => node.stop())])
  })

  async function started (overrides: Parameters<typeof tcpMesh>[0] = {}, handlers: Parameters<typeof quietHandlers>[0] = {}): Promise<Mesh> {
    const mesh = await tcpMesh(overrides)
    meshes.push(mesh)
    await mesh.start(quietHandlers(handlers))
    return mesh
  }

  /** A bare libp2p node that knows the secret and does only what the test says. */
  async function insider (secret = SECRET): Promise<MeshNode> {
    const node = await createNode({
      privateKey: await generateKeyPair('Ed25519'),
      door: doorOf(secret),
      listen: [],
      announce: [],
      mdns: 'off',
      gater: {},
      clock: systemClock
    })
    nodes.push(node)
    await node.start()
    return node
  }

  const addressOf = (mesh: Mesh): ReturnType<typeof multiaddr> => multiaddr(mesh.addresses()[0]!)

  function portOf (mesh: Mesh): number {
    return Number(/tcp\/(\d+)/.exec(mesh.addresses()[0]!)![1])
  }

  it('stay shut for a peer with another secret: refused within a second, one line in each log', async () => {
    const inside = keepingLog()
    const outside = keepingLog()
    const mesh = await started({ log: inside })
    const startMs = performance.now()
    await started({ log: outside, meshSecret: new Uint8Array(32).fill(9), bootstrap: mesh.addresses() })
    await until('both logs', () => inside.lines.some((line) => line.includes('does not belong')) && outside.lines.some((line) => line.includes('another mesh')))
    assert.ok(performance.now() - startMs < 1000, 'it took too long')
    await pass(700)
    assert.equal(inside.lines.filter((line) => line.startsWith('warn')).length, 1, inside.lines.join('\n'))
    assert.equal(outside.lines.filter((line) => line.startsWith('warn')).length, 1, outside.lines.join('\n'))
    assert.deepEqual(mesh.peers(), [])
  })

  it('stay shut for one who learned the door\'s name but not the secret', async () => {
    const mesh = await started()
    const door = doorOf(SECRET)
    const node = await createNode({
      privateKey: await generateKeyPair('Ed25519'),
      door: { ...door, prologue: new Uint8Array(32) },
      listen: [],
      announce: [],
      mdns: 'off',
      gater: {},
      clock: systemClock
    })
    nodes.push(node)
    await node.start()
    await assert.rejects(node.dial(addressOf(mesh)), { name: 'EncryptionFailedError' })
  })

  it('open for members while strangers talk nonsense, or nothing', async () => {
    const hub = await started()
    const sockets: Socket[] = []
    for (let i = 0; i < 40; i++) {
      const socket = connect(portOf(hub), '127.0.0.1')
      socket.on('error', () => {})
      if (i % 2 === 0) {
        socket.write('GET / HTTP/1.1\r\n\r\n')
      }
      sockets.push(socket)
    }
    const mesh = await started({ bootstrap: hub.addresses() })
    await until('the member', () => hub.peers().length === 1 && mesh.peers().length === 1)
    for (const socket of sockets) {
      socket.destroy()
    }
  })

  it('close behind a peer that does not say who it is', async () => {
    const clock = new FakeClock()
    const log = keepingLog()
    const joined: string[] = []
    const mesh = await started({ clock, log }, { peerJoined: ({ peer }) => { joined.push(peer) } })
    const node = await insider()
    await node.dial(addressOf(mesh))
    await pass(100)
    clock.advance(GREETING_TIMEOUT_MS - 1)
    await pass(50)
    assert.equal(node.getConnections().length, 1)
    clock.advance(1)
    await until('the connection to close', () => node.getConnections().length === 0)
    assert.equal(log.lines.filter((line) => line.includes('did not say who it is')).length, 1)
    assert.deepEqual(joined, [])
  })

  it('close behind a peer that greeted once and then never again', async () => {
    const clock = new FakeClock()
    const left: string[] = []
    const mesh = await started({ clock }, { peerLeft: (peer) => { left.push(peer) } })
    const node = await insider()
    const stream = await node.dialProtocol(addressOf(mesh), GREETING_PROTOCOL)
    const greeting = encodeGreeting({ name: 'sleeper', engines: new Map(), threads: 1 })
    stream.send(Uint8Array.of(greeting.byteLength, ...greeting))
    await until('the greeting', () => mesh.peers().length === 1)
    clock.advance(GREETING_SILENCE_MS)
    await pass(50)
    assert.deepEqual(left, [])
    clock.advance(GREETING_INTERVAL_MS)
    await until('the peer to leave', () => left.length === 1)
  })

  it('close for a minute behind a peer that sent nonsense three times', async () => {
    const clock = new FakeClock()
    const log = keepingLog()
    const mesh = await started({ clock, log })
    const node = await insider()
    for (let i = 1; i <= MAX_BAD_MESSAGES; i++) {
      const stream = await node.dialProtocol(addressOf(mesh), GREETING_PROTOCOL)
      stream.send(Uint8Array.of(3, 0xff, 0xff, 0xff))
      await until('the reset', () => stream.status !== 'open')
    }
    await until('the connection to close', () => node.getConnections().length === 0)
    assert.equal(log.lines.filter((line) => line.includes('kept out for a minute')).length, 1)

    const refused = await node.dial(addressOf(mesh)).catch(() => undefined)
    await until('the refusal', () => refused === undefined || refused.status !== 'open')
    clock.advance(BAN_MS)
    const stream = await node.dialProtocol(addressOf(mesh), GREETING_PROTOCOL)
    await pass(50)
    assert.equal(stream.status, 'open')
  })

  it('let one peer open so many streams and not one more', async () => {
    let leases = 0
    const mesh = await started({}, { lease: () => { leases++ } })
    const node = await insider()
    const greetings = await node.dialProtocol(addressOf(mesh), GREETING_PROTOCOL)
    const greeting = encodeGreeting({ name: 'eager', engines: new Map(), threads: 1 })
    greetings.send(Uint8Array.of(greeting.byteLength, ...greeting))
    const [connection] = node.getConnections()
    const allowed = STREAM_LIMITS[LEASE_PROTOCOL].inboundPerPeer
    const streams = []
    for (let i = 0; i < allowed; i++) {
      streams.push(await connection!.newStream(LEASE_PROTOCOL, { maxOutboundStreams: 100 }))
    }
    await until('the streams', () => leases === allowed)
    const surplus = await connection!.newStream(LEASE_PROTOCOL, { maxOutboundStreams: 100 }).catch(() => undefined)
    await until('the reset', () => surplus === undefined || surplus.status !== 'open')
    await pass(50)
    assert.equal(leases, allowed)
    assert.ok(streams.every(({ status }) => status === 'open'))
  })

  it('hold streams of a peer that has not greeted yet', async () => {
    let leases = 0
    const mesh = await started({}, { lease: () => { leases++ } })
    const node = await insider()
    await node.dialProtocol(addressOf(mesh), LEASE_PROTOCOL)
    await pass(100)
    assert.equal(leases, 0)
    const greetings = await node.dialProtocol(addressOf(mesh), GREETING_PROTOCOL)
    const greeting = encodeGreeting({ name: 'late', engines: new Map(), threads: 1 })
    greetings.send(Uint8Array.of(greeting.byteLength, ...greeting))
    await until('the stream', () => leases === 1)
  })
})
