import { DEFAULT_CUSTODY_BYTES } from '../core/limits.ts'
import { LocalHealth } from '../core/succession/local-health.ts'
import { AntiEntropy } from './anti-entropy.ts'
import { Beacons } from './beacons.ts'
import { CacheKeeper } from './cache/cache-keeper.ts'
import { Custodian } from './custody/custodian.ts'
import { CustodySenders } from './custody/custody-senders.ts'
import { KeepAsker } from './custody/keep-asker.ts'
import { StewardCustody, stewardedJob } from './custody/steward-custody.ts'
import { Directory } from './directory.ts'
import { Epochs } from './epochs.ts'
import { Estimates } from './estimates.ts'
import { JobList } from './job-list.ts'
import { LogDesk } from './log-desk.ts'
import { MeshNews } from './mesh-news.ts'
import { Presence } from './presence.ts'
import { Requester } from './requester.ts'
import { ResultDesk } from './result-desk.ts'
import { RestWatch } from './rest-watch.ts'
import { SpeedKeeper } from './speed-keeper.ts'
import { StewardDesk } from './steward-desk.ts'
import { Succession } from './succession/succession.ts'
import { UnknownJobs } from './unknown-jobs.ts'
import { Viewing } from './viewing/viewing.ts'
import { Awakening } from './wake/awakening.ts'
import { WakeWatch } from './wake/wake-watch.ts'
import { Worker } from './worker/worker.ts'
import type { Epoch } from '../core/epoch.ts'
import type { EngineId, JobId } from '../core/ids.ts'
import type { SignedControl, SignedJob } from '../core/messages.ts'
import type { FarmInit } from './farm-init.ts'
import type { Stewardship } from './stewardship.ts'
import type { ReadyEngine } from './submission.ts'

/** What the roles tell their farm. */
export interface RolesHooks {
  /** Whether this peer stewards jobs of others, and takes its own back from those who do. */
  mayTakeOver (): boolean
  /** A job of this peer's own is to be known to everybody. */
  announce (signed: SignedJob, control: SignedControl): void
  /** A requester's word of this peer's is to be known to everybody. */
  controlled (control: SignedControl): void
  /** This peer stewards a job of its own in this epoch. */
  adopted (job: JobId, epoch: Epoch): void
  /** Stewardships are to know how many members could render their jobs. */
  countCapable (stewardships: readonly Stewardship[]): void
  /** Something a beacon tells has changed. */
  changed (): void
  /** Its settings let it rest, or no longer. */
  rest (resting: string | undefined): void
}

/** All that one peer is and does in the farm, each part knowing those it works with. */
export class Roles {
  readonly init: FarmInit
  readonly engines: ReadonlyMap<EngineId, ReadyEngine>
  readonly cache: CacheKeeper
  readonly directory: Directory
  readonly desk: StewardDesk
  readonly beacons: Beacons
  readonly antiEntropy: AntiEntropy
  readonly unknown: UnknownJobs
  readonly requester: Requester
  readonly worker: Worker
  readonly speeds: SpeedKeeper
  readonly estimates: Estimates
  readonly viewing: Viewing
  readonly list: JobList
  readonly news: MeshNews
  readonly logs: LogDesk
  readonly presence: Presence
  readonly epochs: Epochs
  readonly succession: Succession
  readonly results: ResultDesk
  readonly custodian: Custodian
  readonly toCustodians: { readonly senders: CustodySenders, readonly asker: KeepAsker }
  readonly wake: WakeWatch
  readonly awakening: Awakening
  readonly restWatch: RestWatch

