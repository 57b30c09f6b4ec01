import { lessonOf } from './lessons.ts'
import type { Command, Help, HelpConfiguration, Option } from 'commander'
import type { CommandContext } from '../context.ts'

/** Columns of a help text that goes to no terminal. */
export const PLAIN_HELP_COLUMNS = 80

/** Longer lines are hard to read, however wide the terminal is. */
const MAX_HELP_COLUMNS = 120

/** Descriptions stand beside their options from this width on, below them in narrower terminals. */
const MIN_DESCRIPTION_COLUMNS = 34

const BELOW_INDENT = 6

/** The width in which help is shown: the terminal's, within reason. */
export function helpColumns ({ stdout }: CommandContext): number {
  const columns = stdout.isTTY === true ? stdout.columns ?? 0 : 0
  return columns < 1 ? PLAIN_HELP_COLUMNS : Math.min(columns, MAX_HELP_COLUMNS)
}

/**
 * Help that teaches: what the command is for, how it is written, what its options mean, a few lines to try, and where to read on.
 * Commander's own helper finds and wraps the parts; their order is ours.
 */
export const TEACHING_HELP: HelpConfiguration = { showGlobalOptions: true, minWidthToWrap: 1, formatHelp }

function formatHelp (command: Command, helper: Help): string {
  const columns = helper.helpWidth ?? PLAIN_HELP_COLUMNS
  const { words, examples, seeAlso } = lessonOf(command)
  const optionItem = (option: Option): Item => [helper.optionTerm(option), helper.optionDescription(option)]
  const options = helper.groupItems([...command.options], ownOptions(command, helper), (option) => option.helpGroupHeading ?? 'Options:')
  const commands = helper.groupItems([...command.commands], subCommands(command, helper), (one) => one.helpGroup() || 'Commands:')
  const sections: (readonly [heading: string, items: readonly Item[]])[] = [
    ['Arguments:', helper.visibleArguments(command).map((argument): Item => [helper.argumentTerm(argument), helper.argumentDescription(argument)])],
    ...Array.from(options, ([heading, group]) => [heading, group.map(optionItem)] as const),
    ...Array.from(commands, ([heading, group]) => [heading, group.map((one): Item => [commandTerm(one), helper.subcommandDescription(one)])] as const),
    ...(words === undefined ? [] : [[words.heading, words.items] as const]),
    ['Every command:', commonOptions(command, helper).map(optionItem)]
  ]
  const termColumns = Math.max(0, ...sections.flatMap(([, items]) => items.map(([term]) => helper.displayWidth(term))))
  return [
    ...hang(helper, '', helper.commandDescription(command), columns),
    '',
    ...hang(helper, 'Usage: ', helper.commandUsage(command), columns),
    ...sections.filter(([, items]) => items.length > 0)
      .flatMap(([heading, items]) => ['', heading, ...items.flatMap((item) => itemLines(helper, item, termColumns, columns))]),
    ...(examples.length === 0 ? [] : ['', 'Examples:']),
    ...examples.flatMap(({ line, what }) => [...hang(helper, '  $ ', line, columns), ...hang(helper, ' '.repeat(BELOW_INDENT), what, columns)]),
    ...(seeAlso.length === 0 ? [] : ['', ...hang(helper, 'See also: ', seeAlso.map((path) => `tilemesh ${path}`).join(', '), columns)]),
    ''
  ].join('\n')
}

type Item = readonly [term: string, description: string]

/** The options of the command itself, without those that every command has. */
function ownOptions (command: Command, helper: Help): Option[] {
  return command.parent === null ? [] : helper.visibleOptions(command).filter(({ long }) => long !== '--help')
}

/** Its commands; the one for help is named once, by the program. */
function subCommands (command: Command, helper: Help): Command[] {
  return helper.visibleCommands(command).filter((one) => command.parent === null || one.name() !== 'help')
}

function commonOptions (command: Command, helper: Help): Option[] {
  const root = rootOf(command)
  return helper.visibleOptions(root).filter(({ long }) => command === root || long !== '--version')
}

/** The program a command belongs to. */
export function rootOf (command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent)
}

/** A command in a list of commands: its name and arguments; that it has options goes without saying. */
function commandTerm (command: Command): string {
  return [command.name(), ...command.registeredArguments.map((argument) => argument.required ? argument.name() : `[${argument.name()}]`)].join(' ')
}

function itemLines (helper: Help, [term, description]: Item, termColumns: number, columns: number): string[] {
  const space = columns - termColumns - 4
  if (space < MIN_DESCRIPTION_COLUMNS) {
    return [`  ${term}`, ...hang(helper, ' '.repeat(BELOW_INDENT), description, columns)]
  }
  return hang(helper, `  ${term}${' '.repeat(termColumns - helper.displayWidth(term))}  `, description, columns)
}

/** Wraps a text behind a beginning; its further lines are indented to where it began. */
function hang (helper: Help, beginning: string, text: string, columns: number): string[] {
  const indent = helper.displayWidth(beginning)
  const lines = helper.boxWrap(text, Math.max(1, columns - indent)).split('\n')
  return lines.map((line, index) => (index === 0 ? beginning : ' '.repeat(indent)) + line)
}
