import assert from 'node:assert/strict'
import { isKeptByOwner, isOpenToOthers, isOurs, isWritableByOthers, privateCure, privately, userId } from '../../src/platform/private-files.ts'

describe('platform/private-files', () => {
  it('goes by permission bits where there are any', () => {
    for (const [mode, open, writable] of [[0o600, false, false], [0o700, false, false], [0o640, true, false], [0o604, true, false], [0o620, true, true], [0o777, true, true]] as const) {
      assert.equal(isOpenToOthers({ mode }, 'linux'), open)
      assert.equal(isWritableByOthers({ mode }, 'darwin'), writable)
      assert.equal(isOpenToOthers({ mode }, 'win32'), false)
      assert.equal(isWritableByOthers({ mode }, 'win32'), false)
    }
  })

  it('knows its own files', function () {
    const user = userId()
    if (user === undefined) {
      this.skip()
    }
    assert.equal(isOurs({ uid: user }), true)
    assert.equal(isOurs({ uid: user + 1 }), false)
    const tmp = { mode: 0o1777, uid: user + 1 }
    assert.equal(isKeptByOwner(tmp, { uid: user }), false)
    assert.equal(isKeptByOwner(tmp, { uid: user + 2 }), user !== 0, 'root may replace anything')
    assert.equal(isKeptByOwner({ ...tmp, mode: 0o777 }, { uid: user + 2 }), false)
  })

  it('says what to type, for each system\'s shell', () => {
    assert.equal(privateCure('/home/ada/key', '600', 'linux'), 'chmod 600 /home/ada/key')
    assert.equal(privateCure('/home/ada lovelace/it\'s', '700', 'darwin'), 'chmod 700 \'/home/ada lovelace/it\'\\\'\'s\'')
    assert.equal(privateCure('C:\\Users\\ada\\key', '600', 'win32'), 'icacls "C:\\Users\\ada\\key" /inheritance:r /grant:r "%USERNAME%":F')
  })

  it('makes files for this user alone, and only meanwhile', () => {
    const before = process.umask()
    assert.throws(() => {
      privately(() => {
        if (process.platform !== 'win32') {
          assert.equal(process.umask(), 0o177)
        }
        throw new Error('no socket today')
      })
    }, /no socket today/)
    assert.equal(process.umask(), before)
  })
})
