import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { concat } from 'uint8arrays/concat'
import { mutations, randomOf } from '../support/mutations.ts'
import { codecs } from './codecs.ts'
import type { Codec } from './codecs.ts'

/** Byte strings tried over all decoders. FUZZ_RUNS=1000000 npm test for a long run. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 100_000)
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31)
/** More than all decoders together may hold at once: no answer is larger than a small multiple of its message. */
const MAX_GROWTH_BYTES = 64 * 1024 ** 2

/** Decodes, and says whether a value came out. A value must be one that could have been sent. */
function attempt (codec: Codec<unknown>, bytes: Uint8Array): 'value' | 'refused' {
  let value: unknown
  try {
    value = codec.decode(bytes)
  } catch (err) {
    assert.equal(err instanceof Error && err.name, 'WireError', `${String(err)} for ${Buffer.from(bytes).toString('hex')}`)
    return 'refused'
  }
  assert.deepEqual(codec.decode(codec.encode(value)), value, Buffer.from(bytes).toString('hex'))
  return 'value'
}

describe(`strangers' bytes, SEED=${SEED}`, () => {
  for (const [index, codec] of codecs.entries()) {
    it(`${codec.name}: a value that could have been sent, or a WireError, for ${Math.floor(RUNS / codecs.length)} mutated byte strings`, () => {
      const below = randomOf(SEED + index)
      const good = fc.sample(codec.any, { seed: SEED, numRuns: 40 }).map((value) => codec.encode(value))
      const before = process.memoryUsage()
      const outcomes = { value: 0, refused: 0 }
      for (let run = 0; run < RUNS / codecs.length; run++) {
        const mutate = mutations[below(mutations.length)]!
        let bytes = mutate(good[below(good.length)]!, good[below(good.length)]!, below)
        if (below(4) === 0) {
          bytes = mutations[below(mutations.length)]!(bytes, good[below(good.length)]!, below)
        }
        outcomes[attempt(codec, bytes)]++
        if (run % 1000 === 0) {
          const now = process.memoryUsage()
          assert(now.arrayBuffers - before.arrayBuffers < MAX_GROWTH_BYTES, `run ${run} holds too many bytes`)
        }
      }
      assert(outcomes.refused > 0 && outcomes.value > 0, 'neither all nor none can be right')
    }).timeout(600_000)
  }
})

describe('bytes made to be expensive', () => {
  const long = 64 * 1024
  const attacks: readonly [what: string, bytes: Uint8Array][] = [
    ['nothing', new Uint8Array(0)],
    ['zeros', new Uint8Array(long)],
    ['a number that never ends', new Uint8Array(long).fill(0xff)],
    ['groups within groups', new Uint8Array(long).fill(0x0b)],
    ['a length of four gibibytes', Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ['a message of four gibibytes within a message', Uint8Array.of(0x0a, 0x06, 0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ['ten thousand empty entries', concat(new Array<Uint8Array>(10_000).fill(Uint8Array.of(0x0a, 0x00)))],
    ['ten thousand empty entries in the second field', concat(new Array<Uint8Array>(10_000).fill(Uint8Array.of(0x12, 0x00)))],
    ['JSON nested without end', concat([Uint8Array.of(0x0a, 0x84, 0x80, 0x02, 0x0a, 0x80, 0x80, 0x02), new Uint8Array(32_768).fill(0x5b)])]
  ]
  for (const [what, bytes] of attacks) {
    it(`${what}: every decoder answers at once`, () => {
      for (const codec of codecs) {
        const before = process.memoryUsage().arrayBuffers
        attempt(codec, bytes)
        assert(process.memoryUsage().arrayBuffers - before < 1024 ** 2, `${codec.name} takes more than a mebibyte`)
      }
    }).timeout(2000)
  }
})
