import assert from 'node:assert/strict'
import { join } from 'node:path'
import ts from 'typescript'
import { lineOf, nodesOf, parseSource, readSources } from './support/source-files.ts'
import type { SourceFile } from './support/source-files.ts'

/**
 * The layers, and what each may import besides itself. A file directly in src is a layer of its own.
 * Types of the public interface (`api`, `ports`) and errors are for everyone outside the core.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  core: ['errors'],
  ports: ['core'],
  api: ['core', 'ports'],
  clock: ['ports', 'core'],
  platform: ['errors', 'ports'],
  'command-runner': ['ports', 'platform'],
  wire: ['core', 'ports', 'errors'],
  mesh: ['wire', 'core', 'ports', 'api', 'errors', 'clock'],
  farm: ['core', 'ports', 'api', 'errors'],
  film: ['core', 'ports', 'api', 'errors', 'program-parts', 'platform'],
  engines: ['film', 'core', 'ports', 'api', 'errors', 'program-parts'],
  store: ['core', 'ports', 'api', 'errors', 'platform'],
  bundle: ['core', 'ports', 'api', 'errors'],
  control: ['core', 'ports', 'api', 'errors', 'platform'],
  'program-parts': [],
  packaging: ['platform'],
  version: ['program-parts'],
  membership: ['mesh', 'store', 'errors'],
  settings: ['store', 'core', 'api'],
  examination: ['engines', 'store', 'core', 'ports'],
  peer: ['membership', 'settings', 'version', 'mesh', 'wire', 'farm', 'film', 'engines', 'store', 'bundle', 'core', 'ports', 'api', 'errors', 'clock', 'command-runner', 'platform'],
  index: ['peer', 'membership', 'version', 'core', 'ports', 'api', 'errors'],
  http: ['control', 'index', 'core', 'ports', 'api', 'errors'],
  web: ['core', 'ports', 'api'],
  cli: ['control', 'index', 'membership', 'settings', 'examination', 'version', 'http', 'core', 'ports', 'api', 'errors', 'clock', 'program-parts', 'platform']
}

/** Properties of `process` that differ between systems, or that only some have. */
const SYSTEM_PROPERTIES = ['platform', 'getuid', 'geteuid', 'umask']

/** Files that only print the system's name. */
const NAMES_THE_SYSTEM = ['cli/doctor/machine.ts']

/** Layers that a browser tab can run: no Node modules, none of Node's globals. */
const WITHOUT_NODE = ['core', 'wire', 'farm']

/** Layers whose time and chance come in through ports or as arguments. */
const WITHOUT_TIME = ['core', 'farm']

