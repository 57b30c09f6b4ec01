import { ChannelClosedError } from '../errors.ts'
import { TokenBuckets } from './token-bucket.ts'
import type { PeerId } from '../core/ids.ts'
import type { Clock, Timer } from '../ports.ts'

/** How often is looked whether a peer would take the next. */
const LOOK_MS = 50

/** What the lines of a kind allow. */
export interface LinesInit {
  readonly clock: Clock
  /** So many at a time, with each peer. */
  readonly atOnce: number
  /** So many a second, with each peer, and what is saved up of the last seconds. */
  readonly perSecond: number
  readonly burstSeconds: number
  /** Who has waited for so long, in milliseconds, is turned away. */
  readonly patienceMs: number
}

/** Who waits for its turn with one peer. */
interface Line {
  readonly waiting: PromiseWithResolvers<void>[]
  running: number
  /** Looks again while the next is held up by the rate alone. */
  timer: Timer | undefined
}

/** Lets as many tasks with each peer run at a time, and as often, as that peer takes; the others wait in line for it. */
export class Lines {
  readonly #init: LinesInit
  readonly #rate: TokenBuckets
  readonly #lines = new Map<PeerId, Line>()

  constructor (init: LinesInit) {
    this.#init = init
    this.#rate = new TokenBuckets(init.clock, { messagesPerSecond: init.perSecond, bytesPerSecond: 0, burstSeconds: init.burstSeconds })
  }

  /** Runs a task when its turn comes. @throws ChannelClosedError when it does not come in time */
  async run<T> (peer: PeerId, task: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(peer) ?? { waiting: [], running: 0, timer: undefined }
    this.#lines.set(peer, line)
    const turn = Promise.withResolvers<void>()
    line.waiting.push(turn)
    const patience = this.#init.clock.after(this.#init.patienceMs, () => {
      line.waiting.splice(line.waiting.indexOf(turn), 1)
      turn.reject(new ChannelClosedError('too much else is asked of the peer'))
      this.#next(peer, line)
    })
    this.#next(peer, line)
    await turn.promise.finally(() => { patience.stop() })
    try {
      return await task()
    } finally {
      line.running--
      this.#next(peer, line)
    }
  }

  #next (peer: PeerId, line: Line): void {
    while (line.waiting.length > 0 && line.running < this.#init.atOnce && this.#rate.spend(peer, 0)) {
      line.running++
      line.waiting.shift()!.resolve()
    }
    line.timer?.stop()
    line.timer = undefined
    if (line.waiting.length > 0 && line.running < this.#init.atOnce) {
      line.timer = this.#init.clock.after(LOOK_MS, () => { this.#next(peer, line) })
    } else if (line.waiting.length === 0 && line.running === 0) {
      this.#lines.delete(peer)
    }
  }
}
