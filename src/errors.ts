/**
 * Every error class the product throws.
 *
 * Callers test `error.name` or the class, never the text. The text is one line for a person: what is wrong and what to do.
 */

/** The exit statuses of the command line, by meaning. */
export const ExitStatus = {
  done: 0,
  jobFailed: 1,
  usage: 2,
  scene: 3,
  noCapablePeer: 4,
  homeUnusable: 5,
  cancelled: 130
} as const

/** Base of all errors that are meant for a person. `exitStatus` is what a command ends with when nothing catches the error. */
export class TilemeshError extends Error {
  static override name = 'TilemeshError'
  readonly exitStatus: number

  constructor (message: string, exitStatus: number = ExitStatus.jobFailed, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.exitStatus = exitStatus
  }
}

/** A flag, word or value on the command line or in an API call that can not be used. */
export class UsageError extends TilemeshError {
  static override name = 'UsageError'
  constructor (message: string, options?: ErrorOptions) {
    super(message, ExitStatus.usage, options)
  }
}

/** No peer runs in this home, and the command needs one. */
export class NoPeerRunningError extends TilemeshError {
  static override name = 'NoPeerRunningError'
  constructor (message = 'No peer runs in this home. Start one with: tilemesh up', options?: ErrorOptions) {
    super(message, ExitStatus.usage, options)
  }
}

/** The scene is missing, malformed, needs something unsupported, or files it names are missing (`missing` lists them all). */
export class SceneError extends TilemeshError {
  static override name = 'SceneError'
  readonly missing: readonly string[]
  constructor (message: string, missing: readonly string[] = [], options?: ErrorOptions) {
    super(message, ExitStatus.scene, options)
    this.missing = missing
  }
}

/** No peer that can render the job was seen for as long as the user was willing to wait. */
export class NoCapablePeerError extends TilemeshError {
  static override name = 'NoCapablePeerError'
  constructor (message: string, options?: ErrorOptions) {
    super(message, ExitStatus.noCapablePeer, options)
  }
}

/** The home folder or the mesh in it can not be used: locked, corrupt, full, readable by others, or of another mesh. */
export class HomeError extends TilemeshError {
  static override name = 'HomeError'
  constructor (message: string, options?: ErrorOptions) {
    super(message, ExitStatus.homeUnusable, options)
  }
}

/** A ticket that can not be read. */
export class TicketError extends TilemeshError {
  static override name = 'TicketError'
  constructor (message: string, options?: ErrorOptions) {
    super(message, ExitStatus.usage, options)
  }
}

/** A job that can not be: an impossible size, too many units, an unknown setting. */
export class JobSpecError extends TilemeshError {
  static override name = 'JobSpecError'
  constructor (message: string, options?: ErrorOptions) {
    super(message, ExitStatus.usage, options)
  }
}

/** No job of this name is known here. */
export class UnknownJobError extends TilemeshError {
  static override name = 'UnknownJobError'
  constructor (job: string, options?: ErrorOptions) {
    super(`No job "${job}" is known here. List the jobs with: tilemesh jobs`, ExitStatus.usage, options)
  }
}

/** Something only the requester of a job may do was asked of another peer. */
export class NotRequesterError extends TilemeshError {
  static override name = 'NotRequesterError'
  constructor (message: string, options?: ErrorOptions) {
    super(message, ExitStatus.usage, options)
  }
}

/** A state machine was asked for a move its state does not allow: a bug in the caller, never a stranger's doing. */
export class IllegalTransitionError extends TilemeshError {
  static override name = 'IllegalTransitionError'
  readonly state: string
  constructor (state: string, move: string, options?: ErrorOptions) {
    super(`"${move}" is not allowed in state "${state}"`, ExitStatus.jobFailed, options)
    this.state = state
  }
}

/** Bytes from another peer, or from a file, that are not what they claim to be. `limit` is set when a declared limit was exceeded. */
export class WireError extends TilemeshError {
  static override name = 'WireError'
  readonly limit: string | undefined
  constructor (message: string, limit?: string, options?: ErrorOptions) {
    super(message, ExitStatus.jobFailed, options)
    this.limit = limit
  }
}

/** A stream to another peer ended before it was done: the work is tried again elsewhere or later. */
export class ChannelClosedError extends TilemeshError {
  static override name = 'ChannelClosedError'
  constructor (message = 'the connection to the peer ended', options?: ErrorOptions) {
    super(message, ExitStatus.jobFailed, options)
  }
}

/** The film of a job is no longer kept where it was: its pictures are all there is. */
export class FilmGoneError extends TilemeshError {
  static override name = 'FilmGoneError'
}

/** A renderer could not load or render what it was given. `log` is what it printed, cut to a bounded length. */
export class EngineError extends TilemeshError {
  static override name = 'EngineError'
  readonly log: string
  constructor (message: string, log = '', options?: ErrorOptions) {
    super(message, ExitStatus.jobFailed, options)
    this.log = log
  }
}

/** A video could not be made of pictures that are all there. */
export class VideoError extends TilemeshError {
  static override name = 'VideoError'
  constructor (message: string, options?: ErrorOptions) {
    super(message, ExitStatus.jobFailed, options)
  }
}

/** The disk refused: full, read-only, or failing. */
export class StoreError extends TilemeshError {
  static override name = 'StoreError'
  /** `full`: there is no room left on the disk, so that making some helps. */
  readonly trouble: 'full' | 'other'
  constructor (message: string, options?: ErrorOptions & { readonly trouble?: 'full' | 'other' }) {
    super(message, ExitStatus.homeUnusable, options)
    this.trouble = options?.trouble ?? 'other'
  }
}

/** A scene does not fit into what this peer may keep, beside what its live jobs need. */
export class CacheFullError extends StoreError {
  static override name = 'CacheFullError'
}
