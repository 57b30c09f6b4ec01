/** The store's limits, each with its reason. Limits of jobs and units are in `core/limits.ts`. */
import { MAX_UNIT_BYTES } from '../core/limits.ts'

/** A journal segment is closed and a new one begun beyond this: small enough to scan its end in a blink when a peer starts. */
export const SEGMENT_BYTES = 64 * 1024 * 1024

/** Bytes handed to the disk in one write: far above the size where a disk reaches its speed, small beside a segment. */
export const MAX_BATCH_BYTES = 8 * 1024 * 1024

/** Pixels beside one record: a unit's float32 pixels, or its merged state, whose sums are float64, and a little head of its own. */
export const MAX_BODY_BYTES = 2 * MAX_UNIT_BYTES + 65_536

/** The record itself as text. The largest is the ledger of a job of 10^6 units in which every second one is accepted: 7 MB. */
export const MAX_HEAD_BYTES = 16 * 1024 * 1024

/** Bytes of appended records that may wait for the disk; beyond it an append is refused, and its worker keeps the pixels and tries again. */
export const MAX_QUEUED_BYTES = 512 * 1024 * 1024

/** Read buffer of a replay. A record that does not fit is read by itself. */
export const READ_WINDOW_BYTES = 1024 * 1024

/** Records of other peers' jobs. A mesh of 500 requesters with 16 live jobs each stays below it. */
export const MAX_RECORDS = 8_192

/** Bytes of one small state file. A mesh file with 64 addresses takes 10 KB; what is larger is not ours. */
export const MAX_STATE_BYTES = 1024 * 1024

/** Addresses of other peers that a mesh file remembers: enough to find the mesh again when most of them have moved. */
export const MAX_KNOWN_ADDRESSES = 64

/** Characters of one multiaddr: a relayed address with two peer ids takes 200. */
export const MAX_ADDRESS_LENGTH = 512

/** Bytes of a socket's path: macOS allows 104 with the final zero, Linux 108. */
export const MAX_SOCKET_PATH_BYTES = 100

/** How long a starter waits for a word of whoever holds the lock, or is about to. Whoever says nothing for so long is alive and stopped. */
export const LOCK_ANSWER_MS = 2_000

/** Bytes of the settings file: all settings take one kilobyte, the rest is room for a person's comments. */
export const MAX_SETTINGS_BYTES = 64 * 1024
