import * as fc from 'fast-check'
import { toString } from 'uint8arrays/to-string'
import { UnitSet } from '../../src/core/ledger.ts'
import { MAX_ACCEPTED_LOG, MAX_CHUNKS, MAX_FRAME_NUMBER, MAX_LEASE_MS, MAX_LEASE_UNITS, MAX_UNITS, MIN_LEASE_MS } from '../../src/core/limits.ts'
import { rectUnits } from '../../src/core/rect.ts'
import { gridOf } from '../../src/core/units.ts'
import { encodeControl } from '../../src/wire/codec/index.ts'
import type { Epoch, Token } from '../../src/core/epoch.ts'
import type { Hash, PeerId } from '../../src/core/ids.ts'
import type { JobControl, JobSpec } from '../../src/core/job.ts'
import type {
  Beacon, JobDigest, KeepMark, ResultHead, StewardMessage, UnitRange, WorkerMessage
} from '../../src/core/messages.ts'
import type { UnitRect } from '../../src/core/rect.ts'
import type { Answer, KeptRequest } from '../../src/core/questions.ts'
import type { LogAnswer, LogRequest, UnitLogEntry } from '../../src/core/unit-log.ts'
import type { FarmEvent, Greeting, ViewMessage, ViewRequest } from '../../src/ports.ts'
import type {
  AddressedAnswer, BlobAnswer, BlobRequest, GossipMessage, PeerAddresses, RawDigestExchange, RawJobRecord, RawQuestion, SignedBytes
} from '../../src/wire/codec/index.ts'

/** Generators of everything that peers say, valid throughout, for round trips, fuzzing and simulated talk. */

/** Objects as peers write them: with the ordinary prototype, so that strict equality holds. */
function record<T> (model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T>
function record<T, Required extends keyof T> (model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }, constraints: { requiredKeys: Required[] }): fc.Arbitrary<Partial<T> & Pick<T, Required>>
function record (model: Record<string, fc.Arbitrary<unknown>>, constraints: object = {}): fc.Arbitrary<unknown> {
  return fc.record(model, { ...constraints, noNullPrototype: true })
}

/** Bytes of exactly so many. */
function bytes (length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length })
}

function someBytes (most: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: 1, maxLength: most })
}

/** Text of any characters, at most so many, four bytes each at worst. */
function text (maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: 'binary', maxLength })
}

/** The same without control characters. */
function line (maxLength: number): fc.Arbitrary<string> {
  return text(maxLength).map((any) => any.replaceAll(/\p{Cc}/gu, '_'))
}

const word = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789.-'), minLength: 1, maxLength: 24 })
const milliseconds = fc.oneof(fc.integer({ min: 0, max: 1e9 }), fc.double({ min: 0, max: 1e12, noNaN: true })).map((ms) => ms + 0)
const counter = fc.oneof(fc.nat(1000), fc.maxSafeNat())

/** A sha256 as 64 hexadecimal digits. */
export const anyHash: fc.Arbitrary<Hash> = bytes(32).map((hash) => toString(hash, 'hex'))

/** A ledger's digest as 16 hexadecimal digits. */
export const anyDigest: fc.Arbitrary<string> = bytes(8).map((digest) => toString(digest, 'hex'))

/** A peer id: an Ed25519 key as identity multihash, or the sha256 of a longer key. */
export const anyPeerId: fc.Arbitrary<PeerId> = fc.oneof(
  { weight: 9, arbitrary: bytes(32).map((key) => [0x00, 0x24, 0x08, 0x01, 0x12, 0x20, ...key]) },
  { weight: 1, arbitrary: bytes(32).map((hash) => [0x12, 0x20, ...hash]) }
).map((multihash) => toString(Uint8Array.from(multihash), 'base58btc'))

/** A stewardship. */
export const anyEpoch: fc.Arbitrary<Epoch> = record({ round: counter, peer: anyPeerId, instance: counter })

/** A grant of a stewardship. */
export const anyToken: fc.Arbitrary<Token> = record({ epoch: anyEpoch, grant: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) })

