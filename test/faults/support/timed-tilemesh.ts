/**
 * The program as a person types it, with a renderer under it that takes time and no processor: of every unit, TILEMESH_TEST_UNIT_MS milliseconds.
 * Its pixels depend on the scene, the frame, the pixel and the samples alone, so a film that lacks one unit or has one of another place has another
 * hash. Scenes are read, packed and sent by the real renderer's rules.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { processContext } from '../../../src/cli/process-context.ts'
import { run } from '../../../src/cli/program.ts'
import { createPathTracer } from '../../../src/engines/pathtracer/engine.ts'
import { createPeer } from '../../../src/index.ts'
import { fakePixels } from '../../support/fake-pixels.ts'
import { renderTimed } from '../../support/timed-render.ts'
import type { Engine, EngineInfo, EngineSession } from '../../../src/index.ts'

const msPerUnit = Number(process.env['TILEMESH_TEST_UNIT_MS'] ?? 0)

const pathTracer = createPathTracer()

const engine: Engine = {
  id: pathTracer.id,
  extensions: pathTracer.extensions,
  probe: async (): Promise<EngineInfo> => ({ id: pathTracer.id, version: '1', fingerprint: 'timed 1' }),
  checkSettings: (settings) => { pathTracer.checkSettings(settings) },
  findFiles: async (scene) => pathTracer.findFiles(scene),
  inspect: async (files, signal, settings) => pathTracer.inspect(files, signal, settings),
  load: async (files, { samples }): Promise<EngineSession> => {
    const scene = await readFile(join(files.folder, files.entry))
    return {
      loadMs: 0,
      render: (source, signal) => renderTimed(source, signal, msPerUnit, (unit) => fakePixels(scene, samples, unit)),
      setThreads: () => {},
      close: async () => {}
    }
  }
}

async function main (): Promise<void> {
  const alive = setInterval(() => {}, 2 ** 30)
  const status = await run(process.argv.slice(2), {
    ...processContext(),
    loadPeer: async () => async (init) => createPeer({ ...init, registry: [engine] })
  })
  clearInterval(alive)
  await new Promise<void>((resolve) => { process.stdout.write('', () => { resolve() }) })
  process.exit(status)
}

// As it is started for a person: what nobody caught ends the process with a line and status 1.
const launch = createRequire(import.meta.url)(fileURLToPath(new URL('../../../../src/cli/launch.cjs', import.meta.url))) as (load: () => Promise<{ main: () => Promise<void> }>) => void
launch(async () => ({ main }))
