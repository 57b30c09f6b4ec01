import { WireError } from '../errors.ts'

/**
 * A piece of a tile as a checkpoint keeps it: eight bytes of which the first says what follows, then floats, little-endian as on every machine that Node runs on in practice, so that a part can be kept by another peer.
 * Checkpoints stay on the machine that wrote them, next to the store's own checksums.
 */
export type TileState =
  /** The finished pixels: float32. */
  | { readonly kind: 'complete', readonly pixels: Float32Array }
  /** The sums of all chunks up to and including the one whose unit names the entry: float64. */
  | { readonly kind: 'sums', readonly sums: Float64Array }
  /** The sum of the one chunk whose unit names the entry, which waits for lower ones: float32. */
  | { readonly kind: 'waiting', readonly pixels: Float32Array }

/** Keeps the floats that follow aligned for eight-byte access. */
const HEAD_BYTES = 8

const KINDS = ['complete', 'sums', 'waiting'] as const

/** Bytes of a state. The floats are copied. */
export function encodeTileState (state: TileState): Uint8Array {
  const floats = state.kind === 'sums' ? state.sums : state.pixels
  const bytes = new Uint8Array(HEAD_BYTES + floats.byteLength)
  bytes[0] = KINDS.indexOf(state.kind)
  bytes.set(new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength), HEAD_BYTES)
  return bytes
}

/**
 * The state in these bytes. The floats are copied.
 *
 * @param floats how many floats the tile has: width × height × 4
 * @throws WireError when the bytes are not a state of such a tile
 */
export function decodeTileState (bytes: Uint8Array, floats: number): TileState {
  const kind = KINDS[bytes[0] ?? KINDS.length]
  if (kind === undefined) {
    throw new WireError('a film checkpoint has an entry of an unknown kind; it was written by another version or is damaged')
  }
  const expected = HEAD_BYTES + floats * (kind === 'sums' ? Float64Array.BYTES_PER_ELEMENT : Float32Array.BYTES_PER_ELEMENT)
  if (bytes.length !== expected) {
    throw new WireError(`a film checkpoint has an entry of ${bytes.length} bytes where ${expected} are needed; it is damaged or of another job`)
  }
  const buffer = bytes.slice(HEAD_BYTES).buffer
  return kind === 'sums' ? { kind, sums: new Float64Array(buffer) } : { kind, pixels: new Float32Array(buffer) }
}
