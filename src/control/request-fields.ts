import { isAbsolute } from 'node:path'
import { UsageError } from '../errors.ts'
import { MAX_SETTINGS, MAX_TEXT_LENGTH } from './limits.ts'
import type { FetchRequest, FollowOptions, RenderRequest } from '../api.ts'

/**
 * The parameters of requests, read from JSON field by field: a field with the wrong type, or one that is not known, is refused,
 * never passed on and never ignored. What the values mean is the peer's to judge.
 */
type Fields = Readonly<Record<string, unknown>>

/** @throws UsageError */
export function readJob (params: unknown): string {
  return text(only(params, ['job']), 'job')
}

/** @throws UsageError */
export function readText (params: unknown): string {
  return text(only(params, ['text']), 'text')
}

/** @throws UsageError */
export function readPriority (params: unknown): { readonly job: string, readonly priority: number } {
  const fields = only(params, ['job', 'priority'])
  return { job: text(fields, 'job'), priority: number(fields, 'priority') }
}

/** @throws UsageError */
export function readLog (params: unknown): { readonly job: string, readonly unit: string | undefined } {
  const fields = only(params, ['job', 'unit'])
  return { job: text(fields, 'job'), unit: optional(fields, 'unit', text) }
}

/** @throws UsageError */
export function readThreads (params: unknown): number {
  return number(only(params, ['threads']), 'threads')
}

/** @throws UsageError */
export function readWork (params: unknown): 'any' | 'none' {
  return oneOf(only(params, ['work']), 'work', ['any', 'none'] as const)
}

/** @throws UsageError */
export function readSetting (params: unknown): { readonly key: string, readonly value: string | null } {
  const fields = only(params, ['key', 'value'])
  return { key: text(fields, 'key'), value: fields['value'] === null ? null : text(fields, 'value') }
}

/** @throws UsageError */
export function readNothing (params: unknown): void {
  if (params !== undefined) {
    only(params, [])
  }
}

/** @throws UsageError */
export function readFollow (params: unknown): { readonly job: string, readonly options: FollowOptions } {
  const fields = only(params, ['job', 'preview'])
  return { job: text(fields, 'job'), options: { preview: oneOf(fields, 'preview', ['none', 'blocks'] as const) } }
}

/** @throws UsageError */
export function readFetch (params: unknown): { readonly job: string, readonly request: FetchRequest } {
  const fields = only(params, ['job', 'output', 'bits', 'waitMs'])
  return {
    job: text(fields, 'job'),
    request: { output: path(fields, 'output'), bits: oneOf(fields, 'bits', [8, 16] as const), waitMs: number(fields, 'waitMs') }
  }
}

const RENDER_FIELDS = ['scene', 'output', 'bits', 'engine', 'size', 'frames', 'samples', 'split', 'tile', 'camera', 'priority', 'leaseMs', 'settings', 'noLocal', 'replace', 'saveEveryMs', 'onDone', 'video']

/** @throws UsageError */
export function readRender (params: unknown): RenderRequest {
  const fields = only(params, RENDER_FIELDS)
  return {
    scene: path(fields, 'scene'),
    output: path(fields, 'output'),
    bits: optional(fields, 'bits', (f, n) => oneOf(f, n, [8, 16] as const)),
    engine: optional(fields, 'engine', text),
    size: optional(fields, 'size', (f, n) => {
      const size = only(f[n], ['width', 'height'])
      return { width: number(size, 'width'), height: number(size, 'height') }
    }),
    frames: optional(fields, 'frames', (f, n) => {
      const frames = only(f[n], ['first', 'last', 'step'])
      return { first: number(frames, 'first'), last: number(frames, 'last'), step: number(frames, 'step') }
    }),
    samples: optional(fields, 'samples', number),
    split: optional(fields, 'split', (f, n) => oneOf(f, n, ['auto', 'tiles', 'frames', 'samples'] as const)),
    tile: optional(fields, 'tile', number),
    camera: optional(fields, 'camera', text),
    priority: optional(fields, 'priority', number),
    leaseMs: optional(fields, 'leaseMs', number),
    settings: optional(fields, 'settings', settings),
    noLocal: optional(fields, 'noLocal', (f, n) => oneOf(f, n, [true, false] as const)),
    replace: optional(fields, 'replace', text),
    saveEveryMs: optional(fields, 'saveEveryMs', number),
    onDone: optional(fields, 'onDone', (f, n) => {
      const onDone = only(f[n], ['command', 'folder'])
      return { command: text(onDone, 'command'), folder: path(onDone, 'folder') }
    }),
    video: optional(fields, 'video', (f, n) => {
      const video = only(f[n], ['file', 'fps'])
      return { file: path(video, 'file'), fps: optional(video, 'fps', number) }
    })
  }
}

/** @throws UsageError */
export function readExport (params: unknown): { readonly request: RenderRequest, readonly file: string } {
  const fields = only(params, ['request', 'file'])
  return { request: readRender(fields['request']), file: path(fields, 'file') }
}

function settings (fields: Fields, name: string): Readonly<Record<string, string>> {
  const entries = Object.entries(object(fields[name]))
  if (entries.length > MAX_SETTINGS) {
    throw new UsageError(`at most ${MAX_SETTINGS} engine settings can be given`)
  }
  return Object.fromEntries(entries.map(([key, value]) => [key, text({ [key]: value }, key)]))
}

function only (params: unknown, known: readonly string[]): Fields {
  const fields = object(params)
  const unknown = Object.keys(fields).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new UsageError(`"${unknown}" is not understood here; is the running peer of another version?`)
  }
  return fields
}

function object (value: unknown): Fields {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new UsageError('a request must have its parameters in an object')
  }
  return value as Fields
}

function optional<T> (fields: Fields, name: string, read: (fields: Fields, name: string) => T): T | undefined {
  return fields[name] === undefined ? undefined : read(fields, name)
}

function text (fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value !== 'string' || value.length > MAX_TEXT_LENGTH) {
    throw new UsageError(`"${name}" must be a text of at most ${MAX_TEXT_LENGTH} characters`)
  }
  return value
}

function path (fields: Fields, name: string): string {
  const value = text(fields, name)
  if (!isAbsolute(value)) {
    throw new UsageError(`"${name}" must be an absolute path`)
  }
  return value
}

function number (fields: Fields, name: string): number {
  const value = fields[name]
  if (typeof value !== 'number') {
    throw new UsageError(`"${name}" must be a number`)
  }
  return value
}

function oneOf<T> (fields: Fields, name: string, allowed: readonly T[]): T {
  const value = allowed.find((one) => one === fields[name])
  if (value === undefined) {
    throw new UsageError(`"${name}" must be one of ${allowed.join(', ')}`)
  }
  return value
}
