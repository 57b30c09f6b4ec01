import assert from 'node:assert/strict'
import { UnitSet } from '../../src/core/ledger.ts'
import { gridOf } from '../../src/core/units.ts'
import { ChannelClosedError } from '../../src/errors.ts'
import { writeFrame, writeFrameAndRaw } from '../../src/mesh/frames.ts'
import { openKept, serveKept } from '../../src/mesh/kept-stream.ts'
import { KnownJobs } from '../../src/mesh/known-jobs.ts'
import { QUESTIONS_ANSWERED_FACTOR, QUESTIONS_BURST_SECONDS, QUESTIONS_PER_SECOND } from '../../src/mesh/limits.ts'
import { localPair } from '../../src/mesh/local-pair.ts'
import { QuestionMeter } from '../../src/mesh/question-meter.ts'
import { signJob } from '../../src/mesh/signing.ts'
import { encodeKeptRequest, encodeResultHead } from '../../src/wire/codec/index.ts'
import { MAX_KEPT_REQUEST_BYTES, MAX_RESULT_HEAD_BYTES, MIN_RATE_BYTES_PER_SECOND, RATE_GRACE_MS, STREAM_LIMITS } from '../../src/wire/limits.ts'
import { CUSTODY_PROTOCOL } from '../../src/wire/protocols.ts'
import { keptUnit } from '../contracts/mesh-kept.ts'
import { unitSet } from '../contracts/mesh-questions.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { jobSpec } from '../support/job-spec.ts'
import { sha256 } from '../support/sha256.ts'
import { identity } from './world.ts'
import type { SignedJob } from '../../src/core/messages.ts'
import type { KeptUnit } from '../../src/core/questions.ts'
import type { ByteStream } from '../../src/mesh/byte-stream.ts'
import type { KeptStreamInit } from '../../src/mesh/kept-stream.ts'
import type { Channel, KeptChannel } from '../../src/ports.ts'

