import { EngineError, SceneError, UsageError } from '../../src/errors.ts'
import { fakePixels } from './fake-pixels.ts'
import type { EngineId, UnitIndex } from '../../src/core/ids.ts'
import type {
  Clock, Engine, EngineInfo, EngineSession, FoundFile, RenderOutcome, RenderSettings, RenderUnit, SceneFiles, SceneInfo, UnitSource
} from '../../src/ports.ts'

/**
 * What goes wrong with a unit: it `fail`s as a renderer reports it, `hang`s until it is aborted, comes out `wrong` (every value
 * off by one), `not-finite` (NaN and infinities among the values) or of the `wrong-size` (a pixel short), or the whole session breaks down with an
 * EngineError (`crash`).
 */
export type RenderFault = 'fail' | 'hang' | 'wrong' | 'not-finite' | 'wrong-size' | 'crash'

/** How a {@link FakeEngine} behaves. All fields may be changed while it renders. */
export interface FakeEngineOptions {
  id: EngineId
  fingerprint: string
  /** One line why it does not work on this machine. */
  missing: string | undefined
  /** What loading a scene takes, in milliseconds. */
  loadMs: number
  /** What a unit takes with the threads of {@link referenceThreads}, in milliseconds. */
  msPerUnit: number
  referenceThreads: number
  /** Units rendered side by side. */
  lanes: number
  /** Asked for each unit that starts, with what its session was loaded for. */
  fault: (unit: RenderUnit, settings: RenderSettings) => RenderFault | undefined
  /** Told when a unit that started is under way no longer, however it ended. */
  ended: (unit: RenderUnit, settings: RenderSettings) => void
  /** Asked at each load; a text is the reason why the scene can not be loaded. */
  loadFault: () => string | undefined
  /** What the scene needs beside itself. */
  files: readonly FoundFile[]
  info: SceneInfo
}

const DEFAULTS: FakeEngineOptions = {
  id: 'fake',
  fingerprint: 'fake 1',
  missing: undefined,
  loadMs: 100,
  msPerUnit: 1000,
  referenceThreads: 1,
  lanes: 1,
  fault: () => undefined,
  ended: () => {},
  loadFault: () => undefined,
  files: [],
  info: { cameras: [], width: undefined, height: undefined, frames: undefined, warnings: [] }
}

/** A renderer without a renderer: its pixels are those of {@link fakePixels}, its time that of a fake clock. */
export class FakeEngine implements Engine {
  readonly extensions = ['.fake']
  readonly options: FakeEngineOptions
  /** Units whose render started, in order, over all sessions. */
  readonly started: UnitIndex[] = []
  /** Units that were rendered to the end, in order, over all sessions. */
  readonly rendered: UnitIndex[] = []
  loads = 0
  openSessions = 0
  readonly #clock: Clock

  constructor (clock: Clock, options: Partial<FakeEngineOptions> = {}) {
    this.#clock = clock
    this.options = { ...DEFAULTS, ...options }
  }

  get id (): EngineId {
    return this.options.id
  }

  async probe (): Promise<EngineInfo | { readonly missing: string }> {
    return this.info
  }

  /** What {@link probe} says. */
  get info (): EngineInfo | { readonly missing: string } {
    const { id, fingerprint, missing } = this.options
    return missing === undefined ? { id, version: '1.0.0', fingerprint } : { missing }
  }

  /** Knows the settings `tint` and `fps` alone. */
  checkSettings (settings: Readonly<Record<string, string>>): void {
    const unknown = Object.keys(settings).find((key) => key !== 'tint' && key !== 'fps')
    if (unknown !== undefined) {
      throw new UsageError(`the fake engine has no setting "${unknown}"; it has: fps, tint`)
    }
  }

  async findFiles (): Promise<readonly FoundFile[]> {
    return this.options.files
  }

  async inspect (files: SceneFiles): Promise<SceneInfo> {
    await files.read(files.entry)
    return this.options.info
  }

