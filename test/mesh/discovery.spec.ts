import assert from 'node:assert/strict'
import { WANTED_CONNECTIONS } from '../../src/mesh/limits.ts'
import { quietHandlers } from '../support/handlers.ts'
import { memoryMesh, pass, tcpMesh, until } from './world.ts'
import type { Mesh, MeshPeer } from '../../src/ports.ts'

describe('finding one another', function () {
  this.timeout(40_000)
  const meshes: Mesh[] = []

  afterEach(async () => {
    await Promise.all(meshes.splice(0).map((mesh) => mesh.stop()))
  })

  it('two peers that dial each other at once join once each', async () => {
    const joined: string[] = []
    const one = await memoryMesh()
    const two = await memoryMesh({ bootstrap: [one.address] })
    // The first can only be told of the second once that exists: it is made again with the same address.
    const first = (await memoryMesh({ listen: [one.address], bootstrap: [two.address] })).mesh
    meshes.push(first, two.mesh)
    const watch = (name: string): { peerJoined: (peer: MeshPeer) => void } => ({ peerJoined: () => { joined.push(name) } })
    await Promise.all([first.start(quietHandlers(watch('first'))), two.mesh.start(quietHandlers(watch('second')))])
    await until('both', () => first.peers().length === 1 && two.mesh.peers().length === 1)
    await pass(500)
    assert.deepEqual(joined.sort(), ['first', 'second'])
    const lease = await first.openLease(two.mesh.self)
    await lease.send({ type: 'renew', sequence: 1, leases: [] })
    await lease.close()
  })

  it('a peer whose bootstrap is not there yet is connected once it is', async () => {
    const late = await memoryMesh()
    const { mesh } = await memoryMesh({ bootstrap: [late.address] })
    meshes.push(mesh, late.mesh)
    await mesh.start(quietHandlers())
    await pass(300)
    assert.deepEqual(mesh.peers(), [])
    await late.mesh.start(quietHandlers())
    await until('the late peer', () => mesh.peers().length === 1)
  })

  it('peers that were introduced by a third stay together when it leaves', async () => {
    const hub = await memoryMesh()
    meshes.push(hub.mesh)
    await hub.mesh.start(quietHandlers())
    const others: Mesh[] = []
    for (let i = 0; i < 3; i++) {
      const { mesh } = await memoryMesh({ bootstrap: [hub.address] })
      meshes.push(mesh)
      others.push(mesh)
      await mesh.start(quietHandlers())
    }
    await until('everybody to know everybody', () => others.every((mesh) => mesh.peers().length === 3))
    await hub.mesh.stop()
    await until('the hub to be gone', () => others.every((mesh) => mesh.peers().length === 2))
  })

  it('tells of addresses that are worth remembering, and finds the way back by them', async () => {
    const addresses: string[] = []
    const hub = await tcpMesh()
    meshes.push(hub)
    await hub.start(quietHandlers())
    const first = await tcpMesh({ bootstrap: hub.addresses().map((address) => address.replace(/\/p2p\/.*/, '')), onAddress: (address) => { addresses.push(address) } })
    meshes.push(first)
    await first.start(quietHandlers())
    await until('an address', () => addresses.length > 0)
    assert.deepEqual(addresses, [...hub.addresses()])
    const second = await tcpMesh({ knownAddresses: addresses })
    meshes.push(second)
    await second.start(quietHandlers())
    await until('the way back', () => second.peers().some(({ peer }) => peer === hub.self))
  })

  it('tells where one listens that came by itself', async () => {
    const addresses: string[] = []
    const hub = await tcpMesh({ onAddress: (address) => { addresses.push(address) } })
    meshes.push(hub)
    await hub.start(quietHandlers())
    const caller = await tcpMesh({ bootstrap: hub.addresses() })
    meshes.push(caller)
    await caller.start(quietHandlers())
    await until('an address', () => addresses.length > 0)
    assert.deepEqual(addresses, [...caller.addresses()])
  })

  it('nonsense among the addresses costs a line in the log, no more', async () => {
    const hub = await memoryMesh()
    const { mesh } = await memoryMesh({ bootstrap: ['nonsense', '', '/ip4/999.1.1.1/tcp/1', hub.address], knownAddresses: ['/p2p-circuit'] })
    meshes.push(hub.mesh, mesh)
    await hub.mesh.start(quietHandlers())
    await mesh.start(quietHandlers())
    await until('the sensible one', () => mesh.peers().length === 1)
  })

  it('25 peers behind one address all reach a hub, hear its news, and find several others', async () => {
    const heard = new Set<number>()
    const hub = await tcpMesh()
    meshes.push(hub)
    await hub.start(quietHandlers())
    const peers = await Promise.all(Array.from({ length: 25 }, async (_, index) => {
      const mesh = await tcpMesh({ bootstrap: hub.addresses() })
      meshes.push(mesh)
      await mesh.start(quietHandlers({ beacon: () => { heard.add(index) } }))
      return mesh
    }))
    await until('25 peers at the hub', () => hub.peers().length === 25)
    await until('everybody to have others', () => peers.every((mesh) => mesh.peers().length >= Math.min(4, WANTED_CONNECTIONS)))
    for (let attempt = 0; attempt < 10 && heard.size < 25; attempt++) {
      hub.publishBeacon({ steward: hub.self, jobs: [] })
      await pass(500)
    }
    assert.equal(heard.size, 25)
  })
})
