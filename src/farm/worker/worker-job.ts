import { Holding } from '../../core/holding.ts'
import { contentOf, unitSamples } from '../../core/units.ts'
import { EngineError, StoreError } from '../../errors.ts'
import { bytesOf } from '../restore.ts'
import { fetchBundle } from './bundle-fetch.ts'
import { FinishedUnits } from './finished-units.ts'
import { JobPace } from './job-pace.ts'
import { causeOf, loadFailure } from './load-failure.ts'
import { renderUnitOf } from './render-unit.ts'
import { UnitGate } from './unit-gate.ts'
import type { Reach } from '../../core/holding.ts'
import type { JobId, PeerId, UnitIndex } from '../../core/ids.ts'
import type { ResultHead, WorkerSpeed } from '../../core/messages.ts'
import type { Measurement } from '../../core/speed.ts'
import type { UnitLogEntry } from '../../core/unit-log.ts'
import type { EngineSession, RenderOutcome, RenderUnit, SceneFiles } from '../../ports.ts'
import type { CacheKeeper } from '../cache/cache-keeper.ts'
import type { KnownJob } from '../directory.ts'
import type { FetchContext } from './bundle-fetch.ts'
import type { LoadFailure } from './load-failure.ts'
import type { ReadyEngine } from '../submission.ts'

/** What a worker's job needs. */
export interface WorkerJobContext extends Omit<FetchContext, 'blobs'> {
  readonly cache: Pick<CacheKeeper, 'hold' | 'recheck'>
  nowMs (): number
  threads (): number
  /** A unit is finished and waits for delivery. */
  finished (job: WorkerJob, unit: UnitIndex): void
  failed (job: WorkerJob, unit: UnitIndex, reason: string, log: string, fault: 'unit' | 'peer'): void
  /** What is to be kept of a unit, for whoever looks for a cause later. */
  keep (job: WorkerJob, unit: UnitIndex, entry: UnitLogEntry): void
  /** For people: see {@link UnitLogEntry}. */
  wallMs (): number
  /** What is not started is to go back, and nothing of the job to be claimed for a while: this peer can not render it now, others may. */
  postpone (job: WorkerJob, ms: number): void
  /** Something changed: the worker is to look whose turn it is. */
  changed (): void
}

type SessionPhase =
  | { readonly phase: 'idle' }
  | { readonly phase: 'preparing', readonly abort: AbortController }
  | { readonly phase: 'ready', readonly session: EngineSession, readonly gate: UnitGate, readonly abort: AbortController }
  | { readonly phase: 'failed', readonly cause: LoadFailure, readonly untilMs: number }
  | { readonly phase: 'closed' }

/** A unit that the engine has. */
interface RunningUnit {
  readonly abort: AbortController
  /** On the wall clock. */
  readonly startedAtMs: number
}

/**
 * One job at a worker: what it holds of it, the engine session that renders it, and the pixels that wait for delivery.
 *
 * The session: idle ─ first grant ─▶ preparing (files, then scene) ─▶ ready ─ evicted ─▶ idle; preparing ─ error ─▶ failed ─ after a while ─▶ idle;
 * any ─ the job ended ─▶ closed.
 */
export class WorkerJob {
  readonly known: KnownJob
  readonly holding: Holding
  /** What was finished and is not delivered. */
  readonly finished = new FinishedUnits()
  readonly #ready: ReadyEngine | undefined
  readonly #context: WorkerJobContext
  readonly #running = new Map<UnitIndex, RunningUnit>()
  #phase: SessionPhase = { phase: 'idle' }
  readonly #pace = new JobPace()
  #transferMs = 0
  #loadMs = 0
  #usedAtMs = 0
  #toldLoadOf: EngineSession | undefined

  /** @param ready undefined: this peer has no such renderer any more, and only delivers what is finished */
  constructor (known: KnownJob, ready: ReadyEngine | undefined, context: WorkerJobContext) {
    this.known = known
    this.#ready = ready
    this.#context = context
    this.holding = new Holding(known.signed.id, known.grid)
  }

