import { SceneError } from '../errors.ts'
import { PROBE_LOAD_MS, PROBE_MOST_MS, PROBE_MS, PROBE_SAMPLES, PROBE_TILE } from './limits.ts'
import type { PixelRect } from '../core/units.ts'
import type { Clock, Engine, EngineSession, RenderUnit, SceneFiles } from '../ports.ts'
import type { PlannedJob } from './submission.ts'

/** What a probe found. */
export interface ProbeResult {
  /** Samples of all pixels that were rendered. */
  readonly samples: number
  /** Wall milliseconds times threads. */
  readonly threadMs: number
  readonly loadMs: number
}

/** The golden ratio's fraction: its multiples, modulo one, fall everywhere about equally often, however many are taken (Weyl's sequence). */
const GOLDEN = 0.618_033_988_749_895

/**
 * Measures how fast this machine would be at a job it has never rendered: loads the scene and renders small tiles from all over its first frame
 * for about a second. Nobody gets the pixels. Undefined when the scene takes too long to load, or the engine renders nothing of use in that time.
 *
 * @throws SceneError when the scene can not be loaded
 */
export async function probe (engine: Engine, files: SceneFiles, spec: PlannedJob['spec'], threads: number, clock: Clock): Promise<ProbeResult | undefined> {
  const tooLong = new AbortController()
  const timer = clock.after(PROBE_LOAD_MS, () => { tooLong.abort() })
  let session: EngineSession
  try {
    session = await engine.load(files, spec, threads, tooLong.signal)
  } catch (error) {
    if (error instanceof SceneError && !tooLong.signal.aborted) {
      throw error
    }
    return undefined
  } finally {
    timer.stop()
  }
  try {
    return await renderSome(session, spec, threads, clock)
  } catch {
    return undefined
  } finally {
    await session.close()
  }
}

async function renderSome (session: EngineSession, spec: PlannedJob['spec'], threads: number, clock: Clock): Promise<ProbeResult | undefined> {
  const stop = new AbortController()
  const timer = clock.after(PROBE_MOST_MS, () => { stop.abort() })
  const sizes = new Map<number, number>()
  const startMs = clock.nowMs()
  let sinceMs = startMs
  let lastMs = startMs
  let samples = 0
  let finished = 0
  const source = {
    take: async (): Promise<readonly RenderUnit[]> => {
      if (clock.nowMs() - startMs >= PROBE_MS) {
        return []
      }
      const unit = probeUnit(spec, sizes.size, stop.signal)
      sizes.set(unit.unit, (unit.rect.x1 - unit.rect.x0) * (unit.rect.y1 - unit.rect.y0) * unit.chunkSamples)
      return [unit]
    }
  }
  try {
    for await (const outcome of session.render(source, stop.signal)) {
      if (outcome.state === 'failed') {
        return undefined
      }
      samples += sizes.get(outcome.unit) ?? 0
      lastMs = clock.nowMs()
      if (++finished === threads && lastMs - startMs < PROBE_MS / 2) {
        // Until then code was compiled and caches were cold.
        sinceMs = lastMs
        samples = 0
      }
    }
  } finally {
    timer.stop()
  }
  const threadMs = (lastMs - sinceMs) * threads
  return samples > 0 && threadMs > 0 ? { samples, threadMs, loadMs: session.loadMs } : undefined
}

function probeUnit (spec: PlannedJob['spec'], number: number, signal: AbortSignal): RenderUnit {
  const across = Math.ceil(spec.width / PROBE_TILE)
  const tiles = across * Math.ceil(spec.height / PROBE_TILE)
  const tile = Math.floor((number * GOLDEN + GOLDEN) % 1 * tiles)
  return {
    unit: number,
    frame: spec.frames.first,
    rect: rectOf(spec, tile % across, Math.floor(tile / across)),
    firstChunk: 0,
    endChunk: 1,
    chunkSamples: Math.min(spec.samples, PROBE_SAMPLES),
    content: 'sum',
    signal
  }
}

function rectOf ({ width, height }: PlannedJob['spec'], tileX: number, tileY: number): PixelRect {
  const [x0, y0] = [tileX * PROBE_TILE, tileY * PROBE_TILE]
  return { x0, y0, x1: Math.min(x0 + PROBE_TILE, width), y1: Math.min(y0 + PROBE_TILE, height) }
}
