import { decodeManifest } from '../../src/bundle/manifest.ts'
import { UnitSet } from '../../src/core/ledger.ts'
import { contentOf, gridOf, unitBytes } from '../../src/core/units.ts'
import { ChannelClosedError } from '../../src/errors.ts'
import { CacheKeeper } from '../../src/farm/cache/cache-keeper.ts'
import { Custodian } from '../../src/farm/custody/custodian.ts'
import { Directory } from '../../src/farm/directory.ts'
import { FakeClock } from './fake-clock.ts'
import { signControl, signJob } from './fake-signatures.ts'
import { jobSpec } from './job-spec.ts'
import { MemoryDisk } from './memory-disk.ts'
import { MemoryLog } from './memory-log.ts'
import { MemoryStore } from './memory-store.ts'
import { SeededRandom } from './seeded-random.ts'
import { sha256 } from './sha256.ts'
import type { UnitIndex } from '../../src/core/ids.ts'
import type { JobSpec, JobState } from '../../src/core/job.ts'
import type { JobRecord, SignedJob, UnitRange } from '../../src/core/messages.ts'
import type { KeptUnit } from '../../src/core/questions.ts'
import type { MeshPeer } from '../../src/ports.ts'

/** A scene of a few bytes. */
const SCENE = new TextEncoder().encode('a scene that is kept')

/** The pixels of a unit of a job: different from those of any other unit. */
export function pixelsOfUnit (job: SignedJob, unit: UnitIndex): Uint8Array {
  return new Uint8Array(unitBytes(gridOf(job.spec), unit)).fill(unit % 251 + 1)
}

/** A result as its worker delivered it, to be kept. */
export function keptUnit (job: SignedJob, unit: UnitIndex, bytes = pixelsOfUnit(job, unit)): KeptUnit {
  return {
    head: {
      job: job.id,
      unit,
      token: { epoch: { round: 1, peer: job.spec.requester, instance: 1 }, grant: 1 },
      content: contentOf(gridOf(job.spec)),
      bytes: bytes.byteLength,
      sha256: sha256(bytes),
      phases: { transferMs: 0, loadMs: 0, renderMs: 1 },
      keep: { content: 'unit', units: { first: unit, end: unit + 1 }, worker: 'worker' }
    },
    bytes
  }
}

/** A merged part of a film, to be kept, of any content. */
export function keptPart (job: SignedJob, unit: UnitIndex, units: UnitRange, bytes = new Uint8Array(8 + 2 * unitBytes(gridOf(job.spec), unit)).fill(units.end)): KeptUnit {
  const { head } = keptUnit(job, unit, bytes)
  return { head: { ...head, keep: { content: 'film', units, worker: job.spec.requester } }, bytes }
}

/** One custodian over memory, and a peer `origin` that has every scene. */
export class CustodyBench {
  readonly clock = new FakeClock()
  readonly log = new MemoryLog()
  readonly origin = new MemoryStore(this.clock)
  readonly cache: CacheKeeper
  readonly directory: Directory
  readonly store: MemoryStore
  readonly custodian: Custodian
  /** Whether `origin` is connected. */
  originIsHere = true

  constructor (quotaBytes = 2 ** 30, disk = new MemoryDisk()) {
    this.store = new MemoryStore(this.clock, disk)
    this.directory = new Directory('me', this.store, this.log, (known) => { this.custodian.jobChanged(known) })
    const bundler = { readManifest: decodeManifest }
    this.cache = new CacheKeeper(2 ** 30, {
      ...this, bundler, needs: () => ({ scenes: new Set(this.custodian.scenes()), films: () => false }), nameOf: () => ''
    })
    const member: MeshPeer = { peer: 'origin', name: 'origin', relayed: false, addresses: [], engines: new Map(), threads: 1 }
    this.custodian = new Custodian(quotaBytes, {
      ...this,
      self: 'me',
      bundler,
      sha256,
      random: new SeededRandom(1),
      mesh: {
        peers: () => this.originIsHere ? [member] : [],
        openBlobs: async (peer) => {
          if (!this.originIsHere || peer !== 'origin') {
            throw new ChannelClosedError()
          }
          return {
            peer,
            request: async (blob, offset, length) => this.origin.blobs.read(blob, offset, length),
            closed: new Promise(() => {}),
            close: async () => {}
          }
        }
      }
    })
  }

  /** Another life on the same disk, that knows the jobs of the one before. */
  async again (known: readonly JobRecord[] = this.directory.all().map(({ signed, control }) => ({ job: signed, control }))): Promise<CustodyBench> {
    const next = new CustodyBench(this.custodian.quotaBytes, this.store.crash('kill'))
    next.clock.jumpWall(this.clock.wallMs() - next.clock.wallMs())
    known.forEach((record) => { next.directory.learnRecord(record) })
    for (const [hash, bytes] of this.origin.disk.blobs) {
      next.origin.disk.blobs.set(hash, bytes)
    }
    await next.clock.drive(next.custodian.open())
    return next
  }

  /** A job of another peer's, whose scene `origin` has. */
  async job (serial = 1, overrides: Partial<JobSpec> = {}): Promise<SignedJob> {
    const bundle = await this.clock.drive(this.origin.blobs.putScene(SCENE))
    return signJob('ann', jobSpec({ requester: 'ann', serial, bundle, ...overrides }))
  }

  /** The requester's word about a job is heard. */
  say (job: SignedJob, state: JobState, sequence = 2): void {
    this.directory.learnControl(signControl(job.spec.requester, { job: job.id, sequence, state, priority: 0 }))
  }

  /** Offers a result, and gives it when it is wanted; resolves with what the sender hears. */
  async bring ({ head, bytes }: KeptUnit): Promise<string> {
    const verdict = this.custodian.offer('steward', head)
    return verdict === 'take' ? this.clock.drive(this.custodian.take('steward', head, bytes)) : verdict
  }

  /** What it would send of a job. */
  async sent (job: SignedJob, units: readonly UnitIndex[]): Promise<KeptUnit[]> {
    const sent: KeptUnit[] = []
    const wanted = new UnitSet(gridOf(job.spec).units)
    units.forEach((unit) => { wanted.add(unit) })
    await this.clock.drive(this.custodian.serve({ job: job.id, wanted }, {
      peer: 'steward',
      relayed: false,
      send: async (unit) => { sent.push(unit) },
      messages: { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }) },
      closed: new Promise(() => {}),
      close: async () => {},
      abort: () => {}
    }))
    return sent
  }
}
