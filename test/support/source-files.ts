import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import ts from 'typescript'

/** An import or re-export of another module. */
export interface ModuleImport {
  /** As it is written. */
  readonly specifier: string
  /** Path of the file it names, relative to src; undefined when it is a package. */
  readonly file: string | undefined
  /** Whether nothing of it is left at run time. */
  readonly typeOnly: boolean
  readonly line: number
}

/** A file of src, parsed. */
export interface SourceFile {
  /** Relative to src, POSIX separators. */
  readonly path: string
  readonly lines: number
  readonly imports: readonly ModuleImport[]
  readonly syntax: ts.SourceFile
}

/** Parses all TypeScript files below a folder, but the generated ones. */
export function readSources (folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join(posix.sep))
    .filter((path) => path.endsWith('.ts') && !path.split(posix.sep).includes('generated'))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(folder, path), 'utf8')))
}

/** Parses one file. `path` is relative to src. */
export function parseSource (path: string, text: string): SourceFile {
  const syntax = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  return { path, lines: text.split('\n').length - 1, imports: importsOf(path, syntax), syntax }
}

/** The line of a node, counted from 1. */
export function lineOf (source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1
}

/** All nodes of a file, parents before children. */
export function nodesOf (root: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = []
  const walk = (node: ts.Node): void => {
    nodes.push(node)
    ts.forEachChild(node, walk)
  }
  walk(root)
  return nodes
}

function importsOf (path: string, syntax: ts.SourceFile): ModuleImport[] {
  const imports: ModuleImport[] = []
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      const { text } = specifier
      const file = text.startsWith('.') ? relativeFile(path, text) : undefined
      imports.push({ specifier: text, file, typeOnly, line: lineOf(syntax, specifier) })
    }
  }
  for (const node of nodesOf(syntax)) {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.isTypeOnly === true)
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly)
    } else if (ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText(syntax) === 'require')) {
      add(node.arguments[0], false)
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true)
    }
  }
  return imports
}

function relativeFile (from: string, specifier: string): string {
  return relative('/', join('/', posix.dirname(from), specifier)).split(sep).join(posix.sep)
}
