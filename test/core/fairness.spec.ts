import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ShareBook } from '../../src/core/fairness.ts'
import { FAIR_WINDOW_MS } from '../../src/core/limits.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import type { Candidate } from '../../src/core/fairness.ts'

function candidate (job: string, requester: string, priority = 0, serial = 1): Candidate {
  return { job, requester, priority, serial }
}

function ranked (book: ShareBook, candidates: readonly Candidate[], nowMs = 0): string {
  return book.rank(candidates, nowMs).map(({ job }) => job).join(' ')
}

/** Jain's index of fairness: 1 when all are equal, 1/n when one has all. */
function jain (shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0)
  return sum * sum / (shares.length * shares.reduce((total, share) => total + share * share, 0))
}

describe('the share of time', () => {
  it('puts the requester first that had least', () => {
    const book = new ShareBook()
    book.add('ann', 500, 0)
    book.add('bea', 499, 0)
    assert.equal(ranked(book, [candidate('1', 'ann', 9), candidate('2', 'bea'), candidate('3', 'cem')]), '3 2 1')
  })

  it('puts one requester before all others when it is told to, and the others in turn behind', () => {
    const book = new ShareBook()
    book.add('ann', 500, 0)
    book.add('bea', 100, 0)
    const candidates = [candidate('1', 'bea', 9), candidate('2', 'ann'), candidate('3', 'cem'), candidate('4', 'ann', 1)]
    assert.equal(book.rank(candidates, 0, 'ann').map(({ job }) => job).join(' '), '4 2 3 1')
    assert.equal(ranked(book, candidates), '3 1 4 2')
  })

  it('weighs requesters, not jobs: ten jobs of one have no more than one of another', () => {
    const book = new ShareBook()
    const many = Array.from({ length: 10 }, (_, index) => candidate(`a${index}`, 'ann', 0, index))
    const done = { ann: 0, bea: 0 }
    for (let turn = 0; turn < 100; turn++) {
      const [next] = book.rank([...many, candidate('b', 'bea')], turn * 100)
      const requester = next!.requester as 'ann' | 'bea'
      book.add(requester, 100, turn * 100)
      done[requester]++
    }
    assert.deepEqual(done, { ann: 50, bea: 50 })
  })

  it('goes by priority, then age, then name, where shares are equal', () => {
    const book = new ShareBook()
    assert.equal(ranked(book, [candidate('1', 'ann', 1), candidate('2', 'bea', 2)]), '2 1')
    assert.equal(ranked(book, [candidate('1', 'ann', 0, 9), candidate('2', 'bea', 0, 8)]), '2 1')
    assert.equal(ranked(book, [candidate('2', 'bea'), candidate('1', 'bea'), candidate('3', 'ann')]), '3 1 2')
  })

  it('forgets what is older than five minutes', () => {
    const book = new ShareBook()
    book.add('ann', 1_000, 0)
    assert.equal(book.shareOf('ann', FAIR_WINDOW_MS - 1), 1_000)
    assert.equal(book.shareOf('ann', FAIR_WINDOW_MS), 0)
    book.add('ann', 10, FAIR_WINDOW_MS)
    book.add('ann', 20, FAIR_WINDOW_MS * 1.5)
    assert.equal(book.shareOf('ann', FAIR_WINDOW_MS * 1.5), 30)
    assert.equal(book.shareOf('ann', FAIR_WINDOW_MS * 2.2), 20)
    assert.equal(book.shareOf('nobody', 0), 0)
  })

  it('gives a total order that does not depend on how the jobs were listed', () => {
    const jobs = fc.uniqueArray(fc.record({
      job: fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8'),
      requester: fc.constantFrom('ann', 'bea', 'cem'),
      priority: fc.integer({ min: -1, max: 1 }),
      serial: fc.integer({ min: 1, max: 3 })
    }), { selector: ({ job }) => job })
    const times = fc.array(fc.record({ requester: fc.constantFrom('ann', 'bea'), ms: fc.double({ min: 0, max: 1e6, noNaN: true }) }))
    fc.assert(fc.property(jobs, times, fc.nat(), (candidates, added, seed) => {
      const book = new ShareBook()
      added.forEach(({ requester, ms }) => { book.add(requester, ms, 0) })
      const expected = ranked(book, candidates)
      assert.equal(ranked(book, new SeededRandom(seed).shuffle(candidates)), expected)
      // Transitive: what comes before in the whole comes before in every pair.
      const order = book.rank(candidates, 0)
      order.forEach((first, index) => {
        for (const second of order.slice(index + 1)) {
          assert.equal(ranked(book, [second, first]), `${first.job} ${second.job}`)
        }
      })
    }))
  })

  it('is fair to four requesters on three workers of different speed over five minutes, however long their units take (L4)', () => {
    const unitMs = { ann: 300, bea: 2_000, cem: 7_000, dan: 900 }
    const requesters = Object.keys(unitMs) as (keyof typeof unitMs)[]
    const jobs = requesters.flatMap((requester, index) => Array.from({ length: index + 1 }, (_, job) => candidate(`${requester}${job}`, requester)))
    const got = { ann: 0, bea: 0, cem: 0, dan: 0 }
    for (const [slowness, threads] of [[1, 4], [2.5, 1], [0.4, 16]] as const) {
      const book = new ShareBook()
      for (let nowMs = 0; nowMs < FAIR_WINDOW_MS;) {
        const requester = book.rank(jobs, nowMs)[0]!.requester as keyof typeof unitMs
        const wallMs = unitMs[requester] * slowness
        nowMs += wallMs
        book.add(requester, wallMs * threads, nowMs)
        got[requester] += wallMs * threads
      }
    }
    assert.ok(jain(Object.values(got)) >= 0.95, `Jain index ${jain(Object.values(got))} of ${JSON.stringify(got)}`)
  })
})
