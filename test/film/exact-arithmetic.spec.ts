import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** Every file of the product outside the renderers that sees the film's floats between a unit's arrival and its hash. */
const MERGE_PATH = ['core/chunk-sums.ts', 'core/units.ts', 'film/film.ts', 'film/tile.ts', 'film/tile-state.ts', 'film/pixel-rows.ts', 'film/film-hash.ts']

/** What may be asked of an array of film floats without doing arithmetic on them. */
const MOVES = new Set(['length', 'byteLength', 'byteOffset', 'buffer', 'subarray', 'slice', 'set', 'BYTES_PER_ELEMENT'])

/** `Math` that is exact on whole numbers; of the functions that IEEE 754 leaves open none is here. */
const EXACT_MATH = new Set(['min', 'max', 'floor', 'ceil'])

const FLOATS = /^(Float32Array|Float64Array|T)\b/

/** Reads sources with their types and lists what they do with floats of a film, beside moving them. */
function arithmeticIn (files: readonly string[], overlay: ReadonlyMap<string, string> = new Map()): string[] {
  const host = ts.createCompilerHost({})
  const readFromDisk = host.readFile.bind(host)
  host.readFile = (file) => overlay.get(file) ?? readFromDisk(file)
  const existsOnDisk = host.fileExists.bind(host)
  host.fileExists = (file) => overlay.has(file) || existsOnDisk(file)
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    types: ['node']
  }, host)
  const checker = program.getTypeChecker()
  const isFloats = (node: ts.Expression): boolean => {
    const type = checker.getNonNullableType(checker.getTypeAtLocation(node))
    const parts = type.isUnion() ? type.types : [type]
    return parts.some((part) => FLOATS.test(checker.typeToString(part)))
  }
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isElementAccessExpression(node) && isFloats(node.expression)) {
      found.push(elementUse(node))
    } else if (ts.isPropertyAccessExpression(node)) {
      if (node.expression.getText() === 'Math' && !EXACT_MATH.has(node.name.text)) {
        found.push(`Math.${node.name.text}`)
      } else if (isFloats(node.expression) && !MOVES.has(node.name.text)) {
        found.push(`.${node.name.text}`)
      }
    } else if ((ts.isForOfStatement(node) || ts.isSpreadElement(node)) && isFloats(node.expression)) {
      found.push('...')
    }
    ts.forEachChild(node, visit)
  }
  for (const file of files) {
    visit(program.getSourceFile(file)!)
  }
  return [...new Set(found)].sort()
}

/** The operator an element of a float array stands in. */
function elementUse (node: ts.Node): string {
  const parent = node.parent
  if (ts.isNonNullExpression(parent)) {
    return elementUse(parent)
  }
  if (ts.isBinaryExpression(parent)) {
    return parent.operatorToken.getText()
  }
  return ts.SyntaxKind[parent.kind]
}

const sourceOf = (name: string): string => fileURLToPath(new URL(`../../../src/${name}`, import.meta.url))

describe('arithmetic on the film', function () {
  this.timeout(60_000)

  it('is + and ÷ alone: what JavaScript does to a float between a unit and the film\'s hash', () => {
    assert.deepEqual(arithmeticIn(MERGE_PATH.map(sourceOf)), ['+', '/', '='])
  })

  it('happens in core/chunk-sums.ts alone', () => {
    assert.deepEqual(arithmeticIn(MERGE_PATH.filter((file) => file !== 'core/chunk-sums.ts').map(sourceOf)), [])
  })

  it('would be noticed', () => {
    const file = sourceOf('film/not-there.ts')
    const inexact = `
      export function worse (sums: Float64Array, chunk: Float32Array | undefined): number {
        sums[0] = sums[0]! * 2
        sums[1] -= chunk![1]!
        const [first] = sums.map((value) => value)
        const all = [...chunk!]
        return Math.sin(first!) + Math.fround(-chunk![0]!)
      }`
    assert.deepEqual(arithmeticIn([file], new Map([[file, inexact]])), ['*', '-=', '...', '.map', '=', 'Math.fround', 'Math.sin', 'PrefixUnaryExpression'])
  })
})
