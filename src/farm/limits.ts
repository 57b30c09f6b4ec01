/** Time-outs and sizes of the farm's own doing, each with its reason. The lease protocol's stand in `core/limits.ts`. */

/** How often a steward looks for what has lapsed: fine enough for a loss to be regranted within 3 s, coarse enough to cost nothing. */
export const STEWARD_TICK_MS = 250

/** Beacons follow a change at most this often, */
export const BEACON_MIN_MS = 1_000

/** and come at least this often while a job is open, so that a peer that missed one is told again. */
export const BEACON_MAX_MS = 10_000

/** Digest exchange with one random member: what gossip lost is found again within this time. */
export const DIGEST_EVERY_MS = 30_000

/**
 * How often a peer looks at the clock and at whether somebody uses the machine, where it was asked to: with {@link HAND_BACK_AFTER_MS} a machine is
 * its person's again within three quarters of a minute, and a look costs a few milliseconds of processor time.
 */
export const REST_LOOK_MS = 10_000

/** Longest pause between two looks at a machine that is in use: what is shown about it stays true to the minute. */
export const MAX_REST_LOOK_MS = 60_000

/** How long what others are having rendered may go on when the machine is wanted back: most units are finished by then, and nobody waits for long. */
export const HAND_BACK_AFTER_MS = 30_000

/** Started units are reported together, at most so late. */
export const STARTED_REPORT_MS = 200

/** A worker asks for more when what it has not started would last less than this: more than a round trip on any path. */
export const PREFETCH_MS = 600

/**
 * Finished pixels that nobody has acknowledged. Beyond it a worker claims and starts nothing for requesters it can reach; for one that is away
 * it renders on up to as much again, so that an absent requester never stops the work for others.
 */
export const MAX_UNDELIVERED_BYTES = 64 * 1024 * 1024

/**
 * Finished pixels on the disk of a worker, of all jobs together, while nobody takes them: what a machine renders in a few minutes. Beyond it the worker starts
 * nothing more of jobs whose steward can not be reached.
 */
export const SPOOL_BYTES = 256 * 1024 * 1024

/** Undelivered units shown to a steward at a time when there are more than a claim carries as rectangles: each may need one of its own. */
export const MAX_SHOWN_UNITS = 1_024

/** A finished unit that could not be delivered for so long goes to the disk: a stream that broke is open again by then, a peer started again is there. */
export const SPOOL_AFTER_MS = 5_000

/** Pixels read back from the disk and not delivered yet: twice what a result stream has under way of small units. */
export const SPOOL_WINDOW_BYTES = 8 * 1024 * 1024

/** Pause after a disk has refused finished units, or did not give them back: a full disk needs a person. */
export const SPOOL_RETRY_MS = 30_000

/** Finished units that nobody has taken for so long are given up at the next start: as long as custodians keep results. */
export const SPOOL_RETENTION_MS = 30 * 24 * 60 * 60 * 1_000

/** Deliveries to one requester begun at once: as many as any result stream lets through; the stream's own credit decides. */
export const DELIVERY_LANES = 64

/** Pixels on their way to the journal of a requester; beyond it senders are asked to wait. */
export const MAX_INCOMING_BYTES = 256 * 1024 * 1024

/** First and longest pause before a broken stream is opened again. */
export const RETRY_FIRST_MS = 250
export const RETRY_LONGEST_MS = 5_000

/** Longest pause before a peer that is not connected is tried again; when it joins it is tried at once. */
export const RETRY_ABSENT_MS = 30_000

/** Pause after `busy`: a full disk needs a person, a busy one a moment. */
export const BUSY_RETRY_MS = 1_000

/** Loaded scenes a worker keeps besides those it renders: switching between two requesters must not reload. */
export const MAX_IDLE_SESSIONS = 2

/** How long a failed load answers for itself before it is tried again. */
export const LOAD_RETRY_MS = 30_000

/** Journal beyond twice the open films by this much is checkpointed: small jobs never are. */
export const CHECKPOINT_SLACK_BYTES = 64 * 1024 * 1024

/** Events a follower may lag behind before the oldest unit events are dropped; progress and the end never are. */
export const MAX_FOLLOWER_EVENTS = 10_000

/** What went wrong with units of a job, as its requester remembers it: so many failures, and as many lapses and races; some 600 bytes each at most. */
export const MAX_TROUBLES_KEPT = 256

/** Entries about one unit, and troubles of a job, that one peer tells of: as many as fit into an answer of the wire, the newest. */
export const MAX_ENTRIES_TOLD = 32
export const MAX_TROUBLES_TOLD = 128

/** Bytes of all entries about one unit, of all peers, as JSON: with troubles beside them a line of the control socket still holds them. */
export const MAX_ATTEMPTS_BYTES = 640 * 1024