const TIME_AND_CHANCE = ['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'crypto']
const NODE_GLOBALS = ['process', 'Buffer', 'require', '__dirname', '__filename']

const MAX_LINES = 500

/** Packages that the design asks for by name; somebody must use them. */
const WANTED_PACKAGES = ['it-pipe', 'uint8arrays']

const sources = readSources(join(import.meta.dirname, '..', '..', 'src'))

function layerOf (path: string): string {
  return path.split('/')[0]!.replace(/\.ts$/, '')
}

function isKernel (path: string): boolean {
  return path.startsWith('engines/pathtracer/kernel/')
}

function none (complaints: readonly string[]): void {
  if (complaints.length > 0) {
    assert.fail(`\n  ${complaints.join('\n  ')}`)
  }
}

/** @returns complaints about imports that point the wrong way */
function wrongWay ({ path, imports }: SourceFile): string[] {
  const layer = layerOf(path)
  const allowed = MAY_IMPORT[layer]
  if (allowed === undefined) {
    return [`src/${path}: "${layer}" is no layer of the design; move the file, or add the layer to test/architecture.spec.ts`]
  }
  return imports.filter(({ file }) => file !== undefined && layerOf(file) !== layer && !allowed.includes(layerOf(file)))
    .map(({ line, specifier }) => `src/${path}:${line} imports ${specifier}: ${layer} may import only ${[layer, ...allowed].join(', ')}; ` +
      'put what both need into core, or a seam into src/ports.ts that src/peer.ts fills')
}

/** @returns complaints about globals of time, chance or Node */
function impureGlobals ({ path, syntax }: SourceFile): string[] {
  const layer = layerOf(path)
  const banned = new Set([
    ...(WITHOUT_TIME.includes(layer) || isKernel(path) ? TIME_AND_CHANCE : []),
    ...(WITHOUT_NODE.includes(layer) || isKernel(path) ? NODE_GLOBALS : [])
  ])
  if (banned.size === 0) {
    return []
  }
  const declared = new Set<string>()
  const used: ts.Identifier[] = []
  const complaints: string[] = []
  for (const node of nodesOf(syntax)) {
    if (ts.isPropertyAccessExpression(node) && node.name.text === 'random' && node.expression.getText(syntax) === 'Math' && banned.has('Date')) {
      complaints.push(`src/${path}:${lineOf(syntax, node)} uses Math.random: chance comes in through the Random port or as an argument`)
    }
    if (!ts.isIdentifier(node) || !banned.has(node.text)) {
      continue
    }
    if (isDeclaration(node)) {
      declared.add(node.text)
    } else if (isReference(node, syntax)) {
      used.push(node)
    }
  }
  for (const node of used) {
    if (!declared.has(node.text)) {
      complaints.push(`src/${path}:${lineOf(syntax, node)} uses ${node.text}: in ${layer}, time, chance and the machine come in through src/ports.ts or as arguments`)
    }
  }
  return complaints
}

/** @returns complaints about modules that ask where they are and do not know of the program in one file, where they are nowhere */
function askingForPlaces ({ path, syntax, imports }: SourceFile): string[] {
  const asks = nodesOf(syntax).find((node) => ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword)
  const knows = imports.some(({ file }) => file === 'program-parts.ts')
  return asks === undefined || knows ? [] : [`src/${path}:${lineOf(syntax, asks)} uses import.meta: make it a part of the program, by src/program-parts.ts`]
}

function isDeclaration (node: ts.Identifier): boolean {
  const { parent } = node
  return (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent) || ts.isFunctionDeclaration(parent) ||
    ts.isImportSpecifier(parent) || ts.isNamespaceImport(parent) || ts.isImportClause(parent)) && parent.name === node
}

/** Whether an identifier stands for a value of that name, and is not the name of a property or a type. */
function isReference (node: ts.Identifier, syntax: ts.SourceFile): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return parent.expression.getText(syntax) === 'globalThis'
  }
  return !((ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent) || ts.isBindingElement(parent)) &&
    (parent.name === node || (ts.isBindingElement(parent) && parent.propertyName === node))) && !ts.isTypeReferenceNode(parent)
}

/** @returns complaints about code that goes by what system this is */
function systemWords ({ path, syntax }: SourceFile): string[] {
  const complaints: string[] = []
  for (const node of nodesOf(syntax)) {
    const isCall = ts.isPropertyAccessExpression(node) && node.expression.getText(syntax) === 'process' && SYSTEM_PROPERTIES.includes(node.name.text)
    if (isCall || (ts.isStringLiteral(node) && node.text === 'win32')) {
      complaints.push(`src/${path}:${lineOf(syntax, node)} says ${node.getText(syntax)}: what differs between systems is in src/platform, with a branch for each`)
    }
  }
  return complaints
}

/** @returns ways round from a file back to itself, of types too: each of them once, and at least one where there are any */
function cycles (files: readonly SourceFile[]): string[][] {
  const byPath = new Map(files.map((source) => [source.path, source]))
  const done = new Set<string>()
  const found = new Map<string, string[]>()
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start !== -1) {
      const ring = trail.slice(start)
      const least = ring.indexOf([...ring].sort()[0]!)
      const cycle = [...ring.slice(least), ...ring.slice(0, least), ring[least]!]
      found.set(cycle.join(), cycle)
      return
    }
    if (done.has(path)) {
      return
    }
    for (const { file } of byPath.get(path)?.imports ?? []) {
      if (file !== undefined && file !== path) {
        walk(file, [...trail, path])
      }
    }
    done.add(path)
  }
  for (const { path } of files) {
    walk(path, [])
  }
  return [...found.values()]
}

function isExported (node: ts.Node): node is ts.Declaration {
  return ts.canHaveModifiers(node) && ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) === true
}

