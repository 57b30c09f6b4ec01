import assert from 'node:assert/strict'
import { frameCount } from '../../src/core/job.ts'
import { fileOfFrame } from '../../src/core/frame-file.ts'
import { fakeFilm } from '../support/fake-pixels.ts'
import { lastEvent, SCENE, World, worldSpec } from '../support/world.ts'
import type { FakeDarkroom } from '../support/fake-darkroom.ts'
import type { FarmEvent, Film } from '../../src/ports.ts'
import type { PreviewBlock } from '../../src/api.ts'
import type { WorldPeer } from '../support/world.ts'

const frames = { first: 10, last: 27, step: 2 }
const COUNT = frameCount(frames)
const request = { frames, split: 'frames', output: '/out/shot-####.png' } as const
const numberOf = (frame: number): number => frames.first + frame * frames.step
const fileOf = (frame: number): string => `/out/shot-00${numberOf(frame)}.png`

function expectedHash (darkroom: FakeDarkroom): string {
  return darkroom.filmHash(Array.from({ length: COUNT }, (_, frame) => darkroom.frameHash(fakeFilm(SCENE, worldSpec({ frames }), frame))))
}

const isDone = (events: readonly FarmEvent[]): boolean => lastEvent(events, 'done') !== undefined

/** Most bytes that the films of a peer ever hold after a unit was merged. */
function watchFilms (peer: WorldPeer): { most: number } {
  const watch = { most: 0 }
  const film = peer.darkroom.film.bind(peer.darkroom)
  peer.darkroom.film = (spec) => {
    const made = film(spec)
    const merge: Film['merge'] = (unit, pixels) => {
      const frame = made.merge(unit, pixels)
      watch.most = Math.max(watch.most, made.bytes)
      return frame
    }
    return new Proxy(made, { get: (target, key) => { const value: unknown = key === 'merge' ? merge : Reflect.get(target, key, target); return typeof value === 'function' ? value.bind(target) as unknown : value } })
  }
  return watch
}

