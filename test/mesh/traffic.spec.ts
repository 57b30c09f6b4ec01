import assert from 'node:assert/strict'
import { systemClock } from '../../src/clock.ts'
import { ChannelClosedError } from '../../src/errors.ts'
import { LIMITED_FLUSH_MS, LIMITED_PIECE_BYTES } from '../../src/mesh/limits.ts'
import { localPair } from '../../src/mesh/local-pair.ts'
import { LimitedStream, Traffic } from '../../src/mesh/traffic.ts'
import { createBlobChannel } from '../../src/mesh/blob-channel.ts'
import { serveBlobs } from '../../src/mesh/blob-server.ts'
import { UnitSet } from '../../src/core/ledger.ts'
import { gridOf } from '../../src/core/units.ts'
import { keptUnit } from '../contracts/mesh-kept.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { quietHandlers } from '../support/handlers.ts'
import { jobSpec } from '../support/job-spec.ts'
import { measured } from '../support/stage.ts'
import { keepingLog, tcpMesh, until } from './world.ts'
import type { ByteStream } from '../../src/mesh/byte-stream.ts'
import type { Mesh, MeshHandlers } from '../../src/ports.ts'

const MB = 1e6
const CHUNK = 1024 * 1024
const BLOB = 'ab'.repeat(32)

/** Reads a stream to its end; returns how many bytes came. */
async function drain (stream: ByteStream): Promise<number> {
  let bytes = 0
  for (;;) {
    const piece = await stream.read()
    if (piece === undefined) {
      return bytes
    }
    bytes += piece.byteLength
  }
}

describe('limited traffic', () => {
  let clock: FakeClock
  let traffic: Traffic

  beforeEach(() => {
    clock = new FakeClock()
    traffic = new Traffic(clock)
  })

  function limitedPair (): readonly [limited: ByteStream, other: ByteStream] {
    const [here, there] = localPair('peer')
    return [new LimitedStream(here, traffic, clock), there]
  }

  it('holds a rate over all streams together, evenly shared, going out', async () => {
    traffic.limit({ up: MB, down: Infinity })
    const pairs = [limitedPair(), limitedPair(), limitedPair()] as const
    const came = pairs.map(() => 0)
    pairs.forEach(([, there], index) => {
      void (async () => {
        for (let piece = await there.read(); piece !== undefined; piece = await there.read()) {
          came[index]! += piece.byteLength
        }
      })()
    })
    const writing = pairs.map(async ([here]) => {
      for (let sent = 0; sent < 10; sent++) {
        await here.write(new Uint8Array(CHUNK))
      }
    })
    await clock.settle(10_000)
    const all = came.reduce((sum, bytes) => sum + bytes)
    assert.ok(Math.abs(all - 10 * MB) < 0.5 * MB, `${all} bytes in ten seconds`)
    assert.ok(Math.max(...came) - Math.min(...came) <= LIMITED_PIECE_BYTES, came.join())
    await clock.drive(Promise.all(writing))
  })

  it('holds a rate coming in, and hands out every byte in order', async () => {
    traffic.limit({ up: Infinity, down: MB })
    const [here, there] = limitedPair()
    const sent = Uint8Array.from({ length: 3 * CHUNK }, (_, index) => index % 251)
    const writing = there.write(sent)
    const startMs = clock.nowMs()
    const received = new Uint8Array(sent.byteLength)
    await clock.drive((async () => {
      for (let at = 0; at < received.byteLength;) {
        const piece = (await here.read())!
        received.set(piece instanceof Uint8Array ? piece : piece.subarray(), at)
        at += piece.byteLength
      }
    })())
    await writing
    assert.deepEqual(received, sent)
    const seconds = (clock.nowMs() - startMs) / 1000
    assert.ok(Math.abs(seconds - 3 * CHUNK / MB) < 0.3, `${seconds} s`)
  })

  it('costs nothing while there is no limit, and follows one that is set while bytes flow', async () => {
    const [here, there] = limitedPair()
    const reading = drain(there)
    await here.write(new Uint8Array(5 * CHUNK))
    assert.equal(clock.nowMs(), 0)
    traffic.limit({ up: MB, down: Infinity })
    const startMs = clock.nowMs()
    const writes = [here.write(new Uint8Array(2 * MB)), here.write(new Uint8Array(2 * MB))]
    await clock.settle(1_000)
    traffic.limit({ up: Infinity, down: Infinity })
    await clock.drive(Promise.all(writes))
    assert.ok(clock.nowMs() - startMs < 1_200, 'the rest passes at once')
    await here.close()
    assert.equal(await reading, 5 * CHUNK + 4 * MB)
  })

  it('sends what was sent before a polite close, but no longer than a few seconds', async () => {
    traffic.limit({ up: MB, down: Infinity })
    const [here, there] = limitedPair()
    const reading = drain(there)
    const writing = here.write(new Uint8Array(2 * MB))
    await clock.drive(here.close())
    await writing
    assert.equal(await reading, 2 * MB)
    await assert.rejects(here.write(new Uint8Array(1)), ChannelClosedError)

    const [slow, other] = limitedPair()
    const broken = drain(other).catch(() => 'broken')
    const cut = assert.rejects(slow.write(new Uint8Array(50 * MB)), ChannelClosedError)
    const startMs = clock.nowMs()
    await clock.drive(slow.close())
    assert.ok(clock.nowMs() - startMs <= LIMITED_FLUSH_MS + 100)
    await cut
    assert.equal(await broken, 'broken')
  })

  it('lets a write that waits end with its stream', async () => {
    traffic.limit({ up: 100_000, down: Infinity })
    const [here] = limitedPair()
    const failed = assert.rejects(here.write(new Uint8Array(MB)), ChannelClosedError)
    await clock.settle(1_000)
    here.abort(new Error('enough'))
    await clock.drive(failed)
  })

  it('lets twenty slow downloads of scene files at once come to their end: a wait in line is no silence', async () => {
    traffic.limit({ up: 100_000, down: Infinity })
    const init = { clock, log: keepingLog(), onBadMessage: () => assert.fail('nobody lied') }
    const asking = Array.from({ length: 20 }, () => {
      const [server, client] = limitedPair()
      void serveBlobs(server, { ...init, provider: async (_blob, _offset, length) => new Uint8Array(length) })
      return createBlobChannel(client, init)
    })
    const chunks = Promise.all(asking.flatMap((channel) => [1, 2, 3].map(async () => channel.request(BLOB, 0, CHUNK))))
    const got = await clock.drive(chunks)
    assert.ok(got.every((bytes) => bytes?.byteLength === CHUNK))
    assert.ok(Math.abs(clock.nowMs() - 60 * CHUNK / 100) < 10_000, `${clock.nowMs()} ms`)
  })
})

