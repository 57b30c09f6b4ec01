import { concat } from 'uint8arrays/concat'
import { toString } from 'uint8arrays/to-string'
import { MAX_UNITS } from '../../src/core/limits.ts'
import * as wire from '../../src/wire/codec/index.ts'
import * as blob from '../../src/wire/generated/blob.ts'
import * as control from '../../src/wire/generated/control.ts'
import * as gossip from '../../src/wire/generated/gossip.ts'
import * as hello from '../../src/wire/generated/hello.ts'
import * as lease from '../../src/wire/generated/lease.ts'
import * as ledger from '../../src/wire/generated/ledger.ts'
import * as log from '../../src/wire/generated/log.ts'
import * as custody from '../../src/wire/generated/custody.ts'
import * as question from '../../src/wire/generated/question.ts'
import * as result from '../../src/wire/generated/result.ts'
import * as view from '../../src/wire/generated/view.ts'
import * as limits from '../../src/wire/limits.ts'
import { done, error, job, peer, progress, sample, spec, token, unitEvent } from './values.ts'
import type { LimitName } from '../../src/wire/codec/check.ts'
import type { FarmEvent } from '../../src/ports.ts'

/** A limit, and an attempt that reaches exactly `n` of it. */
export interface LimitEntry {
  readonly limit: LimitName
  readonly what: string
  readonly attempt: (n: number) => void
}

/*
 * What comes in is made with the generated code, which checks nothing, as a stranger could make it;
 * what goes out with the encoders, where they refuse rather than cut.
 */

const hash = new Uint8Array(32)
const peerId = Uint8Array.from([0x00, 0x24, 0x08, 0x01, 0x12, 0x20, ...hash])
const wireToken: lease.Token = { epoch: { round: 1, peer: peerId, instance: 1 }, grant: 1 }
const wireRect: lease.UnitRect = { frame: 0, x0: 0, y0: 0, x1: 1, y1: 1, run0: 0, run1: 1 }

function letters (count: number): string {
  return 'x'.repeat(count)
}

function bytes (count: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(count).fill(0x78)
}

function times<T> (count: number, value: T): T[] {
  return new Array<T>(count).fill(value)
}

/** A message lengthened to exactly so many bytes by a field that no schema has. */
function padded (message: Uint8Array, length: number): Uint8Array {
  const room = length - message.byteLength
  for (let head = 3; head <= 6; head++) {
    const rest = room - head
    const prefix = varint(rest)
    if (prefix.length + 2 === head) {
      return concat([message, Uint8Array.from([0xe2, 0x76, ...prefix]), new Uint8Array(rest)])
    }
  }
  throw new Error(`can not pad ${message.byteLength} to ${length} bytes`)
}

function varint (value: number): number[] {
  return value < 128 ? [value] : [value % 128 + 128, ...varint(Math.floor(value / 128))]
}

function claimed (part: Partial<lease.Claim>): void {
  wire.decodeWorkerMessage(lease.WorkerMessage.encode({
    claim: { job: hash, fingerprint: bytes(3), threads: 1, fixedMs: 0, msPerUnit: 0, holding: [], undelivered: [], ...part }
  }))
}

function failed (part: Partial<lease.UnitFailed>): void {
  wire.decodeWorkerMessage(lease.WorkerMessage.encode({ failed: { job: hash, token: wireToken, unit: 0, reason: bytes(1), log: bytes(1), ofPeer: false, ...part } }))
}

function renewed (part: Partial<lease.Renewed>): void {
  wire.decodeStewardMessage(lease.StewardMessage.encode({ renewed: { sequence: 1, live: [], accepted: [], ...part } }))
}

function granted (part: Partial<lease.Grant>): void {
  wire.decodeStewardMessage(lease.StewardMessage.encode({ grant: { job: hash, token: wireToken, rects: [wireRect], leaseMs: 30_000, heartbeatMs: 10_000, ...part } }))
}

function gossiped (part: Partial<gossip.SignedRecord>): void {
  wire.decodeGossip(gossip.GossipMessage.encode({ job: { record: bytes(1), signature: bytes(64), ...part } }))
}

