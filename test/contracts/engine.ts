import assert from 'node:assert/strict'
import { addChunk, meanOf } from '../../src/core/chunk-sums.ts'
import { chunksOf, contentOf, frameNumber, gridOf, pixelsOf, placeOf } from '../../src/core/units.ts'
import { EngineError, SceneError, UsageError } from '../../src/errors.ts'
import { MAX_LOG_BYTES } from '../../src/wire/limits.ts'
import type { JobSpec } from '../../src/core/job.ts'
import type { Engine, EngineSession, RenderOutcome, RenderSettings, RenderUnit, SceneFiles, UnitSource } from '../../src/ports.ts'

/** An engine under test and scenes for it. */
export interface EngineUnderTest {
  /** A new engine each time. */
  create (): Engine
  /** A small scene. Pictures of 24 × 16 pixels with 40 samples are made of it. */
  readonly scene: SceneFiles
  /** The same scene as a path on disk. */
  readonly scenePath: string
  /** A scene that can not be loaded. */
  readonly brokenScene: SceneFiles
  /** Whether equal units have equal bits however a job is cut; a fake renderer that draws units as such has not. */
  readonly cuts: 'independent' | 'by unit'
  /** Samples per pixel with which a unit of 1024 × 1024 pixels takes minutes. */
  readonly endlessSamples: number
}

type Cut = Pick<JobSpec, 'width' | 'height' | 'frames' | 'samples' | 'split' | 'tile'>

const CUT: Cut = { width: 24, height: 16, frames: { first: 1, last: 1, step: 1 }, samples: 40, split: 'tiles', tile: 8 }

/** How long an engine may take to stop; it promises 200 ms, but test machines are busy. */
const STOP_MS = 2000

/** A source that gives a job's units one by one and remembers how it was used. */
class Lease implements UnitSource {
  readonly taken: RenderUnit[] = []
  readonly #units: readonly RenderUnit[]
  readonly #controllers: readonly AbortController[]
  asking = 0
  mostAsking = 0
  askedAfterEnd = 0
  #over = false

  constructor (cut: Cut, order: (units: RenderUnit[]) => RenderUnit[] = (units) => units) {
    const grid = gridOf(cut)
    this.#controllers = Array.from({ length: grid.units }, () => new AbortController())
    this.#units = order(this.#controllers.map(({ signal }, unit) => {
      const place = placeOf(grid, unit)
      const { first, end } = chunksOf(grid, place)
      return {
        unit, signal, frame: frameNumber(grid, place.frame), rect: pixelsOf(grid, place), firstChunk: first, endChunk: end, chunkSamples: grid.chunkSamples, content: contentOf(grid)
      }
    }))
  }

  get size (): number {
    return this.#units.length
  }

  abort (unit: number): void {
    this.#controllers[unit]!.abort()
  }

  async take (max: number): Promise<readonly RenderUnit[]> {
    this.asking++
    this.mostAsking = Math.max(this.mostAsking, this.asking)
    this.askedAfterEnd += this.#over ? 1 : 0
    await new Promise((resolve) => setImmediate(resolve))
    this.asking--
    assert.ok(max >= 1)
    const units = this.#units.slice(this.taken.length, this.taken.length + Math.min(max, 2))
    this.taken.push(...units)
    this.#over = units.length === 0
    return units
  }
}

function settingsOf (cut: Cut): RenderSettings {
  return { width: cut.width, height: cut.height, samples: cut.samples, camera: '', settings: [] }
}

const never = (): AbortSignal => new AbortController().signal

/** Renders a whole job and puts its film together as the farm does. */
async function filmOf (session: EngineSession, cut: Cut, lease = new Lease(cut), each: (outcome: RenderOutcome) => void = () => {}): Promise<Float32Array> {
  const grid = gridOf(cut)
  const pixels = new Map<number, Float32Array>()
  for await (const outcome of session.render(lease, never())) {
    assert.equal(outcome.state, 'rendered', outcome.state === 'failed' ? outcome.log : '')
    assert.ok(!pixels.has(outcome.unit), `unit ${outcome.unit} came twice`)
    pixels.set(outcome.unit, outcome.state === 'rendered' ? outcome.pixels : new Float32Array(0))
    each(outcome)
  }
  assert.equal(pixels.size, grid.units)
  const film = new Float32Array(cut.width * cut.height * 4)
  for (let first = 0; first < grid.units; first += grid.runs) {
    const rect = pixelsOf(grid, placeOf(grid, first))
    const width = (rect.x1 - rect.x0) * 4
    const sums = new Float64Array(width * (rect.y1 - rect.y0))
    for (let run = 0; run < grid.runs; run++) {
      addChunk(sums, pixels.get(first + run)!)
    }
    const mean = contentOf(grid) === 'sum' ? meanOf(sums, grid.samples) : pixels.get(first)!
    for (let y = rect.y0; y < rect.y1; y++) {
      film.set(mean.subarray((y - rect.y0) * width, (y - rect.y0 + 1) * width), (y * cut.width + rect.x0) * 4)
    }
  }
  return film
}

