import { compareEpochs } from '../core/epoch.ts'
import { rangesOf } from '../core/ledger.ts'
import { askLedgers, uniteLedgers } from './succession/unite.ts'
import type { Epoch } from '../core/epoch.ts'
import type { UnitSet } from '../core/ledger.ts'
import type { SignedJob } from '../core/messages.ts'
import type { Answer, HandOff } from '../core/questions.ts'
import type { StewardInit } from '../core/steward/state.ts'
import type { JobStore, Log } from '../ports.ts'
import type { Epochs } from './epochs.ts'
import type { StewardDesk } from './steward-desk.ts'
import type { Stewardship } from './stewardship.ts'
import type { UniteContext } from './succession/unite.ts'

/** What the stewardship of an own job needs of the job and of its peer. */
export interface OwnStewardshipContext extends UniteContext {
  readonly desk: StewardDesk
  readonly log: Log
  readonly store: Pick<JobStore, 'append'>
  readonly epochs: Pick<Epochs, 'after'>
  /** Runs a steward of this job. */
  make (init: Pick<StewardInit, 'epoch' | 'accepted' | 'parked' | 'out' | 'totals' | 'elsewhere' | 'hearing'>): Stewardship
  /** Whether there is anything left to steward. */
  goesOn (): boolean
  /** Whether this peer takes stewardships over: not while it drains or leaves. */
  mayTakeOver (): boolean
  /** This peer obeys this stewardship of its own from now on. */
  adopted (epoch: Epoch): void
  /** Units that others accepted, and whose results are not here yet. */
  elsewhere (units: UnitSet): void
}

/** Pause before a disk that did not take the next epoch is asked again. */
const RETRY_MS = 5_000

/**
 * The stewardship of one job at its requester, which it has whenever it can: another peer takes it over while this one is away, or is handed it
 * when this one drains or leaves, and gives it back as soon as the two meet.
 *
 * new ─ begin ─▶ here ─ a higher one is heard of ─▶ taking-back ─ ledgers united ─▶ here;
 * here ─ a higher one is heard of while this peer drains or leaves ─▶ elsewhere ─ it drains no longer ─▶ taking-back.
 */
export class OwnStewardship {
  readonly #signed: SignedJob
  readonly #context: OwnStewardshipContext
  #current: Stewardship
  #state: 'new' | 'here' | 'taking-back' | 'elsewhere' = 'new'
  /** The highest stewardship heard of. */
  #highest: Epoch
  #takingBack: Promise<void> = Promise.resolve()

  constructor (signed: SignedJob, init: Pick<StewardInit, 'epoch' | 'accepted' | 'parked' | 'out' | 'totals'>, context: OwnStewardshipContext) {
    this.#signed = signed
    this.#context = context
    this.#highest = init.epoch
    this.#current = context.make(init)
  }

  /** What this peer knows of the job's units, whether it stewards it now or not. */
  get current (): Stewardship {
    return this.#current
  }

  get state (): 'new' | 'here' | 'taking-back' | 'elsewhere' {
    return this.#state
  }

  /** Opens the job for workers. */
  begin (): void {
    this.#state = 'here'
    this.#context.adopted(this.#current.view.epoch)
    this.#open()
  }

  /** A stewardship was heard of, or this peer takes stewardships over again. */
  moved (epoch: Epoch | undefined): void {
    if (this.#state === 'new' || epoch === undefined) {
      return
    }
    if (compareEpochs(epoch, this.#highest) > 0) {
      this.#highest = epoch
    }
    const isOvertaken = compareEpochs(this.#highest, this.#current.view.epoch) > 0
    if (!isOvertaken || this.#state === 'taking-back' || !this.#context.goesOn()) {
      return
    }
    this.#context.desk.remove(this.#signed.id, this.#highest)
    this.#state = 'elsewhere'
    if (this.#context.mayTakeOver()) {
      this.#state = 'taking-back'
      this.#takingBack = this.#takeBack()
    }
  }

  /** A steward hands the job back, or tells what it accepted before it stepped down. */
  async handedBack ({ accepted }: Pick<HandOff, 'accepted'>): Promise<Answer> {
    if (!this.#context.goesOn()) {
      return { type: 'refused', reason: 'ended' }
    }
    await this.#takingBack
    if (this.#state !== 'here') {
      return { type: 'refused', reason: 'leaving' }
    }
    this.#learnElsewhere(accepted)
    return { type: 'taken-over', epoch: this.#current.view.epoch }
  }

  async #takeBack (): Promise<void> {
    const { log, store, epochs, clock, adopted, goesOn } = this.#context
    const { id } = this.#signed
    try {
      const epoch = epochs.after(this.#highest)
      await store.append({ type: 'epoch', epoch })
      this.#highest = epoch
      adopted(epoch)
      const ledgers = await askLedgers(id, this.#current.view.grid.units, this.#context)
      if (goesOn()) {
        this.#begin(epoch, ledgers)
      }
    } catch (error) {
      log.warn('a job could not be taken back from its steward yet', { job: id, error: error instanceof Error ? error.message : String(error) })
      this.#state = 'elsewhere'
      clock.after(RETRY_MS, () => { this.moved(this.#highest) })
    }
  }

  /** Begins the next stewardship with what the last one here knew, and what others found out meanwhile. */
  #begin (epoch: Epoch, ledgers: Awaited<ReturnType<typeof askLedgers>>): void {
    const { ledger, account, grid } = this.#current.view
    const accepted = ledger.accepted()
    const united = uniteLedgers(grid.units, ledgers)
    const elsewhere = united.accepted.without(accepted)
    const parked = [...ledger.parked(), ...united.parked].filter((unit) => !accepted.has(unit) && !elsewhere.has(unit))
    this.#context.log.info('a job is stewarded by its requester again', { job: this.#signed.id, round: epoch.round, here: accepted.size, elsewhere: elsewhere.size })
    this.#current = this.#context.make({
      epoch,
      accepted: rangesOf(accepted.values()),
      parked: [...new Set(parked)],
      totals: account.totals(),
      elsewhere,
      hearing: 'everyone'
    })
    this.#state = 'here'
    this.#open()
    this.#context.elsewhere(elsewhere)
    // Somebody else may have taken over while the others were asked.
    this.moved(this.#highest)
  }

  #learnElsewhere (units: UnitSet): void {
    const { grid, ledger } = this.#current.view
    if (units.units === grid.units) {
      const elsewhere = units.without(ledger.accepted())
      this.#current.learnElsewhere(elsewhere)
      this.#context.elsewhere(elsewhere)
    }
  }

  #open (): void {
    this.#context.desk.add(this.#current)
    this.#current.begin()
  }
}
