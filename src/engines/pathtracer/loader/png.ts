import { deflateSync, inflateSync } from 'node:zlib'
import { decode } from 'fast-png'
import { malformed } from './json.ts'
import type { DecodedPng } from 'fast-png'

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** Samples of a pixel, and the bits they may have, by colour type: grey, RGB, palette, grey and alpha, RGBA. */
const KINDS: ReadonlyMap<number, { readonly channels: number, readonly depths: readonly number[] }> = new Map([
  [0, { channels: 1, depths: [1, 2, 4, 8, 16] }],
  [2, { channels: 3, depths: [8, 16] }],
  [3, { channels: 1, depths: [1, 2, 4, 8] }],
  [4, { channels: 2, depths: [8, 16] }],
  [6, { channels: 4, depths: [8, 16] }]
])

const NOTHING: Uint8Array = new Uint8Array(0)

/** First column, first row, and steps of the seven passes of Adam7. */
const ADAM7 = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const

/** The chunks of a PNG that say what its pixels are. */
interface PngParts {
  readonly header: Uint8Array
  readonly width: number
  readonly height: number
  readonly depth: number
  readonly colorType: number
  readonly interlaced: boolean
  /** Red, green, blue of each entry. */
  readonly palette: Uint8Array
  /** Of palette entries, or the one transparent colour as 16-bit numbers. */
  readonly transparency: Uint8Array
  readonly data: readonly Uint8Array[]
}

/**
 * Decodes a PNG to 8-bit RGBA exactly as stored: gamma and colour profiles do not count in glTF; 16 bits are rounded.
 *
 * fast-png inflates whatever it is given, also in chunks that do not matter here. So it gets a copy that holds only the pixels, already
 * inflated by zlib, which is told how many bytes there may be.
 *
 * @throws SceneError
 */
export function decodePng (bytes: Uint8Array, where: string): Uint8Array {
  const parts = readParts(bytes, where)
  const kind = KINDS.get(parts.colorType)
  if (kind === undefined || !kind.depths.includes(parts.depth)) {
    throw malformed(`${where} is a PNG of no known kind`)
  }
  const { channels } = kind
  if (parts.interlaced && parts.depth < 8) {
    throw malformed(`${where} is an interlaced PNG of less than 8 bits, which can not be read; save it without interlacing`)
  }
  const raw = inflate(parts, channels, where)
  let decoded: DecodedPng
  try {
    decoded = decode(plainPng(parts, raw))
  } catch (error) {
    throw malformed(`${where} is a broken PNG`, error)
  }
  return toRgba(parts, channels, decoded.data, where)
}

function readParts (bytes: Uint8Array, where: string): PngParts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const data: Uint8Array[] = []
  let header = NOTHING
  let palette = NOTHING
  let transparency = NOTHING
  for (let at = SIGNATURE.length; at + 12 <= bytes.byteLength;) {
    const length = view.getUint32(at)
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    const body = bytes.subarray(at + 8, at + 8 + length)
    if (body.length !== length || type === 'IEND') {
      break
    }
    switch (type) {
      case 'IHDR': header = body; break
      case 'PLTE': palette = body; break
      case 'tRNS': transparency = body; break
      case 'IDAT': data.push(body); break
    }
    at += 12 + length
  }
  if (header.length !== 13 || data.length === 0) {
    throw malformed(`${where} is a PNG without pixels; it may be cut short`)
  }
  const fields = new DataView(header.buffer, header.byteOffset)
  return {
    header,
    width: fields.getUint32(0),
    height: fields.getUint32(4),
    depth: fields.getUint8(8),
    colorType: fields.getUint8(9),
    interlaced: fields.getUint8(12) !== 0,
    palette,
    transparency,
    data
  }
}

/** The filtered rows; exactly as many bytes as the header asks for. */
function inflate (parts: PngParts, channels: number, where: string): Uint8Array {
  const rowBytes = (width: number): number => width === 0 ? 0 : 1 + Math.ceil(width * channels * parts.depth / 8)
  let expected = parts.height * rowBytes(parts.width)
  if (parts.interlaced) {
    expected = 0
    for (const [x, y, stepX, stepY] of ADAM7) {
      expected += Math.max(0, Math.ceil((parts.height - y) / stepY)) * rowBytes(Math.max(0, Math.ceil((parts.width - x) / stepX)))
    }
  }
  let raw: Uint8Array
  try {
    raw = inflateSync(Buffer.concat(parts.data), { maxOutputLength: expected })
  } catch (error) {
    throw malformed(`the pixels of ${where} are broken, too many, or cut short`, error)
  }
  if (raw.byteLength !== expected) {
    throw malformed(`${where} has fewer pixels than its header says`)
  }
  return raw
}

/** A PNG of the same pixels without anything else, stored uncompressed. Checksums are left 0: the decoder does not look at them. */
function plainPng ({ header }: PngParts, raw: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [SIGNATURE]
  for (const [type, body] of [['IHDR', header], ['IDAT', deflateSync(raw, { level: 0 })], ['IEND', NOTHING]] as const) {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(body.byteLength)
    head.write(type, 4, 'latin1')
    parts.push(head, body, new Uint8Array(4))
  }
  return Buffer.concat(parts)
}

function toRgba (parts: PngParts, channels: number, samples: ArrayLike<number>, where: string): Uint8Array {
  const { width, height, depth, colorType, palette, transparency } = parts
  const rgba = new Uint8Array(width * height * 4).fill(255)
  const read = sampleReader(samples, width * channels, depth)
  const scale = 255 / (2 ** depth - 1)
  const key = transparency.length >= 2 * channels && (colorType === 0 || colorType === 2) ? transparentColor(transparency, channels) : undefined
  const colors = channels < 3 ? 1 : 3
  let out = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++, out += 4) {
      const first = read(y, x * channels)
      if (colorType === 3) {
        if (first * 3 + 2 >= palette.length) {
          throw malformed(`a pixel of ${where} is not in its palette`)
        }
        rgba.set(palette.subarray(first * 3, first * 3 + 3), out)
        rgba[out + 3] = transparency[first] ?? 255
        continue
      }
      let matches = key !== undefined
      for (let channel = 0; channel < colors; channel++) {
        const value = channel === 0 ? first : read(y, x * channels + channel)
        rgba[out + channel] = Math.round(value * scale)
        matches &&= value === key![channel]
      }
      if (colors === 1) {
        rgba[out + 1] = rgba[out + 2] = rgba[out]!
      }
      if (matches) {
        rgba[out + 3] = 0
      } else if (channels > colors) {
        rgba[out + 3] = Math.round(read(y, x * channels + colors) * scale)
      }
    }
  }
  return rgba
}

/** Reads the sample at a place of a row; rows of less than 8 bits a sample start at whole bytes. */
function sampleReader (samples: ArrayLike<number>, perRow: number, depth: number): (row: number, at: number) => number {
  if (depth >= 8) {
    return (row, at) => samples[row * perRow + at]!
  }
  const rowBytes = Math.ceil(perRow * depth / 8)
  const perByte = 8 / depth
  const mask = 2 ** depth - 1
  return (row, at) => (samples[row * rowBytes + Math.floor(at / perByte)]! >> (8 - depth - at % perByte * depth)) & mask
}

function transparentColor (transparency: Uint8Array, channels: number): readonly number[] {
  return Array.from({ length: channels }, (_, channel) => transparency[2 * channel]! * 256 + transparency[2 * channel + 1]!)
}
