/**
 * What a bundle may be. A manifest comes from another peer and names files to fetch and to create, so every number in it is bounded
 * before the first byte moves.
 */

/** Bytes of one path in UTF-8: with a home folder in front it stays below the 260 characters some Windows programs still break at, in ASCII. */
export const MAX_PATH_BYTES = 240

/** Folders and file name in one path. Deeper trees are mistakes, or attacks on recursive code. */
export const MAX_PATH_DEPTH = 16

/** Files in one bundle: an animation's baked caches come to tens of thousands. */
export const MAX_BUNDLE_FILES = 50_000

/** Bytes of all files of one bundle, as the manifest declares them: 64 GiB, what a production scene takes and a workstation's disk can hold. */
export const MAX_BUNDLE_BYTES = 64 * 1024 ** 3

export { MAX_MANIFEST_BYTES } from '../core/limits.ts'

/** Objects and arrays inside one another in an encoded manifest: ours has 4 levels, later versions may add some. */
export const MAX_MANIFEST_DEPTH = 16

/** Objects and arrays in an encoded manifest: each file has two, and later versions may add as many. More would only cost memory. */
export const MAX_MANIFEST_CONTAINERS = 4 * MAX_BUNDLE_FILES + 16
