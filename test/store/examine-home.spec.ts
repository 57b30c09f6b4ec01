import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { makeMesh } from '../../src/membership.ts'
import { examineDisk, examineHome } from '../../src/store/examine-home.ts'
import { openHome } from '../../src/store/home.ts'
import { openIdentity } from '../../src/store/identity.ts'
import { isWindows } from '../../src/platform/system.ts'
import { openStore } from '../../src/store/disk-store.ts'
import { keptResult } from '../support/kept-results.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { withFolder } from './support/temporary-home.ts'

describe('examineHome', () => {
  it('finds nothing where no home is, and makes nothing', async () => {
    await withFolder(async (folder) => {
      const nothing = { state: 'fine', value: undefined }
      const dir = path.join(folder, 'home')
      assert.deepEqual(await examineHome(dir), { folder: { state: 'fine', value: 'missing' }, identity: nothing, mesh: nothing, settings: { state: 'fine', value: 0 }, kept: { state: 'fine', value: { custody: { jobs: 0, bytes: 0 }, spool: { jobs: 0, bytes: 0 } } }, holder: nothing })
      assert.deepEqual(await readdir(folder), [])
    })
  })

  it('finds identity, mesh and holder of a home in use, and leaves it to its holder', async () => {
    await withFolder(async (folder) => {
      const home = await openHome(folder)
      await openIdentity(home)
      await makeMesh(home, 'attic')
      const before = await readdir(home.dir, { recursive: true })
      const found = await examineHome(folder)
      assert.deepEqual(found.folder, { state: 'fine', value: 'there' })
      assert.ok(found.identity.state === 'fine' && /^12D3KooW/.test(found.identity.value ?? ''))
      assert.deepEqual(found.mesh, { state: 'fine', value: { name: 'attic', addresses: [] } })
      assert.ok(found.holder.state === 'fine' && found.holder.value?.pid === (isWindows() ? undefined : process.pid))
      assert.deepEqual(await readdir(home.dir, { recursive: true }), before)
      await assert.rejects(openHome(folder), { name: 'HomeError' })
      await home.close()
      assert.deepEqual((await examineHome(folder)).holder, { state: 'fine', value: undefined })
    })
  })

  it('says what is wrong with keys that others may read and files that are damaged', async function () {
    if (isWindows()) {
      this.skip()
    }
    await withFolder(async (folder) => {
      await writeFile(path.join(folder, 'identity.key'), 'key', { mode: 0o600 })
      await writeFile(path.join(folder, 'mesh.json'), '{', { mode: 0o600 })
      await writeFile(path.join(folder, 'settings.conf'), 'threads = many\n', { mode: 0o600 })
      const damaged = await examineHome(folder)
      assert.ok(damaged.identity.state === 'broken' && /identity\.key is damaged; restore/.test(damaged.identity.reason))
      assert.ok(damaged.mesh.state === 'broken' && /mesh\.json is damaged/.test(damaged.mesh.reason))
      assert.ok(damaged.settings.state === 'broken' && /settings\.conf/.test(damaged.settings.reason))
      await chmod(path.join(folder, 'mesh.json'), 0o644)
      const open = await examineHome(folder)
      assert.ok(open.folder.state === 'broken' && /Others may read the secret.*; make it yours alone: chmod 600/.test(open.folder.reason))
    })
  })

  it('says what lies there for others', async () => {
    await withFolder(async (folder) => {
      const home = await openHome(folder)
      const { custody } = await openStore(home, new MemoryLog())
      const kept = await custody.open('a'.repeat(64))
      const { head, bytes } = keptResult('a'.repeat(64), 1, 10_000)
      await kept.put(head, bytes)
      await kept.close()
      await home.close()
      const found = await examineHome(folder)
      assert.deepEqual(found.kept, { state: 'fine', value: { custody: { jobs: 1, bytes: kept.bytes }, spool: { jobs: 0, bytes: 0 } } })
    })
  })

  it('does not take a file for a home', async () => {
    await withFolder(async (folder) => {
      const file = path.join(folder, 'file')
      await writeFile(file, '')
      const { folder: found } = await examineHome(file)
      assert.ok(found.state === 'broken' && /is not a folder/.test(found.reason))
    })
  })
})

describe('examineDisk', () => {
  it('writes for a trial where the home will be, and leaves nothing', async () => {
    await withFolder(async (folder) => {
      const { freeBytes, syncMs } = await examineDisk(path.join(folder, 'a', 'b'))
      assert.ok(freeBytes > 0 && syncMs >= 0)
      assert.deepEqual(await readdir(folder), [])
    })
  })

  it('says what the disk refuses', async function () {
    if (isWindows() || process.platform === 'darwin' || !(await stat('/proc').then(() => true, () => false))) {
      this.skip()
    }
    await assert.rejects(examineDisk('/proc/tilemesh'), { name: 'HomeError' })
    await withFolder(async (folder) => {
      await mkdir(path.join(folder, 'home'))
      if (process.getuid?.() !== 0) {
        await chmod(path.join(folder, 'home'), 0o500)
        await assert.rejects(examineDisk(path.join(folder, 'home')), { name: 'HomeError', message: /Permission denied/ })
      }
    })
  })
})
