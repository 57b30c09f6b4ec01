import { emptyModel, reduceModel } from '../../../src/cli/view/model.ts'
import type { JobModel } from '../../../src/cli/view/model.ts'
import type { FarmEvent, Safety, WorkingPeer } from '../../../src/ports.ts'

type Unit = Extract<FarmEvent, { event: 'unit' }>
type Progress = Extract<FarmEvent, { event: 'progress' }>

export function aJob (units: number): FarmEvent {
  return { event: 'job', job: 'j', name: 'shot.glb', units, engine: 'pathtracer', fingerprint: 'f', width: 960, height: 540, frames: 1, samples: 64, requester: 'self' }
}

export function aUnit (unit: string, state: Unit['state'], peer: string): FarmEvent {
  return { event: 'unit', job: 'j', unit, state, peer, ms: 0 }
}

export function aProgress (done: number, units: number, more: { etaMs?: number | null, working?: readonly WorkingPeer[], state?: 'running' | 'paused', waits?: string, video?: number, safety?: Safety } = {}): Progress {
  return { event: 'progress', job: 'j', done, units, etaMs: null, peers: more.working?.length ?? 0, working: [], state: 'running', ...more }
}

export function aDone (): FarmEvent {
  return {
    event: 'done',
    job: 'j',
    state: 'finished',
    files: [],
    filmHash: null,
    wallMs: 1000,
    units: 120,
    executions: 120,
    lapsed: 0,
    byPeer: {},
    bytesIn: 0,
    phases: { transfer: 0, load: 0, render: 0, merge: 0 }
  }
}

/** The model after events that came a second apart. */
export function modelOf (events: readonly FarmEvent[]): JobModel {
  return events.reduce((model, event, index) => reduceModel(model, event, index * 1000), emptyModel('self'))
}
