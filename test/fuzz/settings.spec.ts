import assert from 'node:assert/strict'
import { SETTING_KEYS, settingText } from '../../src/core/settings/table.ts'
import { HomeError } from '../../src/errors.ts'
import { parseSettings } from '../../src/store/settings-file.ts'
import { mutations, randomOf } from '../support/mutations.ts'

const VARIANTS = Number(process.env['FUZZ_VARIANTS'] ?? 1_000)
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

const FILES = [
  '# Settings of this tilemesh peer. See and change them with: tilemesh config\nname = studio\nthreads = 8\n',
  'name = Zoë 機\n\n# at night\nthreads = all\nwork-hours = mon-fri 19:00-07:00, sat, sun\nidle-only = 10\nmax-up = 2MB/s\nown-jobs-first = on\ncache = 20GiB\nmax-down = off\n'
].map((text) => new TextEncoder().encode(text))

describe(`a settings file that is damaged, SEED=${SEED}`, () => {
  it(`is read or refused in one line, in ${VARIANTS} variants`, () => {
    const below = randomOf(SEED)
    const outcomes = { read: 0, refused: 0 }
    for (let variant = 0; variant < VARIANTS; variant++) {
      const bytes = below(20) === 0 ? new Uint8Array(0) : mutations[below(mutations.length)]!(FILES[below(FILES.length)]!, FILES[below(FILES.length)]!, below)
      try {
        const texts = parseSettings(bytes, '/home/me/settings.conf')
        for (const [key, text] of texts) {
          assert.ok(SETTING_KEYS.includes(key))
          assert.equal(settingText(key, text), text, 'what was read can be kept')
        }
        outcomes.read++
      } catch (error) {
        assert.ok(error instanceof HomeError, `variant ${variant}: ${error instanceof Error ? error.stack : String(error)}`)
        assert.match(error.message, /^(Line \d+ of the|The) settings file \/home\/me\/settings\.conf /)
        assert.doesNotMatch(error.message, /\p{Cc}|undefined|\[object/u)
        outcomes.refused++
      }
    }
    assert.ok(outcomes.read > 0 && outcomes.refused > 0, JSON.stringify(outcomes))
  })
})