  constructor (given: FarmInit, hooks: RolesHooks) {
    this.wake = new WakeWatch(given.clock, () => { this.awakening.slept() })
    const init = { ...given, clock: this.wake, awake: () => { this.wake.look() } }
    this.init = init
    const { mesh, store, clock, random, log } = init
    this.engines = new Map(init.engines.map((ready) => [ready.engine.id, ready]))
    this.directory = new Directory(mesh.self, store, log, (job) => {
      this.worker.jobChanged(job)
      this.news.jobChanged(job)
      this.succession.jobChanged(job)
      this.custodian.jobChanged(job)
    })
    this.news = new MeshNews(this.directory)
    this.desk = new StewardDesk(log, {
      elsewhere: (job) => {
        const epoch = this.directory.get(job)?.epoch
        return epoch?.peer === mesh.self ? undefined : epoch
      },
      learn: (job, epoch) => { this.directory.learnEpoch(job, epoch) }
    }, init.awake)
    this.beacons = new Beacons(mesh, this.desk, () => this.succession.taking(), clock)
    this.antiEntropy = new AntiEntropy(mesh, this.directory, clock, random, log, () => { this.awakening.exchanged() })
    this.unknown = new UnknownJobs({ ...init, self: mesh.self, knows: (job) => this.directory.get(job) !== undefined, exchange: (peer) => this.antiEntropy.exchange(peer) })
    this.epochs = new Epochs(mesh.self, random)
    this.speeds = new SpeedKeeper({ ...init, changed: () => { this.presence.greet() } })
    this.presence = new Presence({ ...init, speeds: this.speeds })
    this.estimates = new Estimates({
      ...init,
      self: mesh.self,
      engines: this.engines,
      speeds: this.speeds,
      threads: () => this.presence.works ? this.presence.threads.stewarding : 0,
      doing: () => this.presence.availability.draining ? 'draining' : this.worker.rendering.length > 0 ? 'rendering' : 'idle',
      liveJobs: () => this.directory.live().filter((job) => this.directory.stateOf(job) === 'running').length
    })
    this.cache = new CacheKeeper(init.cacheBytes, {
      ...init,
      needs: () => ({
        scenes: new Set([...this.requester.liveScenes(), ...this.worker.scenes(), ...this.custodian.scenes()]),
        films: (job) => this.requester.get(job)?.phase.phase !== 'ended'
      }),
      nameOf: (job) => this.requester.get(job)?.signed.spec.name ?? ''
    })
    this.toCustodians = { senders: new CustodySenders(init), asker: new KeepAsker(init) }
    this.requester = new Requester({
      ...init,
      store: this.cache.store,
      cache: this.cache,
      self: mesh.self,
      engines: this.engines,
      desk: this.desk,
      epochs: this.epochs,
      mayTakeOver: () => hooks.mayTakeOver(),
      adopted: (job, epoch) => { hooks.adopted(job, epoch) },
      nameOf: (peer) => this.presence.nameOf(peer),
      isRelayed: (peer) => this.desk.isRelayed(peer),
      expectedMs: (spec, local) => this.estimates.expected(spec, local)?.etaMs ?? null,
      announce: (signed, control) => { hooks.announce(signed, control) },
      controlled: (control) => { hooks.controlled(control) },
      begun: (stewardship) => { hooks.countCapable([stewardship]) },
      liveJobs: () => this.directory.live().length,
      remembered: (job) => this.directory.get(job),
      ...this.toCustodians,
      changed: () => { hooks.changed() },
      ended: () => { this.cache.trim() }
    })
    this.worker = new Worker(init.threads, {
      ...init,
      cache: this.cache,
      unitLogs: store.unitLogs,
      spool: store.spool,
      directory: this.directory,
      engines: init.work === 'on' ? this.engines : new Map(),
      mayRender: (job) => this.requester.get(job.signed.id)?.noLocal !== true,
      measured: (measurement) => { this.speeds.measured(measurement) }
    })
    this.custodian = new Custodian(init.custodyBytes ?? DEFAULT_CUSTODY_BYTES, { ...init, self: mesh.self, directory: this.directory, cache: this.cache })
    this.succession = new Succession({
      ...init,
      directory: this.directory,
      desk: this.desk,
      epochs: this.epochs,
      health: new LocalHealth(),
      own: (job) => this.requester.get(job),
      mayTakeOver: () => hooks.mayTakeOver(),
      custody: async (record) => new StewardCustody(await this.custodian.keep(record), stewardedJob(this.directory.get(record.job.id)!, () => this.succession.get(record.job.id)), { ...init, ...this.toCustodians }),
      ledgerOf: (known) => this.custodian.ledgerOf(known),
      nameOf: (peer) => this.presence.nameOf(peer),
      isRelayed: (peer) => this.desk.isRelayed(peer),
      expectedMs: (known) => this.estimates.expected(known.signed.spec, 'on')?.etaMs ?? null,
      changed: () => { hooks.changed() },
      begun: ({ stewardship }) => { hooks.countCapable([stewardship]) }
    })
    this.results = new ResultDesk({
      directory: this.directory,
      log,
      stewards: [this.requester, this.succession],
      custodian: this.custodian,
      awake: init.awake,
      isDoubted: () => this.desk.isDoubted
    })
    const believers = { desk: this.desk, worker: this.worker, succession: this.succession, antiEntropy: this.antiEntropy }
    this.awakening = new Awakening({ ...init, ...believers, trusted: () => { hooks.changed() } })
    this.logs = new LogDesk({ ...init, unitLogs: store.unitLogs, directory: this.directory, own: (job) => this.requester.get(job), nameOf: (peer) => this.presence.nameOf(peer) })
    this.list = new JobList({ mesh, directory: this.directory, requester: this.requester, succession: this.succession, nameOf: (peer) => this.presence.nameOf(peer) })
    this.viewing = new Viewing({
      ...init,
      directory: this.directory,
      own: (job) => this.requester.get(job),
      taken: (job) => this.succession.get(job),
      ledger: (job) => this.succession.ledger(job),
      readKept: (request) => this.custodian.read(request),
      nameOf: (peer) => this.presence.nameOf(peer)
    })
    this.restWatch = new RestWatch(init.rest, { ...init, changed: (resting) => { hooks.rest(resting) } })
  }
}
