/** Render threads of the demo's three peers, the requester first. */
export type DemoThreads = readonly [requester: number, worker: number, worker: number]

/** Uses every core once. With one or two cores the requester renders nothing, so that the workers do not stand in each other's way. */
export function shareCores (cores: number): DemoThreads {
  if (cores <= 2) {
    return [0, 1, 1]
  }
  const requester = Math.floor(cores / 3)
  const first = Math.ceil((cores - requester) / 2)
  return [requester, first, cores - requester - first]
}
