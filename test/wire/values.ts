import { UnitSet } from '../../src/core/ledger.ts'
import { encodeControl } from '../../src/wire/codec/index.ts'
import { codecs } from './codecs.ts'
import type { Token } from '../../src/core/epoch.ts'
import type { JobControl, JobSpec } from '../../src/core/job.ts'
import type { UnitRect } from '../../src/core/rect.ts'
import type { FarmEvent } from '../../src/ports.ts'

/** One plain value of every message, each field set and told apart from its neighbours, for fixtures and as seeds of the fuzzer. */

export const peer = '12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA'
const hashedPeer = 'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N'
export const job = '0123456789abcdef'.repeat(4)
const otherHash = 'fedcba9876543210'.repeat(4)
export const token: Token = { epoch: { round: 3, peer, instance: 7 * 2 ** 20 + 12_345 }, grant: 300 }
const rects: readonly UnitRect[] = [
  { frame: 0, x0: 0, y0: 0, x1: 4, y1: 3, run0: 0, run1: 1 },
  { frame: 200, x0: 130, y0: 7, x1: 131, y1: 8, run0: 2, run1: 5 }
]
const signature = Uint8Array.from({ length: 64 }, (_, index) => index)

export const spec: JobSpec = {
  requester: peer,
  serial: 42,
  name: 'käfer.glb',
  engine: 'pathtracer',
  fingerprint: 'pathtracer 0.1.0 wasm-simd',
  bundle: { manifest: otherHash, manifestBytes: 16_777_216, entry: 'scenes/käfer.glb' },
  width: 1920,
  height: 1080,
  frames: { first: -2, last: 10, step: 3 },
  samples: 256,
  split: 'samples',
  tile: 64,
  camera: 'Camera.001',
  settings: [['bounces', '8'], ['sky', '#fff']],
  leaseMs: 30_000
}

const control: JobControl = { job, sequence: 5, state: 'paused', priority: -3 }

export const unitEvent: FarmEvent & { event: 'unit' } = { event: 'unit', job, unit: '3/2/1', state: 'failed', peer, ms: 12.5, reason: 'no memory' }
export const progress: FarmEvent & { event: 'progress' } = {
  event: 'progress', job, done: 3, units: 9, etaMs: null, peers: 2, working: [{ peer, name: 'anna', done: 2, leased: 4, relayed: false }]
}
export const error: FarmEvent & { event: 'error' } = { event: 'error', code: 'StoreError', message: 'the disk is full' }
export const done: FarmEvent & { event: 'done' } = {
  event: 'done',
  job,
  state: 'finished',
  files: ['/tmp/käfer.png'],
  filmHash: otherHash,
  wallMs: 1234.5,
  units: 9,
  executions: 10,
  lapsed: 1,
  byPeer: { [peer]: 9 },
  bytesIn: 589_824,
  phases: { transfer: 1, load: 2, render: 3.5, merge: 4 }
}

function unitSet (units: number, ...members: readonly number[]): UnitSet {
  const set = new UnitSet(units)
  members.forEach((unit) => set.add(unit))
  return set
}

const rawRecord = { jobBytes: Uint8Array.of(1, 2, 3), jobSignature: signature, controlBytes: Uint8Array.of(4, 5), controlSignature: signature }

