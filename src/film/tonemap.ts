/** How scene light becomes display light. */
export type ToneMap = 'agx' | 'linear'

/** How a film is shown. */
export interface ViewOptions {
  /**
   * `agx` takes sixteen stops of light into the picture, bright colours fading to white;
   * `linear` shows 0…1 as it is and cuts off what is beyond.
   *
   * @default agx
   */
  readonly toneMap?: ToneMap
  /** Stops (EV) by which the film is made brighter before tone mapping. @default 0 */
  readonly exposure?: number
}

/** A pixel for a display: sRGB-encoded, not premultiplied, each 0 … 1. */
export type DisplayPixel = [red: number, green: number, blue: number, alpha: number]

/** Turns a film's pixels into a display's. Reads four floats at `offset`, writes into `into`. */
export type View = (pixels: Float32Array, offset: number, into: DisplayPixel) => void

/**
 * Makes the function that shows pixels of a film (linear premultiplied RGBA, Rec. 709 primaries) on an sRGB display.
 *
 * - Colour is un-premultiplied first: the curves are not linear. No coverage (alpha ≤ 0) is 0 0 0 0; alpha beyond 1 is 1.
 * - Negative light is black. Infinite light is as white as the curve gets.
 * - A pixel with a NaN, which no engine may deliver, is opaque magenta: a fault should be seen.
 *
 * This is for eyes only: nothing that is hashed or merged goes through it.
 */
export function createView (options: ViewOptions = {}): View {
  const gain = 2 ** (options.exposure ?? 0)
  const curve = options.toneMap === 'linear' ? encodeLinear : agx
  return (pixels, offset, into) => {
    const red = pixels[offset]!
    const green = pixels[offset + 1]!
    const blue = pixels[offset + 2]!
    const alpha = Math.min(pixels[offset + 3]!, 1)
    if (Number.isNaN(red + green + blue + alpha) && hasNaN(red, green, blue, alpha)) {
      into[0] = into[2] = into[3] = 1
      into[1] = 0
    } else if (alpha <= 0) {
      into[0] = into[1] = into[2] = into[3] = 0
    } else {
      const scale = gain / alpha
      into[0] = Math.max(0, red * scale)
      into[1] = Math.max(0, green * scale)
      into[2] = Math.max(0, blue * scale)
      into[3] = alpha
      curve(into)
    }
  }
}

/** The sum of an Inf and a −Inf is a NaN too, but none of the values is. */
function hasNaN (...values: number[]): boolean {
  return values.some(Number.isNaN)
}

/** The sRGB transfer function (IEC 61966-2-1), linear to encoded, for 0 … 1. */
export function encodeSrgb (linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055
}

function encodeLinear (pixel: DisplayPixel): void {
  pixel[0] = encodeSrgb(Math.min(pixel[0], 1))
  pixel[1] = encodeSrgb(Math.min(pixel[1], 1))
  pixel[2] = encodeSrgb(Math.min(pixel[2], 1))
}

/*
 * AgX by Troy Sobotka (github.com/sobotka/AgX): mix the primaries a little (the inset), so that bright saturated light has
 * somewhere to go; put log2 of the light through a sigmoid; undo the mixing. The sigmoid is Jed Smith's: straight through a pivot,
 * with a toe and a shoulder of different power that end in exactly 0 and 1. The inset is as in Benjamin Wrensch,
 * "Minimal AgX Implementation" (iolite-engine.com/blog_posts/minimal_agx_implementation), its rows scaled to a sum of 1, so that grey stays grey.
 */

/** Stops around middle grey (0.18) that the picture holds. */
const STOPS_BELOW = 10
const STOPS_ABOVE = 6.5
const STOPS = STOPS_BELOW + STOPS_ABOVE
const LOWEST_LOG2 = Math.log2(0.18) - STOPS_BELOW

