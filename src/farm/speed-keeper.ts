import { SpeedBook } from '../core/speed.ts'
import { SAVE_SPEEDS_MS } from './limits.ts'
import type { EngineId, Hash } from '../core/ids.ts'
import type { Measurement, SceneSpeed } from '../core/speed.ts'
import type { Clock, EngineInfo, Log, Store, Timer } from '../ports.ts'

/** What a {@link SpeedKeeper} works with. */
export interface SpeedKeeperInit {
  readonly store: Pick<Store, 'speeds' | 'saveSpeeds'>
  readonly clock: Clock
  readonly log: Log
  /** Engines that work here. */
  readonly engines: readonly { readonly info: EngineInfo }[]
  /** The speed that others are told has changed. */
  readonly changed: () => void
}

/** Digits of a speed that others are told: what it wavers by from job to job is not worth a message. */
const TOLD_DIGITS = 2

/** Keeps what this machine's renderers cost: in memory at once, on the disk a little later and at the end. A disk that refuses costs only what was measured. */
export class SpeedKeeper {
  readonly #init: SpeedKeeperInit
  #book = new SpeedBook()
  #timer: Timer | undefined
  #told = ''

  constructor (init: SpeedKeeperInit) {
    this.#init = init
  }

  /** Takes up what a former life measured. */
  async open (): Promise<void> {
    this.#book = new SpeedBook(await this.#init.store.speeds())
    this.#told = this.#toldNow()
  }

  measured (measurement: Measurement): void {
    this.#book.add(measurement)
    this.#timer ??= this.#init.clock.after(SAVE_SPEEDS_MS, () => {
      this.#timer = undefined
      void this.#save()
      const told = this.#toldNow()
      if (told !== this.#told) {
        this.#told = told
        this.#init.changed()
      }
    })
  }

  /** A scene was tried for a moment. */
  probed (found: Omit<Measurement, 'job'>): void {
    this.measured({ ...found, job: 'probe' })
  }

  scene (fingerprint: string, scene: Hash): SceneSpeed | undefined {
    return this.#book.scene(fingerprint, scene)
  }

  /** What scenes of this engine usually cost here: milliseconds of one thread for a million samples; undefined before it rendered any. */
  engine (fingerprint: string): number | undefined {
    return this.#book.engine(fingerprint)
  }

  /** What others are told: {@link engine} of all engines that rendered already, rounded. */
  get greeted (): ReadonlyMap<EngineId, number> {
    return new Map(this.#init.engines.flatMap(({ info }) => {
      const threadMs = this.#book.engine(info.fingerprint)
      return threadMs === undefined ? [] : [[info.id, Number(threadMs.toPrecision(TOLD_DIGITS))] as const]
    }))
  }

  /** Writes what is not written yet. */
  async close (): Promise<void> {
    if (this.#timer !== undefined) {
      this.#timer.stop()
      this.#timer = undefined
      await this.#save()
    }
  }

  #toldNow (): string {
    return JSON.stringify([...this.greeted])
  }

  async #save (): Promise<void> {
    await this.#init.store.saveSpeeds(this.#book.record()).catch((error: unknown) => {
      this.#init.log.warn('measured speeds were not kept on disk', { error: error instanceof Error ? error.message : String(error) })
    })
  }
}
