import { CHUNK_BYTES, MAX_ACCEPTED_LOG, MAX_CHUNKS, MAX_FRAMES, MAX_LEASE_RECTS, MAX_PICTURE_SIDE, MAX_UNIT_BYTES, MAX_UNITS, MIN_TILE } from '../core/limits.ts'
import {
  BLOB_PROTOCOL, CUSTODY_PROTOCOL, GREETING_PROTOCOL, LEASE_PROTOCOL, LEDGER_PROTOCOL, LOG_PROTOCOL, PEERS_PROTOCOL, QUESTION_PROTOCOL, RESULT_PROTOCOL,
  VIEW_PROTOCOL
} from './protocols.ts'
import type { ProtocolId } from './protocols.ts'

/**
 * Everything another peer can make this one spend: bytes of each message, entries of each list, streams, time and buffers.
 * A list limit is repeated in the schema, where protons enforces it before anything is allocated; a spec keeps both equal.
 */

const KIB = 1024
const MIB = 1024 * KIB

/** A name, thirty-two engines with their fingerprints: more than any machine has. */
export const MAX_GREETING_BYTES = 4 * KIB

/** Any gossip message. Every member forwards it to about six others, so it must stay small; the largest is a job record. */
export const MAX_GOSSIP_BYTES = 64 * KIB

/** A beacon is the one message that repeats for ever, so it is held smaller than a job record. */
export const MAX_BEACON_BYTES = 16 * KIB

/** An encoded JobSpec. Scenes are referred to by hash; only engine settings can make a job long. */
export const MAX_JOB_BYTES = 16 * KIB

/** An encoded control word: forty bytes today, the rest is room for fields of later versions. */
export const MAX_CONTROL_BYTES = KIB

/** Any message of a lease stream. The largest is the answer to a renewal of 1024 leases with 4096 ranges of 256 jobs, 162 KiB at worst; most have a hundred bytes. */
export const MAX_LEASE_MESSAGE_BYTES = 192 * KIB

/** What precedes a unit's pixels: about 150 bytes. Read before anything is known of the sender's honesty. */
export const MAX_RESULT_HEAD_BYTES = KIB

/** How a delivery ended: about 40 bytes. */
export const MAX_RESULT_ANSWER_BYTES = 256

/** One half of a digest exchange: 1000 digests (115 KiB) and as many job records as fit; the rest comes next time. */
export const MAX_DIGEST_EXCHANGE_BYTES = MIB

/** A request for a run of bytes of a blob: about 50 bytes. */
export const MAX_BLOB_REQUEST_BYTES = 256

/** What precedes the bytes of a blob: about 8 bytes. */
export const MAX_BLOB_ANSWER_BYTES = 256

/** What a viewer asks for: about 40 bytes. */
export const MAX_VIEW_REQUEST_BYTES = 256

/** Anything a viewer is sent: a full load of pixels or the longest event, with a head. */
export const MAX_VIEW_MESSAGE_BYTES = MIB + 64 * KIB

/** A question about a unit: about 40 bytes. */
export const MAX_LOG_REQUEST_BYTES = 256

/** The answer: seven renderers' outputs of {@link MAX_LOG_BYTES} beside all troubles, or thirty of ordinary length; older ones are left out. */
export const MAX_LOG_ANSWER_BYTES = 192 * KIB

/** A set of units of the largest job, one bit each. */
export const MAX_UNIT_SET_BYTES = Math.ceil(MAX_UNITS / 8)

/** A question. The longest is a hand-off: a job record and two sets of units. */
export const MAX_QUESTION_BYTES = 272 * KIB

/** An answer. The longest is a ledger: three sets of units. */
export const MAX_ANSWER_BYTES = 368 * KIB

/** A request for kept results: a set of units. */
export const MAX_KEPT_REQUEST_BYTES = 124 * KIB

/** A part of the film that is kept for its requester: the sums of the largest tile, four float64 a pixel, and the eight bytes before them. */
export const MAX_FILM_PART_BYTES = 2 * MAX_UNIT_BYTES + 8

/** Addresses of 32 peers, 8 each. */
export const MAX_PEER_EXCHANGE_BYTES = 72 * KIB

/** Jobs in one beacon: at most 124 bytes each, so that as many always fit into {@link MAX_BEACON_BYTES}. */
export const MAX_BEACON_JOBS = 128

/** Jobs in one half of a digest exchange: sixteen live jobs for each of sixty requesters. */
export const MAX_DIGESTS = 1000

/** Job records in one half of a digest exchange: a peer that knows nothing learns a busy mesh in one. */
export const MAX_DIGEST_RECORDS = 256

/** A signature: 64 bytes by the Ed25519 keys tilemesh makes, 512 by the largest RSA keys libp2p takes. */
export const MAX_SIGNATURE_BYTES = 512

/** A public key in libp2p's encoding: 36 bytes for Ed25519, about 560 for the largest RSA keys. */
export const MAX_PUBLIC_KEY_BYTES = 640

/** Rectangles of a grant. */
export const MAX_GRANT_RECTS = MAX_LEASE_RECTS

