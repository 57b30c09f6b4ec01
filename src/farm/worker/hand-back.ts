import { HAND_BACK_AFTER_MS } from '../limits.ts'
import type { Clock, Timer } from '../../ports.ts'
import type { Leases } from './leases.ts'
import type { WorkerJob } from './worker-job.ts'

/** What handing back takes. */
export interface HandBackInit {
  readonly clock: Clock
  readonly leases: Leases
  /** Jobs of others that this worker has anything of. */
  others (): readonly WorkerJob[]
}

/**
 * Clears a machine that its person wants back, of others' work: what is not started goes to other workers at once; what is being rendered may be
 * finished for {@link HAND_BACK_AFTER_MS}, then it goes too; scenes that nothing is rendered of are freed. What is finished is delivered.
 *
 * idle ─ begin ─▶ clearing ─ after a while ─▶ cleared; both ─ end ─▶ idle.
 */
export class HandBack {
  readonly #init: HandBackInit
  #state: { readonly state: 'idle' } | { readonly state: 'clearing', readonly timer: Timer } | { readonly state: 'cleared' } = { state: 'idle' }

  constructor (init: HandBackInit) {
    this.#init = init
  }

  /** Whether the machine is wanted back. */
  get isOn (): boolean {
    return this.#state.state !== 'idle'
  }

  begin (): void {
    if (this.isOn) {
      return
    }
    this.#state = {
      state: 'clearing',
      timer: this.#init.clock.after(HAND_BACK_AFTER_MS, () => {
        this.#state = { state: 'cleared' }
        this.look()
      })
    }
    this.look()
  }

  end (): void {
    if (this.#state.state === 'clearing') {
      this.#state.timer.stop()
    }
    this.#state = { state: 'idle' }
  }

  /** Does what is due: also of what a steward granted again since, to whom it had been shown. */
  look (): void {
    if (!this.isOn) {
      return
    }
    for (const job of this.#init.others()) {
      if (this.#state.state === 'cleared') {
        this.#init.leases.giveBack(job)
      } else {
        this.#init.leases.yieldQueued(job)
      }
      job.freeUnused()
    }
  }
}
