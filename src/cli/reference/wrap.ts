import stringWidth from 'string-width'

/** A text in lines of at most `columns` cells, each behind `indent`; a word that is longer has a line of its own. */
export function wrap (text: string, columns: number, indent: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && stringWidth(`${indent}${line} ${word}`) > columns) {
      lines.push(indent + line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, indent + line]
}