describe('streams of kept results', () => {
  let clock: FakeClock
  let here: ByteStream
  let there: ByteStream
  let bad: string[]
  let init: KeptStreamInit & { readonly meter: QuestionMeter }
  let job: SignedJob

  before(async () => {
    const requester = await identity(2)
    job = await signJob(jobSpec({ requester: requester.peer }), requester.key, sha256)
  })

  beforeEach(() => {
    clock = new FakeClock();
    [here, there] = localPair('liar')
    bad = []
    init = { clock, sha256, jobs: new KnownJobs(), meter: new QuestionMeter(clock), onBadMessage: (peer, error) => { bad.push(`${peer}: ${error.message}`) } }
    init.jobs.remember(job)
  })

  const unit = (number: number): KeptUnit => keptUnit(job.id, gridOf(job.spec), number)

  async function unitsOf (sink: KeptChannel): Promise<number[]> {
    const units: number[] = []
    for await (const { head } of sink.messages) {
      units.push(head.unit)
    }
    return units
  }

  describe('reading', () => {
    const open = (): Promise<KeptChannel> => openKept(here, { job: job.id, wanted: unitSet(16, 0, 1) }, init)

    it('ends where the stream ends between results', async () => {
      const sink = await open()
      await writeFrameAndRaw(there, encodeResultHead(unit(1).head), unit(1).bytes)
      await there.close()
      assert.deepEqual(await unitsOf(sink), [1])
      assert.deepEqual(bad, [])
    })

    it('resets on a head one byte too long', async () => {
      const sink = await open()
      await writeFrame(there, new Uint8Array(MAX_RESULT_HEAD_BYTES + 1))
      assert.deepEqual(await unitsOf(sink), [])
      assert.equal(bad.length, 1)
    })

    it('resets before it reads a byte of what has one pixel too many', async () => {
      const sink = await open()
      const { head } = unit(0)
      await writeFrame(there, encodeResultHead({ ...head, bytes: head.bytes + 16 }))
      assert.deepEqual(await unitsOf(sink), [])
      assert.equal(bad.length, 1)
      assert.ok(await there.closed instanceof Error)
    })

    it('resets on a result without a mark', async () => {
      const sink = await open()
      const { keep, ...head } = unit(0).head
      await writeFrameAndRaw(there, encodeResultHead(head), unit(0).bytes)
      assert.deepEqual([await unitsOf(sink), bad.length, keep?.content], [[], 1, 'unit'])
    })

    it('keeps back a result whose bytes stop coming, and one that ends too early', async () => {
      for (const end of ['silence', 'close'] as const) {
        [here, there] = localPair('liar')
        const sink = await open()
        await writeFrame(there, encodeResultHead(unit(0).head))
        await there.write(unit(0).bytes.subarray(1))
        const reading = unitsOf(sink)
        await (end === 'close' ? there.close() : clock.settle(60_000))
        assert.deepEqual(await reading, [])
      }
      assert.deepEqual(bad, [], 'to stop in the middle is no lie')
    })

    it('waits no longer for a head than the other side may search for it', async () => {
      const reading = unitsOf(await open())
      await clock.settle(STREAM_LIMITS[CUSTODY_PROTOCOL].idleMs! + 1)
      assert.deepEqual(await reading, [])
      assert.ok(await here.closed instanceof ChannelClosedError)
    })
  })

  describe('sending', () => {
    async function served (): Promise<Channel<KeptUnit, never>> {
      let source: Channel<KeptUnit, never> | undefined
      await writeFrame(there, encodeKeptRequest({ job: job.id, wanted: new UnitSet(16) }))
      await serveKept(here, (_request, channel) => { source = channel }, init)
      return source!
    }

    async function assertRefused (request: Uint8Array): Promise<void> {
      await writeFrame(there, request)
      await assert.rejects(serveKept(here, () => assert.fail('it was handed on'), init), { name: 'WireError' })
      assert.equal(bad.length, 1)
    }

    it('refuses a request one byte too long', async () => {
      await assertRefused(new Uint8Array(MAX_KEPT_REQUEST_BYTES + 1))
    })

    it('refuses a request for one unit more than the job has', async () => {
      await assertRefused(encodeKeptRequest({ job: job.id, wanted: new UnitSet(17) }))
    })

    it('is counted: so many requests of one peer are read at once, and not one more', async () => {
      const request = encodeKeptRequest({ job: job.id, wanted: new UnitSet(16) })
      const most = QUESTIONS_PER_SECOND * QUESTIONS_ANSWERED_FACTOR * QUESTIONS_BURST_SECONDS
      let requests = 0
      for (let i = 0; i <= most; i++) {
        [here, there] = localPair('liar')
        await writeFrame(there, request)
        serveKept(here, () => { requests++ }, init).catch(() => {})
      }
      await clock.settle(0)
      assert.equal(requests, most)
    })

    it('resets when the other side says more than its request', async () => {
      const source = await served()
      await writeFrame(there, Uint8Array.of(1))
      for await (const _ of source.messages) {
        assert.fail('nothing more may come')
      }
      assert.equal(bad.length, 1)
    })

    it('keeps the bytes of results apart that are sent at once', async () => {
      const { key, peer } = await identity(2)
      const large = await signJob(jobSpec({ requester: peer, width: 1024, height: 1024, tile: 256 }), key, sha256)
      init.jobs.remember(large)
      const units = [0, 1, 2].map((number) => keptUnit(large.id, gridOf(large.spec), number))
      const sink = await openKept(there, { job: large.id, wanted: unitSet(16, 0, 1, 2) }, init)
      await serveKept(here, (_request, source) => {
        Promise.all(units.map((one) => source.send(one))).then(() => source.close(), () => {})
      }, init)
      assert.deepEqual(await unitsOf(sink), [0, 1, 2])
      assert.deepEqual(bad, [])
    })

    it('refuses to send what its head does not describe', async () => {
      const source = await served()
      await assert.rejects(source.send({ ...unit(0), bytes: new Uint8Array(16) }), RangeError)
      const { keep: _, ...head } = unit(0).head
      await assert.rejects(source.send({ ...unit(0), head }), RangeError)
    })

    it('ends with a reader that takes less than the least rate, and not with one that takes just that', async () => {
      const perUnitMs = unit(0).bytes.byteLength / MIN_RATE_BYTES_PER_SECOND * 1000
      for (const [tookMs, outcome] of [[RATE_GRACE_MS + perUnitMs, 'open'], [RATE_GRACE_MS + perUnitMs + 1, 'slow']] as const) {
        [here, there] = localPair('liar')
        const inner = here
        here = {
          peer: inner.peer,
          relayed: false,
          closed: inner.closed,
          read: () => inner.read(),
          write: async () => { await new Promise<void>((resolve) => { clock.after(tookMs, resolve) }) },
          close: () => inner.close(),
          abort: (reason) => { inner.abort(reason) }
        }
        const source = await served()
        const sending = source.send(unit(0)).then(() => 'open', () => 'slow')
        await clock.settle(tookMs + 1)
        assert.equal(await sending, outcome)
      }
      assert.deepEqual(bad, [], 'to be slow is no lie')
    })
  })
})
