import assert from 'node:assert/strict'
import { restOf, restWords } from '../../src/core/rest.ts'
import { readWorkHours } from '../../src/core/settings/work-hours.ts'
import type { RestRules } from '../../src/core/rest.ts'

const NIGHTS = readWorkHours('mon-fri 22:00-07:00', 'work-hours')
const NOON = { weekday: 2, minute: 12 * 60 }
const NIGHT = { weekday: 2, minute: 23 * 60 }

function words (rules: Partial<RestRules>, now = NOON, unusedMs?: number): string | undefined {
  const rest = restOf({ hours: undefined, idleMs: undefined, ...rules }, now, unusedMs)
  return rest === undefined ? undefined : restWords(rest, now)
}

describe('whether a peer is to rest', () => {
  it('never, where nothing was asked', () => {
    assert.equal(words({}), undefined)
    assert.equal(words({}, NOON, 0), undefined)
  })

  it('outside its hours, until they begin', () => {
    assert.equal(words({ hours: NIGHTS }), 'resting until 22:00')
    assert.equal(words({ hours: NIGHTS }, NIGHT), undefined)
    assert.equal(words({ hours: NIGHTS }, { weekday: 5, minute: 420 }), 'resting until Mon 22:00')
  })

  it('while somebody uses the machine, to the millisecond, and while that can not be told', () => {
    assert.equal(words({ idleMs: 600_000 }, NOON, 599_999), 'resting: somebody uses this machine')
    assert.equal(words({ idleMs: 600_000 }, NOON, 600_000), undefined)
    assert.equal(words({ idleMs: 600_000 }, NOON, Infinity), undefined)
    assert.match(words({ idleMs: 600_000 })!, /does not tell/)
  })

  it('for either reason, the hours first', () => {
    const both = { hours: NIGHTS, idleMs: 600_000 }
    assert.equal(words(both, NOON, 0), 'resting until 22:00')
    assert.equal(words(both, NIGHT, 0), 'resting: somebody uses this machine')
    assert.equal(words(both, NIGHT, 600_000), undefined)
  })
})
