import assert from 'node:assert/strict'
import { describeMesh } from '../contracts/mesh.ts'
import { FakeNetwork } from '../support/fake-network.ts'

const NAMES = ['ann', 'bea', 'cem']

describeMesh('FakeNetwork', async (count) => {
  const network = new FakeNetwork()
  const meshes = NAMES.slice(0, count).map((name) => network.join(name))
  const { clock } = network
  return {
    meshes,
    until: async (what, predicate) => {
      assert.ok(await clock.settleUntil(predicate, 10_000), `waited in vain for ${what}`)
    },
    pass: async (ms) => { await clock.settle(ms) },
    settled: async (promise) => clock.drive(promise),
    end: async () => {
      for (const mesh of meshes) {
        await clock.drive(mesh.stop())
      }
    }
  }
})
