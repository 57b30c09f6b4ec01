import { commandsOf, visibleOptions } from '../reference/document.ts'
import { pathOf } from '../help/lessons.ts'
import { takesOf } from '../takes.ts'
import type { Argument, Command, Option } from 'commander'
import type { Takes } from '../takes.ts'

/** A word that can be typed, and what it means in a few words. */
export interface Word {
  readonly word: string
  readonly meaning: string
}

/** An option: all its spellings, and what its value may be; undefined when it takes none. */
export interface CompletedOption {
  readonly spellings: readonly string[]
  readonly meaning: string
  readonly takes: Takes | undefined
}

/** What can be typed behind one command. */
export interface CompletedCommand {
  /** Without the program's name; empty for the program itself. */
  readonly path: string
  readonly commands: readonly Word[]
  readonly options: readonly CompletedOption[]
  /** In order. */
  readonly values: readonly Takes[]
  /** What is behind the last of `values`, as often as one likes. */
  readonly more: Takes | undefined
}

/** Everything that can be typed, as the program itself has it; the program is the first, and its options go everywhere. */
export function vocabularyOf (program: Command): readonly CompletedCommand[] {
  const help: CompletedCommand = { path: 'help', commands: [], options: [], values: [{ kind: 'words', words: program.commands.filter((one) => one.summary() !== '').map((one) => one.name()) }], more: undefined }
  return [completed(program), ...commandsOf(program).map(completed), help]
}

function completed (command: Command): CompletedCommand {
  const inside = command.createHelp().visibleCommands(command).filter((one) => command.parent === null || one.name() !== 'help')
  const helpOption: CompletedOption = { spellings: ['-h', '--help'], meaning: 'what it does, with examples', takes: undefined }
  const last = command.registeredArguments.at(-1)
  return {
    path: pathOf(command),
    commands: inside.map((one) => ({ word: one.name(), meaning: one.summary() || one.description() })),
    options: [...visibleOptions(command).map(completedOption), ...(command.parent === null ? [helpOption] : [])],
    values: command.registeredArguments.filter(({ variadic }) => !variadic).map(valueOf),
    more: last?.variadic === true ? valueOf(last) : undefined
  }
}

function completedOption (option: Option): CompletedOption {
  return { spellings: [option.short, option.long].filter((one) => one !== undefined), meaning: firstWords(option.description), takes: takesOf(option) }
}

function valueOf (argument: Argument): Takes {
  return takesOf(argument) ?? { kind: 'text' }
}

/** What a description says before it goes into details: there is one line for it. */
function firstWords (description: string): string {
  return description.split(/[;(:]/)[0]!.trim()
}
