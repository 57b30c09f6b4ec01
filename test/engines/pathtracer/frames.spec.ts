import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { frameCount } from '../../../src/core/job.ts'
import { unitAtPosition } from '../../../src/core/order.ts'
import { chunksOf, contentOf, frameNumber, gridOf, pixelsOf, placeOf } from '../../../src/core/units.ts'
import { createFilm } from '../../../src/film/film.ts'
import { filmHash, frameHash } from '../../../src/film/film-hash.ts'
import { createPathTracer } from '../../../src/engines/pathtracer/engine.ts'
import { filesInFolder } from '../../../src/engines/pathtracer/folder-files.ts'
import { FrameSlots } from '../../../src/engines/pathtracer/frame-slots.ts'
import { STOP_WORDS, STOP_WORD_COUNT } from '../../../src/engines/pathtracer/layout.ts'
import { MAX_FRAME_SLOTS } from '../../../src/engines/pathtracer/limits.ts'
import { turningSquare } from './moving-scene.ts'
import type { FilmSpec } from '../../../src/film/film.ts'
import type { Seat } from '../../../src/engines/pathtracer/frame-slots.ts'
import type { EngineSession, RenderUnit, SceneFiles } from '../../../src/ports.ts'

/**
 * The film of frames 0, 12 and 24 of the turning square, 48 × 32, 40 samples. It changes when the pictures do: then peers of before and after
 * must not share a job, and the path tracer's version or kernel has changed.
 */
const GOLDEN = '05f850b95ec2341bf8ae2feee9147a98f1ad110753cd6eb3024654bdc0461dfb'

const never = new AbortController().signal
const spec: FilmSpec = { width: 48, height: 32, frames: { first: 0, last: 24, step: 12 }, samples: 40, split: 'tiles', tile: 16 }

/** All units of a job in the order in which they are granted. */
function unitsOf (cut: FilmSpec): RenderUnit[] {
  const grid = gridOf(cut)
  return Array.from({ length: grid.units }, (_, position) => {
    const unit = unitAtPosition(grid, position)
    const place = placeOf(grid, unit)
    const { first, end } = chunksOf(grid, place)
    return { unit, frame: frameNumber(grid, place.frame), rect: pixelsOf(grid, place), firstChunk: first, endChunk: end, chunkSamples: grid.chunkSamples, content: contentOf(grid), signal: never }
  })
}

async function filmOf (session: EngineSession, cut: FilmSpec, units = unitsOf(cut)): Promise<string> {
  const film = createFilm(cut)
  for await (const outcome of session.render({ take: async (max) => units.splice(0, max) }, never)) {
    assert.ok(outcome.state === 'rendered', outcome.state === 'failed' ? outcome.reason : '')
    film.merge(outcome.unit, outcome.pixels)
  }
  return filmHash(Array.from({ length: frameCount(cut.frames) }, (_, frame) => frameHash(film.frame(frame))))
}

describe('engines/pathtracer: frames', function () {
  this.timeout(60_000)
  let folder = ''
  let files: SceneFiles

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh-'))
    await writeFile(join(folder, 'turn.glb'), turningSquare())
    files = filesInFolder(folder, 'turn.glb')
  })

  after(async () => {
    await rm(folder, { recursive: true })
  })

  async function withSession<T> (threads: number, use: (session: EngineSession) => Promise<T>): Promise<T> {
    const session = await createPathTracer().load(files, { width: spec.width, height: spec.height, samples: spec.samples, camera: '', settings: [] }, threads, never)
    try {
      return await use(session)
    } finally {
      await session.close()
    }
  }

  it('are the same to the bit as ever', async () => {
    assert.equal(await withSession(1, async (session) => filmOf(session, spec)), GOLDEN)
  })

  for (const threads of [1, 3]) {
    for (const cut of [{ ...spec, tile: 8 }, { ...spec, split: 'samples' }, { ...spec, split: 'frames' }] as const) {
      it(`are the same split by ${cut.split} with ${threads} threads`, async () => {
        assert.equal(await withSession(threads, async (session) => filmOf(session, cut)), GOLDEN)
      })
    }
  }

  it('are the same when units of all frames come mixed, and when a session renders them again', async () => {
    await withSession(2, async (session) => {
      const units = unitsOf(spec)
      const mixed = units.toSorted((a, b) => a.unit * 7 % units.length - b.unit * 7 % units.length)
      assert.equal(await filmOf(session, spec, mixed), GOLDEN)
      assert.equal(await filmOf(session, spec, units.toReversed()), GOLDEN)
    })
  })

  it('are the same when threads come and go between them', async () => {
    await withSession(3, async (session) => {
      const units = unitsOf(spec)
      const film = createFilm(spec)
      let outcomes = 0
      for await (const outcome of session.render({ take: async (max) => units.splice(0, max) }, never)) {
        assert.ok(outcome.state === 'rendered')
        film.merge(outcome.unit, outcome.pixels)
        session.setThreads(1 + outcomes++ % 3)
      }
      assert.equal(filmHash([0, 1, 2].map((frame) => frameHash(film.frame(frame)))), GOLDEN)
    })
  })

  it('that can not be built fail their units, and no others', async () => {
    const engine = createPathTracer({ loader: new URL('./hand-made-loader.js', import.meta.url) })
    const session = await engine.load(filesInFolder(import.meta.dirname, 'moving'), { width: 48, height: 32, samples: 40, camera: '', settings: [] }, 2, never)
    const cut: FilmSpec = { ...spec, frames: { first: 12, last: 14, step: 1 } }
    const units = unitsOf(cut)
    const outcomes: string[] = []
    for await (const outcome of session.render({ take: async (max) => units.splice(0, max) }, never)) {
      outcomes.push(`${placeOf(gridOf(cut), outcome.unit).frame + 12} ${outcome.state === 'failed' ? outcome.reason : 'rendered'}`)
    }
    await session.close()
    assert.deepEqual(new Set(outcomes), new Set(['12 rendered', '13 instance 7: mesh 99 does not exist', '14 rendered']))
    assert.equal(outcomes.length, gridOf(cut).units)
  })
})

