import type { JobSpec } from '../../src/core/job.ts'

/** A valid job of 16 tiles of 8 × 8 pixels, to be overridden where a test cares. */
export function jobSpec (overrides: Partial<JobSpec> = {}): JobSpec {
  return {
    requester: 'requester',
    serial: 1,
    name: 'scene.fake',
    engine: 'fake',
    fingerprint: 'fake 1',
    bundle: { manifest: '0'.repeat(64), manifestBytes: 100, entry: 'scene.fake' },
    width: 32,
    height: 32,
    frames: { first: 1, last: 1, step: 1 },
    samples: 16,
    split: 'tiles',
    tile: 8,
    camera: '',
    settings: [],
    leaseMs: 30_000,
    ...overrides
  }
}