  async load (files: SceneFiles, settings: RenderSettings, threads: number, signal: AbortSignal): Promise<EngineSession> {
    const scene = await files.read(files.entry)
    const { loadMs } = this.options
    const reason = this.options.loadFault()
    this.loads++
    if (await sleep(this.#clock, loadMs, [signal]) === 'aborted') {
      throw new EngineError('loading was aborted')
    }
    if (reason !== undefined) {
      throw new SceneError(reason)
    }
    this.openSessions++
    return new FakeSession(this, this.#clock, scene, settings, threads, loadMs)
  }
}

class FakeSession implements EngineSession {
  readonly loadMs: number
  readonly #engine: FakeEngine
  readonly #clock: Clock
  readonly #scene: Uint8Array
  readonly #settings: RenderSettings
  #threads: number
  #rendering = false
  #closed = new AbortController()

  constructor (engine: FakeEngine, clock: Clock, scene: Uint8Array, settings: RenderSettings, threads: number, loadMs: number) {
    this.#engine = engine
    this.#clock = clock
    this.#scene = scene
    this.#settings = settings
    this.#threads = threads
    this.loadMs = loadMs
  }

  async * render (source: UnitSource, signal: AbortSignal): AsyncGenerator<RenderOutcome, undefined> {
    if (this.#rendering || this.#closed.signal.aborted) {
      throw new EngineError('a session renders one source at a time, until it is closed')
    }
    this.#rendering = true
    const stop = new AbortController()
    const halt = (): void => { stop.abort() }
    const halted = new Promise<readonly RenderUnit[]>((resolve) => {
      stop.signal.addEventListener('abort', () => {
        resolve([])
        wake()
      })
    })
    for (const either of [signal, this.#closed.signal]) {
      either.addEventListener('abort', halt)
      if (either.aborted) {
        halt()
      }
    }
    const finished: RenderOutcome[] = []
    let crash: unknown
    let wake = (): void => {}
    let lanes = 0
    let over = false
    let turn: Promise<unknown> = Promise.resolve()
    const take = async (): Promise<readonly RenderUnit[]> => {
      const taken = turn.then(() => over || stop.signal.aborted ? [] : source.take(1))
      turn = taken.then((units) => { over = units.length === 0 }, () => { over = true })
      return Promise.race([taken, halted])
    }
    const lane = async (): Promise<void> => {
      for (let [unit] = await take(); unit !== undefined; [unit] = await take()) {
        const outcome = await this.#renderUnit(unit, stop.signal)
        if (outcome !== undefined) {
          finished.push(outcome)
          wake()
        }
      }
    }
    for (; lanes < this.#engine.options.lanes; lanes++) {
      lane().catch((err: unknown) => { crash ??= err }).finally(() => {
        lanes--
        wake()
      })
    }
    try {
      for (;;) {
        if (crash instanceof Error) {
          throw crash
        }
        if (stop.signal.aborted) {
          return
        }
        const outcome = finished.shift()
        if (outcome !== undefined) {
          yield outcome
        } else if (lanes === 0) {
          return
        } else {
          await new Promise<void>((resolve) => { wake = resolve })
        }
      }
    } finally {
      stop.abort()
      signal.removeEventListener('abort', halt)
      this.#closed.signal.removeEventListener('abort', halt)
      this.#rendering = false
    }
  }

  setThreads (threads: number): void {
    this.#threads = threads
  }

  async close (): Promise<void> {
    if (!this.#closed.signal.aborted) {
      this.#closed.abort()
      this.#engine.openSessions--
    }
  }

  /** Renders one unit; undefined when it was aborted. */
  async #renderUnit (unit: RenderUnit, stopped: AbortSignal): Promise<RenderOutcome | undefined> {
    const { options, started, rendered } = this.#engine
    const startMs = this.#clock.nowMs()
    const fault = options.fault(unit, this.#settings)
    started.push(unit.unit)
    const unitMs = fault === 'hang' ? Infinity : options.msPerUnit * options.referenceThreads / this.#threads
    const slept = await sleep(this.#clock, unitMs, [unit.signal, stopped])
    options.ended(unit, this.#settings)
    if (slept === 'aborted') {
      return undefined
    }
    if (fault === 'crash') {
      throw new EngineError('the renderer crashed', 'segmentation fault')
    }
    if (fault === 'fail') {
      return { state: 'failed', unit: unit.unit, reason: 'the renderer says no', log: 'no' }
    }
    rendered.push(unit.unit)
    const pixels = fakePixels(this.#scene, this.#settings.samples, unit)
    return { state: 'rendered', unit: unit.unit, pixels: spoilt(pixels, fault), renderMs: this.#clock.nowMs() - startMs, log: `unit ${unit.unit} as it should be` }
  }
}

/** Pixels as a faulty renderer makes them. */
function spoilt (pixels: Float32Array, fault: RenderFault | undefined): Float32Array {
  switch (fault) {
    case 'wrong': return pixels.map((value) => value + 1)
    case 'not-finite': return pixels.map((value, at) => [NaN, Infinity, value, -Infinity][at % 4]!)
    case 'wrong-size': return pixels.slice(0, -4)
    default: return pixels
  }
}

/** Waits until the time is over or one of the signals aborts. */
async function sleep (clock: Clock, ms: number, signals: readonly AbortSignal[]): Promise<'slept' | 'aborted'> {
  if (signals.some((signal) => signal.aborted)) {
    return 'aborted'
  }
  return new Promise((resolve) => {
    const end = (how: 'slept' | 'aborted'): void => {
      timer.stop()
      for (const signal of signals) {
        signal.removeEventListener('abort', abort)
      }
      resolve(how)
    }
    const abort = (): void => { end('aborted') }
    const timer = clock.after(ms, () => { end('slept') })
    for (const signal of signals) {
      signal.addEventListener('abort', abort)
    }
  })
}