/** The number of a unit. */
export const anyUnit: fc.Arbitrary<number> = fc.nat(MAX_UNITS - 1)

const someUnits = fc.nat(MAX_UNITS)

/** A rectangle of units of a large job. */
export const anyUnitRect: fc.Arbitrary<UnitRect> = record({
  frame: fc.nat(131_071), x: fc.nat(8000), y: fc.nat(8000), run: fc.nat(10), columns: fc.integer({ min: 1, max: 16 }), rows: fc.integer({ min: 1, max: 8 }), runs: fc.integer({ min: 1, max: 5 })
}).map(({ frame, x, y, run, columns, rows, runs }) => ({ frame, x0: x, y0: y, x1: x + columns, y1: y + rows, run0: run, run1: run + runs }))

function rects (minLength: number, maxLength: number, maxUnits: number): fc.Arbitrary<UnitRect[]> {
  return fc.array(anyUnitRect, { minLength, maxLength })
    .filter((list) => list.reduce((sum, rect) => sum + rectUnits(rect), 0) <= maxUnits)
}

const anyRange: fc.Arbitrary<UnitRange> = record({ first: fc.nat(MAX_UNITS - 100), units: fc.integer({ min: 1, max: 100 }) })
  .map(({ first, units }) => ({ first, end: first + units }))

/** A job that can be. */
export const anyJobSpec: fc.Arbitrary<JobSpec> = record({
  requester: anyPeerId,
  serial: counter,
  name: line(60),
  engine: word,
  fingerprint: line(60),
  bundle: record({ manifest: anyHash, manifestBytes: fc.integer({ min: 1, max: 16_777_216 }), entry: line(60) }),
  width: fc.integer({ min: 1, max: 2048 }),
  height: fc.integer({ min: 1, max: 2048 }),
  frames: record({ first: fc.integer({ min: -MAX_FRAME_NUMBER, max: MAX_FRAME_NUMBER - 100 }), length: fc.nat(100), step: fc.integer({ min: 1, max: 30 }) })
    .map(({ first, length, step }) => ({ first: first + 0, last: first + length, step })),
  samples: fc.integer({ min: 1, max: 1_048_576 }),
  split: fc.constantFrom('tiles', 'samples', 'frames'),
  tile: fc.integer({ min: 8, max: 2048 }),
  camera: text(60),
  settings: fc.uniqueArray(fc.tuple(text(30), text(60)), { maxLength: 10, selector: ([key]) => key })
    .map((settings) => settings.sort(([a], [b]) => a < b ? -1 : 1)),
  leaseMs: fc.integer({ min: MIN_LEASE_MS, max: MAX_LEASE_MS })
} satisfies { [Key in keyof JobSpec]: fc.Arbitrary<JobSpec[Key]> }).filter(canBe)

function canBe (spec: JobSpec): boolean {
  try {
    gridOf(spec)
    return true
  } catch {
    return false
  }
}

/** A control word. */
export const anyControl: fc.Arbitrary<JobControl> = record({
  job: anyHash,
  sequence: counter,
  state: fc.constantFrom('running', 'paused', 'cancelled', 'finished'),
  priority: fc.integer({ min: -1_000_000, max: 1_000_000 }).map((priority) => priority + 0)
})

const anyStale = record({ type: fc.constant('stale' as const), job: anyHash, epoch: anyEpoch })
const reports = fc.array(record({ job: anyHash, token: anyToken, started: someUnits }), { maxLength: 8 })

/** What a worker says. */
export const anyWorkerMessage: fc.Arbitrary<WorkerMessage> = fc.oneof(
  record({
    type: fc.constant('claim' as const),
    job: anyHash,
    fingerprint: line(60),
    threads: fc.integer({ min: 1, max: 4096 }),
    speed: record({ fixedMs: milliseconds, msPerUnit: milliseconds }),
    holding: rects(0, 12, MAX_UNITS),
    undelivered: rects(0, 12, MAX_UNITS)
  }),
  record({ type: fc.constant('renew' as const), sequence: counter, leases: reports }),
  record({ type: fc.constant('started' as const), leases: reports }),
  record({ type: fc.constant('failed' as const), job: anyHash, token: anyToken, unit: anyUnit, reason: line(120), log: text(500) }),
  record({ type: fc.constant('failed' as const), job: anyHash, token: anyToken, unit: anyUnit, reason: line(120), log: text(500), fault: fc.constant('peer' as const) }),
  record({
    type: fc.constant('release' as const),
    job: anyHash,
    token: anyToken,
    rects: rects(0, 12, MAX_UNITS),
    reason: fc.constantFrom('recalled' as const, 'leaving' as const, 'yield' as const)
  }),
  anyStale
)

