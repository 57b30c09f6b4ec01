/** What keeping results and scenes for others may cost, and how long is waited for whom, each with its reason. */

const SECOND_MS = 1_000
const DAY_MS = 24 * 3_600 * SECOND_MS

/** Jobs of which something is kept: each costs a set of its units in memory, and a folder. */
export const MAX_KEPT_JOBS = 256

/** Of them, those of one requester: others must find room too. */
export const MAX_KEPT_JOBS_PER_REQUESTER = 64

/** How often is looked for what has been kept for too long, and whether scenes are still whole. */
export const SWEEP_EVERY_MS = DAY_MS

/** What a disk did not let go of is removed again after this: a disk in trouble needs a person. */
export const REMOVE_AGAIN_MS = 60 * SECOND_MS

/** Folders of kept results that are read side by side when a peer starts: most of the time goes into waiting for the disk. */
export const FOLDERS_READ_AT_ONCE = 8

/** Scenes fetched for others at a time: what is rendered here comes first. */
export const SCENES_FETCHED_AT_ONCE = 2

/** First and longest pause before a scene that no connected peer has, or that finds no room, is fetched again. */
export const SCENE_RETRY_FIRST_MS = 2 * SECOND_MS
export const SCENE_RETRY_LONGEST_MS = 120 * SECOND_MS

/** A custodian that says nothing for so long while it is sent results is passed over; it is given longer for many bytes, at {@link SLOWEST_BYTES_PER_MS}. */
export const CUSTODIAN_SILENCE_MS = 10 * SECOND_MS

/** What a line carries at least, 2 Mbit/s, and a custodian is waited for: a unit of the largest size takes four minutes on it. */
export const SLOWEST_BYTES_PER_MS = 256

/** A custodian whose disk is in trouble or that said nothing is left alone for so long. */
export const TROUBLED_CUSTODIAN_MS = 15 * SECOND_MS

/** One that is full, or will not: a job must end there first. */
export const FULL_CUSTODIAN_MS = 120 * SECOND_MS

/** A custodian that left is waited for before everything is copied to another: a restart takes less. */
export const CUSTODIAN_GRACE_MS = 30 * SECOND_MS

/** How often custodians are asked what they keep: while something is lacking, its scene above all, and when nothing is. */
export const ASK_UNSAFE_MS = 10 * SECOND_MS
export const ASK_SAFE_MS = 120 * SECOND_MS

/**
 * A peer is asked to keep a job so often, for all jobs together, after a burst of so many: a fifth of what one peer may ask another, as what moves
 * stewardships must never wait behind it.
 */
export const KEEP_QUESTION_EVERY_MS = SECOND_MS
export const KEEP_QUESTIONS_BURST = 20

/** How often is looked for what is to be copied: results that come in between go together. */
export const PLACE_EVERY_MS = 2 * SECOND_MS

/** Results on their way to one custodian at a time: more than its stream lets through, so that reading the next never waits for an answer. */
export const COPIES_UNDER_WAY = 4

/** A job shorter than this is done before copies of it would be of use. */
export const PLACE_AFTER_MS = 15 * SECOND_MS

/** A custodian that was busy is asked again after this, while a result waits for it. */
export const BUSY_CUSTODIAN_MS = SECOND_MS

/** A stream to a custodian on which nothing has gone for so long is closed: opening it again takes a round trip. */
export const SENDER_IDLE_MS = 30 * SECOND_MS

/** Members that are asked what they keep at a time, */
export const LEDGERS_AT_ONCE = 16

/** how long each may take to answer, */
export const LEDGER_ANSWER_MS = 5 * SECOND_MS

/** and how often they are asked while something is lacking: seldom when the last answers brought nothing new. */
export const COLLECT_EVERY_MS = 10 * SECOND_MS
export const COLLECT_LONGEST_MS = 60 * SECOND_MS

/** Members that come together are asked together. */
export const COLLECT_SOON_MS = SECOND_MS

/** Peers from which results are collected side by side: more than fill the line of one that returns. */
export const COLLECTED_FROM_AT_ONCE = 4

/** A stream of kept results on which nothing comes for so long, and longer for large ones, is given up. */
export const COLLECT_SILENCE_MS = 30 * SECOND_MS

/** A connected peer that did not answer so often in a row is taken to keep nothing: it may be of a version that does not know the question. */
export const UNANSWERED_QUESTIONS = 3

/** What nobody connected has had for so long is rendered again: members that restart, or were cut off for a moment, are back by then. */
export const LOST_AFTER_MS = 60 * SECOND_MS

/** What a peer said that it keeps and did not send is not asked of it again before this: long enough that it is lost, when nobody else has it. */
export const NOT_SENT_MS = 600 * SECOND_MS