/** Peers asked what became of a unit, at most, and at a time. A mesh larger than this is searched in part. */
export const MAX_LOG_QUESTIONS = 256
export const LOG_QUESTIONS_AT_ONCE = 16

/** How long one may take to answer: a person waits. */
export const LOG_ANSWER_MS = 5_000

/** Peers one missing blob is asked from at once. */
export const MAX_BLOB_SOURCES = 4

/** Chunks of a scene on their way at a time: two, as many as a stream lets through, of each of those. */
export const FETCH_LANES = 2 * MAX_BLOB_SOURCES

/** Wrong chunks after which a source is not asked again for this bundle. */
export const MAX_BAD_CHUNKS = 3

/** A chunk that takes longer is asked from another peer too, if there is one: on 10 Mbit/s all that is under way at a time takes 7 s. */
export const SLOW_SOURCE_MS = 10_000

/** Measured speeds are written and told to others this long after they changed: each unit changes them a little. */
export const SAVE_SPEEDS_MS = 5_000

/** A scene that nobody has rendered here is tried for this long when an estimate is asked for: a person waits for it, */
export const PROBE_MS = 800

/** for units under way no longer than this in all, */
export const PROBE_MOST_MS = 3_000

/** and for loading no longer than this: then the estimate goes by other scenes. */
export const PROBE_LOAD_MS = 20_000

/** Side in pixels and samples per pixel of the tiles that are tried: some ten milliseconds each on one core, so that many places are seen. */
export const PROBE_TILE = 32
export const PROBE_SAMPLES = 16
/** When a scene or film was used last is written to the disk at most so often: eviction goes by days and hours, and a disk has better things to do. */
export const TOUCH_EVERY_MS = 60_000

/** Things that one answer lists of a cache, those used last: more than a person reads. */
export const MAX_LISTED_THINGS = 1_000

/** Open jobs of one requester, as many as it may submit and others remember: a flood of jobs must not push out those of others. */
export const MAX_LIVE_JOBS_PER_REQUESTER = 1_024

/** How often a peer looks after the stewards of jobs: much finer than the half minute after which it suspects one, and next to nothing to do. */
export const SUCCESSION_LOOK_MS = 1_000

/** How long a steward may take to answer whether it is there: a peer on a thin line with much under way answers within it. */
export const ASK_PROBE_MS = 3_000

/** The same through another peer, which waits for {@link ASK_PROBE_MS} itself. */
export const ASK_PROBE_THROUGH_MS = 4_000

/** How long a new steward waits for what members know of its job: those that answer later are asked again. */
export const UNITE_MS = 5_000

/** How long one member is given to take a stewardship over before the next one is asked, and all of it together: a person waits for the computer to go off. */
export const HAND_OFF_ANSWER_MS = 1_000
export const HAND_OFF_MS = 2_000

/** Members next in line for a job, which ask its steward for its ledger when what they know of it is old: so many at once hardly ever vanish. */
export const LEDGER_FOLLOWERS = 4

/**
 * How often they ask, at most: what was accepted since is rendered again if the steward vanishes at that moment. Of a large job less often, since its
 * ledger has a bit for each unit: {@link LEDGER_FOLLOW_MS_PER_UNIT} more for each, so that no steward sends more than 50 KB a second for it.
 */
export const LEDGER_FOLLOW_MS = 2_000
export const LEDGER_FOLLOW_MS_PER_UNIT = 0.01

/**
 * How long a requester that returns listens before it grants units of its own jobs again: others may have rendered them meanwhile. Members of a
 * network nearby are connected within it; where nobody is, it is hardly noticed.
 */
export const RETURN_MS = 1_500

/** A peer that hears of a job it does not know asks the steward after a while of up to so long: the record may be on its way, and others wonder too. */
export const UNKNOWN_SPREAD_MS = 2_000

/** First and longest pause before the same steward is asked again; it doubles while asking does not help. */
export const UNKNOWN_PAUSE_FIRST_MS = 10_000
export const UNKNOWN_PAUSE_LAST_MS = 600_000

/** Stewards asked at once: one that does not answer must not hold up the others. */
export const UNKNOWN_ASKED_AT_ONCE = 4

/** Stewards remembered for it; of more, those that have been asked are forgotten. */
export const MAX_UNKNOWN_STEWARDS = 256

/** How long a peer that slept doubts its stewardships when no member tells it more: connections are made again within it, and workers wait as long anyway. */
export const DOUBT_MS = 5_000

/** Members asked at once who stewards what, after a sleep: some connections are dead without anybody knowing. */
export const WAKE_EXCHANGES = 4
