/** A frame of an animation, as its ANMF chunk says, with the chunks of its picture. */
export interface ReadFrame {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly durationMs: number
  readonly blends: boolean
  readonly disposes: boolean
  readonly chunks: readonly string[]
  /** The frame as a WebP file of its own. */
  readonly still: Uint8Array
}

/** An animated WebP file. */
export interface ReadAnimation {
  readonly width: number
  readonly height: number
  readonly alpha: boolean
  readonly loops: number
  readonly frames: readonly ReadFrame[]
}

/** Reads an animated WebP strictly by the container specification: order, lengths, padding and reserved bits. Written apart from the program's writer. */
export function readWebpAnimation (file: Uint8Array): ReadAnimation {
  const bytes = Buffer.from(file)
  expect(bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP', 'it begins with RIFF and WEBP')
  expect(bytes.readUInt32LE(4) === bytes.length - 8, 'the length in its head is that of the file')
  const [extended, animation, ...rest] = chunksIn(bytes.subarray(12))
  expect(extended?.name === 'VP8X' && extended.payload.length === 10, 'VP8X comes first')
  expect(animation?.name === 'ANIM' && animation.payload.length === 6, 'ANIM comes second')
  const flags = extended!.payload[0]!
  expect((flags & ~0x12) === 0 && (flags & 0x02) !== 0 && extended!.payload.readUIntLE(1, 3) === 0, 'it is marked as an animation, with nothing else in it')
  const [width, height] = [extended!.payload.readUIntLE(4, 3) + 1, extended!.payload.readUIntLE(7, 3) + 1]
  return { width, height, alpha: (flags & 0x10) !== 0, loops: animation!.payload.readUInt16LE(4), frames: rest.map((chunk) => frameOf(chunk, width, height)) }
}

interface Chunk {
  readonly name: string
  readonly payload: Buffer
}

function frameOf ({ name, payload }: Chunk, canvasWidth: number, canvasHeight: number): ReadFrame {
  expect(name === 'ANMF', `${name} is no frame`)
  const [x, y] = [payload.readUIntLE(0, 3) * 2, payload.readUIntLE(3, 3) * 2]
  const [width, height] = [payload.readUIntLE(6, 3) + 1, payload.readUIntLE(9, 3) + 1]
  expect(x + width <= canvasWidth && y + height <= canvasHeight, 'a frame lies inside')
  expect((payload[15]! & ~0x03) === 0, 'reserved bits of a frame are 0')
  const chunks = chunksIn(payload.subarray(16))
  const names = chunks.map((chunk) => chunk.name)
  expect(['VP8 ', 'VP8L', 'ALPH,VP8 '].includes(names.join()), `a frame holds ${names.join()}`)
  const head = Buffer.alloc(18)
  head.write('VP8X', 0, 'latin1')
  head.writeUInt32LE(10, 4)
  head[8] = names.includes('ALPH') ? 0x10 : 0
  head.writeUIntLE(width - 1, 12, 3)
  head.writeUIntLE(height - 1, 15, 3)
  const body = Buffer.concat([head, payload.subarray(16)])
  const riff = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  riff.writeUInt32LE(body.length + 4, 4)
  return { x, y, width, height, durationMs: payload.readUIntLE(12, 3), blends: (payload[15]! & 0x02) === 0, disposes: (payload[15]! & 0x01) !== 0, chunks: names, still: Buffer.concat([riff, body]) }
}

function chunksIn (bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = []
  let at = 0
  while (at < bytes.length) {
    const length = bytes.readUInt32LE(at + 4)
    expect(at + 8 + length + length % 2 <= bytes.length, 'a chunk lies inside what holds it')
    expect(length % 2 === 0 || bytes[at + 8 + length] === 0, 'padding is 0')
    chunks.push({ name: bytes.toString('latin1', at, at + 4), payload: bytes.subarray(at + 8, at + 8 + length) })
    at += 8 + length + length % 2
  }
  return chunks
}

function expect (holds: boolean, what: string): void {
  if (!holds) {
    throw new Error(`not so in this WebP: ${what}`)
  }
}
