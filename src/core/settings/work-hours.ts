import { UsageError } from '../../errors.ts'

/** A moment of the week by the clock on the wall: weekday 0 (Monday) … 6 (Sunday), minute of the day 0 … 1439. */
export interface LocalTime {
  readonly weekday: number
  readonly minute: number
}

/** The hours of a week in which a peer may work, in local time. */
export interface WorkHours {
  readonly spans: readonly WorkSpan[]
  /** One entry for each minute of the week from Monday 0:00: 1 where it may work. */
  readonly open: Uint8Array
}

/** Days first … last, both included (Friday to Monday goes over the Sunday), each from a minute of the day to another; over midnight when it ends before it begins. */
interface WorkSpan {
  readonly days: { readonly first: number, readonly last: number } | undefined
  readonly time: { readonly from: number, readonly to: number } | undefined
}

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
const DAY_MINUTES = 24 * 60
const WEEK_MINUTES = 7 * DAY_MINUTES

/** Spans in one setting: two for each day and some to spare. */
export const MAX_WORK_SPANS = 32

/**
 * Reads `22:00-07:00`, `mon-fri 19:00-07:00, sat, sun`: days, hours, or both, several with commas between. Hours that end before they begin end
 * on the next day; days without hours are whole days, hours without days hold every day.
 *
 * @throws UsageError that names `what` and the part that can not be read
 */
export function readWorkHours (text: string, what: string): WorkHours {
  const parts = text.trim().replaceAll(/\s*[-–]\s*/g, '-').split(',')
  if (parts.length > MAX_WORK_SPANS) {
    throw new UsageError(`${what} has room for ${MAX_WORK_SPANS} times with commas between, not ${parts.length}`)
  }
  const spans = parts.map((part) => readSpan(part.trim(), what))
  const open = new Uint8Array(WEEK_MINUTES)
  for (const span of spans) {
    openSpan(open, span)
  }
  return { spans, open }
}

/** Writes hours so that {@link readWorkHours} reads the same again. */
export function writeWorkHours ({ spans }: WorkHours): string {
  return spans.map(({ days, time }) => [
    ...days === undefined ? [] : [days.first === days.last ? shortDay(days.first) : `${shortDay(days.first)}-${shortDay(days.last)}`],
    ...time === undefined ? [] : [`${clockTime(time.from)}-${clockTime(time.to)}`]
  ].join(' ')).join(', ')
}

/** Whether work is allowed at this moment of the week. */
export function isOpen ({ open }: WorkHours, { weekday, minute }: LocalTime): boolean {
  return open[weekday * DAY_MINUTES + minute] === 1
}

/** The first moment from this one on at which work is allowed: at once when it is allowed now. By the clock on the wall, whatever it is set to meanwhile. */
export function nextOpening ({ open }: WorkHours, { weekday, minute }: LocalTime): LocalTime {
  const now = weekday * DAY_MINUTES + minute
  let at = now
  while (open[at % WEEK_MINUTES] !== 1 && at < now + WEEK_MINUTES) {
    at++
  }
  return { weekday: Math.floor(at / DAY_MINUTES) % 7, minute: at % DAY_MINUTES }
}

/** A moment as people say it who look at the clock now: `22:00`, or `Mon 22:00` when it is not within a day. */
export function momentWords (moment: LocalTime, now: LocalTime): string {
  const ahead = (moment.weekday - now.weekday + 7) % 7 * DAY_MINUTES + moment.minute - now.minute
  const day = shortDay(moment.weekday)
  return ahead >= 0 && ahead < DAY_MINUTES ? clockTime(moment.minute) : `${day[0]!.toUpperCase()}${day.slice(1)} ${clockTime(moment.minute)}`
}

function readSpan (part: string, what: string): WorkSpan {
  const match = /^([a-z]+(?:-[a-z]+)?)?(?:(?:^|\s+)(\d{1,2}(?::\d{2})?)-(\d{1,2}(?::\d{2})?))?$/i.exec(part)
  if (match === null || part === '') {
    throw new UsageError(`${what} must be always, or times such as 22:00-07:00 or "mon-fri 19:00-07:00, sat, sun"; "${part}" is none`)
  }
  const [, days, from, to] = match
  const time = from === undefined || to === undefined ? undefined : { from: readTime(from, what), to: readTime(to, what) }
  if (time !== undefined && time.from % DAY_MINUTES === time.to) {
    throw new UsageError(`${what}: "${part}" begins and ends at the same time; for a whole day leave the times out, or write 0:00-24:00`)
  }
  if (time?.from === DAY_MINUTES) {
    throw new UsageError(`${what}: "${part}" begins at 24:00; write 0:00 of the next day`)
  }
  return { days: days === undefined ? undefined : readDays(days, what), time }
}

function readDays (text: string, what: string): { readonly first: number, readonly last: number } {
  const [first, last = first] = text.toLowerCase().split('-').map((word) => {
    const day = word.length < 3 ? -1 : DAYS.findIndex((name) => name.startsWith(word))
    if (day === -1) {
      throw new UsageError(`${what}: "${word}" is no day; days are ${DAYS.map((_, index) => shortDay(index)).join(' ')}`)
    }
    return day
  })
  return { first: first!, last: last! }
}

function readTime (text: string, what: string): number {
  const [hours, minutes = 0] = text.split(':').map(Number)
  const time = hours! * 60 + minutes
  if (minutes > 59 || time > DAY_MINUTES) {
    throw new UsageError(`${what}: "${text}" is no time of day; write it as 22:00`)
  }
  return time
}

function openSpan (open: Uint8Array, { days = { first: 0, last: 6 }, time = { from: 0, to: DAY_MINUTES } }: WorkSpan): void {
  const minutes = time.to > time.from ? time.to - time.from : time.to - time.from + DAY_MINUTES
  const lastDay = days.last < days.first ? days.last + 7 : days.last
  for (let day = days.first; day <= lastDay; day++) {
    const from = day * DAY_MINUTES + time.from
    for (let at = from; at < from + minutes; at++) {
      open[at % WEEK_MINUTES] = 1
    }
  }
}

function shortDay (day: number): string {
  return DAYS[day]!.slice(0, 3)
}

function clockTime (minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}
