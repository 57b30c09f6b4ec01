import { instanceOf } from '../../src/core/epoch.ts'
import { BEACON_MAX_MS, STEWARD_TICK_MS } from '../../src/farm/limits.ts'
import { Stewardship } from '../../src/farm/stewardship.ts'
import { StewardDesk } from '../../src/farm/steward-desk.ts'
import { TroubleBook } from '../../src/farm/trouble-book.ts'
import { quietHandlers } from './handlers.ts'
import { MemoryLog } from './memory-log.ts'
import type { Epoch } from '../../src/core/epoch.ts'
import type { JobId, PeerId, UnitIndex } from '../../src/core/ids.ts'
import type { JobSpec } from '../../src/core/job.ts'
import type { ResultAnswer, ResultHead, SignedJob, StewardMessage, UnitRange } from '../../src/core/messages.ts'
import type { FakeMesh } from './fake-mesh.ts'
import type { FakeNetwork } from './fake-network.ts'

/** A result that came whole, and what was answered. */
export interface Taken {
  readonly from: PeerId
  readonly unit: UnitIndex
  readonly answer: ResultAnswer
}

/**
 * A peer that does nothing but steward when it is told to: a real desk and real stewardships, results in memory. It elects nobody, asks nobody, and
 * steps down only when told, so that a test can have the stewardship move as it likes.
 */
export class BareSteward {
  readonly id: PeerId
  readonly mesh: FakeMesh
  /** Jobs it has heard of. */
  readonly jobs: Map<JobId, SignedJob>
  /** Results that came whole, in order. */
  readonly taken: Taken[] = []
  /** What it answers to every result; undefined: what is right. */
  answer: ResultAnswer | undefined
  readonly #log = new MemoryLog()
  readonly #desk = new StewardDesk(this.#log, { elsewhere: () => undefined, learn: () => {} })
  #instances = 0

  /** @param jobs those it knows of before it joins */
  constructor (network: FakeNetwork, id: PeerId, jobs: ReadonlyMap<JobId, SignedJob> = new Map()) {
    this.id = id
    this.jobs = new Map(jobs)
    this.mesh = network.join(id)
  }

  /** Joins the network. */
  async start (): Promise<this> {
    await this.mesh.start(quietHandlers({
      job: (job) => { this.jobs.set(job.id, job) },
      lease: (channel) => { this.#desk.open(channel) },
      results: {
        offer: (from, head) => this.answer === undefined ? this.#judge(from, head) : this.answer === 'accepted' ? 'take' : this.answer,
        take: async (from, head) => this.#take(from, head),
        drop: () => {}
      }
    }))
    this.#tick()
    this.#beat()
    return this
  }

  /** Begins a stewardship of a job it knows, and tells everybody. */
  takeOver (job: JobId, round: number, accepted: readonly UnitRange[] = []): Epoch {
    const signed = this.jobs.get(job)!
    const epoch = { round, peer: this.id, instance: instanceOf(1, ++this.#instances / 1_000) }
    const stewardship = new Stewardship({ job, spec: signed.spec, epoch, control: 'running', accepted }, 1, new TroubleBook(), {
      clock: this.mesh.clock,
      log: this.#log,
      send: (to, message) => { this.#desk.send(to, message) },
      note: () => {},
      emit: () => {},
      complete: () => { void this.#completed(signed) },
      changed: () => {},
      nameOf: (peer) => peer,
      isRelayed: () => false,
      expectedMs: () => null
    })
    this.#desk.remove(job)
    this.#desk.add(stewardship)
    stewardship.begin()
    this.tell()
    return epoch
  }

  /** Says by a beacon what it stewards. */
  tell (): void {
    this.mesh.publishBeacon({ steward: this.id, jobs: this.#desk.all().map((stewardship) => stewardship.beacon()) })
  }

  /** Is the requester of a job itself: signs it, announces it and stewards it; once it has all units, it says that the job has ended. */
  async submit (spec: JobSpec): Promise<JobId> {
    const signed = await this.mesh.signJob({ ...spec, requester: this.id })
    this.jobs.set(signed.id, signed)
    this.mesh.publishJob(signed)
    this.takeOver(signed.id, 1)
    return signed.id
  }

  /** Says something on the lease stream of a worker, whatever it is. */
  say (to: PeerId, message: StewardMessage): void {
    this.#desk.send(to, message)
  }

  /** Stewards a job no more, and says nothing. */
  stepDown (job: JobId): void {
    this.#desk.remove(job)
  }

  /** Workers with a lease stream to it. */
  get workers (): readonly PeerId[] {
    return this.#desk.workers
  }

  /** How many units of a job its present stewardship counts as accepted. */
  accepted (job: JobId): number {
    return this.#desk.get(job)?.view.ledger.count('accepted') ?? 0
  }

  /** Whether its present stewardship has all units of a job. */
  hasAll (job: JobId): boolean {
    return this.#desk.get(job)?.view.ledger.complete === true
  }

  /** Leases that its present stewardship of a job believes in. */
  leases (job: JobId): number {
    return this.#desk.get(job)?.view.leases.size ?? 0
  }

  async #completed ({ id, spec }: SignedJob): Promise<void> {
    if (spec.requester === this.id) {
      this.mesh.publishControl(await this.mesh.signControl({ job: id, sequence: 2, state: 'finished', priority: 0 }))
    }
  }

  #judge (from: PeerId, head: ResultHead): ReturnType<Stewardship['judge']> {
    return this.#desk.get(head.job)?.judge(from, head) ?? 'ended'
  }

  #take (from: PeerId, head: ResultHead): ResultAnswer {
    const verdict = this.#judge(from, head)
    const answer = this.answer ?? (verdict === 'take' ? 'accepted' : verdict)
    if (verdict === 'take' && answer === 'accepted') {
      this.#desk.get(head.job)!.accept(head, { unit: head.unit, worker: from, bytes: head.bytes, phases: head.phases })
    }
    this.taken.push({ from, unit: head.unit, answer })
    return answer
  }

  #beat (): void {
    this.mesh.clock.after(BEACON_MAX_MS, () => {
      this.tell()
      this.#beat()
    })
  }

  #tick (): void {
    this.mesh.clock.after(STEWARD_TICK_MS, () => {
      this.#desk.all().forEach((stewardship) => { stewardship.tick() })
      this.#tick()
    })
  }
}
