import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { controlSocketPath, makeSocketFolder } from '../../src/control/socket-path.ts'

const place = { platform: 'linux', shortFolder: '/run/user/1000/tilemesh' } as const

describe('control socket path', () => {
  it('lies in the home', () => {
    assert.equal(controlSocketPath('/home/ada/.local/share/tilemesh', place), '/home/ada/.local/share/tilemesh/control.sock')
  })

  it('is used in the home up to 103 bytes, and elsewhere from 104', () => {
    const longest = '/' + 'h'.repeat(103 - 1 - '/control.sock'.length)
    assert.equal(controlSocketPath(longest, place), `${longest}/control.sock`)
    assert.match(controlSocketPath(longest + 'h', place), /^\/run\/user\/1000\/tilemesh\/[0-9a-f]{24}\.sock$/)
  })

  it('counts bytes, not characters', () => {
    assert.match(controlSocketPath('/' + 'é'.repeat(60), place), /^\/run\/user/)
  })

  it('tells two long homes apart and finds each again', () => {
    const [a, b] = ['/' + 'a'.repeat(200), '/' + 'b'.repeat(200)]
    assert.notEqual(controlSocketPath(a, place), controlSocketPath(b, place))
    assert.equal(controlSocketPath(a + '/x/..', place), controlSocketPath(a, place))
  })

  it('is a named pipe on Windows', () => {
    assert.match(controlSocketPath('/home/ada', { ...place, platform: 'win32' }), /^\\\\\.\\pipe\\tilemesh-[0-9a-f]{16}-control$/)
  })

  it('refuses a folder that others can change', async function () {
    if (process.platform === 'win32') {
      this.skip()
    }
    const folder = await mkdtemp(join(tmpdir(), 'tilemesh-path-'))
    await chmod(folder, 0o775)
    await assert.rejects(makeSocketFolder(join(folder, 'control.sock')), { name: 'HomeError', exitStatus: 5 })
    await chmod(folder, 0o755)
    await makeSocketFolder(join(folder, 'control.sock'))
    await rm(folder, { recursive: true })
  })
})
