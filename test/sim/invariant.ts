import type { Hash, JobId, PeerId, UnitIndex } from '../../src/core/ids.ts'
import type { JobSpec, JobState } from '../../src/core/job.ts'
import type { JobDigest } from '../../src/core/messages.ts'
import type { UnitGrid } from '../../src/core/units.ts'
import type { FarmEvent } from '../../src/ports.ts'
import type { SentMessage } from '../support/fake-network.ts'
import type { DiskEvent, MemoryDisk } from '../support/memory-disk.ts'
import type { Plan } from './plan.ts'

/** A job of the simulation, known as soon as its requester wrote it down. */
export interface SimJob {
  readonly id: JobId
  readonly spec: JobSpec
  readonly grid: UnitGrid
}

/** What became of a peer's life. `lost`: it will never come back. */
export type LifeEvent = 'started' | 'killed' | 'power' | 'left' | 'lost' | 'frozen' | 'thawed'

/** Where an invariant may look things up. */
export interface Scene {
  readonly plan: Pick<Plan, 'mood'>
  readonly nowMs: number
  /** All peers there ever were. */
  readonly peers: readonly PeerId[]
  job (id: JobId): SimJob | undefined
  disk (peer: PeerId): MemoryDisk | undefined
  isUp (peer: PeerId): boolean
  /** For how long nothing has cut, slowed, stopped or filled anything. Milliseconds. */
  readonly quietForMs: number
  /** Whether a connection stands between two peers that both run, and nothing cuts it. */
  areLinked (a: PeerId, b: PeerId): boolean
}

/** A render of one unit at a peer. */
export interface RenderEvent {
  readonly type: 'started' | 'ended'
  readonly job: JobId
  readonly unit: UnitIndex
}

/** What is left to look at when everything has come to rest. */
export interface Rest {
  /** The end of each job, as its requester tells it; undefined: it did not end. */
  readonly ends: ReadonlyMap<JobId, Extract<FarmEvent, { event: 'done' }> | undefined>
  /** What each running peer tells of all jobs in a digest exchange. */
  readonly digests: ReadonlyMap<PeerId, readonly JobDigest[]>
  /** The hash of a job's film in a run without faults. */
  filmHash (job: JobId): Hash
  /** Engine sessions that are open, by peer. */
  readonly sessions: ReadonlyMap<PeerId, number>
}

/**
 * Something that must hold at every moment. It is told what happens, in order, and says when it does not hold.
 * Messages are told when they are sent and, on streams, when they arrive.
 */
export abstract class Invariant {
  /** Its letter and number in the design. */
  abstract readonly name: string
  /** Told what was broken, in one line. */
  report: (text: string) => void = () => {}
  protected readonly scene: Scene

  constructor (scene: Scene) {
    this.scene = scene
  }

  sent (_message: SentMessage): void {}
  arrived (_message: SentMessage): void {}
  disk (_peer: PeerId, _event: DiskEvent): void {}
  render (_peer: PeerId, _event: RenderEvent): void {}
  life (_peer: PeerId, _event: LifeEvent): void {}
  /** A requester's user said something about a job, and it was taken. */
  said (_job: JobId, _state: JobState): void {}
  atRest (_rest: Rest): void {}

  protected broken (text: string): void {
    this.report(`${this.name}: ${text}`)
  }
}
