import { UnknownJobError, NotRequesterError, UsageError } from '../errors.ts'
import { Account } from '../core/account.ts'
import { isFinal } from '../core/job.ts'
import { MAX_COMMAND_LENGTH, MAX_KNOWN_JOBS, MAX_PRIORITY, MAX_SAVE_EVERY_MS, MIN_SAVE_EVERY_MS } from '../core/limits.ts'
import { MAX_LIVE_JOBS_PER_REQUESTER } from './limits.ts'
import { EndedJobs } from './ended-jobs.ts'
import { OwnJob } from './own-job.ts'
import { restoreJob } from './restore.ts'
import { fullRequest, makeJobSpec, videoPlan } from './submission.ts'
import type { RenderRequest } from '../api.ts'
import type { Epoch } from '../core/epoch.ts'
import type { Hash, JobId, PeerId } from '../core/ids.ts'
import type { JobSpec } from '../core/job.ts'
import type { ResultAnswer, ResultHead, SignedControl, SignedJob } from '../core/messages.ts'
import type { ResultVerdict } from '../core/events.ts'
import type { JobStore, OutputPlan, Store } from '../ports.ts'
import type { OwnJobContext } from './own-job.ts'
import type { CacheHold } from './cache/cache-hold.ts'
import type { CacheKeeper } from './cache/cache-keeper.ts'
import type { Epochs } from './epochs.ts'
import type { ResultTaker } from './result-desk.ts'
import type { Remembered, RestoredJob } from './restore.ts'
import type { Stewardship } from './stewardship.ts'
import type { FullRequest, SubmissionContext } from './submission.ts'

/** Journals read side by side when a peer starts: most of the time goes into waiting for the disk. */
const JOBS_READ_AT_ONCE = 16

/** What became of a request. */
export interface Submitted {
  readonly job: OwnJob
  /** What of the scene is not rendered as its file asks. */
  readonly warnings: readonly string[]
  /** `before`: the job was there already and goes on. */
  readonly begun: 'now' | 'before'
}

/** What a requester needs. */
export interface RequesterContext extends Omit<OwnJobContext, 'controlled'>, SubmissionContext {
  readonly store: Store
  readonly cache: Pick<CacheKeeper, 'hold'>
  readonly epochs: Pick<Epochs, 'first' | 'again' | 'after'>
  /** What is remembered of a job besides its journal. */
  remembered (job: JobId): Remembered | undefined
  /** A job of this peer's own is to be known to everybody. */
  announce (signed: SignedJob, control: SignedControl): void
  controlled (control: SignedControl): void
  /** Workers may claim from a job of this peer's own, if it has not ended. */
  begun (stewardship: Stewardship): void
  /** Jobs of the whole mesh that have not ended, as far as this peer knows. */
  liveJobs (): number
}

/**
 * The requester's role: all jobs of this peer's own, new ones and those its journals remember, and the results that come for them.
 */
export class Requester implements ResultTaker {
  readonly #context: RequesterContext
  readonly #jobs = new Map<JobId, OwnJob>()
  readonly #ended = new EndedJobs(MAX_KNOWN_JOBS)
  /** Jobs of a former life that have not been opened yet in this one. */
  readonly #returned: OwnJob[] = []

