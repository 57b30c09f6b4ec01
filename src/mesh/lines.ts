import { ChannelClosedError } from '../errors.ts'
import { Credit } from './credit.ts'
import type { PeerId } from '../core/ids.ts'
import type { Clock } from '../ports.ts'

/** What the lines of a kind allow. */
export interface LinesInit {
  readonly clock: Clock
  /** So many at a time, of each peer. */
  readonly atOnce: number
  /** Who has waited for so long, in milliseconds, is turned away. */
  readonly patienceMs: number
}

interface Line {
  readonly credit: Credit
  /** Who is in it, or has had its turn and is not done. */
  count: number
}

/** Lets a fixed number of tasks with each peer run at a time, as many as that peer takes; the others wait in line for it. */
export class Lines {
  readonly #init: LinesInit
  readonly #lines = new Map<PeerId, Line>()

  constructor (init: LinesInit) {
    this.#init = init
  }

  /** Runs a task when its turn comes. @throws ChannelClosedError when it does not come in time */
  async run<T> (peer: PeerId, task: () => Promise<T>): Promise<T> {
    const line = this.#lineOf(peer)
    line.count++
    try {
      await this.#turn(line.credit)
      try {
        return await task()
      } finally {
        line.credit.release()
      }
    } finally {
      line.count--
      if (line.count === 0) {
        this.#lines.delete(peer)
      }
    }
  }

  #lineOf (peer: PeerId): Line {
    const known = this.#lines.get(peer) ?? { credit: new Credit(this.#init.atOnce), count: 0 }
    this.#lines.set(peer, known)
    return known
  }

  /** A turn that comes too late is passed on. */
  async #turn (credit: Credit): Promise<void> {
    const turn = credit.acquire()
    const late = Promise.withResolvers<never>()
    let isLate = false
    const timer = this.#init.clock.after(this.#init.patienceMs, () => {
      isLate = true
      late.reject(new ChannelClosedError('too much else is asked of the peer'))
    })
    turn.then(() => {
      if (isLate) {
        credit.release()
      }
    }, () => {})
    try {
      await Promise.race([turn, late.promise])
    } finally {
      timer.stop()
    }
  }
}
