import { SETTING_KEYS, settingKey } from '../../core/settings/table.ts'
import { ExitStatus, UsageError } from '../../errors.ts'
import { print, printJson } from '../context.ts'
import { homeOf } from '../home.ts'
import { runningPeer } from '../peer-access.ts'
import { reader } from '../takes.ts'
import { table } from '../view/table.ts'
import type { Command } from 'commander'
import type { SettingState } from '../../api.ts'
import type { SettingKey } from '../../core/settings/table.ts'
import type { CommandContext } from '../context.ts'
import type { CommonOptions, Registration } from '../registration.ts'

interface ConfigOptions extends CommonOptions {
  readonly reset?: boolean
}

/** Where settings are seen and changed: at the running peer, which follows at once, or in the home. */
interface SettingsAccess {
  settings (): Promise<readonly SettingState[]>
  changeSetting (key: string, value: string | null): Promise<SettingState>
}

/** `tilemesh config [KEY [VALUE]]`: what a person sets once. */
export function addConfig (program: Command, { context, act }: Registration): void {
  program.command('config')
    .description('Show the settings of this home, or change one. A running peer follows at once.')
    .argument('[KEY]', 'one of the settings below', reader({ kind: 'words', words: SETTING_KEYS }, settingKey))
    .argument('[VALUE...]', 'its new value')
    .option('--reset', 'take the setting back to its default')
    .action(act(async (key: SettingKey | undefined, words: readonly string[], _: unknown, self: Command) => {
      const options = self.optsWithGlobals<ConfigOptions>()
      const value = words.length === 0 ? undefined : words.join(' ')
      if (options.reset === true && (key === undefined || value !== undefined)) {
        throw new UsageError('--reset takes the name of one setting and no value: tilemesh config KEY --reset')
      }
      const access = await settingsAccess(homeOf(context, options.home))
      if (key === undefined || (value === undefined && options.reset !== true)) {
        show(context, options, (await access.settings()).filter((state) => key === undefined || state.key === key), key === undefined ? 'all' : 'one')
      } else {
        tellChange(context, options, await access.changeSetting(key, value ?? null))
      }
      return ExitStatus.done
    }))
}

async function settingsAccess (home: string): Promise<SettingsAccess> {
  const running = await runningPeer(home)
  if (running !== undefined) {
    return running.api
  }
  const { changeSettingOf, settingsOf } = await import('../../settings.ts')
  return {
    settings: async () => settingsOf(home),
    changeSetting: async (key, value) => changeSettingOf(home, key, value)
  }
}

function show (context: CommandContext, { json }: ConfigOptions, states: readonly SettingState[], which: 'all' | 'one'): void {
  if (json === true) {
    states.forEach((state) => { printJson(context, { event: 'setting', ...state }) })
    return
  }
  const rows = states.map(({ key, value, default: standard, meaning, form, option }) => [
    key, option === null ? value : `${value} (now ${option})`, standard, which === 'all' ? meaning : `${meaning}: ${form}`
  ])
  table([['SETTING', 'VALUE', 'DEFAULT', 'MEANING'], ...rows]).forEach((line) => { print(context, line) })
}

function tellChange (context: CommandContext, { json }: ConfigOptions, state: SettingState): void {
  if (json === true) {
    printJson(context, { event: 'setting', ...state })
    return
  }
  const { key, value, set, option } = state
  print(context, set ? `${key} is ${value}` : `${key} is back to its default: ${value}`)
  if (option !== null) {
    print(context, `the running peer was started with ${option}, and keeps that until it ends`)
  }
}
