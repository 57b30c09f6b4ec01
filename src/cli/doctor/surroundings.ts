import { programOnPath } from '../../platform/programs.ts'
import { isAlwaysUtf8 } from '../../platform/system.ts'
import { terminalColors } from '../picture/half-blocks.ts'
import { ok, warn } from './check.ts'
import type { CommandContext } from '../context.ts'
import type { Check } from './check.ts'

type Env = CommandContext['env']

const COLOR_WORDS = { truecolor: 'true colour', 256: '256 colours', none: 'no colours' } as const

/** What the terminal can show of a growing picture. */
export function examineTerminal ({ env, stdout }: Pick<CommandContext, 'env' | 'stdout'>): Check {
  if (stdout.isTTY !== true) {
    return ok('terminal', 'none; a plain line every five seconds while something renders')
  }
  const size = `${stdout.columns ?? 0} × ${stdout.rows ?? 0}`
  const colors = terminalColors(env)
  if (env['TERM'] === 'dumb') {
    return ok('terminal', `${size}, can not be redrawn (TERM=dumb): plain lines`)
  }
  if (colors === 'none') {
    return ok('terminal', `${size}, no colours (NO_COLOR): plain lines`)
  }
  return showsBlocks(env)
    ? ok('terminal', `${size}, ${COLOR_WORDS[colors]}; the picture grows in half blocks`)
    : warn('terminal', `${size}, ${COLOR_WORDS[colors]}, but its characters are not UTF-8: the growing picture will look wrong`, 'set LANG to a UTF-8 locale, such as C.UTF-8')
}

/** Whether the locale is one of UTF-8, as far as the environment says. */
export function showsBlocks (env: Env, platform?: NodeJS.Platform): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((one) => one !== undefined && one !== '')
  return isAlwaysUtf8(platform) || locale === undefined || /utf-?8/i.test(locale)
}

/** Programs that one thing or another needs; nothing needs them to render. */
export async function examineTools (env: Env): Promise<Check> {
  const file = await programOnPath('ffmpeg', { env })
  return file === undefined
    ? warn('tools', 'ffmpeg is not here: --video makes .webp, but neither .mp4 nor .webm', 'install ffmpeg if you want those; nothing else needs it')
    : ok('tools', `ffmpeg for --video to .mp4 and .webm: ${file}`)
}

/** What keeps a renderer from the rest of the machine. */
export async function examineSandbox (env: Env): Promise<Check> {
  const here = await programOnPath('bwrap', { env }) === undefined ? '' : '; bubblewrap is here for renderers that will'
  return ok('sandbox', `the built-in engine needs none: scenes reach only its own memory${here}`)
}