/** Rectangles given back or taken away: what is left of a lease can need more of them than the lease did. */
export const MAX_RELEASE_RECTS = 4 * MAX_LEASE_RECTS

/** Rectangles of a claim, of each kind: units of several leases, scattered, since they end in any order. */
export const MAX_CLAIM_RECTS = 1024

/** Leases in one renewal or progress report: as many units of 64 KiB as a worker may hold undelivered, each a lease of its own. */
export const MAX_RENEW_LEASES = 1024

/** Jobs with news in the answer to a renewal: sixteen times what one requester may have alive. */
export const MAX_RENEWED_JOBS = 256

/** Runs of accepted units in the answer to a renewal: at worst each unit that the steward remembers in order is its own run. */
export const MAX_RENEWED_RANGES = MAX_ACCEPTED_LOG

/** Why a unit failed: one line. */
export const MAX_REASON_BYTES = 512

/** The end of what a renderer printed: about two hundred lines, enough to see the cause. */
export const MAX_LOG_BYTES = 16 * KIB

/** Entries about one unit in an answer: rendered and delivered five times over by one peer is unheard of. */
export const MAX_LOG_ENTRIES = 32

/** Troubles in an answer, 600 bytes each at most: more than anybody reads. */
export const MAX_LOG_TROUBLES = 128

/** Names of jobs, peers, cameras: the longest file name that common file systems take is 255 bytes. */
export const MAX_NAME_BYTES = 256

/** The name of an engine. */
export const MAX_ENGINE_BYTES = 64

/** An engine's fingerprint: name, versions and a hash. */
export const MAX_FINGERPRINT_BYTES = 256

/** A path inside a bundle; longer ones do not fit under a folder on every system. */
export const MAX_ENTRY_BYTES = 240

/** Engine settings of one job. */
export const MAX_SETTINGS = 64

/** The key and the value of one engine setting. */
export const MAX_SETTING_KEY_BYTES = 128
export const MAX_SETTING_VALUE_BYTES = KIB

/** Engines a peer offers. */
export const MAX_GREETING_ENGINES = 32

/** Why a peer rests: the longest honest one has sixty bytes. */
export const MAX_RESTING_BYTES = 128

/** Render threads a peer may claim to have: four times the largest machines on sale, so a lie does not distort shares beyond reason. */
export const MAX_THREADS = 4096

export { MAX_PRIORITY } from '../core/limits.ts'

/** Largest frame index, tile column or row, and run of chunks of a rectangle, end exclusive. */
export const MAX_RECT_FRAMES = MAX_FRAMES
export const MAX_RECT_TILES = Math.ceil(MAX_PICTURE_SIDE / MIN_TILE)
export const MAX_RECT_RUNS = MAX_CHUNKS

/** Any duration, in milliseconds: sums of them stay exact. */
export const MAX_DURATION_MS = Number.MAX_SAFE_INTEGER

/** The shortest heartbeat a grant may ask for, in milliseconds: shorter ones would keep a worker busy with nothing else. */
export const MIN_HEARTBEAT_MS = 100

/** Numbers of blob requests wrap here. */
export const MAX_REQUEST_ID = 0xffff_ffff

/** Bytes of one blob request: a chunk. */
export const MAX_BLOB_CHUNK_BYTES = CHUNK_BYTES

/** Pixels of one view message: a row of the widest film, 65 536 × 16 bytes. */
export const MAX_VIEW_PIXEL_BYTES = MIB

/** An event as JSON: a `done` event names each file, some ten thousand frames of an animation. */
export const MAX_EVENT_BYTES = MIB

/** Files that a `done` event may name, the bytes of all their paths, and of each. Of more files the first are named. */
export const MAX_EVENT_FILES = MAX_FRAMES
export const MAX_EVENT_FILES_BYTES = MAX_EVENT_BYTES / 2
export const MAX_EVENT_PATH_BYTES = 4 * KIB

/** Peers at work that a `progress` event may show, and peers that a `done` event may account for: about 65 bytes each. */
export const MAX_EVENT_PEERS = 1024

/** Short texts of events: labels of units, codes of errors. Messages have {@link MAX_EVENT_MESSAGE_BYTES}. */
export const MAX_EVENT_LABEL_BYTES = 256

/** The message of an error event or of a refused view, and the reason of a unit event. */
export const MAX_EVENT_MESSAGE_BYTES = 4 * KIB

/** Peers in one peer exchange, addresses of each, bytes of an address: an address through a relay is about 150 bytes. */
export const MAX_EXCHANGED_PEERS = 32
export const MAX_PEER_ADDRESSES = 8
export const MAX_ADDRESS_BYTES = 256

/** A peer id as bytes: the multihash of a public key; those of Ed25519 keys are 38 bytes, the longest in use 39. */
export const MAX_PEER_ID_BYTES = 39

/** Units on their way on one result stream, whatever their size: one is being written to disk while the next arrives. */
export const RESULT_CREDIT_UNITS = 2

