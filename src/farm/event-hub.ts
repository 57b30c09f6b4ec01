import { MAX_FOLLOWER_EVENTS } from './limits.ts'
import type { FollowItem } from '../api.ts'

/**
 * Hands what happens to any number of followers. A follower that reads slowly never holds up the farm: blocks of the growing picture
 * it has not read are dropped first, then its oldest unit events; progress and the end always reach it.
 */
export class EventHub {
  readonly #followers = new Set<Follower>()

  /** Whether anybody listens. */
  get followed (): boolean {
    return this.#followers.size > 0
  }

  /** Whether anybody wants blocks of the growing picture. */
  get wantsBlocks (): boolean {
    return [...this.#followers].some((follower) => follower.preview === 'blocks')
  }

  publish (item: FollowItem): void {
    for (const follower of this.#followers) {
      follower.push(item)
    }
  }

  /** Starts following. Nothing published from now on is missed; `first` comes before it. */
  follow (preview: 'none' | 'blocks', first: Iterable<FollowItem>, signal: AbortSignal): Follower {
    const follower = new Follower(preview, () => { this.#followers.delete(follower) })
    this.#followers.add(follower)
    for (const item of first) {
      follower.push(item)
    }
    if (signal.aborted) {
      follower.end()
    } else {
      signal.addEventListener('abort', () => { follower.end() }, { once: true })
    }
    return follower
  }

  /** Ends all followers after what they have not read yet. */
  end (): void {
    for (const follower of [...this.#followers]) {
      follower.end()
    }
  }
}

/** One follower's queue. */
export class Follower implements AsyncIterable<FollowItem> {
  readonly preview: 'none' | 'blocks'
  readonly #leave: () => void
  #queue: FollowItem[] = []
  #ended = false
  #wake: (() => void) | undefined

  constructor (preview: 'none' | 'blocks', leave: () => void) {
    this.preview = preview
    this.#leave = leave
  }

  push (item: FollowItem): void {
    if (this.#ended || (item.type === 'preview' && this.preview === 'none')) {
      return
    }
    this.#queue.push(item)
    if (this.#queue.length > MAX_FOLLOWER_EVENTS) {
      this.#shed()
    }
    this.#wake?.()
  }

  /** No more comes. What is queued is still read. */
  end (): void {
    this.#ended = true
    this.#leave()
    this.#wake?.()
  }

  async * [Symbol.asyncIterator] (): AsyncGenerator<FollowItem> {
    try {
      while (true) {
        const item = this.#queue.shift()
        if (item !== undefined) {
          yield item
        } else if (this.#ended) {
          return
        } else {
          await new Promise<void>((resolve) => { this.#wake = resolve })
          this.#wake = undefined
        }
      }
    } finally {
      this.end()
    }
  }

  #shed (): void {
    const withoutBlocks = this.#queue.filter((item) => item.type !== 'preview')
    const excess = withoutBlocks.length - MAX_FOLLOWER_EVENTS
    let dropped = 0
    this.#queue = excess <= 0
      ? withoutBlocks
      : withoutBlocks.filter((item) => item.type !== 'event' || item.event.event !== 'unit' || dropped++ >= excess)
  }
}
