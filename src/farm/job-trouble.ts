import type { JobId } from '../core/ids.ts'
import type { Log } from '../ports.ts'
import type { EventHub } from './event-hub.ts'

/** What goes wrong with one job at its requester's peer, told to the log and to whoever follows it. */
export class JobTrouble {
  readonly #job: JobId
  readonly #hub: EventHub
  readonly #log: Log
  #store: string | undefined

  constructor (job: JobId, hub: EventHub, log: Log) {
    this.#job = job
    this.#hub = hub
    this.#log = log
  }

  /** Why the journal refused what it was given last; undefined: it did not. */
  get store (): string | undefined {
    return this.#store
  }

  /** The journal took something. */
  stored (): void {
    this.#store = undefined
  }

  /** The journal refused something: told once, until it takes something again. */
  storeFailed (error: unknown): void {
    const isNew = this.#store === undefined
    this.#store = messageOf(error)
    if (isNew) {
      this.report('store', error)
    }
  }

  /** @param code what it is about, for scripts: `store`, `output`, `video` */
  report (code: string, error: unknown): void {
    const message = messageOf(error)
    this.#log.error(message, { job: this.#job, code })
    this.#hub.publish({ type: 'event', event: { event: 'error', code, message } })
  }
}

function messageOf (error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
