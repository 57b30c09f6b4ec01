/**
 * The limits of the control socket. Only this user's own programs can open it, so they guard against mistakes and stuck
 * programs rather than against strangers; but a peer that works for others must survive both.
 */

/** Of the lines both sides write. Raised when a line changes its meaning; new fields and new calls do not raise it. */
export const CONTROL_VERSION = 1

/** One line in either direction, its newline not counted. A render request is some hundred bytes; preview blocks are cut to fit. */
export const MAX_LINE_BYTES = 1024 * 1024

/** Raw pixels in one preview line: base64 makes 4 bytes of 3, and the frame around them stays below 4 KiB. */
export const MAX_PREVIEW_BYTES = 720 * 1024

/** Connections at a time: every watching terminal takes two. */
export const MAX_SESSIONS = 64

/** Requests under way in one session; the commands need one or two. */
export const MAX_CALLS = 32

/** How long either side waits for the other's first line: it is written at once, so a busy machine is all that delays it. */
export const HELLO_MS = 5_000

/** Beyond so many unsent bytes a session's picture blocks wait (newest per place), while events still go out. */
export const PREVIEW_PAUSE_BYTES = 256 * 1024

/** Pixels that wait for a slow viewer, per session; the oldest are dropped. A 1024 × 1024 preview fits whole. */
export const MAX_WAITING_PREVIEW_BYTES = 4 * 1024 * 1024

/** A session that lets so much pile up unsent is reset: some 40,000 events, minutes of a very busy job. */
export const MAX_UNSENT_BYTES = 8 * 1024 * 1024

/** Characters of any text in a request; the longest honest one is a path. */
export const MAX_TEXT_LENGTH = 32_768

/** Engine settings in one request. */
export const MAX_SETTINGS = 256