describe('a job of several frames', () => {
  it('is rendered first, last and middle frame first, and each picture is written as its frame is complete', async () => {
    const world = new World()
    const a = await world.start('A')
    const watch = watchFilms(a)
    const job = await world.render('A', request)
    const events = world.follow('A', job)
    const order: string[] = []
    assert.ok(await world.until(() => {
      for (const file of a.darkroom.pictures.keys()) {
        order.push(...order.includes(file) ? [] : [file])
      }
      return isDone(events)
    }, 120_000), 'the job ends')
    assert.deepEqual(order, [0, 8, 4, 1, 2, 3, 5, 6, 7].map(fileOf))
    const done = lastEvent(events, 'done')!
    assert.deepEqual(done.files, Array.from({ length: COUNT }, (_, frame) => fileOf(frame)))
    assert.equal(done.filmHash, expectedHash(a.darkroom))
    assert.equal(done.executions, COUNT)
    assert.deepEqual(a.darkroom.pictures.get(fileOf(3))!.pixels, fakeFilm(SCENE, worldSpec({ frames }), 3))
    assert.ok(watch.most <= 2 * 64 * 64 * 16, `${watch.most} bytes of film at once`)
  })

  for (const split of ['tiles', 'samples', 'frames'] as const) {
    it(`makes the same film split by ${split} over three peers`, async () => {
      const world = new World()
      const a = await world.start('A')
      await world.start('B')
      await world.start('C')
      await world.settle(1_000)
      const job = await world.render('A', { ...request, split, tile: 32 })
      const events = world.follow('A', job)
      assert.ok(await world.until(() => isDone(events), 300_000), 'the job ends')
      assert.equal(lastEvent(events, 'done')!.filmHash, expectedHash(a.darkroom))
    })
  }

  for (const split of ['tiles', 'frames'] as const) {
    it(`goes on after a kill of its requester, split by ${split}, and renders no finished frame again`, async () => {
      const world = new World()
      const before = await world.start('A', { msPerUnit: 500 })
      const job = await world.render('A', { ...request, split, tile: 32 })
      assert.ok(await world.until(() => before.darkroom.pictures.size === 5, 120_000))
      await world.settle(700)
      const disk = world.kill('A')
      const finished = disk.journal(job).entries.flatMap(({ record }) => record.type === 'frame' ? [record.frame] : [])
      assert.ok(finished.length >= 5 && finished.length < COUNT)
      const a = await world.restart('A', disk)
      const watch = watchFilms(a)
      const events = world.follow('A', job)
      assert.ok(await world.until(() => isDone(events), 240_000), 'the job ends')
      const done = lastEvent(events, 'done')!
      assert.equal(done.filmHash, expectedHash(a.darkroom))
      assert.deepEqual(done.files, Array.from({ length: COUNT }, (_, frame) => fileOf(frame)))
      const perFrame = split === 'frames' ? 1 : 4
      const again = a.engine.started.filter((unit) => finished.includes(Math.floor(unit / perFrame)))
      assert.deepEqual(again, [])
      assert.ok(finished.every((frame) => !a.darkroom.pictures.has(fileOf(frame))), 'a finished picture was written again')
      assert.ok(watch.most <= 2 * 64 * 64 * 16, `${watch.most} bytes of film at once`)
    })
  }

  it('shows a late viewer the frame finished last, then what comes', async () => {
    const world = new World()
    const a = await world.start('A')
    const job = await world.render('A', { ...request, split: 'tiles', tile: 32 })
    assert.ok(await world.until(() => a.darkroom.pictures.size === 2, 120_000))
    await world.settle(1_500)
    const blocks: PreviewBlock[] = []
    const stop = new AbortController()
    const watching = (async () => {
      for await (const item of a.farm.follow(job, 'blocks', stop.signal)) {
        if (item.type === 'preview') {
          blocks.push(item.block)
        }
      }
    })()
    await world.settle(200)
    // Frame 8 was second; of the third, the middle one, a tile has come.
    assert.deepEqual(blocks.map(({ frame }) => frame), [8, 8, 8, 8, 4])
    assert.ok(blocks.every(({ rgba }) => rgba.every((value, i) => i % 4 < 3 || value === 255)))
    stop.abort()
    await world.drive(watching)
  })

  it('is fetched as far as it goes: frames of which nothing has come are left out', async () => {
    const world = new World()
    const a = await world.start('A')
    await world.start('B', { work: 'off' })
    await world.settle(1_000)
    const job = await world.render('A', { ...request, split: 'tiles', tile: 32 })
    assert.ok(await world.until(() => a.darkroom.pictures.size === 2, 120_000))
    await world.settle(1_500)
    for (const id of ['A', 'B']) {
      const saved = await world.drive(world.peer(id).farm.fetch(job, { output: `/fetched/${id}-##.exr`, bits: 8, waitMs: 1_000 }))
      assert.deepEqual(saved.files, [0, 4, 8].map((frame) => `/fetched/${id}-${numberOf(frame)}.exr`))
      assert.equal(saved.filmHash, null)
      assert.match(saved.missing!, /of 36 units/)
    }
  })

  it('needs a place for the number in the name of its pictures', async () => {
    const world = new World()
    await world.start('A')
    for (const output of ['/out/shot.png', '/out-##/shot.png']) {
      await assert.rejects(world.render('A', { ...request, output }), { name: 'JobSpecError', message: /####/ })
    }
  })
})

describe('the file of a frame', () => {
  for (const [pattern, frame, file] of [
    ['/a/shot-####.png', 7, '/a/shot-0007.png'],
    ['/a/shot-####.png', -7, '/a/shot--0007.png'],
    ['/a/shot-####.png', 123456, '/a/shot-123456.png'],
    ['/a/#1 take ##.exr', 7, '/a/#1 take 07.exr'],
    ['/a##/still.png', 7, '/a##/still.png'],
    ['C:\\a#\\shot #.png', 7, 'C:\\a#\\shot 7.png']
  ] as const) {
    it(`${frame} of ${pattern} is ${file}`, () => {
      assert.equal(fileOfFrame(pattern, frame), file)
    })
  }
})
