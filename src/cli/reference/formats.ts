import { fold } from '../view/fold.ts'
import type { Block } from './document.ts'

/** How the reference can be written. */
export const FORMATS = ['text', 'markdown', 'man'] as const
export type Format = (typeof FORMATS)[number]

/** The reference as plain text, in lines of at most `columns` where words allow it. */
export function asText (blocks: readonly Block[], columns: number): string {
  return blocks.flatMap((block) => textLines(block, columns)).slice(1).join('\n') + '\n'
}

function textLines (block: Block, columns: number): string[] {
  switch (block.kind) {
    case 'heading': return ['', [block.text.toUpperCase(), block.text, `  ${block.text}`][block.depth - 1]!]
    case 'paragraph': return fold(block.text, columns, '  ')
    case 'code': return [`  ${block.text}`, '']
    case 'terms': return block.items.flatMap(([term, meaning]) => [`    ${term}`, ...fold(meaning, columns, '        ')])
    case 'examples': return block.items.flatMap(({ line, what }) => [`    ${line}`, ...fold(what, columns, '        ')])
  }
}

/** The reference in Markdown, for a page. */
export function asMarkdown (blocks: readonly Block[]): string {
  return blocks.map((block, index) => markdownBlock(block, index === 0 ? 1 : 2)).join('\n\n') + '\n'
}

function markdownBlock (block: Block, chapterDepth: number): string {
  switch (block.kind) {
    case 'heading': return `${'#'.repeat(block.depth - 1 + chapterDepth)} ${escapeMarkdown(block.text)}`
    case 'paragraph': return escapeMarkdown(block.text)
    case 'code': return '```sh\n' + block.text + '\n```'
    case 'terms': return ['| | |', '|---|---|', ...block.items.map(([term, meaning]) => `| \`${term.replaceAll('|', '\\|')}\` | ${escapeMarkdown(meaning)} |`)].join('\n')
    case 'examples': return '```sh\n' + block.items.map(({ line, what }) => `# ${what}\n${line}`).join('\n') + '\n```'
  }
}

function escapeMarkdown (text: string): string {
  return text.replace(/[\\`*_|<>[\]#]/g, '\\$&')
}

/** The reference as a page for man, in the macros of man(7). `version` is of the program. */
export function asMan (blocks: readonly Block[], version: string): string {
  const [, about, usage, ...rest] = blocks
  const lines = [
    `.TH TILEMESH 1 "" "tilemesh ${manText(version)}" "User Commands"`,
    '.SH NAME',
    'tilemesh \\- a peer\\-to\\-peer render farm',
    '.SH SYNOPSIS',
    ...manBlock(usage),
    '.SH DESCRIPTION',
    ...manBlock(about),
    ...rest.flatMap(manBlock)
  ]
  return lines.join('\n') + '\n'
}

function manBlock (block: Block | undefined): string[] {
  switch (block?.kind) {
    case undefined: return []
    case 'heading': return block.depth === 1
      ? [`.SH ${manQuoted(block.text.toUpperCase())}`]
      : block.depth === 2 ? [`.SS ${manQuoted(block.text)}`] : ['.PP', `.I ${manQuoted(block.text)}`]
    case 'paragraph': return ['.PP', manText(block.text)]
    case 'code': return ['.PP', `.B ${manQuoted(block.text)}`]
    case 'terms': return block.items.flatMap(([term, meaning]) => ['.TP', `.B ${manQuoted(term)}`, manText(meaning)])
    case 'examples': return block.items.flatMap(({ line, what }) => ['.TP', `.B ${manQuoted(line)}`, manText(what)])
  }
}

/** A text that roff shows as it is: no escapes, no requests, hyphens that can be copied, and nothing but ASCII. */
function manText (text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/[^\x20-\x7e]/gu, (character) => `\\[u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`)
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped
}

/** The same as one argument of a macro. */
function manQuoted (text: string): string {
  return `"${manText(text).replaceAll('"', '\\(dq')}"`
}
