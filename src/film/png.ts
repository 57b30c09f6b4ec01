import { crc32 } from 'node:zlib'
import { encode } from 'fast-png'

/** Signature and IHDR of a PNG: what comes before any other chunk. */
const HEAD_BYTES = 8 + 25

/**
 * The bytes of a PNG, RGBA, marked as sRGB.
 *
 * @param samples width × height × 4, row-major from the top left, not premultiplied; 8 or 16 bits by the array's type
 */
export function encodePng (width: number, height: number, samples: Uint8Array | Uint16Array): Uint8Array {
  const png = encode({ width, height, data: samples, channels: 4, depth: samples instanceof Uint16Array ? 16 : 8 })
  // fast-png writes no colour space. A reader that knows neither chunk guesses sRGB; one that knows only gAMA comes close.
  return Buffer.concat([png.subarray(0, HEAD_BYTES), chunk('gAMA', GAMMA), chunk('sRGB', PERCEPTUAL), png.subarray(HEAD_BYTES)])
}

/** 1/2.2 × 100 000, as the PNG specification asks for beside sRGB. */
const GAMMA = Uint8Array.of(0, 0, 0xb1, 0x8f)
const PERCEPTUAL = Uint8Array.of(0)

/** A chunk as the PNG specification (W3C, section 5.3) lays it out: length, type, data, CRC of type and data. */
function chunk (type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + data.length)
  bytes.writeUInt32BE(data.length, 0)
  bytes.write(type, 4, 'latin1')
  bytes.set(data, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length)
  return bytes
}
