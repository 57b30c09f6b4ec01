import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SETTINGS, SETTING_KEYS, settingKey, settingText } from '../../../src/core/settings/table.ts'
import type { SettingKey } from '../../../src/core/settings/table.ts'

/** What people type, and what is kept. */
const TYPED: readonly [key: SettingKey, typed: string, kept: string][] = [
  ['name', 'studio', 'studio'],
  ['name', ' Zoë\'s PC = 2 # ', 'Zoë\'s PC = 2 #'],
  ['name', '機'.repeat(64), '機'.repeat(64)],
  ['threads', '8', '8'],
  ['threads', '008', '8'],
  ['threads', '1024', '1024'],
  ['threads', 'all', 'all'],
  ['work-hours', 'MON-fri 19-7,sat,  sun', 'mon-fri 19:00-07:00, sat, sun'],
  ['work-hours', 'always', 'always'],
  ['idle-only', '10', '10'],
  ['idle-only', '1440', '1440'],
  ['idle-only', 'off', 'off'],
  ['own-jobs-first', 'on', 'on'],
  ['own-jobs-first', 'off', 'off'],
  ['cache', '50GiB', '50GiB'],
  ['cache', '0.5 TB', '500GB'],
  ['cache', '64MiB', '64MiB'],
  ['custody', '50GiB', '50GiB'],
  ['custody', '1GiB', '1GiB'],
  ['custody', 'off', 'off'],
  ['max-up', '2MB/s', '2MB/s'],
  ['max-up', ' 2 MB ', '2MB/s'],
  ['max-up', '10Mbit/s', '1250kB/s'],
  ['max-up', '1.5MB/s', '1500kB/s'],
  ['max-up', '1MiB/s', '1MiB/s'],
  ['max-up', '100kB/s', '100kB/s'],
  ['max-up', '100001B/s', '100001B/s'],
  ['max-down', 'off', 'off']
]

const REFUSED: readonly [key: SettingKey, typed: string, words: RegExp][] = [
  ['name', '', /name must be 1 to 64 characters/],
  ['name', 'a\u0007b', /control characters/],
  ['name', 'x'.repeat(65), /1 to 64/],
  ['name', '\ud800', /name must be/],
  ['threads', '0', /threads must be a whole number from 1 to 1024, or all, not "0"/],
  ['threads', '1025', /not "1025"/],
  ['threads', '1.5', /not "1\.5"/],
  ['threads', '-1', /not "-1"/],
  ['threads', '', /not ""/],
  ['work-hours', 'never', /work-hours: "never" is no day/],
  ['work-hours', '', /work-hours must be always, or times such as/],
  ['idle-only', '0', /idle-only must be a whole number from 1 to 1440 minutes, or off, not "0"/],
  ['idle-only', '1441', /from 1 to 1440 minutes/],
  ['idle-only', '10m', /not "10m"/],
  ['own-jobs-first', 'yes', /own-jobs-first must be on, or off, not "yes"/],
  ['cache', '63MiB', /cache must be from 64MiB to 1024TiB, not "63MiB"/],
  ['cache', '1025TiB', /to 1024TiB/],
  ['cache', '20', /cache must be a number with a unit, such as 50GiB \(kB, MB, GB, or KiB, MiB, GiB\)/],
  ['cache', '20Gbit', /a number with a unit/],
  ['cache', '20GB/s', /a number with a unit/],
  ['cache', 'off', /a number with a unit/],
  ['custody', '1023MiB', /custody must be from 1GiB to 1024TiB, not "1023MiB"/],
  ['custody', '20', /custody must be a number with a unit, such as 50GiB, or off/],
  ['max-up', '2', /max-up must be a number with a unit, such as 2MB\/s, or off/],
  ['max-up', '2Mb/s', /not "2Mb\/s"/],
  ['max-up', '2MB/h', /a number with a unit/],
  ['max-up', '-2MB/s', /a number with a unit/],
  ['max-up', '1e3MB/s', /a number with a unit/],
  ['max-up', '99999B/s', /from 100kB\/s to 1TB\/s, not/],
  ['max-down', '1001GB/s', /from 100kB\/s to 1TB\/s/],
  ['max-down', '', /not ""/]
]

describe('the table of settings', () => {
  for (const [key, typed, kept] of TYPED) {
    it(`keeps ${key} "${typed.slice(0, 30)}", and reads what it keeps`, () => {
      assert.equal(settingText(key, typed), kept)
      assert.equal(settingText(key, kept), kept)
    })
  }

  for (const [key, typed, words] of REFUSED) {
    it(`refuses ${key} ${JSON.stringify(typed.slice(0, 30))} in one line`, () => {
      assert.throws(() => settingText(key, typed), { name: 'UsageError', message: words })
    })
  }

  it('can write every default that is a value, and then reads it as nothing set', () => {
    for (const key of SETTING_KEYS.filter((one) => one !== 'name')) {
      assert.equal(settingText(key, SETTINGS[key].standard), SETTINGS[key].standard, key)
    }
  })

  it('knows which setting was meant', () => {
    assert.equal(settingKey('threads'), 'threads')
    assert.throws(() => settingKey('thread'), { message: 'there is no setting "thread"; did you mean threads?' })
    assert.throws(() => settingKey('colour'), { message: `there is no setting "colour"; settings are: ${SETTING_KEYS.join(', ')}` })
    assert.throws(() => settingKey(''), { message: /there is no setting ""; settings are/ })
    assert.throws(() => settingKey('toString'), { message: /there is no setting/ })
  })

  it('is what README.md says', () => {
    const readme = readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'README.md'), 'utf8')
    const rows = SETTING_KEYS.map((key) => `| \`${key}\` | ${SETTINGS[key].form} | ${SETTINGS[key].standard} | ${SETTINGS[key].meaning} |\n`)
    const wanted = `| setting | value | default | |\n|---|---|---|---|\n${rows.join('')}`
    assert.ok(readme.includes(wanted), `README.md, section "Settings", must have this table:\n${wanted}`)
  })
})