  constructor (context: RequesterContext) {
    this.#context = {
      ...context,
      ended: (job) => {
        context.ended(job)
        this.#endedOne(job)
      }
    }
  }

  jobs (): readonly OwnJob[] {
    return [...this.#jobs.values()]
  }

  get (job: JobId): OwnJob | undefined {
    return this.#jobs.get(job)
  }

  /** The bundles of jobs that have not ended. */
  liveScenes (): readonly Hash[] {
    return this.jobs().filter(({ phase }) => phase.phase !== 'ended').map(({ signed }) => signed.spec.bundle.manifest)
  }

  /** Opens the jobs that were taken up for workers, once others had a moment to say who stewards them by now. */
  begin (): void {
    this.#returned.splice(0).forEach((job) => { this.#begin(job) })
  }

  /** Whether jobs that were taken up wait for {@link begin}. */
  get hasReturned (): boolean {
    return this.#returned.length > 0
  }

  /** Takes up the jobs of this home's journals. One that can not be read is left alone and named in the log. */
  async takeUp (): Promise<void> {
    const jobs = await this.#context.store.jobs()
    for (let first = 0; first < jobs.length; first += JOBS_READ_AT_ONCE) {
      const read = await Promise.all(jobs.slice(first, first + JOBS_READ_AT_ONCE).map(async (job) => this.#read(job)))
      read.forEach((begin) => { begin?.() })
    }
  }

  /**
   * Makes a job of a request, keeps it, announces it, and opens it for workers. A request for what a job that has not ended does already, into
   * the same files, makes no second one: whoever types a command again after a power cut wants the rest of it.
   */
  async submit (wanted: RenderRequest, signal: AbortSignal): Promise<Submitted> {
    const replaced = wanted.replace === undefined ? undefined : this.#own(wanted.replace)
    checkWishes(wanted)
    const request = await fullRequest(wanted, this.#context.bundler)
    const room = this.#context.cache.hold()
    try {
      return await this.#submit(request, replaced, room, signal)
    } finally {
      room.release()
    }
  }

  async #submit (request: FullRequest, replaced: OwnJob | undefined, room: CacheHold, signal: AbortSignal): Promise<Submitted> {
    const { spec, warnings } = await makeJobSpec(request, this.#context, room, signal)
    for (const warning of warnings) {
      this.#context.log.info(warning, { scene: spec.name })
    }
    const output = await this.#outputPlan(request, spec)
    const same = this.jobs().find((job) => job !== replaced && job.phase.phase !== 'ended' && isSame(job, spec, output))
    if (same !== undefined) {
      await replaced?.say({ state: 'cancelled' })
      await same.say({ state: 'running', priority: request.priority ?? 0 })
      return { job: same, warnings, begun: 'before' }
    }
    if (replaced === undefined) {
      this.#checkRoom()
    }
    const signed = await this.#context.mesh.signJob(spec)
    const control = await this.#context.mesh.signControl({ job: signed.id, sequence: 1, state: 'running', priority: request.priority ?? 0 })
    const store = await this.#context.store.openJob(signed.id)
    const epoch = this.#context.epochs.first()
    try {
      await Promise.all([
        // Twice, as nobody else knows where the pictures go: see `restore.ts`.
        store.append({ type: 'job', bytes: signed.bytes, signature: signed.signature, output }),
        store.append({ type: 'job', bytes: signed.bytes, signature: signed.signature, output }),
        store.append({ type: 'control', bytes: control.bytes, signature: control.signature }),
        store.append({ type: 'epoch', epoch })
      ])
    } catch (error) {
      await this.#forget(store)
      throw error
    }
    const fresh: RestoredJob = {
      signed,
      control,
      output,
      epoch,
      accepted: [],
      damaged: 0,
      parked: [],
      out: new Map(),
      totals: new Account().totals(),
      troubles: [],
      film: this.#context.darkroom.film(spec),
      frames: new Map(),
      video: undefined,
      done: undefined
    }
    await replaced?.say({ state: 'cancelled' })
    return { job: this.#begin(this.#add(fresh, control, epoch, store)), warnings, begun: 'now' }
  }

  /** Cancels a job for good; one that has ended stays as it is. @throws UnknownJobError or NotRequesterError */
  async cancel (job: JobId): Promise<void> {
    await this.#own(job).say({ state: 'cancelled' })
  }

  /** @throws UnknownJobError, NotRequesterError, or UsageError when the job has ended */
  async pause (job: JobId): Promise<void> {
    await this.#open(job, 'paused').say({ state: 'paused' })
  }

  /** @throws UnknownJobError, NotRequesterError, or UsageError when the job has ended */
  async resume (job: JobId): Promise<void> {
    await this.#open(job, 'resumed').say({ state: 'running' })
  }

  /** @throws UnknownJobError, NotRequesterError, or UsageError when the job has ended or there is no such priority */
  async setPriority (job: JobId, priority: number): Promise<void> {
    if (!Number.isSafeInteger(priority) || Math.abs(priority) > MAX_PRIORITY) {
      throw new UsageError(`A priority is a whole number from ${-MAX_PRIORITY} to ${MAX_PRIORITY}, not ${priority}.`)
    }
    await this.#open(job, 'given another priority').say({ priority })
  }

  offer (from: PeerId, head: ResultHead): ResultVerdict | undefined {
    return this.#jobs.get(head.job)?.offer(from, head)
  }

  async take (from: PeerId, head: ResultHead, pixels: Uint8Array): Promise<ResultAnswer | undefined> {
    return this.#jobs.get(head.job)?.take(from, head, pixels)
  }

  drop (_from: PeerId, head: ResultHead): void {
    this.#jobs.get(head.job)?.drop(head)
  }

  /** Takes back what others steward: this peer takes stewardships over again. */
  takeBack (highest: (job: JobId) => Epoch | undefined): void {
    for (const job of this.#jobs.values()) {
      job.stewardshipMoved(highest(job.job))
    }
  }

  /** A member came, went, or offers something else. */
  peersChanged (): void {
    for (const { custody } of this.#jobs.values()) {
      custody.peersChanged()
    }
  }

  tick (): void {
    for (const job of this.#jobs.values()) {
      job.tick()
    }
  }

  async close (): Promise<void> {
    await Promise.all(this.jobs().map(async (job) => { await job.close() }))
  }

  /** @throws UsageError when the video that is asked for can not be made */
  async #outputPlan (request: RenderRequest, spec: JobSpec): Promise<OutputPlan> {
    const video = await videoPlan(request, spec, this.#context.videos)
    return {
      file: request.output,
      bits: request.bits ?? 8,
      submittedAtMs: this.#context.clock.wallMs(),
      noLocal: request.noLocal === true,
      ...(request.saveEveryMs === undefined ? {} : { saveEveryMs: request.saveEveryMs }),
      ...(request.onDone === undefined ? {} : { onDone: request.onDone }),
      ...(video === undefined ? {} : { video })
    }
  }

  /** Reads a job's journal. Resolves with what begins the job; undefined when it can not be read, which is said in the log. */
  async #read (job: JobId): Promise<(() => void) | undefined> {
    let store: JobStore | undefined
    try {
      store = await this.#context.store.openJob(job)
      const begin = await this.#restore(job, store)
      if (begin === undefined) {
        await store.close()
        this.#context.log.warn('a journal does not say which job of this peer it is of, so that job is lost; to hear this no more, remove its folder in jobs/ of the home', { job })
      }
      return begin
    } catch (error) {
      await store?.close().catch(() => {})
      this.#context.log.error('a job could not be taken up again', { job, error: error instanceof Error ? error.message : String(error) })
      return undefined
    }
  }

  async #restore (job: JobId, store: JobStore): Promise<(() => void) | undefined> {
    const restored = await restoreJob(store, this.#context.mesh, this.#context.darkroom, this.#context.remembered(job))
    if (restored === undefined || restored.signed.id !== job || restored.signed.spec.requester !== this.#context.self) {
      return undefined
    }
    if (restored.damaged > 0) {
      this.#context.log.warn('results of a job were damaged on this disk; they are asked for again', { job, units: restored.damaged })
    }
    if (restored.output === undefined) {
      this.#context.log.error('where a job\'s pictures go was damaged on this disk; have them written with: tilemesh fetch JOB -o FILE', { job })
    }
    const control = restored.control ?? await this.#context.mesh.signControl({ job, sequence: 1, state: 'running', priority: 0 })
    const epoch = this.#context.epochs.again(restored.epoch)
    if (restored.done === undefined) {
      await store.append({ type: 'epoch', epoch })
      await this.#sweepPictures(restored)
    }
    return () => {
      const own = this.#add(restored, control, epoch, store)
      if (restored.done !== undefined || isFinal(control.control.state)) {
        this.#begin(own)
      } else {
        this.#returned.push(own)
      }
    }
  }

  #endedOne (job: JobId): void {
    const oldest = this.#ended.add(job, this.#own(job).signed.spec.serial)
    if (oldest !== undefined) {
      void this.#forgetEnded(oldest)
    }
  }

  /** Of a job that ended long ago nothing is kept but what it wrote. */
  async #forgetEnded (job: JobId): Promise<void> {
    try {
      await this.#jobs.get(job)?.close()
      this.#jobs.delete(job)
      await this.#context.store.removeJob(job)
    } catch (error) {
      this.#context.log.warn('a job that ended long ago could not be removed', { job, error: String(error) })
    }
  }

  /** Before the job goes on: later its parts of pictures are being written. */
  async #sweepPictures ({ signed, output }: RestoredJob): Promise<void> {
    if (output !== undefined) {
      await this.#context.darkroom.removeUnfinished(output.file).catch((error: unknown) => {
        this.#context.log.info('leftovers of unfinished pictures could not be removed', { job: signed.id, error: String(error) })
      })
    }
  }

  #add (restored: RestoredJob, control: SignedControl, epoch: Epoch, store: JobStore): OwnJob {
    const job = new OwnJob(restored, control, epoch, store, this.#context)
    this.#jobs.set(job.job, job)
    this.#context.announce(restored.signed, control)
    return job
  }

  #begin (job: OwnJob): OwnJob {
    job.begin()
    this.#context.begun(job.stewardship)
    return job
  }

  /** A job that its user was told could not begin must not begin at the next start either. */
  async #forget (store: JobStore): Promise<void> {
    try {
      await store.close()
      await this.#context.store.removeJob(store.job)
    } catch (error) {
      this.#context.log.warn('a job that could not begin was left on disk', { job: store.job, error: String(error) })
    }
  }

  /** Others would not take in the news of more. @throws UsageError */
  #checkRoom (): void {
    const open = this.jobs().filter(({ phase }) => phase.phase !== 'ended').length
    if (open >= MAX_LIVE_JOBS_PER_REQUESTER) {
      throw new UsageError(`This peer has ${open} jobs that have not ended, as many as one may have; wait for one to end, or cancel one with: tilemesh cancel JOB`)
    }
    if (this.#context.liveJobs() >= MAX_KNOWN_JOBS) {
      throw new UsageError(`This mesh has ${MAX_KNOWN_JOBS} jobs that have not ended, as many as its peers remember; wait for one to end`)
    }
  }

  /** An own job that has not ended. `done`: what is to be done with it, for the refusal. */
  #open (job: JobId, done: string): OwnJob {
    const own = this.#own(job)
    if (own.phase.phase !== 'rendering') {
      throw new UsageError(`${own.signed.spec.name} has ended (${own.summary().state}), so it can not be ${done}.`)
    }
    return own
  }

  #own (job: JobId): OwnJob {
    const own = this.#jobs.get(job)
    if (own === undefined) {
      throw new UnknownJobError(job)
    }
    if (own.signed.spec.requester !== this.#context.self) {
      throw new NotRequesterError('Only the peer that submitted a job can do that.')
    }
    return own
  }
}

