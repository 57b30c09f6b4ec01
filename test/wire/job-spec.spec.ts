import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { concat } from 'uint8arrays/concat'
import { decodeJobSpec, encodeJobSpec } from '../../src/wire/codec/index.ts'
import * as pb from '../../src/wire/generated/job.ts'
import { anyJobSpec } from '../support/arbitraries.ts'
import { sample, spec } from './values.ts'
import type { JobSpec } from '../../src/core/job.ts'

const refused = { name: 'WireError' }

/** The message behind the fixture, to be changed as a stranger could. */
function message (change: Partial<pb.JobSpec>): Uint8Array {
  return pb.JobSpec.encode({ ...pb.JobSpec.decode(sample.JobSpec), ...change })
}

describe('a job id has one byte form', () => {
  it('because a flipped bit is refused or means another job', () => {
    fc.assert(fc.property(anyJobSpec, (spec) => {
      const bytes = encodeJobSpec(spec)
      for (let bit = 0; bit < bytes.byteLength * 8; bit++) {
        const flipped = Uint8Array.from(bytes)
        flipped[bit >> 3]! ^= 1 << (bit & 7)
        const other: JobSpec | undefined = specOrRefusal(flipped)
        if (other !== undefined) {
          assert.notDeepEqual(other, spec, `bit ${bit} changes nothing`)
          assert.deepEqual(encodeJobSpec(other), flipped)
        }
      }
    }), { numRuns: 10 })
  })

  it('because reordered, repeated and unknown fields are refused', () => {
    const serial = Uint8Array.of(2 << 3, 42)
    const at = indexOf(sample.JobSpec, serial)
    const without = concat([sample.JobSpec.subarray(0, at), sample.JobSpec.subarray(at + 2)])
    assert.deepEqual(pb.JobSpec.decode(concat([without, serial])), pb.JobSpec.decode(sample.JobSpec), 'the generated code would take it')
    assert.throws(() => decodeJobSpec(concat([without, serial])), refused)
    assert.throws(() => decodeJobSpec(concat([sample.JobSpec, serial])), refused)
    assert.throws(() => decodeJobSpec(concat([sample.JobSpec, Uint8Array.of(0xe0, 0x76, 1)])), refused)
  })

  it('because padded numbers and written-out defaults are refused', () => {
    const samples = Uint8Array.of(10 << 3, 0x80, 0x02)
    const at = indexOf(sample.JobSpec, samples)
    const padded = concat([sample.JobSpec.subarray(0, at), Uint8Array.of(10 << 3, 0x80, 0x82, 0x00), sample.JobSpec.subarray(at + 3)])
    assert.deepEqual(pb.JobSpec.decode(padded), pb.JobSpec.decode(sample.JobSpec), 'the generated code would take it')
    assert.throws(() => decodeJobSpec(padded), refused)
    const bytes = encodeJobSpec({ ...spec, serial: 0 })
    const requesterEnd = 2 + 38
    assert.throws(() => decodeJobSpec(concat([bytes.subarray(0, requesterEnd), Uint8Array.of(2 << 3, 0), bytes.subarray(requesterEnd)])), refused)
  })
})

describe('a job that can not be is refused by whoever reads it', () => {
  const impossible: readonly [what: string, change: Partial<pb.JobSpec>][] = [
    ['no width', { widthPixels: 0 }],
    ['too high', { heightPixels: 65_537 }],
    ['no samples', { samplesPerPixel: 0 }],
    ['too many samples', { samplesPerPixel: 1_048_577 }],
    ['a tile of 7', { tilePixels: 7 }],
    ['a short lease', { leaseMs: 2999 }],
    ['a long lease', { leaseMs: 3_600_001 }],
    ['frames backwards', { frames: { first: 5, last: 4, step: 1 } }],
    ['a step of 0', { frames: { first: 1, last: 4, step: 0 } }],
    ['too many frames', { frames: { first: 1, last: 131_073, step: 1 } }],
    ['frames missing', { frames: undefined }],
    ['a bundle missing', { bundle: undefined }],
    ['an empty manifest', { bundle: { manifestSha256: new Uint8Array(32), manifestBytes: 0, entry: Uint8Array.of(0x61) } }],
    ['half a manifest hash', { bundle: { manifestSha256: new Uint8Array(16), manifestBytes: 1, entry: Uint8Array.of(0x61) } }],
    ['no split', { split: pb.Split.SPLIT_UNSPECIFIED }],
    ['more than a million units', { widthPixels: 8008, heightPixels: 8000, tilePixels: 8, split: pb.Split.SPLIT_TILES, frames: { first: 1, last: 1, step: 1 } }],
    ['a frame larger than a unit', { widthPixels: 4096, heightPixels: 1025, split: pb.Split.SPLIT_FRAMES }],
    ['unsorted settings', { settings: [{ key: Uint8Array.of(0x62), value: Uint8Array.of() }, { key: Uint8Array.of(0x61), value: Uint8Array.of() }] }],
    ['a setting given twice', { settings: [{ key: Uint8Array.of(0x62), value: Uint8Array.of() }, { key: Uint8Array.of(0x62), value: Uint8Array.of() }] }],
    ['a name that is not UTF-8', { name: Uint8Array.of(0xc3, 0x28) }],
    ['a name with an escape sequence', { name: Uint8Array.of(0x1b, 0x5b, 0x32, 0x4a) }],
    ['nobody as requester', { requester: new Uint8Array(0) }]
  ]
  for (const [what, change] of impossible) {
    it(what, () => {
      assert.throws(() => decodeJobSpec(message(change)), refused)
    })
  }

  it('and by its own peer before it is signed, in words for the user', () => {
    assert.throws(() => encodeJobSpec({ ...spec, width: 0 }), { name: 'JobSpecError' })
    assert.throws(() => encodeJobSpec({ ...spec, width: 8008, height: 8000, tile: 8, split: 'tiles', frames: { first: 1, last: 1, step: 1 } }), { name: 'JobSpecError' })
    assert.throws(() => encodeJobSpec({ ...spec, name: '\ud800' }), refused)
  })
})

function specOrRefusal (bytes: Uint8Array): JobSpec | undefined {
  try {
    return decodeJobSpec(bytes)
  } catch (err) {
    assert.equal((err as Error).name, 'WireError')
    return undefined
  }
}

function indexOf (bytes: Uint8Array, part: Uint8Array): number {
  const at = bytes.findIndex((_, start) => part.every((byte, offset) => bytes[start + offset] === byte))
  assert.notEqual(at, -1)
  return at
}
