/**
 * The settings of a home, for its peer and for commands where none runs.
 */
import { SETTINGS, SETTING_KEYS, settingKey, settingText, settingValue } from './core/settings/table.ts'
import { openHome } from './store/home.ts'
import { readSettingsFile, writeSettingsFile } from './store/settings-file.ts'
import type { SettingState } from './api.ts'
import type { SettingKey, SettingTexts, SettingValues, Settings } from './core/settings/table.ts'
import type { Disk } from './store/disk.ts'

/** Where a home is, and the disk it is on. */
export interface SettingsPlace {
  readonly dir: string
  readonly disk?: Disk
}

/** What is set in one home, and what its peer was started with instead. Changes are kept one after the other. */
export class HomeSettings {
  readonly #place: SettingsPlace
  readonly #options: Settings
  #texts: SettingTexts
  #changing: Promise<unknown> = Promise.resolve()

  private constructor (place: SettingsPlace, options: Settings, texts: SettingTexts) {
    this.#place = place
    this.#options = options
    this.#texts = texts
  }

  /** Reads what is set in a home. `options`: what the peer's own command says; it wins. @throws HomeError naming the line that is wrong */
  static async read (place: SettingsPlace, options: Settings = {}): Promise<HomeSettings> {
    return new HomeSettings(place, options, await readSettingsFile(place.dir, place.disk))
  }

  /** What holds: the option, else what is set, else undefined for the default. */
  value<Key extends SettingKey> (key: Key): SettingValues[Key] | undefined {
    return this.#options[key] ?? settingValue(key, this.#texts)
  }

  list (): SettingState[] {
    return SETTING_KEYS.map((key) => this.#state(key))
  }

  /**
   * Keeps a value, or with null forgets it; on disk when it resolves. Of settings that somebody changed in the file meanwhile, the others stay as they are there.
   *
   * @throws UsageError when there is no such setting or value, HomeError when the disk refuses or the file is damaged
   */
  async change (name: string, value: string | null): Promise<SettingState> {
    const key = settingKey(name)
    const text = value === null ? undefined : settingText(key, value.trim())
    const changed = this.#changing.then(async () => {
      const texts = new Map(await readSettingsFile(this.#place.dir, this.#place.disk))
      if (text === undefined) {
        texts.delete(key)
      } else {
        texts.set(key, text)
      }
      await writeSettingsFile(this.#place.dir, texts, this.#place.disk)
      this.#texts = texts
    })
    this.#changing = changed.catch(() => {})
    await changed
    return this.#state(key)
  }

  #state<Key extends SettingKey> (key: Key): SettingState {
    const { meaning, form, standard } = SETTINGS[key]
    const kept = this.#texts.get(key)
    const option = this.#options[key]
    return {
      key,
      value: kept ?? standard,
      set: kept !== undefined,
      default: standard,
      form,
      meaning,
      option: option === undefined ? null : SETTINGS[key].write(option)
    }
  }
}

/** The settings of a home where no peer runs, whether it is there or not. @throws HomeError */
export async function settingsOf (homeDir: string): Promise<SettingState[]> {
  return (await HomeSettings.read({ dir: homeDir })).list()
}

/** Changes a setting of a home where no peer runs; the home is made when it is missing. @throws UsageError, HomeError */
export async function changeSettingOf (homeDir: string, key: string, value: string | null): Promise<SettingState> {
  const known = settingKey(key)
  if (value !== null) {
    settingText(known, value.trim())
  }
  const home = await openHome(homeDir)
  try {
    return await (await HomeSettings.read(home)).change(key, value)
  } finally {
    await home.close()
  }
}
