import type { BlobStore, MeshHandlers, MeshPeer } from '../ports.ts'
import type { AntiEntropy } from './anti-entropy.ts'
import type { CacheKeeper } from './cache/cache-keeper.ts'
import type { Custodian } from './custody/custodian.ts'
import type { Directory } from './directory.ts'
import type { LogDesk } from './log-desk.ts'
import type { Requester } from './requester.ts'
import type { ResultDesk } from './result-desk.ts'
import type { StewardDesk } from './steward-desk.ts'
import type { Succession } from './succession/succession.ts'
import type { UnknownJobs } from './unknown-jobs.ts'
import type { Viewing } from './viewing/viewing.ts'

/** Who at this peer hears of what the mesh brings. */
export interface MeshRoles {
  readonly directory: Directory
  readonly succession: Succession
  readonly unknown: UnknownJobs
  readonly desk: StewardDesk
  readonly viewing: Viewing
  readonly logs: LogDesk
  readonly custodian: Custodian
  readonly requester: Requester
  readonly antiEntropy: AntiEntropy
  readonly results: ResultDesk
  readonly cache: CacheKeeper
  readonly blobs: Pick<BlobStore, 'read'>
  joined (peer: MeshPeer): void
  left (peer: string): void
  peersChanged (): void
}

/** Hands what the mesh brings to the roles of a farm. */
export function meshHandlers (roles: MeshRoles): MeshHandlers {
  const { directory, succession, unknown, desk, viewing, logs, custodian, requester, antiEntropy, results, cache } = roles
  return {
    peerJoined: (peer) => { roles.joined(peer) },
    peerChanged: () => { roles.peersChanged() },
    peerLeft: (peer) => {
      roles.left(peer)
      roles.peersChanged()
    },
    job: (job) => { directory.learnJob(job) },
    control: (control) => { directory.learnControl(control) },
    beacon: (beacon) => {
      directory.learnBeacon(beacon)
      succession.beaconHeard(beacon)
      unknown.heard(beacon)
    },
    lease: (channel) => { desk.open(channel) },
    view: (request, channel) => { viewing.serve(request, channel) },
    log: async (request) => logs.answer(request),
    asked: async (question, from) => question.type === 'keep' ? custodian.answerKeep(question) : succession.answer(question, from),
    kept: (request, channel) => { void (requester.get(request.job)?.custody ?? custodian).serve(request, channel) },
    digests: (exchange) => antiEntropy.answer(exchange),
    results,
    blobs: async (blob, offset, length) => {
      cache.served(blob)
      return roles.blobs.read(blob, offset, length)
    }
  }
}
