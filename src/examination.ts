/**
 * What `tilemesh doctor` looks at with the adapters themselves: the home and the engines. Like `peer.ts` it only puts them together.
 */
import { renderGoldenTile } from './engines/golden-tile.ts'
import { shippedEngines } from './engines/registry.ts'
import type { EngineId } from './core/ids.ts'
import type { GoldenOutcome } from './engines/golden-tile.ts'
import type { EngineInfo } from './ports.ts'

export { examineDisk, examineHome } from './store/examine-home.ts'
export type { DiskExamination, HomeExamination, KeptTotals, Looked } from './store/examine-home.ts'
export type { GoldenOutcome } from './engines/golden-tile.ts'

/** An engine on this machine: what it is and what came of its golden tile, or one line why it does not work here. */
export type EngineExamination =
  | { readonly engine: EngineId, readonly state: 'works', readonly info: EngineInfo, readonly golden: GoldenOutcome }
  | { readonly engine: EngineId, readonly state: 'missing', readonly reason: string }

/** Probes every engine of the product and has it render a tiny picture whose pixels are known. */
export async function examineEngines (threads: number, signal: AbortSignal): Promise<readonly EngineExamination[]> {
  return Promise.all(shippedEngines().map(async (engine): Promise<EngineExamination> => {
    try {
      const info = await engine.probe()
      return 'missing' in info
        ? { engine: engine.id, state: 'missing', reason: info.missing }
        : { engine: engine.id, state: 'works', info, golden: await renderGoldenTile(engine, threads, signal) }
    } catch (err) {
      return { engine: engine.id, state: 'missing', reason: err instanceof Error ? err.message : String(err) }
    }
  }))
}
