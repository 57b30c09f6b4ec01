import type { Clock, Timer } from '../ports.ts'

/**
 * Says when a picture that grows is to be saved: at most every so often, only when something was added, and not before it was saved the last time.
 *
 * idle ─ a frame grew ─▶ planned ─ it is time ─▶ saving ─ saved ─▶ idle, or planned when it grew meanwhile; any ─ stop ─▶ stopped.
 */
export class SaveTimer {
  readonly #everyMs: number
  readonly #clock: Clock
  readonly #save: (frames: readonly number[]) => Promise<void>
  readonly #grown = new Set<number>()
  #lastMs: number
  #timer: Timer | undefined
  #state: 'idle' | 'planned' | 'saving' | 'stopped' = 'idle'

  /** @param save writes the pictures of these frames; never rejects */
  constructor (everyMs: number, clock: Clock, save: (frames: readonly number[]) => Promise<void>) {
    this.#everyMs = everyMs
    this.#clock = clock
    this.#save = save
    this.#lastMs = clock.nowMs()
  }

  /** Something was added to a frame. */
  grew (frame: number): void {
    this.#grown.add(frame)
    this.#plan()
  }

  stop (): void {
    this.#state = 'stopped'
    this.#timer?.stop()
  }

  #plan (): void {
    if (this.#state === 'idle' && this.#grown.size > 0) {
      this.#state = 'planned'
      this.#timer = this.#clock.after(Math.max(0, this.#lastMs + this.#everyMs - this.#clock.nowMs()), () => { void this.#due() })
    }
  }

  async #due (): Promise<void> {
    this.#state = 'saving'
    this.#lastMs = this.#clock.nowMs()
    const frames = [...this.#grown]
    this.#grown.clear()
    await this.#save(frames)
    if (this.#state === 'saving') {
      this.#state = 'idle'
      this.#plan()
    }
  }
}
