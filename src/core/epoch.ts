import type { GrantNumber, PeerId } from './ids.ts'

/**
 * The fencing number of a stewardship. Compared as (round, peer, instance), in that order.
 *
 * `instance` tells two lives of one peer apart: its boot counter (on disk before the first grant) times 2^20, plus 20 random bits.
 */
export interface Epoch {
  readonly round: number
  readonly peer: PeerId
  readonly instance: number
}

/** What a grant is fenced with, and what a result shows to be taken. */
export interface Token {
  readonly epoch: Epoch
  readonly grant: GrantNumber
}

const RANDOM_BITS = 20

/** The largest boot counter whose instance is still an exact integer. */
export const MAX_BOOT_COUNTER = 2 ** (53 - RANDOM_BITS) - 1

/** Makes an instance number from a boot counter and a random number in [0, 1). */
export function instanceOf (bootCounter: number, random: number): number {
  return bootCounter * 2 ** RANDOM_BITS + Math.floor(random * 2 ** RANDOM_BITS)
}

/** Orders two epochs: negative when `a` is the lower. The lower one must step down. */
export function compareEpochs (a: Epoch, b: Epoch): number {
  if (a.round !== b.round) {
    return a.round - b.round
  }
  if (a.peer !== b.peer) {
    return a.peer < b.peer ? -1 : 1
  }
  return a.instance - b.instance
}

/** Whether two epochs are the same stewardship. */
export function sameEpoch (a: Epoch, b: Epoch): boolean {
  return compareEpochs(a, b) === 0
}