/** Whether a job renders exactly this and writes exactly that; its number and its age do not count. */
function isSame ({ signed, output }: OwnJob, spec: JobSpec, wanted: OutputPlan): boolean {
  return output !== undefined && sameText({ ...signed.spec, serial: 0 }, { ...spec, serial: 0 }) && sameText({ ...output, submittedAtMs: 0 }, { ...wanted, submittedAtMs: 0 })
}

/** Compares plain values whatever the order of their fields. */
function sameText (a: unknown, b: unknown): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b))
}

function ordered (value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return Array.isArray(value) ? value.map(ordered) : value
  }
  return Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, field]) => [key, ordered(field)])
}

/** What a request asks of this peer besides the job itself. @throws UsageError */
function checkWishes ({ saveEveryMs, onDone }: RenderRequest): void {
  if (saveEveryMs !== undefined && !(saveEveryMs >= MIN_SAVE_EVERY_MS && saveEveryMs <= MAX_SAVE_EVERY_MS)) {
    throw new UsageError(`A picture can be saved every ${MIN_SAVE_EVERY_MS} to ${MAX_SAVE_EVERY_MS} ms, not ${saveEveryMs}.`)
  }
  if (onDone !== undefined && (onDone.command === '' || onDone.command.length > MAX_COMMAND_LENGTH || onDone.command.includes('\0'))) {
    throw new UsageError(`A command to run after a job has 1 to ${MAX_COMMAND_LENGTH} characters.`)
  }
}
