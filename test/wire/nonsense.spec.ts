import assert from 'node:assert/strict'
import { MAX_LEASE_UNITS, MAX_UNITS } from '../../src/core/limits.ts'
import * as wire from '../../src/wire/codec/index.ts'
import * as blob from '../../src/wire/generated/blob.ts'
import * as control from '../../src/wire/generated/control.ts'
import * as gossip from '../../src/wire/generated/gossip.ts'
import * as hello from '../../src/wire/generated/hello.ts'
import * as lease from '../../src/wire/generated/lease.ts'
import * as ledger from '../../src/wire/generated/ledger.ts'
import * as custody from '../../src/wire/generated/custody.ts'
import * as question from '../../src/wire/generated/question.ts'
import * as result from '../../src/wire/generated/result.ts'
import * as view from '../../src/wire/generated/view.ts'
import { done, error, job, peer, progress, sample, token, unitEvent } from './values.ts'

const refused = { name: 'WireError', limit: undefined }
const hash = new Uint8Array(32)
const peerId = Uint8Array.from([0x00, 0x24, 0x08, 0x01, 0x12, 0x20, ...hash])
const wireToken: lease.Token = { epoch: { round: 1, peer: peerId, instance: 1 }, grant: 1 }
const rect: lease.UnitRect = { frame: 0, x0: 0, y0: 0, x1: 1, y1: 1, run0: 0, run1: 1 }

function grant (part: Partial<lease.Grant>): () => unknown {
  return () => wire.decodeStewardMessage(lease.StewardMessage.encode({ grant: { job: hash, token: wireToken, rects: [rect], leaseMs: 30_000, heartbeatMs: 10_000, ...part } }))
}

function claim (part: Partial<lease.Claim>): () => unknown {
  return () => wire.decodeWorkerMessage(lease.WorkerMessage.encode({
    claim: { job: hash, fingerprint: new Uint8Array(0), threads: 1, fixedMs: 0, msPerUnit: 0, holding: [], undelivered: [], ...part }
  }))
}

function head (part: Partial<result.ResultHead>): () => unknown {
  return () => wire.decodeResultHead(result.ResultHead.encode({
    job: hash, unit: 0, token: wireToken, content: result.UnitContent.UNIT_CONTENT_MEAN, pixelBytes: 16, pixelSha256: hash, transferMs: 0, loadMs: 0, renderMs: 0, ...part
  }))
}

function preview (part: Partial<view.Preview>): () => unknown {
  return () => wire.decodeViewMessage(view.ViewMessage.encode({
    preview: { frame: 0, widthPixels: 8, heightPixels: 8, x: 0, y: 0, blockWidthPixels: 2, blockHeightPixels: 2, rgba: new Uint8Array(16), ...part }
  }))
}

function eventJson (json: string): () => unknown {
  return () => wire.decodeViewMessage(view.ViewMessage.encode({ event: { json: new TextEncoder().encode(json) } }))
}

function event (value: unknown): () => unknown {
  return eventJson(JSON.stringify(value))
}

/** An engine called "a". */
function greetedEngine (fingerprint: number, threadMsPerMegasample = 0): hello.GreetingEngine {
  return { engine: Uint8Array.of(0x61), fingerprint: Uint8Array.of(fingerprint), threadMsPerMegasample }
}

function greeting (part: Partial<hello.Greeting>): () => unknown {
  return () => wire.decodeGreeting(hello.Greeting.encode({ name: new Uint8Array(0), engines: [], threads: 0, ...part }))
}

function ledgerAnswer (part: Partial<question.JobLedger>): () => unknown {
  const none = new Uint8Array(0)
  return () => wire.decodeAnswer(question.Answer.encode({ ledger: { job: hash, units: 20, accepted: none, parked: none, kept: none, hasBundle: true, ...part } }))
}

/** A head with a mark, of an ordinary tile. */
function kept (content: 'UNIT' | 'FILM', firstUnit: number, endUnit: number, pixelBytes = 1024): () => unknown {
  return head({ unit: 5, pixelBytes, keep: { content: result.KeptContent[`KEPT_CONTENT_${content}`], firstUnit, endUnit, worker: peerId } })
}

