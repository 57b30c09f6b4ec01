/**
 * The limits of the pure core: what a job may be, and the time-outs and quotas of the lease protocol, each with its reason.
 * Limits of messages and streams are in `wire/limits.ts`.
 */

/** Units in one job. The steward spends two bits and the wire four bytes on each; beyond it the tile must grow. */
export const MAX_UNITS = 1_000_000

/** Width and height of a picture in pixels. The largest camera backs and print panoramas stay below it. */
export const MAX_PICTURE_SIDE = 65_536

/** Samples per pixel: far beyond any converged picture, and chunk sums stay exact counts in a float32. */
export const MAX_SAMPLES = 1_048_576

/** Frames of one job: an hour and a half at 24 frames a second. */
export const MAX_FRAMES = 131_072

/** Frame numbers are small integers on both sides of zero. */
export const MAX_FRAME_NUMBER = 10_000_000

/** Smallest and largest tile side in pixels. Below 8 the heads outweigh the pixels; 2048² × 16 bytes is the largest unit. */
export const MIN_TILE = 8
export const MAX_TILE = 2048

/** What a job is when nobody says otherwise: width and height in pixels where the scene names none, samples per pixel, a tile's side in pixels. */
export const DEFAULT_WIDTH = 960
export const DEFAULT_HEIGHT = 540
export const DEFAULT_SAMPLES = 64
export const DEFAULT_TILE = 64

/** Bytes of one unit's pixels: a tile of {@link MAX_TILE} squared, four float32 a pixel. */
export const MAX_UNIT_BYTES = MAX_TILE * MAX_TILE * 16

/** Samples that are always summed together are at least this many: fewer would send more sums than pixels are worth. */
export const MIN_CHUNK_SAMPLES = 16

/** Chunks per picture at most: an intermediate film costs this many films of journal when split by samples. */
export const MAX_CHUNKS = 16

/** Rectangles in one lease: enough for any run along the centre-out order, small enough for one message. */
export const MAX_LEASE_RECTS = 64

/** Units in one lease: with rectangles of whole rows a fast engine still gets two heartbeats of 1 ms units. */
export const MAX_LEASE_UNITS = 16_384

/** Render threads a person may give a peer: more than any machine has; guards against a slip of the finger. */
export const MAX_THREADS = 1024

/** Characters of a peer's name (UTF-16 units): it stands in tables beside others, and fits on the wire in whatever script. */
export const MAX_PEER_NAME_LENGTH = 64

/** Minutes without keyboard and mouse that a person may ask for: a day, after which nobody will come back. */
export const MAX_IDLE_MINUTES = 1_440

/** A limit on traffic, in bytes per second: below, what is under way takes so long that watchdogs end it; above there is no line. */
export const MIN_TRAFFIC_BYTES_PER_SECOND = 100_000
export const MAX_TRAFFIC_BYTES_PER_SECOND = 1e12

/** How often a picture so far may be written: more often than each second it costs more than it shows, and a day is as good as never. */
export const MIN_SAVE_EVERY_MS = 1_000
export const MAX_SAVE_EVERY_MS = 86_400_000

/** Frames a second of a video: from a slide show to the fastest screens. The default is the cinema's, and that of the built-in engine's animations. */
export const MIN_VIDEO_FPS = 0.1
export const MAX_VIDEO_FPS = 240
export const DEFAULT_VIDEO_FPS = 24

/** Characters of a command that is run when a job has ended: what every platform's shell takes on its command line. */
export const MAX_COMMAND_LENGTH = 8_000

/** Priorities of one requester's jobs, on both sides of zero: more steps than anybody counts, and small on the wire. */
export const MAX_PRIORITY = 1_000_000

/** How long a grant lives without renewal. A lease measures that the worker lives, not how long a unit takes. */
export const DEFAULT_LEASE_MS = 30_000

/** The shortest lease a user may ask for: a heartbeat of one second on a busy machine is the practical limit. */
export const MIN_LEASE_MS = 3_000

/** The longest lease: an hour. Longer, a silent peer would hold its work for a working day. */
export const MAX_LEASE_MS = 3_600_000

/** Heartbeats come at least this often, and at least three to a lease. */
export const MAX_HEARTBEAT_MS = 10_000

/** The part of a lease its holder relies on, counted from when it sent the claim or renewal: clocks may differ by 5 % each way. */
export const HOLDER_LEASE_SHARE = 0.9

/** The steward reclaims a silent lease after this multiple of its length plus {@link RECLAIM_SLACK_MS}. */
export const RECLAIM_LEASE_SHARE = 1.1
export const RECLAIM_SLACK_MS = 1_000

/** A worker whose connection closed is given this long to come back before its leases lapse. */
export const LOSS_GRACE_MS = 2_000

/** The same for a relayed connection, whose path may have to be made again. */
export const RELAYED_LOSS_GRACE_MS = 10_000

/** After a restart the steward hears its workers for this long before it grants units that were out. */
export const RESTART_HEARING_MS = 5_000

/**
 * A steward of which nothing was heard for so long is looked for: three beacons, which come every ten seconds at least, and as long as a lease
 * lives without its steward.
 */
export const SUSPECT_AFTER_MS = 30_000

/** A probe that has no answer for so long has none: several round trips of a relayed path on a bad line. Through others it may take twice as long. */
export const PROBE_ANSWER_MS = 5_000

/** Members that are asked to look for a steward that did not answer: with two, one path that is broken proves nothing (SWIM uses three for whole groups). */
export const PROBES_THROUGH = 2

