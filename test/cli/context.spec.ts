import assert from 'node:assert/strict'
import { printJson } from '../../src/cli/context.ts'
import type { CommandContext } from '../../src/cli/context.ts'

describe('an object of --json', () => {
  it('steers no terminal, and says what it was told', () => {
    let written = ''
    const context = { stdout: { write: (text: string) => { written += text } } } as unknown as CommandContext
    const name = 'a\u001b[2J\u009b31m\u007f\n\u202e\u2066"\\🦆é'
    printJson(context, { event: 'job', name, 'k\u009d': 1 })
    assert.match(written, /^\{[^\n]+\}\n$/)
    assert.doesNotMatch(written.slice(0, -1), /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
    assert.deepEqual(JSON.parse(written), { event: 'job', name, 'k\u009d': 1 })
  })
})
