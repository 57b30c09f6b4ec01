import { deflateSync } from 'node:zlib'

/** Rows in one block of a ZIP-compressed scanline EXR, as the file layout fixes it. */
export const EXR_BLOCK_ROWS = 16

/** OpenEXR's own default: levels above it cost twice the time for a few per cent of noise. */
const ZIP_LEVEL = 4

/** The channels in the order of the file, which is alphabetical, as indices into RGBA. */
const CHANNELS = [['A', 3], ['B', 2], ['G', 1], ['R', 0]] as const

/** Rec. 709 primaries and D65: x and y of red, green, blue and white. */
const CHROMATICITIES = [0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329]

/** Pixel type FLOAT, compression ZIP (blocks of 16 rows), line order from the top: the file layout's numbers. */
const FLOAT = 2
const ZIP = 3
const INCREASING_Y = 0

/**
 * Writes an OpenEXR file in pieces: one part, scanlines, channels A B G R as 32-bit floats, ZIP. Every float, NaN and Inf included,
 * is in the file as it is here. Laid out as "OpenEXR File Layout" (openexr.com) describes it.
 *
 * The file is {@link head}, then what {@link rows} gave for each block from the top, and at the end the real {@link offsets} are
 * written over the zeros at {@link offsetsAt}.
 */
export class ExrEncoder {
  readonly #width: number
  readonly #height: number
  readonly #head: Buffer
  readonly #offsets: Buffer
  #block = 0
  #position: number

  /**
   * @param width in pixels
   * @param height in pixels
   */
  constructor (width: number, height: number) {
    this.#width = width
    this.#height = height
    this.#head = headOf(width, height)
    this.#offsets = Buffer.alloc(Math.ceil(height / EXR_BLOCK_ROWS) * 8)
    this.#position = this.#head.length + this.#offsets.length
  }

  /** Header and room for the offsets. */
  head (): Uint8Array {
    return Buffer.concat([this.#head, Buffer.alloc(this.#offsets.length)])
  }

  /** The next block. Pixels: {@link EXR_BLOCK_ROWS} rows of RGBA, fewer in the last block. */
  rows (pixels: Float32Array): Uint8Array {
    const raw = rawBlock(pixels, this.#width)
    const zipped = deflateSync(predicted(raw), { level: ZIP_LEVEL })
    // A reader takes a block of full size as one that is not compressed.
    const data = zipped.length < raw.length ? zipped : raw
    const blockHead = Buffer.alloc(8)
    blockHead.writeInt32LE(this.#block * EXR_BLOCK_ROWS, 0)
    blockHead.writeInt32LE(data.length, 4)
    this.#offsets.writeBigUInt64LE(BigInt(this.#position), this.#block * 8)
    this.#block++
    this.#position += blockHead.length + data.length
    return Buffer.concat([blockHead, data])
  }

  /** Where in the file the offsets belong. */
  get offsetsAt (): number {
    return this.#head.length
  }

  /** Where each block lies in the file; complete after the last block. */
  offsets (): Uint8Array {
    if (this.#block * EXR_BLOCK_ROWS < this.#height) {
      throw new RangeError(`only ${this.#block} of ${this.#offsets.length / 8} blocks of the picture were given`)
    }
    return this.#offsets
  }
}

/**
 * The bytes of a whole EXR file.
 *
 * @param pixels width × height × 4, row-major from the top left, linear premultiplied RGBA
 */
export function encodeExr (width: number, height: number, pixels: Float32Array): Uint8Array {
  const encoder = new ExrEncoder(width, height)
  const parts = [encoder.head()]
  const floats = width * EXR_BLOCK_ROWS * 4
  for (let start = 0; start < pixels.length; start += floats) {
    parts.push(encoder.rows(pixels.subarray(start, start + floats)))
  }
  const file = Buffer.concat(parts)
  file.set(encoder.offsets(), encoder.offsetsAt)
  return file
}

/** Magic, version 2 of a scanline file, the attributes every file must have, and what the colours mean. */
function headOf (width: number, height: number): Buffer {
  const window = int32s(0, 0, width - 1, height - 1)
  const channels = CHANNELS.map(([name]) => Buffer.concat([text(name), int32s(FLOAT), Buffer.alloc(4), int32s(1, 1)]))
  return Buffer.concat([
    int32s(0x01312f76, 2),
    attribute('channels', 'chlist', Buffer.concat([...channels, Buffer.alloc(1)])),
    attribute('chromaticities', 'chromaticities', float32s(...CHROMATICITIES)),
    attribute('compression', 'compression', Buffer.of(ZIP)),
    attribute('dataWindow', 'box2i', window),
    attribute('displayWindow', 'box2i', window),
    attribute('lineOrder', 'lineOrder', Buffer.of(INCREASING_Y)),
    attribute('pixelAspectRatio', 'float', float32s(1)),
    attribute('screenWindowCenter', 'v2f', float32s(0, 0)),
    attribute('screenWindowWidth', 'float', float32s(1)),
    Buffer.alloc(1)
  ])
}

function attribute (name: string, type: string, value: Buffer): Buffer {
  return Buffer.concat([text(name), text(type), int32s(value.length), value])
}

function text (value: string): Buffer {
  return Buffer.from(`${value}\0`, 'latin1')
}

function int32s (...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, i) => bytes.writeInt32LE(value, i * 4))
  return bytes
}

function float32s (...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, i) => bytes.writeFloatLE(value, i * 4))
  return bytes
}

/** Row by row, each channel's floats together, little-endian. */
function rawBlock (pixels: Float32Array, width: number): Uint8Array {
  const bits = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length)
  const raw = new Uint8Array(pixels.byteLength)
  let next = 0
  for (let row = 0; row < bits.length; row += width * 4) {
    for (const [, channel] of CHANNELS) {
      for (let i = row + channel; i < row + width * 4; i += 4) {
        const value = bits[i]!
        raw[next++] = value
        raw[next++] = value >>> 8
        raw[next++] = value >>> 16
        raw[next++] = value >>> 24
      }
    }
  }
  return raw
}

/** What is deflated: the even bytes, then the odd ones, each but the first as its difference from the one before, plus 128. */
function predicted (raw: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(raw.length)
  const half = (raw.length + 1) >>> 1
  for (let i = 0; i < raw.length; i++) {
    bytes[(i & 1) === 0 ? i >>> 1 : half + (i >>> 1)] = raw[i]!
  }
  let before = bytes[0] ?? 0
  for (let i = 1; i < bytes.length; i++) {
    const value = bytes[i]!
    bytes[i] = value - before + 128
    before = value
  }
  return bytes
}
