import assert from 'node:assert/strict'
import { fold, foldColumns, labelled } from '../../../src/cli/view/fold.ts'
import { Capture } from '../support/test-context.ts'

describe('folding', () => {
  it('breaks between words, by cells and not by characters, and gives a long word a line of its own', () => {
    assert.deepEqual(fold('one two three', 7, ''), ['one two', 'three'])
    assert.deepEqual(fold('日本 日本 日本', 9, ''), ['日本 日本', '日本'])
    assert.deepEqual(fold('a incomprehensible b', 6, '  '), ['  a', '  incomprehensible', '  b'])
    assert.deepEqual(fold('', 10, '  '), ['  '])
  })

  it('indents under a label, less so in a narrow terminal', () => {
    assert.deepEqual(labelled('label ', 'word '.repeat(16).trim(), 70), [`label ${'word '.repeat(12)}word`, '      word word word'])
    assert.deepEqual(labelled('a long label ', 'one two', 18), ['a long label one', '    two'])
    assert.deepEqual(labelled('label ', 'word '.repeat(99).trim(), Infinity).length, 1)
  })

  it('is for terminals alone', () => {
    assert.equal(foldColumns(new Capture(80, 24)), 80)
    assert.equal(foldColumns(new Capture(0, 0)), Infinity)
    assert.equal(foldColumns(new Capture()), Infinity)
  })
})
