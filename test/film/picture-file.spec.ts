import assert from 'node:assert/strict'
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EXR_BLOCK_ROWS } from '../../src/film/exr.ts'
import { PictureFile } from '../../src/film/picture-file.ts'
import { picture } from '../support/pictures.ts'
import type { PicturePlan } from '../../src/film/picture-file.ts'

describe('film/picture-file', () => {
  let folder: string
  let plan: PicturePlan

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tilemesh-picture-'))
    plan = { file: join(folder, 'a.exr'), partFile: join(folder, '.a.exr.1.part'), format: 'exr', width: 3, height: EXR_BLOCK_ROWS + 1, bits: 8, view: {} }
  })

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('has its part name until it is whole', () => {
    const pixels = picture(plan.width, plan.height)
    const file = new PictureFile(plan)
    file.rows(pixels.subarray(0, EXR_BLOCK_ROWS * 3 * 4))
    assert.deepEqual(readdirSync(folder), ['.a.exr.1.part'])
    file.rows(pixels.subarray(EXR_BLOCK_ROWS * 3 * 4))
    file.finish()
    assert.deepEqual(readdirSync(folder), ['a.exr'])
  })

  it('removes its part when it is given up, when it can not end, and when its name is taken by a folder', () => {
    new PictureFile(plan).discard()
    assert.deepEqual(readdirSync(folder), [])
    assert.throws(() => { new PictureFile(plan).finish() }, RangeError)
    assert.deepEqual(readdirSync(folder), [])
    mkdirSync(join(plan.file, 'inside'), { recursive: true })
    const file = new PictureFile(plan)
    file.rows(picture(plan.width, plan.height))
    assert.throws(() => { file.finish() })
    assert.deepEqual(readdirSync(folder), ['a.exr'])
  })

  it('takes no file that is there for its part', () => {
    writeFileSync(plan.partFile, 'of another')
    assert.throws(() => new PictureFile(plan), { code: 'EEXIST' })
    assert.equal(readFileSync(plan.partFile, 'utf8'), 'of another')
  })
})
