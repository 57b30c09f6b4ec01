import { hashOfTexts } from '../mix64.ts'
import type { JobId, PeerId } from '../ids.ts'

/**
 * Peers in the order in which they are to take something over for a job: rendezvous hashing (Thaler, Ravishankar, "Using name-based mappings to
 * increase hit rates", 1998). Whoever knows the same peers finds the same order without a word, jobs are spread evenly over peers, and a peer
 * that joins or leaves moves no other.
 *
 * @returns each peer once, the first to act first
 */
export function ranked (job: JobId, peers: Iterable<PeerId>): PeerId[] {
  const weighed = Array.from(new Set(peers), (peer) => ({ peer, weight: hashOfTexts(job, peer) }))
  weighed.sort((a, b) => a.weight === b.weight ? (a.peer < b.peer ? -1 : 1) : (a.weight > b.weight ? -1 : 1))
  return weighed.map(({ peer }) => peer)
}
