import { compareEpochs, sameEpoch } from '../../core/epoch.ts'
import { isFinal } from '../../core/job.ts'
import { UnitSet } from '../../core/ledger.ts'
import { ranked } from '../../core/succession/rank.ts'
import { LEDGER_FOLLOWERS, LEDGER_FOLLOW_MS, LEDGER_FOLLOW_MS_PER_UNIT, SUCCESSION_LOOK_MS, UNITE_MS } from '../limits.ts'
import { stewardOfKnown } from '../directory.ts'
import { askWithin } from './ask-within.ts'
import { HandOver } from './hand-over.ts'
import { StewardWatch } from './steward-watch.ts'
import { TakenOverJob } from './taken-over-job.ts'
import { askLedgers, uniteLedgers } from './unite.ts'
import type { Epoch } from '../../core/epoch.ts'
import type { ResultVerdict } from '../../core/events.ts'
import type { JobId, PeerId } from '../../core/ids.ts'
import type { Beacon, BeaconJob, JobRecord, ResultAnswer, ResultHead } from '../../core/messages.ts'
import type { Answer, HandOff, JobLedger, ProbeQuestion, Question } from '../../core/questions.ts'
import type { LocalHealth } from '../../core/succession/local-health.ts'
import type { Mesh, Random, Timer } from '../../ports.ts'
import type { Directory, KnownJob } from '../directory.ts'
import type { Epochs } from '../epochs.ts'
import type { OwnJob } from '../own-job.ts'
import type { ResultTaker } from '../result-desk.ts'
import type { ResultCustody } from './result-custody.ts'
import type { TakenOverContext } from './taken-over-job.ts'
import type { UnitedLedger } from './unite.ts'

/** What the succession needs of its peer. */
export interface SuccessionContext extends TakenOverContext {
  readonly mesh: Mesh
  readonly random: Random
  readonly directory: Directory
  readonly epochs: Pick<Epochs, 'after'>
  readonly health: LocalHealth
  own (job: JobId): OwnJob | undefined
  /** Whether this peer takes stewardships over: not while it drains or leaves. */
  mayTakeOver (): boolean
  /** Where results of a job are kept while this peer stewards it. @throws StoreError */
  custody (record: JobRecord): Promise<ResultCustody>
  /** What this peer knows and keeps of another's job. */
  ledgerOf (known: KnownJob): JobLedger
  /** This peer stewards a job from now on: it is to know how many members could render it. */
  begun (job: TakenOverJob): void
}

/** What is being done about a job that this peer does not steward. */
interface Vigil {
  readonly watch: StewardWatch
  askedLedgerAtMs: number
}

/**
 * Stewardships that move: watches the stewards of all live jobs, takes over when one has vanished and it is this peer's turn, or when one that
 * leaves asks it to, and gives a stewardship up when it hears of a higher one.
 */
export class Succession implements ResultTaker {
  readonly #context: SuccessionContext
  readonly #jobs = new Map<JobId, TakenOverJob>()
  readonly #vigils = new Map<JobId, Vigil>()
  /** Jobs that this peer is about to take over. */
  readonly #taking = new Map<JobId, Promise<TakenOverJob | undefined>>()
  /** What others are told of those of them whose epoch is known. */
  readonly #told = new Map<JobId, BeaconJob>()
  readonly #handOver: HandOver
  #timer: Timer | undefined
  #dueMs = Infinity

  constructor (context: SuccessionContext) {
    this.#context = context
    this.#handOver = new HandOver(context)
  }

