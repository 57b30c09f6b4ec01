import { frameCount } from '../core/job.ts'
import type { SignedJob } from '../core/messages.ts'
import type { UnitGrid } from '../core/units.ts'
import type { FarmEvent } from '../ports.ts'

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
