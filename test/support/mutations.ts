import { concat } from 'uint8arrays/concat'

/** mulberry32: a small generator that repeats with its seed. */
export function randomOf (seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = state + 0x6d2b79f5 | 0
    let mixed = Math.imul(state ^ state >>> 15, 1 | state)
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed
    return Math.floor(((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32 * below)
  }
}

/** Changes a message; `other` is another right one. */
export type Mutation = (bytes: Uint8Array, other: Uint8Array, below: (n: number) => number) => Uint8Array

/** What a stranger can do to a message that was right once. */
export const mutations: readonly Mutation[] = [
  (bytes, _, below) => changed(bytes, below, (byte) => byte ^ 1 << below(8)),
  (bytes, _, below) => changed(bytes, below, () => below(256)),
  (bytes, _, below) => changed(changed(bytes, below, () => 0xff), below, () => 0xff),
  (bytes, _, below) => bytes.subarray(0, below(bytes.byteLength + 1)),
  (bytes, other, below) => concat([bytes.subarray(0, below(bytes.byteLength + 1)), other.subarray(below(other.byteLength + 1))]),
  (bytes, other) => concat([bytes, other]),
  (bytes, _, below) => {
    const at = below(bytes.byteLength + 1)
    return concat([bytes.subarray(0, at), noise(1 + below(8), below), bytes.subarray(at)])
  },
  (bytes, _, below) => {
    const at = below(bytes.byteLength + 1)
    return concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.byteLength, at + 1 + below(8)))])
  },
  (_, __, below) => noise(below(200), below)
]

function changed (bytes: Uint8Array, below: (n: number) => number, change: (byte: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  if (copy.byteLength > 0) {
    const at = below(copy.byteLength)
    copy[at] = change(copy[at]!)
  }
  return copy
}

/** Bytes of chance. */
export function noise (length: number, below: (n: number) => number): Uint8Array {
  return Uint8Array.from({ length }, () => below(256))
}
