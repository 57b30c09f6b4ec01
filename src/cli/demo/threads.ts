/** Render threads of the demo's three peers, the requester first. */
export type DemoThreads = readonly [requester: number, worker: number, worker: number]

/** Uses every core once; every peer renders, so with one or two cores they share them, and none is idle when a worker is killed. */
export function shareCores (cores: number): DemoThreads {
  if (cores <= 3) {
    return [1, 1, 1]
  }
  const requester = Math.floor(cores / 3)
  const first = Math.ceil((cores - requester) / 2)
  return [requester, first, cores - requester - first]
}
