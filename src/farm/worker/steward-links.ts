import { StewardLink } from './steward-link.ts'
import type { PeerId } from '../../core/ids.ts'
import type { Clock, Log, Mesh } from '../../ports.ts'
import type { LinkEvents } from './steward-link.ts'

/** What links need. */
export interface StewardLinksContext extends LinkEvents {
  readonly mesh: Mesh
  readonly clock: Clock
  readonly log: Log
  /** Whether this worker has anything of a job that a peer stewards. */
  isNeeded (steward: PeerId): boolean
}

/** The links of a worker to stewards: one to each whose jobs it has anything of, however many there have been. */
export class StewardLinks {
  readonly #context: StewardLinksContext
  readonly #links = new Map<PeerId, StewardLink>()

  constructor (context: StewardLinksContext) {
    this.#context = context
  }

  /** The link to a peer, if there is one. */
  get (steward: PeerId): StewardLink | undefined {
    return this.#links.get(steward)
  }

  /** The link to a peer, opened when there is none. */
  to (steward: PeerId): StewardLink {
    let link = this.#links.get(steward)
    if (link === undefined) {
      link = new StewardLink(steward, this.#context, this.#context)
      this.#links.set(steward, link)
      link.open()
    }
    return link
  }

  /** Whether it is worth trying to talk to a peer: it is a member that is there. One that is not is talked to once it joins. */
  mayReach (steward: PeerId): boolean {
    const { mesh } = this.#context
    return this.#links.has(steward) || steward === mesh.self || mesh.peers().some(({ peer }) => peer === steward)
  }

  /** Ends the link to a peer if it is not needed any more. */
  tidy (steward: PeerId): void {
    const link = this.#links.get(steward)
    if (link !== undefined && !this.#context.isNeeded(steward)) {
      this.#links.delete(steward)
      void link.end()
    }
  }

  /** This peer slept: see {@link StewardLink.renewStream}. */
  renewStreams (): void {
    for (const link of this.#links.values()) {
      link.renewStream()
    }
  }

  async end (): Promise<void> {
    await Promise.all(Array.from(this.#links.values(), async (link) => { await link.end() }))
  }
}
