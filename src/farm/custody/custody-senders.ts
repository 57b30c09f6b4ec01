import { CUSTODIAN_SILENCE_MS, SENDER_IDLE_MS, SLOWEST_BYTES_PER_MS } from './limits.ts'
import type { PeerId } from '../../core/ids.ts'
import type { ResultAnswer, ResultHead } from '../../core/messages.ts'
import type { Clock, Log, Mesh, ResultSender, Timer } from '../../ports.ts'

/** What sending to custodians needs. */
export interface CustodySendersContext {
  readonly mesh: Pick<Mesh, 'openResults'>
  readonly clock: Clock
  readonly log: Log
}

/** A stream to one custodian: in use, or idle until its timer closes it. */
interface Line {
  readonly opening: Promise<ResultSender>
  underWay: number
  underWayBytes: number
  heardAtMs: number
  idle: Timer | undefined
}

/** The streams on which results go to custodians: one to each, for all jobs. */
export class CustodySenders {
  readonly #context: CustodySendersContext
  readonly #lines = new Map<PeerId, Line>()

  constructor (context: CustodySendersContext) {
    this.#context = context
  }

  /**
   * Sends a result to be kept. `silent`: the peer can not be reached, or said nothing for longer than what is under way to it explains. An answer
   * that comes later still is told to `late`. Never rejects.
   */
  async deliver (peer: PeerId, head: ResultHead, bytes: Uint8Array, late: (answer: ResultAnswer) => void): Promise<ResultAnswer | 'silent'> {
    const line = this.#line(peer)
    line.underWay++
    line.underWayBytes += head.bytes
    line.idle?.stop()
    const { clock, log } = this.#context
    const startMs = clock.nowMs()
    return new Promise((resolve) => {
      let timer: Timer | undefined
      let isLate = false
      const settle = (answer: ResultAnswer | 'silent'): void => {
        timer?.stop()
        line.underWay--
        line.underWayBytes -= head.bytes
        this.#idle(peer, line)
        if (isLate && answer !== 'silent') {
          late(answer)
        }
        resolve(answer)
      }
      const look = (): void => {
        const patienceMs = CUSTODIAN_SILENCE_MS + line.underWayBytes / SLOWEST_BYTES_PER_MS
        const quietMs = clock.nowMs() - Math.max(startMs, line.heardAtMs)
        if (quietMs < patienceMs) {
          timer = clock.after(patienceMs - quietMs, look)
          return
        }
        isLate = true
        this.#drop(peer, line)
        resolve('silent')
      }
      look()
      line.opening.then(async (sender) => sender.deliver(head, bytes)).then((answer) => {
        line.heardAtMs = clock.nowMs()
        settle(answer)
      }, (error: unknown) => {
        log.debug('a result did not reach a custodian', { peer, job: head.job, unit: head.unit, error: String(error) })
        this.#drop(peer, line)
        settle('silent')
      })
    })
  }

  close (): void {
    for (const [peer, line] of this.#lines) {
      this.#drop(peer, line)
    }
  }

  #line (peer: PeerId): Line {
    const before = this.#lines.get(peer)
    if (before !== undefined) {
      return before
    }
    const line: Line = { opening: this.#context.mesh.openResults(peer), underWay: 0, underWayBytes: 0, heardAtMs: this.#context.clock.nowMs(), idle: undefined }
    this.#lines.set(peer, line)
    return line
  }

  #idle (peer: PeerId, line: Line): void {
    if (line.underWay === 0 && this.#lines.get(peer) === line) {
      line.idle = this.#context.clock.after(SENDER_IDLE_MS, () => { this.#drop(peer, line) })
    }
  }

  #drop (peer: PeerId, line: Line): void {
    if (this.#lines.get(peer) === line) {
      this.#lines.delete(peer)
    }
    line.idle?.stop()
    line.opening.then(async (sender) => { await sender.close() }).catch(() => {})
  }
}
