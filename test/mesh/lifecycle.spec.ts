import assert from 'node:assert/strict'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { quietHandlers } from '../support/handlers.ts'
import { keepingLog, memoryMesh, pass, tcpMesh, until } from './world.ts'
import type { Mesh } from '../../src/ports.ts'

describe('the life of a mesh', () => {
  const meshes: Mesh[] = []

  afterEach(async () => {
    await Promise.all(meshes.splice(0).map((mesh) => mesh.stop()))
  })

  it('says in one line why it can not listen', async () => {
    const first = await tcpMesh()
    meshes.push(first)
    await first.start(quietHandlers())
    const [address] = first.addresses()
    const listen = [address!.replace(/\/p2p\/.*/, '')]
    for (const [addresses, reason] of [[listen, /EADDRINUSE/], [['nonsense'], /nonsense/]] as const) {
      const mesh = await tcpMesh({ listen: addresses })
      await assert.rejects(mesh.start(quietHandlers()), (err) => err instanceof Error && err.name === 'UsageError' && reason.test(err.message) && !err.message.includes('\n'))
      assert.deepEqual(mesh.addresses(), [])
    }
  })

  it('starts once', async () => {
    const { mesh } = await memoryMesh()
    meshes.push(mesh)
    await mesh.start(quietHandlers())
    await assert.rejects(mesh.start(quietHandlers()), { name: 'IllegalTransitionError' })
    await mesh.stop()
    await assert.rejects(mesh.start(quietHandlers()), { name: 'IllegalTransitionError' })
  })

  it('can be stopped before it has started, and while it starts', async () => {
    const { mesh: unstarted } = await memoryMesh()
    await unstarted.stop()
    const { mesh } = await memoryMesh()
    const starting = mesh.start(quietHandlers())
    await mesh.stop()
    await starting
    assert.deepEqual(mesh.addresses(), [])
  })

  it('refuses keys whose peer id does not carry them', async () => {
    const privateKey = await generateKeyPair('ECDSA')
    await assert.rejects(tcpMesh({ privateKey }), { name: 'RangeError' })
    await assert.rejects(tcpMesh({ meshSecret: new Uint8Array(31) }), { name: 'RangeError' })
  })

  it('stops in the middle of everything without an unhandled rejection or a word of error', async () => {
    const rejections: unknown[] = []
    const note = (reason: unknown): void => { rejections.push(reason) }
    process.on('unhandledRejection', note)
    try {
      const log = keepingLog()
      const hub = await memoryMesh({ log })
      const { mesh } = await memoryMesh({ log, bootstrap: [hub.address] })
      meshes.push(hub.mesh, mesh)
      await hub.mesh.start(quietHandlers({ results: { offer: () => 'take', take: () => new Promise(() => {}), drop: () => {} } }))
      await mesh.start(quietHandlers())
      await until('both to meet', () => mesh.peers().length === 1)
      const lease = await mesh.openLease(hub.mesh.self)
      lease.send({ type: 'renew', sequence: 1, leases: [] }).catch(() => {})
      const blobs = await mesh.openBlobs(hub.mesh.self)
      blobs.request('0'.repeat(64), 0, 100).catch(() => {})
      mesh.openResults(hub.mesh.self).catch(() => {})
      mesh.exchangeDigests(hub.mesh.self, { digests: [], records: [] }).catch(() => {})
      mesh.publishBeacon({ steward: mesh.self, jobs: [] })
      await Promise.all([mesh.stop(), hub.mesh.stop()])
      await pass(100)
      assert.deepEqual(rejections, [])
      assert.deepEqual(log.lines.filter((line) => line.startsWith('error') || line.startsWith('warn')), [])
    } finally {
      process.off('unhandledRejection', note)
    }
  })

  it('outlives a flood of greetings', async () => {
    const log = keepingLog()
    let changes = 0
    const hub = await memoryMesh({ log })
    const { mesh } = await memoryMesh({ bootstrap: [hub.address] })
    meshes.push(hub.mesh, mesh)
    await hub.mesh.start(quietHandlers({ peerChanged: () => { changes++ } }))
    await mesh.start(quietHandlers())
    await until('both to meet', () => hub.mesh.peers().length === 1 && mesh.peers().length === 1)
    for (let i = 0; i < 200 && !log.lines.some((line) => line.includes('far more often')); i++) {
      mesh.greet({ name: `name ${i}`, engines: new Map(), threads: i })
      await pass(2)
    }
    assert.ok(log.lines.some((line) => line.includes('far more often')))
    assert.ok(changes < 60, `${changes} changes were handed on`)
  })
})
