import assert from 'node:assert/strict'
import { join } from 'node:path'
import ts from 'typescript'
import { lineOf, nodesOf, readSources } from '../../support/source-files.ts'

/** What every JavaScript engine computes to the same bits: IEEE 754 says how. Sines and powers it leaves to the machine. */
const EXACT = new Set(['min', 'max', 'abs', 'floor', 'ceil', 'round', 'trunc', 'sqrt', 'fround', 'imul', 'clz32', 'sign', 'PI', 'SQRT2', 'SQRT1_2'])

describe('engines/pathtracer: arithmetic', () => {
  it('outside the kernel, uses nothing of Math whose bits depend on the machine', () => {
    const sources = readSources(join(import.meta.dirname, '..', '..', '..', '..', 'src'))
      .filter(({ path }) => path.startsWith('engines/pathtracer/') && !path.startsWith('engines/pathtracer/kernel/'))
    assert.ok(sources.length > 10)
    const complaints = sources.flatMap(({ path, syntax }) => [...nodesOf(syntax)]
      .filter((node) => ts.isPropertyAccessExpression(node) && node.expression.getText(syntax) === 'Math' && !EXACT.has(node.name.text))
      .map((node) => `src/${path}:${lineOf(syntax, node)} uses ${node.getText(syntax)}: do it in the kernel`))
    assert.deepEqual(complaints, [])
  })
})