/** The sigmoid: where middle grey goes, how steep it is there, and how hard toe and shoulder bend. */
const PIVOT_X = STOPS_BELOW / STOPS
const PIVOT_Y = 0.5
const SLOPE = 2
const TOE_POWER = 3
const SHOULDER_POWER = 3.25

/** AgX's curve gives values for a display of plain gamma 2.2. */
const AGX_GAMMA = 2.2

type Matrix = readonly [number, number, number, number, number, number, number, number, number]

const INSET = rowsScaledToOne([
  0.842479062253094, 0.0784335999999992, 0.0792237451477643,
  0.0423282422610123, 0.878468636469772, 0.0791661274605434,
  0.0423756549057051, 0.0784336, 0.879142973793104
])
const OUTSET = inverseOf(INSET)

/** Steps of the tables below; read with linear interpolation the error is below 10⁻⁶, less than a step of 16 bits. */
const TABLE_STEPS = 4096
const SIGMOID = tableOf(agxSigmoid)
const GAMMA_TO_SRGB = tableOf((value) => encodeSrgb(value ** AGX_GAMMA))

function agx (pixel: DisplayPixel): void {
  const [red, green, blue] = pixel
  const x = agxCurve(INSET[0] * red + INSET[1] * green + INSET[2] * blue)
  const y = agxCurve(INSET[3] * red + INSET[4] * green + INSET[5] * blue)
  const z = agxCurve(INSET[6] * red + INSET[7] * green + INSET[8] * blue)
  pixel[0] = lookUp(GAMMA_TO_SRGB, OUTSET[0] * x + OUTSET[1] * y + OUTSET[2] * z)
  pixel[1] = lookUp(GAMMA_TO_SRGB, OUTSET[3] * x + OUTSET[4] * y + OUTSET[5] * z)
  pixel[2] = lookUp(GAMMA_TO_SRGB, OUTSET[6] * x + OUTSET[7] * y + OUTSET[8] * z)
}

function agxCurve (light: number): number {
  return lookUp(SIGMOID, (Math.log2(light) - LOWEST_LOG2) / STOPS)
}

/** Jed Smith's sigmoid on 0 … 1; `scale` makes each half end in its limit. */
function agxSigmoid (x: number): number {
  const above = x >= PIVOT_X
  const power = above ? SHOULDER_POWER : TOE_POWER
  const rise = SLOPE * (above ? 1 - PIVOT_X : PIVOT_X)
  const room = above ? 1 - PIVOT_Y : PIVOT_Y
  const scale = (rise ** -power * ((rise / room) ** power - 1)) ** (-1 / power)
  const straight = SLOPE * Math.abs(x - PIVOT_X) / scale
  const bent = scale * straight / (1 + straight ** power) ** (1 / power)
  return above ? PIVOT_Y + bent : PIVOT_Y - bent
}

function tableOf (curve: (x: number) => number): Float64Array {
  return Float64Array.from({ length: TABLE_STEPS + 1 }, (_, step) => Math.min(Math.max(curve(step / TABLE_STEPS), 0), 1))
}

/** Reads a table at 0 … 1; beyond, its ends. */
function lookUp (table: Float64Array, x: number): number {
  if (!(x > 0)) {
    return table[0]!
  }
  if (x >= 1) {
    return table[TABLE_STEPS]!
  }
  const position = x * TABLE_STEPS
  const step = Math.floor(position)
  const low = table[step]!
  return low + (table[step + 1]! - low) * (position - step)
}

function rowsScaledToOne (m: Matrix): Matrix {
  const scaled = m.map((value, i) => {
    const row = i - i % 3
    return value / (m[row]! + m[row + 1]! + m[row + 2]!)
  })
  return scaled as unknown as Matrix
}

function inverseOf ([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
  return [
    (e * i - f * h) / determinant, (c * h - b * i) / determinant, (b * f - c * e) / determinant,
    (f * g - d * i) / determinant, (a * i - c * g) / determinant, (c * d - a * f) / determinant,
    (d * h - e * g) / determinant, (b * g - a * h) / determinant, (a * e - b * d) / determinant
  ]
}
