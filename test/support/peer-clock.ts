import type { Clock, Timer } from '../../src/ports.ts'

/** What a peer's own clock does differently from the world's. */
export interface PeerClockOptions {
  /** How fast it runs; crystals differ by far less than the 5 % that the leases allow for. @default 1 */
  readonly rate?: number
  /** What it shows at the beginning, in milliseconds. @default 0 */
  readonly startMs?: number
}

/** No real timer is as fine as this, and none fires at the moment at which it was set: else whoever waits for the rest of a time-out would wait for ever. Milliseconds. */
const LEAST_DELAY_MS = 0.001

interface Held {
  readonly run: () => void
  readonly dueMs: number
  timer: Timer | undefined
  over: boolean
}

/**
 * running — pause → paused (SIGSTOP: time goes on, nothing fires) — resume → running (what fell due fires at once);
 * running — suspend → suspended (the lid is closed: monotonic time stands still, the wall clock does not) — wake → running;
 * any — kill → dead, for ever.
 */
type Mode = 'running' | 'paused' | 'suspended' | 'dead'

/** One peer's clock over the clock of the simulated world: it may run fast or slow, be paused, suspended, or die with its peer. */
export class PeerClock implements Clock {
  readonly #world: Clock
  readonly #rate: number
  readonly #timers = new Set<Held>()
  #mode: Mode = 'running'
  #wallOffsetMs = 0
  /** Local time when the world's was {@link #worldMs}. */
  #localMs: number
  #worldMs: number

  constructor (world: Clock, options: PeerClockOptions = {}) {
    this.#world = world
    this.#rate = options.rate ?? 1
    this.#localMs = options.startMs ?? 0
    this.#worldMs = world.nowMs()
  }

  nowMs (): number {
    return this.#mode === 'suspended' ? this.#localMs : this.#localMs + (this.#world.nowMs() - this.#worldMs) * this.#rate
  }

  wallMs (): number {
    return this.#world.wallMs() + this.#wallOffsetMs
  }

  /** Moves this peer's wall clock alone. */
  jumpWall (byMs: number): void {
    this.#wallOffsetMs += byMs
  }

  after (delayMs: number, run: () => void): Timer {
    const held: Held = { run, dueMs: this.nowMs() + Math.max(LEAST_DELAY_MS, delayMs), timer: undefined, over: false }
    if (this.#mode !== 'dead') {
      this.#timers.add(held)
      if (this.#mode !== 'suspended') {
        this.#arm(held)
      }
    }
    return {
      stop: () => {
        held.over = true
        held.timer?.stop()
        this.#timers.delete(held)
      }
    }
  }

  pause (): void {
    if (this.#mode === 'running') {
      this.#mode = 'paused'
    }
  }

  resume (): void {
    if (this.#mode === 'paused') {
      this.#mode = 'running'
      this.#rearm()
    }
  }

  suspend (): void {
    if (this.#mode === 'running') {
      this.#localMs = this.nowMs()
      this.#mode = 'suspended'
      this.#disarm()
    }
  }

  wake (): void {
    if (this.#mode === 'suspended') {
      this.#worldMs = this.#world.nowMs()
      this.#mode = 'running'
      this.#rearm()
    }
  }

  kill (): void {
    this.#disarm()
    this.#timers.clear()
    this.#mode = 'dead'
  }

  #arm (held: Held): void {
    held.timer = this.#world.after((held.dueMs - this.nowMs()) / this.#rate, () => {
      if (this.#mode !== 'running' || held.over) {
        return
      }
      held.over = true
      this.#timers.delete(held)
      held.run()
    })
  }

  #disarm (): void {
    for (const held of this.#timers) {
      held.timer?.stop()
    }
  }

  #rearm (): void {
    this.#disarm()
    for (const held of [...this.#timers].sort((a, b) => a.dueMs - b.dueMs)) {
      this.#arm(held)
    }
  }
}
