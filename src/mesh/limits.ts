/**
 * What a connection, a stream and a silence may cost this peer, each with its reason. Limits of single messages are in `wire/limits.ts`,
 * those of the lease protocol in `core/limits.ts`.
 */

const KIB = 1024
const MIB = 1024 * KIB

/** Connections of all peers together. A steward has one to each of its workers; beyond this a farm wants more than one mesh. */
export const MAX_CONNECTIONS = 512

/** Connections that have not finished their handshake: some ten KiB each. So many that it takes sixteen machines to keep everybody else out for a while. */
export const MAX_PENDING_CONNECTIONS = 512

/** Of them, those from one address: a machine that only holds sockets open must not keep everybody else out. Beyond it the oldest goes. */
export const MAX_PENDING_CONNECTIONS_PER_ADDRESS = 32

/** New connections from one address in a second, and what it may save up: a studio behind one NAT comes with all its peers after a power cut. A member's costs 15 ms. */
export const CONNECTIONS_PER_SECOND = 5
export const CONNECTIONS_BURST_SECONDS = 20

/** A handshake that takes longer is cut off: three round trips and two signatures fit even on a bad link. */
export const HANDSHAKE_TIMEOUT_MS = 10_000

/** One dial, with all addresses of the peer. */
export const DIAL_TIMEOUT_MS = 10_000

/** One address of a dial: a dead one must not use up the others' time. */
export const ADDRESS_DIAL_TIMEOUT_MS = 4_000

/** Opening a stream and agreeing on its protocol. */
export const OPEN_STREAM_TIMEOUT_MS = 10_000

/** A connected peer that has not greeted by then is disconnected. */
export const GREETING_TIMEOUT_MS = 10_000

/** Greetings are repeated this often, so that a peer whose machine vanished without a word is noticed although TCP has not. */
export const GREETING_INTERVAL_MS = 20_000

/** A greeting that could not be said is tried again after this. */
export const GREETING_RETRY_MS = 1_000

/** A peer whose last greeting is older is disconnected: four were lost. */
export const GREETING_SILENCE_MS = 90_000

/** A frame that has begun must go on within this time. */
export const STALL_TIMEOUT_MS = 30_000

/** A reader that lets nothing through for this long is cut off: it is stuck, and what waits for it costs memory. */
export const WRITE_TIMEOUT_MS = 60_000

/** After a polite close the other side is given this long to close too. */
export const CLOSE_TIMEOUT_MS = 30_000

/** Bytes read ahead of the consumer of a stream: there reading stops, and goes on below a quarter of it. */
export const READ_HIGH_BYTES = MIB

/** The largest receive window a stream may grow to. Reading ahead, window and the stack's own buffer bound what a slow consumer costs. */
export const MAX_STREAM_WINDOW_BYTES = 2 * MIB

/** Unsent bytes of one stream: far above what waiting for `drain` lets through, so reaching it is a bug, and ends one stream, not the process. */
export const MAX_WRITE_BUFFER_BYTES = 32 * MIB

/** Bytes that may wait in a stream's send buffer when a send resolves. */
export const SEND_BUFFER_BYTES = 256 * KIB

/** An answer that has not begun to come after this means that the other side is stuck: its disk may be slow, but not that slow. */
export const ANSWER_TIMEOUT_MS = 120_000

/** Pixels and blobs are sent in pieces of this size: few events, and room for other streams in between. */
export const PIECE_BYTES = 256 * KIB

/** Streams of one connection, of all protocols: twice what the caps of all protocols come to. Who has so many open is kept out for {@link BAN_MS}. */
export const MAX_STREAMS_PER_CONNECTION = 64

/** After so many messages that are not what they claim to be, a peer is disconnected and kept out for {@link BAN_MS}. */
export const MAX_BAD_MESSAGES = 3
export const BAN_MS = 60_000

/** A peer's bad messages are forgiven one by one, each after this time: versions differ, and bugs are not malice. */
export const BAD_MESSAGE_MEMORY_MS = 600_000

/** Connections a peer seeks in a larger mesh: any news reaches everyone in a few hops although some peers vanish. */
export const WANTED_CONNECTIONS = 8

