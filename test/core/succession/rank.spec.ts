import assert from 'node:assert/strict'
import fc from 'fast-check'
import { hashOfNumber, hashOfTexts, mix64 } from '../../../src/core/mix64.ts'
import { ranked } from '../../../src/core/succession/rank.ts'

const JOB = 'a'.repeat(64)

function peers (): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.string({ minLength: 1, maxLength: 52 }), { maxLength: 30 })
}

describe('ranks for a job', () => {
  it('agree whatever the order of the members, and however often one is named', () => {
    fc.assert(fc.property(fc.string(), peers(), fc.infiniteStream(fc.nat(1_000)), (job, members, picks) => {
      const shuffled = members.map((peer) => ({ peer, key: picks.next().value })).sort((a, b) => a.key - b.key).map(({ peer }) => peer)
      assert.deepEqual(ranked(job, [...shuffled, ...members.slice(0, 3)]), ranked(job, members))
      assert.deepEqual(new Set(ranked(job, members)), new Set(members))
    }))
  })

  it('move nobody when a peer joins or leaves', () => {
    fc.assert(fc.property(fc.string(), peers(), (job, members) => {
      const without = members.slice(1)
      assert.deepEqual(ranked(job, members).filter((peer) => peer !== members[0]), ranked(job, without))
    }))
  })

  it('spread jobs evenly over peers with ids that look alike', () => {
    const members = Array.from({ length: 10 }, (_, index) => `12D3KooWGzBMyiqDJfPVmVUaHTyVy7jhDg${index}`)
    const firsts = new Map<string, number>()
    for (let job = 0; job < 2_000; job++) {
      const [first] = ranked(job.toString(16).padStart(64, '0'), members)
      firsts.set(first!, (firsts.get(first!) ?? 0) + 1)
    }
    for (const peer of members) {
      const share = firsts.get(peer) ?? 0
      assert.ok(share > 150 && share < 250, `${peer} is the first for ${share} of 2,000 jobs, 200 would be its share`)
    }
  })

  it('are nobody among nobody', () => {
    assert.deepEqual(ranked(JOB, []), [])
  })
})

describe('hashes of 64 bits', () => {
  it('are those of the published algorithms', () => {
    // The first outputs of SplitMix64 with seed 0 are its finalizer over multiples of the golden gamma.
    assert.equal(hashOfNumber(0), 0xe220a8397b1dcdafn)
    assert.equal(hashOfNumber(1), 0x6e789e6aa1b965f4n)
    assert.equal(mix64(0n), 0n)
  })

  it('tell apart where one text ends and the next begins', () => {
    assert.notEqual(hashOfTexts('ab', 'c'), hashOfTexts('a', 'bc'))
    assert.notEqual(hashOfTexts('abc'), hashOfTexts('abc', ''))
  })
})
