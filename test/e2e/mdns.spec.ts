import assert from 'node:assert/strict'
import { quietHandlers } from '../support/handlers.ts'
import { pass, SECRET, tcpMesh, until } from '../mesh/world.ts'
import type { Mesh } from '../../src/ports.ts'

/** Needs a machine whose loopback or network carries multicast. */
describe('peers on one network', () => {
  const meshes: Mesh[] = []

  afterEach(async () => {
    await Promise.all(meshes.splice(0).map((mesh) => mesh.stop()))
  })

  async function started (overrides: Parameters<typeof tcpMesh>[0]): Promise<Mesh> {
    const mesh = await tcpMesh({ mdns: 'on', ...overrides })
    meshes.push(mesh)
    await mesh.start(quietHandlers())
    return mesh
  }

  it('find one another within two seconds without being told anything', async () => {
    const first = await started({})
    const startMs = performance.now()
    const second = await started({})
    await until('both to meet', () => first.peers().length === 1 && second.peers().length === 1)
    assert.ok(performance.now() - startMs < 2000, `it took ${Math.round(performance.now() - startMs)} ms`)
  })

  it('do so too when they start at the same moment', async () => {
    const startMs = performance.now()
    const [first, second] = await Promise.all([started({}), started({})])
    await until('both to meet', () => first.peers().length === 1 && second.peers().length === 1)
    assert.ok(performance.now() - startMs < 2000, `it took ${Math.round(performance.now() - startMs)} ms`)
  })

  it('do not so much as dial peers of another mesh', async () => {
    const lines: string[] = []
    const note = (message: string): void => { lines.push(message) }
    const log = { debug: note, info: () => {}, warn: note, error: note }
    const ours = await started({ log, meshSecret: SECRET })
    const theirs = await started({ log, meshSecret: new Uint8Array(32).fill(9) })
    await pass(2500)
    assert.deepEqual([...ours.peers(), ...theirs.peers()], [])
    assert.deepEqual(lines, [])
  })
})
