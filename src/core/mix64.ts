const MASK_BITS = 64
const GOLDEN = 0x9e3779b97f4a7c15n

/** Parameters of FNV-1a with 64 bits (Fowler, Noll, Vo; RFC 9923). */
const FNV_OFFSET = 0xcbf29ce484222325n
const FNV_PRIME = 0x100000001b3n

/**
 * Spreads the bits of a 64-bit number over all of its bits, one to one: the finalizer of SplitMix64 (Steele, Lea, Flood, "Fast splittable
 * pseudorandom number generators", 2014). Not for secrets.
 */
export function mix64 (value: bigint): bigint {
  let z = BigInt.asUintN(MASK_BITS, value)
  z = BigInt.asUintN(MASK_BITS, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n)
  z = BigInt.asUintN(MASK_BITS, (z ^ (z >> 27n)) * 0x94d049bb133111ebn)
  return z ^ (z >> 31n)
}

/** Hash of a whole number from 0 upward, 64 bits: so that the xor of a set of them tells sets apart. Not for secrets. */
export function hashOfNumber (value: number): bigint {
  return mix64((BigInt(value) + 1n) * GOLDEN)
}

/**
 * Hash of texts in their order, 64 bits: FNV-1a over their UTF-16 units, then mixed, as FNV alone leaves the high bits of similar texts alike.
 * Not for secrets.
 */
export function hashOfTexts (...texts: readonly string[]): bigint {
  let hash = FNV_OFFSET
  for (const text of texts) {
    for (let index = 0; index < text.length; index++) {
      hash = BigInt.asUintN(MASK_BITS, (hash ^ BigInt(text.charCodeAt(index))) * FNV_PRIME)
    }
    // Between two texts, so that where one ends matters.
    hash = BigInt.asUintN(MASK_BITS, (hash ^ 0xffffn) * FNV_PRIME)
  }
  return mix64(hash)
}
