import assert from 'node:assert/strict'
import { deflateSync } from 'node:zlib'
import { encode } from 'fast-png'
import fc from 'fast-check'
import { readImageHeader } from '../../../../src/engines/pathtracer/loader/image-header.ts'
import { decodeImage } from '../../../../src/engines/pathtracer/loader/images.ts'
import { MAX_JPEG_SCANS, MAX_TEXTURE_SIDE } from '../../../../src/engines/pathtracer/loader/limits.ts'
import { SceneError } from '../../../../src/errors.ts'
import { gradient, jpegOf, png, pngHeader, pngOf, webpOf } from './build-images.ts'
import type { PngChunk } from './build-images.ts'

const chunk = (type: string, ...body: number[]): PngChunk => [type, Uint8Array.from(body)]

async function rgbaOf (bytes: Uint8Array): Promise<number[]> {
  return Array.from((await decodeImage(bytes, 'image 0')).rgba)
}

async function refuses (bytes: Uint8Array, message: RegExp): Promise<void> {
  await assert.rejects(decodeImage(bytes, 'image 0'), (error) => {
    assert.ok(error instanceof SceneError, String(error))
    assert.match(error.message, message)
    assert.match(error.message, /image 0/)
    return true
  })
}

describe('decodeImage: PNG', () => {
  const kinds: readonly (readonly [string, Uint8Array, readonly number[]])[] = [
    ['grey of 1 bit', png(3, 2, 1, 0, [[0b10100000], [0b01000000]]), [255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 255, 0, 0, 0, 255]],
    ['grey of 2 bits', png(4, 1, 2, 0, [[0b00011011]]), [0, 0, 0, 255, 85, 85, 85, 255, 170, 170, 170, 255, 255, 255, 255, 255]],
    ['grey of 4 bits', png(3, 1, 4, 0, [[0x0f, 0x80]]), [0, 0, 0, 255, 255, 255, 255, 255, 136, 136, 136, 255]],
    ['grey of 8 bits', png(2, 1, 8, 0, [[7, 200]]), [7, 7, 7, 255, 200, 200, 200, 255]],
    ['grey of 16 bits, rounded', png(3, 1, 16, 0, [[0x12, 0x34, 0xff, 0xff, 0x7f, 0x80]]), [18, 18, 18, 255, 255, 255, 255, 255, 127, 127, 127, 255]],
    ['grey and alpha', png(1, 1, 8, 4, [[9, 77]]), [9, 9, 9, 77]],
    ['RGB', png(1, 2, 8, 2, [[1, 2, 3], [4, 5, 6]]), [1, 2, 3, 255, 4, 5, 6, 255]],
    ['RGBA', png(1, 1, 8, 6, [[1, 2, 3, 4]]), [1, 2, 3, 4]],
    ['RGBA of 16 bits', png(1, 1, 16, 6, [[1, 0, 2, 0, 3, 0, 4, 0]]), [1, 2, 3, 4]],
    ['a palette', png(2, 1, 8, 3, [[1, 0]], [chunk('PLTE', 1, 2, 3, 4, 5, 6)]), [4, 5, 6, 255, 1, 2, 3, 255]],
    ['a palette of 2 bits with alpha', png(3, 1, 2, 3, [[0b10010000]], [chunk('PLTE', 1, 1, 1, 2, 2, 2, 3, 3, 3), chunk('tRNS', 10, 20)]), [3, 3, 3, 255, 2, 2, 2, 20, 1, 1, 1, 10]],
    ['a transparent grey', png(2, 1, 8, 0, [[5, 6]], [chunk('tRNS', 0, 6)]), [5, 5, 5, 255, 6, 6, 6, 0]],
    ['a transparent colour', png(2, 1, 8, 2, [[1, 2, 3, 1, 2, 4]], [chunk('tRNS', 0, 1, 0, 2, 0, 3)]), [1, 2, 3, 0, 1, 2, 4, 255]],
    ['gamma and a colour profile, which do not count', png(1, 1, 8, 0, [[50]], [chunk('gAMA', 0, 0, 0, 1), chunk('sRGB', 0), chunk('iCCP', 65, 0, 0, ...deflateSync(Buffer.alloc(100)))]), [50, 50, 50, 255]]
  ]
  for (const [name, bytes, expected] of kinds) {
    it(`reads ${name}`, async () => assert.deepEqual(await rgbaOf(bytes), expected))
  }

  it('reads interlaced pictures as others', async () => {
    for (const [width, height] of [[1, 1], [5, 3], [9, 17]] as const) {
      const data = Uint8Array.from(gradient(width, height))
      const plain = encode({ width, height, data, channels: 4 })
      const interlaced = encode({ width, height, data, channels: 4 }, { interlace: 'Adam7' })
      assert.notDeepEqual(interlaced, plain)
      assert.deepEqual(await rgbaOf(interlaced), Array.from(data))
      assert.deepEqual(await rgbaOf(plain), Array.from(data))
    }
  })

  const row = deflateSync(Uint8Array.of(0, 1, 2, 3))
  for (const [name, bytes, message] of [
    ['more pixels than its header says (a bomb)', pngOf([pngHeader(1, 1, 8, 2), ['IDAT', deflateSync(Buffer.alloc(50_000_000))]]), /too many/],
    ['fewer pixels than its header says', pngOf([pngHeader(1, 2, 8, 2), ['IDAT', row]]), /fewer/],
    ['broken compression', pngOf([pngHeader(1, 1, 8, 2), ['IDAT', Uint8Array.of(1, 2, 3)]]), /broken/],
    ['no header', pngOf([['IDAT', row]]), /pixels|cut short/],
    ['no pixels', pngOf([pngHeader(1, 1, 8, 2)]), /without pixels/],
    ['a filter that is not one', pngOf([pngHeader(1, 1, 8, 2), ['IDAT', deflateSync(Uint8Array.of(9, 1, 2, 3))]]), /broken/],
    ['a colour type that is not one', pngOf([pngHeader(1, 1, 8, 5), ['IDAT', row]]), /kind/],
    ['a depth that its colour type does not have', pngOf([pngHeader(1, 1, 4, 2), ['IDAT', row]]), /kind/],
    ['a palette that is too short', png(1, 1, 8, 3, [[2]], [chunk('PLTE', 1, 2, 3, 4, 5, 6)]), /palette/],
    ['interlacing that is not one', pngOf([pngHeader(1, 1, 8, 2, 2), ['IDAT', row]]), /broken/],
    ['interlacing below 8 bits', pngOf([pngHeader(8, 8, 1, 0, 1), ['IDAT', row]]), /interlac/]
  ] as const) {
    it(`refuses ${name}`, () => refuses(bytes, message))
  }

  it('never inflates what it does not need', async () => {
    const bomb = deflateSync(Buffer.alloc(100_000_000))
    assert.deepEqual(await rgbaOf(png(1, 1, 8, 0, [[1]], [['iCCP', Buffer.concat([Buffer.from('x\0\0'), bomb])], ['zTXt', Buffer.concat([Buffer.from('x\0\0'), bomb])]])), [1, 1, 1, 255])
  })
})