const anyControlPush = record({ control: anyControl, signature: bytes(64) })
  .map(({ control, signature }) => ({ type: 'control' as const, control: { control, bytes: Uint8Array.from(encodeControl(control)), signature } }))

/** What a steward says. */
export const anyStewardMessage: fc.Arbitrary<StewardMessage> = fc.oneof(
  record({
    type: fc.constant('grant' as const),
    job: anyHash,
    token: anyToken,
    rects: rects(1, 12, MAX_LEASE_UNITS),
    leaseMs: fc.integer({ min: MIN_LEASE_MS, max: MAX_LEASE_MS }),
    heartbeatMs: fc.double({ min: 100, max: 10_000, noNaN: true })
  }),
  record({
    type: fc.constant('wait' as const),
    job: anyHash,
    retryMs: fc.double({ min: 0, max: 60_000, noNaN: true }).map((ms) => ms + 0),
    reason: fc.constantFrom('nothing-open' as const, 'hearing' as const, 'paused' as const, 'ended' as const, 'avoided' as const, 'fingerprint' as const, 'unknown-job' as const)
  }),
  record({ type: fc.constant('recall' as const), job: anyHash, token: anyToken, units: fc.integer({ min: 1, max: MAX_LEASE_UNITS }) }),
  record({
    type: fc.constant('revoke' as const),
    job: anyHash,
    token: anyToken,
    rects: rects(0, 12, MAX_UNITS),
    reason: fc.constantFrom('cancelled' as const, 'paused' as const, 'finished' as const, 'race-lost' as const, 'lapsed' as const, 'no-progress' as const)
  }),
  record({
    type: fc.constant('renewed' as const),
    sequence: counter,
    live: fc.array(record({ job: anyHash, token: anyToken }), { maxLength: 8 }),
    accepted: fc.array(record({ job: anyHash, ranges: fc.array(anyRange, { maxLength: Math.min(20, MAX_ACCEPTED_LOG) }) }), { maxLength: 4 })
  }),
  anyControlPush,
  anyStale
)

const phases = record({ transferMs: milliseconds, loadMs: milliseconds, renderMs: milliseconds })
const unitPixelBytes = fc.integer({ min: 1, max: 2048 * 2048 }).map((pixels) => pixels * 16)

const anyDeliveredHead = record({ job: anyHash, unit: anyUnit, token: anyToken, content: fc.constantFrom('mean', 'sum'), bytes: unitPixelBytes, sha256: anyHash, phases })

/** What precedes the bytes of a result that is kept. */
export const anyKeptHead: fc.Arbitrary<ResultHead & { readonly keep: KeepMark }> = fc.oneof(
  record({ head: anyDeliveredHead, worker: anyPeerId }).map(({ head, worker }) => ({
    ...head, keep: { content: 'unit' as const, units: { first: head.unit, end: head.unit + 1 }, worker }
  })),
  record({ head: anyDeliveredHead, worker: anyPeerId, before: fc.nat(MAX_CHUNKS - 1), after: fc.nat(MAX_CHUNKS - 1) }).map(({ head, worker, before, after }) => {
    const first = Math.max(0, head.unit - before)
    const end = Math.min(MAX_UNITS, head.unit + 1 + Math.min(after, MAX_CHUNKS - 1 - before))
    return { ...head, bytes: 8 + head.bytes, keep: { content: 'film' as const, units: { first, end }, worker } }
  })
)

/** What precedes a unit's pixels. */
export const anyResultHead: fc.Arbitrary<ResultHead> = fc.oneof(anyDeliveredHead, anyKeptHead)

