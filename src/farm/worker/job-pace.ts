/** How much the speed of the last units counts against that of earlier ones. */
const SPEED_DECAY = 0.9

/** How fast one job goes at this worker: wall milliseconds between finished units while it is busy, and what its units cost altogether. */
export class JobPace {
  #busyMs = 0
  #busyUnits = 0
  #busySinceMs = 0
  #samples = 0
  #threadMs = 0

  /** Milliseconds between finished units, the latest counting most; 0 while none is finished. */
  get msPerUnit (): number {
    return this.#busyUnits === 0 ? 0 : this.#busyMs / this.#busyUnits
  }

  /** The first unit is started after a time in which none was rendered. */
  begun (nowMs: number): void {
    this.#busySinceMs = nowMs
  }

  finished (nowMs: number): void {
    this.#busyMs = this.#busyMs * SPEED_DECAY + nowMs - this.#busySinceMs
    this.#busyUnits = this.#busyUnits * SPEED_DECAY + 1
    this.#busySinceMs = nowMs
  }

  /** What the units that had all threads to themselves cost together, with another that had. */
  cost (samples: number, threadMs: number): { readonly samples: number, readonly threadMs: number } {
    this.#samples += samples
    this.#threadMs += threadMs
    return { samples: this.#samples, threadMs: this.#threadMs }
  }
}
