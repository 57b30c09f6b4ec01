import { SeededRandom } from './seeded-random.ts'

/** A picture of a given size with smooth parts, noise, tiny and huge values. */
export function picture (width: number, height: number, seed = 1): Float32Array {
  const random = new SeededRandom(seed)
  const pixels = new Float32Array(width * height * 4)
  for (let i = 0; i < pixels.length; i += 4) {
    const x = (i / 4) % width / width
    pixels[i] = x
    pixels[i + 1] = random.next() * 2
    pixels[i + 2] = random.next() ** 8 * 10_000
    pixels[i + 3] = random.chance(0.7) ? 1 : random.next()
  }
  return pixels
}

/** Floats of every kind there is but NaN: random bits, subnormal numbers and infinities among them. */
export function anyFloats (count: number, seed: number): Float32Array {
  const bytes = new SeededRandom(seed).bytes(count * 4)
  const floats = new Float32Array(bytes.buffer)
  for (let i = 0; i < count; i++) {
    if (Number.isNaN(floats[i])) {
      floats[i] = Number.POSITIVE_INFINITY
    }
  }
  return floats
}
