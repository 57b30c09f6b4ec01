import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { StoreError, UsageError } from '../../src/errors.ts'
import { createDarkroom, pictureFormat } from '../../src/film/darkroom.ts'
import { encodeExr } from '../../src/film/exr.ts'
import { filmHash, frameHash } from '../../src/film/film-hash.ts'
import { pictureError } from '../../src/film/picture-error.ts'
import { quantizeTo16, quantizeTo8 } from '../../src/film/quantize.ts'
import { createView } from '../../src/film/tonemap.ts'
import { picture } from '../support/pictures.ts'
import { readPng } from '../support/read-png.ts'
import { readExr } from '../support/read-exr.ts'
import type { Darkroom } from '../../src/ports.ts'

describe('film/darkroom', () => {
  let folder: string
  let darkroom: Darkroom

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh-darkroom-'))
    darkroom = createDarkroom()
  })

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  // 700 × 700 is more than one band.
  for (const [width, height] of [[1, 1], [17, 33], [700, 700]] as const) {
    it(`writes EXR and PNG of ${width} × ${height}`, async () => {
      const pixels = picture(width, height)
      await darkroom.write(join(folder, 'film.exr'), width, height, pixels, 8)
      await darkroom.write(join(folder, 'eight.png'), width, height, pixels, 8)
      await darkroom.write(join(folder, 'sixteen.PNG'), width, height, pixels, 16)
      assert.deepEqual(await readdir(folder).then((names) => names.sort()), ['eight.png', 'film.exr', 'sixteen.PNG'])
      const exr = await readFile(join(folder, 'film.exr'))
      assert.deepEqual(readExr(exr).pixels, pixels)
      assert.equal(Buffer.compare(exr, encodeExr(width, height, pixels)), 0)
      assert.deepEqual(readPng(await readFile(join(folder, 'eight.png'))).data, quantizeTo8(pixels, width, 0, createView()))
      assert.deepEqual(readPng(await readFile(join(folder, 'sixteen.PNG'))).data, quantizeTo16(pixels, createView()))
    })
  }

  it('shows PNGs as it was told, and EXR as the film is', async () => {
    const pixels = picture(9, 9)
    const linear = createDarkroom({ view: { toneMap: 'linear', exposure: 1 } })
    await linear.write(join(folder, 'a.png'), 9, 9, pixels, 16)
    await linear.write(join(folder, 'a.exr'), 9, 9, pixels, 16)
    assert.deepEqual(readPng(await readFile(join(folder, 'a.png'))).data, quantizeTo16(pixels, createView({ toneMap: 'linear', exposure: 1 })))
    assert.deepEqual(readExr(await readFile(join(folder, 'a.exr'))).pixels, pixels)
  })

  it('leaves the caller\'s thread free and its pixels alone', async () => {
    const pixels = picture(1000, 1000)
    const before = pixels.slice()
    let turns = 0
    let writing = true
    const turn = (): void => {
      turns++
      if (writing) {
        setImmediate(turn)
      }
    }
    turn()
    await darkroom.write(join(folder, 'a.exr'), 1000, 1000, pixels, 8)
    writing = false
    assert.ok(turns > 500, `${turns} turns of the event loop while a picture was written`)
    assert.deepEqual(pixels, before)
  })

  it('writes pictures that are asked for together, one after the other, the last word winning', async () => {
    const pixels = [1, 2, 3].map((seed) => picture(20, 20, seed))
    await Promise.all(pixels.map((frame) => darkroom.write(join(folder, 'a.exr'), 20, 20, frame, 8)))
    assert.deepEqual(readExr(await readFile(join(folder, 'a.exr'))).pixels, pixels[2])
    assert.deepEqual(await readdir(folder), ['a.exr'])
  })

  it('goes on after a picture that could not be written', async () => {
    const failed = darkroom.write(join(folder, 'missing', 'a.exr'), 2, 2, picture(2, 2), 8)
    const written = darkroom.write(join(folder, 'a.exr'), 2, 2, picture(2, 2), 8)
    await assert.rejects(failed, StoreError)
    await written
    assert.deepEqual(await readdir(folder), ['a.exr'])
  })

  it('refuses other formats and pixels that are no picture before it touches the disk', async () => {
    for (const name of ['a.jpg', 'a', '.png', 'a.png.part']) {
      await assert.rejects(darkroom.write(join(folder, name), 2, 2, picture(2, 2), 8), UsageError)
      assert.throws(() => pictureFormat(name), UsageError)
    }
    await assert.rejects(darkroom.write(join(folder, 'a.png'), 2, 2, picture(2, 3), 8), RangeError)
    await assert.rejects(darkroom.write(join(folder, 'a.png'), 0, 0, new Float32Array(), 8), RangeError)
    assert.deepEqual(await readdir(folder), [])
  })

  it('says what is wrong with a folder', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const write = (path: string): Promise<void> => darkroom.write(path, 2, 2, picture(2, 2), 8)
    await assert.rejects(write(join(folder, 'none', 'a.png')), (error) => error instanceof StoreError && error.message === `a.png was not written: the folder ${join(folder, 'none')} does not exist; make it or choose another`)
    await assert.rejects(write(join(file, 'a.png')), StoreError)
    await assert.rejects(write(join(folder, `${'x'.repeat(300)}.png`)), StoreError)
    assert.deepEqual(await readdir(folder), ['file'])
  })

  it('leaves nothing when a folder has the picture\'s name', async () => {
    await mkdir(join(folder, 'a.exr', 'inside'), { recursive: true })
    await assert.rejects(darkroom.write(join(folder, 'a.exr'), 2, 2, picture(2, 2), 8), StoreError)
    assert.deepEqual(await readdir(folder), ['a.exr'])
  })

  it('writes names up to what file systems allow', async () => {
    const names = [`${'x'.repeat(251)}.exr`, `${'ä'.repeat(125)}.exr`, `${'😀'.repeat(62)}.exr`, 'mit Leerzeichen.exr', '-rf.exr']
    for (const name of names) {
      await darkroom.write(join(folder, name), 1, 1, picture(1, 1), 8)
    }
    assert.deepEqual((await readdir(folder)).sort(), names.toSorted())
  })

  it('keeps the old picture and leaves no part when the disk refuses in the middle', async function () {
    if (process.platform === 'win32') {
      this.skip()
    }
    await writeFile(join(folder, 'a.exr'), 'old')
    // A process that may write no file above 64 blocks of 512 or 1024 bytes meets its limit in the middle, as one does a full disk.
    const script = `
      import { createDarkroom } from ${JSON.stringify(new URL('../../src/film/darkroom.js', import.meta.url).href)}
      const pixels = Float32Array.from({ length: 600 * 600 * 4 }, Math.random)
      await createDarkroom().write('a.exr', 600, 600, pixels, 8).catch((error) => { console.log(error.name + ': ' + error.message) })`
    await writeFile(join(folder, 'write.mjs'), script)
    const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -f 64 && exec "$0" write.mjs', process.execPath], { cwd: folder })
    assert.match(stdout, /^StoreError: a\.exr was not written: it is larger than a file in .* may be; choose another folder or a smaller picture\n$/)
    assert.deepEqual((await readdir(folder)).sort(), ['a.exr', 'write.mjs'])
    assert.equal(await readFile(join(folder, 'a.exr'), 'utf8'), 'old')
  })

  it('keeps no process alive', async () => {
    const script = `
      import { createDarkroom } from ${JSON.stringify(new URL('../../src/film/darkroom.js', import.meta.url).href)}
      await createDarkroom().write('a.exr', 1, 1, new Float32Array(4), 8)`
    await writeFile(join(folder, 'write.mjs'), script)
    await promisify(execFile)(process.execPath, ['write.mjs'], { cwd: folder, timeout: 15_000 })
    assert.ok((await readdir(folder)).includes('a.exr'))
  })

  it('hashes as the film does', () => {
    const pixels = picture(3, 3)
    assert.equal(darkroom.frameHash(pixels), frameHash(pixels))
    assert.equal(darkroom.filmHash([frameHash(pixels)]), filmHash([frameHash(pixels)]))
  })

  it('has a line for everything a system may answer', () => {
    const file = join(folder, 'a.png')
    for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG', 'EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ERR_WORKER_OUT_OF_MEMORY']) {
      const error = pictureError(file, code, 'the system\'s own words')
      assert.ok(error instanceof StoreError)
      assert.match(error.message, /^a\.png was not written: [^\n]+$/)
      assert.ok(!error.message.includes('own words'))
    }
    assert.equal(pictureError(file, 'EIO', 'i/o error').message, 'a.png was not written: i/o error')
  })
})
