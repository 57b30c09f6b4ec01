import assert from 'node:assert/strict'
import * as wire from '../../src/wire/codec/index.ts'
import * as limits from '../../src/wire/limits.ts'
import { done, error, job, peer, progress, token, unitEvent } from './values.ts'
import type { Claim, Grant, Renew, Renewed, UnitFailed } from '../../src/core/messages.ts'
import type { UnitLogEntry, UnitTrouble } from '../../src/core/unit-log.ts'
import type { FarmEvent, ViewMessage } from '../../src/ports.ts'

/** The largest values each field takes, so that every message is as long as it can be. */
const largestToken = { epoch: { round: Number.MAX_SAFE_INTEGER, peer, instance: Number.MAX_SAFE_INTEGER }, grant: Number.MAX_SAFE_INTEGER }
const largestRect = { frame: limits.MAX_RECT_FRAMES - 1, x0: 8000, y0: 8000, x1: 8001, y1: 8001, run0: 14, run1: 15 }

function times<T> (count: number, value: T): T[] {
  return new Array<T>(count).fill(value)
}

function failedWith (reason: string, log: string): UnitFailed {
  const failed: UnitFailed = { type: 'failed', job, token, unit: 1, reason, log }
  return wire.decodeWorkerMessage(wire.encodeWorkerMessage(failed)) as UnitFailed
}

function shown (event: FarmEvent): FarmEvent {
  const message: ViewMessage = wire.decodeViewMessage(wire.encodeViewMessage({ type: 'event', event }))
  assert.equal(message.type, 'event')
  return (message as ViewMessage & { type: 'event' }).event
}

describe('what grows with the work is cut to fit, not lost', () => {
  it('a reason becomes one line and keeps its beginning', () => {
    assert.equal(failedWith('first\nsecond\u001b[2J', '').reason, 'first second [2J')
    const { reason } = failedWith(`begin${'ä'.repeat(1000)}`, '')
    assert.equal(Buffer.byteLength(reason), limits.MAX_REASON_BYTES - 1)
    assert(reason.startsWith('beginä'))
  })

  it('a log keeps its end, whole characters of it', () => {
    const { log } = failedWith('x', `${'😀'.repeat(10_000)}end`)
    assert(log.endsWith('😀end'))
    assert(Buffer.byteLength(log) <= limits.MAX_LOG_BYTES && Buffer.byteLength(log) > limits.MAX_LOG_BYTES - 4)
    assert.equal(failedWith('x', '\ud83dlog\ude00').log, '\ufffdlog\ufffd')
  })

  it('a claim shows the first rectangles', () => {
    const claim: Claim = {
      type: 'claim', job, fingerprint: '', threads: 0, speed: { fixedMs: 0, msPerUnit: 0 }, holding: times(limits.MAX_CLAIM_RECTS + 1, largestRect), undelivered: times(limits.MAX_CLAIM_RECTS + 1, largestRect)
    }
    const { holding, undelivered } = wire.decodeWorkerMessage(wire.encodeWorkerMessage(claim)) as Claim
    assert.equal(holding.length, limits.MAX_CLAIM_RECTS)
    assert.equal(undelivered.length, limits.MAX_CLAIM_RECTS)
  })

  it('a renewal names the first leases', () => {
    const renew: Renew = { type: 'renew', sequence: 1, leases: times(limits.MAX_RENEW_LEASES + 1, { job, token, started: 1 }) }
    assert.equal((wire.decodeWorkerMessage(wire.encodeWorkerMessage(renew)) as Renew).leases.length, limits.MAX_RENEW_LEASES)
  })

  it('the answer to a renewal tells the first ranges, over all jobs', () => {
    const ranges = times(limits.MAX_RENEWED_RANGES - 1, { first: 0, end: 1 })
    const renewed: Renewed = { type: 'renewed', sequence: 1, live: [], accepted: [{ job, ranges }, { job, ranges: ranges.slice(0, 2) }] }
    const { accepted } = wire.decodeStewardMessage(wire.encodeStewardMessage(renewed)) as Renewed
    assert.deepEqual(accepted.map((part) => part.ranges.length), [limits.MAX_RENEWED_RANGES - 1, 1])
  })

  it('an answer about a unit keeps the newest entries, and says that others were dropped', () => {
    const entry: UnitLogEntry = { type: 'failed', startedAtMs: 1, atMs: 2, threads: 4, reason: 'no\u001b[2J memory', log: 'x'.repeat(limits.MAX_LOG_BYTES + 1) }
    const trouble: UnitTrouble = { unit: 1, kind: 'failed', peer, reason: 'x'.repeat(1000), atMs: 3 }
    const asked = { entries: Array.from({ length: 40 }, (_, atMs) => ({ ...entry, atMs })), troubles: Array.from({ length: 200 }, (_, atMs) => ({ ...trouble, atMs })), dropped: false }
    const answer = wire.decodeLogAnswer(wire.encodeLogAnswer(asked))
    assert.equal(answer.troubles.length, limits.MAX_LOG_TROUBLES)
    assert.equal(answer.troubles.at(-1)!.atMs, 199)
    assert.ok(answer.entries.length >= 6 && answer.entries.length < 10, `${answer.entries.length} entries`)
    assert.equal(answer.entries.at(-1)!.atMs, 39)
    assert.equal(answer.dropped, true)
    const short = wire.decodeLogAnswer(wire.encodeLogAnswer({ ...asked, entries: asked.entries.map((one) => ({ ...one, log: '' })), troubles: [] }))
    assert.equal(short.entries.length, limits.MAX_LOG_ENTRIES)
    assert.equal(wire.decodeLogAnswer(wire.encodeLogAnswer({ ...asked, entries: [entry], troubles: [] })).dropped, false)
  })

  it('an event keeps the beginning of its texts and lists', () => {
    assert.equal((shown({ ...error, message: 'x'.repeat(5000) }) as typeof error).message, 'x'.repeat(limits.MAX_EVENT_MESSAGE_BYTES))
    assert.equal((shown({ ...unitEvent, reason: 'x'.repeat(5000) }) as typeof unitEvent).reason?.length, limits.MAX_EVENT_MESSAGE_BYTES)
    assert.equal((shown({ ...progress, working: times(2000, progress.working[0]!) }) as typeof progress).working.length, limits.MAX_EVENT_PEERS)
    const file = '/renders/shot-0001.png'
    const { files } = shown({ ...done, files: times(100_000, file) }) as typeof done
    assert.equal(files.length, Math.floor(limits.MAX_EVENT_FILES_BYTES / (file.length + 2)))
  })

  it('a digest exchange takes the first records that fit into one message', () => {
    const record = { jobBytes: new Uint8Array(limits.MAX_JOB_BYTES), jobSignature: new Uint8Array(64) }
    const digest = { job, controlSequence: 0, final: false, epoch: largestToken.epoch, done: 1, digest: '0'.repeat(16) }
    const fitting = wire.fittingDigestExchange({ digests: times(limits.MAX_DIGESTS + 1, digest), records: times(300, record) })
    assert.equal(fitting.digests.length, limits.MAX_DIGESTS)
    assert(fitting.records.length > 50 && fitting.records.length < limits.MAX_DIGEST_RECORDS)
    const bytes = wire.encodeDigestExchange(fitting)
    assert(bytes.byteLength + limits.MAX_JOB_BYTES > limits.MAX_DIGEST_EXCHANGE_BYTES, 'one more record would have fitted')
    const small = wire.fittingDigestExchange({ digests: [], records: times(300, { jobBytes: Uint8Array.of(1), jobSignature: Uint8Array.of(1) }) })
    assert.equal(small.records.length, limits.MAX_DIGEST_RECORDS)
  })
})

