import { Invariant } from '../invariant.ts'
import { GrantBook, tokenKey } from '../grants.ts'
import type { PeerId } from '../../../src/core/ids.ts'
import type { SentMessage } from '../../support/fake-network.ts'
import type { LifeEvent } from '../invariant.ts'

/** S3: no two stewards, nor two lives of one, ever use one (job, epoch), and no grant number repeats within an epoch. */
export class OneEpoch extends Invariant {
  readonly name = 'S3'
  readonly #grants = new GrantBook(this.scene)
  readonly #seen = new Set<string>()
  readonly #lives = new Map<PeerId, number>()
  /** Who granted under an epoch of a job, and in which of its lives. */
  readonly #owners = new Map<string, string>()

  override life (peer: PeerId, event: LifeEvent): void {
    if (event === 'killed' || event === 'power' || event === 'left') {
      this.#lives.set(peer, (this.#lives.get(peer) ?? 0) + 1)
    }
  }

  override sent (message: SentMessage): void {
    const sent = this.#grants.note(message)
    if (sent === undefined) {
      return
    }
    const { job, token } = sent.grant
    const { round, peer, instance } = token.epoch
    const epoch = `${job} ${round} ${peer} ${instance}`
    const owner = `${sent.steward}, life ${this.#lives.get(sent.steward) ?? 0}`
    const before = this.#owners.get(epoch) ?? owner
    this.#owners.set(epoch, owner)
    if (before !== owner || peer !== sent.steward) {
      this.broken(`${owner} grants under the epoch of ${before} (round ${round}, ${peer})`)
    }
    if (this.scene.plan.mood === 'calm' && sent.steward !== this.scene.job(job)?.spec.requester) {
      this.broken(`${sent.steward} took over in a mesh where nobody went away`)
    }
    const key = tokenKey(job, token)
    if (this.#seen.has(key)) {
      this.broken(`${sent.steward} used grant number ${token.grant} twice`)
    }
    this.#seen.add(key)
  }
}
