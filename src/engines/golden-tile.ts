import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EngineError } from '../errors.ts'
import { frameHash } from '../film/film-hash.ts'
import { goldenScene } from './pathtracer/golden-scene.ts'
import { filesInFolder } from './pathtracer/folder-files.ts'
import type { EngineId, Hash } from '../core/ids.ts'
import type { Engine, RenderUnit } from '../ports.ts'

/** A tiny picture whose pixels are known: a machine that renders it differently must not render for others. */
interface GoldenTile {
  /** The scene file's text, and its name. */
  readonly scene: () => string
  readonly entry: string
  /** sha256 of the pixels. Whatever changes it changes the engine's fingerprint too. */
  readonly hash: Hash
}

/** Pixels a side, and samples per pixel: a few milliseconds of work that goes through every part of a renderer. */
const SIDE = 32
const SAMPLES = 16

const GOLDEN_TILES: Readonly<Record<EngineId, GoldenTile>> = {
  pathtracer: {
    scene: goldenScene,
    entry: 'golden.gltf',
    hash: '5da1a1768781844e0d742daa99e310bf758cf6fb5aae28f106ef004d25163b35'
  }
}

/** What came of a golden tile. */
export type GoldenOutcome =
  | { readonly state: 'exact', readonly ms: number }
  | { readonly state: 'different', readonly hash: Hash }
  /** There is none for this engine. */
  | { readonly state: 'none' }

/**
 * Renders an engine's golden tile and compares its pixels with those every machine must get, to the bit.
 *
 * @throws EngineError when the engine can not render it at all
 */
export async function renderGoldenTile (engine: Engine, threads: number, signal: AbortSignal): Promise<GoldenOutcome> {
  const golden = GOLDEN_TILES[engine.id]
  if (golden === undefined) {
    return { state: 'none' }
  }
  const startMs = performance.now()
  const folder = await mkdtemp(join(tmpdir(), 'tilemesh-golden-'))
  try {
    await writeFile(join(folder, golden.entry), golden.scene())
    const hash = await render(engine, golden, folder, threads, signal)
    return hash === golden.hash ? { state: 'exact', ms: performance.now() - startMs } : { state: 'different', hash }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function render (engine: Engine, golden: GoldenTile, folder: string, threads: number, signal: AbortSignal): Promise<Hash> {
  const settings = { width: SIDE, height: SIDE, samples: SAMPLES, camera: '', settings: [] }
  const session = await engine.load(filesInFolder(folder, golden.entry), settings, threads, signal)
  try {
    const unit: RenderUnit = {
      unit: 0, frame: 1, rect: { x0: 0, y0: 0, x1: SIDE, y1: SIDE }, firstChunk: 0, endChunk: 1, chunkSamples: SAMPLES, content: 'mean', signal
    }
    const units = [unit]
    let pixels: Float32Array | undefined
    for await (const outcome of session.render({ take: async () => units.splice(0) }, signal)) {
      if (outcome.state === 'failed') {
        throw new EngineError(outcome.reason, outcome.log)
      }
      pixels = outcome.pixels
    }
    if (pixels === undefined) {
      throw new EngineError('nothing was rendered')
    }
    return frameHash(pixels)
  } finally {
    await session.close()
  }
}
