import assert from 'node:assert/strict'
import type { WireError } from '../../src/errors.ts'
import { ChannelClosedError } from '../../src/errors.ts'
import { createBlobChannel } from '../../src/mesh/blob-channel.ts'
import { serveBlobs } from '../../src/mesh/blob-server.ts'
import { createChannel } from '../../src/mesh/channel.ts'
import { stewardCodec, viewSourceCodec, workerCodec } from '../../src/mesh/channel-codecs.ts'
import { FrameReader, writeFrame } from '../../src/mesh/frames.ts'
import { answerDigests } from '../../src/mesh/ledger-stream.ts'
import { ANSWER_TIMEOUT_MS } from '../../src/mesh/limits.ts'
import { localPair } from '../../src/mesh/local-pair.ts'
import { receiveResults } from '../../src/mesh/result-receiver.ts'
import { createResultSender } from '../../src/mesh/result-sender.ts'
import { KnownJobs } from '../../src/mesh/known-jobs.ts'
import { signControl, signJob } from '../../src/mesh/signing.ts'
import {
  decodeBlobAnswer, encodeBlobAnswer, encodeBlobRequest, encodeDigestExchange, encodeResultAnswer, encodeResultHead, encodeStewardMessage, rawJobRecord
} from '../../src/wire/codec/index.ts'
import { BLOB_CREDIT_CHUNKS, MAX_BLOB_CHUNK_BYTES, MAX_LEASE_MESSAGE_BYTES, MAX_RESULT_HEAD_BYTES } from '../../src/wire/limits.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { jobSpec } from '../support/job-spec.ts'
import { sha256 } from '../support/sha256.ts'
import { identity, keepingLog } from './world.ts'
import type { ResultHead, SignedJob } from '../../src/core/messages.ts'
import type { ChannelCodec } from '../../src/mesh/channel.ts'
import type { ByteStream } from '../../src/mesh/byte-stream.ts'
import type { ResultReceiver } from '../../src/ports.ts'

const JOB = 'ab'.repeat(32)

/** A stream to a reader that lets nothing through. */
const stuckStream = ({ peer, relayed, closed }: ByteStream): ByteStream =>
  ({ peer, relayed, closed, read: () => new Promise(() => {}), write: () => new Promise(() => {}), close: async () => {}, abort: () => {} })

