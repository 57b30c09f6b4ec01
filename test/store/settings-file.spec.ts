import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseSettings, readSettingsFile, settingsFile, writeSettingsFile } from '../../src/store/settings-file.ts'
import { isWindows } from '../../src/platform/system.ts'
import { withFolder } from './support/temporary-home.ts'

/** What a file may hold that is no setting: its bytes, and what the refusal must say. */
const REFUSED: readonly [content: string | Uint8Array, words: RegExp][] = [
  ['', /is empty; remove it for the defaults/],
  ['threads = 4\nthread = 5\n', /^Line 2 of the settings file .*settings\.conf is wrong: there is no setting "thread"; did you mean threads\?; correct or remove that line$/],
  ['\n\nthreads\n', /^Line 3 .* is not "key = value"; correct or remove that line$/],
  ['threads = many\n', /^Line 1 .*threads must be a whole number/],
  ['threads = 4\nthreads = 4\n', /^Line 2 .* sets threads a second time/],
  [Uint8Array.of(0x23, 10, 0xff, 10), /^Line 2 .* is not text/],
  ['{"threads":4}', /^Line 1 .* is not "key = value"/],
  ['\u0000'.repeat(512), /^Line 1/],
  [`name = ${'x'.repeat(60_000)}`, /^Line 1 .*1 to 64 characters/],
  [`${'x'.repeat(60_000)} = 1`, /^Line 1 .*x…; correct/],
  ['#'.repeat(64 * 1024 + 1), /more than 65536 bytes/]
]

describe('the settings file of a home', () => {
  it('is not needed: without it, or without a home, nothing is set', async () => {
    await withFolder(async (folder) => {
      assert.deepEqual(await readSettingsFile(folder), new Map())
      assert.deepEqual(await readSettingsFile(path.join(folder, 'nowhere')), new Map())
    })
  })

  it('keeps what was set, for this user alone, as text that people can read and change', async () => {
    await withFolder(async (folder) => {
      const file = settingsFile(folder)
      await writeSettingsFile(folder, new Map([['threads', '4'], ['name', 'my = machine # 2']]))
      assert.equal(await readFile(file, 'utf8'), '# Settings of this tilemesh peer. See and change them with: tilemesh config\nname = my = machine # 2\nthreads = 4\n')
      assert.deepEqual(await readSettingsFile(folder), new Map([['name', 'my = machine # 2'], ['threads', '4']]))
      if (!isWindows()) {
        assert.equal((await stat(file)).mode & 0o777, 0o600)
      }
      await writeFile(file, '\ufeff# mine\r\n\r\n   threads=07  \r\n#name = x')
      assert.deepEqual(await readSettingsFile(folder), new Map([['threads', '7']]))
    })
  })

  for (const [content, words] of REFUSED) {
    it(`refuses ${JSON.stringify(String(content).slice(0, 40))} in one line that names the file`, async () => {
      await withFolder(async (folder) => {
        await writeFile(settingsFile(folder), content, { mode: 0o600 })
        await assert.rejects(readSettingsFile(folder), (err: Error) => {
          assert.equal(err.name, 'HomeError')
          assert.match(err.message, words)
          assert.ok(err.message.includes(settingsFile(folder)) && !/\p{Cc}/u.test(err.message) && err.message.length < 500, err.message)
          return true
        })
      })
    })
  }

  it('refuses a file that others may change, and says how to mend it; a folder in its place too', async function () {
    await withFolder(async (folder) => {
      const file = settingsFile(folder)
      if (!isWindows()) {
        await writeFile(file, 'threads = 4\n')
        await chmod(file, 0o644)
        assert.equal((await readSettingsFile(folder)).get('threads'), '4')
        await chmod(file, 0o622)
        await assert.rejects(readSettingsFile(folder), { name: 'HomeError', message: `Others may change the settings in ${file}; make the file yours alone: chmod 600 ${file}` })
      }
      await mkdir(path.join(folder, 'home', 'settings.conf'), { recursive: true })
      await assert.rejects(readSettingsFile(path.join(folder, 'home')), { name: 'HomeError', message: /is not a file; remove it/ })
    })
  })

  it('has the same line numbers as an editor', () => {
    assert.throws(() => parseSettings(Buffer.from('# a\n# b\n\nwrong'), 'f'), { message: /^Line 4 of/ })
  })
})
