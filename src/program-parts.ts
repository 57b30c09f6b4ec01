/**
 * The parts of the program that are opened and not imported: scripts of threads, WebAssembly, package.json. In a checkout or an installed
 * package they are files. The program in one file carries them inside, and says so with {@link carryParts} before anything else runs.
 */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import type { WorkerOptions } from 'node:worker_threads'

/** What the program in one file carries, by name: text of scripts and JSON, bytes of WebAssembly. */
export type CarriedParts = Readonly<Record<string, string | Uint8Array>>

/** A part: its name in the program in one file, and where it lies otherwise. */
export interface ProgramPart {
  readonly name: string
  /** Asked only when the program is not in one file, where modules have no place of their own. */
  locate (): URL
}

/** A file of a package that is installed beside the program, as one would import it. */
export function partOfPackage (path: string): ProgramPart {
  return { name: path.slice(path.lastIndexOf('/') + 1), locate: () => new URL(import.meta.resolve(path)) }
}

let carried: CarriedParts | undefined

/** Makes this the program in one file: parts are taken from here and from nowhere else. */
export function carryParts (parts: CarriedParts): void {
  carried = parts
}

/** Whether the program is in one file. */
export function isOneFile (): boolean {
  return carried !== undefined
}

/** Reads a part's bytes. @throws Error of the file system when it is not there */
export async function readPart (part: ProgramPart): Promise<Uint8Array<ArrayBuffer>> {
  return carried === undefined ? readFile(part.locate()) : Uint8Array.from(bytesOf(carried, part.name))
}

/** The same at once, as text in UTF-8; for what is small. */
export function readPartText (part: ProgramPart): string {
  return carried === undefined ? readFileSync(part.locate(), 'utf8') : new TextDecoder().decode(bytesOf(carried, part.name))
}

/** Starts a part as a thread. */
export function startThread (part: ProgramPart, options: WorkerOptions): Worker {
  return carried === undefined
    ? new Worker(part.locate(), options)
    : new Worker(new TextDecoder().decode(bytesOf(carried, part.name)), { ...options, eval: true })
}

function bytesOf (parts: CarriedParts, name: string): Uint8Array {
  const part = parts[name]
  if (part === undefined) {
    throw new Error(`the program was packed without ${name}`)
  }
  return typeof part === 'string' ? new TextEncoder().encode(part) : part
}
