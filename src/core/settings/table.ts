import { UsageError } from '../../errors.ts'
import {
  DEFAULT_CACHE_BYTES, DEFAULT_CUSTODY_BYTES, MAX_CACHE_BYTES, MAX_IDLE_MINUTES, MAX_PEER_NAME_LENGTH, MAX_THREADS, MAX_TRAFFIC_BYTES_PER_SECOND, MIN_CACHE_BYTES, MIN_CUSTODY_BYTES, MIN_TRAFFIC_BYTES_PER_SECOND
} from '../limits.ts'
import { readQuantity, writeQuantity } from './quantities.ts'
import { readWorkHours, writeWorkHours } from './work-hours.ts'
import type { WorkHours } from './work-hours.ts'

const MINUTE_MS = 60_000

/** What a person can set once for a home. */
export interface SettingValues {
  readonly name: string
  readonly threads: number
  readonly 'work-hours': WorkHours
  /** Milliseconds. */
  readonly 'idle-only': number
  readonly 'own-jobs-first': 'on' | 'off'
  /** Bytes. */
  readonly cache: number
  /** Bytes; 0: it keeps nothing for others. */
  readonly custody: number
  /** Bytes per second; Infinity for no limit. */
  readonly 'max-up': number
  /** Bytes per second; Infinity for no limit. */
  readonly 'max-down': number
}

/** The name of a setting, as people type it. */
export type SettingKey = keyof SettingValues

/** Values by key. An absent one is the default; so is `undefined`, which is what `all` threads are read as. */
export type Settings = { readonly [Key in SettingKey]?: SettingValues[Key] | undefined }

/** One setting: everything that is known of it, so that the file, the command, its help and the manual say the same. */
export interface Setting<Value> {
  /** What it does, in one line. */
  readonly meaning: string
  /** How a value is written. */
  readonly form: string
  /** What holds while it is not set, in words, or as it would be written. */
  readonly standard: string
  /** @throws UsageError that begins with `what` and says how a value is written */
  read (text: string, what: string): Value | undefined
  /** Writes a value as it is kept; {@link read} reads the same again. */
  write (value: Value | undefined): string
}

/** All settings, in the order in which people see them. */
export const SETTINGS: { readonly [Key in SettingKey]: Setting<SettingValues[Key]> } = {
  name: {
    meaning: 'what people see of this peer',
    form: `1 to ${MAX_PEER_NAME_LENGTH} characters`,
    standard: 'the machine\'s name',
    read: readName,
    write: (name) => name ?? ''
  },
  threads: {
    meaning: 'render threads',
    form: `1 to ${MAX_THREADS}, or all`,
    standard: 'all',
    read: (text, what) => text === 'all' ? undefined : readWhole(text, what, 1, MAX_THREADS, ', or all'),
    write: (threads) => threads === undefined ? 'all' : String(threads)
  },
  'work-hours': {
    meaning: 'when it renders for others, by this machine\'s clock',
    form: 'such as 22:00-07:00 or "mon-fri 19:00-07:00, sat, sun", or always',
    standard: 'always',
    read: (text, what) => text === 'always' ? undefined : readWorkHours(text, what),
    write: (hours) => hours === undefined ? 'always' : writeWorkHours(hours)
  },
  'idle-only': {
    meaning: 'minutes without keyboard and mouse before it renders for others',
    form: `1 to ${MAX_IDLE_MINUTES}, or off`,
    standard: 'off',
    read: (text, what) => text === 'off' ? undefined : readWhole(text, what, 1, MAX_IDLE_MINUTES, ' minutes, or off') * MINUTE_MS,
    write: (idleMs) => idleMs === undefined ? 'off' : String(idleMs / MINUTE_MS)
  },
  'own-jobs-first': {
    meaning: 'render your own jobs before those of others, not in turn with them',
    form: 'on, or off',
    standard: 'off',
    read: (text, what) => {
      if (text !== 'on' && text !== 'off') {
        throw new UsageError(`${what} must be on, or off, not "${text}"`)
      }
      return text
    },
    write: (order) => order ?? 'off'
  },
  cache: {
    meaning: 'what it keeps at most of scenes and films on its disk',
    form: 'such as 50GiB',
    standard: writeQuantity(DEFAULT_CACHE_BYTES, ''),
    read: (text, what) => readQuantity(text, what, '', { least: MIN_CACHE_BYTES, most: MAX_CACHE_BYTES, example: '50GiB' }),
    write: (bytes) => writeQuantity(bytes ?? DEFAULT_CACHE_BYTES, '')
  },
  custody: {
    meaning: 'what it keeps at most of results for others while they are away',
    form: 'such as 50GiB, or off',
    standard: writeQuantity(DEFAULT_CUSTODY_BYTES, ''),
    read: (text, what) => text === 'off' ? 0 : readQuantity(text, what, '', { least: MIN_CUSTODY_BYTES, most: MAX_CACHE_BYTES, example: '50GiB, or off' }),
    write: (bytes) => bytes === 0 ? 'off' : writeQuantity(bytes ?? DEFAULT_CUSTODY_BYTES, '')
  },
  'max-up': trafficLimit('what it sends at most of pictures and scenes'),
  'max-down': trafficLimit('what it takes in at most of pictures and scenes')
}

