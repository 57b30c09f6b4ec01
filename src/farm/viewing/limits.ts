/** Limits of watching and fetching, each with its reason. */

/** Pause before a viewer that lost whom it listened to looks again: short enough that nobody waits, and a peer that is away is asked once a second. */
export const REATTACH_MS = 1_000

/** Bytes of film sent in one message. */
export const FILM_MESSAGE_BYTES = 256 * 1024

/** A peer that sends nothing of what it keeps for so long is passed over for another: a unit of the largest tile takes 54 s on 10 Mbit/s, and comes in pieces. */
export const KEPT_SILENCE_MS = 10_000

/** How long members are waited for that were asked what they keep. */
export const LEDGER_ANSWER_MS = 5_000
