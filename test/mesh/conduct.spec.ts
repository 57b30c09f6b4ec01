import assert from 'node:assert/strict'
import { Conduct } from '../../src/mesh/conduct.ts'
import { BAD_MESSAGE_MEMORY_MS, BAN_MS, MAX_BAD_MESSAGES } from '../../src/mesh/limits.ts'
import { TokenBuckets } from '../../src/mesh/token-bucket.ts'
import { FakeClock } from '../support/fake-clock.ts'

describe('Conduct', () => {
  it('bans a peer for a minute after its third bad message, and nobody else', () => {
    const clock = new FakeClock()
    const conduct = new Conduct(clock)
    for (let i = 1; i < MAX_BAD_MESSAGES; i++) {
      assert.equal(conduct.bad('liar'), 'noted')
      assert.equal(conduct.isBanned('liar'), false)
    }
    assert.equal(conduct.bad('liar'), 'banned')
    assert.equal(conduct.isBanned('liar'), true)
    assert.equal(conduct.isBanned('other'), false)
    clock.advance(BAN_MS - 1)
    assert.equal(conduct.isBanned('liar'), true)
    clock.advance(1)
    assert.equal(conduct.isBanned('liar'), false)
    assert.equal(conduct.bad('liar'), 'noted')
  })

  it('forgives single ones after a while', () => {
    const clock = new FakeClock()
    const conduct = new Conduct(clock)
    for (let i = 0; i < 10; i++) {
      assert.equal(conduct.bad('clumsy'), 'noted')
      clock.advance(BAD_MESSAGE_MEMORY_MS / (MAX_BAD_MESSAGES - 1))
    }
  })
})

describe('TokenBuckets', () => {
  const allowance = { messagesPerSecond: 20, bytesPerSecond: 1000, burstSeconds: 2 }

  it('allow so many messages at once and not one more, for each source', () => {
    const buckets = new TokenBuckets(new FakeClock(), allowance)
    for (let i = 0; i < 40; i++) {
      assert.equal(buckets.spend('a', 1), true)
    }
    assert.equal(buckets.spend('a', 1), false)
    assert.equal(buckets.spend('b', 1), true)
  })

  it('allow so many bytes and not one more', () => {
    const buckets = new TokenBuckets(new FakeClock(), allowance)
    assert.equal(buckets.spend('a', 2001), false)
    assert.equal(buckets.spend('a', 1999), true)
    assert.equal(buckets.spend('a', 2), false)
    assert.equal(buckets.spend('a', 1), true)
  })

  it('fill again at the rate, never above the burst', () => {
    const clock = new FakeClock()
    const buckets = new TokenBuckets(clock, allowance)
    while (buckets.spend('a', 1));
    clock.advance(100)
    assert.deepEqual([1, 2, 3].map(() => buckets.spend('a', 1)), [true, true, false])
    clock.advance(3_600_000)
    let count = 0
    while (buckets.spend('a', 1)) {
      count++
    }
    assert.equal(count, 40)
  })
})
