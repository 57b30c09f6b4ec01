import type { Argument, Option } from 'commander'

/** What a value on the command line may be. The readers of values say it once; help, completion and reference go by it. */
export type Takes =
  | { readonly kind: 'number', readonly least: number, readonly most: number, readonly unit: string }
  | { readonly kind: 'words', readonly words: readonly string[] }
  /** Words out of these, with commas between. */
  | { readonly kind: 'list', readonly words: readonly string[] }
  /** A file with one of these extensions; with any when there are none. */
  | { readonly kind: 'file', readonly extensions: readonly string[] }
  | { readonly kind: 'folder' }
  /** A job by its id, a beginning of it, or its scene's name. */
  | { readonly kind: 'job' }
  | { readonly kind: 'text' }

/** Reads a value of the command line and says what it takes. The second argument of a repeatable one is what was gathered so far. */
export type Reader<Value> = ((text: string, before?: Value) => Value) & { readonly takes: Takes }

/** Gives a function that reads a value the word on what it takes. */
export function reader<Value> (takes: Takes, read: (text: string, before?: Value) => Value): Reader<Value> {
  return Object.assign((text: string, before?: Value) => read(text, before), { takes })
}

/** What an option or argument takes: as its reader says, else by the word that stands for its value; undefined for an option that takes no value. */
export function takesOf (item: Option | Argument): Takes | undefined {
  const word = valueWord(item)
  if (word === undefined) {
    return undefined
  }
  const read: unknown = item.parseArg
  return typeof read === 'function' && 'takes' in read ? read.takes as Takes : byWord(word)
}

/** The word that stands for the value of an option or argument, such as `FILE`; undefined when it takes none. */
export function valueWord (item: Option | Argument): string | undefined {
  return 'flags' in item ? /[<[]([^\s>]+)[>\]]/.exec(item.flags)?.[1] : item.name()
}

function byWord (word: string): Takes {
  switch (word) {
    case 'FILE': return { kind: 'file', extensions: [] }
    case 'DIR': return { kind: 'folder' }
    case 'JOB': return { kind: 'job' }
    default: return { kind: 'text' }
  }
}