/** Fails unless `work` ends within the time an engine has to stop. */
async function soon<T> (work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`still going after ${STOP_MS} ms`)), STOP_MS)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** What every {@link Engine} must do. */
export function describeEngine (name: string, given: EngineUnderTest): void {
  describe(`engine: ${name}`, () => {
    const sessions: EngineSession[] = []

    async function load (cut: Cut, threads = 2): Promise<EngineSession> {
      const session = await given.create().load(given.scene, settingsOf(cut), threads, never())
      sessions.push(session)
      return session
    }

    afterEach(async () => {
      await Promise.all(sessions.splice(0).map((session) => session.close()))
    })

    it('says what it is, the same each time', async () => {
      const info = await given.create().probe()
      assert.ok(!('missing' in info), 'it does not work on this machine')
      assert.equal(info.id, given.create().id)
      assert.ok(info.version !== '' && info.fingerprint !== '')
      assert.deepEqual(await given.create().probe(), info)
      for (const extension of given.create().extensions) {
        assert.match(extension, /^\.[a-z0-9]+$/)
      }
    })

    it('takes no settings it does not know', () => {
      const engine = given.create()
      engine.checkSettings({})
      assert.throws(() => engine.checkSettings({ 'no such setting': '1' }), (error) => error instanceof UsageError && error.message.includes('no such setting'))
    })

    it('finds a scene\'s files and reads what a job is made from', async () => {
      const files = await given.create().findFiles(given.scenePath)
      assert.equal(new Set(files.map(({ path }) => path)).size, files.length)
      const info = await given.create().inspect(given.scene, never())
      assert.ok(Array.isArray(info.cameras) && Array.isArray(info.warnings))
    })

    it('refuses a scene that can not be loaded', async () => {
      const refused = (error: unknown): boolean => error instanceof SceneError || error instanceof EngineError
      await assert.rejects(given.create().load(given.brokenScene, settingsOf(CUT), 1, never()), refused)
    })

    it('stops loading when told to', async () => {
      const controller = new AbortController()
      const loading = given.create().load(given.scene, settingsOf(CUT), 1, controller.signal)
      controller.abort()
      await soon(assert.rejects(loading, EngineError))
      await soon(assert.rejects(given.create().load(given.scene, settingsOf(CUT), 1, AbortSignal.abort()), EngineError))
    })

    it('renders each unit once, of the right size, finite, with what it cost', async () => {
      const session = await load(CUT)
      assert.ok(session.loadMs >= 0)
      const lease = new Lease(CUT)
      let units = 0
      await filmOf(session, CUT, lease, (outcome) => {
        units++
        const unit = lease.taken.find(({ unit }) => unit === outcome.unit)!
        assert.ok(outcome.state === 'rendered')
        assert.equal(outcome.pixels.length, (unit.rect.x1 - unit.rect.x0) * (unit.rect.y1 - unit.rect.y0) * 4)
        assert.ok(outcome.pixels.every((value) => Number.isFinite(value)))
        assert.ok(outcome.renderMs >= 0)
        assert.ok((outcome.log ?? '').length <= MAX_LOG_BYTES)
      })
      assert.equal(units, lease.size)
    })

    it('takes units one request at a time, no more than it is about to need, and none after the last', async () => {
      const session = await load(CUT, 2)
      const lease = new Lease(CUT)
      let done = 0
      let most = 0
      await filmOf(session, CUT, lease, () => {
        // What was taken, and neither handed on before nor now.
        most = Math.max(most, lease.taken.length - done)
        done++
      })
      assert.equal(lease.mostAsking, 1)
      assert.equal(lease.askedAfterEnd, 0)
      assert.ok(most <= 2 + 1 + 1, `${most} units of ${lease.size} were in hand with two threads`)
    })

    it('ends at once when there is nothing to do, and renders again afterwards', async () => {
      const session = await load(CUT)
      const nothing: UnitSource = { take: async () => [] }
      for await (const outcome of session.render(nothing, never())) {
        assert.fail(`unit ${outcome.unit} was never asked for`)
      }
      await filmOf(session, CUT)
    })

    it('passes on what goes wrong in its source', async () => {
      const session = await load(CUT)
      const broken: UnitSource = { take: async () => { throw new EngineError('the lease is broken') } }
      await assert.rejects(async () => {
        for await (const outcome of session.render(broken, never())) {
          assert.fail(`unit ${outcome.unit} was never asked for`)
        }
      }, EngineError)
      await filmOf(session, CUT)
    })

    it('drops an aborted unit within moments, and renders the rest', async () => {
      const endless: Cut = { ...CUT, width: 1024, height: 1024, samples: given.endlessSamples, split: 'frames', frames: { first: 1, last: 3, step: 1 } }
      const session = await load(endless)
      const lease = new Lease(endless)
      const aborting = setInterval(() => { lease.taken.forEach(({ unit }) => lease.abort(unit)) }, 20)
      try {
        await soon((async () => {
          for await (const outcome of session.render(lease, never())) {
            assert.fail(`unit ${outcome.unit} was aborted, and came all the same`)
          }
        })())
      } finally {
        clearInterval(aborting)
      }
      assert.equal(lease.taken.length, 3)
      const small = { ...CUT, samples: given.endlessSamples, width: 8, height: 8, split: 'samples' } as const
      const [first] = [...await collect(session, new Lease(small), 1)]
      assert.equal(first!.state, 'rendered')
    })

    it('stops within moments when told to, when its reader leaves, and when it is closed', async () => {
      const endless: Cut = { ...CUT, width: 1024, height: 1024, samples: given.endlessSamples, split: 'frames' }
      const session = await load(endless)
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 50)
      await soon((async () => {
        for await (const outcome of session.render(new Lease(endless), controller.signal)) {
          assert.fail(`unit ${outcome.unit} can not be ready`)
        }
      })())
      const parts: Cut = { ...endless, width: 16, height: 16, split: 'samples', tile: 8 }
      assert.equal((await soon(collect(session, new Lease(parts), 1))).length, 1)
      setTimeout(() => { session.close().catch(assert.fail) }, 50)
      await soon((async () => {
        for await (const outcome of session.render(new Lease(endless), never())) {
          assert.fail(`unit ${outcome.unit} can not be ready`)
        }
      })())
    })

    it('renders one source at a time', async () => {
      const session = await load(CUT)
      const first = session.render(new Lease(CUT), never())[Symbol.asyncIterator]()
      await first.next()
      await assert.rejects(async () => { await session.render(new Lease(CUT), never())[Symbol.asyncIterator]().next() }, EngineError)
      await first.return?.()
      await filmOf(session, CUT)
    })

    it('closes as often as asked, and renders nothing then', async () => {
      const session = await load(CUT)
      await Promise.all([session.close(), session.close()])
      await session.close()
      session.setThreads(3)
      await assert.rejects(async () => { await session.render(new Lease(CUT), never())[Symbol.asyncIterator]().next() }, EngineError)
    })

    it('makes the same pixels with other threads, changed while it renders too, and in any order', async () => {
      const expected = await filmOf(await load(CUT, 1), CUT)
      const session = await load(CUT, 3)
      assert.deepEqual(await filmOf(session, CUT), expected)
      assert.deepEqual(await filmOf(session, CUT, new Lease(CUT, (units) => units.reverse())), expected)
      let threads = 0
      assert.deepEqual(await filmOf(session, CUT, new Lease(CUT), () => session.setThreads([1, 4, 2][threads++ % 3]!)), expected)
    })

    if (given.cuts === 'independent') {
      it('makes the same film however the job is cut', async () => {
        const session = await load(CUT)
        const expected = await filmOf(session, CUT)
        for (const cut of [{ tile: 16 }, { tile: 128 }, { split: 'samples' }, { split: 'samples', tile: 16 }, { split: 'frames' }] as const) {
          assert.deepEqual(await filmOf(session, { ...CUT, ...cut }), expected, JSON.stringify(cut))
        }
      })
    }
  })
}

/** The first `count` outcomes. */
async function collect (session: EngineSession, lease: Lease, count: number): Promise<RenderOutcome[]> {
  const outcomes: RenderOutcome[] = []
  for await (const outcome of session.render(lease, never())) {
    if (outcomes.push(outcome) === count) {
      break
    }
  }
  return outcomes
}
