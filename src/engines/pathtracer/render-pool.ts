import { EngineError } from '../../errors.ts'
import { startThread } from '../../program-parts.ts'
import { BLOCKS_PER_THREAD, MAX_DEATHS_IN_A_ROW, MAX_LOG_CHARACTERS, MAX_THREADS } from './limits.ts'
import type { Worker } from 'node:worker_threads'
import type { ProgramPart } from '../../program-parts.ts'
import type { RenderBlock, RenderOrder, RenderReply, RenderThreadData } from './render-messages.ts'

const RENDER_THREAD: ProgramPart = { name: 'render-thread.js', locate: () => new URL('./render-thread.js', import.meta.url) }

/** Where a pool gets its work and brings what came of it. Every block given out comes back through exactly one of the last three. */
export interface BlockFeed {
  /** The next block, if there is one now. */
  next (): RenderBlock | undefined
  finished (reply: RenderReply): void
  /** The thread was ended before the block was done: another is to do it. */
  returned (block: RenderBlock): void
  /** The thread died while it had the block. */
  lost (block: RenderBlock, error: EngineError): void
  /** Threads die as soon as they start: there is no point in going on. */
  broken (error: EngineError): void
}

interface Thread {
  readonly worker: Worker
  readonly number: number
  /** In the order in which they were given to it; it renders the first. */
  readonly blocks: RenderBlock[]
  state: 'working' | 'ended'
}

/** Threads over the memories of a scene, as many as are wished for. */
export class RenderPool {
  readonly #module: WebAssembly.Module
  /** By slot. */
  readonly #memories = new Map<number, WebAssembly.Memory>()
  readonly #feed: BlockFeed
  readonly #threads = new Set<Thread>()
  /** Numbers whose block of the shared memory nobody may write any more. */
  readonly #freeNumbers = Array.from({ length: MAX_THREADS }, (_, index) => MAX_THREADS - 1 - index)
  readonly #ending = new Set<Promise<unknown>>()
  #wanted = 0
  #deathsInARow = 0
  #closed = false

  constructor (module: WebAssembly.Module, feed: BlockFeed) {
    this.#module = module
    this.#feed = feed
  }

  /** Has the threads, those to come too, render the blocks of a slot from this memory. No thread may have a block of that slot. */
  open (slot: number, memory: WebAssembly.Memory): void {
    this.#memories.set(slot, memory)
    for (const { worker } of this.#threads) {
      worker.postMessage({ order: 'open', opened: { slot, memory } } satisfies RenderOrder)
    }
  }

  /** Resolves when the threads that are being ended are gone, and use no memory any more. */
  async quiet (): Promise<void> {
    await Promise.all(this.#ending)
  }

  /** Threads that are at work or could be. */
  get size (): number {
    return this.#threads.size
  }

  /**
   * Starts or ends threads until there are so many, at least 1. Ending is immediate; what the thread was rendering goes to another,
   * which loses at most the work of {@link BLOCKS_PER_THREAD} blocks.
   */
  setThreads (threads: number): void {
    this.#wanted = Math.max(1, Math.min(Math.floor(threads), MAX_THREADS))
    const idleFirst = [...this.#threads].sort((a, b) => a.blocks.length - b.blocks.length)
    for (const thread of idleFirst.slice(0, Math.max(0, idleFirst.length - this.#wanted))) {
      this.#end(thread)
      for (const block of thread.blocks) {
        this.#feed.returned(block)
      }
    }
    this.#fill()
    this.pump()
  }

  /** Gives blocks to threads that have room. To be called whenever the feed may have some. */
  pump (): void {
    for (let held = 0; held < BLOCKS_PER_THREAD; held++) {
      for (const thread of this.#threads) {
        if (thread.blocks.length === held) {
          const block = this.#feed.next()
          if (block === undefined) {
            return
          }
          thread.blocks.push(block)
          thread.worker.postMessage({ order: 'render', block } satisfies RenderOrder)
        }
      }
    }
  }

  /** Ends all threads. Blocks they had are forgotten. Idempotent. */
  async close (): Promise<void> {
    this.#closed = true
    for (const thread of this.#threads) {
      this.#end(thread)
    }
    await this.quiet()
  }

  #fill (): void {
    while (!this.#closed && this.#threads.size < this.#wanted && this.#freeNumbers.length > 0) {
      this.#start(this.#freeNumbers.pop()!)
    }
  }

  #start (number: number): void {
    const memories = [...this.#memories].map(([slot, memory]) => ({ slot, memory }))
    const workerData: RenderThreadData = { module: this.#module, memories, thread: number }
    const worker = startThread(RENDER_THREAD, { workerData, name: `pathtracer-${number}` })
    const thread: Thread = { worker, number, blocks: [], state: 'working' }
    this.#threads.add(thread)
    let lastWords = ''
    worker.on('message', (reply: RenderReply) => {
      if (thread.state === 'working') {
        this.#deathsInARow = 0
        thread.blocks.splice(thread.blocks.findIndex(({ block }) => block === reply.block), 1)
        this.#feed.finished(reply)
        this.pump()
      }
    })
    worker.on('error', (error: Error) => { lastWords = error.stack ?? error.message })
    worker.on('exit', () => {
      if (thread.state === 'working') {
        this.#died(thread, new EngineError('a render thread died', lastWords.slice(0, MAX_LOG_CHARACTERS)))
      }
    })
  }

  #died (thread: Thread, error: EngineError): void {
    thread.state = 'ended'
    this.#threads.delete(thread)
    this.#freeNumbers.push(thread.number)
    this.#deathsInARow++
    for (const block of thread.blocks) {
      this.#feed.lost(block, error)
    }
    if (this.#deathsInARow >= MAX_DEATHS_IN_A_ROW) {
      this.#feed.broken(error)
      return
    }
    this.#fill()
    this.pump()
  }

  #end (thread: Thread): void {
    thread.state = 'ended'
    this.#threads.delete(thread)
    // Only once it is really gone may another thread use its part of the memory.
    const ending = thread.worker.terminate().finally(() => {
      this.#freeNumbers.push(thread.number)
      this.#ending.delete(ending)
      this.#fill()
      this.pump()
    })
    this.#ending.add(ending)
  }
}
