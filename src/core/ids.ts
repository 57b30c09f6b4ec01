/** A peer's id as libp2p prints it: base58 of the hash of its public key. */
export type PeerId = string

/** A sha256, as 64 lower-case hexadecimal digits. */
export type Hash = string

/** A job's id: the sha256 of its encoded {@link JobSpec}, as {@link Hash}. Whoever holds the spec can compute it. */
export type JobId = string

/** A unit's number within its job, row-major over frame, tile row, tile column, run of chunks: 0 … units − 1. */
export type UnitIndex = number

/** The number of a grant within one epoch: 1, 2, 3, … Never used twice. */
export type GrantNumber = number

/** The name of a renderer adapter, such as `pathtracer`. */
export type EngineId = string

const HASH = /^[0-9a-f]{64}$/

/** Whether a text is a {@link Hash}. */
export function isHash (text: string): text is Hash {
  return HASH.test(text)
}
