import assert from 'node:assert/strict'
import { chmod, mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { homeDir, openHome } from '../../src/store/home.ts'
import { isWindows } from '../../src/platform/system.ts'
import { withFolder, withHome } from './support/temporary-home.ts'

describe('openHome', () => {
  it('takes the folder given, else TILEMESH_HOME, else the data folder of the platform', () => {
    assert.equal(homeDir('/a/b/../c', { TILEMESH_HOME: '/d' }), path.resolve('/a/c'))
    assert.equal(homeDir(undefined, { TILEMESH_HOME: '/d' }), path.resolve('/d'))
    assert.match(homeDir(undefined, { TILEMESH_HOME: '' }), /tilemesh/)
  })

  it('makes the home for this user alone', async function () {
    if (isWindows()) {
      this.skip()
    }
    await withFolder(async (folder) => {
      const home = await openHome(path.join(folder, 'new', 'home'))
      assert.equal((await stat(home.dir)).mode & 0o777, 0o700)
      assert.equal(home.path('a', 'b'), path.join(home.dir, 'a', 'b'))
      await home.close()
    })
  })

  it('refuses a second opener, by either name of the folder, until the first has closed', async () => {
    await withFolder(async (folder) => {
      const real = path.join(folder, 'home')
      const link = path.join(folder, 'link')
      const first = await openHome(real)
      await symlink(real, link)
      for (const name of [real, link]) {
        await assert.rejects(openHome(name), { name: 'HomeError', exitStatus: 5, message: new RegExp(`in use by another tilemesh.*pid ${process.pid}`) })
      }
      await first.close()
      await first.close()
      await (await openHome(link)).close()
    })
  })

  it('lets exactly one of many who open it at once have it', async function () {
    this.timeout(20_000)
    await withFolder(async (folder) => {
      for (let round = 0; round < 10; round++) {
        const outcomes = await Promise.allSettled(Array.from({ length: 12 }, async () => openHome(folder)))
        const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled')
        assert.equal(winners.length, 1, `round ${round}`)
        for (const outcome of outcomes) {
          assert.ok(outcome.status === 'fulfilled' || /in use/.test(outcome.reason.message), String(outcome.status === 'rejected' && outcome.reason))
        }
        await winners[0]!.value.close()
      }
    })
  })

  it('can be locked where the path is too long for a socket', async () => {
    await withFolder(async (folder) => {
      const long = path.join(folder, 'x'.repeat(100), 'y'.repeat(100))
      const home = await openHome(long)
      await assert.rejects(openHome(long), { name: 'HomeError', message: /in use/ })
      const before = process.env.TMPDIR
      const other = path.join(folder, 'tmp')
      await mkdir(other)
      process.env.TMPDIR = other
      try {
        await assert.rejects(openHome(long), { name: 'HomeError', message: /in use/ })
      } finally {
        process.env.TMPDIR = before ?? ''
        if (before === undefined) {
          delete process.env.TMPDIR
        }
      }
      await home.close()
      await (await openHome(long)).close()
    })
  })

  for (const [name, mode] of [['identity.key', 0o644], ['identity.key', 0o640], ['mesh.json', 0o604]] as const) {
    it(`refuses ${name} with mode ${mode.toString(8)} and says how to mend it`, async function () {
      if (isWindows()) {
        this.skip()
      }
      await withFolder(async (folder) => {
        const file = path.join(folder, name)
        await writeFile(file, '')
        await chmod(file, mode)
        await assert.rejects(openHome(folder), (err: Error) => {
          assert.equal(err.name, 'HomeError')
          assert.ok(err.message.endsWith(`chmod 600 ${file}`), err.message)
          assert.ok(!err.message.includes('\n'))
          return true
        })
        await chmod(file, 0o600)
        await (await openHome(folder)).close()
      })
    })
  }

  it('refuses a home that others may write into', async function () {
    if (isWindows()) {
      this.skip()
    }
    await withFolder(async (folder) => {
      await chmod(folder, 0o777)
      await assert.rejects(openHome(folder), { name: 'HomeError', message: new RegExp(`chmod 700 ${folder}$`) })
    })
  })

  it('refuses a home that is a file, or lies under one', async () => {
    await withFolder(async (folder) => {
      const file = path.join(folder, 'file')
      await writeFile(file, '')
      for (const home of [file, path.join(file, 'home')]) {
        await assert.rejects(openHome(home), { name: 'HomeError', exitStatus: 5 })
      }
    })
  })

  it('remembers the port, and forgets a damaged one', async () => {
    await withHome(async (home) => {
      assert.equal(await home.listenPort(), undefined)
      await home.rememberListenPort(4001)
      assert.equal(await home.listenPort(), 4001)
      await writeFile(home.path('port.json'), '{"version":1,"port":4002}')
      assert.equal(await home.listenPort(), undefined)
    })
  })
})