  get id (): JobId {
    return this.known.signed.id
  }

  get requester (): PeerId {
    return this.known.signed.spec.requester
  }

  /** As its requester last said; higher is sooner. */
  get priority (): number {
    return this.known.control?.control.priority ?? 0
  }

  /** Whether a scene is loaded, and since when it has not been used. */
  get loadedIdleSinceMs (): number | undefined {
    return this.#phase.phase === 'ready' && this.holding.queued + this.holding.rendering === 0 ? this.#usedAtMs : undefined
  }

  /** Whether the scene's files must stay on this disk: it is loaded, or about to be, or there are units to render. */
  get usesScene (): boolean {
    return this.#phase.phase === 'preparing' || this.#phase.phase === 'ready' || this.holding.queued + this.holding.rendering > 0
  }

  /** Whether its engine waits for units. */
  get waiting (): boolean {
    return this.#phase.phase === 'ready' && this.#phase.gate.waiting
  }

  get speed (): WorkerSpeed {
    return {
      fixedMs: this.#phase.phase === 'ready' ? 0 : this.#loadMs,
      msPerUnit: this.#pace.msPerUnit
    }
  }

  /** Milliseconds that what is not started would last; infinite while the speed is not known and there is enough for all threads. */
  queuedMs (threads: number): number {
    const { msPerUnit } = this.speed
    if (msPerUnit > 0) {
      return this.holding.queued * msPerUnit
    }
    return this.holding.queued + this.holding.rendering >= threads ? Infinity : 0
  }

  /** Loads the scene, unless that has been done, is being done, or has just failed. */
  prepare (): void {
    if (this.#phase.phase === 'failed') {
      if (this.#context.nowMs() < this.#phase.untilMs) {
        this.#giveUpQueued(this.#phase.cause, this.#phase.untilMs - this.#context.nowMs())
        return
      }
      this.#phase = { phase: 'idle' }
    }
    if (this.#phase.phase === 'idle') {
      const abort = new AbortController()
      this.#phase = { phase: 'preparing', abort }
      void this.#prepare(abort)
    }
  }

