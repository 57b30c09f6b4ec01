import type { MeshHandlers } from '../../src/ports.ts'

/** Handlers that do nothing and have nothing, to be overridden where a test cares. */
export function quietHandlers (overrides: Partial<MeshHandlers> = {}): MeshHandlers {
  return {
    peerJoined: () => {},
    peerChanged: () => {},
    peerLeft: () => {},
    job: () => {},
    control: () => {},
    beacon: () => {},
    lease: () => {},
    view: () => {},
    asked: async () => ({ type: 'refused', reason: 'unknown-job' }),
    kept: (_request, channel) => { void channel.close() },
    digests: () => ({ digests: [], records: [] }),
    log: async () => ({ entries: [], troubles: [], dropped: false }),
    results: { offer: () => 'refused', take: async () => 'refused', drop: () => {} },
    blobs: async () => undefined,
    ...overrides
  }
}
