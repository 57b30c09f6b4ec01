import { UsageError } from '../errors.ts'

/**
 * The names under which peers speak to one another. Each carries a major version: a change that an older peer would
 * misunderstand gets a new number, a new field does not.
 */

/** A peer tells who it is: name, engines, threads. The first stream of every connection. */
export const GREETING_PROTOCOL = '/tilemesh/hello/1.0.0'

/** Worker and steward: claims, grants, renewals. One long-lived stream for all jobs of a steward. */
export const LEASE_PROTOCOL = '/tilemesh/lease/1.0.0'

/** Worker and requester: heads and pixels of finished units, and how each delivery ended. */
export const RESULT_PROTOCOL = '/tilemesh/result/1.0.0'

/** Digest exchange: what each of two peers knows of which jobs, and the records the other lacks. */
export const LEDGER_PROTOCOL = '/tilemesh/ledger/1.0.0'

/** Chunks of a bundle's blobs. */
export const BLOB_PROTOCOL = '/tilemesh/blob/1.0.0'

/** A viewer follows a job, or takes its film. */
export const VIEW_PROTOCOL = '/tilemesh/view/1.0.0'

/** What became of a unit: asked by whoever looks for a cause, answered from the log of whoever rendered it. */
export const LOG_PROTOCOL = '/tilemesh/log/1.0.0'

/** One question about a stewardship, or about what is kept, and its answer. */
export const QUESTION_PROTOCOL = '/tilemesh/question/1.0.0'

/** Results that are kept for their requester, from the peer that keeps them. */
export const CUSTODY_PROTOCOL = '/tilemesh/custody/1.0.0'

/** Peer exchange: under which addresses other members were reached. */
export const PEERS_PROTOCOL = '/tilemesh/peers/1.0.0'

/** All stream protocols of members. */
export const PROTOCOLS = [
  GREETING_PROTOCOL, LEASE_PROTOCOL, RESULT_PROTOCOL, LEDGER_PROTOCOL, BLOB_PROTOCOL, VIEW_PROTOCOL, LOG_PROTOCOL, QUESTION_PROTOCOL, CUSTODY_PROTOCOL,
  PEERS_PROTOCOL
] as const

/** The id of one of tilemesh's stream protocols. */
export type ProtocolId = typeof PROTOCOLS[number]

const EIGHT_HEX = /^[0-9a-f]{8}$/

/**
 * The id of the connection encrypter of one mesh secret. Peers of different meshes have none in common and part at once.
 *
 * @param secretHash8 - the first eight hexadecimal digits of a hash of the mesh secret
 * @throws UsageError when it is anything else
 */
export function noiseProtocol (secretHash8: string): string {
  return `/tilemesh/noise/${eightHex(secretHash8)}`
}

/**
 * The one gossip topic of a mesh.
 *
 * @param meshId8 - the first eight hexadecimal digits of the mesh's id
 * @throws UsageError when it is anything else
 */
export function meshTopic (meshId8: string): string {
  return `/tilemesh/1/${eightHex(meshId8)}`
}

function eightHex (text: string): string {
  if (!EIGHT_HEX.test(text)) {
    throw new UsageError('a protocol or topic is derived from eight lower-case hexadecimal digits')
  }
  return text
}
