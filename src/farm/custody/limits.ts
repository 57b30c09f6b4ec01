/** What keeping results and scenes for others may cost, and how long is waited for whom, each with its reason. */

const SECOND_MS = 1_000
const DAY_MS = 24 * 3_600 * SECOND_MS

/** Computers, besides the requester's, on whose disks a result is to lie while the requester is away: one of them may be lost for good. */
export const CUSTODY_COPIES = 2

/** Jobs of which something is kept: each costs a set of its units in memory, and a folder. */
export const MAX_KEPT_JOBS = 256

/** Of them, those of one requester: others must find room too. */
export const MAX_KEPT_JOBS_PER_REQUESTER = 64

/** The part of the quota that one requester's jobs may take. */
export const REQUESTER_SHARE = 0.5

/** What is kept goes this long after it last grew: longer than a holiday. */
export const RETENTION_MS = 30 * DAY_MS

/** How often is looked for what has been kept for too long, and whether scenes are still whole. */
export const SWEEP_EVERY_MS = DAY_MS

/** Folders of kept results that are read side by side when a peer starts: most of the time goes into waiting for the disk. */
export const FOLDERS_READ_AT_ONCE = 8

/** Scenes fetched for others at a time: what is rendered here comes first. */
export const SCENES_FETCHED_AT_ONCE = 2

/** First and longest pause before a scene that no connected peer has, or that finds no room, is fetched again. */
export const SCENE_RETRY_FIRST_MS = 2 * SECOND_MS
export const SCENE_RETRY_LONGEST_MS = 120 * SECOND_MS