function greeted (part: Partial<hello.Greeting>): void {
  wire.decodeGreeting(hello.Greeting.encode({ name: bytes(1), engines: [], threads: 1, ...part }))
}

function exchangedPeers (part: Partial<hello.PeerAddresses>): void {
  wire.decodePeerExchange(hello.PeerExchange.encode({ peers: [{ peer: peerId, addresses: [], ...part }] }))
}

/** Sent as written, so that nothing is cut to fit first. */
function shownEvent (event: FarmEvent): void {
  wire.decodeViewMessage(view.ViewMessage.encode({ event: { json: new TextEncoder().encode(JSON.stringify(event)) } }))
}

function shownRows (pixelBytes: number): void {
  wire.decodeViewMessage(view.ViewMessage.encode({ filmRows: { frame: 0, y: 0, rows: 1, pixels: new Uint8Array(pixelBytes) } }))
}

/** A job of exactly so many bytes: settings make up the rest. */
function longJob (length: number): void {
  const settings = Array.from({ length: 20 }, (_, index) => [`key${String(index).padStart(2, '0')}`, letters(index === 19 ? 0 : 800)] as const)
  const base = wire.encodeJobSpec({ ...spec, settings }).byteLength
  // Two more bytes for the tag and length of the last value, and one because the entry's own length then needs two.
  const last = ['key19', letters(length - base - 4)] as const
  const encoded = wire.encodeJobSpec({ ...spec, settings: [...settings.slice(0, -1), last] })
  if (encoded.byteLength !== length) {
    throw new Error(`made ${encoded.byteLength} bytes instead of ${length}`)
  }
  wire.decodeJobSpec(encoded)
}

function jobWith (part: Partial<typeof spec>): void {
  wire.decodeJobSpec(wire.encodeJobSpec({ ...spec, ...part }))
}

/** A ledger whose units of one kind take so many bytes. */
function ledgerWith (part: 'accepted' | 'parked' | 'kept', count: number): void {
  const none = { accepted: bytes(0), parked: bytes(0), kept: bytes(0) }
  wire.decodeAnswer(question.Answer.encode({ ledger: { job: hash, units: Math.min(8 * count, MAX_UNITS), ...none, [part]: bytes(count), hasBundle: false } }))
}

function keptHead (part: Partial<result.ResultHead>): void {
  wire.decodeResultHead(result.ResultHead.encode({
    job: hash,
    unit: 0,
    token: wireToken,
    content: result.UnitContent.UNIT_CONTENT_SUM,
    pixelBytes: 16,
    pixelSha256: hash,
    transferMs: 0,
    loadMs: 0,
    renderMs: 0,
    keep: { content: result.KeptContent.KEPT_CONTENT_FILM, firstUnit: 0, endUnit: 1, worker: peerId },
    ...part
  }))
}

