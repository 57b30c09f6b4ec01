import { WireError } from '../errors.ts'

const NEWLINE = 10

/**
 * Cuts a stream of bytes into lines at `\n`. What follows the last newline is dropped: a line that was not ended was not meant.
 *
 * @throws WireError when a line is longer than `maxLineBytes` or is not UTF-8
 */
export async function * readLines (source: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let parts: Uint8Array[] = []
  let bytes = 0
  const take = (part: Uint8Array): void => {
    bytes += part.byteLength
    if (bytes > maxLineBytes) {
      throw new WireError(`a line is longer than ${maxLineBytes} bytes`, 'maxLineBytes')
    }
    parts.push(part)
  }
  for await (const chunk of source) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      take(chunk.subarray(start, end))
      const line = decode(decoder, parts)
      parts = []
      bytes = 0
      start = end + 1
      yield line
    }
    take(chunk.subarray(start))
  }
}

function decode (decoder: TextDecoder, parts: readonly Uint8Array[]): string {
  try {
    return decoder.decode(Buffer.concat(parts))
  } catch (err) {
    throw new WireError('a line is not UTF-8', undefined, { cause: err })
  }
}
