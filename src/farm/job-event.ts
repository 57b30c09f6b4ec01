import { frameCount } from '../core/job.ts'
import type { JobSummary } from '../api.ts'
import type { Hash } from '../core/ids.ts'
import type { SignedControl, SignedJob } from '../core/messages.ts'
import type { StewardState } from '../core/steward/state.ts'
import type { UnitGrid } from '../core/units.ts'
import type { FarmEvent } from '../ports.ts'
import type { Stewardship } from './stewardship.ts'

/** The event that introduces a job, the same at its requester and at every other peer. */
export function jobEventOf ({ id, spec }: SignedJob, grid: UnitGrid): FarmEvent & { event: 'job' } {
  return {
    event: 'job',
    job: id,
    name: spec.name,
    units: grid.units,
    engine: spec.engine,
    fingerprint: spec.fingerprint,
    width: spec.width,
    height: spec.height,
    frames: frameCount(spec.frames),
    samples: spec.samples,
    requester: spec.requester
  }
}

/** A line of a list of jobs, as its requester knows it. */
export function jobSummaryOf ({ id, spec }: SignedJob, { ledger }: Pick<StewardState, 'ledger'>, state: JobSummary['state']): Omit<JobSummary, 'requesterName' | 'own'> {
  return {
    job: id,
    name: spec.name,
    engine: spec.engine,
    fingerprint: spec.fingerprint,
    state,
    done: ledger.count('accepted'),
    units: ledger.units,
    requester: spec.requester,
    width: spec.width,
    height: spec.height,
    frames: frameCount(spec.frames),
    samples: spec.samples
  }
}

/** What became of a job's pictures. */
export interface JobProducts {
  readonly files: readonly string[]
  /** Null while frames are missing. */
  readonly filmHash: Hash | null
  /** From its submission to its end. */
  readonly wallMs: number
  /** Why something that was wanted besides the pictures is missing; undefined when nothing is. */
  readonly problem: string | undefined
}

/** What a follower of a job hears last. */
export function doneEventOf ({ id }: SignedJob, { control }: SignedControl, { view, troubles }: Pick<Stewardship, 'view' | 'troubles'>, { files, filmHash, wallMs, problem }: JobProducts): FarmEvent & { event: 'done' } {
  const { ledger, account } = view
  const totals = account.totals()
  const parked = ledger.count('parked')
  const firstParked = troubles.firstParked((unit) => ledger.stateOf(unit) === 'parked')
  return {
    event: 'done',
    job: id,
    state: control.state === 'cancelled' ? 'cancelled' : parked > 0 ? 'parked' : 'finished',
    files,
    filmHash,
    wallMs,
    units: ledger.units,
    executions: totals.executions,
    lapsed: totals.lapsed,
    byPeer: totals.byPeer,
    bytesIn: totals.bytesIn,
    phases: {
      transfer: Math.round(totals.phases.transfer),
      load: Math.round(totals.phases.load),
      render: Math.round(totals.phases.render),
      merge: Math.round(totals.phases.merge)
    },
    ...(problem === undefined ? {} : { problem }),
    ...(parked === 0 ? {} : { parked: { units: parked, unit: String(firstParked?.unit ?? ''), reason: firstParked?.reason ?? '' } })
  }
}
