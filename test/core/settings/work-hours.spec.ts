import assert from 'node:assert/strict'
import fc from 'fast-check'
import { MAX_WORK_SPANS, isOpen, momentWords, nextOpening, readWorkHours, writeWorkHours } from '../../../src/core/settings/work-hours.ts'
import type { LocalTime } from '../../../src/core/settings/work-hours.ts'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** `mon 22:30` as a moment. */
function at (text: string): LocalTime {
  const [day, time] = text.split(' ')
  const [hours, minutes] = time!.split(':').map(Number)
  return { weekday: DAYS.indexOf(day!), minute: hours! * 60 + minutes! }
}

/** Hours as they are typed, as they are kept, and moments that are and are not within. */
const READ: readonly [typed: string, kept: string, open: readonly string[], closed: readonly string[]][] = [
  ['22:00-07:00', '22:00-07:00', ['mon 22:00', 'mon 23:59', 'tue 0:00', 'tue 6:59', 'mon 0:00', 'sun 23:00'], ['mon 21:59', 'mon 7:00', 'sun 12:00']],
  ['mon-fri 19:00-07:00, sat, sun', 'mon-fri 19:00-07:00, sat, sun', ['mon 19:00', 'fri 23:00', 'sat 3:00', 'sat 12:00', 'sun 23:59'], ['mon 0:00', 'mon 6:00', 'mon 18:59', 'fri 18:00']],
  ['sun 23:00-1:00', 'sun 23:00-01:00', ['sun 23:30', 'mon 0:59'], ['mon 1:00', 'sun 22:59', 'sun 0:30']],
  ['fri-mon 8-9', 'fri-mon 08:00-09:00', ['fri 8:00', 'sat 8:30', 'sun 8:00', 'mon 8:59'], ['tue 8:00', 'thu 8:00', 'mon 9:00']],
  ['Wednesday', 'wed', ['wed 0:00', 'wed 23:59'], ['tue 23:59', 'thu 0:00']],
  ['0:00-24:00', '00:00-24:00', ['mon 0:00', 'sun 23:59'], []],
  ['  MON  –  FRI   12:00 - 13:00 ', 'mon-fri 12:00-13:00', ['mon 12:00', 'fri 12:59'], ['sat 12:30', 'mon 13:00']],
  ['sat 23-24', 'sat 23:00-24:00', ['sat 23:59'], ['sun 0:00']]
]

const REFUSED: readonly [typed: string, words: RegExp][] = [
  ['', /work-hours must be always, or times such as 22:00-07:00/],
  ['22:00', /"22:00" is none/],
  ['22:00-', /is none/],
  ['25:00-26:00', /"25:00" is no time of day/],
  ['22:60-23:00', /"22:60" is no time of day/],
  ['22:00-24:30', /"24:30" is no time of day/],
  ['24:00-07:00', /begins at 24:00/],
  ['08:00-08:00', /begins and ends at the same time/],
  ['0:00-0:00', /begins and ends at the same time/],
  ['24:00-0:00', /begins and ends/],
  ['mo 22:00-23:00', /"mo" is no day; days are mon tue wed thu fri sat sun/],
  ['monat', /"monat" is no day/],
  ['mon-fri-sat', /is none/],
  ['mon,,tue', /"" is none/],
  ['mon 22:00-07:00 tue', /is none/],
  ['mon;rm', /is none/],
  [Array.from({ length: MAX_WORK_SPANS + 1 }, () => 'mon').join(), /room for 32 times/],
  ['9'.repeat(300), /is none/]
]

