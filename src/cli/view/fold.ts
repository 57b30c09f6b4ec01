import stringWidth from 'string-width'
import type { OutputStream } from '../context.ts'

/**
 * A text in lines of at most `columns` cells: the first behind `beginning`, the others behind `indent`, broken between words only. A word
 * that is longer has a line of its own.
 */
export function fold (text: string, columns: number, indent: string, beginning = indent): string[] {
  const lines: string[] = []
  let line = ''
  let before = beginning
  for (const word of text.split(/\s+/)) {
    if (line !== '' && stringWidth(`${before}${line} ${word}`) > columns) {
      lines.push(before + line)
      line = word
      before = indent
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, before + line]
}

/** In how many columns text for a stream is folded: a terminal's own, within reason; not at all where lines are read by programs. */
export function foldColumns ({ isTTY, columns }: OutputStream): number {
  return isTTY === true && columns !== undefined && columns > 0 ? columns : Infinity
}

/** Indents are this wide at most in a narrow terminal, so that room for text is left. */
const NARROW_INDENT = '    '
const NARROW_COLUMNS = 60

/** Something said of something: `label` in a column of its own, which is as wide as the labels around it, then the text, folded. */
export function labelled (label: string, text: string, columns: number): string[] {
  return fold(text, columns, columns < NARROW_COLUMNS ? NARROW_INDENT : ' '.repeat(stringWidth(label)), label)
}
