import { Invariant } from '../invariant.ts'
import type { JobId, PeerId } from '../../../src/core/ids.ts'
import type { RenderEvent, Rest } from '../invariant.ts'

/** How long several requesters must have had work before shares are compared, and the least index that is fair. */
const SATURATED_MS = 300_000
const LEAST_JAIN_INDEX = 0.95

/** L4: in a mesh where nothing goes wrong, requesters that all have work get equal shares of it over five minutes. (Jain, Chiu, Hawe 1984.) */
export class FairShare extends Invariant {
  readonly name = 'L4'
  readonly #startedMs = new Map<string, number>()
  /** Renders that ended, in order. */
  readonly #renders: { readonly requester: PeerId, readonly fromMs: number, readonly toMs: number }[] = []

  override render (peer: PeerId, { type, job, unit }: RenderEvent): void {
    if (this.scene.plan.mood !== 'calm') {
      return
    }
    const key = `${peer} ${job} ${unit}`
    if (type === 'started') {
      this.#startedMs.set(key, this.scene.nowMs)
    } else {
      const requester = this.#requesterOf(job)
      this.#renders.push({ requester, fromMs: this.#startedMs.get(key)!, toMs: this.scene.nowMs })
    }
  }

  override atRest (_rest: Rest): void {
    const requesters = [...new Set(this.#renders.map(({ requester }) => requester))]
    const firstMs = Math.max(...requesters.map((one) => Math.min(...this.#of(one).map(({ fromMs }) => fromMs))))
    const lastMs = Math.min(...requesters.map((one) => Math.max(...this.#of(one).map(({ toMs }) => toMs))))
    if (requesters.length < 2 || lastMs - firstMs < SATURATED_MS) {
      return
    }
    const shares = requesters.map((one) => this.#of(one).reduce((sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(toMs, lastMs) - Math.max(fromMs, firstMs)), 0))
    const index = shares.reduce((sum, share) => sum + share, 0) ** 2 / (shares.length * shares.reduce((sum, share) => sum + share ** 2, 0))
    if (index < LEAST_JAIN_INDEX) {
      this.broken(`requesters got ${shares.map((share) => `${Math.round(share)} ms`).join(', ')} of rendering: a Jain index of ${index.toFixed(3)}`)
    }
  }

  #of (requester: PeerId): readonly { readonly fromMs: number, readonly toMs: number }[] {
    return this.#renders.filter((render) => render.requester === requester)
  }

  #requesterOf (job: JobId): PeerId {
    return this.scene.job(job)!.spec.requester
  }
}
