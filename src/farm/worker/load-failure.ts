import { CacheFullError, ChannelClosedError, StoreError } from '../../errors.ts'
import { LOAD_RETRY_MS, RETRY_LONGEST_MS } from '../limits.ts'

/**
 * Why a scene could not be loaded. The scene's own fault counts against its units, as it will be the same elsewhere;
 * a full disk, a cache that is too small or a lost connection of this peer does not: three peers in such trouble must not park a job.
 */
export interface LoadFailure {
  readonly fault: 'scene' | 'peer'
  readonly reason: string
  readonly log: string
  /** How long it answers for itself before loading is tried again. */
  readonly retryMs: number
  /** Whether the requester is told: a person may have to do something, and would look for the cause there. */
  readonly tell: 'requester' | 'nobody'
}

/** What an error means for the job whose scene was to be loaded. */
export function loadFailure (error: unknown): LoadFailure {
  if (error instanceof CacheFullError) {
    return { fault: 'peer', ...causeOf(error), retryMs: LOAD_RETRY_MS, tell: 'requester' }
  }
  return error instanceof StoreError || error instanceof ChannelClosedError
    ? { fault: 'peer', ...causeOf(error), retryMs: RETRY_LONGEST_MS, tell: 'nobody' }
    : { fault: 'scene', ...causeOf(error), retryMs: LOAD_RETRY_MS, tell: 'requester' }
}

/** What a failure says to a person, and what the renderer printed. */
export function causeOf (error: unknown): { readonly reason: string, readonly log: string } {
  return error instanceof Error
    ? { reason: error.message, log: 'log' in error ? String(error.log) : '' }
    : { reason: String(error), log: '' }
}
