import { ranked } from '../succession/rank.ts'
import type { JobId, PeerId } from '../ids.ts'

/** Who could keep a job's results. */
export interface Candidates {
  /** Members that are reachable, have the capability and do not leave; the job's requester is none of them. */
  readonly members: Iterable<PeerId>
  /** Those that keep something of the job already: taken first, as the others would have to be sent everything. */
  readonly keeping?: ReadonlySet<PeerId>
  /** Those that said they have no room, or whose disk is in trouble. */
  readonly full?: ReadonlySet<PeerId>
}

/**
 * The peers that are to keep a job's results, at most `copies`: by rank for the job, those first that keep some already, none that is full.
 * Fewer when there are no more.
 */
export function custodiansOf (job: JobId, { members, keeping, full }: Candidates, copies: number): PeerId[] {
  const order = ranked(job, members).filter((peer) => full?.has(peer) !== true)
  const kept = order.filter((peer) => keeping?.has(peer) === true)
  const fresh = order.filter((peer) => keeping?.has(peer) !== true)
  return [...kept, ...fresh].slice(0, copies)
}