/** Slots over a builder whose frames are built when the test says so. */
class Bench {
  readonly orders: { readonly frame: number, readonly slot: number, readonly done: (error?: Error) => void }[] = []
  readonly seats = new Map<string, Seat | Error>()
  readonly slots: FrameSlots

  constructor () {
    this.slots = new FrameSlots({
      kind: 'moving',
      frames: {
        build: (frame, slot) => new Promise((resolve, reject) => {
          const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true })
          this.orders.push({ frame, slot, done: (error) => error === undefined ? resolve(memory) : reject(error) })
        }),
        close: async () => {}
      }
    }, { opened: () => {}, quiet: async () => {} })
  }

  enter (name: string, frame: number): { readonly frame: number, seated (seat: Seat): void, refused (error: Error): void } {
    const guest = { frame, seated: (seat: Seat) => { this.seats.set(name, seat) }, refused: (error: Error) => { this.seats.set(name, error) } }
    this.slots.enter(guest)
    return guest
  }

  leave (name: string): void {
    this.slots.leave(this.seats.get(name) as Seat)
    this.seats.delete(name)
  }

  /** Lets promises that are settled be heard. */
  async turn (): Promise<void> {
    await new Promise((resolve) => { setImmediate(resolve) })
  }

  async built (): Promise<void> {
    await this.turn()
    this.orders.forEach(({ done }) => { done() })
    await this.turn()
  }

  get frames (): number[] {
    return this.orders.map(({ frame }) => frame)
  }
}

describe('engines/pathtracer: frame slots', () => {
  it('build a frame once for all who want it, and keep it until another needs the room', async () => {
    const bench = new Bench()
    bench.enter('a', 1)
    bench.enter('b', 1)
    await bench.built()
    assert.equal(bench.seats.size, 2)
    bench.leave('a')
    bench.leave('b')
    bench.enter('c', 2)
    bench.enter('d', 1)
    await bench.built()
    assert.deepEqual(bench.frames, [1, 2])
  })

  it(`hold ${MAX_FRAME_SLOTS} frames at most: a third waits until one is free, and whoever comes after it waits too`, async () => {
    const bench = new Bench()
    for (const [name, frame] of [['a', 1], ['b', 2], ['c', 3], ['d', 1]] as const) {
      bench.enter(name, frame)
    }
    await bench.built()
    assert.deepEqual([...bench.seats.keys()], ['a', 'b'])
    bench.leave('b')
    await bench.turn()
    assert.deepEqual(bench.frames, [1, 2, 3])
    assert.equal(bench.orders[2]!.slot, bench.orders[1]!.slot)
    await bench.built()
    assert.deepEqual([...bench.seats.keys()].toSorted(), ['a', 'c', 'd'])
  })

  it('forget who gives up, and let the next one in', async () => {
    const bench = new Bench()
    bench.enter('a', 1)
    bench.enter('b', 2)
    const impatient = bench.enter('c', 3)
    bench.enter('d', 4)
    await bench.built()
    bench.slots.giveUp(impatient)
    bench.leave('a')
    await bench.built()
    assert.deepEqual(bench.frames, [1, 2, 4])
    assert.deepEqual([...bench.seats.keys()], ['b', 'd'])
  })

  it('refuse those who wait for a frame that can not be built, and try it again for the next', async () => {
    const bench = new Bench()
    bench.enter('a', 1)
    await bench.turn()
    bench.orders[0]!.done(new Error('no'))
    await bench.turn()
    assert.ok(bench.seats.get('a') instanceof Error)
    bench.enter('b', 1)
    await bench.built()
    assert.ok(!(bench.seats.get('b') instanceof Error))
  })

  it('give each guest a stop word of its own, cleared', async () => {
    const bench = new Bench()
    for (let i = 0; i <= STOP_WORD_COUNT; i++) {
      bench.enter(`${i}`, 1)
    }
    await bench.built()
    assert.equal(bench.seats.size, STOP_WORD_COUNT)
    assert.equal(new Set([...bench.seats.values()].map((seat) => (seat as Seat).stop)).size, STOP_WORD_COUNT)
    assert.ok(STOP_WORDS + STOP_WORD_COUNT * 4 <= 2 * 65536)
    bench.leave('0')
    assert.equal(bench.seats.size, STOP_WORD_COUNT)
  })
})
