import type { Engine, EngineSession, RenderOutcome, UnitSource } from '../../src/index.ts'

/** A renderer that takes no time at all, for benchmarks of what comes after it: every unit is noise of the right size at once. */
export function instantEngine (): Engine {
  return {
    id: 'instant',
    extensions: ['.instant'],
    probe: async () => ({ id: 'instant', version: '1', fingerprint: 'instant 1' }),
    checkSettings: () => {},
    findFiles: async () => [],
    inspect: async () => ({ cameras: [], width: undefined, height: undefined, frames: undefined, warnings: [] }),
    load: async (): Promise<EngineSession> => ({
      loadMs: 0,
      render: (source) => renderInstantly(source),
      setThreads: () => {},
      close: async () => {}
    })
  }
}

async function * renderInstantly (source: UnitSource): AsyncGenerator<RenderOutcome> {
  for (;;) {
    const units = await source.take(8)
    if (units.length === 0) {
      return
    }
    for (const { unit, rect } of units) {
      const pixels = new Float32Array((rect.x1 - rect.x0) * (rect.y1 - rect.y0) * 4).fill(unit % 7)
      yield { state: 'rendered', unit, pixels, renderMs: 0.1 }
    }
  }
}
