import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { Uint8ArrayList } from 'uint8arraylist'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { UnitSet } from '../../src/core/ledger.ts'
import { MAX_UNITS } from '../../src/core/limits.ts'
import {
  decodeAnswer, decodeGossip, decodeGreeting, decodeViewMessage, encodeAnswer, encodeGossip, encodeGreeting, encodeKeptRequest, encodeQuestion, encodeViewMessage
} from '../../src/wire/codec/index.ts'
import { MAX_ANSWER_BYTES, MAX_CONTROL_BYTES, MAX_JOB_BYTES, MAX_KEPT_REQUEST_BYTES, MAX_QUESTION_BYTES, MAX_SIGNATURE_BYTES } from '../../src/wire/limits.ts'
import { anyAnswer } from '../support/arbitraries.ts'
import { codecs } from './codecs.ts'
import { job, peer } from './values.ts'

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

describe('sets of units', () => {
  it('come out with the same units', () => {
    fc.assert(fc.property(anyAnswer.filter((answer) => answer.type === 'ledger'), ({ ledger }) => {
      const read = decodeAnswer(encodeAnswer({ type: 'ledger', ledger }))
      assert(read.type === 'ledger')
      assert.deepEqual([...read.ledger.accepted.values()], [...ledger.accepted.values()])
      assert.deepEqual([...read.ledger.kept.values()], [...ledger.kept.values()])
      assert.equal(read.ledger.accepted.units, ledger.accepted.units)
    }), { numRuns: 100 })
  })

  it('are refused on their way out when they are not of one job', () => {
    const ledger = { job: 'ab'.repeat(32), epoch: undefined, accepted: new UnitSet(10), parked: [], kept: new UnitSet(10), bundle: 'whole' as const }
    assert.throws(() => encodeAnswer({ type: 'ledger', ledger: { ...ledger, kept: new UnitSet(11) } }), { name: 'WireError' })
    assert.throws(() => encodeAnswer({ type: 'ledger', ledger: { ...ledger, parked: [10] } }), { name: 'WireError' })
    assert.ok(encodeAnswer({ type: 'ledger', ledger: { ...ledger, parked: [9] } }))
  })

  it('of the largest job fit into each message, all of them full', () => {
    const full = UnitSet.of(MAX_UNITS, new Uint8Array(MAX_UNITS / 8).fill(255))
    const parked = [...full.values()]
    const epoch = { round: Number.MAX_SAFE_INTEGER, peer, instance: Number.MAX_SAFE_INTEGER }
    const record = {
      jobBytes: new Uint8Array(MAX_JOB_BYTES),
      jobSignature: new Uint8Array(MAX_SIGNATURE_BYTES),
      controlBytes: new Uint8Array(MAX_CONTROL_BYTES),
      controlSignature: new Uint8Array(MAX_SIGNATURE_BYTES)
    }
    assert.ok(encodeQuestion({ type: 'hand-off', record, epoch, accepted: full, parked }).byteLength <= MAX_QUESTION_BYTES)
    assert.ok(encodeAnswer({ type: 'ledger', ledger: { job, epoch, accepted: full, parked, kept: full, bundle: 'whole' } }).byteLength <= MAX_ANSWER_BYTES)
    assert.ok(encodeKeptRequest({ job, wanted: full }).byteLength <= MAX_KEPT_REQUEST_BYTES)
  })
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