describe('work hours', () => {
  for (const [typed, kept, open, closed] of READ) {
    it(`"${typed}" are ${open.join(', ')}, and not ${closed.join(', ')}`, () => {
      const hours = readWorkHours(typed, 'work-hours')
      assert.equal(writeWorkHours(hours), kept)
      assert.deepEqual(open.filter((text) => !isOpen(hours, at(text))), [])
      assert.deepEqual(closed.filter((text) => isOpen(hours, at(text))), [])
    })
  }

  for (const [typed, words] of REFUSED) {
    it(`refuse ${JSON.stringify(typed.slice(0, 40))} in one line`, () => {
      assert.throws(() => readWorkHours(typed, 'work-hours'), { name: 'UsageError', message: words })
    })
  }

  it('of as many parts as there is room for are read', () => {
    assert.equal(readWorkHours(Array.from({ length: MAX_WORK_SPANS }, () => 'mon').join(), 'work-hours').spans.length, MAX_WORK_SPANS)
  })

  it('begin again at', () => {
    const hours = readWorkHours('mon-fri 19:00-07:00, sun 8:00-9:00', 'work-hours')
    for (const [now, next] of [['mon 12:00', 'mon 19:00'], ['mon 18:59', 'mon 19:00'], ['mon 19:00', 'mon 19:00'], ['sat 7:00', 'sun 8:00'], ['sun 9:00', 'mon 19:00']] as const) {
      assert.deepEqual(nextOpening(hours, at(now)), at(next), now)
    }
  })

  it('are said as people say them', () => {
    assert.equal(momentWords(at('mon 22:00'), at('mon 9:00')), '22:00')
    assert.equal(momentWords(at('tue 7:05'), at('mon 9:00')), '07:05')
    assert.equal(momentWords(at('tue 9:00'), at('mon 9:00')), 'Tue 09:00')
    assert.equal(momentWords(at('mon 0:00'), at('sun 23:00')), '00:00')
    assert.equal(momentWords(at('mon 19:00'), at('fri 7:00')), 'Mon 19:00')
  })

  it('are what their parts say, in every minute of the week, and are kept as they were', () => {
    const span = fc.record({
      days: fc.option(fc.tuple(fc.nat(6), fc.nat(6)), { nil: undefined }),
      from: fc.nat(1_439),
      minutes: fc.integer({ min: 1, max: 1_439 })
    })
    fc.assert(fc.property(fc.array(span, { minLength: 1, maxLength: 4 }), (spans) => {
      const clock = (minute: number): string => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`
      const text = spans.map(({ days, from, minutes }) =>
        `${days === undefined ? '' : `${DAYS[days[0]]}-${DAYS[days[1]]} `}${clock(from)}-${clock((from + minutes) % 1_440)}`).join(', ')
      const hours = readWorkHours(text, 'work-hours')
      const again = readWorkHours(writeWorkHours(hours), 'work-hours')
      assert.deepEqual(again, hours)
      const holds = ({ days }: typeof spans[0], day: number): boolean => days === undefined || (days[0] <= days[1] ? day >= days[0] && day <= days[1] : day >= days[0] || day <= days[1])
      for (let weekday = 0; weekday < 7; weekday++) {
        for (let minute = 0; minute < 1_440; minute += 7) {
          const wanted = spans.some((one) =>
            (holds(one, weekday) && minute >= one.from && minute < one.from + one.minutes) ||
            (holds(one, (weekday + 6) % 7) && minute + 1_440 < one.from + one.minutes))
          assert.equal(isOpen(hours, { weekday, minute }), wanted, `${text} at ${DAYS[weekday]} ${clock(minute)}`)
        }
      }
    }), { numRuns: 50 })
  })

  it('follow the clock on the wall when summer time begins and ends', () => {
    const hours = readWorkHours('22:00-07:00', 'work-hours')
    for (const [day, expectedHours] of [['2026-03-29', 8], ['2026-10-25', 10], ['2026-06-10', 9]] as const) {
      const evening = new Date(`${day}T12:00:00Z`).getTime() - 86_400_000
      let openMinutes = 0
      for (let minute = 0; minute < 1_440; minute++) {
        openMinutes += isOpen(hours, inBerlin(evening + minute * 60_000)) ? 1 : 0
      }
      assert.equal(openMinutes, expectedHours * 60, day)
    }
  })
})

/** A moment by the clocks of Berlin, which summer time moves at 2:00 on the 29th of March and at 3:00 on the 25th of October 2026. */
function inBerlin (wallMs: number): LocalTime {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(wallMs)
  const part = (type: string): string => parts.find((one) => one.type === type)!.value
  return { weekday: DAYS.indexOf(part('weekday').toLowerCase()), minute: Number(part('hour')) * 60 + Number(part('minute')) }
}
