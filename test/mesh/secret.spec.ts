import assert from 'node:assert/strict'
import { doorOf, meshIdOf } from '../../src/mesh/secret.ts'

const secret = new Uint8Array(32).fill(7)
const other = new Uint8Array(32).fill(8)

describe('doorOf', () => {
  it('derives everything from the secret, and nothing of one secret from another', () => {
    const door = doorOf(secret)
    assert.deepEqual(doorOf(secret), door)
    assert.equal(door.meshId, meshIdOf(secret))
    assert.match(door.encrypter, /^\/tilemesh\/noise\/[0-9a-f]{8}$/)
    const parts = (of: ReturnType<typeof doorOf>): unknown[] => [of.meshId, of.topic, of.encrypter, of.serviceTag, Buffer.from(of.prologue).toString('hex')]
    for (const [index, part] of parts(doorOf(other)).entries()) {
      assert.notEqual(part, parts(door)[index])
    }
  })

  it('shows neither the secret nor one derived value in another', () => {
    const door = doorOf(secret)
    const prologue = Buffer.from(door.prologue).toString('hex')
    assert.notEqual(prologue, Buffer.from(secret).toString('hex'))
    assert.equal(prologue.startsWith(door.meshId.slice(0, 8)), false)
    assert.equal(prologue.startsWith(door.encrypter.slice(-8)), false)
  })

  it('refuses a secret of another length', () => {
    assert.throws(() => doorOf(new Uint8Array(31)), { name: 'RangeError' })
    assert.throws(() => doorOf(new Uint8Array(33)), { name: 'RangeError' })
  })
})
