import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { filmHash, frameHash } from '../../src/film/film-hash.ts'

describe('film/film-hash', () => {
  it('hashes a frame as little-endian float32', () => {
    const bytes = Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0)
    assert.equal(frameHash(Float32Array.of(1, -2)), createHash('sha256').update(bytes).digest('hex'))
  })

  it('hashes only the floats of a view, not the buffer under it', () => {
    const floats = Float32Array.of(9, 1, -2, 9)
    assert.equal(frameHash(floats.subarray(1, 3)), frameHash(Float32Array.of(1, -2)))
  })

  it('hashes a film as the binary hashes of its frames in order', () => {
    const frames = [frameHash(Float32Array.of(1)), frameHash(Float32Array.of(2))]
    assert.equal(filmHash(frames), createHash('sha256').update(Buffer.from(frames.join(''), 'hex')).digest('hex'))
    assert.notEqual(filmHash(frames), filmHash(frames.toReversed()))
    assert.notEqual(filmHash(frames.slice(0, 1)), frames[0])
  })
})
