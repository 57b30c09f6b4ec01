import assert from 'node:assert/strict'
import { UnitSet } from '../../src/core/ledger.ts'
import { ChannelClosedError } from '../../src/errors.ts'
import { quietHandlers } from '../support/handlers.ts'
import { jobSpec } from '../support/job-spec.ts'
import { sha256 } from '../support/sha256.ts'
import { startAll } from './mesh.ts'
import { RESULT_CREDIT_BYTES, RESULT_CREDIT_MOST_UNITS } from '../../src/wire/limits.ts'
import type { PeerId } from '../../src/core/ids.ts'
import type { DigestExchange, ResultAnswer, ResultHead, WorkerMessage } from '../../src/core/messages.ts'
import type { LogAnswer, LogRequest } from '../../src/core/unit-log.ts'
import type { Channel, LeaseChannel, Mesh, MeshHandlers, ResultReceiver, StewardChannel, ViewMessage } from '../../src/ports.ts'
import type { CreateMeshes, MeshesUnderTest } from './mesh.ts'

const JOB = 'ab'.repeat(32)
const PEER = '12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA'

/** Collects what comes out of a channel. */
function listen<T> (messages: AsyncIterable<T>): { readonly items: T[], ended: boolean } {
  const heard = { items: [] as T[], ended: false }
  const read = async (): Promise<void> => {
    for await (const message of messages) {
      heard.items.push(message)
    }
    heard.ended = true
  }
  read().catch(() => {})
  return heard
}

const renew = (sequence: number): WorkerMessage => ({ type: 'renew', sequence, leases: [] })

/** A claim of about 20 KiB. */
const largeClaim = (threads: number): WorkerMessage => ({
  type: 'claim',
  job: JOB,
  fingerprint: 'fake 1',
  threads,
  speed: { fixedMs: 0, msPerUnit: 0 },
  holding: Array.from({ length: 1000 }, (_, index) => ({ frame: index, x0: 1000, y0: 1000, x1: 1001, y1: 1001, run0: 0, run1: 1 })),
  undelivered: []
})

function headOf (by: PeerId, unit: number, pixels: Uint8Array): ResultHead {
  return {
    job: JOB,
    unit,
    token: { epoch: { round: 1, peer: by, instance: 7 }, grant: 1 },
    content: 'mean',
    bytes: pixels.byteLength,
    sha256: sha256(pixels),
    phases: { transferMs: 1, loadMs: 2.5, renderMs: 3 }
  }
}

/** Pixels of a small tile, different for each unit. */
const pixelsOf = (unit: number): Uint8Array => new Uint8Array(8 * 8 * 16).fill(unit)

/** So large that two of them are the whole credit. */
const largePixelsOf = (unit: number): Uint8Array => new Uint8Array(RESULT_CREDIT_BYTES / 2 + 16).fill(unit)

