import type { CommandContext } from './context.ts'

/** What a command needs to add itself to the program. */
export interface Registration {
  readonly context: CommandContext
  /** Wraps an action so that its exit status becomes the program's. */
  act<A extends unknown[]> (action: (...args: A) => Promise<number>): (...args: A) => Promise<void>
}

/** Options that every command takes. */
export interface CommonOptions {
  readonly home?: string
  readonly json?: boolean
  readonly quiet?: boolean
  /** How often `-v` was given. */
  readonly verbose?: number
  readonly logJson?: boolean
}
