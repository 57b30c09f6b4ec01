import { Holding } from '../../src/core/holding.ts'
import { rectsOf } from '../../src/core/rect.ts'
import { contentOf, unitBytes } from '../../src/core/units.ts'
import type { Steward } from '../../src/core/steward/steward.ts'
import type { Token } from '../../src/core/epoch.ts'
import type { StewardEffect } from '../../src/core/events.ts'
import type { PeerId, UnitIndex } from '../../src/core/ids.ts'
import type { JobSpec } from '../../src/core/job.ts'
import type { ResultHead, StewardMessage } from '../../src/core/messages.ts'
import type { UnitGrid } from '../../src/core/units.ts'

/** What a model worker and its steward share. */
export interface ModelJob {
  readonly job: string
  readonly spec: JobSpec
  readonly grid: UnitGrid
  readonly steward: Steward
  nowMs: number
  /** Carries out what the steward decided: messages to workers come back through {@link ModelWorker.hear}. */
  perform (effects: readonly StewardEffect[]): void
}

/**
 * A worker without threads, streams or pixels, for tests of the steward alone: what it holds is kept by the real {@link Holding},
 * and each of its moves is one call. Messages are delivered at once, and only while it is connected.
 */
export class ModelWorker {
  readonly peer: PeerId
  readonly #job: ModelJob
  #holding: Holding
  #rendering: UnitIndex[] = []
  #finished: UnitIndex[] = []
  /** Results already delivered once, to be delivered again by {@link repeat}. */
  #delivered: ResultHead[] = []
  connected = false
  #shown = false
  #claimedAtMs = 0

  constructor (peer: PeerId, job: ModelJob) {
    this.peer = peer
    this.#job = job
    this.#holding = new Holding(job.job, job.grid)
  }

  get idle (): boolean {
    return this.#holding.empty
  }

  connect (): void {
    if (!this.connected) {
      this.connected = true
      this.#shown = false
      this.#job.perform(this.#job.steward.connected(this.peer, this.#job.nowMs))
    }
  }

  disconnect (graceMs: number): void {
    if (this.connected) {
      this.connected = false
      this.#job.perform(this.#job.steward.disconnected(this.peer, graceMs, this.#job.nowMs))
    }
  }

  /** Loses everything it held, as a kill does. */
  forgetAll (): void {
    this.#holding = new Holding(this.#job.job, this.#job.grid)
    this.#rendering = []
    this.#finished = []
    this.#delivered = []
  }

  claim (threads: number, msPerUnit: number): void {
    if (!this.connected) {
      return
    }
    const { holding, undelivered } = this.#holding.show()
    this.#claimedAtMs = this.#job.nowMs
    const shown = this.#shown ? { holding: [], undelivered } : { holding, undelivered }
    this.#shown = true
    this.#job.perform(this.#job.steward.claim(this.peer, {
      type: 'claim', job: this.#job.job, fingerprint: this.#job.spec.fingerprint, threads, speed: { fixedMs: 0, msPerUnit }, ...shown
    }, this.#job.nowMs))
  }

  renew (): void {
    if (this.connected) {
      const reports = this.#holding.reports()
      const { effects, live } = this.#job.steward.renew(this.peer, reports, this.#job.nowMs)
      this.#job.perform(effects)
      this.#holding.renewed(reports.map(({ token }) => token), live.map(({ token }) => token), this.#job.nowMs)
    }
  }

  /** Starts up to `most` units and says so. */
  start (most: number): void {
    this.#rendering.push(...this.#holding.take(most, this.connected ? 'steward-reachable' : 'steward-away', this.#job.nowMs))
    if (this.connected) {
      this.#job.perform(this.#job.steward.started(this.peer, this.#holding.reports(), this.#job.nowMs))
    }
  }

  /** Finishes the unit that was started first. */
  finish (): void {
    const unit = this.#rendering.shift()
    if (unit !== undefined && this.#holding.finish(unit) !== undefined) {
      this.#finished.push(unit)
    }
  }

  /** The unit that was started first can not be rendered. */
  fail (): void {
    const unit = this.#rendering[0]
    const held = unit === undefined ? undefined : this.#holding.unit(unit)
    if (this.connected && unit !== undefined && held !== undefined) {
      this.#rendering.shift()
      const { token } = held
      this.#holding.forget(unit)
      this.#job.perform(this.#job.steward.failed(this.peer, { type: 'failed', job: this.#job.job, token, unit, reason: 'no', log: '' }, this.#job.nowMs))
    }
  }

  /** Delivers the unit that was finished first; the answer, or undefined when there was none. */
  deliver (renderMs: number): string | undefined {
    const unit = this.#finished[0]
    const held = unit === undefined ? undefined : this.#holding.unit(unit)
    if (unit === undefined || held === undefined) {
      this.#finished.shift()
      return undefined
    }
    const head: ResultHead = {
      job: this.#job.job,
      unit,
      token: held.token,
      content: contentOf(this.#job.grid),
      bytes: unitBytes(this.#job.grid, unit),
      sha256: '0'.repeat(64),
      phases: { transferMs: 0, loadMs: 0, renderMs }
    }
    const answer = this.#offer(head)
    if (answer !== 'unknown-token') {
      this.#finished.shift()
      this.#holding.forget(unit)
      this.#delivered.push(head)
    }
    return answer
  }

  /** Delivers an old result again, as after a lost answer. */
  repeat (index: number): string | undefined {
    const head = this.#delivered[index % Math.max(1, this.#delivered.length)]
    return head === undefined ? undefined : this.#offer(head)
  }

  /** Gives up what is not started, and says so when it can. */
  leave (): void {
    for (const { token, units } of this.#holding.giveBackAll('queued')) {
      this.#release(token, units, 'leaving')
    }
  }

  hear (message: StewardMessage): void {
    if (!this.connected) {
      return
    }
    switch (message.type) {
      case 'grant':
        this.#holding.grant(message, this.#claimedAtMs)
        break
      case 'recall':
        this.#release(message.token, this.#holding.giveBack(message.token, message.units), 'recalled')
        break
      case 'revoke': {
        const aborted = new Set(this.#holding.revoke(message.token, message.rects, message.reason))
        this.#rendering = this.#rendering.filter((unit) => !aborted.has(unit))
        break
      }
      default:
    }
  }

  #offer (head: ResultHead): string {
    const verdict = this.#job.steward.judge(this.peer, head)
    if (verdict !== 'take') {
      return verdict
    }
    this.#job.perform(this.#job.steward.accept(head, { unit: head.unit, worker: this.peer, bytes: head.bytes, phases: head.phases }, this.#job.nowMs))
    return 'accepted'
  }

  #release (token: Token, units: readonly UnitIndex[], reason: 'recalled' | 'leaving'): void {
    if (this.connected) {
      this.#job.perform(this.#job.steward.release(this.peer, {
        type: 'release', job: this.#job.job, token, rects: rectsOf(this.#job.grid, units), reason
      }, this.#job.nowMs))
    }
  }
}