/** Peers remembered with their addresses, and addresses of one. */
export const MAX_KNOWN_PEERS = 1_024
export const MAX_ADDRESSES_PER_PEER = 8

/** Dials at once. */
export const MAX_PARALLEL_DIALS = 8

/** First and longest pause between dials of one peer. It doubles from one failure to the next, and varies by half, so that peers do not dial in step. */
export const REDIAL_FIRST_MS = 500
export const REDIAL_LAST_MS = 60_000

/** A peer one only heard of, not configured, is forgotten after so many failed dials in a row. */
export const FORGET_AFTER_FAILURES = 8

/** Other peers are asked for their neighbours after connecting and then this often. */
export const PEER_EXCHANGE_MS = 60_000

/** Who is looked for without a known address is asked after at so many neighbours, and not again before this time is over. */
export const MAX_LOCATE_QUESTIONS = 8
export const LOCATE_PAUSE_MS = 5_000

/** Greetings taken from one peer: it greets when something changes, and now and then. */
export const GREETINGS_PER_SECOND = 2
export const GREETINGS_BURST_SECONDS = 15

/** Gossip that one neighbour passes on may be this many times what one peer may say: it carries the words of many. What is more is dropped unread. */
export const GOSSIP_FORWARD_FACTOR = 10

/** The same for all neighbours together, so that what this peer passes on itself never looks like a flood to the next. */
export const GOSSIP_EVERYBODY_FACTOR = 15

/** Who passes on more than this many times what one peer may say is disconnected and kept out for {@link BAN_MS}: a member that is itself flooded stays below. */
export const GOSSIP_FLOOD_FACTOR = 25

/** Subscriptions and what keeps the overlay in shape weigh as much as a message for each of so many bytes: ten ids of messages take as long to look up as a signature to check. */
export const GOSSIP_CONTROL_BYTES = 256

/** After so many packets of one neighbour that were read the rest of the program gets a turn: a burst would be handled without a break otherwise, signatures and all. */
export const GOSSIP_STRETCH_PACKETS = 16

/** How long a question waits until it is sent, or answered, while others are before it: whoever asks has given up by then. */
export const QUESTION_PATIENCE_MS = 10_000

/**
 * Questions that this peer asks another in a second, and what it may save up: a peer that leaves hands over all its jobs at once, and one with a
 * thousand open jobs has each of them kept by others, who are asked every two minutes. Well below {@link STREAMS_PER_SECOND}, since each has a stream
 * of its own, and beside others.
 */
export const QUESTIONS_PER_SECOND = 10
export const QUESTIONS_BURST_SECONDS = 20

/** Questions of one peer that are answered, as a multiple of those that this peer would ask: nobody who does the same ever waits. */
export const QUESTIONS_ANSWERED_FACTOR = 2

/** What answering one peer's questions may cost in a second, in bytes of sets of units: ledgers of a million units may be asked for thirteen times at once, and then every other second. */
export const QUESTION_BYTES_PER_SECOND = 256 * KIB

/** What any question costs besides. */
export const QUESTION_BASE_BYTES = KIB

/**
 * Streams one peer may open in a second, of all protocols, and what it may save up: a reconnecting one opens some twenty at once, and each question is
 * one. They cost half a millisecond each. Who opens more is kept out for {@link BAN_MS}.
 */
export const STREAMS_PER_SECOND = 20
export const STREAMS_BURST_SECONDS = 20

/** Connections to one peer: two when both dial at once, one more while a dead one is not noticed. The newest are kept. */
export const MAX_CONNECTIONS_PER_PEER = 3

/** Pieces in which bytes pass where a limit of this peer holds: sixty-four streams on a line of 100 kB/s each still move every eleven seconds. */
export const LIMITED_PIECE_BYTES = 16 * KIB

/** Read ahead of the consumer where a limit holds: what has come in before it was let in can not be taken back. */
export const LIMITED_READ_HIGH_BYTES = 128 * KIB

/** How long what was sent before a polite close may take where a limit holds. */
export const LIMITED_FLUSH_MS = 5_000
