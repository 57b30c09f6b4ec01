import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { Uint8ArrayList } from 'uint8arraylist'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { decodeGossip, decodeGreeting, decodeViewMessage, encodeGossip, encodeGreeting, encodeViewMessage } from '../../src/wire/codec/index.ts'
import { codecs } from './codecs.ts'

/** Fields that no schema has, one of each wire type of protobuf: number 1900 as varint, 64 bits, bytes, 32 bits. */
const UNKNOWN_FIELDS = concat([
  fromString('e07605', 'hex'), fromString('e1760102030405060708', 'hex'), fromString('e27602abcd', 'hex'), fromString('e57601020304', 'hex')
])

describe('every message', () => {
  for (const { name, encode, decode, any } of codecs) {
    it(`${name} comes out as it went in, whole or in pieces`, () => {
      fc.assert(fc.property(any, fc.nat(), (value, cut) => {
        const bytes = encode(value)
        assert.deepEqual(decode(bytes), value)
        const at = cut % (bytes.byteLength + 1)
        const pieces = new Uint8ArrayList(bytes.subarray(0, at), bytes.subarray(at))
        assert.deepEqual(decode(pieces as unknown as Uint8Array), value)
        assert.deepEqual(decode(Buffer.from(bytes)), value)
      }), { numRuns: 200 })
    })

    it(`${name} has one encoding per value`, () => {
      fc.assert(fc.property(any, (value) => {
        const bytes = encode(value)
        assert.deepEqual(encode(decode(bytes)), bytes)
      }), { numRuns: 50 })
    })

    if (name === 'JobSpec') {
      it(`${name} with fields of a later version is refused, since they are part of what the id means`, () => {
        fc.assert(fc.property(any, (value) => {
          assert.throws(() => decode(concat([encode(value), UNKNOWN_FIELDS])), { name: 'WireError' })
        }), { numRuns: 20 })
      })
    } else {
      it(`${name} with fields of a later version is read without them`, () => {
        fc.assert(fc.property(any, (value) => {
          assert.deepEqual(decode(concat([encode(value), UNKNOWN_FIELDS])), value)
        }), { numRuns: 20 })
      })
    }
  }
})

describe('text', () => {
  it('keeps a byte order mark, accents as they were composed, and characters beyond the first plane', () => {
    const name = '\ufeffka\u0308fer käfer 😀'
    assert.equal(decodeGreeting(encodeGreeting({ name, engines: new Map(), threads: 1 })).name, name)
  })
})

describe('what is kept of a message', () => {
  it('does not hold the message it came in, but pixels are not copied', () => {
    const gossip = encodeGossip({ type: 'job', bytes: Uint8Array.of(1, 2, 3), signature: Uint8Array.of(4) })
    const job = decodeGossip(gossip)
    assert(job.type === 'job' && job.bytes.buffer !== gossip.buffer && job.signature.buffer !== gossip.buffer)
    const rows = encodeViewMessage({ type: 'film-rows', frame: 0, y: 0, rows: 1, pixels: new Uint8Array(16) })
    const shown = decodeViewMessage(rows)
    assert(shown.type === 'film-rows' && shown.pixels.buffer === rows.buffer)
  })
})