function tokenOf (epoch: Partial<lease.Epoch>): lease.Token {
  return { epoch: { round: 1, peer: peerId, instance: 1, ...epoch }, grant: 1 }
}

const nonsense: readonly [what: string, attempt: () => unknown][] = [
  ['a job id of 31 bytes', grant({ job: new Uint8Array(31) })],
  ['a job id of 33 bytes', grant({ job: new Uint8Array(33) })],
  ['no token', grant({ token: undefined })],
  ['a token without an epoch', grant({ token: { grant: 1 } })],
  ['grant number 0', grant({ token: { ...wireToken, grant: 0 } })],
  ['a sequence that is no exact integer', () => wire.decodeControl(Uint8Array.from([0x0a, 0x20, ...hash, 0x10, ...new Uint8Array(7).fill(0x80), 0x10, 0x18, 0x01]))],
  ['a sequence of ten bytes', () => wire.decodeControl(Uint8Array.from([0x0a, 0x20, ...hash, 0x10, ...new Uint8Array(9).fill(0xff), 0x01, 0x18, 0x01]))],
  ['an epoch of nobody', grant({ token: tokenOf({ peer: new Uint8Array(0) }) })],
  ['a peer id with a wrong length inside', grant({ token: tokenOf({ peer: Uint8Array.from([0x00, 0x25, ...peerId.subarray(2)]) }) })],
  ['a peer id with an unknown hash', grant({ token: tokenOf({ peer: Uint8Array.from([0x13, 0x20, ...hash]) }) })],
  ['a short inline key', grant({ token: tokenOf({ peer: Uint8Array.from([0x00, 0x01, 0x08]) }) })],
  ['a grant of nothing', grant({ rects: [] })],
  ['an empty rectangle', grant({ rects: [{ ...rect, x0: 3, x1: 3 }] })],
  ['a rectangle without height', grant({ rects: [{ ...rect, y0: 1 }] })],
  ['a rectangle from right to left', grant({ rects: [{ ...rect, x0: 5, x1: 4 }] })],
  ['a rectangle without runs', grant({ rects: [{ ...rect, run0: 1, run1: 1 }] })],
  ['a lease of NaN', grant({ leaseMs: NaN })],
  ['an endless lease', grant({ leaseMs: Infinity })],
  ['a negative lease', grant({ leaseMs: -30_000 })],
  ['a lease of a moment', grant({ leaseMs: 2999 })],
  ['a lease for a day', grant({ leaseMs: 86_400_000 })],
  ['heartbeats without pause', grant({ heartbeatMs: 99 })],
  ['no heartbeats', grant({ heartbeatMs: 3_600_001 })],
  ['a speed of NaN', claim({ msPerUnit: NaN })],
  ['a negative cost', claim({ fixedMs: -1 })],
  ['a fingerprint that is not UTF-8', claim({ fingerprint: Uint8Array.of(0x80) })],
  ['a fingerprint with half a surrogate pair', claim({ fingerprint: Uint8Array.of(0xed, 0xa0, 0x80) })],
  ['an overlong character', claim({ fingerprint: Uint8Array.of(0xc0, 0xaf) })],
  ['a wait for no reason', () => wire.decodeStewardMessage(lease.StewardMessage.encode({ wait: { job: hash, retryMs: 0, reason: lease.WaitReason.WAIT_REASON_UNSPECIFIED } }))],
  ['a wait for a reason that no version knows', () => wire.decodeStewardMessage(Uint8Array.from([0x12, 0x24, 0x0a, 0x20, ...hash, 0x18, 0x63]))],
  ['a recall of nothing', () => wire.decodeStewardMessage(lease.StewardMessage.encode({ recall: { job: hash, token: wireToken, units: 0 } }))],
  ['a range from high to low', () => wire.decodeStewardMessage(lease.StewardMessage.encode({ renewed: { sequence: 1, live: [], accepted: [{ job: hash, ranges: [{ first: 5, end: 5 }] }] } }))],
  ['a range beyond any job', () => wire.decodeStewardMessage(lease.StewardMessage.encode({ renewed: { sequence: 1, live: [], accepted: [{ job: hash, ranges: [{ first: 5, end: MAX_UNITS + 1 }] }] } }))],
  ['a pushed control word that is none', () => wire.decodeStewardMessage(lease.StewardMessage.encode({ control: { control: Uint8Array.of(1, 2, 3), signature: Uint8Array.of(1) } }))],
  ['a control word without a state', () => wire.decodeControl(control.JobControl.encode({ job: hash, sequence: 1, state: control.JobState.JOB_STATE_UNSPECIFIED, priority: 0 }))],
  ['a unit beyond any job', head({ unit: MAX_UNITS })],
  ['a result without pixels', head({ pixelBytes: 0 })],
  ['half a pixel', head({ pixelBytes: 24 })],
  ['a short hash of pixels', head({ pixelSha256: new Uint8Array(20) })],
  ['no content', head({ content: result.UnitContent.UNIT_CONTENT_UNSPECIFIED })],
  ['a render time of NaN', head({ renderMs: NaN })],
  ['half a pixel of a kept unit', kept('UNIT', 5, 6, 1032)],
  ['a kept unit that is two', kept('UNIT', 5, 7)],
  ['a kept unit under another number', kept('UNIT', 6, 7)],
  ['a part of the film without pixels', kept('FILM', 5, 6, 8)],
  ['a part of the film without its head', kept('FILM', 5, 6, 1024)],
  ['a part of the film of no units', kept('FILM', 5, 5, 1032)],
  ['a part of the film that has not the unit it is kept under', kept('FILM', 0, 5, 1032)],
  ['a part of the film beyond any job', head({ unit: MAX_UNITS - 1, pixelBytes: 1032, keep: { content: result.KeptContent.KEPT_CONTENT_FILM, firstUnit: MAX_UNITS - 1, endUnit: MAX_UNITS + 1, worker: peerId } })],
  ['a kept result of nobody', head({ keep: { content: result.KeptContent.KEPT_CONTENT_UNIT, firstUnit: 0, endUnit: 1, worker: new Uint8Array(0) } })],
  ['a kept result of no kind', head({ keep: { content: result.KeptContent.KEPT_CONTENT_UNSPECIFIED, firstUnit: 0, endUnit: 1, worker: peerId } })],
  ['a ledger of a job without units', ledgerAnswer({ units: 0 })],
  ['a ledger of a job of too many units', ledgerAnswer({ units: MAX_UNITS + 1 })],
  ['a ledger with too few bytes of units', ledgerAnswer({ accepted: new Uint8Array(2) })],
  ['a ledger with too many bytes of units', ledgerAnswer({ kept: new Uint8Array(4) })],
  ['a ledger with a unit that the job has not', ledgerAnswer({ parked: Uint8Array.of(0, 0, 0b1_0000) })],
  ['a ledger of another job\'s units', ledgerAnswer({ units: 200, accepted: new Uint8Array(25), kept: new Uint8Array(3) })],
  ['a probe that found nothing at all', () => wire.decodeAnswer(question.Answer.encode({ probed: { found: question.Found.FOUND_UNSPECIFIED } }))],
  ['a refusal for no reason', () => wire.decodeAnswer(question.Answer.encode({ refused: { reason: question.RefusalReason.REFUSAL_REASON_UNSPECIFIED } }))],
  ['a hand-off without a job', () => wire.decodeQuestion(question.Question.encode({ handOff: { epoch: wireToken.epoch!, units: 1, accepted: new Uint8Array(0), parked: new Uint8Array(0) } }))],
  ['a hand-off without an epoch', () => wire.decodeQuestion(question.Question.encode({ handOff: { record: { job: Uint8Array.of(1), jobSignature: Uint8Array.of(1) }, units: 1, accepted: new Uint8Array(0), parked: new Uint8Array(0) } }))],
  ['an unsigned job to be kept', () => wire.decodeQuestion(question.Question.encode({ keep: { record: { job: Uint8Array.of(1), jobSignature: new Uint8Array(0) } } }))],
  ['a request for units that the job has not', () => wire.decodeKeptRequest(custody.KeptRequest.encode({ job: hash, units: 1, wanted: Uint8Array.of(2) }))],
  ['no answer', () => wire.decodeResultAnswer(result.ResultAnswer.encode({ job: hash, unit: 0, outcome: result.ResultOutcome.RESULT_OUTCOME_UNSPECIFIED }))],
  ['an empty record', () => wire.decodeGossip(gossip.GossipMessage.encode({ job: { record: new Uint8Array(0), signature: Uint8Array.of(1) } }))],
  ['an unsigned record', () => wire.decodeGossip(gossip.GossipMessage.encode({ control: { record: Uint8Array.of(1), signature: new Uint8Array(0) } }))],
  ['a short digest', () => wire.decodeDigestExchange(ledger.DigestExchange.encode({ digests: [{ job: hash, controlSequence: 0, final: false, doneUnits: 0, digest: new Uint8Array(7) }], records: [] }))],
  ['a control word without its signature', () => wire.decodeDigestExchange(ledger.DigestExchange.encode({ digests: [], records: [{ job: Uint8Array.of(1), jobSignature: Uint8Array.of(1), control: Uint8Array.of(1) }] }))],
  ['a signature without its control word', () => wire.decodeDigestExchange(ledger.DigestExchange.encode({ digests: [], records: [{ job: Uint8Array.of(1), jobSignature: Uint8Array.of(1), controlSignature: Uint8Array.of(1) }] }))],
  ['a blob request for nothing', () => wire.decodeBlobRequest(blob.BlobRequest.encode({ id: 1, blobSha256: hash, offsetBytes: 0, lengthBytes: 0 }))],
  ['a blob offset that is no exact integer', () => wire.decodeBlobRequest(blob.BlobRequest.encode({ id: 1, blobSha256: hash, offsetBytes: Number.MAX_SAFE_INTEGER, lengthBytes: 1 }))],
  ['a blob that is found and empty', () => wire.decodeBlobAnswer(blob.BlobAnswer.encode({ id: 1, found: true, lengthBytes: 0 }))],
  ['a blob that is not found and not empty', () => wire.decodeBlobAnswer(blob.BlobAnswer.encode({ id: 1, found: false, lengthBytes: 1 }))],
  ['no kind of view', () => wire.decodeViewRequest(view.ViewRequest.encode({ job: hash, kind: view.ViewKind.VIEW_KIND_UNSPECIFIED }))],
  ['a block beyond its preview', preview({ x: 7 })],
  ['a block larger than its preview', preview({ blockWidthPixels: 9, rgba: new Uint8Array(9 * 2 * 4) })],
  ['too few pixels', preview({ rgba: new Uint8Array(15) })],
  ['too many pixels', preview({ rgba: new Uint8Array(17) })],
  ['half a row', () => wire.decodeViewMessage(view.ViewMessage.encode({ filmRows: { frame: 0, y: 0, rows: 2, pixels: new Uint8Array(48) } }))],
  ['more units done than there are', () => wire.decodeViewMessage(view.ViewMessage.encode({ filmHead: { jobSpec: Uint8Array.from(sample.JobSpec), frame: 0, doneUnits: 11, units: 10 } }))],
  ['the film of no job', () => wire.decodeViewMessage(view.ViewMessage.encode({ filmHead: { jobSpec: new Uint8Array(0), frame: 0, doneUnits: 1, units: 10 } }))],
  ['an event that is not JSON', eventJson('{')],
  ['an event that is no object', event([1])],
  ['null for an event', event(null)],
  ['an event without a name', event({})],
  ['an event with a number for text', event({ ...error, message: 5 })],
  ['an event with text for a number', event({ ...unitEvent, ms: '5' })],
  ['an event with a word that is none', event({ ...unitEvent, state: 'stolen' })],
  ['an event with half a unit', event({ ...progress, done: 0.5 })],
  ['an event with a negative time', event({ ...unitEvent, ms: -1 })],
  ['an event about nobody', event({ ...unitEvent, peer: 'nobody' })],
  ['an event about no job', event({ ...unitEvent, job: 'x' })],
  ['an account of a peer that is none', eventJson(JSON.stringify(done).replace(`"${peer}":9`, '"__proto__":9'))],
  ['a field that was inherited', eventJson(JSON.stringify({ ...error, message: undefined }).replace('{', '{"__proto__":{"message":"x"},'))],
  ['a name with control characters', greeting({ name: Uint8Array.of(0x61, 0x0a) })],
  ['a name with the control characters of Latin-1', greeting({ name: Uint8Array.of(0xc2, 0x9b) })],
  ['an engine greeted with twice', greeting({ engines: [greetedEngine(0x61), greetedEngine(0x62)] })],
  ['a time per sample that is no number', greeting({ engines: [greetedEngine(0x61, NaN)] })],
  ['a time per sample that is negative', greeting({ engines: [greetedEngine(0x61, -1)] })],
  ['an endless time per sample', greeting({ engines: [greetedEngine(0x61, Infinity)] })],
  ['an address that is none', () => wire.decodePeerExchange(hello.PeerExchange.encode({ peers: [{ peer: peerId, addresses: [Uint8Array.of(0x61)] }] }))]
]