  start (): void {
    this.#dueMs = this.#context.clock.nowMs() + SUCCESSION_LOOK_MS
    this.#timer = this.#context.clock.after(SUCCESSION_LOOK_MS, () => {
      this.#context.health.ticked(this.#context.clock.nowMs() - this.#dueMs)
      this.start()
      this.#look()
    })
  }

  stop (): void {
    this.#timer?.stop()
    for (const job of this.#jobs.values()) {
      job.end(undefined)
    }
    this.#jobs.clear()
  }

  /** A job of another peer that this one stewards. */
  get (job: JobId): TakenOverJob | undefined {
    return this.#jobs.get(job)
  }

  all (): readonly TakenOverJob[] {
    return [...this.#jobs.values()]
  }

  /** Jobs that it is about to take over, for its beacon. */
  taking (): readonly BeaconJob[] {
    return [...this.#told.values()]
  }

  tick (): void {
    for (const job of this.#jobs.values()) {
      job.tick()
    }
  }

  /** Something about a job was learned. */
  jobChanged (known: KnownJob): void {
    const { directory } = this.#context
    const { id } = known.signed
    const taken = this.#jobs.get(id)
    if (isFinal(directory.stateOf(known))) {
      this.#vigils.delete(id)
      this.#end(taken, undefined)
      return
    }
    if (taken !== undefined) {
      if (known.epoch !== undefined && compareEpochs(known.epoch, taken.epoch) > 0) {
        this.#stepDown(taken, known.epoch)
      } else if (known.control !== undefined && known.control.control.sequence > taken.stewardship.controlSequence) {
        taken.control(known.control)
      }
    }
    this.#context.own(id)?.stewardshipMoved(known.epoch)
  }

  /** A steward told that it is there. */
  beaconHeard (beacon: Beacon): void {
    for (const { job, epoch } of beacon.jobs) {
      const known = this.#context.directory.get(job)
      if (known?.epoch !== undefined && sameEpoch(known.epoch, epoch)) {
        this.#vigils.get(job)?.watch.heard()
      }
    }
  }

  /** All that was believed about stewards is void: this peer slept. */
  slept (): void {
    for (const { watch } of this.#vigils.values()) {
      watch.heard()
    }
  }

  peersChanged (): void {
    for (const job of this.#jobs.values()) {
      job.custody.peersChanged()
    }
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

  /** Answers a member's question about a stewardship. */
  async answer (question: Exclude<Question, { type: 'keep' }>, from: PeerId): Promise<Answer> {
    switch (question.type) {
      case 'probe': return this.#probed(question)
      case 'ledger': {
        const ledger = this.ledger(question.job)
        return ledger === undefined ? { type: 'refused', reason: 'unknown-job' } : { type: 'ledger', ledger }
      }
      case 'hand-off': return this.#handedOff(question, from)
    }
  }

  /** What this peer knows of a job and keeps of it. */
  ledger (job: JobId): JobLedger | undefined {
    const { directory, own, ledgerOf } = this.#context
    const known = directory.get(job)
    if (known === undefined) {
      return undefined
    }
    const mine = own(job)?.stewardship.view.ledger
    if (mine !== undefined) {
      const accepted = mine.accepted()
      return { job, epoch: known.epoch, accepted, parked: mine.parked(), kept: accepted, bundle: 'whole' }
    }
    const here = ledgerOf(known)
    const taken = this.#jobs.get(job)?.stewardship.view.ledger
    if (taken === undefined) {
      return here
    }
    const accepted = taken.accepted()
    accepted.addAll(here.kept)
    return { ...here, accepted, parked: taken.parked() }
  }

  /** Gives every stewardship of this peer to others, politely: it leaves, or drains. Those that nobody takes it keeps. */
  async handOver (): Promise<void> {
    const { directory, own } = this.#context
    const jobs = directory.live().filter(({ signed }) => this.#jobs.has(signed.id) || own(signed.id)?.steward === 'here')
    await this.#handOver.all(jobs, (known) => this.ledger(known.signed.id), (known, epoch) => { directory.learnEpoch(known.signed.id, epoch) })
  }

  #look (): void {
    const { directory, desk, own, mayTakeOver } = this.#context
    for (const known of directory.live()) {
      const { id } = known.signed
      if (desk.get(id) !== undefined || this.#taking.has(id) || own(id) !== undefined || !mayTakeOver()) {
        this.#vigils.delete(id)
        continue
      }
      const vigil = this.#vigils.get(id) ?? { watch: new StewardWatch(id, this.#context), askedLedgerAtMs: -Infinity }
      this.#vigils.set(id, vigil)
      if (vigil.watch.look(stewardOfKnown(known), () => this.#rank(known)) === 'take-over') {
        void this.#takeOver(known, undefined)
      } else {
        this.#followLedger(known, vigil)
      }
    }
  }

  /** This peer's place among those that could steward a job instead of its steward: 0 is the first. */
  #rank (known: KnownJob): number {
    const { mesh } = this.#context
    const steward = stewardOfKnown(known)
    const able = mesh.peers().filter(({ peer, draining }) => peer !== steward && draining !== true).map(({ peer }) => peer)
    return ranked(known.signed.id, [mesh.self, ...able]).indexOf(mesh.self)
  }

  /** Those next in line keep up with what the steward accepted, so that none of it is rendered again when it vanishes. */
  #followLedger (known: KnownJob, vigil: Vigil): void {
    const nowMs = this.#context.clock.nowMs()
    const isBehind = known.digest !== '' && known.digest !== (known.accepted?.digest ?? new UnitSet(0).digest)
    if (isBehind && nowMs - vigil.askedLedgerAtMs >= LEDGER_FOLLOW_MS + known.grid.units * LEDGER_FOLLOW_MS_PER_UNIT && this.#rank(known) < LEDGER_FOLLOWERS) {
      vigil.askedLedgerAtMs = nowMs
      void this.#askLedger(known)
    }
  }

  async #askLedger (known: KnownJob): Promise<void> {
    const answer = await askWithin(this.#context, stewardOfKnown(known), { type: 'ledger', job: known.signed.id }, UNITE_MS)
    if (answer?.type === 'ledger') {
      this.#context.directory.learnLedger(known.signed.id, answer.ledger.accepted)
    }
  }

  async #probed ({ job, of }: ProbeQuestion): Promise<Answer> {
    const { mesh, desk } = this.#context
    if (of === mesh.self) {
      return { type: 'probed', found: desk.get(job) !== undefined || this.#taking.has(job) || this.#context.own(job)?.steward === 'taking-back' ? 'steward' : 'idle' }
    }
    return this.#mayLookFor(job, of) ? { type: 'probed', found: await this.#handOver.probe(job, of) } : { type: 'refused', reason: 'unknown-job' }
  }

  /** Nobody sends this peer after others as he likes: who is not connected is dialled, and asked after at others, only where a job of it is known. */
  #mayLookFor (job: JobId, of: PeerId): boolean {
    const { directory, mesh } = this.#context
    const known = directory.get(job)
    return mesh.peers().some(({ peer }) => peer === of) || (known !== undefined && [stewardOfKnown(known), known.signed.spec.requester].includes(of))
  }

  /** A steward leaves and wants this peer to take over, or has stepped down and tells what it accepted. */
  async #handedOff (question: HandOff, from: PeerId): Promise<Answer> {
    const { directory, own, mayTakeOver } = this.#context
    directory.learnRecord(question.record)
    const { id } = question.record.job
    const known = directory.get(id)
    if (known === undefined || question.accepted.units !== known.grid.units) {
      return { type: 'refused', reason: 'unknown-job' }
    }
    if (isFinal(directory.stateOf(known))) {
      return { type: 'refused', reason: 'ended' }
    }
    directory.learnLedger(id, question.accepted)
    const mine = own(id)
    const taken = this.#jobs.get(id)
    if (mine !== undefined) {
      return mine.handedBack(question)
    }
    if (taken !== undefined && compareEpochs(taken.epoch, question.epoch) > 0) {
      taken.learnAccepted(question.accepted)
      return { type: 'taken-over', epoch: taken.epoch }
    }
    if (question.epoch.peer !== from || (known.epoch !== undefined && compareEpochs(known.epoch, question.epoch) > 0)) {
      return { type: 'refused', reason: 'stale' }
    }
    if (!mayTakeOver()) {
      return { type: 'refused', reason: 'leaving' }
    }
    const job = await this.#takeOver(known, question)
    return job === undefined ? { type: 'refused', reason: 'stale' } : { type: 'taken-over', epoch: job.epoch }
  }

  async #takeOver (known: KnownJob, from: HandOff | undefined): Promise<TakenOverJob | undefined> {
    const { id } = known.signed
    let taking = this.#taking.get(id)
    if (taking === undefined) {
      taking = this.#take(known, from).catch((error: unknown) => {
        this.#context.log.warn('a job could not be taken over', { job: id, error: error instanceof Error ? error.message : String(error) })
        return undefined
      }).finally(() => {
        this.#taking.delete(id)
        this.#told.delete(id)
      })
      this.#taking.set(id, taking)
      this.#vigils.delete(id)
    }
    return taking
  }

  async #take (known: KnownJob, from: HandOff | undefined): Promise<TakenOverJob | undefined> {
    const { directory, log } = this.#context
    const { id, spec } = known.signed
    const before = known.epoch
    // Who can keep no results stewards nothing, and obeys no stewardship of its own that never begins.
    const custody = await this.#context.custody({ job: known.signed, control: known.control })
    if (isFinal(directory.stateOf(known)) || known.epoch !== before) {
      custody.close()
      return undefined
    }
    const epoch = this.#context.epochs.after(higher(known.epoch, from?.epoch))
    log.info(from === undefined ? 'the steward of a job has vanished; this peer takes over' : 'this peer takes a job over from a steward that leaves', { job: id, scene: spec.name, round: epoch.round })
    directory.learnEpoch(id, epoch)
    this.#tell(known, epoch)
    const united = await this.#unite(known, from)
    // While others were asked, somebody else may have been faster, or the job have ended.
    if (isFinal(directory.stateOf(known)) || !sameEpoch(known.epoch!, epoch)) {
      custody.close()
      return undefined
    }
    directory.learnLedger(id, united.accepted)
    const job = new TakenOverJob({ known, epoch, united, custody }, this.#context)
    this.#jobs.set(id, job)
    job.begin()
    this.#context.begun(job)
    return job
  }

  /** Those whose turn is next are to hear of a take-over before everybody has been asked, which takes as long as their turn if some are silent. */
  #tell (known: KnownJob, epoch: Epoch): void {
    const accepted = known.accepted ?? new UnitSet(known.grid.units)
    this.#told.set(known.signed.id, { job: known.signed.id, epoch, controlSequence: known.control?.control.sequence ?? 0, open: 0, done: accepted.size, digest: accepted.digest })
    this.#context.changed()
  }

  /** What is known of a job by whoever can be reached. One that hands it over knows all; it waits for an answer, so others are asked later. */
  async #unite (known: KnownJob, from: HandOff | undefined): Promise<UnitedLedger> {
    const { id } = known.signed
    const others = from === undefined ? await askLedgers(id, known.grid.units, this.#context) : [from]
    return uniteLedgers(known.grid.units, [this.#context.ledgerOf(known), ...others])
  }

  #stepDown (taken: TakenOverJob, higherEpoch: Epoch): void {
    const ledger = this.ledger(taken.job)
    const { log, mesh } = this.#context
    log.info('another peer stewards a job now; this one steps down', { job: taken.job, peer: this.#context.nameOf(higherEpoch.peer), round: higherEpoch.round })
    this.#end(taken, higherEpoch)
    if (ledger !== undefined && higherEpoch.peer !== mesh.self) {
      void this.#handOver.tell(taken.known, taken.epoch, ledger, higherEpoch.peer)
    }
  }

  #end (taken: TakenOverJob | undefined, next: Epoch | undefined): void {
    if (taken !== undefined) {
      this.#jobs.delete(taken.job)
      taken.end(next)
    }
  }
}

function higher (a: Epoch | undefined, b: Epoch | undefined): Epoch | undefined {
  return a === undefined || (b !== undefined && compareEpochs(b, a) > 0) ? b : a
}
