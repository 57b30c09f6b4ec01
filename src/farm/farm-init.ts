import type { RestRules } from '../core/rest.ts'
import type { LocalTime } from '../core/settings/work-hours.ts'
import type { TailPolicy } from '../core/steward/state.ts'
import type { Bundler, Clock, CommandRunner, Darkroom, IdleSensor, Log, Mesh, Random, Sha256, Store, VideoMaker } from '../ports.ts'
import type { ReadyEngine } from './submission.ts'

/** What a farm is made of: all ports, and how this peer takes part. */
export interface FarmInit {
  readonly name: string
  readonly mesh: Mesh
  readonly store: Store
  readonly darkroom: Darkroom
  readonly bundler: Bundler
  readonly clock: Clock
  readonly random: Random
  /** For what its own user wants done when a job has ended. */
  readonly commands: CommandRunner
  readonly videos: VideoMaker
  readonly log: Log
  readonly sha256: Sha256
  /** Engines that work here. */
  readonly engines: readonly ReadyEngine[]
  /** Render threads while this peer stewards nothing, and while it does. */
  readonly threads: number
  readonly stewardThreads: number
  /** `off`: renders nothing, for nobody. */
  readonly work: 'on' | 'off'
  /** When it renders for others. */
  readonly rest: RestRules
  readonly idle: IdleSensor
  /** A moment in milliseconds since 1970 by the clock on the wall of this machine. */
  localTime (wallMs: number): LocalTime
  /** Bytes of memory this machine gives to programs: what a film may be. */
  readonly memoryBytes: number
  /** Bytes of scenes and films that may lie on this disk. */
  readonly cacheBytes: number
  /** Bytes of results that are kept for others; 0: none. @default DEFAULT_CUSTODY_BYTES */
  readonly custodyBytes?: number
  /** What its stewards do for idle workers at the end of a job. @default both on */
  readonly tail?: TailPolicy
}
