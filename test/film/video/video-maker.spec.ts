import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import decodeWebp, { init as initWebp } from '@jsquash/webp/decode.js'
import { createVideoMaker } from '../../../src/film/video/video-maker.ts'
import { partFileOf } from '../../../src/film/video/part-file.ts'
import { programOnPath } from '../../../src/platform/programs.ts'
import { picture } from '../../support/pictures.ts'
import { readWebpAnimation } from '../../support/read-webp-animation.ts'
import type { VideoOrder } from '../../../src/ports.ts'

const never = new AbortController().signal

/** A frame of one colour. */
function plain (width: number, height: number, red: number, green: number, blue: number, alpha = 1): Float32Array {
  return new Float32Array(width * height * 4).map((_, at) => [red * alpha, green * alpha, blue * alpha, alpha][at % 4]!)
}

/** The middle pixel of a WebP. */
async function middleOf (still: Uint8Array): Promise<number[]> {
  await initWebp(await WebAssembly.compile(await readFile(new URL(import.meta.resolve('@jsquash/webp/codec/dec/webp_dec.wasm')))))
  const { data, width, height } = await decodeWebp(Uint8Array.from(still).buffer)
  const at = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 4
  return [...data.subarray(at, at + 4)]
}

describe('film/video/video-maker', function () {
  this.timeout(60_000)
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh video '))
  })

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  /** An order for a video of these films. */
  function order (name: string, width: number, height: number, films: readonly Float32Array[], more: Partial<VideoOrder> = {}): VideoOrder {
    return { file: join(folder, name), fps: 24, width, height, frames: films.length, key: 'job', film: async (frame) => films[frame]!, progressed: () => {}, ...more }
  }

  /** Something that stands where ffmpeg is looked for. */
  async function ffmpegThat (script: string): Promise<ReturnType<typeof createVideoMaker>> {
    const bin = join(folder, 'bin')
    await mkdir(bin, { recursive: true })
    await writeFile(join(bin, 'ffmpeg'), `#!/bin/sh\nfor file; do :; done\n${script}\n`)
    await chmod(join(bin, 'ffmpeg'), 0o755)
    return createVideoMaker({ programs: { env: { PATH: bin }, platform: process.platform } })
  }

  describe('of animated WebP', () => {
    it('shows each frame as pictures show it, in order, for its time', async () => {
      const told: number[] = []
      const films = [plain(33, 17, 0.8, 0.1, 0.1), plain(33, 17, 0.1, 0.8, 0.1), plain(33, 17, 0.1, 0.1, 0.8)]
      await createVideoMaker({ view: { toneMap: 'linear' } }).make(order('a.webp', 33, 17, films, { progressed: (frames) => { told.push(frames) } }), never)
      assert.deepEqual(await readdir(folder), ['a.webp'])
      assert.deepEqual(told, [1, 2, 3])
      const read = readWebpAnimation(await readFile(join(folder, 'a.webp')))
      assert.deepEqual({ ...read, frames: 0 }, { width: 33, height: 17, alpha: false, loops: 0, frames: 0 })
      assert.deepEqual(read.frames.map(({ durationMs }) => durationMs), [42, 41, 42])
      // 0.8 and 0.1 of light are 231 and 89 of sRGB.
      for (const [index, { still }] of read.frames.entries()) {
        const pixel = await middleOf(still)
        pixel.forEach((value, channel) => {
          const expected = channel === 3 ? 255 : channel === index ? 231 : 89
          assert.ok(Math.abs(value - expected) <= 8, `frame ${index}: ${pixel.join()}`)
        })
      }
    })

    it('keeps what is transparent, frame by frame', async () => {
      await createVideoMaker().make(order('a.webp', 8, 8, [plain(8, 8, 1, 1, 1), plain(8, 8, 1, 1, 1, 0.5)]), never)
      const read = readWebpAnimation(await readFile(join(folder, 'a.webp')))
      assert.equal(read.alpha, true)
      assert.deepEqual(read.frames.map(({ chunks }) => chunks.join()), ['VP8 ', 'ALPH,VP8 '])
      assert.equal((await middleOf(read.frames[1]!.still))[3], 128)
    })

    it('leaves the caller\'s thread free, and takes frames larger than a band', async () => {
      const films = [picture(1_100, 1_000, 1), picture(1_100, 1_000, 2)]
      let turns = 0
      let longestMs = 0
      let making = true
      let beforeMs = performance.now()
      const turn = (): void => {
        turns++
        longestMs = Math.max(longestMs, performance.now() - beforeMs)
        beforeMs = performance.now()
        if (making) {
          setImmediate(turn)
        }
      }
      turn()
      await createVideoMaker().make(order('a.webp', 1_100, 1_000, films), never)
      making = false
      assert.ok(turns > 500, `${turns} turns of the event loop, the longest took ${longestMs} ms`)
      assert.equal(readWebpAnimation(await readFile(join(folder, 'a.webp'))).frames.length, 2)
    })

    it('replaces what was there, and what a killed attempt left', async () => {
      const wanted = order('a.webp', 4, 4, [plain(4, 4, 1, 0, 0), plain(4, 4, 0, 1, 0)])
      await writeFile(wanted.file, 'old')
      await writeFile(partFileOf(wanted.file, wanted.key), 'half of it')
      await createVideoMaker().make(wanted, never)
      assert.deepEqual(await readdir(folder), ['a.webp'])
      assert.equal(readWebpAnimation(await readFile(wanted.file)).frames.length, 2)
    })

    it('has parts with names of their own for each job and file, that fit on a disk', () => {
      const parts = new Set(['a', 'b'].flatMap((key) => [partFileOf('/x/a.webp', key), partFileOf('/x/b.webp', key)]))
      assert.equal(parts.size, 4)
      assert.ok(Buffer.byteLength(partFileOf(`/${'🙂'.repeat(60)}.webp`, 'a')) <= 256)
    })

    it('has at most 16383 pixels a side, and 67 million a frame', async () => {
      const maker = createVideoMaker()
      await maker.check({ file: '/a.webp', fps: 24, width: 16_383, height: 1 })
      await assert.rejects(maker.check({ file: '/a.webp', fps: 24, width: 1, height: 16_384 }), { name: 'UsageError', message: /16383 pixels a side/ })
      await maker.check({ file: '/a.webp', fps: 24, width: 8_192, height: 8_192 })
      await assert.rejects(maker.check({ file: '/a.webp', fps: 24, width: 8_192, height: 8_193 }), { name: 'UsageError', message: /67 million pixels a frame/ })
    })
  })

  it('leaves nothing when it is aborted, when a film is missing, or when the disk refuses', async () => {
    const maker = createVideoMaker()
    const films = [plain(4, 4, 1, 0, 0), plain(4, 4, 0, 1, 0)]
    const stop = new AbortController()
    await assert.rejects(maker.make(order('a.webp', 4, 4, films, { progressed: () => { stop.abort(new Error('enough')) } }), stop.signal), { message: 'enough' })
    await assert.rejects(maker.make(order('a.webp', 4, 4, films), stop.signal), { message: 'enough' })
    await assert.rejects(maker.make(order('a.webp', 4, 4, films, { film: async (frame) => { return frame === 1 ? Promise.reject(new Error('gone')) : films[0]! } }), never), { message: 'gone' })
    await assert.rejects(maker.make(order(join('missing', 'a.webp'), 4, 4, films), never), { name: 'StoreError', message: /does not exist/ })
    await mkdir(join(folder, 'taken.webp', 'full'), { recursive: true })
    await assert.rejects(maker.make(order('taken.webp', 4, 4, films), never), { name: 'StoreError' })
    assert.deepEqual(await readdir(folder), ['taken.webp'])
  })

  it('knows .mp4, .webm and .webp', async () => {
    for (const name of ['a.avi', 'a', 'mp4']) {
      await assert.rejects(createVideoMaker().check({ file: `/${name}`, fps: 24, width: 2, height: 2 }), { name: 'UsageError', exitStatus: 2, message: /\.mp4, \.webm or \.webp/ })
    }
  })

  describe('by ffmpeg', () => {
    before(function () {
      if (process.platform === 'win32') {
        this.skip() // the stand-ins for ffmpeg are scripts of a shell
      }
    })

    it('refuses where there is none, before anything starts, and says what to do', async () => {
      const maker = createVideoMaker({ programs: { env: { PATH: folder }, platform: process.platform } })
      await assert.rejects(maker.check({ file: '/a.mp4', fps: 24, width: 2, height: 2 }), { name: 'UsageError', exitStatus: 2, message: /install it .* or choose a \.webp/ })
      await assert.rejects(maker.make(order('a.mp4', 2, 2, [plain(2, 2, 1, 0, 0)]), never), { name: 'VideoError', message: /ffmpeg is not there any more/ })
    })

    it('feeds every frame whole, over black, of even size', async () => {
      const maker = await ffmpegThat('test "$file" = - && exec cat > /dev/null; cat > "$file"')
      const films = [plain(3, 1, 1, 1, 1), plain(3, 1, 1, 1, 1, 0)]
      await maker.make(order('a b.mp4', 3, 1, films), never)
      const fed = await readFile(join(folder, 'a b.mp4'))
      assert.equal(fed.length, 2 * 4 * 2 * 3)
      assert.ok(fed.subarray(0, 24).every((value) => value === fed[0] && value > 100), 'the first frame is light')
      assert.ok(fed.subarray(24).every((value) => value === 0), 'the second is black')
      assert.deepEqual((await readdir(folder)).sort(), ['a b.mp4', 'bin'])
    })

    it('takes the first encoder that works', async () => {
      const maker = await ffmpegThat('case "$*" in *libx264*|*libopenh264*) cat > /dev/null; echo "no such encoder" >&2; exit 1;; esac; cat > /dev/null; test "$file" = - || echo "$*" > "$file"')
      await maker.check({ file: '/a.mp4', fps: 24, width: 2, height: 2 })
      await maker.make(order('a.mp4', 2, 2, [plain(2, 2, 1, 0, 0)]), never)
      assert.match(await readFile(join(folder, 'a.mp4'), 'utf8'), /-c:v mpeg4/)
    })

    it('says in one line what ffmpeg says when it refuses, leaving nothing', async () => {
      const refusing = await ffmpegThat('echo "[x @ 0x1f] bad weather" >&2; echo "Conversion failed!" >&2; exit 1')
      await assert.rejects(refusing.check({ file: '/a.mp4', fps: 24, width: 1_000, height: 1_000 }), { name: 'UsageError', message: 'ffmpeg could not make a.mp4: bad weather; choose a .webp, which needs nothing' })
      const dying = await ffmpegThat('test "$file" = - && exec cat > /dev/null; echo half > "$file"; echo "a cosmic ray" >&2; exit 3')
      await assert.rejects(dying.make(order('a.mp4', 700, 700, [picture(700, 700), picture(700, 700)]), never), { name: 'VideoError', message: 'ffmpeg could not make a.mp4: a cosmic ray' })
      const full = await ffmpegThat('test "$file" = - && exec cat > /dev/null; echo half > "$file"; echo "av_interleaved_write_frame(): No space left on device" >&2; exit 1')
      await assert.rejects(full.make(order('a.mp4', 2, 2, [picture(2, 2)]), never), { name: 'StoreError', message: /is full/ })
      const killed = await ffmpegThat('test "$file" = - && exec cat > /dev/null; kill -9 $$')
      await assert.rejects(killed.make(order('a.mp4', 2, 2, [picture(2, 2)]), never), { name: 'VideoError', message: /it said no reason/ })
      assert.deepEqual(await readdir(folder), ['bin'])
    })

    it('ends it at once when it is aborted, also one that takes nothing', async () => {
      const stuck = await ffmpegThat('test "$file" = - && exec cat > /dev/null; echo half > "$file"; exec sleep 600')
      const stop = new AbortController()
      const films = [picture(700, 700), picture(700, 700), picture(700, 700)]
      const making = stuck.make(order('a.mp4', 700, 700, films, {
        film: async (frame) => {
          setTimeout(() => { stop.abort(new Error('enough')) }, 300)
          return films[frame]!
        }
      }), stop.signal)
      await assert.rejects(making, { message: 'enough' })
      assert.deepEqual(await readdir(folder), ['bin'])
    })

    for (const [name, codec] of [['a.mp4', 'h264'], ['a.webm', 'vp9']] as const) {
      it(`makes ${name} that players read, of odd size too`, async function () {
        if (await programOnPath('ffmpeg') === undefined || await programOnPath('ffprobe') === undefined) {
          this.skip()
        }
        const maker = createVideoMaker()
        const films = Array.from({ length: 5 }, (_, index) => plain(65, 49, index / 5, 0.2, 0.2))
        await maker.check({ file: join(folder, name), fps: 12.5, width: 65, height: 49 })
        await maker.make(order(name, 65, 49, films, { fps: 12.5 }), never)
        const { stdout } = await promisify(execFile)('ffprobe', ['-v', 'error', '-count_frames', '-show_entries', 'stream=codec_name,width,height,pix_fmt,avg_frame_rate,nb_read_frames', '-of', 'json', join(folder, name)])
        const [stream] = (JSON.parse(stdout) as { streams: Record<string, unknown>[] }).streams
        assert.deepEqual(stream, { codec_name: codec, width: 66, height: 50, pix_fmt: 'yuv420p', avg_frame_rate: '25/2', nb_read_frames: '5' })
        assert.deepEqual(await readdir(folder), [name])
      })
    }
  })
})