/** The keys of {@link SETTINGS} in order. */
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[]

/** What is set, as it is written: what a settings file holds. */
export type SettingTexts = ReadonlyMap<SettingKey, string>

/** @throws UsageError when there is no such setting, naming the one that was meant or all there are */
export function settingKey (text: string): SettingKey {
  const known = SETTING_KEYS.find((key) => key === text)
  if (known === undefined) {
    const near = SETTING_KEYS.find((key) => key.startsWith(text) || text.startsWith(key) || key.replaceAll('-', '') === text.toLowerCase().replaceAll(/[-_ ]/g, ''))
    throw new UsageError(`there is no setting "${text}"; ${text !== '' && near !== undefined ? `did you mean ${near}?` : `settings are: ${SETTING_KEYS.join(', ')}`}`)
  }
  return known
}

/** A value as it is kept, whichever way it was typed. @throws UsageError that begins with `what`, by default the key */
export function settingText<Key extends SettingKey> (key: Key, text: string, what: string = key): string {
  return SETTINGS[key].write(SETTINGS[key].read(text, what))
}

/** The value of one setting; undefined while it is not set. @throws UsageError */
export function settingValue<Key extends SettingKey> (key: Key, texts: SettingTexts): SettingValues[Key] | undefined {
  const text = texts.get(key)
  return text === undefined ? undefined : SETTINGS[key].read(text, key)
}

function trafficLimit (meaning: string): Setting<number> {
  return {
    meaning,
    form: 'such as 2MB/s or 10Mbit/s, or off',
    standard: 'off',
    read: (text, what) => text === 'off'
      ? Infinity
      : readQuantity(text, what, '/s', { least: MIN_TRAFFIC_BYTES_PER_SECOND, most: MAX_TRAFFIC_BYTES_PER_SECOND, example: '2MB/s, or off' }),
    write: (rate) => rate === undefined || rate === Infinity ? 'off' : writeQuantity(rate, '/s')
  }
}

function readName (text: string, what: string): string {
  const name = text.trim()
  if (name.length < 1 || name.length > MAX_PEER_NAME_LENGTH || !name.isWellFormed() || /\p{Cc}/u.test(name)) {
    throw new UsageError(`${what} must be 1 to ${MAX_PEER_NAME_LENGTH} characters without control characters`)
  }
  return name
}

function readWhole (text: string, what: string, least: number, most: number, or: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN
  if (!(value >= least && value <= most)) {
    throw new UsageError(`${what} must be a whole number from ${least} to ${most}${or}, not "${text}"`)
  }
  return value
}
