/** A peer that could render, with what is known of its speed at a scene. */
export interface PeerPace {
  readonly threads: number
  /** Milliseconds that one of its threads takes for a million samples of this scene. */
  readonly threadMsPerMegasample: number
  /** Milliseconds until it renders: fetching files, loading the scene. */
  readonly readyMs: number
}

/** What is to be rendered. */
export interface Workload {
  /** Samples of all pixels of all frames together. */
  readonly samples: number
  /** Of fewer units than peers the fastest get one each. */
  readonly units: number
}

/**
 * How long peers will take together, in milliseconds: each begins when it is ready, all end at the same time, as recall and racing at the end
 * of a job see to it. Null when there is no peer.
 *
 * The time T solves Σ rate × max(0, T − ready) = samples: a sum of ramps, solved by going from one peer's beginning to the next.
 */
export function expectedMs ({ samples, units }: Workload, peers: readonly PeerPace[]): number | null {
  const ready = peers
    .map(({ threads, threadMsPerMegasample, readyMs }) => ({ rate: threads / threadMsPerMegasample * 1e6, readyMs }))
    .filter(({ rate }) => rate > 0)
    .sort((a, b) => b.rate - a.rate)
    .slice(0, units)
    .sort((a, b) => a.readyMs - b.readyMs)
  let rate = 0
  let left = samples
  for (const [index, peer] of ready.entries()) {
    rate += peer.rate
    const nextMs = ready[index + 1]?.readyMs ?? Infinity
    if (rate * (nextMs - peer.readyMs) >= left) {
      return Math.round(peer.readyMs + left / rate)
    }
    left -= rate * (nextMs - peer.readyMs)
  }
  return null
}
