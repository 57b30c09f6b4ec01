import { EngineError } from '../../errors.ts'
import { MAX_THREADS } from './limits.ts'
import { STOP_WORD_COUNT, STOP_WORDS } from './layout.ts'
import { RenderPool } from './render-pool.ts'
import { UnitWork } from './unit-work.ts'
import type { BlockFeed } from './render-pool.ts'
import type { LoadedScene } from './scene-messages.ts'
import type { RenderBlock, RenderReply } from './render-messages.ts'
import type { EngineSession, RenderOutcome, RenderUnit, UnitSource } from '../../ports.ts'

/** What a session is made of. */
export interface SessionInit {
  readonly module: WebAssembly.Module
  readonly scene: LoadedScene
  readonly loadMs: number
  /** Samples per pixel of the job. */
  readonly samples: number
  readonly threads: number
}

/** A block that a thread has, and the unit it is of. */
interface Given {
  readonly work: UnitWork
  readonly block: RenderBlock
}

/** A loaded scene and the threads that render it. */
export class PathTracerSession implements EngineSession {
  readonly loadMs: number
  readonly #samples: number
  readonly #pool: RenderPool
  readonly #stopWords: Int32Array
  readonly #freeStops = Array.from({ length: STOP_WORD_COUNT }, (_, index) => STOP_WORD_COUNT - 1 - index)
  readonly #given = new Map<number, Given>()
  #blocks = 0
  #run: Run | undefined
  #broken: EngineError | undefined
  #closing: Promise<void> | undefined

  constructor (init: SessionInit) {
    this.loadMs = init.loadMs
    this.#samples = init.samples
    this.#stopWords = new Int32Array(init.scene.memory.buffer, STOP_WORDS, STOP_WORD_COUNT)
    const feed: BlockFeed = {
      next: () => this.#nextBlock(),
      finished: (reply) => this.#finished(reply),
      returned: (block) => this.#returned(block),
      lost: (block, error) => this.#lost(block, error),
      broken: (error) => {
        this.#broken = error
        this.#run?.fail(error)
      }
    }
    this.#pool = new RenderPool(init.module, init.scene.memory, feed)
    this.#pool.setThreads(init.threads)
  }

  async * render (source: UnitSource, signal: AbortSignal): AsyncGenerator<RenderOutcome, undefined> {
    if (this.#closing !== undefined || this.#broken !== undefined) {
      throw this.#broken ?? new EngineError('the session is closed')
    }
    if (this.#run !== undefined) {
      throw new EngineError('a session renders one source of units at a time')
    }
    const run = new Run(source, {
      begin: (unit) => this.#begin(unit),
      stop: (work) => this.#stop(work),
      pump: () => this.#pool.pump(),
      capacity: () => this.#pool.size
    })
    this.#run = run
    const abort = (): void => run.end()
    signal.addEventListener('abort', abort)
    try {
      if (!signal.aborted) {
        for (let outcome = await run.next(); outcome !== undefined; outcome = await run.next()) {
          yield outcome
        }
      }
    } finally {
      signal.removeEventListener('abort', abort)
      run.end()
      this.#run = undefined
    }
  }

  setThreads (threads: number): void {
    if (this.#closing === undefined) {
      this.#pool.setThreads(threads)
      this.#run?.advance()
    }
  }

  async close (): Promise<void> {
    this.#closing ??= this.#pool.close()
    this.#run?.end()
    await this.#closing
  }

  #begin (unit: RenderUnit): UnitWork {
    const stop = this.#freeStops.pop()!
    Atomics.store(this.#stopWords, stop, 0)
    return new UnitWork(unit, stop, this.#samples)
  }

  /** Ends a unit that nobody wants: its threads see the stop word at the next sample they look. */
  #stop (work: UnitWork): void {
    Atomics.store(this.#stopWords, work.stop, 1)
    work.state = 'stopped'
    this.#release(work)
  }

  /** A stop word is free again when no thread looks at it any more. */
  #release (work: UnitWork): void {
    if (work.state !== 'rendering' && work.given === 0) {
      this.#freeStops.push(work.stop)
    }
  }

  #nextBlock (): RenderBlock | undefined {
    const work = this.#run?.waiting()
    const block = work?.next(this.#blocks)
    if (work !== undefined && block !== undefined) {
      this.#blocks++
      work.given++
      this.#given.set(block.block, { work, block })
      this.#run!.advance()
    }
    return block
  }

