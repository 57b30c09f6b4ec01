import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { addressOf } from './attacks.ts'
import { Insider } from './insider.ts'
import type { Socket } from 'node:net'

/** What a listener of libp2p says to anybody: that it speaks multistream, and that it has not what was asked for. */
const GREETING_BYTES = 64

/** What somebody who does not know the secret got out of a peer. */
export interface Visit {
  /** Whether the peer closed the connection. */
  readonly isClosed: boolean
  /** Whether more came than any stranger is told. */
  readonly isTold: boolean
}

/** Something to do with a fresh connection. */
export type Opening = (socket: Socket) => void

const multistream = Buffer.from('\x13/multistream/1.0.0\n')

/** What strangers begin with. */
export const openings: Readonly<Record<string, Opening>> = {
  nothing: () => {},
  HTTP: (socket) => { socket.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n') },
  TLS: (socket) => { socket.write(Buffer.concat([Buffer.from('16030102000100', 'hex'), randomBytes(505)])) },
  garbage: (socket) => { socket.write(randomBytes(100_000)) },
  'garbage after the first word': (socket) => { socket.write(Buffer.concat([multistream, randomBytes(10_000)])) },
  'the first word and no more': (socket) => { socket.write(multistream) },
  'a length that never comes': (socket) => { socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01])) },
  'other ways to encrypt': (socket) => { socket.write(Buffer.concat([multistream, Buffer.from('\x07/noise\n'), Buffer.from('\x0b/tls/1.0.0\n'), Buffer.from('\x11/plaintext/2.0.0\n')])) },
  'half a goodbye': (socket) => { socket.end() },
  'a reset': (socket) => { socket.resetAndDestroy() },
  'a byte a second': (socket) => {
    let at = 0
    const dripping = setInterval(() => { socket.write(multistream.subarray(at, ++at)) }, 1_000)
    socket.once('close', () => { clearInterval(dripping) })
  }
}

/** Opens connections and waits until the peer has had enough of them, or so long. */
export async function visit (port: number, count: number, opening: Opening, withinMs: number): Promise<readonly Visit[]> {
  const ended = new AbortController()
  const visits = Array.from({ length: count }, async (_, index): Promise<Visit> => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: addressOf(index) })
    socket.on('error', () => {})
    const closed = new Promise<boolean>((resolve) => { socket.once('close', () => { resolve(true) }) })
    let bytes = 0
    socket.on('data', (chunk) => { bytes += chunk.byteLength })
    socket.once('connect', () => { opening(socket) })
    const isClosed = await Promise.race([closed, pause(withinMs, false, { signal: ended.signal }).catch(() => false)])
    socket.destroy()
    return { isClosed, isTold: bytes > GREETING_BYTES }
  })
  try {
    return await Promise.all(visits)
  } finally {
    ended.abort()
  }
}

/** Dials with secrets that are none. Says how often it was let in. */
export async function dialWrongly (address: string, count: number): Promise<number> {
  let isIn = 0
  for (let dialled = 0; dialled < count; dialled++) {
    const insider = await Insider.join(address, randomBytes(32), addressOf(dialled)).catch(() => undefined)
    isIn += insider === undefined ? 0 : 1
    await insider?.leave()
  }
  return isIn
}
