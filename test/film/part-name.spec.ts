import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { partFileOf, removeParts } from '../../src/film/part-name.ts'

describe('parts of pictures that a killed process left', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh parts '))
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  const long = `${'ä'.repeat(60)}.png`

  for (const [pattern, pictures, others] of [
    ['shot.png', ['shot.png'], ['shot2.png', 'shotxpng', 'a shot.png']],
    ['walk-####.png', ['walk-0001.png', 'walk-12345.png', 'walk--0007.png'], ['walk-001.png', 'walk-000x.png', 'walk-0001.exr', 'run-0001.png']],
    ['a#b-##.exr', ['a#b-01.exr'], ['a1b-01.exr', 'a#b-1.exr']],
    ['(1) [x] $.png', ['(1) [x] $.png'], ['1 x .png']],
    [long, [long], [`o${long}`]]
  ] as const) {
    it(`with the name ${pattern.length > 20 ? 'of sixty characters' : pattern} go, and nothing else`, async () => {
      const kept = [
        ...others.map((name) => basename(partFileOf(join(folder, name)))),
        ...pictures,
        ...pictures.map((name) => `.${name.slice(0, 50)}.0123456789.part`),
        ...pictures.map((name) => `.${name.slice(0, 50)}.0123456789ab`),
        ...pictures.map((name) => `${name.slice(0, 50)}.0123456789ab.part`)
      ]
      for (const name of [...kept, ...pictures.map((picture) => basename(partFileOf(join(folder, picture))))]) {
        await writeFile(join(folder, name), 'x')
      }
      await removeParts(join(folder, pattern))
      assert.deepEqual((await readdir(folder)).sort(), [...kept].sort())
    })
  }

  it('are none in a folder that is not there', async () => {
    await removeParts(join(folder, 'gone', 'shot.png'))
  })

  it('that can not be removed are told of, when the others have gone', async () => {
    await mkdir(join(folder, '.shot.png.0123456789ab.part'))
    await writeFile(join(folder, '.shot.png.ba9876543210.part'), 'x')
    await assert.rejects(removeParts(join(folder, 'shot.png')))
    assert.deepEqual(await readdir(folder), ['.shot.png.0123456789ab.part'])
  })
})
