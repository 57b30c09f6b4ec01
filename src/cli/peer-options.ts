import { MAX_THREADS } from '../core/limits.ts'
import { SETTINGS } from '../core/settings/table.ts'
import { UsageError } from '../errors.ts'
import { availableEngines, checkEngine } from './engine-names.ts'
import { checkMultiaddrs, gather, list, wholeNumber, word } from './options.ts'
import { refuse } from './refusals.ts'
import { reader } from './takes.ts'
import type { Command } from 'commander'
import type { PeerInit } from '../api.ts'
import type { SettingKey } from '../core/settings/table.ts'

/** The options that say how a peer is to be, as commander gives them. */
export interface PeerOptions {
  readonly listen?: readonly string[]
  readonly bootstrap?: readonly string[]
  readonly mdns: boolean
  readonly name?: string
  readonly threads?: number
  readonly maxUp?: number
  readonly maxDown?: number
  readonly engines?: readonly string[]
  readonly work?: boolean
  readonly http?: string
}

/** What options of `up` are called in a message, by commander's name of them. */
const FLAGS: Readonly<Record<keyof PeerOptions, string>> = {
  listen: '--listen',
  bootstrap: '--bootstrap',
  mdns: '--no-mdns',
  name: '--name',
  threads: '--threads',
  maxUp: '--max-up',
  maxDown: '--max-down',
  engines: '--engines',
  work: '--no-work',
  http: '--http'
}

/** What holds when an option is not given: what the home says, else the table's default. */
function orSetting (key: SettingKey): string {
  return `tilemesh config ${key}, else ${SETTINGS[key].standard}`
}

/** Options of every command that is a peer itself while it runs: how it reaches its mesh. */
export function addNetworkOptions (command: Command): Command {
  return command
    .option('--listen <MULTIADDR>', 'listen here; repeatable (default: all interfaces, any free TCP port)', gather)
    .option('--bootstrap <MULTIADDR>', 'dial this peer at once; repeatable', gather)
    .option('--no-mdns', 'do not look for peers on the local network by multicast')
}

/** All options of `up`. */
export function addPeerOptions (command: Command): Command {
  return addNetworkOptions(command)
    .option('--name <NAME>', `${SETTINGS.name.meaning} (default: ${orSetting('name')})`, (text) => SETTINGS.name.read(text, '--name'))
    .option('--threads <N>', `${SETTINGS.threads.meaning} (default: ${orSetting('threads')})`, wholeNumber('--threads', 1, MAX_THREADS))
    .option('--max-up <RATE>', `${SETTINGS['max-up'].meaning}, ${SETTINGS['max-up'].form} (default: ${orSetting('max-up')})`, (text) => SETTINGS['max-up'].read(text, '--max-up'))
    .option('--max-down <RATE>', `${SETTINGS['max-down'].meaning}, ${SETTINGS['max-down'].form} (default: ${orSetting('max-down')})`, (text) => SETTINGS['max-down'].read(text, '--max-down'))
    .option('--engines <LIST>', 'engines to offer, with commas between (default: all that work here)', list('--engines', availableEngines()))
    .option('--no-work', 'render nothing')
    .option('--http <ADDR:PORT>', 'the local page and API; only "off" is available yet (default: off)', reader({ kind: 'words', words: ['off'] }, httpSwitch))
}

/**
 * What the options ask for.
 *
 * @throws UsageError when an address is none or an engine is unknown
 */
export async function readPeerOptions (options: PeerOptions, home: string): Promise<PeerInit> {
  await checkMultiaddrs('--listen', options.listen ?? [])
  await checkMultiaddrs('--bootstrap', options.bootstrap ?? [])
  return {
    home,
    listen: options.listen,
    bootstrap: options.bootstrap,
    mdns: options.mdns ? 'on' : 'off',
    name: options.name,
    threads: options.threads,
    maxUpBytesPerSecond: options.maxUp,
    maxDownBytesPerSecond: options.maxDown,
    engines: options.engines?.map(checkEngine),
    work: options.work === false ? 'off' : 'on'
  }
}

/**
 * Refuses options of `up` where a peer runs already: they could not take effect.
 *
 * @throws UsageError
 */
export function refusePeerOptions (command: Command): void {
  for (const [name, flag] of Object.entries(FLAGS)) {
    if (command.getOptionValueSource(name) === 'cli') {
      throw new UsageError(`${flag} says how a peer is to be, and a peer runs in this home already; leave it out, or end that peer first`)
    }
  }
}

function httpSwitch (text: string): string {
  if (text !== 'off' && /^.+:\d{1,5}$/.test(text)) {
    refuse('--http other than off')
  }
  return word('--http', ['off'])(text)
}
