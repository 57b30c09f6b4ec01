/**
 * The numbers a path is made from. They follow from (frame, x, y, sample, dimension) by integer arithmetic alone: any peer can
 * redo any sample, and neither tiles nor threads nor the order of arrival can be seen in them.
 *
 * Pairs of a two-dimensional Sobol sequence, Owen-scrambled by hashing, each pair with its own shuffle of the sample's number
 * (Burley, "Practical hash-based Owen scrambling", JCGT 2020).
 */
let pixel: u32 = 0
let sample: u32 = 0

/** The pair that {@link draw} made last, each in [0, 1). */
export let first: f32 = 0
export let second: f32 = 0

/** Mixes the bits of a word (Wellons' lowbias32). */
export function hash (a: u32): u32 {
  a ^= a >> 16
  a *= 0x7feb352d
  a ^= a >> 15
  a *= 0x846ca68b
  return a ^ (a >> 16)
}

/** Addresses a sample. Every word is mixed in before the next: no product of width and height can overflow into equal pixels. */
export function beginSample (frame: i32, px: i32, py: i32, number: i32): void {
  pixel = hash(hash(hash(<u32>frame + 0x9e3779b9) ^ <u32>py) ^ <u32>px)
  sample = <u32>number
}

/** Makes the pair with this number. */
export function draw (pair: i32): void {
  const seed = hash(pixel ^ (<u32>pair * 0x9e3779b9))
  // The sequence's first dimension is the index with its bits reversed. `scramble` works on reversed bits, so most reversals cancel.
  const index = reverse(scramble(reverse(sample), seed))
  first = unit(reverse(scramble(index, hash(seed ^ 0x68bc21eb))))
  second = unit(reverse(scramble(shiftByOne(index), hash(seed ^ 0x02e5be93))))
}

/** A word for choices that must not depend on the order in which surfaces are met. */
export function wordOf (pair: i32): u32 {
  return hash(hash(pixel ^ hash(sample + 0x51633e2d)) ^ <u32>pair)
}

/** Turns the upper 24 bits into [0, 1). */
export function unit (a: u32): f32 {
  return <f32>(a >> 8) * <f32>5.9604645e-8
}

/** A nested scramble of reversed bits: each bit is flipped depending on those below it (Laine and Karras 2011). */
function scramble (a: u32, seed: u32): u32 {
  a += seed
  a ^= a * 0x6c50b47c
  a ^= a * 0xb82f1e52
  a ^= a * 0xc7afe638
  return a ^ (a * 0x8d22f6e6)
}

/** The second Sobol dimension, bits reversed: as a polynomial over GF(2), p(x + 1). One step for each power of two. */
function shiftByOne (a: u32): u32 {
  a ^= a >> 16
  a ^= (a >> 8) & 0x00ff00ff
  a ^= (a >> 4) & 0x0f0f0f0f
  a ^= (a >> 2) & 0x33333333
  return a ^ ((a >> 1) & 0x55555555)
}

function reverse (a: u32): u32 {
  a = ((a >> 1) & 0x55555555) | ((a & 0x55555555) << 1)
  a = ((a >> 2) & 0x33333333) | ((a & 0x33333333) << 2)
  a = ((a >> 4) & 0x0f0f0f0f) | ((a & 0x0f0f0f0f) << 4)
  return bswap<u32>(a)
}
