import { Invariant } from '../invariant.ts'
import type { JobId, PeerId } from '../../../src/core/ids.ts'
import type { LifeEvent, RenderEvent, Rest } from '../invariant.ts'
import type { SentMessage } from '../../support/fake-network.ts'
import type { JobState } from '../../../src/core/job.ts'

/** A worker that the word has reached renders nothing of a cancelled job after this: its engine stops within a second. */
const STOPPED_AFTER_MS = 1_000

/** L3: who has heard that a job is cancelled stops rendering it within a second, and starts nothing of it any more. */
export class QuickCancel extends Invariant {
  readonly name = 'L3'
  readonly #cancelled = new Set<JobId>()
  /** When a peer was told on its lease stream that a job is over. */
  readonly #toldMs = new Map<string, number>()
  readonly #running = new Map<PeerId, Map<JobId, number>>()

  override life (peer: PeerId, event: LifeEvent): void {
    if (event === 'killed' || event === 'power' || event === 'left') {
      this.#running.delete(peer)
    }
    if (event !== 'started') {
      for (const job of this.#cancelled) {
        this.#toldMs.delete(`${peer} ${job}`)
      }
    }
  }

  override said (job: JobId, state: JobState): void {
    if (state === 'cancelled') {
      this.#cancelled.add(job)
    }
  }

  override arrived ({ kind, to, atMs, message }: SentMessage): void {
    const word = message as { readonly type?: string, readonly control?: { readonly control: { readonly job: JobId, readonly state: JobState } } }
    if (kind === 'lease' && word.type === 'control' && word.control?.control.state === 'cancelled') {
      this.#cancelled.add(word.control.control.job)
      this.#toldMs.set(`${to} ${word.control.control.job}`, atMs)
    }
  }

  override render (peer: PeerId, { type, job }: RenderEvent): void {
    const counts = this.#running.get(peer) ?? new Map<JobId, number>()
    this.#running.set(peer, counts)
    counts.set(job, (counts.get(job) ?? 0) + (type === 'started' ? 1 : -1))
    const toldMs = this.#toldMs.get(`${peer} ${job}`)
    if (toldMs !== undefined && this.scene.nowMs - toldMs > STOPPED_AFTER_MS) {
      this.broken(`${peer} ${type === 'started' ? 'starts' : 'still renders'} a unit of ${job.slice(0, 6)}, ${Math.round(this.scene.nowMs - toldMs)} ms after it heard of its end`)
    }
  }

  override atRest (_rest: Rest): void {
    for (const [peer, counts] of this.#running) {
      for (const [job, count] of counts) {
        if (count > 0 && this.scene.isUp(peer)) {
          this.broken(`${peer} still renders ${count} units of ${job.slice(0, 6)}, which has ended`)
        }
      }
    }
  }
}
