import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { concat } from 'uint8arrays/concat'
import { serveBlobs } from '../../src/mesh/blob-server.ts'
import { createBlobChannel } from '../../src/mesh/blob-channel.ts'
import { createChannel } from '../../src/mesh/channel.ts'
import { stewardCodec, viewSourceCodec } from '../../src/mesh/channel-codecs.ts'
import { answerLog, askLog } from '../../src/mesh/log-stream.ts'
import { localPair } from '../../src/mesh/local-pair.ts'
import { receiveResults } from '../../src/mesh/result-receiver.ts'
import { createResultSender } from '../../src/mesh/result-sender.ts'
import * as wire from '../../src/wire/codec/index.ts'
import * as any from '../support/arbitraries.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { mutations, noise, randomOf } from '../support/mutations.ts'
import { sha256 } from '../support/sha256.ts'
import type { ByteStream } from '../../src/mesh/byte-stream.ts'
import type { ResultReceiver } from '../../src/ports.ts'

/** Messages over all protocols. FUZZ_RUNS=1000000 for a long run. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100_000)
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

/** Messages before a stream is left, whatever became of it. */
const MESSAGES = 20

/** What all streams together may still hold after they have ended. */
const MAX_GROWTH_BYTES = 64 * 1024 ** 2

/** One end of a protocol, and what right messages to it are. */
interface Door {
  readonly protocol: string
  serve (stream: ByteStream, clock: FakeClock): Promise<unknown>
  readonly messages: readonly Uint8Array[]
}

const init = (clock: FakeClock): { readonly clock: FakeClock, readonly onBadMessage: () => void } => ({ clock, onBadMessage: () => {} })

/** Takes what is small: whether pixels fit a job is the farm's to judge. */
const receiver: ResultReceiver = {
  offer: (_, head) => head.bytes <= 4_096 ? 'take' : 'refused',
  take: async () => 'accepted',
  drop: () => {}
}

async function drain (messages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of messages) {
    // What is understood is the farm's matter.
  }
}

const sample = <T>(arbitrary: fc.Arbitrary<T>, encode: (value: T) => Uint8Array): readonly Uint8Array[] =>
  fc.sample(arbitrary, { seed: SEED, numRuns: 60 }).map((value) => encode(value))

const doors: readonly Door[] = [
  { protocol: 'lease', messages: sample(any.anyWorkerMessage, wire.encodeWorkerMessage), serve: async (stream, clock) => drain(createChannel(stream, stewardCodec, init(clock)).messages) },
  { protocol: 'view', messages: sample(any.anyViewRequest, wire.encodeViewRequest), serve: async (stream, clock) => drain(createChannel(stream, viewSourceCodec, init(clock)).messages) },
  { protocol: 'result', messages: sample(any.anyResultHead, wire.encodeResultHead), serve: async (stream, clock) => receiveResults(stream, { ...init(clock), receiver, sha256 }) },
  { protocol: 'result answers', messages: sample(any.anyResultAnswer, wire.encodeResultAnswer), serve: async (stream, clock) => createResultSender(stream, init(clock)).closed },
  { protocol: 'blob', messages: sample(any.anyBlobRequest, wire.encodeBlobRequest), serve: async (stream, clock) => serveBlobs(stream, { ...init(clock), provider: async () => undefined, log: new MemoryLog() }) },
  { protocol: 'log', messages: sample(any.anyLogRequest, wire.encodeLogRequest), serve: async (stream, clock) => answerLog(stream, async () => ({ entries: [], troubles: [], dropped: false }), init(clock)) },
  { protocol: 'log answers', messages: sample(any.anyLogAnswer, wire.encodeLogAnswer), serve: async (stream, clock) => askLog(stream, { job: 'ab'.repeat(32), unit: 7 }, init(clock)) },
  { protocol: 'blob answers', messages: sample(any.anyBlobAnswer, wire.encodeBlobAnswer), serve: async (stream, clock) => createBlobChannel(stream, init(clock)).closed }
]

/** A frame as it travels: a varint of its length, then the message. */
function framed (message: Uint8Array): Uint8Array {
  const length: number[] = []
  let rest = message.length
  for (; rest > 0x7f; rest >>>= 7) {
    length.push(rest & 0x7f | 0x80)
  }
  return concat([Uint8Array.from([...length, rest]), message])
}

describe(`strangers' bytes at the streams, SEED=${SEED}`, function () {
  this.timeout(600_000)
  const unhandled: unknown[] = []
  const note = (error: unknown): void => { unhandled.push(error) }

  before(() => { process.on('unhandledRejection', note) })

  after(() => { process.off('unhandledRejection', note) })

  for (const [index, { protocol, serve, messages }] of doors.entries()) {
    it(`${protocol}: every stream ends, whatever comes, in ${Math.floor(RUNS / doors.length)} messages`, async () => {
      const below = randomOf(SEED + index)
      const before = process.memoryUsage().arrayBuffers
      for (let run = 0; run < RUNS / doors.length; run += MESSAGES) {
        const clock = new FakeClock()
        const [here, there] = localPair('stranger')
        const serving = serve(here, clock).catch((error: unknown) => error)
        for (let sent = 0; sent < MESSAGES; sent++) {
          const right = messages[below(messages.length)]!
          const message = below(3) === 0 ? right : mutations[below(mutations.length)]!(right, messages[below(messages.length)]!, below)
          const bytes = below(5) === 0 ? noise(below(300), below) : framed(message)
          await there.write(bytes).catch(() => {})
        }
        await (below(2) === 0 ? there.close().catch(() => {}) : Promise.resolve(there.abort(new Error('left'))))
        await clock.drive(serving as Promise<unknown>)
      }
      assert.deepEqual(unhandled, [])
      assert.ok(process.memoryUsage().arrayBuffers - before < MAX_GROWTH_BYTES)
    })

    it(`${protocol}: a message that comes a byte a second harms nobody`, async () => {
      const clock = new FakeClock()
      const [here, there] = localPair('stranger')
      const serving = serve(here, clock).catch((error: unknown) => error)
      for (const byte of framed(new Uint8Array(200).fill(0x0a))) {
        await there.write(Uint8Array.of(byte)).catch(() => {})
        await clock.settle(1_000)
      }
      there.abort(new Error('left'))
      await clock.drive(serving as Promise<unknown>)
      assert.deepEqual(unhandled, [])
    })
  }

  it('10,000 streams that are opened and left leave nothing behind', async () => {
    const before = process.memoryUsage().heapUsed
    for (let stream = 0; stream < 10_000; stream++) {
      const clock = new FakeClock()
      const [here, there] = localPair('stranger')
      const serving = doors[stream % doors.length]!.serve(here, clock).catch((error: unknown) => error)
      there.abort(new Error('left'))
      await clock.drive(serving as Promise<unknown>)
    }
    assert.deepEqual(unhandled, [])
    assert.ok(process.memoryUsage().heapUsed - before < 2 * MAX_GROWTH_BYTES)
  })
})
