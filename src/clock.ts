/**
 * The machine's own time and chance behind their ports: the only file of the product that touches either.
 */
import { randomBytes } from 'node:crypto'
import type { LocalTime } from './core/settings/work-hours.ts'
import type { Clock, Random } from './ports.ts'

/** Node refuses longer delays (it would fire at once): about 24 days. Longer waits are made of several. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** The machine's clock. Its timers never keep a process alive. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after (delayMs, run) {
    let timer: NodeJS.Timeout
    const arm = (restMs: number): void => {
      timer = restMs > MAX_TIMER_MS
        ? setTimeout(arm, MAX_TIMER_MS, restMs - MAX_TIMER_MS)
        : setTimeout(run, Math.max(0, restMs))
      timer.unref()
    }
    arm(delayMs)
    return { stop: () => { clearTimeout(timer) } }
  }
}

/** A moment in milliseconds since 1970 by the clock on the wall of this machine, summer time and all. */
export function localTime (wallMs: number): LocalTime {
  const date = new Date(wallMs)
  return { weekday: (date.getDay() + 6) % 7, minute: date.getHours() * 60 + date.getMinutes() }
}

/** The machine's chance, fit for keys and tickets. */
export const systemRandom: Random = {
  next () {
    return randomBytes(6).readUIntBE(0, 6) / 2 ** 48
  },
  bytes: (count) => Uint8Array.from(randomBytes(count))
}
