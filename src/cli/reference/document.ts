import { ExitStatus } from '../../errors.ts'
import { LESSONS, lessonOf, pathOf } from '../help/lessons.ts'
import { takesOf } from '../takes.ts'
import { EVENTS } from './events.ts'
import { ENVIRONMENT, EXIT_MEANINGS, HOME_FILES } from './tables.ts'
import type { Argument, Command, Option } from 'commander'
import type { Example } from '../help/lessons.ts'

/** A piece of the reference, in no format yet. */
export type Block =
  /** Depth 1: a chapter. 2: a command or an event. 3: within one. */
  | { readonly kind: 'heading', readonly depth: 1 | 2 | 3, readonly text: string }
  | { readonly kind: 'paragraph', readonly text: string }
  /** A line to be typed as it is. */
  | { readonly kind: 'code', readonly text: string }
  | { readonly kind: 'terms', readonly items: readonly Term[] }
  | { readonly kind: 'examples', readonly items: readonly Example[] }

/** A word and what it means. */
export type Term = readonly [term: string, meaning: string]

/** The whole command line, made of the program itself: what is not in the program is not here, and what is in it can not be missing. */
export function referenceOf (program: Command, version: string): readonly Block[] {
  return [
    { kind: 'heading', depth: 1, text: 'tilemesh' },
    { kind: 'paragraph', text: `${program.description()} Version ${version}.` },
    { kind: 'code', text: 'tilemesh [COMMAND] [OPTIONS]' },
    { kind: 'heading', depth: 1, text: 'Commands' },
    ...commandsOf(program).flatMap(commandBlocks),
    { kind: 'heading', depth: 1, text: 'Options of every command' },
    { kind: 'terms', items: [...visibleOptions(program).map(optionTerm)] },
    { kind: 'heading', depth: 1, text: 'Exit status' },
    { kind: 'terms', items: Object.entries(EXIT_MEANINGS).map(([name, meaning]) => [String(ExitStatus[name as keyof typeof ExitStatus]), meaning]) },
    { kind: 'heading', depth: 1, text: 'Environment' },
    { kind: 'terms', items: Object.entries(ENVIRONMENT) },
    { kind: 'heading', depth: 1, text: 'Events of --json' },
    { kind: 'paragraph', text: 'With --json standard output holds one JSON object a line and nothing else. Its kind is in the field "event"; fields may be added, never renamed.' },
    ...EVENTS.flatMap(({ event, when, fields }): Block[] => [
      { kind: 'heading', depth: 2, text: event },
      { kind: 'paragraph', text: `${when}.` },
      { kind: 'terms', items: Object.entries(fields) }
    ]),
    { kind: 'heading', depth: 1, text: 'Files of a home' },
    { kind: 'terms', items: Object.entries(HOME_FILES) }
  ]
}

/** The commands that people see, with those inside them, in the order of the program. */
export function commandsOf (parent: Command): readonly Command[] {
  const visible = parent.createHelp().visibleCommands(parent).filter((command) => command.name() !== 'help')
  return visible.flatMap((command) => [command, ...commandsOf(command)])
}

/** The options that people see, without the one for help. */
export function visibleOptions (command: Command): readonly Option[] {
  return command.options.filter(({ hidden }) => !hidden)
}

function commandBlocks (command: Command): Block[] {
  const { words, examples, seeAlso } = lessonOf(command)
  const groups = Map.groupBy(visibleOptions(command), (option) => (option.helpGroupHeading ?? 'Options:').replace(/:$/, ''))
  return [
    { kind: 'heading', depth: 2, text: `tilemesh ${pathOf(command)}` },
    { kind: 'code', text: `tilemesh ${pathOf(command)} ${command.usage()}`.trimEnd() },
    { kind: 'paragraph', text: command.description() },
    ...terms('Arguments', command.registeredArguments.map(argumentTerm)),
    ...Array.from(groups).flatMap(([heading, options]) => terms(heading, options.map(optionTerm))),
    ...terms(words?.heading.replace(/:$/, '') ?? '', words?.items ?? []),
    ...terms('Commands', command.commands.filter((one) => LESSONS[pathOf(one)] !== undefined).map((one): Term => [`tilemesh ${pathOf(one)}`, one.summary()])),
    ...(examples.length === 0 ? [] : [{ kind: 'heading', depth: 3, text: 'Examples' }, { kind: 'examples', items: examples }] as const),
    ...(seeAlso.length === 0 ? [] : [{ kind: 'paragraph', text: `See also: ${seeAlso.map((path) => `tilemesh ${path}`).join(', ')}.` }] as const)
  ]
}

function terms (heading: string, items: readonly Term[]): Block[] {
  return items.length === 0 ? [] : [{ kind: 'heading', depth: 3, text: heading }, { kind: 'terms', items }]
}

function argumentTerm (argument: Argument): Term {
  return [argument.name(), withRange(argument.description, argument)]
}

function optionTerm (option: Option): Term {
  return [option.flags, withRange(option.description, option)]
}

/** A description as a sentence, with what it leaves open of the values that are taken. */
function withRange (description: string, item: Option | Argument): string {
  const takes = takesOf(item)
  const missing = (values: readonly string[]): boolean => values.some((value) => !description.includes(value))
  switch (takes?.kind) {
    case 'number': {
      const range = takes.most === Number.MAX_SAFE_INTEGER ? `at least ${takes.least}` : `${takes.least} to ${takes.most}`
      return `${description}. A whole number, ${range}${takes.unit === '' ? '' : ` ${takes.unit}`}.`
    }
    case 'words':
    case 'list': return missing(takes.words) ? `${description}. One of: ${takes.words.join(', ')}.` : `${description}.`
    case 'file': return missing(takes.extensions) ? `${description}. A file: ${takes.extensions.join(' or ')}.` : `${description}.`
    case 'folder':
    case 'job':
    case 'text':
    case undefined: return `${description}.`
  }
}