function nameOf (node: ts.Node, syntax: ts.SourceFile): string {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.map((declaration) => declaration.name.getText(syntax)).join(', ')
  }
  return (node as ts.DeclarationStatement).name?.getText(syntax) ?? 'the default export'
}

/** @returns complaints about exports without a doc comment; one comment may stand for declarations on the lines right below it */
function undocumented ({ path, syntax }: SourceFile): string[] {
  const complaints: string[] = []
  let coveredTo = -1
  for (const statement of syntax.statements) {
    const first = lineOf(syntax, statement)
    const last = syntax.getLineAndCharacterOfPosition(statement.end).line + 1
    if (ts.getJSDocCommentsAndTags(statement).length > 0 || first === coveredTo + 1) {
      coveredTo = last
    } else if (isExported(statement)) {
      complaints.push(`src/${path}:${first} exports ${nameOf(statement, syntax)} without a doc comment: say what the name does not, with units and errors`)
    }
  }
  return complaints
}

/** @returns complaints about exported functions that take a boolean */
function booleanParameters ({ path, syntax }: SourceFile): string[] {
  const complaints: string[] = []
  for (const statement of syntax.statements.filter(isExported)) {
    for (const parameter of parametersOf(statement)) {
      const isBoolean = parameter.type?.kind === ts.SyntaxKind.BooleanKeyword ||
        parameter.initializer?.kind === ts.SyntaxKind.TrueKeyword || parameter.initializer?.kind === ts.SyntaxKind.FalseKeyword
      if (isBoolean) {
        complaints.push(`src/${path}:${lineOf(syntax, parameter)} ${nameOf(statement, syntax)} takes the boolean ${parameter.name.getText(syntax)}: ` +
          'nobody can read a bare true in a call; take one of two words, or make two functions')
      }
    }
  }
  return complaints
}

function parametersOf (statement: ts.Node): readonly ts.ParameterDeclaration[] {
  if (ts.isFunctionDeclaration(statement)) {
    return statement.parameters
  }
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ initializer }) =>
      initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer)) ? initializer.parameters : [])
  }
  return []
}

