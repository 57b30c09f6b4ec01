import { EngineError } from '../../errors.ts'
import { FrameSlots } from './frame-slots.ts'
import { MAX_THREADS } from './limits.ts'
import { RenderPool } from './render-pool.ts'
import { UnitWork } from './unit-work.ts'
import type { BlockFeed } from './render-pool.ts'
import type { FrameGuest } from './frame-slots.ts'
import type { LoadedScene } from './scene-tasks.ts'
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
  readonly #slots: FrameSlots
  /** Units that wait for their frame. */
  readonly #guests = new Map<UnitWork, FrameGuest>()
  readonly #ahead: number
  readonly #given = new Map<number, Given>()
  #blocks = 0
  #run: Run | undefined
  #broken: EngineError | undefined
  #closing: Promise<unknown> | undefined

  constructor (init: SessionInit) {
    this.loadMs = init.loadMs
    this.#samples = init.samples
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
    const pool = new RenderPool(init.module, feed)
    this.#pool = pool
    this.#slots = new FrameSlots(init.scene, {
      opened: (slot, memory) => { pool.open(slot, memory) },
      quiet: async () => pool.quiet()
    })
    this.#ahead = init.scene.kind === 'moving' ? 1 : 0
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
      admit: (work) => this.#slots.enter(this.#guests.get(work)!),
      stop: (work) => this.#stop(work),
      pump: () => this.#pool.pump(),
      capacity: () => this.#pool.size,
      ahead: this.#ahead
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
    this.#closing ??= Promise.all([this.#pool.close(), this.#slots.close()])
    this.#run?.end()
    await this.#closing
  }

  /** Takes a unit on. It can be rendered once its frame is in memory. */
  #begin (unit: RenderUnit): UnitWork {
    const work = new UnitWork(unit, this.#samples)
    const guest: FrameGuest = {
      frame: unit.frame,
      seated: (seat) => {
        this.#guests.delete(work)
        work.seat = seat
        this.#pool.pump()
      },
      refused: (error) => {
        this.#guests.delete(work)
        work.state = 'stopped'
        this.#run?.finish(work, { state: 'failed', unit: unit.unit, reason: error.message, log: error instanceof EngineError ? error.log : '' })
      }
    }
    this.#guests.set(work, guest)
    return work
  }

  /** Ends a unit that nobody wants: its threads see the stop word at the next sample they look. */
  #stop (work: UnitWork): void {
    const guest = this.#guests.get(work)
    if (guest !== undefined) {
      this.#guests.delete(work)
      this.#slots.giveUp(guest)
    }
    if (work.seat !== undefined) {
      this.#slots.stop(work.seat)
    }
    work.state = 'stopped'
    this.#release(work)
  }

  /** A seat is free again when no thread renders from it any more. */
  #release (work: UnitWork): void {
    if (work.state !== 'rendering' && work.given === 0 && work.seat !== undefined) {
      const { seat } = work
      work.seat = undefined
      this.#slots.leave(seat)
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
      work.rays += reply.rays
      const pixels = work.add(block.rect, reply.pixels)
      if (pixels !== undefined) {
        work.state = 'done'
        // Threads share the machine: so counted, the times of units that were rendered side by side add up to what the clock shows.
        this.#run!.finish(work, { state: 'rendered', unit: work.unit.unit, pixels, renderMs: work.threadMs / this.#pool.size, log: accountOf(work) })
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

/** What the log of a unit says when all went well. */
function accountOf ({ rays, threadMs }: UnitWork): string {
  const rate = threadMs > 0 ? ` (${(rays / threadMs / 1000).toFixed(2)} million a second)` : ''
  return `${rays} rays, ${Math.round(threadMs)} ms of thread time${rate}`
}

/** What a run needs of its session. */
interface RunSession {
  begin (unit: RenderUnit): UnitWork
  /** Has the unit rendered once its frame is there. */
  admit (work: UnitWork): void
  stop (work: UnitWork): void
  pump (): void
  /** Threads there are now. */
  capacity (): number
  /** Units taken before threads ask for them: of a scene that moves one, whose frame is built meanwhile. */
  readonly ahead: number
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
      if (work.ready) {
        return work
      }
    }
    return undefined
  }

  /**
   * Takes another unit when the last one taken is all in the threads' hands, or, of a scene that moves, one earlier. So every thread has its
   * next block at hand, and no more units count as started than that needs: one more than there are threads when they are as small as a
   * block, else fewer. Outcomes that nobody has fetched count too: a slow reader must not make us pile up pixels.
   */
  advance (): void {
    const inHand = this.#works.size + this.#outcomes.length
    const open = [...this.#works].filter((work) => !work.allGiven).length
    const capacity = Math.min(this.#session.capacity(), MAX_THREADS) + this.#session.ahead
    if (this.#state === 'running' && this.#supply === 'more' && open <= this.#session.ahead && inHand <= capacity) {
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
        this.#session.admit(work)
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
