/** Memory of a process at one moment, in bytes. */
export interface MemorySample {
  /** Milliseconds since 1970: two processes are compared. */
  readonly atMs: number
  /** All of the process that is in memory. */
  readonly rss: number
  /** Pixels and other bytes outside the script's heap. */
  readonly arrayBuffers: number
}

const EVERY_MS = 50

/** Samples this process's memory until it is stopped. */
export class MemoryWatch {
  readonly #samples: MemorySample[] = []
  readonly #timer: NodeJS.Timeout

  constructor () {
    this.#sample()
    this.#timer = setInterval(() => { this.#sample() }, EVERY_MS)
  }

  stop (): readonly MemorySample[] {
    clearInterval(this.#timer)
    this.#sample()
    return this.#samples
  }

  #sample (): void {
    const { rss, arrayBuffers } = process.memoryUsage()
    this.#samples.push({ atMs: Date.now(), rss, arrayBuffers })
  }
}
