import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readlink, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MAX_SOCKET_PATH_BYTES, pipeName, socketFolder } from '../../src/platform/sockets.ts'

describe('platform/sockets', () => {
  it('are named pipes on Windows: one for each home and purpose, however the path is written', () => {
    assert.match(pipeName('C:\\Users\\ada', 'lock'), /^\\\\\.\\pipe\\tilemesh-[0-9a-f]{16}-lock$/)
    assert.equal(pipeName('C:\\Users\\Ada', 'lock'), pipeName('c:\\users\\ADA', 'lock'))
    assert.notEqual(pipeName('C:\\a', 'lock'), pipeName('C:\\b', 'lock'))
    assert.notEqual(pipeName('C:\\a', 'lock'), pipeName('C:\\a', 'control'))
  })

  it('lie in their folder, under a short link to it when its path is too long', async function () {
    if (process.platform === 'win32') {
      this.skip()
    }
    const base = await realpath(await mkdtemp(join(tmpdir(), 'tilemesh-sockets-')))
    try {
      const longest = 20
      const room = MAX_SOCKET_PATH_BYTES - longest - 1
      const fits = join(base, 'f'.repeat(room - base.length - 1))
      assert.equal(Buffer.byteLength(fits), room)
      assert.equal(await socketFolder(fits, longest), fits)
      const tooLong = fits + 'x'
      await mkdir(tooLong)
      const link = await socketFolder(tooLong, longest)
      assert.ok(Buffer.byteLength(link) <= room)
      assert.equal(await readlink(link), tooLong)
      assert.equal(await socketFolder(tooLong, longest), link, 'the link is found again')
      await rm(link)
    } finally {
      await rm(base, { recursive: true })
    }
  })
})
