import { WireError } from '../../errors.ts'

/** Translates a fixed set of words to the names of a protobuf enum and back. */
export interface Words<Word extends string, Wire extends string> {
  toWire (word: Word): Wire
  /** @throws WireError for the unspecified value */
  fromWire (wire: Wire): Word
}

/**
 * Makes a translation. Numbers that the enum does not know are refused when the message is read; only its zero is left to refuse here.
 *
 * @param what - what the words say, for the error
 */
export function words<Word extends string, Wire extends string> (what: string, table: Readonly<Record<Word, Wire>>): Words<Word, Wire> {
  const back = new Map<Wire, Word>()
  for (const word in table) {
    back.set(table[word], word)
  }
  return {
    toWire (word) {
      if (!Object.hasOwn(table, word)) {
        throw new WireError(`"${String(word)}" is not a ${what}`)
      }
      return table[word]
    },
    fromWire (wire) {
      const word = back.get(wire)
      if (word === undefined) {
        throw new WireError(`the ${what} is missing`)
      }
      return word
    }
  }
}