describe('architecture', () => {
  it('has imports that point one way', () => {
    none(sources.filter(({ path }) => !isKernel(path)).flatMap(wrongWay))
  })

  it('lets only the composition root, the commands and defaults of the mesh touch the machine\'s clock', () => {
    none(sources.filter(({ path }) => !['clock', 'peer', 'cli', 'mesh'].includes(layerOf(path))).flatMap(({ path, imports }) =>
      imports.filter(({ file }) => file === 'clock.ts').map(({ line }) => `src/${path}:${line} imports src/clock.ts: take a Clock and a Random instead`)))
  })

  it('opens files of the program only as its parts, which the program in one file carries', () => {
    none(sources.filter(({ path }) => path !== 'program-parts.ts' && layerOf(path) !== 'packaging').flatMap(askingForPlaces))
  })

  it('keeps Node out of core, wire, farm and the kernel', () => {
    none(sources.filter(({ path }) => WITHOUT_NODE.includes(layerOf(path)) || isKernel(path)).flatMap(({ path, imports }) =>
      imports.filter(({ specifier }) => specifier.startsWith('node:') || ['fs', 'path', 'crypto', 'os', 'events', 'buffer'].includes(specifier))
        .map(({ line, specifier }) => `src/${path}:${line} imports ${specifier}: a browser tab must be able to run this; use what the language has, or a port`)))
  })

  it('keeps time, chance and the machine out of core and farm', () => {
    none(sources.flatMap(impureGlobals))
  })

  it('keeps packages out of core', () => {
    none(sources.filter(({ path }) => layerOf(path) === 'core').flatMap(({ path, imports }) =>
      imports.filter(({ file }) => file === undefined).map(({ line, specifier }) => `src/${path}:${line} imports ${specifier}: core is plain language`)))
  })

  it('asks in one place what system this is', () => {
    none(sources.filter(({ path }) => layerOf(path) !== 'platform' && !NAMES_THE_SYSTEM.includes(path)).flatMap(systemWords))
  })

  it('has no import cycles', () => {
    none(cycles(sources).map((cycle) => `${cycle.join(' → ')}: move what both need into a third file`))
  })

  it(`has no file of more than ${MAX_LINES} lines`, () => {
    none(sources.filter(({ lines }) => lines > MAX_LINES).map(({ path, lines }) => `src/${path} has ${lines} lines: split it by noun`))
  })

  it('has a doc comment on everything exported', () => {
    none(sources.flatMap(undocumented))
  })

  it('has no boolean parameters in exported functions', () => {
    none(sources.flatMap(booleanParameters))
  })

  it('uses the packages the design asks for', () => {
    const used = new Set(sources.flatMap(({ imports }) => imports.map(({ specifier }) => specifier.split('/')[0])))
    none(WANTED_PACKAGES.filter((name) => !used.has(name)).map((name) => `nothing in src imports ${name}`))
  })

  describe('the rules themselves', () => {
    const parse = parseSource

    it('see an import that points the wrong way, in whatever form', () => {
      assert.equal(wrongWay(parse('farm/a.ts', 'import { a } from \'../mesh/a.ts\'')).length, 1)
      assert.equal(wrongWay(parse('store/a.ts', 'export * from \'../film/a.ts\'')).length, 1)
      assert.equal(wrongWay(parse('core/steward/a.ts', 'const a = await import(\'../../farm/a.ts\')')).length, 1)
      assert.equal(wrongWay(parse('core/a.ts', 'let a: import(\'../ports.ts\').Clock')).length, 1)
      assert.equal(wrongWay(parse('elsewhere/a.ts', '')).length, 1)
      assert.equal(wrongWay(parse('farm/b/a.ts', 'import { a } from \'../../core/a.ts\'\nimport { b } from \'../c.ts\'')).length, 0)
    })

    it('see clocks and chance, but not words that look alike', () => {
      assert.equal(impureGlobals(parse('core/a.ts', 'const now = Date.now()')).length, 1)
      assert.equal(impureGlobals(parse('farm/a.ts', 'globalThis.setTimeout(f, 1)')).length, 1)
      assert.equal(impureGlobals(parse('farm/a.ts', 'const a = Math.random()')).length, 1)
      assert.equal(impureGlobals(parse('wire/a.ts', 'Buffer.from(a)')).length, 1)
      assert.equal(impureGlobals(parse('core/a.ts', 'const a = { Date: 1 }\nfunction f (process: number) { return process + a.Date }')).length, 0)
      assert.equal(impureGlobals(parse('mesh/a.ts', 'setTimeout(f, 1)')).length, 0)
    })

    it('see modules that ask where they are', () => {
      assert.equal(askingForPlaces(parse('film/a.ts', 'new URL(\'./b.js\', import.meta.url)')).length, 1)
      assert.equal(askingForPlaces(parse('film/a.ts', 'import { readPart } from \'../program-parts.ts\'\nnew URL(\'./b.js\', import.meta.url)')).length, 0)
    })

    it('see code that goes by the system', () => {
      assert.equal(systemWords(parse('store/a.ts', 'if (process.platform === \'win32\') { process.umask(1) }')).length, 3)
      assert.equal(systemWords(parse('store/a.ts', 'isWindows(process.pid)')).length, 0)
    })

    it('see cycles', () => {
      const files = [parse('core/a.ts', 'import { b } from \'./b.ts\''), parse('core/b.ts', 'import { c } from \'./c.ts\''), parse('core/c.ts', 'import type { b } from \'./b.ts\'')]
      assert.deepEqual(cycles(files), [['core/b.ts', 'core/c.ts', 'core/b.ts']])
    })

    it('see missing doc comments, but let one stand for its neighbours', () => {
      assert.equal(undocumented(parse('core/a.ts', '/** A. */\nexport const a = 1\nexport const b = 2\n\nexport const c = 3')).length, 1)
      assert.equal(undocumented(parse('core/a.ts', 'export function f (): void {}')).length, 1)
    })

    it('see boolean parameters', () => {
      assert.equal(booleanParameters(parse('core/a.ts', 'export function f (a: boolean, b = true) {}\nexport const g = (c: boolean) => c')).length, 3)
      assert.equal(booleanParameters(parse('core/a.ts', 'function f (a: boolean) {}')).length, 0)
    })
  })
})
