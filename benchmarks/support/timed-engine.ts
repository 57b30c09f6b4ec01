import { renderTimed } from '../../test/support/timed-render.ts'
import type { Engine, EngineInfo, EngineSession, FoundFile, RenderUnit, SceneInfo } from '../../src/index.ts'

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
      render: (source, signal) => renderTimed(source, signal, msPerUnit, blackPixels),
      setThreads: () => {},
      close: async () => {}
    })
  }
}

function blackPixels ({ rect }: RenderUnit): Float32Array {
  return new Float32Array((rect.x1 - rect.x0) * (rect.y1 - rect.y0) * 4)
}