/** Messages by name, and the codec that each belongs to. */
export const messages = {
  JobSpec: ['JobSpec', spec],
  JobControl: ['JobControl', control],
  Claim: ['WorkerMessage', { type: 'claim', job, fingerprint: spec.fingerprint, threads: 16, speed: { fixedMs: 850.5, msPerUnit: 12 }, holding: rects, undelivered: rects.slice(1) }],
  Renew: ['WorkerMessage', { type: 'renew', sequence: 9, leases: [{ job, token, started: 11 }] }],
  Started: ['WorkerMessage', { type: 'started', leases: [{ job, token, started: 12 }] }],
  UnitFailed: ['WorkerMessage', { type: 'failed', job, token, unit: 999_999, reason: 'out of memory', log: 'line 1\nline 2\n' }],
  Release: ['WorkerMessage', { type: 'release', job, token, rects, reason: 'yield' }],
  WorkerStale: ['WorkerMessage', { type: 'stale', job, epoch: token.epoch }],
  Grant: ['StewardMessage', { type: 'grant', job, token, rects, leaseMs: 30_000, heartbeatMs: 10_000 }],
  Wait: ['StewardMessage', { type: 'wait', job, retryMs: 2000, reason: 'hearing' }],
  Recall: ['StewardMessage', { type: 'recall', job, token, units: 17 }],
  Revoke: ['StewardMessage', { type: 'revoke', job, token, rects, reason: 'race-lost' }],
  Renewed: ['StewardMessage', { type: 'renewed', sequence: 9, live: [{ job, token }], accepted: [{ job, ranges: [{ first: 0, end: 5 }, { first: 900, end: 1_000_000 }] }] }],
  ControlPush: ['StewardMessage', { type: 'control', control: { control, bytes: Uint8Array.from(encodeControl(control)), signature } }],
  StewardStale: ['StewardMessage', { type: 'stale', job, epoch: token.epoch }],
  ResultHead: ['ResultHead', { job, unit: 77, token, content: 'sum', bytes: 65_536, sha256: otherHash, phases: { transferMs: 0, loadMs: 250.25, renderMs: 1800 } }],
  KeptUnitHead: ['ResultHead', {
    job,
    unit: 77,
    token,
    content: 'mean',
    bytes: 65_536,
    sha256: otherHash,
    phases: { transferMs: 0, loadMs: 250.25, renderMs: 1800 },
    keep: { content: 'unit', units: { first: 77, end: 78 }, worker: hashedPeer }
  }],
  KeptFilmHead: ['ResultHead', {
    job,
    unit: 77,
    token,
    content: 'sum',
    bytes: 131_080,
    sha256: otherHash,
    phases: { transferMs: 0, loadMs: 0, renderMs: 0 },
    keep: { content: 'film', units: { first: 64, end: 78 }, worker: peer }
  }],
  ResultAnswer: ['ResultAnswer', { job, unit: 77, answer: 'duplicate' }],
  GossipJob: ['GossipMessage', { type: 'job', bytes: Uint8Array.of(1, 2, 3), signature }],
  GossipControl: ['GossipMessage', { type: 'control', bytes: Uint8Array.of(4, 5), signature, publicKey: Uint8Array.of(6, 7, 8) }],
  GossipBeacon: ['GossipMessage', { type: 'beacon', beacon: { steward: peer, jobs: [{ job, epoch: token.epoch, controlSequence: 5, open: 900, done: 100, digest: '00ff00ff12345678' }] } }],
  DigestExchange: ['DigestExchange', {
    digests: [
      { job, controlSequence: 5, final: false, epoch: token.epoch, done: 100, digest: '00ff00ff12345678' },
      { job: otherHash, controlSequence: 0, final: true, epoch: undefined, done: 0, digest: '0000000000000000' }
    ],
    records: [
      { jobBytes: Uint8Array.of(1, 2, 3), jobSignature: signature },
      { jobBytes: Uint8Array.of(1, 2, 3), jobSignature: signature, controlBytes: Uint8Array.of(4, 5), controlSignature: signature }
    ]
  }],
  BlobRequest: ['BlobRequest', { id: 6, blob: otherHash, offset: 3_145_728, length: 1_048_576 }],
  BlobAnswer: ['BlobAnswer', { id: 6, found: true, bytes: 1_048_576 }],
  BlobMissing: ['BlobAnswer', { id: 7, found: false, bytes: 0 }],
  ViewRequest: ['ViewRequest', { job, kind: 'film' }],
  LogRequest: ['LogRequest', { job, unit: 77 }],
  JobLogRequest: ['LogRequest', { job, unit: undefined }],
  LogAnswer: ['LogAnswer', {
    entries: [
      { type: 'failed', startedAtMs: 1_790_000_000_000, atMs: 1_790_000_000_250, threads: 4, reason: 'out of memory', log: 'line 1\nline 2\n' },
      { type: 'rendered', startedAtMs: 1_790_000_001_000, atMs: 1_790_000_001_900, renderMs: 812.5, threads: 8, log: '' },
      { type: 'delivered', atMs: 1_790_000_002_000, to: peer, answer: 'accepted', tries: 2 }
    ],
    troubles: [{ unit: 77, kind: 'parked', peer: hashedPeer, reason: 'out of memory', atMs: 1_790_000_003_000 }],
    dropped: true
  }],
  ProbeQuestion: ['Question', { type: 'probe', job, of: hashedPeer }],
  LedgerQuestion: ['Question', { type: 'ledger', job }],
  HandOff: ['Question', { type: 'hand-off', record: rawRecord, epoch: token.epoch, accepted: unitSet(20, 0, 9, 19), parked: [3, 17] }],
  FreshHandOff: ['Question', { type: 'hand-off', record: { jobBytes: Uint8Array.of(1, 2, 3), jobSignature: signature }, epoch: token.epoch, accepted: unitSet(20), parked: [] }],
  KeepQuestion: ['Question', { type: 'keep', record: rawRecord }],
  Probed: ['Answer', { type: 'probed', found: 'idle' }],
  JobLedger: ['Answer', { type: 'ledger', ledger: { job, epoch: token.epoch, accepted: unitSet(20, 0, 9, 19), parked: [3, 17], kept: unitSet(20, 9), bundle: 'whole' } }],
  EmptyJobLedger: ['Answer', { type: 'ledger', ledger: { job, epoch: undefined, accepted: unitSet(1_000_000), parked: [], kept: unitSet(1_000_000), bundle: 'lacking' } }],
  TakenOver: ['Answer', { type: 'taken-over', epoch: token.epoch }],
  RefusedQuestion: ['Answer', { type: 'refused', reason: 'full' }],
  KeptRequest: ['KeptRequest', { job, wanted: unitSet(20, 1, 2, 18) }],
  JobEvent: ['ViewMessage', { type: 'event', event: { event: 'job', job, name: 'käfer.glb', units: 510, engine: 'pathtracer', fingerprint: spec.fingerprint, width: 1920, height: 1080, frames: 5, samples: 256, requester: peer } }],
  PeerEvent: ['ViewMessage', { type: 'event', event: { event: 'peer', peer: hashedPeer, state: 'joined', name: 'bernd' } }],
  UnitEvent: ['ViewMessage', { type: 'event', event: unitEvent }],
  ProgressEvent: ['ViewMessage', { type: 'event', event: progress }],
  ErrorEvent: ['ViewMessage', { type: 'event', event: error }],
  DoneEvent: ['ViewMessage', { type: 'event', event: done }],
  Preview: ['ViewMessage', { type: 'preview', frame: 2, width: 320, height: 180, x: 16, y: 32, blockWidth: 2, blockHeight: 1, rgba: Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 255) }],
  FilmHead: ['ViewMessage', { type: 'film-head', spec, frame: -2, done: 9, units: 10, filmHash: otherHash }],
  FilmRows: ['ViewMessage', { type: 'film-rows', frame: 2, y: 8, rows: 2, pixels: Uint8Array.from({ length: 32 }, (_, index) => index) }],
  Refused: ['ViewMessage', { type: 'refused', message: 'no such job' }],
  Greeting: ['Greeting', { name: 'anna', engines: new Map([['blender', 'blender 5.0'], ['pathtracer', 'pathtracer 0.1.0']]), threads: 16 }],
  RestingGreeting: ['Greeting', { name: 'anna', engines: new Map(), threads: 16, draining: true, resting: 'resting until 22:00' }],
  MeasuredGreeting: ['Greeting', { name: 'anna', engines: new Map([['blender', 'blender 5.0'], ['pathtracer', 'pathtracer 0.1.0']]), threads: 16, speeds: new Map([['pathtracer', 812.5]]) }],
  PeerExchange: ['PeerExchange', [{ peer, addresses: ['/ip4/192.0.2.1/tcp/4001', '/dns4/example.org/tcp/443'] }, { peer: hashedPeer, addresses: [] }]]
} as const

export type MessageName = keyof typeof messages

/** The codec of a message. */
export function codecOf (name: MessageName): typeof codecs[number] {
  return codecs.find((codec) => codec.name === messages[name][0])!
}

/** The messages as bytes. */
export const sample = Object.fromEntries(
  (Object.keys(messages) as MessageName[]).map((name) => [name, codecOf(name).encode(messages[name][1])])
) as Record<MessageName, Uint8Array>
