import { MAX_THREADS as THREAD_BLOCK_COUNT } from './layout.ts'

/** The limits of the path tracer, each with its reason. */

/** Render threads of one session: as many as have a block of the shared memory. */
export const MAX_THREADS = THREAD_BLOCK_COUNT

/** Bounces a job may ask for. Beyond 64 hardly any path survives Russian roulette. */
export const MAX_BOUNCES = 64

/** Bounces unless the job says otherwise: interiors have nearly all their light, glossy things their mirror images. */
export const DEFAULT_BOUNCES = 8

/**
 * Samples in one block, the piece of a unit that one thread renders at a time: 20–50 ms of work, so that all threads end a unit
 * together and a message to the caller's thread is rare beside it.
 */
export const BLOCK_SAMPLES = 16_384

/** Blocks that a thread has at once: one it renders, and one so that it need not wait for the next. */
export const BLOCKS_PER_THREAD = 2

/** Threads that may die one after the other, none finishing a block, before the session is given up. */
export const MAX_DEATHS_IN_A_ROW = 3

/** Characters of a dead thread's last words that are kept. */
export const MAX_LOG_CHARACTERS = 4096

/** Frames in a second of animation, unless the job says otherwise: film's, and Blender's, own. */
export const DEFAULT_FPS = 24

/** Frames a second that a job may ask for: 1000 shows each millisecond. */
export const MAX_FPS = 1000

/** Frames of a moving scene that are in memory at once: one that is rendered, and one that is built or begun meanwhile. Each is a scene's memory. */
export const MAX_FRAME_SLOTS = 2
