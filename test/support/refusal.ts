import assert from 'node:assert/strict'
import { printable } from '../../src/cli/format.ts'
import type { Outcome } from './stage.ts'

/** Holds a command that ran with `--json` to what a refusal is: its exit status, one line on standard error, one `error` event that says the same, nothing else. */
export function assertRefusal (outcome: Outcome, status: number, says: RegExp): void {
  assert.equal(outcome.status, status, outcome.stderr)
  assert.match(outcome.stderr, /^tilemesh: [^\n]+\n$/)
  assert.match(outcome.stderr, says)
  assert.doesNotMatch(outcome.stderr, /\n {4}at |node_modules|undefined|\[object/)
  assert.doesNotMatch(outcome.stderr.slice(0, -1), /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u, 'nothing steers the terminal')
  assert.deepEqual(outcome.events.map(({ event }) => event), ['error'])
  assert.equal(outcome.stderr, `tilemesh: ${printable(outcome.events[0]!.message)}\n`)
  assert.deepEqual(outcome.lines, [])
}
