import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Engine, EngineInfo, EngineSession, FoundFile, RenderOutcome, RenderUnit, SceneInfo, UnitSource } from '../../src/index.ts'

/**
 * A renderer that takes time and nothing else: black pixels, one unit after another, no processor time. Only benchmarks know it.
 *
 * @param msPerUnit milliseconds a unit takes; with 0 there is one at every turn of the event loop
 */
export function timedEngine (msPerUnit: number): Engine {
  return {
    id: 'timed',
    extensions: ['.timed'],
    probe: async (): Promise<EngineInfo> => ({ id: 'timed', version: '1', fingerprint: 'timed 1' }),
    checkSettings: () => {},
    findFiles: async (): Promise<readonly FoundFile[]> => [],
    inspect: async (): Promise<SceneInfo> => ({ cameras: [], width: undefined, height: undefined, frames: undefined, warnings: [] }),
    load: async (): Promise<EngineSession> => ({
      loadMs: 0,
      render: (source, signal) => renderTimed(source, signal, msPerUnit),
      setThreads: () => {},
      close: async () => {}
    })
  }
}

async function * renderTimed (source: UnitSource, signal: AbortSignal, msPerUnit: number): AsyncGenerator<RenderOutcome> {
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
    yield { state: 'rendered', unit: unit.unit, pixels: blackPixels(unit), renderMs: msPerUnit }
  }
}

function blackPixels ({ rect }: RenderUnit): Float32Array {
  return new Float32Array((rect.x1 - rect.x0) * (rect.y1 - rect.y0) * 4)
}
