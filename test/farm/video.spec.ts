import assert from 'node:assert/strict'
import { StoreError, VideoError } from '../../src/errors.ts'
import { fakeFilm } from '../support/fake-pixels.ts'
import { lastEvent, SCENE, SCENE_PATH, World, worldSpec } from '../support/world.ts'
import type { RenderRequest } from '../../src/api.ts'
import type { FarmEvent } from '../../src/ports.ts'

const frames = { first: 10, last: 14, step: 2 }
const FILM: Partial<RenderRequest> = { frames, output: '/out/a-##.exr', video: { file: '/out/a.mp4' } }
const PICTURES = ['/out/a-10.exr', '/out/a-12.exr', '/out/a-14.exr']

function doneOf (events: readonly FarmEvent[]): FarmEvent & { event: 'done' } | undefined {
  return lastEvent(events, 'done')
}

describe('a job with a video', () => {
  it('has it made of its frames in their order when all of them are written, and ends with it', async () => {
    const world = new World()
    const { darkroom, videos } = await world.start('A')
    const job = await world.render('A', FILM)
    const events = world.follow('A', job)
    await world.until(() => videos.attempts.length > 0, 300_000)
    assert.deepEqual([...darkroom.pictures.keys()].sort(), PICTURES)
    assert.equal(doneOf(events), undefined)
    assert.ok(await world.until(() => doneOf(events) !== undefined, 60_000), 'the job ends')
    assert.deepEqual(doneOf(events)!.files, [...PICTURES, '/out/a.mp4'])
    assert.equal(doneOf(events)!.problem, undefined)
    const { fps, films } = videos.videos.get('/out/a.mp4')!
    assert.equal(fps, 24)
    assert.deepEqual(films, [0, 1, 2].map((frame) => fakeFilm(SCENE, worldSpec({ frames }), frame)))
    const shown = events.flatMap((event) => event.event === 'progress' && event.video !== undefined ? [event.video] : [])
    assert.deepEqual([...new Set(shown)].filter((count) => count > 0), [1, 2, 3], 'followers hear how far it is')
  })

  it('has it as fast as it is asked for, else as the scene, else 24 frames a second', async () => {
    const world = new World()
    const { videos } = await world.start('A')
    for (const [request, expected] of [
      [{ video: { file: '/out/1.mp4', fps: 12.5 }, settings: { fps: '30' } }, 12.5],
      [{ video: { file: '/out/2.mp4' }, settings: { fps: '23.976' } }, 23.976],
      [{ video: { file: '/out/3.mp4' }, settings: { tint: '7' } }, 24]
    ] as const) {
      const events = world.follow('A', await world.render('A', { ...FILM, ...request }))
      assert.ok(await world.until(() => doneOf(events) !== undefined, 300_000))
      assert.equal(videos.videos.get(request.video.file)!.fps, expected)
    }
  })

  it('is refused before it starts when there is one frame, when the speed is none, or when the video can not be made here', async () => {
    const world = new World()
    const { videos, farm } = await world.start('A')
    const refused = async (request: Partial<RenderRequest>, message: RegExp): Promise<void> => {
      await assert.rejects(world.render('A', { ...FILM, ...request }), { name: 'UsageError', exitStatus: 2, message })
    }
    await refused({ frames: { first: 4, last: 4, step: 1 } }, /several frames/)
    await refused({ frames: undefined }, /several frames/)
    for (const fps of [0, -1, 0.09, 240.1, NaN, Infinity]) {
      await refused({ video: { file: '/out/a.mp4', fps } }, /0\.1 to 240 frames a second/)
    }
    await refused({ settings: { fps: '1000' } }, /not 1000; choose with --fps/)
    videos.refusal = 'there is no ffmpeg'
    await refused({}, /^there is no ffmpeg$/)
    await assert.rejects(world.drive(farm.estimate({ scene: SCENE_PATH, size: { width: 64, height: 64 }, ...FILM } as RenderRequest, new AbortController().signal)), { message: 'there is no ffmpeg' })
    assert.deepEqual(farm.jobs(), [])
  })

  for (const moment of ['before it is begun', 'while it is made'] as const) {
    it(`has it made in the next life of a peer that is killed ${moment}`, async () => {
      const world = new World()
      const first = await world.start('A')
      const job = await world.render('A', FILM)
      const ready = moment === 'while it is made' ? () => first.videos.attempts.length > 0 : () => first.darkroom.pictures.size === 2
      assert.ok(await world.until(ready, 300_000))
      const { videos, darkroom } = await world.restart('A', world.kill('A'))
      const events = world.follow('A', job)
      assert.ok(await world.until(() => doneOf(events) !== undefined, 300_000), 'the job ends')
      assert.deepEqual(doneOf(events)!.files, [...PICTURES, '/out/a.mp4'])
      assert.ok(videos.videos.has('/out/a.mp4'))
      assert.deepEqual(videos.attempts, [job])
      assert.ok(darkroom.pictures.size <= 1 + (moment === 'while it is made' ? 0 : 1), 'finished frames stay')
    })
  }

  it('does not have it made again after its end', async () => {
    const world = new World()
    await world.start('A')
    const job = await world.render('A', FILM)
    const events = world.follow('A', job)
    assert.ok(await world.until(() => doneOf(events) !== undefined, 300_000))
    const { videos } = await world.restart('A', world.kill('A'))
    const later = world.follow('A', job)
    await world.settle(30_000)
    assert.deepEqual(doneOf(later)!.files, [...PICTURES, '/out/a.mp4'])
    assert.deepEqual(videos.attempts, [])
  })

  it('waits for a disk that refuses', async () => {
    const world = new World()
    const { videos } = await world.start('A')
    videos.fault = new StoreError('the disk of /out is full')
    const events = world.follow('A', await world.render('A', FILM))
    await world.until(() => videos.attempts.length > 3, 300_000)
    assert.equal(events.filter((event) => event.event === 'error' && event.message === 'the disk of /out is full').length, 1, 'it is told once')
    assert.equal(doneOf(events), undefined)
    videos.fault = undefined
    assert.ok(await world.until(() => doneOf(events) !== undefined, 400_000), 'the job ends')
    assert.deepEqual(doneOf(events)!.files, [...PICTURES, '/out/a.mp4'])
  })

  it('ends without it, saying why, when it can not be made; also to those who ask later', async () => {
    const world = new World()
    const { videos } = await world.start('A')
    videos.fault = new VideoError('ffmpeg is tired')
    const job = await world.render('A', FILM)
    const events = world.follow('A', job)
    assert.ok(await world.until(() => doneOf(events) !== undefined, 300_000), 'the job ends')
    for (const done of [doneOf(events)!, await laterDone()]) {
      assert.deepEqual({ state: done.state, files: done.files, problem: done.problem }, { state: 'finished', files: PICTURES, problem: 'ffmpeg is tired' })
      assert.notEqual(done.filmHash, null)
    }
    assert.ok(events.some((event) => event.event === 'error' && event.message === 'ffmpeg is tired'))

    async function laterDone (): Promise<FarmEvent & { event: 'done' }> {
      const again = await world.restart('A', world.kill('A'))
      const later = world.follow('A', job)
      await world.settle(10_000)
      assert.deepEqual(again.videos.attempts, [])
      return doneOf(later)!
    }
  })

  it('that is cancelled, or whose peer is stopped, while it is made gives it up', async () => {
    for (const ending of ['cancel', 'stop'] as const) {
      const world = new World()
      const { videos, farm } = await world.start('A')
      const job = await world.render('A', FILM)
      const events = world.follow('A', job)
      assert.ok(await world.until(() => videos.attempts.length > 0, 300_000))
      await world.drive<unknown>(ending === 'cancel' ? farm.cancel(job) : farm.stop('politely'))
      await world.settle(30_000)
      assert.equal(doneOf(events)?.state, ending === 'cancel' ? 'cancelled' : undefined)
      assert.equal(videos.videos.size, 0)
      assert.ok(!events.some(({ event }) => event === 'error'))
    }
  })
})
