import { SceneError } from '../../../errors.ts'
import { MAX_LIST } from './limits.ts'

/**
 * Reading values out of a scene's JSON, of which nothing may be taken for granted. `where` names the place in the words of the error.
 */

/** An object as the JSON parser made it. Only known keys are ever asked for. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The error for a scene that breaks the rules of its format. */
export function malformed (what: string, cause?: unknown): SceneError {
  return new SceneError(`the scene is malformed: ${what}`, [], { cause })
}

/** Whether a value is an object and neither null nor a list. */
export function isObject (value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An object, an empty one when it is left out. @throws SceneError */
export function readObject (value: unknown, where: string): JsonObject {
  if (value === undefined) {
    return {}
  }
  if (!isObject(value)) {
    throw malformed(`${where} is not an object`)
  }
  return value
}

/** A list of objects, an empty one when it is left out. @throws SceneError */
export function readObjects (value: unknown, where: string): readonly JsonObject[] {
  const list = readList(value, where)
  for (const [index, one] of list.entries()) {
    if (!isObject(one)) {
      throw malformed(`${where} ${index} is not an object`)
    }
  }
  return list as readonly JsonObject[]
}

/** A list, an empty one when it is left out. @throws SceneError */
export function readList (value: unknown, where: string): readonly unknown[] {
  if (value === undefined) {
    return []
  }
  if (!Array.isArray(value)) {
    throw malformed(`${where} is not a list`)
  }
  if (value.length > MAX_LIST) {
    throw new SceneError(`the scene is too large: ${where} has ${value.length} entries, at most ${MAX_LIST} are read`)
  }
  return value
}

/** A list of strings, an empty one when it is left out. @throws SceneError */
export function readTexts (value: unknown, where: string): readonly string[] {
  return readList(value, where).map((one) => readText(one, where) ?? '')
}

/** A string, or undefined when it is left out. @throws SceneError */
export function readText (value: unknown, where: string): string | undefined {
  if (value !== undefined && typeof value !== 'string') {
    throw malformed(`${where} is not a text`)
  }
  return value
}

/** A finite number. @throws SceneError */
export function readNumber (value: unknown, standard: number, where: string): number {
  if (value === undefined) {
    return standard
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw malformed(`${where} is not a number`)
  }
  return value
}

/** `length` finite numbers. @throws SceneError */
export function readNumbers (value: unknown, standard: readonly number[], where: string): readonly number[] {
  if (value === undefined) {
    return standard
  }
  if (!Array.isArray(value) || value.length !== standard.length || !value.every((one) => typeof one === 'number' && Number.isFinite(one))) {
    throw malformed(`${where} is not ${standard.length} numbers`)
  }
  return value
}

/** A whole number from 0 that is exact. @throws SceneError */
export function readCount (value: unknown, standard: number, where: string): number {
  const number = readNumber(value, standard, where)
  if (!Number.isSafeInteger(number) || number < 0) {
    throw malformed(`${where} is not a whole number from 0`)
  }
  return number
}

/** The index of an entry of a list of `length`, or undefined when it is left out. @throws SceneError */
export function readIndex (value: unknown, length: number, where: string): number | undefined {
  if (value === undefined) {
    return undefined
  }
  const index = readCount(value, 0, where)
  if (index >= length) {
    throw malformed(`${where} is ${index}, and there are ${length}`)
  }
  return index
}

/** As {@link readIndex}, for an index that must be there. @throws SceneError */
export function needIndex (value: unknown, length: number, where: string): number {
  const index = readIndex(value, length, where)
  if (index === undefined) {
    throw malformed(`${where} is left out`)
  }
  return index
}

/** What an object says under the name of an extension, or undefined. @throws SceneError */
export function readExtension (object: JsonObject, name: string, where: string): JsonObject | undefined {
  const value = readObject(object.extensions, `extensions of ${where}`)[name]
  return value === undefined ? undefined : readObject(value, `${name} of ${where}`)
}
