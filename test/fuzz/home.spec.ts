import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createPeer } from '../../src/index.ts'
import { TilemeshError } from '../../src/errors.ts'
import { openHome, openStore } from '../../src/store/index.ts'
import { writeSettingsFile } from '../../src/store/settings-file.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { FakeEngine } from '../support/fake-engine.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { mutations, randomOf } from '../support/mutations.ts'

/** Damaged variants over all files of a home. */
const VARIANTS = Number(process.env['FUZZ_VARIANTS'] ?? 1_000)
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const JOB = 'ab'.repeat(32)

describe(`a home whose files are damaged, SEED=${SEED}`, function () {
  this.timeout(600_000)
  let home: string

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'tilemesh-damaged-'))
    const peer = await createPeer({ home, registry: [new FakeEngine(new FakeClock())] })
    await peer.stop('now')
    await writeSettingsFile(home, new Map([['name', 'attic'], ['work-hours', 'mon-fri 19:00-07:00, sat, sun'], ['max-up', '2MB/s']]))
    const opened = await openHome(home)
    const store = await openStore(opened, new MemoryLog())
    await store.nextBoot()
    await store.nextSerial()
    await store.saveSpeeds({ scenes: [{ fingerprint: 'fake 1', scene: JOB, loadMs: 1, recent: [[2, 1]] }] })
    const job = await store.openJob(JOB)
    for (let count = 1; count <= 20; count++) {
      await job.append({ type: 'started', count }, undefined)
    }
    await job.saveFilm(0, new Float32Array(64).fill(0.5))
    await job.close()
    await opened.close()
  })

  after(async () => { await rm(home, { recursive: true, force: true }) })

  /** Opens everything the home holds. Resolves with what was refused. */
  async function use (): Promise<TilemeshError | undefined> {
    try {
      const peer = await createPeer({ home, registry: [new FakeEngine(new FakeClock())] })
      await peer.stop('now')
      const opened = await openHome(home)
      try {
        const store = await openStore(opened, new MemoryLog())
        await store.nextBoot()
        await store.nextSerial()
        await store.speeds()
        for (const name of await store.jobs()) {
          const job = await store.openJob(name)
          for await (const { record } of job.replay()) {
            assert.ok(record.type === 'started' && record.count >= 1 && record.count <= 20, 'no altered record')
          }
          const film = await job.readFilm(0)
          assert.ok(film === undefined || film.every((value) => value === 0.5), 'no altered film')
          await job.close()
        }
      } finally {
        await opened.close()
      }
      return undefined
    } catch (error) {
      assert.ok(error instanceof TilemeshError, `not for a person: ${error instanceof Error ? error.stack : String(error)}`)
      assert.equal(error.exitStatus, 5, error.message)
      assert.doesNotMatch(error.message, /\n|undefined|\[object/)
      return error
    }
  }

  it(`is used or refused in one line, in ${VARIANTS} variants over all files`, async () => {
    assert.equal(await use(), undefined)
    const files = (await readdir(home, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
    const whole = new Map(await Promise.all(files.map(async (file) => [file, await readFile(file)] as const)))
    const below = randomOf(SEED)
    const outcomes = { used: 0, refused: 0 }
    for (let variant = 0; variant < VARIANTS; variant++) {
      const file = files[variant % files.length]!
      const bytes = whole.get(file)!
      const change = mutations[below(mutations.length)]!
      await writeFile(file, below(20) === 0 ? '' : change(bytes, whole.get(files[below(files.length)]!)!, below))
      const refused = await use()
      outcomes[refused === undefined ? 'used' : 'refused']++
      if (refused !== undefined) {
        assert.ok(refused.message.includes(home) || refused.message.includes(path.basename(file)), `${path.basename(file)}: ${refused.message}`)
      }
      for (const [name, content] of whole) {
        await writeFile(name, content, { mode: 0o600 })
      }
    }
    assert.ok(outcomes.used > 0 && outcomes.refused > 0, JSON.stringify(outcomes))
  })

  it('is refused when it is read-only', async function () {
    if (process.getuid?.() === 0 || process.platform === 'win32') {
      this.skip()
    }
    await chmod(home, 0o500)
    try {
      const refused = await use()
      assert.match(refused!.message, /[Pp]ermission|read-only|writ/)
    } finally {
      await chmod(home, 0o700)
    }
  })
})
