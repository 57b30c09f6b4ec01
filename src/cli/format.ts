import { isAbsolute, relative, sep } from 'node:path'

/** A duration as people read it: `0:07`, `2:31`, `1:02:03`. */
export function duration (ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return hours > 0
    ? `${hours}:${twoDigits(minutes)}:${twoDigits(rest)}`
    : `${minutes}:${twoDigits(rest)}`
}

/** A duration that is only known roughly, in two units at most: `7 s`, `6 min 40 s`, `19 min`, `1 h 20 min`, `3 days 4 h`. */
export function roughly (ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  if (seconds < 20) {
    return `${seconds} s`
  }
  // Rounded to what is still believable, about a twentieth of the whole.
  const step = seconds < 60 ? 5 : seconds < 600 ? 10 : seconds < 3600 ? 60 : seconds < 86_400 ? 600 : 3600
  const rest = Math.round(seconds / step) * step
  const parts = [[Math.floor(rest / 86_400), 'day'], [Math.floor(rest / 3600) % 24, 'h'], [Math.floor(rest / 60) % 60, 'min'], [rest % 60, 's']] as const
  return parts.filter(([value]) => value > 0).slice(0, 2).map(([value, unit]) => unit === 'day' ? count(value, unit) : `${value} ${unit}`).join(' ')
}

/** A peer's id short enough for a line: `12D3…Rw9f`. */
export function shortPeer (peer: string): string {
  return peer.length <= 12 ? peer : `${peer.slice(0, 4)}…${peer.slice(-4)}`
}

/** A job's id as people type it. */
export function shortJob (job: string): string {
  return job.slice(0, 8)
}

/** `1 unit`, `2 units`. */
export function count (many: number, one: string): string {
  return `${many} ${one}${many === 1 ? '' : 's'}`
}

/** Bytes with a unit: `512 B`, `1.5 MiB`. */
export function bytes (many: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB']
  let value = many
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}

/** Units per minute: one decimal below a hundred. */
export function perMinute (rate: number): string {
  return `${rate < 100 ? rate.toFixed(1) : Math.round(rate)} units/min`
}

/** A file as a person in `cwd` would name it. */
export function fileName (cwd: string, file: string): string {
  const near = relative(cwd, file)
  return near === '' || near.startsWith('..' + sep) || near === '..' || isAbsolute(near) ? file : near
}

/** Characters that steer a terminal instead of being shown: controls, escapes among them, and those that turn the direction of writing. All are one code unit. */
export const STEERING = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * A text as one line that only shows characters: names, reasons and paths may come from anybody, and an escape sequence in them could rewrite the
 * terminal, a line break fake a message, and a change of writing direction reverse what is read. Such characters become `�`, white space a space.
 */
export function printable (text: string): string {
  return text.toWellFormed().replace(/\s*[\r\n\t\u2028\u2029]\s*/g, ' ').replace(STEERING, '�')
}

function twoDigits (value: number): string {
  return String(value).padStart(2, '0')
}