  /** Gives the waiting engine its next units. Returns how many. */
  dispense (most: number, reach: Reach): number {
    if (this.#phase.phase !== 'ready') {
      return 0
    }
    const nowMs = this.#context.nowMs()
    if (this.holding.rendering === 0) {
      this.#pace.begun(nowMs)
    }
    const units = this.holding.take(Math.min(most, this.#phase.gate.wanted), reach, nowMs)
    if (units.length > 0) {
      this.#usedAtMs = nowMs
      this.#phase.gate.give(units.map((unit) => this.#renderUnit(unit)))
    }
    return units.length
  }

  /** Nobody wants these units any more. */
  abort (units: Iterable<UnitIndex>): void {
    for (const unit of units) {
      this.#running.get(unit)?.abort.abort()
      this.#running.delete(unit)
    }
  }

  /** Everything of this job is taken away; what was finished too. */
  abortAll (): void {
    this.abort(this.holding.revokeAll())
  }

  /** A finished unit's head as of now, with the token of its latest grant; undefined when it is not wanted any more. */
  headOf (unit: UnitIndex): ResultHead | undefined {
    const held = this.holding.unit(unit)
    const head = this.finished.headOf(unit)
    return held === undefined || head === undefined ? undefined : { ...head, token: held.token }
  }

  /** An earlier life of this peer had finished the unit, and left its pixels on the disk. */
  takeUp ({ token, ...head }: ResultHead): void {
    this.holding.takeUp(head.unit, token)
    this.finished.takeUp(head)
  }

  setThreads (threads: number): void {
    if (this.#phase.phase === 'ready') {
      this.#phase.session.setThreads(threads)
    }
  }

  /** Frees the engine; what is held stays held. `closed` for good, `idle` until the next grant. */
  async unload (to: 'idle' | 'closed'): Promise<void> {
    const before = this.#phase
    this.#phase = { phase: to }
    if (before.phase === 'preparing') {
      before.abort.abort()
    } else if (before.phase === 'ready') {
      before.gate.close()
      before.abort.abort()
      await before.session.close()
    }
  }

  /** What this job cost so far, with a unit that took this long. */
  measurement (unit: UnitIndex, threadMs: number): Measurement {
    const { spec } = this.known.signed
    const cost = this.#pace.cost(unitSamples(this.known.grid, unit), threadMs)
    return { job: this.id, fingerprint: spec.fingerprint, scene: spec.bundle.manifest, loadMs: this.#loadMs, ...cost }
  }

  /** Frees the engine, or ends its loading, when nothing is left to render here. */
  freeUnused (): void {
    const { phase } = this.#phase
    if (this.holding.queued + this.holding.rendering === 0 && (phase === 'preparing' || phase === 'ready')) {
      void this.unload('idle')
    }
  }

  async #prepare (abort: AbortController): Promise<void> {
    const { spec } = this.known.signed
    try {
      const fetchedFromMs = this.#context.nowMs()
      const files = await this.#fetch(abort.signal)
      this.#transferMs += this.#context.nowMs() - fetchedFromMs
      if (this.#ready === undefined) {
        throw new EngineError('this peer has no such renderer any more')
      }
      const session = await this.#ready.engine.load(files, spec, this.#context.threads(), abort.signal)
      if (abort.signal.aborted) {
        await session.close()
        return
      }
      // The number may have changed while the scene was loaded.
      session.setThreads(this.#context.threads())
      this.#loadMs = session.loadMs
      this.#context.log.info('a scene is loaded', { job: this.id, scene: spec.name, transferMs: Math.round(this.#transferMs), loadMs: Math.round(session.loadMs) })
      const gate = new UnitGate(() => { this.#context.changed() })
      this.#phase = { phase: 'ready', session, gate, abort }
      this.#usedAtMs = this.#context.nowMs()
      void this.#render(session, gate, abort.signal)
      this.#context.changed()
    } catch (error) {
      const cause = await this.#causeOf(error)
      if (!abort.signal.aborted) {
        this.#loadFailed(cause)
      }
    }
  }

  /** A scene that does not load may have been damaged on this disk since it came: then that is the cause, and it is fetched again. */
  async #causeOf (error: unknown): Promise<unknown> {
    const isDamaged = loadFailure(error).fault === 'scene' && await this.#context.cache.recheck(this.known.signed.spec.bundle.manifest) === 'damaged'
    return isDamaged ? new StoreError('files of the scene were damaged on this disk; they are fetched again', { cause: error }) : error
  }

  /** Brings the scene onto this disk. From then on it stays because this job {@link WorkerJob.usesScene uses} it. */
  async #fetch (signal: AbortSignal): Promise<SceneFiles> {
    const { bundle, requester } = this.known.signed.spec
    const blobs = this.#context.cache.hold()
    try {
      return await fetchBundle(bundle, requester, { ...this.#context, blobs }, signal)
    } finally {
      blobs.release()
    }
  }

  #loadFailed (error: unknown): void {
    const cause = loadFailure(error)
    const details = { job: this.id, reason: cause.reason }
    if (cause.fault === 'peer') {
      this.#context.log.warn('a scene could not be loaded here', details)
    } else {
      this.#context.log.info('a scene could not be loaded', details)
    }
    this.#phase = { phase: 'failed', cause, untilMs: this.#context.nowMs() + cause.retryMs }
    if (cause.fault === 'peer' && cause.tell === 'requester') {
      this.#failQueued(1, cause)
    }
    this.#giveUpQueued(cause, cause.retryMs)
    this.#context.changed()
  }

  /** Units that wait for a scene that can not be loaded fail with it, in that they were tried, or go back when that is only this peer's trouble. */
  #giveUpQueued (cause: LoadFailure, retryMs: number): void {
    if (cause.fault === 'peer') {
      this.#context.postpone(this, retryMs)
    } else {
      this.#failQueued(Infinity, cause)
    }
  }

  #failQueued (most: number, { fault, reason, log }: LoadFailure): void {
    const atMs = this.#context.wallMs()
    for (const unit of this.holding.take(most, 'steward-away', this.#context.nowMs())) {
      this.#failed(unit, atMs, reason, log, fault === 'peer' ? 'peer' : 'unit')
    }
  }

  async #render (session: EngineSession, gate: UnitGate, signal: AbortSignal): Promise<void> {
    try {
      for await (const outcome of session.render(gate, signal)) {
        this.#outcome(outcome)
      }
      if (!signal.aborted) {
        await this.#crashed(session, new EngineError('the renderer stopped before its work was done'))
      }
    } catch (error) {
      if (!signal.aborted) {
        await this.#crashed(session, error)
      }
    }
  }

  /**
   * A renderer that breaks down fails the units it was at, one of which may have been the cause, and is started again for the others.
   * One that breaks down at nothing is as good as one that can not load.
   */
  async #crashed (session: EngineSession, error: unknown): Promise<void> {
    const running = [...this.#running.keys()]
    this.#phase = { phase: 'idle' }
    await session.close()
    if (running.length === 0) {
      this.#loadFailed(error)
      return
    }
    const { reason, log } = causeOf(error)
    for (const unit of running) {
      this.#outcome({ state: 'failed', unit, reason, log })
    }
  }

  #outcome (outcome: RenderOutcome): void {
    const { unit } = outcome
    const running = this.#running.get(unit)
    if (running === undefined) {
      return
    }
    this.#running.delete(unit)
    if (outcome.state === 'failed') {
      this.#failed(unit, running.startedAtMs, outcome.reason, outcome.log, 'unit')
    } else if (this.holding.finish(unit) !== undefined) {
      this.#pace.finished(this.#context.nowMs())
      this.#keep(unit, outcome)
      this.#context.keep(this, unit, {
        type: 'rendered', startedAtMs: running.startedAtMs, atMs: this.#context.wallMs(), renderMs: outcome.renderMs, threads: this.#context.threads(), log: outcome.log ?? ''
      })
      this.#context.finished(this, unit)
    }
    this.#context.changed()
  }

  #failed (unit: UnitIndex, startedAtMs: number, reason: string, log: string, fault: 'unit' | 'peer'): void {
    this.#context.keep(this, unit, { type: 'failed', startedAtMs, atMs: this.#context.wallMs(), threads: this.#context.threads(), reason, log })
    this.#context.failed(this, unit, reason, log, fault)
  }

  #keep (unit: UnitIndex, outcome: RenderOutcome & { state: 'rendered' }): void {
    const pixels = bytesOf(outcome.pixels)
    this.finished.add({
      job: this.id,
      unit,
      content: contentOf(this.known.grid),
      bytes: pixels.byteLength,
      sha256: this.#context.sha256(pixels),
      phases: { transferMs: this.#transferMs, loadMs: this.#takeLoadMs(), renderMs: outcome.renderMs }
    }, pixels, this.#context.nowMs())
    this.#transferMs = 0
  }

  /** Loading is told once, with the first result after it. */
  #takeLoadMs (): number {
    if (this.#phase.phase !== 'ready' || this.#toldLoadOf === this.#phase.session) {
      return 0
    }
    this.#toldLoadOf = this.#phase.session
    return this.#phase.session.loadMs
  }

  #renderUnit (unit: UnitIndex): RenderUnit {
    const abort = new AbortController()
    this.#running.set(unit, { abort, startedAtMs: this.#context.wallMs() })
    return renderUnitOf(this.known.grid, unit, abort.signal)
  }
}