describe('nonsense is refused', () => {
  for (const [what, attempt] of nonsense) {
    it(what, () => {
      assert.throws(attempt, refused)
    })
  }

  it('more units than a lease has, or than any job has', () => {
    const wide = { ...rect, x1: 128, y1: 128 }
    grant({ rects: [wide] })()
    assert.throws(grant({ rects: [wide, rect] }), { name: 'WireError', limit: 'MAX_LEASE_UNITS' })
    const huge = { ...rect, x1: 1000, y1: 1000 }
    assert.equal(1000 * 1000, MAX_UNITS)
    claim({ holding: [huge] })()
    assert.throws(claim({ holding: [huge, rect] }), { name: 'WireError', limit: 'MAX_UNITS' })
    assert.equal(128 * 128, MAX_LEASE_UNITS)
  })

  it('more pixels than a unit has', () => {
    head({ pixelBytes: 2048 * 2048 * 16 })()
    assert.throws(head({ pixelBytes: 2048 * 2048 * 16 + 16 }), { name: 'WireError', limit: 'MAX_UNIT_BYTES' })
  })

  it('from its own peer too', () => {
    assert.throws(() => wire.encodeWorkerMessage({ type: 'stale', job: 'x', epoch: token.epoch }), refused)
    assert.throws(() => wire.encodeWorkerMessage({ type: 'stale', job, epoch: { ...token.epoch, peer: 'peer-1' } }), refused)
    assert.throws(() => wire.encodeStewardMessage({ type: 'recall', job, token, units: 1.5 }), refused)
    assert.throws(() => wire.encodeStewardMessage({ type: 'wait', job, retryMs: NaN, reason: 'hearing' }), refused)
    assert.throws(() => wire.encodeStewardMessage({ type: 'wait', job, retryMs: 0, reason: 'toString' as 'hearing' }), refused)
    assert.throws(() => wire.encodeGreeting({ name: 'a\tb', engines: new Map(), threads: 0 }), refused)
    assert.throws(() => wire.encodeViewMessage({ type: 'event', event: { ...unitEvent, ms: NaN } }), refused)
  })
})

describe('a message of a later version', () => {
  const later = Uint8Array.of(0xfa, 0x01, 0x02, 0x08, 0x01)

  it('is told from nonsense, so that it can be ignored', () => {
    for (const decode of [wire.decodeWorkerMessage, wire.decodeStewardMessage, wire.decodeGossip, wire.decodeViewMessage]) {
      assert.throws(() => decode(later), (err) => wire.isUnknownMessage(err))
    }
    assert.throws(event({ event: 'eclipse' }), (err) => wire.isUnknownMessage(err))
    assert.throws(event({ event: 'constructor' }), (err) => wire.isUnknownMessage(err))
    assert.throws(event({ event: 5 }), (err) => !wire.isUnknownMessage(err))
    assert.equal(wire.isUnknownMessage(new Error('unknown')), false)
  })

  it('may have more fields in an event', () => {
    assert.deepEqual(event({ ...error, mood: 'bad' })(), { type: 'event', event: error })
  })
})
