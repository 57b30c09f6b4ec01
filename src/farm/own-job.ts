import { isFinal } from '../core/job.ts'
import { runEndCommand } from './end-command.ts'
import { EventHub } from './event-hub.ts'
import { allFinite } from './finite.ts'
import { Intake } from './intake.ts'
import { doneEventOf, jobEventOf, jobSummaryOf } from './job-event.ts'
import { JobAge } from './job-age.ts'
import { checkpointEntries, finalEntries } from './job-records.ts'
import { JobPictures } from './job-pictures.ts'
import { JobTrouble } from './job-trouble.ts'
import { CHECKPOINT_SLACK_BYTES } from './limits.ts'
import { floatsOf } from './restore.ts'
import { OwnCustody } from './own-custody.ts'
import { OwnStewardship } from './own-stewardship.ts'
import { RequesterWord } from './requester-word.ts'
import { Stewardship } from './stewardship.ts'
import { TroubleBook } from './trouble-book.ts'
import type { FollowItem, JobSummary } from '../api.ts'
import type { Epoch } from '../core/epoch.ts'
import type { Hash, JobId, PeerId } from '../core/ids.ts'
import type { JobControl, JobSpec } from '../core/job.ts'
import type { ResultAnswer, ResultHead, SignedControl, SignedJob } from '../core/messages.ts'
import type { Answer, HandOff, KeptUnit } from '../core/questions.ts'
import type { ResultVerdict } from '../core/events.ts'
import type { TailPolicy } from '../core/steward/state.ts'
import type { Clock, CommandRunner, Darkroom, FarmEvent, Film, JobStore, Log, Mesh, OutputPlan, VideoMaker } from '../ports.ts'
import type { JobRecords } from './job-records.ts'
import type { Epochs } from './epochs.ts'
import type { OwnCustodyContext } from './own-custody.ts'
import type { OwnStewardshipContext } from './own-stewardship.ts'
import type { RestoredJob } from './restore.ts'
import type { StewardDesk } from './steward-desk.ts'

/** What an own job needs of its peer. */
export interface OwnJobContext extends OwnCustodyContext {
  readonly mesh: Mesh
  readonly clock: Clock
  readonly log: Log
  readonly darkroom: Darkroom
  readonly commands: CommandRunner
  readonly videos: VideoMaker
  readonly desk: StewardDesk
  /** @default both on */
  readonly tail?: TailPolicy
  nameOf (peer: PeerId): string
  isRelayed (peer: PeerId): boolean
  /** How long a job is expected to take by measured speeds, milliseconds; null when nothing is known. `local`: whether this peer renders of it. */
  expectedMs (spec: JobSpec, local: 'on' | 'off'): number | null
  readonly epochs: Pick<Epochs, 'after'>
  /** Whether this peer takes stewardships over: not while it drains or leaves. */
  mayTakeOver (): boolean
  /** This peer stewards the job in this epoch. */
  adopted (job: JobId, epoch: Epoch): void
  /** The control word changed: it is to be gossiped and remembered. */
  controlled (control: SignedControl): void
  /** Something a beacon tells has changed. */
  changed (): void
  /** What a job kept for itself may go. */
  ended (job: JobId): void
}

/** How a job ended, or that it has not. */
export type OwnJobPhase =
  | { readonly phase: 'rendering' }
  | { readonly phase: 'finishing' }
  | { readonly phase: 'ended', readonly done: FarmEvent & { event: 'done' } }

/**
 * A job of this peer's own: it stewards it, takes in the results, keeps journal and film, and writes the pictures.
 *
 * rendering ─ all units accepted or parked ─▶ finishing ─ pictures written, video made ─▶ ended; rendering ─ cancel ─▶ ended.
 */
export class OwnJob {
  readonly signed: SignedJob
  readonly hub = new EventHub()
  readonly custody: OwnCustody
  readonly #context: OwnJobContext
  readonly #store: JobStore
  readonly #own: OwnStewardship
  readonly #intake: Intake
  readonly #pictures: JobPictures
  readonly #restored: RestoredJob
  readonly #age: JobAge
  readonly #troubles: TroubleBook
  readonly #word: RequesterWord
  #phase: OwnJobPhase = { phase: 'rendering' }
  readonly #trouble: JobTrouble
  #saidWaits: string | undefined
  #progressDue = false
  #closed = false

