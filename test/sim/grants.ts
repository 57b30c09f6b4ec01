import { unitsIn } from '../../src/core/rect.ts'
import type { Token } from '../../src/core/epoch.ts'
import type { JobId, PeerId, UnitIndex } from '../../src/core/ids.ts'
import type { Grant, StewardMessage } from '../../src/core/messages.ts'
import type { SentMessage } from '../support/fake-network.ts'
import type { Scene } from './invariant.ts'

/** A grant as it was sent. */
export interface SentGrant {
  readonly grant: Grant
  readonly steward: PeerId
  readonly worker: PeerId
  readonly units: ReadonlySet<UnitIndex>
  readonly atMs: number
}

/** A token in one word. */
export function tokenKey (job: JobId, { epoch, grant }: Token): string {
  return `${job} ${epoch.round} ${epoch.peer} ${epoch.instance} ${grant}`
}

/** What a steward says on a lease stream; undefined when a message is no such word. */
export function stewardWord ({ kind, message }: SentMessage): StewardMessage | undefined {
  const word = kind === 'lease' ? message as StewardMessage : undefined
  return word !== undefined && STEWARD_WORDS.has(word.type) ? word : undefined
}

const STEWARD_WORDS: ReadonlySet<string> = new Set(['grant', 'wait', 'recall', 'revoke', 'renewed', 'control'])

/** All grants that were sent, by their tokens. */
export class GrantBook {
  readonly #scene: Pick<Scene, 'job'>
  readonly #grants = new Map<string, SentGrant>()

  constructor (scene: Pick<Scene, 'job'>) {
    this.#scene = scene
  }

  /** The grant that a message is, which is then known; undefined when it is none. */
  note (message: SentMessage): SentGrant | undefined {
    const word = stewardWord(message)
    if (word?.type !== 'grant') {
      return undefined
    }
    const job = this.#scene.job(word.job)
    const sent: SentGrant = { grant: word, steward: message.from, worker: message.to, units: new Set(job === undefined ? [] : unitsIn(job.grid, word.rects)), atMs: message.atMs }
    this.#grants.set(tokenKey(word.job, word.token), sent)
    return sent
  }

  get (job: JobId, token: Token): SentGrant | undefined {
    return this.#grants.get(tokenKey(job, token))
  }
}
