import assert from 'node:assert/strict'
import { readWorkHours } from '../../src/core/settings/work-hours.ts'
import { MAX_REST_LOOK_MS, REST_LOOK_MS } from '../../src/farm/limits.ts'
import { RestWatch } from '../../src/farm/rest-watch.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { MemoryLog } from '../support/memory-log.ts'
import type { RestRules } from '../../src/core/rest.ts'

const MINUTE_MS = 60_000
const NOTHING: RestRules = { hours: undefined, idleMs: undefined }
const IN_USE = 'resting: somebody uses this machine'
const BLIND = 'resting: this machine does not tell whether somebody uses it'

describe('watching for rest', () => {
  let clock: FakeClock
  let told: (string | undefined)[]
  let unusedMs: number | undefined
  let looks: number

  beforeEach(() => {
    // Thursday, the first of January 2026, 12:00.
    clock = new FakeClock()
    told = []
    unusedMs = 0
    looks = 0
  })

  function watch (rules: RestRules): RestWatch {
    return new RestWatch(rules, {
      clock,
      log: new MemoryLog(),
      idle: { unusedMs: async () => { looks++; return unusedMs } },
      localTime: (wallMs) => ({ weekday: (new Date(wallMs).getUTCDay() + 6) % 7, minute: Math.floor(wallMs / MINUTE_MS) % 1_440 }),
      changed: (resting) => { told.push(resting) }
    })
  }

  it('looks at nothing while nothing is asked', async () => {
    watch(NOTHING).start()
    await clock.settle(3_600_000)
    assert.deepEqual([told, looks, clock.pending], [[], 0, 0])
  })

  it('tells when the hours begin and end, within one look, and asks nobody whether the machine is used', async () => {
    watch({ ...NOTHING, hours: readWorkHours('12:30-13:00', 'hours') }).start()
    await clock.settle(1)
    assert.deepEqual(told, ['resting until 12:30'])
    await clock.settle(30 * MINUTE_MS + REST_LOOK_MS)
    assert.deepEqual(told.at(-1), undefined)
    await clock.settle(30 * MINUTE_MS + REST_LOOK_MS)
    assert.deepEqual(told, ['resting until 12:30', undefined, 'resting until Fri 12:30'].map((words) => words?.replace('Fri ', '')))
    assert.equal(looks, 0)
  })

  it('follows a clock that is set, and a machine that slept', async () => {
    watch({ ...NOTHING, hours: readWorkHours('22:00-07:00', 'hours') }).start()
    await clock.settle(1)
    clock.jumpWall(11 * 3_600_000)
    await clock.settle(REST_LOOK_MS)
    assert.deepEqual(told, ['resting until 22:00', undefined])
    clock.jumpWall(-11 * 3_600_000)
    await clock.settle(REST_LOOK_MS)
    assert.equal(told.at(-1), 'resting until 22:00')
  })

  it('rests until the machine has been left alone for so long, and is back within one look', async () => {
    watch({ ...NOTHING, idleMs: 10 * MINUTE_MS }).start()
    await clock.settle(1)
    assert.deepEqual(told, [BLIND, IN_USE], 'until the first answer it can not be told')
    const startMs = clock.nowMs()
    for (let minute = 1; minute <= 10; minute++) {
      unusedMs = minute * MINUTE_MS
      await clock.settle(MINUTE_MS)
    }
    await clock.settle(REST_LOOK_MS)
    assert.equal(told.at(-1), undefined)
    assert.ok(looks <= (clock.nowMs() - startMs) / MAX_REST_LOOK_MS + 3, `${looks} looks while somebody is there`)
    unusedMs = 0
    await clock.settle(REST_LOOK_MS)
    assert.equal(told.at(-1), IN_USE)
  })

  it('does not take one missing answer for somebody, and two for a machine that does not tell', async () => {
    unusedMs = Infinity
    watch({ ...NOTHING, idleMs: MINUTE_MS }).start()
    await clock.settle(1)
    unusedMs = undefined
    await clock.settle(REST_LOOK_MS)
    assert.equal(told.at(-1), undefined)
    await clock.settle(REST_LOOK_MS)
    assert.equal(told.at(-1), BLIND)
    unusedMs = Infinity
    await clock.settle(REST_LOOK_MS)
    assert.equal(told.at(-1), undefined)
  })

  it('follows changed rules at once, and an answer to earlier ones changes nothing', async () => {
    const slow = Promise.withResolvers<number>()
    const resting = new RestWatch({ ...NOTHING, idleMs: MINUTE_MS }, {
      clock,
      log: new MemoryLog(),
      idle: { unusedMs: async () => slow.promise },
      localTime: () => ({ weekday: 0, minute: 0 }),
      changed: (words) => { told.push(words) }
    })
    resting.start()
    resting.setRules(NOTHING)
    slow.resolve(0)
    await clock.settle(3_600_000)
    assert.deepEqual(told, [BLIND, undefined])
    assert.equal(clock.pending, 0)
  })

  it('is quiet once it is stopped', async () => {
    const resting = watch({ ...NOTHING, hours: readWorkHours('12:30-13:00', 'hours') })
    resting.start()
    resting.stop()
    resting.setRules({ ...NOTHING, idleMs: MINUTE_MS })
    await clock.settle(3_600_000)
    assert.deepEqual([told, looks, clock.pending], [['resting until 12:30'], 0, 0])
  })
})