describe('limited traffic over real TCP', function () {
  this.timeout(60_000)
  const meshes: Mesh[] = []

  afterEach(async () => {
    await Promise.all(meshes.splice(0).map(async (mesh) => { await mesh.stop() }))
  })

  async function two (limited: Traffic, which: 'first' | 'second', handlers: Partial<MeshHandlers>): Promise<readonly [Mesh, Mesh]> {
    const first = await tcpMesh(which === 'first' ? { traffic: limited } : {})
    meshes.push(first)
    await first.start(quietHandlers(handlers))
    const second = await tcpMesh({ bootstrap: [...first.addresses()], ...which === 'second' ? { traffic: limited } : {} })
    meshes.push(second)
    await second.start(quietHandlers())
    await until('both to meet', () => meshes.every((mesh) => mesh.peers().length === 1))
    return [first, second]
  }

  for (const [which, direction] of [['first', 'up'], ['second', 'down']] as const) {
    it(`holds 1 MB/s ${direction} within 15 %, and delays no lease message`, async function () {
      const limited = new Traffic(systemClock)
      limited.limit({ up: Infinity, down: Infinity, [direction]: MB })
      const [first, second] = await two(limited, which, {
        blobs: async (_blob, _offset, length) => new Uint8Array(length),
        lease: (channel) => {
          void (async () => {
            for await (const message of channel.messages) {
              if (message.type === 'renew') {
                await channel.send({ type: 'renewed', sequence: message.sequence, live: [], accepted: [] })
              }
            }
          })()
        }
      })
      const lease = await second.openLease(first.self)
      const answers = lease.messages[Symbol.asyncIterator]()
      const channels = [await second.openBlobs(first.self), await second.openBlobs(first.self)]
      const startMs = performance.now()
      let worstMs = 0
      let sequence = 0
      const transferred = new AbortController()
      const renewing = (async () => {
        while (!transferred.signal.aborted) {
          const sentMs = performance.now()
          await lease.send({ type: 'renew', sequence: ++sequence, leases: [] })
          await answers.next()
          worstMs = Math.max(worstMs, performance.now() - sentMs)
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
      })()
      const chunks = 8
      await Promise.all(Array.from({ length: chunks }, async (_, index) => channels[index % 2]!.request(BLOB, 0, CHUNK)))
      const rate = chunks * CHUNK / ((performance.now() - startMs) / 1000)
      transferred.abort()
      await renewing
      measured(this, `${(rate / MB).toFixed(3)} MB/s; ${sequence} renewals, the slowest answered after ${worstMs.toFixed(0)} ms`)
      assert.ok(Math.abs(rate - MB) < 0.15 * MB, `${rate} bytes a second`)
      assert.ok(worstMs < 1_000, `a renewal took ${worstMs} ms`)
    })
  }

  it('holds 1 MB/s for results that are kept for others, too', async function () {
    const limited = new Traffic(systemClock)
    limited.limit({ up: MB, down: Infinity })
    const spec = { width: 512, height: 512, tile: 128 }
    const grid = gridOf(jobSpec(spec))
    const [first, second] = await two(limited, 'first', {
      kept: (request, channel) => {
        void (async () => {
          for (const unit of request.wanted.values()) {
            await channel.send(keptUnit(request.job, grid, unit))
          }
          await channel.close()
        })()
      }
    })
    const job = await second.signJob(jobSpec({ requester: second.self, ...spec }))
    const startMs = performance.now()
    const { messages } = await second.openKept(first.self, { job: job.id, wanted: UnitSet.of(grid.units, new Uint8Array(grid.units / 8).fill(255)) })
    let bytes = 0
    for await (const unit of messages) {
      bytes += unit.bytes.byteLength
    }
    const rate = bytes / ((performance.now() - startMs) / 1000)
    measured(this, `${(rate / MB).toFixed(3)} MB/s`)
    assert.equal(bytes, 512 * 512 * 16)
    assert.ok(Math.abs(rate - MB) < 0.15 * MB, `${rate} bytes a second`)
  })
})