/** How a delivery ended. */
export const anyResultAnswer: fc.Arbitrary<AddressedAnswer> = record({
  job: anyHash,
  unit: anyUnit,
  answer: fc.constantFrom('accepted', 'duplicate', 'ended', 'refused', 'unknown-token', 'busy')
})

/** What a steward gossips. */
export const anyBeacon: fc.Arbitrary<Beacon> = record({
  steward: anyPeerId,
  jobs: fc.array(record({ job: anyHash, epoch: anyEpoch, controlSequence: counter, open: someUnits, done: someUnits, digest: anyDigest }), { maxLength: 16 })
})

const anySignedBytes: fc.Arbitrary<SignedBytes> = record({ bytes: someBytes(300), signature: bytes(64), publicKey: bytes(36) }, { requiredKeys: ['bytes', 'signature'] })

/** What the mesh's topic carries. */
export const anyGossip: fc.Arbitrary<GossipMessage> = fc.oneof(
  anySignedBytes.map((record) => ({ type: 'job' as const, ...record })),
  anySignedBytes.map((record) => ({ type: 'control' as const, ...record })),
  anyBeacon.map((beacon) => ({ type: 'beacon' as const, beacon }))
)

/** What a peer knows of a job. */
export const anyJobDigest: fc.Arbitrary<JobDigest> = record({
  job: anyHash,
  controlSequence: counter,
  final: fc.boolean(),
  epoch: fc.option(anyEpoch, { nil: undefined }),
  done: someUnits,
  digest: anyDigest
})

const anyRawJobRecord: fc.Arbitrary<RawJobRecord> = fc.oneof(
  record({ jobBytes: someBytes(300), jobSignature: bytes(64) }),
  record({ jobBytes: someBytes(300), jobSignature: bytes(64), controlBytes: someBytes(60), controlSignature: bytes(64) })
)

/** Half of a digest exchange. */
export const anyDigestExchange: fc.Arbitrary<RawDigestExchange> = record({
  digests: fc.array(anyJobDigest, { maxLength: 12 }),
  records: fc.array(anyRawJobRecord, { maxLength: 6 })
})

/** A set of some units of a job, and some of its units in order. */
const someOf = (units: number): fc.Arbitrary<number[]> =>
  fc.uniqueArray(fc.nat(units - 1), { maxLength: 40 }).map((list) => list.sort((a, b) => a - b))
const setOf = (units: number): fc.Arbitrary<UnitSet> => someOf(units).map((list) => {
  const set = new UnitSet(units)
  list.forEach((unit) => set.add(unit))
  return set
})
const jobUnits = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 3000 }) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: MAX_UNITS }) })

/** What one member asks another; records are unopened. */
export const anyQuestion: fc.Arbitrary<RawQuestion> = fc.oneof(
  record({ type: fc.constant('probe' as const), job: anyHash, of: anyPeerId }),
  record({ type: fc.constant('ledger' as const), job: anyHash }),
  jobUnits.chain((units) => record({ type: fc.constant('hand-off' as const), record: anyRawJobRecord, epoch: anyEpoch, accepted: setOf(units), parked: someOf(units) })),
  record({ type: fc.constant('keep' as const), record: anyRawJobRecord })
)

/** What it is answered. */
export const anyAnswer: fc.Arbitrary<Answer> = fc.oneof(
  record({ type: fc.constant('probed' as const), found: fc.constantFrom('steward' as const, 'idle' as const, 'silent' as const) }),
  jobUnits.chain((units) => record({
    type: fc.constant('ledger' as const),
    ledger: record({
      job: anyHash,
      epoch: fc.option(anyEpoch, { nil: undefined }),
      accepted: setOf(units),
      parked: someOf(units),
      kept: setOf(units),
      bundle: fc.constantFrom('whole' as const, 'lacking' as const)
    })
  })),
  record({ type: fc.constant('taken-over' as const), epoch: anyEpoch }),
  record({ type: fc.constant('refused' as const), reason: fc.constantFrom('unknown-job' as const, 'ended' as const, 'leaving' as const, 'full' as const, 'stale' as const) })
)

