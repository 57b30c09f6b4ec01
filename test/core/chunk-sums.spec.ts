import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { addChunk, meanOf } from '../../src/core/chunk-sums.ts'

describe('core/chunk-sums', () => {
  it('adds float32 sums in float64 and rounds once, at the end', () => {
    const sums = new Float64Array(1)
    addChunk(sums, Float32Array.of(2 ** 24))
    addChunk(sums, Float32Array.of(1))
    addChunk(sums, Float32Array.of(1))
    // In float32, 2^24 + 1 is 2^24: summing there would lose both ones.
    assert.equal(meanOf(sums, 1)[0], 2 ** 24 + 2)
    assert.equal(meanOf(sums, 3)[0], Math.fround((2 ** 24 + 2) / 3))
  })

  it('keeps every value of a pixel apart', () => {
    const sums = new Float64Array(8)
    addChunk(sums, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8))
    addChunk(sums, Float32Array.of(1, 1, 1, 1, 0, 0, 0, 0))
    assert.deepEqual(meanOf(sums, 2), Float32Array.of(1, 1.5, 2, 2.5, 2.5, 3, 3.5, 4))
  })

  it('refuses a chunk of another size', () => {
    assert.throws(() => addChunk(new Float64Array(4), new Float32Array(8)), RangeError)
  })

  it('touches film values with + and ÷ only', () => {
    const file = new URL('../../../src/core/chunk-sums.ts', import.meta.url)
    const source = ts.createSourceFile('chunk-sums.ts', readFileSync(file, 'utf8'), ts.ScriptTarget.ES2024, true)
    const operators = new Set<string>()
    const names = new Set<string>()
    const visit = (node: ts.Node): void => {
      if (ts.isBinaryExpression(node)) {
        operators.add(node.operatorToken.getText())
      } else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
        operators.add(ts.tokenToString(node.operator)!)
      } else if (ts.isIdentifier(node)) {
        names.add(node.text)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
    assert.deepEqual([...operators].sort(), ['!==', '+', '++', '/', '<', '='])
    assert.ok(!names.has('Math'))
    assert.deepEqual(source.statements.filter(ts.isImportDeclaration), [])
  })
})