  #takeBack (block: number): Given | undefined {
    const given = this.#given.get(block)
    if (given !== undefined) {
      this.#given.delete(block)
      given.work.given--
    }
    return given
  }

  #finished (reply: RenderReply): void {
    const given = this.#takeBack(reply.block)
    if (given === undefined) {
      return
    }
    const { work, block } = given
    if (work.state === 'rendering' && reply.state === 'rendered') {
      work.threadMs += reply.ms
      const pixels = work.add(block.rect, reply.pixels)
      if (pixels !== undefined) {
        work.state = 'done'
        // Threads share the machine: so counted, the times of units that were rendered side by side add up to what the clock shows.
        this.#run!.finish(work, { state: 'rendered', unit: work.unit.unit, pixels, renderMs: work.threadMs / this.#pool.size })
      }
    }
    this.#release(work)
  }

  #returned (block: RenderBlock): void {
    const work = this.#takeBack(block.block)?.work
    if (work?.state === 'rendering') {
      work.giveBack(block)
    } else if (work !== undefined) {
      this.#release(work)
    }
  }

  #lost (block: RenderBlock, error: EngineError): void {
    const work = this.#takeBack(block.block)?.work
    if (work?.state === 'rendering') {
      this.#stop(work)
      this.#run!.finish(work, { state: 'failed', unit: work.unit.unit, reason: error.message, log: error.log })
    } else if (work !== undefined) {
      this.#release(work)
    }
  }
}

/** What a run needs of its session. */
interface RunSession {
  begin (unit: RenderUnit): UnitWork
  stop (work: UnitWork): void
  pump (): void
  /** Threads there are now. */
  capacity (): number
}

/** One call of `render`: takes units when threads would otherwise soon have nothing to do, and hands their outcomes on. */
class Run {
  readonly #source: UnitSource
  readonly #session: RunSession
  /** Units being rendered, in the order in which they were taken. */
  readonly #works = new Set<UnitWork>()
  readonly #outcomes: RenderOutcome[] = []
  #supply: 'more' | 'taking' | 'over' = 'more'
  #state: 'running' | 'ended' = 'running'
  #error: Error | undefined
  #wake = (): void => {}

  constructor (source: UnitSource, session: RunSession) {
    this.#source = source
    this.#session = session
  }

  /** The next outcome; none when the source is empty and all its units are done, or the run was ended. */
  async next (): Promise<RenderOutcome | undefined> {
    for (;;) {
      if (this.#error !== undefined) {
        throw this.#error
      }
      if (this.#state === 'ended') {
        return undefined
      }
      const outcome = this.#outcomes.shift()
      if (outcome !== undefined) {
        return outcome
      }
      if (this.#supply === 'over' && this.#works.size === 0) {
        return undefined
      }
      this.advance()
      await new Promise<void>((resolve) => { this.#wake = resolve })
    }
  }

  /** The unit that the next block is to be cut from. */
  waiting (): UnitWork | undefined {
    for (const work of this.#works) {
      if (!work.allGiven) {
        return work
      }
    }
    return undefined
  }

  /**
   * Takes another unit when the last one taken is all in the threads' hands. So every thread has its next block at hand, and no
   * more units count as started than that needs: one more than there are threads when they are as small as a block, else fewer.
   * Outcomes that nobody has fetched count too: a slow reader must not make us pile up pixels.
   */
  advance (): void {
    const inHand = this.#works.size + this.#outcomes.length
    if (this.#state === 'running' && this.#supply === 'more' && this.waiting() === undefined && inHand <= Math.min(this.#session.capacity(), MAX_THREADS)) {
      this.#supply = 'taking'
      this.#take().catch((error: unknown) => this.fail(error instanceof Error ? error : new EngineError(String(error))))
    }
  }

  finish (work: UnitWork, outcome: RenderOutcome): void {
    this.#works.delete(work)
    this.#outcomes.push(outcome)
    this.#wake()
  }

  fail (error: Error): void {
    this.#error ??= error
    this.end()
  }

  /** Stops everything that is on its way. Idempotent. */
  end (): void {
    this.#state = 'ended'
    for (const work of this.#works) {
      this.#session.stop(work)
    }
    this.#works.clear()
    this.#wake()
  }

  async #take (): Promise<void> {
    const units = await this.#source.take(1)
    if (this.#state === 'ended') {
      return
    }
    this.#supply = units.length === 0 ? 'over' : 'more'
    for (const unit of units) {
      if (!unit.signal.aborted) {
        const work = this.#session.begin(unit)
        this.#works.add(work)
        unit.signal.addEventListener('abort', () => this.#drop(work), { once: true })
      }
    }
    this.#session.pump()
    this.advance()
    this.#wake()
  }

  #drop (work: UnitWork): void {
    if (this.#works.delete(work)) {
      this.#session.stop(work)
      this.advance()
      this.#wake()
    }
  }
}
