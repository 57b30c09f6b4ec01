import assert from 'node:assert/strict'
import { ChannelClosedError, WireError } from '../../src/errors.ts'
import { FrameReader, writeFrame, writeFrameAndRaw } from '../../src/mesh/frames.ts'
import { PIECE_BYTES, READ_HIGH_BYTES, STALL_TIMEOUT_MS } from '../../src/mesh/limits.ts'
import { localPair } from '../../src/mesh/local-pair.ts'
import { MIN_RATE_BYTES_PER_SECOND, RATE_GRACE_MS } from '../../src/wire/limits.ts'
import { FakeClock } from '../support/fake-clock.ts'
import type { ByteStream } from '../../src/mesh/byte-stream.ts'

describe('FrameReader', () => {
  let clock: FakeClock
  let there: ByteStream
  let here: ByteStream
  let reader: FrameReader

  beforeEach(() => {
    clock = new FakeClock();
    [here, there] = localPair('peer')
    reader = new FrameReader(here, clock)
  })

  it('reads messages and raw bytes in turn, however they were cut', async () => {
    await writeFrame(there, Uint8Array.of(1, 2, 3))
    await writeFrame(there, new Uint8Array(0))
    await writeFrameAndRaw(there, new Uint8Array(300).fill(9), Uint8Array.of(5, 6, 7, 8))
    for (const byte of [2, 10, 11]) {
      await there.write(Uint8Array.of(byte))
    }
    await there.close()
    assert.deepEqual(await reader.frame(10), Uint8Array.of(1, 2, 3))
    assert.deepEqual(await reader.frame(10), new Uint8Array(0))
    assert.deepEqual(await reader.frame(300), new Uint8Array(300).fill(9))
    const raw = new Uint8Array(3)
    await reader.raw(raw)
    assert.deepEqual(raw, Uint8Array.of(5, 6, 7))
    await reader.skip(1)
    assert.deepEqual(await reader.frame(10), Uint8Array.of(10, 11))
    assert.equal(await reader.frame(10), undefined)
  })

  it('takes a message of the largest size and refuses one byte more before reading it', async () => {
    await writeFrame(there, new Uint8Array(1000))
    assert.equal((await reader.frame(1000))!.byteLength, 1000)
    await there.write(Uint8Array.of(0xe9, 0x07))
    await assert.rejects(reader.frame(1000), (err) => err instanceof WireError && err.limit === 'maxMessageBytes')
  })

  it('refuses a length that never ends', async () => {
    await there.write(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x01))
    await assert.rejects(reader.frame(1000), WireError)
  })

  it('does not take an end within a message for success', async () => {
    await there.write(Uint8Array.of(5, 1, 2))
    await there.close()
    await assert.rejects(reader.frame(10), ChannelClosedError)
  })

  it('does not take an end within raw bytes or skipped ones for success', async () => {
    await there.write(Uint8Array.of(1))
    await there.close()
    await assert.rejects(reader.raw(new Uint8Array(2)), ChannelClosedError)
    const [mine, theirs] = localPair('peer')
    await theirs.close()
    await assert.rejects(new FrameReader(mine, clock).skip(1), ChannelClosedError)
  })

  it('gives up on a message that does not go on, but waits for ever for one to begin', async () => {
    const frame = reader.frame(10)
    await clock.settle(10 * STALL_TIMEOUT_MS)
    await there.write(Uint8Array.of(5, 1))
    await clock.settle(STALL_TIMEOUT_MS - 1)
    assert.equal(await Promise.race([frame.catch(() => 'failed'), Promise.resolve('pending')]), 'pending')
    const failed = assert.rejects(frame, ChannelClosedError)
    await clock.settle(1)
    await failed
    assert.ok(await there.closed instanceof ChannelClosedError)
  })

  it('gives up on a message that does not begin in the time it was given', async () => {
    const failed = assert.rejects(reader.frame(10, 500), ChannelClosedError)
    await clock.settle(500)
    await failed
  })

  it('gives up on a sender that is too slow on the whole, though never silent', async () => {
    const raw = reader.raw(new Uint8Array(1_000_000))
    const failed = assert.rejects(raw, /too slowly/)
    const stepMs = 1000
    for (let waitedMs = 0; waitedMs <= 2 * RATE_GRACE_MS; waitedMs += stepMs) {
      await there.write(new Uint8Array(MIN_RATE_BYTES_PER_SECOND / 4)).catch(() => {})
      await clock.settle(stepMs)
    }
    await failed
  })

  it('does not blame the sender for the time the consumer takes', async () => {
    await writeFrame(there, Uint8Array.of(1))
    await writeFrame(there, Uint8Array.of(2))
    assert.deepEqual(await reader.frame(10), Uint8Array.of(1))
    await clock.settle(100 * STALL_TIMEOUT_MS)
    assert.deepEqual(await reader.frame(10), Uint8Array.of(2))
  })
})

describe('localPair', () => {
  it('holds a writer up while too much waits to be read', async () => {
    const [here, there] = localPair('peer')
    let written = 0
    const writing = (async () => {
      for (let i = 0; i < 10; i++) {
        await there.write(new Uint8Array(PIECE_BYTES))
        written++
      }
    })()
    await new Promise((resolve) => setImmediate(resolve))
    assert.ok(written * PIECE_BYTES < READ_HIGH_BYTES, `${written} pieces were taken unread`)
    let read = 0
    while (read < 10 * PIECE_BYTES) {
      read += (await here.read())!.byteLength
    }
    await writing
  })

  it('lets what was written before a polite end be read, and nothing after an abort', async () => {
    const [here, there] = localPair('peer')
    await there.write(Uint8Array.of(1))
    await there.close()
    assert.deepEqual(await here.read(), Uint8Array.of(1))
    assert.equal(await here.read(), undefined)
    assert.equal(await here.closed, undefined)
    await assert.rejects(here.write(Uint8Array.of(2)), ChannelClosedError)

    const [mine, theirs] = localPair('peer')
    await theirs.write(Uint8Array.of(1))
    theirs.abort(new Error('enough'))
    await assert.rejects(mine.read(), ChannelClosedError)
    assert.equal((await mine.closed)!.message, 'enough')
  })
})
