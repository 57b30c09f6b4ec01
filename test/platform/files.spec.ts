import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { renameOver, renameOverSync, syncFolder, syncFolderSync } from '../../src/platform/files.ts'

function refusal (code: string): Error {
  return Object.assign(new Error(code), { code })
}

describe('platform/files', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh-files-'))
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  it('renames over what is there', async () => {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')]
    for (const rename of [renameOver, async (a: string, b: string) => { renameOverSync(a, b) }]) {
      await writeFile(from, 'new')
      await writeFile(to, 'old')
      await rename(from, to)
      assert.equal(await readFile(to, 'utf8'), 'new')
    }
  })

  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    it(`waits on Windows for a file that is held open (${code}), and nowhere else`, async () => {
      let left = 2
      const held = (): void => {
        if (left-- > 0) {
          throw refusal(code)
        }
      }
      await renameOver('a', 'b', 'win32', async () => { held() })
      assert.equal(left, -1)
      left = 2
      renameOverSync('a', 'b', 'win32', held)
      assert.equal(left, -1)
      left = 1
      await assert.rejects(renameOver('a', 'b', 'linux', async () => { held() }), { code })
      left = 1
      assert.throws(() => { renameOverSync('a', 'b', 'darwin', held) }, { code })
    })
  }

  it('does not wait on Windows for what will not change, nor for ever', async function () {
    this.timeout(20_000)
    let tries = 0
    await assert.rejects(renameOver('a', 'b', 'win32', async () => {
      tries++
      throw refusal('ENOENT')
    }), { code: 'ENOENT' })
    assert.equal(tries, 1)
    await assert.rejects(renameOver('a', 'b', 'win32', async () => {
      tries++
      throw refusal('EBUSY')
    }), { code: 'EBUSY' })
    assert.ok(tries > 3 && tries < 20)
  })

  it('syncs folders where folders can be opened', async () => {
    await syncFolder(folder)
    syncFolderSync(folder)
    await syncFolder(join(folder, 'missing'), 'win32')
    syncFolderSync(join(folder, 'missing'), 'win32')
    await assert.rejects(syncFolder(join(folder, 'missing'), 'linux'), { code: 'ENOENT' })
  })
})