/** What a peer asks of what another keeps. */
export const anyKeptRequest: fc.Arbitrary<KeptRequest> = jobUnits.chain((units) => record({ job: anyHash, wanted: setOf(units) }))

/** A request for a run of a blob. */
export const anyBlobRequest: fc.Arbitrary<BlobRequest> = record({
  id: fc.nat(0xffff_ffff), blob: anyHash, offset: fc.nat(2 ** 50), length: fc.integer({ min: 1, max: 1_048_576 })
})

/** What precedes the bytes of a blob. */
export const anyBlobAnswer: fc.Arbitrary<BlobAnswer> = record({ id: fc.nat(0xffff_ffff), bytes: fc.nat(1_048_576) })
  .map(({ id, bytes }) => ({ id, found: bytes > 0, bytes }))

/** What a viewer asks for. */
export const anyViewRequest: fc.Arbitrary<ViewRequest> = record({ job: anyHash, kind: fc.constantFrom('live', 'film') })

/** What a peer asks about a job or one of its units. */
export const anyLogRequest: fc.Arbitrary<LogRequest> = record({ job: anyHash, unit: fc.option(anyUnit, { nil: undefined }) })

const moment = fc.maxSafeNat()
const threads = fc.nat(4096)

const anyLogEntry: fc.Arbitrary<UnitLogEntry> = fc.oneof(
  record({ type: fc.constant('rendered' as const), startedAtMs: moment, atMs: moment, renderMs: milliseconds, threads, log: text(400) }),
  record({ type: fc.constant('failed' as const), startedAtMs: moment, atMs: moment, threads, reason: line(120), log: text(400) }),
  record({ type: fc.constant('delivered' as const), atMs: moment, to: anyPeerId, answer: fc.constantFrom('accepted' as const, 'duplicate' as const, 'ended' as const, 'refused' as const), tries: fc.nat(0xffff_ffff) })
)

/** What a peer knows of it. */
export const anyLogAnswer: fc.Arbitrary<LogAnswer> = record({
  entries: fc.array(anyLogEntry, { maxLength: 6 }),
  troubles: fc.array(record({
    unit: anyUnit, kind: fc.constantFrom('lapsed' as const, 'failed' as const, 'raced' as const, 'parked' as const), peer: anyPeerId, reason: line(120), atMs: moment
  }), { maxLength: 6 }),
  dropped: fc.boolean()
})

const positiveUnits = fc.integer({ min: 1, max: MAX_UNITS })

/** What happens in the farm. */
export const anyEvent: fc.Arbitrary<FarmEvent> = fc.oneof(
  record({
    event: fc.constant('job' as const),
    job: anyHash,
    name: text(60),
    units: positiveUnits,
    engine: word,
    fingerprint: text(60),
    width: fc.integer({ min: 1, max: 65_536 }),
    height: fc.integer({ min: 1, max: 65_536 }),
    frames: fc.integer({ min: 1, max: 1000 }),
    samples: fc.integer({ min: 1, max: 1000 }),
    requester: anyPeerId
  }),
  record({ event: fc.constant('peer' as const), peer: anyPeerId, state: fc.constantFrom('joined' as const, 'left' as const), name: text(60) }),
  record({
    event: fc.constant('unit' as const),
    job: anyHash,
    unit: text(40),
    state: fc.constantFrom('leased' as const, 'lapsed' as const, 'delivered' as const, 'failed' as const, 'raced' as const, 'parked' as const),
    peer: anyPeerId,
    ms: milliseconds,
    reason: text(100)
  }, { requiredKeys: ['event', 'job', 'unit', 'state', 'peer', 'ms'] }),
  record({
    event: fc.constant('progress' as const),
    job: anyHash,
    done: someUnits,
    units: positiveUnits,
    etaMs: fc.option(milliseconds),
    peers: fc.nat(1000),
    state: fc.constantFrom('running' as const, 'paused' as const),
    video: fc.nat(1000),
    working: fc.array(record({ peer: anyPeerId, name: text(30), done: someUnits, leased: fc.nat(20_000), relayed: fc.boolean() }), { maxLength: 4 }),
    waits: text(100),
    safety: fc.oneof(fc.constant({ state: 'safe' as const }), record({ state: fc.constant('unsafe' as const), missing: text(100) }))
  }, { requiredKeys: ['event', 'job', 'done', 'units', 'etaMs', 'peers', 'working'] }),
  record({ event: fc.constant('error' as const), code: word, message: text(200) }),
  record({
    event: fc.constant('done' as const),
    job: anyHash,
    state: fc.constantFrom('finished' as const, 'cancelled' as const, 'parked' as const),
    files: fc.array(text(60), { maxLength: 4 }),
    filmHash: fc.option(anyHash),
    wallMs: milliseconds,
    units: positiveUnits,
    executions: counter,
    lapsed: counter,
    byPeer: fc.uniqueArray(fc.tuple(anyPeerId, someUnits), { maxLength: 4, selector: ([peer]) => peer }).map((counts) => Object.fromEntries(counts)),
    bytesIn: counter,
    phases: record({ transfer: milliseconds, load: milliseconds, render: milliseconds, merge: milliseconds }),
    problem: text(100)
  })
)