/** Small units may be more, up to so many bytes: each waits for the disk and a round trip, and with few of 64 KiB the stream would mostly stand idle. */
export const RESULT_CREDIT_BYTES = 4 * MIB

/** But never more than this: heads and answers cost too. */
export const RESULT_CREDIT_MOST_UNITS = 64

/** Chunks on their way on one blob stream, for the same reason. */
export const BLOB_CREDIT_CHUNKS = 2

/** Once a transfer has begun it must go on at this many bytes a second: a sender of one byte a second holds a buffer for ever. */
export const MIN_RATE_BYTES_PER_SECOND = KIB

/** The rate is first judged after this many milliseconds, so that a lost packet is forgiven. */
export const RATE_GRACE_MS = 10_000

/** Bytes read from a stream but not yet handled; beyond it the stream is reset. A unit of the largest tile is read in frames, never as one. */
export const MAX_READ_BUFFER_BYTES = 4 * MIB

/** Bytes of messages that wait for a slow reader of a lease stream; beyond it the stream is reset. Two of the largest messages. */
export const MAX_LEASE_OUTBOUND_BYTES = 2 * MAX_LEASE_MESSAGE_BYTES

/** Bytes that wait for a slow viewer; beyond it the viewer is cut off and may ask again. A little over three of the longest messages. */
export const MAX_VIEW_OUTBOUND_BYTES = 4 * MIB

/** Gossip of one peer per second, in messages and bytes; beyond it messages are dropped unread and the peer's score falls. */
export const GOSSIP_MESSAGES_PER_SECOND = 20
export const GOSSIP_BYTES_PER_SECOND = 256 * KIB

/** What may come at once after a pause, as a multiple of the rates per second: a healed partition brings several records together. */
export const GOSSIP_BURST_SECONDS = 5

/** The limits of the streams of one protocol. */
export interface StreamLimits {
  /** Streams that one peer may have open towards this one. */
  readonly inboundPerPeer: number
  /** Streams that this peer opens towards one other. */
  readonly outboundPerPeer: number
  /** The longest length-prefixed message, in bytes. */
  readonly maxMessageBytes: number
  /** How long the message that is due at once may take to begin, in milliseconds; undefined where none is due: what lives on such a stream is judged by others. */
  readonly idleMs: number | undefined
}

/** The limits of each protocol's streams. One more stream than is used at a time lets a new one open while the old one dies. */
export const STREAM_LIMITS: Readonly<Record<ProtocolId, StreamLimits>> = {
  // Who does not greet at all is disconnected, stream or not.
  [GREETING_PROTOCOL]: { inboundPerPeer: 2, outboundPerPeer: 2, maxMessageBytes: MAX_GREETING_BYTES, idleMs: undefined },
  // A claim may stand for hours; leases, not silence, decide whether the other side lives.
  [LEASE_PROTOCOL]: { inboundPerPeer: 2, outboundPerPeer: 2, maxMessageBytes: MAX_LEASE_MESSAGE_BYTES, idleMs: undefined },
  // Between units a stream may rest as long as a unit takes; within one the rate counts.
  [RESULT_PROTOCOL]: { inboundPerPeer: 2, outboundPerPeer: 2, maxMessageBytes: MAX_RESULT_HEAD_BYTES, idleMs: undefined },
  [LEDGER_PROTOCOL]: { inboundPerPeer: 2, outboundPerPeer: 2, maxMessageBytes: MAX_DIGEST_EXCHANGE_BYTES, idleMs: 30_000 },
  [BLOB_PROTOCOL]: { inboundPerPeer: 4, outboundPerPeer: 4, maxMessageBytes: MAX_BLOB_REQUEST_BYTES, idleMs: undefined },
  // A person may follow several jobs in several windows; the request is due at once, and a paused job says nothing.
  [VIEW_PROTOCOL]: { inboundPerPeer: 8, outboundPerPeer: 8, maxMessageBytes: MAX_VIEW_MESSAGE_BYTES, idleMs: 30_000 },
  // A person asks about one unit at a time.
  [LOG_PROTOCOL]: { inboundPerPeer: 2, outboundPerPeer: 2, maxMessageBytes: MAX_LOG_ANSWER_BYTES, idleMs: 10_000 },
  // A question is due at once. An answer may take the five seconds in which the other side asks others, and its disk as long again; who asks more at once waits in line.
  [QUESTION_PROTOCOL]: { inboundPerPeer: 4, outboundPerPeer: 4, maxMessageBytes: MAX_ANSWER_BYTES, idleMs: 20_000 },
  // Several jobs may come back at a time. What is wanted may lie on a slow disk behind much that is not.
  [CUSTODY_PROTOCOL]: { inboundPerPeer: 4, outboundPerPeer: 4, maxMessageBytes: MAX_KEPT_REQUEST_BYTES, idleMs: 60_000 },
  [PEERS_PROTOCOL]: { inboundPerPeer: 2, outboundPerPeer: 2, maxMessageBytes: MAX_PEER_EXCHANGE_BYTES, idleMs: 10_000 }
}
