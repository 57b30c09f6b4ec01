import type { PeerId } from '../../src/core/ids.ts'
import type { RenderFault } from '../support/fake-engine.ts'

/** How peers are cut from one another: two halves, one peer alone, a ring of neighbours, or two halves that one peer joins. */
export type PartitionShape = 'halves' | 'single' | 'ring' | 'bridge'

/** A one-way cut. */
export type Cut = readonly [from: PeerId, to: PeerId]

/**
 * Something that goes wrong, as drawn before the run. Durations in milliseconds of the world; what has one heals by itself after it, and
 * everything heals at the end of the story.
 */
export type Fault =
  /** Gossip and packets are lost, gossip comes twice. */
  | { readonly type: 'loss', readonly drop: number, readonly duplicate: number, readonly forMs: number }
  /** A link, or all of them, takes so long one way; gossip is reordered by as much. */
  | { readonly type: 'delay', readonly between: readonly [PeerId, PeerId] | 'all', readonly latencyMs: number, readonly forMs: number }
  | { readonly type: 'partition', readonly shape: PartitionShape, readonly ways: 'one' | 'two', readonly cuts: readonly Cut[], readonly forMs: number }
  /** Peers are cut off one by one and come back in another order. */
  | { readonly type: 'swizzle', readonly clog: readonly PeerId[], readonly unclog: readonly PeerId[], readonly stepMs: number }
  | { readonly type: 'disconnect', readonly between: readonly [PeerId, PeerId] }
  /** SIGKILL, or the loss of power with what was not synced, all but a lucky share. */
  | { readonly type: 'kill', readonly peer: PeerId, readonly how: 'kill' | 'power', readonly lucky: number, readonly forMs: number | 'ever' }
  /** All peers lose power at once and come back one after the other, in this order. */
  | { readonly type: 'power-cut', readonly order: readonly PeerId[], readonly lucky: number, readonly forMs: number, readonly stepMs: number }
  | { readonly type: 'pause', readonly peer: PeerId, readonly forMs: number }
  | { readonly type: 'suspend', readonly peer: PeerId, readonly forMs: number }
  | { readonly type: 'wall-jump', readonly peer: PeerId, readonly byMs: number }
  | { readonly type: 'disk-full', readonly peer: PeerId, readonly forMs: number }
  | { readonly type: 'slow-disk', readonly peer: PeerId, readonly syncMs: number, readonly forMs: number }
  /** Reads of files come back with a bit flipped. */
  | { readonly type: 'bit-flips', readonly peer: PeerId, readonly share: number, readonly forMs: number }
  | { readonly type: 'slow-peer', readonly peer: PeerId, readonly factor: number, readonly forMs: number }
  | { readonly type: 'renderer', readonly peer: PeerId, readonly how: RenderFault, readonly share: number, readonly forMs: number }
  /** Leaves as Ctrl-C has it, and comes back. */
  | { readonly type: 'leave', readonly peer: PeerId, readonly forMs: number }
  /** The requester's word about its latest job. */
  | { readonly type: 'word', readonly peer: PeerId, readonly word: 'cancel' | 'priority' }
  | { readonly type: 'job-pause', readonly peer: PeerId, readonly forMs: number }

/** A fault and when it comes, in milliseconds since the beginning. */
export interface PlannedFault {
  readonly atMs: number
  readonly fault: Fault
}