  constructor (restored: RestoredJob, control: SignedControl, epoch: Epoch, store: JobStore, context: OwnJobContext) {
    const { signed } = restored
    this.signed = signed
    this.#restored = restored
    this.#age = new JobAge(restored.output?.submittedAtMs, context.clock)
    this.#context = context
    this.#store = store
    this.#word = new RequesterWord(control, { ...context, store, said: async (said) => { await this.#said(said) } })
    this.#trouble = new JobTrouble(this.job, this.hub, context.log)
    this.#troubles = new TroubleBook(restored.troubles)
    this.#own = new OwnStewardship(signed, { epoch, accepted: restored.accepted, parked: restored.parked, out: restored.out, totals: restored.totals }, {
      ...context,
      store,
      make: (init) => this.#make(init),
      goesOn: () => this.#phase.phase === 'rendering' && !this.#closed,
      adopted: (adopted) => { context.adopted(this.job, adopted) },
      elsewhere: () => {
        this.#progressDue = true
        this.custody.elsewhere()
      }
    })
    this.custody = new OwnCustody(this, context)
    this.#pictures = new JobPictures(restored, this.stewardship.view.grid, {
      ...context,
      store,
      hub: this.hub,
      trouble: this.#trouble,
      progressed: () => { this.#progressDue = true }
    })
    this.#intake = new Intake({
      judge: (from, head) => this.#judge(from, head),
      store: async (from, head, pixels) => { await this.#accept(from, head, pixels) },
      storeFailed: (error) => { this.#trouble.storeFailed(error) }
    })
  }

  get job (): JobId {
    return this.signed.id
  }

  get control (): SignedControl {
    return this.#word.control
  }

  get phase (): OwnJobPhase {
    return this.#phase
  }

  get film (): Film {
    return this.#pictures.film
  }

  /** What this peer knows of its units, also while another peer stewards it. */
  get stewardship (): Stewardship {
    return this.#own.current
  }

  /** Who stewards it: this peer, or another while this one was away, or leaves. */
  get steward (): OwnStewardship['state'] {
    return this.#own.state
  }

  /** The requester's own worker is to leave this job alone. */
  get noLocal (): boolean {
    return this.output?.noLocal === true
  }

  /** Where and how its pictures are written. */
  get output (): OutputPlan | undefined {
    return this.#restored.output
  }

  /** Opens the job for workers, or says that it has ended. */
  begin (): void {
    if (this.#restored.done !== undefined || isFinal(this.control.control.state)) {
      this.#end(this.#doneEvent(this.#restored.done?.filmHash ?? null, this.#restored.done?.wallMs ?? this.#age.ms))
      void this.#sayFinished()
      return
    }
    this.#pictures.resume()
    this.#own.begin()
    this.custody.begin()
  }

  /** A former life may have written down that all is done and died before it said so: others still wait for the word, and keep results until it comes. */
  async #sayFinished (): Promise<void> {
    try {
      await this.say({ state: 'finished' })
    } catch (error) {
      this.#trouble.storeFailed(error)
      this.#context.clock.after(STORE_RETRY_MS, () => { void this.#sayFinished() })
    }
  }

  /** A stewardship of it was heard of, or this peer takes stewardships over again. */
  stewardshipMoved (epoch: Epoch | undefined): void {
    this.#own.moved(epoch)
  }

  /** Its steward hands it back, or tells what it accepted before it stepped down. */
  async handedBack (handOff: HandOff): Promise<Answer> {
    return this.#own.handedBack(handOff)
  }

  /** Takes in a result that others kept while this peer was away. */
  async collect ({ head, bytes }: KeptUnit): Promise<ResultAnswer> {
    const verdict = this.offer(head.keep!.worker, head)
    return verdict === 'take' ? this.take(head.keep!.worker, head, bytes) : verdict
  }

  offer (from: PeerId, head: ResultHead): ResultVerdict {
    return this.#pictures.isBehind ? 'busy' : this.#intake.offer(from, head)
  }

  /**
   * Takes pixels in. Values that are no finite numbers would spread through sums and filters into the whole picture: such a result is refused,
   * and counts as a failure of its unit on that peer.
   */
  async take (from: PeerId, head: ResultHead, pixels: Uint8Array): Promise<ResultAnswer> {
    if (allFinite(floatsOf(pixels))) {
      return this.#intake.take(from, head, pixels)
    }
    this.#intake.drop(head)
    this.stewardship.unusable(from, head)
    return 'refused'
  }

  drop (head: ResultHead): void {
    this.#intake.drop(head)
  }

  /** Signs and applies a new word; a final one ends the job. Words take effect one after another, in the order in which they were given. */
  async say (word: Partial<Pick<JobControl, 'state' | 'priority'>>): Promise<void> {
    await this.#word.say(word)
  }

  async #said (control: SignedControl): Promise<void> {
    const { state, sequence } = control.control
    // Workers hear the word before what follows from it, so that what a resumed job grants them is not taken for a paused job's.
    this.#context.desk.push(control)
    this.stewardship.control(state, sequence)
    this.#context.controlled(control)
    this.#progressDue = true
    if (state === 'cancelled') {
      const wallMs = this.#age.ms
      this.#endNow(this.#doneEvent(null, wallMs))
      await this.#store.checkpoint(finalEntries(this.#records(), null, wallMs))
    }
  }

  /** A few times a second: lets lapse what has lapsed, and tells followers how far it is. */
  tick (): void {
    if (this.#phase.phase === 'rendering') {
      this.stewardship.tick()
    }
    if (this.custody.tick() === 'news' || this.#progressDue || this.#waits !== this.#saidWaits) {
      this.#progressDue = false
      this.#saidWaits = this.#waits
      this.hub.publish({ type: 'event', event: this.#progress() })
    }
  }

  /** Follows the job: what it is, how far it is, then what happens. For an ended job only the end. */
  follow (preview: 'none' | 'blocks', signal: AbortSignal): AsyncIterable<FollowItem> {
    const first: FollowItem[] = [{ type: 'event', event: jobEventOf(this.signed, this.stewardship.view.grid) }, { type: 'event', event: this.#progress() }]
    if (this.#phase.phase === 'ended') {
      const follower = this.hub.follow('none', [...first, { type: 'event', event: this.#phase.done }], signal)
      follower.end()
      return follower
    }
    return this.hub.follow(preview, first, signal)
  }

  summary (): Omit<JobSummary, 'requesterName' | 'own'> {
    const state = this.#phase.phase === 'ended' ? this.#phase.done.state : this.control.control.state
    return { ...jobSummaryOf(this.signed, this.stewardship.view, state), ...this.#waitsPart(), ...this.custody.told }
  }

  /** The film of a frame as it is now: from disk when it is finished, else as far as it goes. */
  async filmOf (frame: number): Promise<Float32Array> {
    return this.#pictures.filmOf(frame)
  }

  /** The frame whose picture was written last; undefined while none is. */
  get latestFrame (): number | undefined {
    return this.#pictures.latestFrame
  }

  /** Whether a frame's film and picture are on disk. */
  isFinished (frame: number): boolean {
    return this.#pictures.isFinished(frame)
  }

  /** Whether any unit of a frame has come. */
  hasBegun (frame: number): boolean {
    const { grid, ledger } = this.stewardship.view
    const perFrame = grid.units / grid.frames
    for (let unit = frame * perFrame; unit < (frame + 1) * perFrame; unit++) {
      if (ledger.stateOf(unit) === 'accepted') {
        return true
      }
    }
    return false
  }

  /** The hash of the whole film; null while frames are missing. */
  get filmHash (): Hash | null {
    return this.#pictures.filmHash
  }

  /** Waits for pictures under way and closes the journal. The job goes on at the next start. */
  async close (): Promise<void> {
    this.#context.desk.remove(this.job)
    this.custody.end()
    this.#closed = true
    this.#pictures.stop()
    await this.#pictures.settled()
    await this.#store.close()
    this.hub.end()
  }

  #judge (from: PeerId, head: ResultHead): ResultVerdict {
    if (this.#phase.phase !== 'rendering') {
      return 'ended'
    }
    if (head.keep !== undefined) {
      return this.stewardship.view.ledger.stateOf(head.unit) === 'accepted' ? 'duplicate' : 'take'
    }
    // While another peer stewards it, results are that one's to take.
    return this.#own.state === 'here' ? this.stewardship.judge(from, head) : 'unknown-token'
  }

  async #accept (from: PeerId, head: ResultHead, pixels: Uint8Array): Promise<void> {
    await this.#store.append({ type: 'accepted', unit: head.unit, worker: from, phases: head.phases }, pixels)
    const before = this.#context.clock.nowMs()
    this.#pictures.merge(head.unit, floatsOf(pixels))
    this.stewardship.merged(this.#context.clock.nowMs() - before)
    this.#trouble.stored()
    this.custody.accepted(head.unit)
    const result = { unit: head.unit, worker: from, bytes: pixels.byteLength, phases: head.phases }
    if (head.keep === undefined) {
      this.stewardship.accept(head, result)
    } else {
      this.stewardship.collected(result)
    }
    if (this.#isJournalLong) {
      void this.#checkpoint()
    }
  }

  #make (init: Parameters<OwnStewardshipContext['make']>[0]): Stewardship {
    const { signed } = this
    const { control } = this.control
    return new Stewardship({ ...init, job: signed.id, spec: signed.spec, control: control.state, tail: this.#context.tail }, control.sequence, this.#troubles, {
      ...this.#context,
      send: (to, message) => { this.#context.desk.send(to, message) },
      note: (record) => { this.#store.note(record) },
      emit: (event) => { this.#emit(event) },
      complete: () => { void this.#finish() },
      expectedMs: () => this.#context.expectedMs(signed.spec, this.noLocal ? 'off' : 'on')
    })
  }

  get #isJournalLong (): boolean {
    return this.#store.journalBytes() > 2 * this.film.bytes + CHECKPOINT_SLACK_BYTES
  }

  async #checkpoint (): Promise<void> {
    try {
      await this.#intake.exclusively(async () => {
        if (await this.#pictures.settledOrRefused() === 'settled' && this.#isJournalLong) {
          await this.#store.checkpoint(checkpointEntries(this.#records(), this.film))
        }
      })
    } catch (error) {
      this.#trouble.storeFailed(error)
    }
  }

  /** What a checkpoint is made of. */
  #records (): JobRecords {
    return {
      signed: this.signed,
      control: this.control,
      output: this.#restored.output,
      view: this.stewardship.view,
      troubles: this.stewardship.troubles.all(),
      ...this.#pictures.records
    }
  }

  async #finish (): Promise<void> {
    if (this.#phase.phase !== 'rendering') {
      return
    }
    this.#phase = { phase: 'finishing' }
    this.hub.publish({ type: 'event', event: this.#progress() })
    try {
      const parts = this.stewardship.view.ledger.count('parked') > 0 ? 'some' : 'all'
      if (!await this.#pictures.finish(parts, () => this.#isFinishing)) {
        return
      }
      const wallMs = this.#age.ms
      const { filmHash } = this
      if (filmHash !== null) {
        await this.#store.append({ type: 'done', filmHash, wallMs })
      }
      const done = this.#doneEvent(filmHash, wallMs)
      await this.say({ state: 'finished' })
      await this.#store.checkpoint(finalEntries(this.#records(), filmHash, wallMs))
      this.#endNow(done)
    } catch (error) {
      this.#phase = { phase: 'rendering' }
      this.#trouble.storeFailed(error)
      this.#context.clock.after(STORE_RETRY_MS, () => { void this.#finish() })
    }
  }

  /** The job ends in this life of the peer: whoever wanted to be told is. */
  #endNow (done: FarmEvent & { event: 'done' }): void {
    const onDone = this.#restored.output?.onDone
    const ended = this.#phase.phase === 'ended'
    this.#end(done)
    this.#context.log.info('a job has ended', { job: this.job, state: done.state, wallMs: done.wallMs, lapsed: done.lapsed })
    if (!ended && onDone !== undefined) {
      runEndCommand(onDone, done, this.#context.commands)
    }
  }

  #end (done: FarmEvent & { event: 'done' }): void {
    if (this.#phase.phase === 'ended') {
      return
    }
    this.#phase = { phase: 'ended', done }
    this.custody.end()
    this.#pictures.stop()
    this.#context.desk.remove(this.job)
    this.hub.publish({ type: 'event', event: done })
    this.hub.end()
    this.#context.changed()
    this.#context.ended(this.job)
  }

  get #isFinishing (): boolean {
    return this.#phase.phase === 'finishing' && !this.#closed
  }

  #doneEvent (filmHash: Hash | null, wallMs: number): FarmEvent & { event: 'done' } {
    return doneEventOf(this.signed, this.control, this.stewardship, { ...this.#pictures.products, filmHash, wallMs })
  }

  /** What a disk refuses, so that the job can not go on; of a job that has ended nothing is waited for. */
  get #waits (): string | undefined {
    return this.#phase.phase === 'ended' ? undefined : this.#pictures.refusal ?? this.#trouble.store
  }

  #waitsPart (): { readonly waits?: string } {
    const waits = this.#waits
    return waits === undefined ? {} : { waits }
  }

  #progress (): FarmEvent & { event: 'progress' } {
    const video = this.#pictures.videoFrames
    return { ...this.stewardship.progress(), ...this.#waitsPart(), ...this.custody.told, ...(video === undefined ? {} : { video }) }
  }

  #emit (event: FarmEvent): void {
    this.#progressDue = true
    this.hub.publish({ type: 'event', event })
  }
}

/** A job whose last records the disk refused is finished again after this time: a full disk needs a person first. */
const STORE_RETRY_MS = 5_000
