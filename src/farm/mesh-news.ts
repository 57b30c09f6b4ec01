import { EventHub } from './event-hub.ts'
import { jobEventOf } from './job-event.ts'
import type { FollowItem } from '../api.ts'
import type { FarmEvent, MeshPeer } from '../ports.ts'
import type { Directory, KnownJob } from './directory.ts'

/** What happens in the mesh, for those who watch it: members that come and go, jobs that become known. */
export class MeshNews {
  readonly #directory: Directory
  readonly #hub = new EventHub()
  readonly #told = new WeakSet<KnownJob>()

  constructor (directory: Directory) {
    this.#directory = directory
  }

  /** The members present and the jobs that have not ended first, then what happens. */
  follow (members: readonly MeshPeer[], signal: AbortSignal): AsyncIterable<FollowItem> {
    const present = members.map(({ peer, name }): FarmEvent => ({ event: 'peer', peer, state: 'joined', name }))
    const open = this.#directory.live().map(({ signed, grid }): FarmEvent => jobEventOf(signed, grid))
    return this.#hub.follow('none', [...present, ...open].map((event): FollowItem => ({ type: 'event', event })), signal)
  }

  member (event: FarmEvent & { event: 'peer' }): void {
    this.#hub.publish({ type: 'event', event })
  }

  /** Something about a job was learned. One that is new is told of once this turn is over: the word that it has ended may come in the same breath. */
  jobChanged (job: KnownJob): void {
    if (!this.#told.has(job)) {
      this.#told.add(job)
      void Promise.resolve().then(() => {
        if (this.#directory.live().includes(job)) {
          this.#hub.publish({ type: 'event', event: jobEventOf(job.signed, job.grid) })
        }
      })
    }
  }

  end (): void {
    this.#hub.end()
  }
}
