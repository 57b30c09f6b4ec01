import { stat } from 'node:fs/promises'
import path from 'node:path'
import { SETTING_KEYS, settingKey, settingText } from '../core/settings/table.ts'
import { HomeError, UsageError } from '../errors.ts'
import { missingIsUndefined, nodeDisk, readWhole, writeWhole } from './disk.ts'
import { MAX_SETTINGS_BYTES } from './limits.ts'
import { isOurs, isWritableByOthers, privateCure } from '../platform/private-files.ts'
import { refusalOf } from './refusal.ts'
import type { SettingKey, SettingTexts } from '../core/settings/table.ts'
import type { Disk } from './disk.ts'

/** The settings of a home: plain text, `key = value` a line, `#` before what is only for people. */
const FILE_NAME = 'settings.conf'

/** Characters of a bad line's fault in a message: a person sees at once what it was. */
const MAX_SHOWN_LENGTH = 200

const HEAD = '# Settings of this tilemesh peer. See and change them with: tilemesh config\n'

/** Where the settings of a home are kept. */
export function settingsFile (home: string): string {
  return path.join(home, FILE_NAME)
}

/**
 * What is set in a home, each value as it would be written again. Nothing is when there is no such file, or no such home.
 *
 * @throws HomeError naming file, line and cure when anything in it is not a setting with a value, or others may change the file
 */
export async function readSettingsFile (home: string, disk: Disk = nodeDisk): Promise<SettingTexts> {
  const file = settingsFile(home)
  let bytes: Uint8Array | undefined
  try {
    await checkOwner(file)
    bytes = await readWhole(disk, file, MAX_SETTINGS_BYTES)
  } catch (err) {
    if (err instanceof RangeError) {
      throw new HomeError(`The settings in ${file} have more than ${MAX_SETTINGS_BYTES} bytes; remove what is no setting, or the whole file for the defaults`, { cause: err })
    }
    throw err instanceof HomeError ? err : new HomeError(refusalOf(err, file), { cause: err })
  }
  return bytes === undefined ? new Map<SettingKey, string>() : parseSettings(bytes, file)
}

/** Keeps settings, those of the table's order; on disk when it resolves. Comments that were in the file are not kept. @throws HomeError when the disk refuses */
export async function writeSettingsFile (home: string, texts: SettingTexts, disk: Disk = nodeDisk): Promise<void> {
  const file = settingsFile(home)
  const lines = SETTING_KEYS.filter((key) => texts.has(key)).map((key) => `${key} = ${texts.get(key)!}\n`)
  try {
    await writeWhole(disk, file, [Buffer.from(HEAD + lines.join(''), 'utf8')])
  } catch (err) {
    throw new HomeError(refusalOf(err, file), { cause: err })
  }
}

/** Reads the content of a settings file. @throws HomeError naming file, line and cure */
export function parseSettings (bytes: Uint8Array, file: string): SettingTexts {
  if (bytes.byteLength === 0) {
    throw new HomeError(`The settings file ${file} is empty; remove it for the defaults, and set again what you need with: tilemesh config`)
  }
  const texts = new Map<SettingKey, string>()
  linesOf(bytes, file).forEach((line, index) => {
    const text = line.trim()
    if (text !== '' && !text.startsWith('#')) {
      const refuse = (why: string): never => { throw badLine(file, index + 1, why) }
      const [key, value] = parseLine(text, refuse)
      if (texts.has(key)) {
        refuse(`sets ${key} a second time`)
      }
      texts.set(key, value)
    }
  })
  return texts
}

function linesOf (bytes: Uint8Array, file: string): readonly string[] {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const lines: string[] = []
  for (let at = 0; at <= bytes.byteLength;) {
    const newline = bytes.indexOf(10, at)
    const end = newline === -1 ? bytes.byteLength : newline
    try {
      lines.push(decoder.decode(bytes.subarray(at, end)))
    } catch (err) {
      throw new HomeError(badLine(file, lines.length + 1, 'is not text').message, { cause: err })
    }
    at = end + 1
  }
  return lines
}

function parseLine (line: string, refuse: (why: string) => never): readonly [SettingKey, string] {
  const split = line.indexOf('=')
  if (split === -1) {
    return refuse('is not "key = value"')
  }
  try {
    const key = settingKey(line.slice(0, split).trim())
    return [key, settingText(key, line.slice(split + 1).trim())]
  } catch (err) {
    return refuse(err instanceof UsageError ? `is wrong: ${err.message}` : 'can not be read')
  }
}

/** What stood in a damaged line is shown, but not all of it, and as characters only. */
function badLine (file: string, line: number, why: string): HomeError {
  const shown = why.length > MAX_SHOWN_LENGTH ? `${why.slice(0, MAX_SHOWN_LENGTH)}…` : why
  return new HomeError(`Line ${line} of the settings file ${file} ${shown.toWellFormed().replaceAll(/\p{Cc}/gu, '�')}; correct or remove that line`)
}

async function checkOwner (file: string): Promise<void> {
  const stats = await stat(file).catch(missingIsUndefined)
  if (stats !== undefined && !stats.isFile()) {
    throw new HomeError(`The settings file ${file} is not a file; remove it, and set again what you need with: tilemesh config`)
  }
  if (stats !== undefined && !isOurs(stats)) {
    throw new HomeError(`The settings file ${file} belongs to another user; remove it, or choose another --home`)
  }
  if (stats !== undefined && isWritableByOthers(stats)) {
    throw new HomeError(`Others may change the settings in ${file}; make the file yours alone: ${privateCure(file, '600')}`)
  }
}
