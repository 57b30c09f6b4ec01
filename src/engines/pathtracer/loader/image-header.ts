import { SceneError } from '../../../errors.ts'
import { malformed } from './json.ts'
import { MAX_JPEG_SCANS, MAX_TEXTURE_SIDE } from './limits.ts'

/** What the first bytes of an image say, whatever the scene calls it. */
export interface ImageHeader {
  readonly format: 'png' | 'jpeg' | 'webp'
  /** Pixels. */
  readonly width: number
  readonly height: number
}

/**
 * Reads the size of an image before anything is decoded.
 *
 * @throws SceneError when it is no PNG, JPEG or WebP, is cut short, or has a side of 0 or more than {@link MAX_TEXTURE_SIDE} pixels
 */
export function readImageHeader (bytes: Uint8Array, where: string): ImageHeader {
  const header = readHeader(bytes, where)
  const { width, height } = header
  if (width < 1 || height < 1) {
    throw malformed(`${where} has no pixels`)
  }
  if (width > MAX_TEXTURE_SIDE || height > MAX_TEXTURE_SIDE) {
    throw new SceneError(`${where} is too large: ${width}×${height} pixels, at most ${MAX_TEXTURE_SIDE} a side are read`)
  }
  return header
}

function readHeader (bytes: Uint8Array, where: string): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    if (view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a) {
      return { format: 'png', width: view.getUint32(16), height: view.getUint32(20) }
    }
    if (view.getUint16(0) === 0xffd8) {
      return readJpeg(view, where)
    }
    if (view.getUint32(0) === 0x52494646 && view.getUint32(8) === 0x57454250) {
      return readWebp(view, where)
    }
  } catch (error) {
    if (error instanceof RangeError) {
      throw malformed(`${where} is cut short`, error)
    }
    throw error
  }
  throw new SceneError(`${where} is not a PNG, JPEG or WebP picture; others can not be read`)
}

/** Walks the segments of a JPEG up to the frame header. ITU-T T.81, annex B. */
function readJpeg (view: DataView, where: string): ImageHeader {
  let scans = 0
  for (let at = 2; at + 1 < view.byteLength; at++) {
    scans += view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xda ? 1 : 0
  }
  if (scans > MAX_JPEG_SCANS) {
    throw new SceneError(`${where} is a JPEG of ${scans} scans, at most ${MAX_JPEG_SCANS} are read`)
  }
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) {
      throw malformed(`${where} is a broken JPEG`)
    }
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at++
    } else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { format: 'jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    } else if (marker === 0xda || marker === 0xd9) {
      throw malformed(`${where} is a JPEG without a frame`)
    } else {
      at += 2 + Math.max(2, view.getUint16(at + 2))
    }
  }
}

/** The first chunk of a WebP: VP8X, VP8L (lossless) or VP8 (lossy). RFC 9649. */
function readWebp (view: DataView, where: string): ImageHeader {
  const uint24 = (at: number): number => view.getUint16(at, true) + 65_536 * view.getUint8(at + 2)
  switch (view.getUint32(12)) {
    case 0x56503858: return { format: 'webp', width: uint24(24) + 1, height: uint24(27) + 1 }
    case 0x5650384c: {
      const bits = view.getUint32(21, true)
      return { format: 'webp', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 0x56503820: return { format: 'webp', width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    default: throw malformed(`${where} is a broken WebP`)
  }
}