export const entries: readonly LimitEntry[] = [
  { limit: 'MAX_GREETING_BYTES', what: 'a greeting that comes in', attempt: (n) => wire.decodeGreeting(padded(sample.Greeting, n)) },
  {
    limit: 'MAX_GREETING_BYTES',
    what: 'a greeting that goes out',
    attempt: (n) => {
      const engines = Array.from({ length: 15 }, (_, index) => [`e${String(index).padStart(3, '0')}`, letters(253)] as const)
      const base = wire.encodeGreeting({ name: 'x', engines: new Map([...engines, ['last', '']]), threads: 1 }).byteLength
      wire.encodeGreeting({ name: 'x', engines: new Map([...engines, ['last', letters(n - base - 2)]]), threads: 1 })
    }
  },
  { limit: 'MAX_GOSSIP_BYTES', what: 'gossip', attempt: (n) => wire.decodeGossip(padded(sample.GossipJob, n)) },
  { limit: 'MAX_BEACON_BYTES', what: 'a beacon', attempt: (n) => wire.decodeGossip(padded(sample.GossipBeacon, n)) },
  { limit: 'MAX_JOB_BYTES', what: 'a job', attempt: longJob },
  { limit: 'MAX_JOB_BYTES', what: 'a gossiped job', attempt: (n) => gossiped({ record: bytes(n) }) },
  { limit: 'MAX_CONTROL_BYTES', what: 'a control word', attempt: (n) => wire.decodeControl(padded(sample.JobControl, n)) },
  { limit: 'MAX_LEASE_MESSAGE_BYTES', what: 'a message of a worker', attempt: (n) => wire.decodeWorkerMessage(padded(sample.Claim, n)) },
  { limit: 'MAX_LEASE_MESSAGE_BYTES', what: 'a message of a steward', attempt: (n) => wire.decodeStewardMessage(padded(sample.Grant, n)) },
  { limit: 'MAX_RESULT_HEAD_BYTES', what: 'the head of a result', attempt: (n) => wire.decodeResultHead(padded(sample.ResultHead, n)) },
  { limit: 'MAX_RESULT_ANSWER_BYTES', what: 'the answer to a result', attempt: (n) => wire.decodeResultAnswer(padded(sample.ResultAnswer, n)) },
  { limit: 'MAX_DIGEST_EXCHANGE_BYTES', what: 'a digest exchange that comes in', attempt: (n) => wire.decodeDigestExchange(padded(sample.DigestExchange, n)) },
  {
    limit: 'MAX_DIGEST_EXCHANGE_BYTES',
    what: 'a digest exchange that goes out',
    attempt: (n) => {
      const records = times(63, { jobBytes: bytes(limits.MAX_JOB_BYTES), jobSignature: bytes(64) })
      const base = wire.encodeDigestExchange({ digests: [], records }).byteLength
      wire.encodeDigestExchange({ digests: [], records: [...records, { jobBytes: bytes(n - base - 72), jobSignature: bytes(64) }] })
    }
  },
  { limit: 'MAX_BLOB_REQUEST_BYTES', what: 'a blob request', attempt: (n) => wire.decodeBlobRequest(padded(sample.BlobRequest, n)) },
  { limit: 'MAX_BLOB_ANSWER_BYTES', what: 'a blob answer', attempt: (n) => wire.decodeBlobAnswer(padded(sample.BlobAnswer, n)) },
  { limit: 'MAX_VIEW_REQUEST_BYTES', what: 'a view request', attempt: (n) => wire.decodeViewRequest(padded(sample.ViewRequest, n)) },
  { limit: 'MAX_VIEW_MESSAGE_BYTES', what: 'a view message', attempt: (n) => wire.decodeViewMessage(padded(sample.Refused, n)) },
  { limit: 'MAX_LOG_REQUEST_BYTES', what: 'a question about a unit', attempt: (n) => wire.decodeLogRequest(padded(sample.LogRequest, n)) },
  { limit: 'MAX_LOG_ANSWER_BYTES', what: 'the answer to a question about a unit', attempt: (n) => wire.decodeLogAnswer(padded(sample.LogAnswer, n)) },
  { limit: 'MAX_LOG_ENTRIES', what: 'entries about a unit', attempt: (n) => wire.decodeLogAnswer(log.LogAnswer.encode({ entries: times(n, {}), troubles: [], dropped: false })) },
  {
    limit: 'MAX_LOG_TROUBLES',
    what: 'troubles of a job',
    attempt: (n) => wire.decodeLogAnswer(log.LogAnswer.encode({
      entries: [], troubles: times(n, { unit: 0, kind: log.LogTroubleKind.LOG_TROUBLE_KIND_PARKED, peer: peerId, reason: bytes(1), atMs: 0 }), dropped: false
    }))
  },
  { limit: 'MAX_LOG_BYTES', what: 'the log of a rendered unit', attempt: (n) => wire.decodeLogAnswer(log.LogAnswer.encode({ entries: [{ rendered: { startedAtMs: 0, atMs: 0, renderMs: 0, threads: 1, log: bytes(n) } }], troubles: [], dropped: false })) },
  { limit: 'MAX_QUESTION_BYTES', what: 'a question', attempt: (n) => wire.decodeQuestion(padded(sample.HandOff, n)) },
  { limit: 'MAX_ANSWER_BYTES', what: 'the answer to a question', attempt: (n) => wire.decodeAnswer(padded(sample.JobLedger, n)) },
  { limit: 'MAX_KEPT_REQUEST_BYTES', what: 'a request for kept results', attempt: (n) => wire.decodeKeptRequest(padded(sample.KeptRequest, n)) },
  { limit: 'MAX_UNIT_SET_BYTES', what: 'accepted units of a ledger', attempt: (n) => { ledgerWith('accepted', n) } },
  { limit: 'MAX_UNIT_SET_BYTES', what: 'parked units of a ledger', attempt: (n) => { ledgerWith('parked', n) } },
  { limit: 'MAX_UNIT_SET_BYTES', what: 'kept units of a ledger', attempt: (n) => { ledgerWith('kept', n) } },
  {
    limit: 'MAX_UNIT_SET_BYTES',
    what: 'accepted units of a hand-off',
    attempt: (n) => wire.decodeQuestion(question.Question.encode({
      handOff: { record: { job: bytes(1), jobSignature: bytes(1) }, epoch: wireToken.epoch, units: 8 * n, accepted: bytes(n), parked: bytes(0) }
    }))
  },
  {
    limit: 'MAX_UNIT_SET_BYTES',
    what: 'wanted units',
    attempt: (n) => wire.decodeKeptRequest(custody.KeptRequest.encode({ job: hash, units: 8 * n, wanted: bytes(n) }))
  },
  // A part of the film is whole pixels, so one byte more is wrong for two reasons: its length is judged first.
  { limit: 'MAX_FILM_PART_BYTES', what: 'a part of the film', attempt: (n) => { keptHead({ pixelBytes: n }) } },
  { limit: 'MAX_PEER_EXCHANGE_BYTES', what: 'a peer exchange', attempt: (n) => wire.decodePeerExchange(padded(sample.PeerExchange, n)) },
  {
    limit: 'MAX_BEACON_JOBS',
    what: 'jobs of a beacon',
    attempt: (n) => wire.decodeGossip(gossip.GossipMessage.encode({
      beacon: { steward: peerId, jobs: times(n, { job: hash, epoch: wireToken.epoch!, controlSequence: 0, openUnits: 0, doneUnits: 0, digest: new Uint8Array(8) }) }
    }))
  },
  {
    limit: 'MAX_BEACON_JOBS',
    what: 'jobs of a beacon that goes out',
    attempt: (n) => wire.encodeGossip({
      type: 'beacon', beacon: { steward: peer, jobs: times(n, { job, epoch: token.epoch, controlSequence: 0, open: 0, done: 0, digest: '0'.repeat(16) }) }
    })
  },
  {
    limit: 'MAX_DIGESTS',
    what: 'digests',
    attempt: (n) => wire.decodeDigestExchange(ledger.DigestExchange.encode({
      digests: times(n, { job: hash, controlSequence: 0, final: false, doneUnits: 0, digest: new Uint8Array(8) }), records: []
    }))
  },
  {
    limit: 'MAX_DIGEST_RECORDS',
    what: 'job records',
    attempt: (n) => wire.decodeDigestExchange(ledger.DigestExchange.encode({ digests: [], records: times(n, { job: bytes(1), jobSignature: bytes(1) }) }))
  },
  { limit: 'MAX_SIGNATURE_BYTES', what: 'a signature', attempt: (n) => gossiped({ signature: bytes(n) }) },
  { limit: 'MAX_PUBLIC_KEY_BYTES', what: 'a public key', attempt: (n) => gossiped({ publicKey: bytes(n) }) },
  { limit: 'MAX_GRANT_RECTS', what: 'rectangles of a grant', attempt: (n) => granted({ rects: times(n, wireRect) }) },
  {
    limit: 'MAX_RELEASE_RECTS',
    what: 'rectangles given back',
    attempt: (n) => wire.decodeWorkerMessage(lease.WorkerMessage.encode({
      release: { job: hash, token: wireToken, rects: times(n, wireRect), reason: lease.ReleaseReason.RELEASE_REASON_RECALLED }
    }))
  },
  {
    limit: 'MAX_RELEASE_RECTS',
    what: 'rectangles taken away',
    attempt: (n) => wire.decodeStewardMessage(lease.StewardMessage.encode({
      revoke: { job: hash, token: wireToken, rects: times(n, wireRect), reason: lease.RevokeReason.REVOKE_REASON_PAUSED }
    }))
  },
  { limit: 'MAX_CLAIM_RECTS', what: 'rectangles held', attempt: (n) => claimed({ holding: times(n, wireRect) }) },
  { limit: 'MAX_CLAIM_RECTS', what: 'rectangles undelivered', attempt: (n) => claimed({ undelivered: times(n, wireRect) }) },
  {
    limit: 'MAX_RENEW_LEASES',
    what: 'leases of a renewal',
    attempt: (n) => wire.decodeWorkerMessage(lease.WorkerMessage.encode({ renew: { sequence: 1, leases: times(n, { job: hash, token: wireToken, startedUnits: 0 }) } }))
  },
  {
    limit: 'MAX_RENEW_LEASES',
    what: 'leases of a progress report',
    attempt: (n) => wire.decodeWorkerMessage(lease.WorkerMessage.encode({ started: { leases: times(n, { job: hash, token: wireToken, startedUnits: 0 }) } }))
  },
  { limit: 'MAX_RENEW_LEASES', what: 'live leases', attempt: (n) => renewed({ live: times(n, { job: hash, token: wireToken }) }) },
  { limit: 'MAX_RENEWED_JOBS', what: 'jobs with accepted units', attempt: (n) => renewed({ accepted: times(n, { job: hash, ranges: [] }) }) },
  { limit: 'MAX_RENEWED_RANGES', what: 'accepted ranges of one job', attempt: (n) => renewed({ accepted: [{ job: hash, ranges: times(n, { first: 0, end: 1 }) }] }) },
  {
    limit: 'MAX_RENEWED_RANGES',
    what: 'accepted ranges of two jobs',
    attempt: (n) => renewed({ accepted: [{ job: hash, ranges: times(n - 10, { first: 0, end: 1 }) }, { job: hash, ranges: times(10, { first: 0, end: 1 }) }] })
  },
  { limit: 'MAX_REASON_BYTES', what: 'the reason of a failure', attempt: (n) => failed({ reason: bytes(n) }) },
  { limit: 'MAX_LOG_BYTES', what: 'the log of a failure', attempt: (n) => failed({ log: bytes(n) }) },
  { limit: 'MAX_NAME_BYTES', what: 'the name of a job', attempt: (n) => jobWith({ name: letters(n) }) },
  { limit: 'MAX_NAME_BYTES', what: 'the camera of a job', attempt: (n) => jobWith({ camera: letters(n) }) },
  { limit: 'MAX_NAME_BYTES', what: 'the name of a peer', attempt: (n) => greeted({ name: bytes(n) }) },
  { limit: 'MAX_ENGINE_BYTES', what: 'an engine', attempt: (n) => jobWith({ engine: letters(n) }) },
  { limit: 'MAX_ENGINE_BYTES', what: 'an engine of a greeting', attempt: (n) => greeted({ engines: [{ engine: bytes(n), fingerprint: bytes(1), threadMsPerMegasample: 0 }] }) },
  { limit: 'MAX_FINGERPRINT_BYTES', what: 'the fingerprint of a job', attempt: (n) => jobWith({ fingerprint: letters(n) }) },
  { limit: 'MAX_FINGERPRINT_BYTES', what: 'the fingerprint of a claim', attempt: (n) => claimed({ fingerprint: bytes(n) }) },
  { limit: 'MAX_FINGERPRINT_BYTES', what: 'a fingerprint of a greeting', attempt: (n) => greeted({ engines: [{ engine: bytes(1), fingerprint: bytes(n), threadMsPerMegasample: 0 }] }) },
  { limit: 'MAX_ENTRY_BYTES', what: 'the entry of a bundle', attempt: (n) => jobWith({ bundle: { ...spec.bundle, entry: letters(n) } }) },
  {
    limit: 'MAX_SETTINGS',
    what: 'settings of a job',
    attempt: (n) => jobWith({ settings: Array.from({ length: n }, (_, index) => [String(index).padStart(3, '0'), ''] as const) })
  },
  { limit: 'MAX_SETTING_KEY_BYTES', what: 'the key of a setting', attempt: (n) => jobWith({ settings: [[letters(n), '']] }) },
  { limit: 'MAX_SETTING_VALUE_BYTES', what: 'the value of a setting', attempt: (n) => jobWith({ settings: [['key', letters(n)]] }) },
  {
    limit: 'MAX_GREETING_ENGINES',
    what: 'engines of a greeting',
    attempt: (n) => greeted({ engines: Array.from({ length: n }, (_, index) => ({ engine: bytes(index + 1), fingerprint: bytes(1), threadMsPerMegasample: 0 })) })
  },
  { limit: 'MAX_THREADS', what: 'threads of a claim', attempt: (n) => claimed({ threads: n }) },
  { limit: 'MAX_RESTING_BYTES', what: 'the rest of a greeting that comes in', attempt: (n) => greeted({ resting: bytes(n) }) },
  { limit: 'MAX_RESTING_BYTES', what: 'the rest of a greeting that goes out', attempt: (n) => wire.encodeGreeting({ name: 'x', engines: new Map(), threads: 1, resting: letters(n) }) },
  { limit: 'MAX_THREADS', what: 'threads of a greeting', attempt: (n) => greeted({ threads: n }) },
  {
    limit: 'MAX_PRIORITY',
    what: 'a priority',
    attempt: (n) => wire.decodeControl(control.JobControl.encode({ job: hash, sequence: 1, state: control.JobState.JOB_STATE_RUNNING, priority: n }))
  },
  {
    limit: 'MAX_PRIORITY',
    what: 'a priority below zero',
    attempt: (n) => wire.decodeControl(control.JobControl.encode({ job: hash, sequence: 1, state: control.JobState.JOB_STATE_RUNNING, priority: -n }))
  },
  { limit: 'MAX_RECT_FRAMES', what: 'the end of a rectangle in frames', attempt: (n) => granted({ rects: [{ ...wireRect, frame: n - 1 }] }) },
  { limit: 'MAX_RECT_TILES', what: 'the right end of a rectangle', attempt: (n) => granted({ rects: [{ ...wireRect, x1: n }] }) },
  { limit: 'MAX_RECT_TILES', what: 'the lower end of a rectangle', attempt: (n) => granted({ rects: [{ ...wireRect, y1: n }] }) },
  { limit: 'MAX_RECT_RUNS', what: 'the end of a rectangle in runs', attempt: (n) => granted({ rects: [{ ...wireRect, run1: n }] }) },
  { limit: 'MAX_DURATION_MS', what: 'a duration', attempt: (n) => claimed({ msPerUnit: n }) },
  { limit: 'MAX_DURATION_MS', what: 'the time per sample of a greeting', attempt: (n) => greeted({ engines: [{ engine: bytes(1), fingerprint: bytes(1), threadMsPerMegasample: n }] }) },
  { limit: 'MAX_REQUEST_ID', what: 'the id of a blob request that goes out', attempt: (n) => wire.encodeBlobRequest({ id: n, blob: job, offset: 0, length: 1 }) },
  {
    limit: 'MAX_BLOB_CHUNK_BYTES',
    what: 'a run of a blob',
    attempt: (n) => wire.decodeBlobRequest(blob.BlobRequest.encode({ id: 1, blobSha256: hash, offsetBytes: 0, lengthBytes: n }))
  },
  {
    limit: 'MAX_BLOB_CHUNK_BYTES',
    what: 'the bytes of a blob answer',
    attempt: (n) => wire.decodeBlobAnswer(blob.BlobAnswer.encode({ id: 1, found: true, lengthBytes: n }))
  },
  // Rows are whole pixels, so one byte more is wrong for two reasons: its length is judged first.
  { limit: 'MAX_VIEW_PIXEL_BYTES', what: 'rows of a film', attempt: shownRows },
  {
    limit: 'MAX_EVENT_BYTES',
    what: 'an event',
    attempt: (n) => {
      const json = JSON.stringify(error)
      wire.decodeViewMessage(view.ViewMessage.encode({ event: { json: new TextEncoder().encode(json + ' '.repeat(n - json.length)) } }))
    }
  },
  { limit: 'MAX_EVENT_FILES', what: 'files of an event', attempt: (n) => shownEvent({ ...done, files: times(n, '') }) },
  { limit: 'MAX_EVENT_PATH_BYTES', what: 'a path of an event', attempt: (n) => shownEvent({ ...done, files: [letters(n)] }) },
  { limit: 'MAX_EVENT_PEERS', what: 'peers at work', attempt: (n) => shownEvent({ ...progress, working: times(n, progress.working[0]!) }) },
  {
    limit: 'MAX_EVENT_PEERS',
    what: 'peers of an account',
    attempt: (n) => shownEvent({ ...done, byPeer: Object.fromEntries(Array.from({ length: n }, (_, index) => [peerNumber(index), 1])) })
  },
  { limit: 'MAX_EVENT_LABEL_BYTES', what: 'the label of a unit', attempt: (n) => shownEvent({ ...unitEvent, unit: letters(n) }) },
  { limit: 'MAX_EVENT_LABEL_BYTES', what: 'the code of an error', attempt: (n) => shownEvent({ ...error, code: letters(n) }) },
  { limit: 'MAX_EVENT_MESSAGE_BYTES', what: 'the message of an error', attempt: (n) => shownEvent({ ...error, message: letters(n) }) },
  { limit: 'MAX_EVENT_MESSAGE_BYTES', what: 'the reason of a unit event', attempt: (n) => shownEvent({ ...unitEvent, reason: letters(n) }) },
  { limit: 'MAX_EVENT_MESSAGE_BYTES', what: 'what is missing until a job is safe', attempt: (n) => shownEvent({ ...progress, safety: { state: 'unsafe', missing: letters(n) } }) },
  { limit: 'MAX_EVENT_MESSAGE_BYTES', what: 'why a job waits', attempt: (n) => shownEvent({ ...progress, waits: letters(n) }) },
  { limit: 'MAX_EVENT_MESSAGE_BYTES', what: 'a refusal', attempt: (n) => wire.decodeViewMessage(view.ViewMessage.encode({ refused: { message: bytes(n) } })) },
  {
    limit: 'MAX_EXCHANGED_PEERS',
    what: 'exchanged peers',
    attempt: (n) => wire.decodePeerExchange(hello.PeerExchange.encode({ peers: times(n, { peer: peerId, addresses: [] }) }))
  },
  { limit: 'MAX_PEER_ADDRESSES', what: 'addresses of a peer', attempt: (n) => exchangedPeers({ addresses: times(n, Uint8Array.of(0x2f)) }) },
  { limit: 'MAX_ADDRESS_BYTES', what: 'an address', attempt: (n) => exchangedPeers({ addresses: [Uint8Array.from([0x2f, ...bytes(n - 1)])] }) },
  {
    limit: 'MAX_PEER_ID_BYTES',
    what: 'a peer id',
    attempt: (n) => exchangedPeers({ peer: Uint8Array.from([0x00, n - 2, ...bytes(n - 2)]) })
  }
]

/** Peer ids that differ. */
function peerNumber (index: number): string {
  const key = new Uint8Array(32)
  new DataView(key.buffer).setUint32(0, index)
  return toString(Uint8Array.from([0x00, 0x24, 0x08, 0x01, 0x12, 0x20, ...key]), 'base58btc')
}
