import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { programOnPath } from '../../src/platform/programs.ts'

describe('platform/programs', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh programs '))
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  it('are found in the first folder of PATH that has them', async () => {
    for (const name of ['one', 'two', 'three']) {
      await mkdir(join(folder, name))
    }
    await writeFile(join(folder, 'one', 'tool'), 'not to be run', { mode: 0o644 })
    await writeFile(join(folder, 'two', 'tool'), '', { mode: 0o755 })
    await writeFile(join(folder, 'three', 'tool'), '', { mode: 0o755 })
    const PATH = ['one', 'two', 'three', 'missing'].map((name) => join(folder, name)).join(':')
    assert.equal(await programOnPath('tool', { env: { PATH }, platform: 'linux' }), join(folder, 'two', 'tool'))
    assert.equal(await programOnPath('two', { env: { PATH: folder }, platform: 'linux' }), undefined, 'a folder is no program')
    assert.equal(await programOnPath('tool', { env: {}, platform: 'darwin' }), undefined)
    assert.equal(await programOnPath('tool', { env: { PATH: relative(process.cwd(), join(folder, 'two')) }, platform: 'linux' }), undefined, 'relative folders do not count')
  })

  it('end in .exe on Windows, where PATH is written in any case and with ;', async () => {
    const asked: string[] = []
    const look = async (file: string): Promise<boolean> => {
      asked.push(file)
      return file.startsWith('D:')
    }
    assert.equal(await programOnPath('tool', { env: { Path: 'C:\\a b;bin;D:\\' }, platform: 'win32' }, look), 'D:\\tool.exe')
    assert.deepEqual(asked, ['C:\\a b\\tool.exe', 'D:\\tool.exe'])
  })
})