/** Each rank waits so much longer before it takes over: time for the beacon of the one before it to arrive, after its ledger round of as long. */
export const RANK_STAGGER_MS = 5_000

/** A peer in bad health gives others at most so many times the time: Lifeguard's limit. Four minutes are then the longest silence. */
export const MAX_HEALTH_FACTOR = 8

/** A timer that fires so much later than it was due shows a peer that is overloaded; garbage collection and a busy disk stay below it. */
export const TICK_LATE_MS = 1_000

/**
 * A clock that jumped forward, or a timer that came late, by more than this means that the peer slept: more than any pause of a process that
 * runs, and less than most leases outlive, so that what is believed after it can still be checked in time.
 */
export const SLEPT_AFTER_MS = 5_000

/** Copies of each result that are kept while its requester is away: any one custodian may be lost for good. */
export const CUSTODY_COPIES = 2

/** What a peer keeps for requesters that are away unless told otherwise: the films of some hundred large stills; a laptop has it to spare. */
export const DEFAULT_CUSTODY_BYTES = 20 * 1024 ** 3

/** The least a peer may be told to keep for others, if anything: below it, half a dozen of the largest units could not be kept for one of them. */
export const MIN_CUSTODY_BYTES = 1024 ** 3

/** The part of it that one requester may fill: two who are away at once both find room. */
export const CUSTODY_REQUESTER_SHARE = 0.5

/** Results nobody has collected, and to which nothing was added for so long, are given up: longer than holidays last. */
export const CUSTODY_RETENTION_MS = 30 * 86_400_000

/** A grant holds at least this many heartbeats of work, so that renewals are rarer than units. */
export const GRANT_HEARTBEATS = 2

/** A grant holds at least this many times the engine's fixed cost, so that loading stays below a tenth. */
export const GRANT_FIXED_COSTS = 10

/** Guided self-scheduling: a grant is at most the open rest divided by this many times the number of capable peers. */
export const GUIDED_DIVISOR = 2

/** A unit that takes longer than this multiple of the 95th percentile may be raced although others are open. */
export const SOFT_LIMIT_SHARE = 3

/** A unit without progress for this multiple of the 95th percentile, and at least {@link HARD_LIMIT_MIN_MS}, is revoked. */
export const HARD_LIMIT_SHARE = 10
export const HARD_LIMIT_MIN_MS = 600_000

/** Live copies of one unit at most: the original and one racer. */
export const MAX_LIVE_COPIES = 2

/** Extra executions a job may spend on races: this share of its units plus {@link RACE_EXTRA_UNITS}. */
export const RACE_EXTRA_SHARE = 0.05
export const RACE_EXTRA_UNITS = 8

/** A unit that failed on this many different peers is parked. */
export const PARK_AFTER_PEERS = 3

/** How long a unit that failed on all who claimed waits for members that could render it but have not claimed yet. */
export const OTHERS_MAY_TRY_MS = 10_000

/** A peer that fails this many units of a job in a row is avoided for that job for {@link AVOID_MS}. */
export const AVOID_AFTER_FAILURES = 3
export const AVOID_MS = 300_000

/** A unit that lapsed or failed this often goes to the back of the queue always: it may be what kills its peers. */
export const BACK_AFTER_TROUBLES = 2

/** Render time is shared between requesters over this window. */
export const FAIR_WINDOW_MS = 300_000

/** Lapsed grants a steward remembers so that late results find their token; older ones are shown again by their worker. */
export const MAX_REMEMBERED_GRANTS = 10_000

/** How long a worker is asked to wait when nothing is open; the steward grants earlier by itself when something opens. */
export const WAIT_RETRY_MS = 2_000

/** How many accepted units the steward remembers in order, to tell each worker only what it has not heard. */
export const MAX_ACCEPTED_LOG = 4_096

/**
 * Jobs a peer knows, of whomever, and whose control words it can check: ended ones are forgotten first, oldest first. Also the ended jobs of its own
 * whose journals it keeps; each is a few hundred bytes.
 */
export const MAX_KNOWN_JOBS = 4_096

/** Scenes whose speed a peer remembers: more than anybody works on at a time, and a small file. */
export const MAX_SPEED_SCENES = 64

/** Measurements of one scene that count for its speed: enough for one odd job among them to be outvoted. */
export const SPEED_MEASUREMENTS = 5

/** Bytes of a job file before its bundle: a signed job has at most 16 KiB, and JSON takes up to six bytes for one. */
export const MAX_JOB_HEAD_BYTES = 128 * 1024

/** Blobs are hashed, asked for, sent and resumed in runs of this many bytes: large enough that heads and hashes are noise, small enough to check and buffer. */
export const CHUNK_BYTES = 1_048_576

/**
 * What a peer keeps on its disk of scenes and films unless told otherwise: a few production scenes, and little enough that nobody misses it on a
 * laptop.
 */
export const DEFAULT_CACHE_BYTES = 20 * 1024 ** 3

/** The least a peer may be told to keep: below it, hardly a scene with one texture could be rendered at all. */
export const MIN_CACHE_BYTES = 64 * 1024 ** 2

/** The most: no file system of a single machine is larger. */
export const MAX_CACHE_BYTES = 1024 ** 5

/** Bytes of a bundle's encoded manifest: room for the most files a bundle may have, little enough to be read into memory. */
export const MAX_MANIFEST_BYTES = 16 * 1024 * 1024

/**
 * Rounds by which a stewardship may be higher than the one that was known: a job whose steward vanished every half minute of a month has fewer. A
 * liar who could name any round would name one that nobody can outbid; in such steps it takes more beacons than can ever be sent.
 */
export const MAX_ROUND_STEP = 100_000