const anyPreview = record({
  frame: fc.nat(1000), x: fc.nat(500), y: fc.nat(500), right: fc.nat(500), below: fc.nat(500), blockWidth: fc.integer({ min: 1, max: 16 }), blockHeight: fc.integer({ min: 1, max: 16 }), shade: fc.nat(255)
}).map(({ frame, x, y, right, below, blockWidth, blockHeight, shade }) => ({
  type: 'preview' as const,
  frame,
  width: x + blockWidth + right,
  height: y + blockHeight + below,
  x,
  y,
  blockWidth,
  blockHeight,
  rgba: new Uint8Array(blockWidth * blockHeight * 4).fill(shade)
}))

const anyFilmRows = record({ frame: fc.nat(1000), y: fc.nat(500), rows: fc.integer({ min: 1, max: 8 }), width: fc.integer({ min: 1, max: 8 }), shade: fc.nat(255) })
  .map(({ frame, y, rows, width, shade }) => ({ type: 'film-rows' as const, frame, y, rows, pixels: new Uint8Array(rows * width * 16).fill(shade) }))

/** What a viewer is sent. */
export const anyViewMessage: fc.Arbitrary<ViewMessage> = fc.oneof(
  anyEvent.map((event) => ({ type: 'event' as const, event })),
  anyPreview,
  record({
    spec: anyJobSpec, frame: fc.integer({ min: -1000, max: 1000 }).map((frame) => frame + 0), done: fc.nat(1000), open: fc.integer({ min: 1, max: 1000 }), filmHash: fc.option(anyHash, { nil: undefined })
  }).map(({ spec, frame, done, open, filmHash }) => ({ type: 'film-head' as const, spec, frame, done, units: done + open, filmHash })),
  anyFilmRows,
  text(200).map((message) => ({ type: 'refused' as const, message }))
)

/** What a peer tells about itself. */
export const anyGreeting: fc.Arbitrary<Greeting> = record({
  name: line(60),
  engines: fc.uniqueArray(fc.tuple(word, line(20)), { maxLength: 8, selector: ([engine]) => engine }).map((engines) => new Map(engines)),
  threads: fc.nat(4096)
}).chain((greeting) => fc.constantFrom(
  greeting,
  { ...greeting, draining: true as const },
  { ...greeting, draining: true as const, resting: 'resting until Mon 19:00' },
  ...greeting.engines.size === 0 ? [] : [{ ...greeting, speeds: new Map(Array.from(greeting.engines.keys(), (engine, index) => [engine, 0.5 + index * 1e3] as const)) }]
))

/** Where members were reached. */
export const anyPeerExchange: fc.Arbitrary<readonly PeerAddresses[]> = fc.array(record({
  peer: anyPeerId,
  addresses: fc.array(line(60).map((rest) => `/${rest}`), { maxLength: 4 })
}), { maxLength: 8 })
