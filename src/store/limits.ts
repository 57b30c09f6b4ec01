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

/** The log of a unit: entries of one job lie together in segments of this size, small enough to be read whole when somebody asks. */
export const LOG_SEGMENT_BYTES = 1024 * 1024

/** Segments of one job: as many for failures, whose logs are long, as for all else, so that a million units that went well do not push out why one did not. */
export const MAX_LOG_SEGMENTS_PER_JOB = 8

/** Bytes of unit logs of all jobs together: a small part of what one frame of film takes on the same disk. */
export const MAX_LOG_BYTES_IN_ALL = 128 * 1024 * 1024

/** Segments of all jobs together: ten thousand tiny jobs must not make ten thousand files. */
export const MAX_LOG_SEGMENTS_IN_ALL = 2_048

/** One entry: a renderer's output and a reason of their largest sizes, written as JSON, where a control character takes six bytes. */
export const MAX_LOG_LINE_BYTES = 128 * 1024

/** Entries that wait for a slow disk; beyond it new ones are dropped. */
export const MAX_LOG_QUEUED_BYTES = LOG_SEGMENT_BYTES

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

/** How long a starter waits for a word of whoever holds the lock, or is about to. Whoever says nothing for so long is alive and stopped. */
export const LOCK_ANSWER_MS = 2_000

/** Bytes of the settings file: all settings take one kilobyte, the rest is room for a person's comments. */
export const MAX_SETTINGS_BYTES = 64 * 1024

/** The head of a kept result as text: two peer ids, two hashes and a dozen numbers take 700 bytes. */
export const MAX_KEPT_HEAD_BYTES = 4 * 1024

/** Read buffer for the heads of kept results, whose bytes are skipped: a head and what precedes it, and a few results of small tiles. */
export const HEAD_WINDOW_BYTES = 16 * 1024