/** The part of the contract that is about streams. */
export function describeMeshStreams (create: CreateMeshes): void {
  let world: MeshesUnderTest | undefined

  afterEach(async () => {
    await world?.end()
    world = undefined
  })

  for (const target of ['another peer', 'itself'] as const) {
    /** The mesh that opens streams, and the one that is opened to. */
    async function pair (handlers: Partial<MeshHandlers>): Promise<[Mesh, Mesh]> {
      world = await (target === 'itself' ? startAll(create, handlers) : startAll(create, handlers, {}))
      const meshes = world.meshes as [Mesh, Mesh]
      return target === 'itself' ? [meshes[0], meshes[0]] : [meshes[1], meshes[0]]
    }

    async function leasePair (): Promise<[LeaseChannel, StewardChannel]> {
      let accepted: StewardChannel | undefined
      const [worker, steward] = await pair({ lease: (channel) => { accepted = channel } })
      const channel = await world!.settled(worker.openLease(steward.self))
      await world!.until('the lease stream', () => accepted !== undefined)
      return [channel, accepted!]
    }

    describe(`lease stream to ${target}`, () => {
      it('carries messages in order, both ways', async () => {
        const [worker, steward] = await leasePair()
        assert.equal(worker.peer, world!.meshes[0]!.self)
        assert.equal(steward.peer, world!.meshes.at(-1)!.self)
        const atSteward = listen(steward.messages)
        const atWorker = listen(worker.messages)
        const count = 300
        await world!.settled(Promise.all([
          (async () => {
            for (let i = 0; i < count; i++) {
              await worker.send(renew(i))
            }
          })(),
          (async () => {
            for (let i = 0; i < count; i++) {
              await steward.send({ type: 'wait', job: JOB, retryMs: i, reason: 'hearing' })
            }
          })()
        ]))
        await world!.until('all messages', () => atSteward.items.length === count && atWorker.items.length === count)
        assert.deepEqual(atSteward.items, Array.from({ length: count }, (_, i) => renew(i)))
        assert.deepEqual(atWorker.items, Array.from({ length: count }, (_, i) => ({ type: 'wait', job: JOB, retryMs: i, reason: 'hearing' })))
      })

      it('ends politely when one side closes: what was sent before arrives, no more is taken', async () => {
        const [worker, steward] = await leasePair()
        const atSteward = listen(steward.messages)
        const atWorker = listen(worker.messages)
        await world!.settled(Promise.all([1, 2, 3].map((sequence) => worker.send(renew(sequence)))))
        await world!.settled(worker.close())
        assert.equal(await world!.settled(worker.closed), undefined)
        assert.equal(await world!.settled(steward.closed), undefined)
        await world!.until('both ends', () => atSteward.ended && atWorker.ended)
        assert.deepEqual(atSteward.items, [1, 2, 3].map(renew))
        await assert.rejects(world!.settled(worker.send(renew(4))), ChannelClosedError)
        await assert.rejects(world!.settled(steward.send({ type: 'wait', job: JOB, retryMs: 1, reason: 'paused' })), ChannelClosedError)
      })

      it('ends with a reason on both sides when one aborts', async () => {
        const [worker, steward] = await leasePair()
        const atSteward = listen(steward.messages)
        const atWorker = listen(worker.messages)
        await world!.settled(worker.send(renew(1)))
        const reason = new Error('enough')
        worker.abort(reason)
        assert.equal(await world!.settled(worker.closed), reason)
        assert.ok(await world!.settled(steward.closed) instanceof Error)
        await world!.until('both ends', () => atSteward.ended && atWorker.ended)
        await assert.rejects(world!.settled(steward.send({ type: 'wait', job: JOB, retryMs: 1, reason: 'paused' })), ChannelClosedError)
      })

      it('makes a sender wait for a slow reader, and loses nothing', async () => {
        const [worker, steward] = await leasePair()
        const count = 1000
        let sent = 0
        const sending = (async () => {
          for (let i = 0; i < count; i++) {
            await worker.send(largeClaim(i))
            sent++
          }
        })()
        await world!.pass(600)
        const ahead = sent
        await world!.pass(300)
        assert.equal(sent, ahead, 'the sender was not held up')
        assert.ok(ahead < count / 2, `${ahead} large messages were taken for a reader that reads nothing`)
        const atSteward = listen(steward.messages)
        await world!.settled(sending)
        await world!.until('all messages', () => atSteward.items.length === count)
        assert.deepEqual(atSteward.items.map((message) => message.type === 'claim' && message.threads), Array.from({ length: count }, (_, i) => i))
      })
    })

    describe(`result stream to ${target}`, () => {
      function receiving (overrides: Partial<ResultReceiver> = {}): { readonly log: string[], readonly results: ResultReceiver } {
        const log: string[] = []
        return {
          log,
          results: {
            offer (_from, head) {
              log.push(`offer ${head.unit}`)
              return 'take'
            },
            async take (_from, head) {
              log.push(`take ${head.unit}`)
              return 'accepted'
            },
            drop (_from, head) {
              log.push(`drop ${head.unit}`)
            },
            ...overrides
          }
        }
      }

      it('brings heads and pixels, and the answers back', async () => {
        const taken: { readonly from: PeerId, readonly head: ResultHead, readonly pixels: Uint8Array }[] = []
        const { results } = receiving({
          async take (from, head, pixels) {
            taken.push({ from, head, pixels })
            return head.unit === 0 ? 'accepted' : 'duplicate'
          }
        })
        const [worker, requester] = await pair({ results })
        const sender = await world!.settled(worker.openResults(requester.self))
        assert.equal(sender.peer, requester.self)
        const pixels = Uint8Array.from({ length: 640 * 480 * 16 }, (_, i) => (i * 7 + (i >> 8)) & 255)
        assert.equal(await world!.settled(sender.deliver(headOf(worker.self, 0, pixels), pixels)), 'accepted')
        assert.equal(await world!.settled(sender.deliver(headOf(worker.self, 1, pixelsOf(1)), pixelsOf(1))), 'duplicate')
        assert.deepEqual(taken[0]!.head, headOf(worker.self, 0, pixels))
        assert.equal(taken[0]!.from, worker.self)
        assert.equal(sha256(taken[0]!.pixels), sha256(pixels))
        assert.deepEqual(taken[1]!.pixels, pixelsOf(1))
        await world!.settled(sender.close())
        assert.equal(await world!.settled(sender.closed), undefined)
      })

      it('answers a refused head without taking its pixels, and goes on', async () => {
        const answers: Exclude<ResultAnswer, 'accepted'>[] = ['duplicate', 'ended', 'refused', 'unknown-token', 'busy']
        const { log, results } = receiving({ offer: (_from, head) => answers[head.unit] ?? 'take' })
        const [worker, requester] = await pair({ results })
        const sender = await world!.settled(worker.openResults(requester.self))
        for (const [unit, answer] of answers.entries()) {
          assert.equal(await world!.settled(sender.deliver(headOf(worker.self, unit, pixelsOf(unit)), pixelsOf(unit))), answer)
        }
        assert.equal(await world!.settled(sender.deliver(headOf(worker.self, 9, pixelsOf(9)), pixelsOf(9))), 'accepted')
        assert.deepEqual(log, ['take 9'])
      })

      it('has two large units on their way and lets further ones wait; answers find their units in any order', async () => {
        const outcomes = new Map<number, (answer: ResultAnswer) => void>()
        const { log, results } = receiving({ take: async (_from, head) => new Promise((resolve) => { outcomes.set(head.unit, resolve) }) })
        const [worker, requester] = await pair({ results })
        const sender = await world!.settled(worker.openResults(requester.self))
        const answered: string[] = []
        const delivering = [0, 1, 2].map(async (unit) => {
          answered.push(`${unit} ${await sender.deliver(headOf(worker.self, unit, largePixelsOf(unit)), largePixelsOf(unit))}`)
        })
        await world!.until('two units', () => outcomes.size === 2)
        await world!.pass(100)
        assert.deepEqual(log, ['offer 0', 'offer 1'])
        outcomes.get(1)!('busy')
        await world!.until('the third unit', () => outcomes.has(2))
        outcomes.get(2)!('accepted')
        outcomes.get(0)!('duplicate')
        await world!.settled(Promise.all(delivering))
        assert.deepEqual(answered.sort(), ['0 duplicate', '1 busy', '2 accepted'])
      })

      it('has as many small units on their way as fit, and lets one more wait', async () => {
        let answerAll = (): void => {}
        const answering = new Promise<void>((resolve) => { answerAll = resolve })
        let offered = 0
        const { results } = receiving({
          offer: () => { offered++; return 'take' },
          take: async () => { await answering; return 'accepted' }
        })
        const [worker, requester] = await pair({ results })
        const sender = await world!.settled(worker.openResults(requester.self))
        const delivering = Array.from({ length: RESULT_CREDIT_MOST_UNITS + 1 }, (_, unit) => sender.deliver(headOf(worker.self, unit, pixelsOf(unit)), pixelsOf(unit)))
        await world!.until('the credit', () => offered === RESULT_CREDIT_MOST_UNITS)
        await world!.pass(100)
        assert.equal(offered, RESULT_CREDIT_MOST_UNITS)
        answerAll()
        const answers = await world!.settled(Promise.all(delivering))
        assert.ok(answers.every((answer) => answer === 'accepted'))
        assert.equal(offered, RESULT_CREDIT_MOST_UNITS + 1)
      })

      it('drops pixels that have not the declared sha256', async () => {
        const { log, results } = receiving()
        const [worker, requester] = await pair({ results })
        const sender = await world!.settled(worker.openResults(requester.self))
        const lie = { ...headOf(worker.self, 4, pixelsOf(4)), sha256: sha256(pixelsOf(5)) }
        assert.equal(await world!.settled(sender.deliver(lie, pixelsOf(4))), 'refused')
        assert.deepEqual(log, ['offer 4', 'drop 4'])
        assert.equal(await world!.settled(sender.deliver(headOf(worker.self, 6, pixelsOf(6)), pixelsOf(6))), 'accepted')
      })

      it('brings the mark of what is to be kept, and parts of the film, which are not as large as a unit', async () => {
        const offered: ResultHead[] = []
        const { results } = receiving({ offer: (_from, head) => { offered.push(head); return 'take' } })
        const [worker, requester] = await pair({ results })
        const sender = await world!.settled(worker.openResults(requester.self))
        const unit: ResultHead = { ...headOf(worker.self, 5, pixelsOf(5)), keep: { content: 'unit', units: { first: 5, end: 6 }, worker: PEER } }
        const part = new Uint8Array(8 + 8 * 8 * 32).fill(9)
        const film: ResultHead = { ...headOf(worker.self, 7, part), content: 'sum', keep: { content: 'film', units: { first: 4, end: 8 }, worker: PEER } }
        assert.equal(await world!.settled(sender.deliver(unit, pixelsOf(5))), 'accepted')
        assert.equal(await world!.settled(sender.deliver(film, part)), 'accepted')
        assert.deepEqual(offered, [unit, film])
      })

      it('rejects deliveries that are not answered when the stream ends, waiting ones too', async () => {
        const { results } = receiving({ take: async () => new Promise(() => {}) })
        const [worker, requester] = await pair({ results })
        const sender = await world!.settled(worker.openResults(requester.self))
        const delivering = [0, 1, 2].map((unit) => sender.deliver(headOf(worker.self, unit, pixelsOf(unit)), pixelsOf(unit)))
        const outcomes = Promise.allSettled(delivering)
        await world!.pass(50)
        await world!.settled(requester.stop())
        for (const outcome of await world!.settled(outcomes)) {
          assert.ok(outcome.status === 'rejected' && outcome.reason instanceof ChannelClosedError)
        }
      })
    })

    describe(`blob stream to ${target}`, () => {
      it('brings the bytes asked for, or word that they are not there', async () => {
        const blob = Uint8Array.from({ length: 700_000 }, (_, i) => (i * 13 + (i >> 9)) & 255)
        const [asker, holder] = await pair({
          blobs: async (hash, offset, length) => hash === sha256(blob) ? blob.subarray(offset, offset + length) : undefined
        })
        const channel = await world!.settled(asker.openBlobs(holder.self))
        assert.equal(channel.peer, holder.self)
        assert.deepEqual(await world!.settled(channel.request(sha256(blob), 1000, 600_000)), blob.slice(1000, 601_000))
        assert.equal(await world!.settled(channel.request(JOB, 0, 10)), undefined)
        assert.deepEqual(await world!.settled(channel.request(sha256(blob), 0, 1)), blob.slice(0, 1))
        await world!.settled(channel.close())
        await assert.rejects(world!.settled(channel.request(JOB, 0, 10)), ChannelClosedError)
      })

      it('has two requests on their way and lets further ones wait', async () => {
        const asked: number[] = []
        const waiting: (() => void)[] = []
        const [asker, holder] = await pair({
          async blobs (_hash, offset, length) {
            asked.push(offset)
            await new Promise<void>((resolve) => { waiting.push(resolve) })
            return new Uint8Array(length).fill(offset)
          }
        })
        const channel = await world!.settled(asker.openBlobs(holder.self))
        const requests = Promise.all([1, 2, 3].map((offset) => channel.request(JOB, offset, 4)))
        await world!.until('the first request', () => waiting.length > 0)
        await world!.pass(100)
        assert.ok(asked.length <= 2, `${asked.length} requests were out at once`)
        for (let served = 0; served < 3; served++) {
          await world!.until('a request', () => waiting.length > 0)
          waiting.shift()!()
          await world!.pass(20)
        }
        assert.deepEqual((await world!.settled(requests)).map((bytes) => bytes![0]), [1, 2, 3])
      })
    })

    describe(`view stream to ${target}`, () => {
      it('carries the request, then everything the other side shows, then its end', async () => {
        const asked: string[] = []
        const shown: ViewMessage[] = [
          { type: 'event', event: { event: 'error', code: 'StoreError', message: 'the disk is full' } },
          { type: 'preview', frame: 0, width: 4, height: 2, x: 1, y: 0, blockWidth: 2, blockHeight: 1, rgba: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]) },
          { type: 'refused', message: 'enough seen' }
        ]
        const [viewer, source] = await pair({
          view (request, channel: Channel<ViewMessage, never>) {
            asked.push(`${request.kind} ${request.job}`)
            const show = async (): Promise<void> => {
              for (const message of shown) {
                await channel.send(message)
              }
              await channel.close()
            }
            show().catch(() => {})
          }
        })
        const channel = await world!.settled(viewer.openView(source.self, { job: JOB, kind: 'live' }))
        const seen = listen(channel.messages)
        await world!.until('the end', () => seen.ended)
        assert.deepEqual(asked, [`live ${JOB}`])
        assert.deepEqual(seen.items, shown)
        assert.equal(await world!.settled(channel.closed), undefined)
      })
    })

    describe(`asking ${target} for the log of a unit`, () => {
      const answer: LogAnswer = {
        entries: [{ type: 'failed', startedAtMs: 1_000, atMs: 1_250, threads: 2, reason: 'no', log: 'out of\nmemory' }],
        troubles: [{ unit: 4, kind: 'parked', peer: PEER, reason: 'no', atMs: 1_300 }],
        dropped: true
      }

      it('brings its answer', async () => {
        const asked: LogRequest[] = []
        let from: PeerId | undefined
        const [asker, other] = await pair({
          async log (request, peer) {
            asked.push(request)
            from = peer
            return answer
          }
        })
        assert.deepEqual(await world!.settled(asker.askLog(other.self, { job: JOB, unit: 4 })), answer)
        assert.deepEqual(await world!.settled(asker.askLog(other.self, { job: JOB, unit: undefined })), answer)
        assert.deepEqual(asked, [{ job: JOB, unit: 4 }, { job: JOB, unit: undefined }])
        assert.equal(from, asker.self)
      })

      it('ends with an error when it stops before it has answered', async () => {
        const [asker, other] = await pair({ log: async () => new Promise(() => {}) })
        const asking = asker.askLog(other.self, { job: JOB, unit: 4 })
        const outcome = Promise.allSettled([asking])
        await world!.pass(50)
        await world!.settled(other.stop())
        const [settled] = await world!.settled(outcome)
        assert.ok(settled!.status === 'rejected' && settled!.reason instanceof ChannelClosedError)
      })
    })

    describe(`digest exchange with ${target}`, () => {
      it('brings each side the half of the other', async () => {
        const half = (job: string, done: number): DigestExchange => ({
          digests: [{ job, controlSequence: 2, final: false, epoch: undefined, done, digest: '00112233445566ff' }],
          records: []
        })
        const seen: DigestExchange[] = []
        let from: PeerId | undefined
        let answer: DigestExchange = half('cd'.repeat(32), 3)
        const [asker, other] = await pair({
          digests (exchange, peer) {
            seen.push(exchange)
            from = peer
            return answer
          }
        })
        const job = await world!.settled(other.signJob(jobSpec({ requester: other.self })))
        const control = await world!.settled(other.signControl({ job: job.id, sequence: 1, state: 'running', priority: 0 }))
        answer = { ...answer, records: [{ job, control }] }
        assert.deepEqual(await world!.settled(asker.exchangeDigests(other.self, half(JOB, 7))), answer)
        assert.deepEqual(seen, [half(JOB, 7)])
        assert.equal(from, asker.self)
      })
    })
  }

  describe('streams to an absent peer', () => {
    it('reject', async () => {
      world = await create(2)
      const [mesh, absent] = world.meshes as [Mesh, Mesh]
      await world.settled(mesh.start(quietHandlers()))
      await assert.rejects(world.settled(mesh.openLease(absent.self)), ChannelClosedError)
      await assert.rejects(world.settled(mesh.openResults(absent.self)), ChannelClosedError)
      await assert.rejects(world.settled(mesh.openBlobs(absent.self)), ChannelClosedError)
      await assert.rejects(world.settled(mesh.openView(absent.self, { job: JOB, kind: 'film' })), ChannelClosedError)
      await assert.rejects(world.settled(mesh.askLog(absent.self, { job: JOB, unit: 0 })), ChannelClosedError)
      await assert.rejects(world.settled(mesh.ask(absent.self, { type: 'ledger', job: JOB })), ChannelClosedError)
      await assert.rejects(world.settled(mesh.openKept(absent.self, { job: JOB, wanted: new UnitSet(4) })), ChannelClosedError)
      await assert.rejects(world.settled(mesh.exchangeDigests(absent.self, { digests: [], records: [] })), ChannelClosedError)
    })
  })
}