describe('a message within the limits of its lists is within the limit of its bytes', () => {
  it('the longest beacon', () => {
    const jobs = times(limits.MAX_BEACON_JOBS, {
      job, epoch: largestToken.epoch, controlSequence: Number.MAX_SAFE_INTEGER, open: 1_000_000, done: 1_000_000, digest: 'f'.repeat(16)
    })
    assert.equal(wire.decodeGossip(wire.encodeGossip({ type: 'beacon', beacon: { steward: peer, jobs } })).type, 'beacon')
  })

  it('the longest gossiped job', () => {
    wire.encodeGossip({ type: 'job', bytes: new Uint8Array(limits.MAX_JOB_BYTES), signature: new Uint8Array(limits.MAX_SIGNATURE_BYTES), publicKey: new Uint8Array(limits.MAX_PUBLIC_KEY_BYTES) })
  })

  it('the longest claim, renewal and failure', () => {
    wire.encodeWorkerMessage({
      type: 'claim',
      job,
      fingerprint: 'x'.repeat(limits.MAX_FINGERPRINT_BYTES),
      threads: limits.MAX_THREADS,
      speed: { fixedMs: 0.1, msPerUnit: 0.1 },
      holding: times(limits.MAX_CLAIM_RECTS, largestRect),
      undelivered: times(limits.MAX_CLAIM_RECTS, largestRect)
    })
    wire.encodeWorkerMessage({ type: 'renew', sequence: Number.MAX_SAFE_INTEGER, leases: times(limits.MAX_RENEW_LEASES, { job, token: largestToken, started: 1_000_000 }) })
    failedWith('x'.repeat(limits.MAX_REASON_BYTES), 'x'.repeat(limits.MAX_LOG_BYTES))
  })

  it('the longest answer to a renewal', () => {
    const perJob = limits.MAX_RENEWED_RANGES / limits.MAX_RENEWED_JOBS
    const bytes = wire.encodeStewardMessage({
      type: 'renewed',
      sequence: Number.MAX_SAFE_INTEGER,
      live: times(limits.MAX_RENEW_LEASES, { job, token: largestToken }),
      accepted: times(limits.MAX_RENEWED_JOBS, { job, ranges: times(perJob, { first: 999_000, end: 1_000_000 }) })
    })
    assert(bytes.byteLength > 150 * 1024, 'or the limit could be lower')
  })

  it('the longest grant', () => {
    const grant: Grant = { type: 'grant', job, token: largestToken, rects: times(limits.MAX_GRANT_RECTS, largestRect), leaseMs: 30_000, heartbeatMs: 10_000 }
    assert(wire.encodeStewardMessage(grant).byteLength < 2048)
  })

  it('the longest exchange of peers', () => {
    const addresses = times(limits.MAX_PEER_ADDRESSES, `/${'x'.repeat(limits.MAX_ADDRESS_BYTES - 1)}`)
    wire.encodePeerExchange(times(limits.MAX_EXCHANGED_PEERS, { peer, addresses }))
  })

  it('a full load of pixels', () => {
    wire.encodeViewMessage({ type: 'film-rows', frame: 0, y: 0, rows: 1, pixels: new Uint8Array(limits.MAX_VIEW_PIXEL_BYTES) })
    wire.encodeViewMessage({ type: 'preview', frame: 0, width: 512, height: 512, x: 0, y: 0, blockWidth: 512, blockHeight: 512, rgba: new Uint8Array(512 * 512 * 4) })
  })
})
