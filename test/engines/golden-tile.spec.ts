import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { renderGoldenTile } from '../../src/engines/golden-tile.ts'
import { createPathTracer } from '../../src/engines/pathtracer/engine.ts'
import { shippedEngines } from '../../src/engines/registry.ts'
import type { Engine, EngineSession, RenderOutcome } from '../../src/ports.ts'

const never = new AbortController().signal

/** The path tracer on a machine that gets the last bit of one number wrong. */
function slightlyWrong (): Engine {
  const engine = createPathTracer()
  const load: Engine['load'] = async (...given) => {
    const session = await engine.load(...given)
    const wrong: EngineSession = {
      loadMs: session.loadMs,
      setThreads: (threads) => { session.setThreads(threads) },
      close: async () => session.close(),
      async * render (source, signal): AsyncGenerator<RenderOutcome> {
        for await (const outcome of session.render(source, signal)) {
          if (outcome.state === 'rendered') {
            new Uint32Array(outcome.pixels.buffer, outcome.pixels.byteOffset)[1]! ^= 1
          }
          yield outcome
        }
      }
    }
    return wrong
  }
  return Object.assign(Object.create(engine) as Engine, { load })
}

describe('the golden tile', () => {
  for (const engine of shippedEngines()) {
    for (const threads of [1, 3]) {
      it(`of ${engine.id} is exact here with ${threads} threads`, async () => {
        assert.equal((await renderGoldenTile(engine, threads, never)).state, 'exact')
      })
    }
  }

  it('differs by a single bit', async () => {
    const outcome = await renderGoldenTile(slightlyWrong(), 1, never)
    assert.equal(outcome.state, 'different')
  })

  it('is not asked of an engine that has none', async () => {
    const engine = Object.assign(Object.create(createPathTracer()) as Engine, { id: 'other' })
    assert.deepEqual(await renderGoldenTile(engine, 1, never), { state: 'none' })
  })

  it('leaves nothing behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tilemesh-golden-spec-'))
    const before = process.env['TMPDIR']
    process.env['TMPDIR'] = folder
    try {
      await renderGoldenTile(createPathTracer(), 1, never)
      assert.deepEqual(await readdir(folder), [])
    } finally {
      if (before === undefined) {
        delete process.env['TMPDIR']
      } else {
        process.env['TMPDIR'] = before
      }
      await rm(folder, { recursive: true })
    }
  })
})