describe('streams that meet a liar', () => {
  let clock: FakeClock
  let here: ByteStream
  let there: ByteStream
  let bad: string[]
  let init: { readonly clock: FakeClock, readonly onBadMessage: (peer: string, error: WireError) => void }
  let self: string

  before(async () => {
    self = (await identity(1)).peer
  })

  beforeEach(() => {
    clock = new FakeClock();
    [here, there] = localPair('liar')
    bad = []
    init = { clock, onBadMessage: (peer, error) => { bad.push(`${peer}: ${error.message}`) } }
  })

  /** Whether the stream was reset, and the liar noted once. */
  async function assertReset (): Promise<void> {
    assert.ok(await there.closed instanceof Error)
    assert.equal(bad.length, 1, bad.join(' | '))
    assert.match(bad[0]!, /^liar: /)
  }

  function headOf (pixels: Uint8Array): ResultHead {
    return {
      job: JOB,
      unit: 3,
      token: { epoch: { round: 1, peer: self, instance: 1 }, grant: 1 },
      content: 'sum',
      bytes: pixels.byteLength,
      sha256: sha256(pixels),
      phases: { transferMs: 0, loadMs: 0, renderMs: 0 }
    }
  }

  describe('channel', () => {
    async function messagesOf (): Promise<unknown[]> {
      const received: unknown[] = []
      for await (const message of createChannel(here, stewardCodec, init).messages) {
        received.push(message)
      }
      return received
    }

    it('resets on bytes that are no message', async () => {
      await writeFrame(there, Uint8Array.of(1, 2, 3))
      assert.deepEqual(await messagesOf(), [])
      await assertReset()
    })

    it('resets on a message one byte too long', async () => {
      await writeFrame(there, new Uint8Array(MAX_LEASE_MESSAGE_BYTES + 1))
      assert.deepEqual(await messagesOf(), [])
      await assertReset()
    })

    it('leaves out messages of types that only later versions know', async () => {
      // Field 15, length-delimited, empty: a message of a oneof that this version does not have.
      await writeFrame(there, Uint8Array.of(0x7a, 0x00))
      await there.close()
      assert.deepEqual(await messagesOf(), [])
      assert.deepEqual(bad, [])
    })

    it('hands on only control words that the requester signed', async () => {
      const requester = await identity(2)
      const jobs = new KnownJobs()
      const job = await signJob(jobSpec({ requester: requester.peer }), requester.key, sha256)
      const control = await signControl({ job: job.id, sequence: 1, state: 'cancelled', priority: 0 }, requester.key)
      const unknown = await signControl({ job: JOB, sequence: 1, state: 'cancelled', priority: 0 }, requester.key)
      const forged = { ...control, signature: unknown.signature }
      jobs.remember(job)
      for (const pushed of [unknown, control, forged]) {
        await writeFrame(there, encodeStewardMessage({ type: 'control', control: pushed }))
      }
      const received: unknown[] = []
      for await (const message of createChannel(here, workerCodec(jobs), init).messages) {
        received.push(message)
      }
      assert.deepEqual(received, [{ type: 'control', control }])
      await assertReset()
    })

    it('lets so many bytes wait for a slow reader, and not one more', async () => {
      const stuck: ByteStream = { ...stuckStream(here), abort: (reason) => { here.abort(reason) } }
      for (const { maxOutboundBytes, maxMessageBytes } of [stewardCodec, viewSourceCodec]) {
        assert.ok(maxOutboundBytes >= 2 * maxMessageBytes, 'the longest message never resets')
      }
      const codec: ChannelCodec<Uint8Array, never> = { ...viewSourceCodec, encode: (bytes: Uint8Array) => bytes, maxOutboundBytes: 1_000 }
      const channel = createChannel(stuck, codec, init)
      channel.send(new Uint8Array(400)).catch(() => {})
      channel.send(new Uint8Array(600)).catch(() => {})
      assert.equal(await Promise.race([there.closed, Promise.resolve('open')]), 'open')
      channel.send(new Uint8Array(1)).catch(() => {})
      assert.match(String(await there.closed), /does not read/)
      assert.deepEqual(bad, [], 'to be slow is no lie')
    })

    it('resets when a viewer talks', async () => {
      await writeFrame(there, Uint8Array.of(1))
      for await (const _ of createChannel(here, viewSourceCodec, init).messages) {
        assert.fail('nothing a viewer says is a message')
      }
      await assertReset()
    })
  })

  describe('receiving results', () => {
    const log: string[] = []
    const receiver: ResultReceiver = {
      offer: (_from, head) => { log.push(`offer ${head.unit}`); return 'take' },
      take: async (_from, head) => { log.push(`take ${head.unit}`); return 'accepted' },
      drop: (_from, head) => { log.push(`drop ${head.unit}`) }
    }

    beforeEach(() => {
      log.length = 0
    })

    it('resets on a head that is one byte too long, or is none', async () => {
      await writeFrame(there, new Uint8Array(MAX_RESULT_HEAD_BYTES + 1))
      await receiveResults(here, { ...init, receiver, sha256 })
      await assertReset()
      assert.deepEqual(log, [])
    })

    it('resets when more pixels come than were declared', async () => {
      const pixels = new Uint8Array(1024).fill(0xff)
      await writeFrame(there, encodeResultHead(headOf(pixels)))
      await there.write(new Uint8Array(1024 + 64).fill(0xff))
      await receiveResults(here, { ...init, receiver, sha256 })
      await assertReset()
      assert.deepEqual(log, ['offer 3', 'take 3'])
    })

    it('drops a unit of which less comes than was declared', async () => {
      const pixels = new Uint8Array(1024)
      await writeFrame(there, encodeResultHead(headOf(pixels)))
      await there.write(pixels.subarray(1))
      await there.close()
      await receiveResults(here, { ...init, receiver, sha256 })
      assert.deepEqual(log, ['offer 3', 'drop 3'])
      assert.deepEqual(bad, [], 'to stop in the middle is no lie')
    })

    it('drops a unit whose pixels stop coming', async () => {
      await writeFrame(there, encodeResultHead(headOf(new Uint8Array(1024))))
      const receiving = receiveResults(here, { ...init, receiver, sha256 })
      await clock.settle(60_000)
      await receiving
      assert.deepEqual(log, ['offer 3', 'drop 3'])
      assert.deepEqual(bad, [], 'silence is no lie')
    })
  })

  describe('sending results', () => {
    it('resets on an answer to nothing', async () => {
      createResultSender(here, init)
      await writeFrame(there, encodeResultAnswer({ job: JOB, unit: 1, answer: 'accepted' }))
      await assertReset()
    })

    it('gives up on a requester that never answers', async () => {
      const sender = createResultSender(here, init)
      const pixels = new Uint8Array(1024)
      const failed = assert.rejects(sender.deliver(headOf(pixels), pixels), ChannelClosedError)
      await clock.settle(ANSWER_TIMEOUT_MS)
      await failed
    })

    it('refuses pixels of another length than the head says', async () => {
      const sender = createResultSender(here, init)
      await assert.rejects(sender.deliver(headOf(new Uint8Array(1024)), new Uint8Array(1008)), RangeError)
    })
  })

  describe('serving blobs', () => {
    const serverInit = (provider: (length: number) => Promise<Uint8Array | undefined>): Parameters<typeof serveBlobs>[1] => ({
      ...init, log: keepingLog(), provider: async (_blob, _offset, length) => provider(length)
    })
    const request = (id: number, length: number): Uint8Array => encodeBlobRequest({ id, blob: JOB, offset: 0, length })

    it('resets on a request for one byte more than a chunk', async () => {
      await writeFrame(there, request(1, MAX_BLOB_CHUNK_BYTES).map((byte) => byte))
      const tooLong = request(1, MAX_BLOB_CHUNK_BYTES - 1)
      // The last field is the length, as a varint of three bytes: 0xfffff, raised to 0x100001.
      tooLong.set([0x81, 0x80, 0x40], tooLong.length - 3)
      await writeFrame(there, tooLong)
      await serveBlobs(here, serverInit(async (length) => new Uint8Array(length)))
      await assertReset()
    })

    it('says that it has not what it can not read whole', async () => {
      const answers: (() => Promise<Uint8Array | undefined>)[] = [
        async () => undefined,
        async () => new Uint8Array(9),
        async () => { throw new Error('the disk fails') }
      ]
      const serving = serveBlobs(here, serverInit(async () => answers.shift()!()))
      const reader = new FrameReader(there, clock)
      for (const id of [1, 2, 3]) {
        await writeFrame(there, request(id, 10))
        assert.deepEqual(decodeBlobAnswer((await reader.frame(100))!), { id, found: false, bytes: 0 })
      }
      await there.close()
      await serving
    })

    it('reads no further ahead than the credit', async () => {
      let reading = 0
      const serving = serveBlobs(here, serverInit(async () => { reading++; return new Promise(() => {}) }))
      for (let id = 1; id <= BLOB_CREDIT_CHUNKS + 3; id++) {
        await writeFrame(there, request(id, 10))
      }
      await clock.settle(1000)
      assert.equal(reading, BLOB_CREDIT_CHUNKS)
      there.abort(new Error('enough'))
      serving.catch(() => {})
    })
  })

  describe('asking for blobs', () => {
    for (const [what, answer] of [
      ['to another request', { id: 2, found: true, bytes: 10 }],
      ['of another length', { id: 1, found: true, bytes: 11 }]
    ] as const) {
      it(`resets on an answer ${what}`, async () => {
        const channel = createBlobChannel(here, init)
        const failed = assert.rejects(channel.request(JOB, 0, 10), ChannelClosedError)
        await clock.settle(1)
        await writeFrame(there, encodeBlobAnswer(answer))
        await failed
        await assertReset()
      })
    }

    it('gives up on a peer that never answers', async () => {
      const channel = createBlobChannel(here, init)
      const failed = assert.rejects(channel.request(JOB, 0, 10), ChannelClosedError)
      await clock.settle(ANSWER_TIMEOUT_MS)
      await failed
    })
  })

  describe('digest exchange', () => {
    async function answered (job: SignedJob, signature: Uint8Array): Promise<number> {
      let asked = 0
      const exchange = encodeDigestExchange({ digests: [], records: [rawJobRecord({ job: { ...job, signature }, control: undefined })] })
      await writeFrame(there, exchange)
      await answerDigests(here, (half) => { asked++; return half }, { ...init, sha256, jobs: new KnownJobs() }).catch(() => {})
      return asked
    }

    it('keeps back records that their requester did not sign', async () => {
      const requester = await identity(2)
      const forger = await identity(3)
      const job = await signJob(jobSpec({ requester: requester.peer }), requester.key, sha256)
      const forged = await signJob(job.spec, forger.key, sha256)
      assert.equal(await answered(job, forged.signature), 0)
      await assertReset()
    })

    it('keeps back a control word of another job', async () => {
      const requester = await identity(2)
      const job = await signJob(jobSpec({ requester: requester.peer }), requester.key, sha256)
      const control = await signControl({ job: JOB, sequence: 1, state: 'cancelled', priority: 0 }, requester.key)
      await writeFrame(there, encodeDigestExchange({ digests: [], records: [rawJobRecord({ job, control })] }))
      await assert.rejects(answerDigests(here, () => assert.fail('it was handed on'), { ...init, sha256, jobs: new KnownJobs() }))
      await assertReset()
    })
  })
})