describe('decodeImage: JPEG and WebP', () => {
  it('reads a JPEG', async () => {
    const bytes = await jpegOf(64, 48)
    assert.deepEqual(readImageHeader(bytes, ''), { format: 'jpeg', width: 64, height: 48 })
    const { width, height, rgba } = await decodeImage(bytes, '')
    assert.deepEqual([width, height], [64, 48])
    const original = gradient(64, 48)
    assert.ok(rgba.every((value, i) => Math.abs(value - original[i]!) <= 8))
  })

  it('reads a lossless WebP exactly', async () => {
    const bytes = await webpOf(33, 20)
    assert.deepEqual(readImageHeader(bytes, ''), { format: 'webp', width: 33, height: 20 })
    assert.deepEqual(await rgbaOf(bytes), Array.from(gradient(33, 20)))
  })

  it('refuses those that are cut short, and goes on with the next', async () => {
    for (const bytes of [await jpegOf(64, 48), await webpOf(64, 48)]) {
      for (const length of [2, 11, 20, 30]) {
        await refuses(bytes.slice(0, length), /image 0/)
      }
      assert.equal((await rgbaOf(bytes)).length, 64 * 48 * 4)
    }
  })

  it('bounds the scans of a JPEG', async () => {
    const bytes = await jpegOf(16, 16)
    const scans = (count: number): Uint8Array => Uint8Array.from([...bytes, ...Array<number[]>(count).fill([0xff, 0xda]).flat()])
    await refuses(scans(MAX_JPEG_SCANS), /scans/)
  })

  it('refuses other formats', async () => {
    for (const start of ['GIF89a', '\xabKTX 20\xbb', 'BM', 'II*\0', '<svg', '', 'RIFF____WAVE', 'RIFF____WEBPVP8_____']) {
      await refuses(Uint8Array.from(Buffer.from(start.padEnd(start === '' ? 0 : 40, '\0'), 'latin1')), /image 0/)
    }
  })

  it('survives changed bytes: a picture of the same size, or a refusal', async () => {
    const originals = [await jpegOf(32, 32), await webpOf(32, 32), Uint8Array.from(encode({ width: 32, height: 32, data: Uint8Array.from(gradient(32, 32)), channels: 4 }))]
    await fc.assert(fc.asyncProperty(fc.constantFrom(...originals), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 }), async (original, edits) => {
      const bytes = original.slice()
      for (const [at, value] of edits) {
        bytes[at % bytes.length] = value
      }
      try {
        const { width, height, rgba } = await decodeImage(bytes, '')
        assert.equal(rgba.length, width * height * 4)
      } catch (error) {
        assert.ok(error instanceof SceneError, String(error))
      }
    }), { numRuns: 200 })
  }).timeout(60_000)
})

describe('readImageHeader', () => {
  it('bounds the sides of a picture', () => {
    const sized = (width: number, height: number): Uint8Array => pngOf([pngHeader(width, height, 8, 6)])
    assert.equal(readImageHeader(sized(MAX_TEXTURE_SIDE, 1), '').width, MAX_TEXTURE_SIDE)
    for (const [width, height] of [[MAX_TEXTURE_SIDE + 1, 1], [1, MAX_TEXTURE_SIDE + 1], [0xffffffff, 1], [0, 1], [1, 0]] as const) {
      assert.throws(() => readImageHeader(sized(width, height), ''), { name: 'SceneError' })
    }
  })
})
