import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { RenderOutcome, RenderUnit, UnitSource } from '../../src/index.ts'

/**
 * Takes units from a source one after another, each as long as it is told to, and yields pixels that cost next to nothing.
 *
 * @param msPerUnit milliseconds a unit takes; with 0 there is one at every turn of the event loop
 */
export async function * renderTimed (source: UnitSource, signal: AbortSignal, msPerUnit: number, pixelsOf: (unit: RenderUnit) => Float32Array): AsyncGenerator<RenderOutcome> {
  // Units are due one after another on a fixed beat, so that a timer that fires late does not slow the renderer down.
  let freeAtMs = performance.now()
  while (!signal.aborted) {
    const askedMs = performance.now()
    const [unit] = await source.take(1)
    if (unit === undefined) {
      return
    }
    const takenMs = performance.now()
    const wasIdle = takenMs - askedMs > msPerUnit / 10
    const dueMs = (wasIdle ? takenMs : Math.max(freeAtMs, takenMs - msPerUnit)) + msPerUnit
    try {
      const stop = { signal: AbortSignal.any([signal, unit.signal]) }
      await (msPerUnit === 0 ? nextTurn(undefined, stop) : sleep(Math.max(0, dueMs - performance.now()), undefined, stop))
    } catch {
      freeAtMs = performance.now()
      continue
    }
    freeAtMs = dueMs
    yield { state: 'rendered', unit: unit.unit, pixels: pixelsOf(unit), renderMs: msPerUnit }
  }
}
