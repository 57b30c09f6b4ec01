import * as errors from '../errors.ts'

/** An error on its way through the control socket: what a command needs to end as if the peer were in its own process. */
export interface ErrorRecord {
  readonly name: string
  readonly message: string
  readonly exitStatus: number
  /** The fields an error class adds: `missing` of a SceneError, `limit`, `state`, `log`. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Own fields that every error has, and those already in the record. */
const COMMON_FIELDS = new Set(['name', 'message', 'stack', 'cause', 'exitStatus'])

/** Errors that are not meant for a person become a plain TilemeshError: their text is all there is to say. */
export function recordError (err: unknown): ErrorRecord {
  if (!(err instanceof errors.TilemeshError)) {
    const message = err instanceof Error ? err.message : String(err)
    return { name: 'TilemeshError', message, exitStatus: errors.ExitStatus.jobFailed, data: {} }
  }
  const data = Object.fromEntries(Object.entries(err).filter(([key]) => !COMMON_FIELDS.has(key)))
  return { name: err.name, message: err.message, exitStatus: err.exitStatus, data }
}

/** Makes the error again, of its own class where this program has it. */
export function reviveError (record: ErrorRecord): errors.TilemeshError {
  const error = new errors.TilemeshError(String(record.message), Number(record.exitStatus))
  const kind = classes.get(record.name)
  if (kind !== undefined) {
    // The constructors differ and build their text themselves, so the class is put on from outside.
    Object.setPrototypeOf(error, kind.prototype as object)
    error.name = record.name
  }
  return Object.assign(error, record.data)
}

type ErrorClass = typeof errors.TilemeshError

const classes: ReadonlyMap<string, ErrorClass> = new Map(Object.entries(errors).filter((entry): entry is [string, ErrorClass] =>
  typeof entry[1] === 'function' && (entry[1] === errors.TilemeshError || entry[1].prototype instanceof errors.TilemeshError)))
