import { encodeLine } from './messages.ts'
import { MAX_UNSENT_BYTES, MAX_WAITING_PREVIEW_BYTES, PREVIEW_PAUSE_BYTES } from './limits.ts'
import { encodeFollowItem, splitBlock } from './preview-codec.ts'
import type { Socket } from 'node:net'
import type { PreviewBlock } from '../api.ts'
import type { Answer } from './messages.ts'

/** The part of a socket that an outbox writes to. */
export type OutboxSocket = Pick<Socket, 'write' | 'writableLength' | 'on' | 'destroy'>

interface WaitingBlock {
  readonly id: number
  readonly block: PreviewBlock
}

/**
 * What one session still has to send.
 *
 * Events and results are never dropped: a session that does not read them is reset when too much has piled up. Blocks of the growing picture
 * wait while the socket is full; of blocks for the same place only the newest is kept, and beyond a limit the oldest is dropped.
 */
export class Outbox {
  readonly #socket: OutboxSocket
  /** By stream, frame and place; in order of age. */
  readonly #waiting = new Map<string, WaitingBlock>()
  #waitingBytes = 0

  constructor (socket: OutboxSocket) {
    this.#socket = socket
    socket.on('drain', () => {
      this.#sendWaiting(PREVIEW_PAUSE_BYTES)
    })
  }

  /** Bytes of pixels that wait. */
  get waitingBytes (): number {
    return this.#waitingBytes
  }

  /** Sends an answer; resets the session when its reader has fallen too far behind. */
  send (answer: Answer): void {
    this.#socket.write(encodeLine(answer))
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) {
      this.#socket.destroy()
    }
  }

  /** Sends a block of pixels now, or keeps it until the socket has room. */
  preview (id: number, block: PreviewBlock): void {
    for (const band of splitBlock(block)) {
      if (this.#waiting.size === 0 && this.#socket.writableLength <= PREVIEW_PAUSE_BYTES) {
        this.#write(id, band)
      } else {
        this.#keep(id, band)
      }
    }
  }

  /** Sends all pixels that wait, however full the socket is: before a stream's last word. */
  flush (): void {
    this.#sendWaiting(Infinity)
  }

  #keep (id: number, block: PreviewBlock): void {
    const key = `${id} ${block.frame} ${block.x} ${block.y}`
    this.#forget(key)
    this.#waiting.set(key, { id, block })
    this.#waitingBytes += block.rgba.byteLength
    while (this.#waitingBytes > MAX_WAITING_PREVIEW_BYTES) {
      this.#forget(this.#waiting.keys().next().value!)
    }
  }

  #forget (key: string): void {
    const waiting = this.#waiting.get(key)
    if (waiting !== undefined) {
      this.#waiting.delete(key)
      this.#waitingBytes -= waiting.block.rgba.byteLength
    }
  }

  #sendWaiting (pauseBytes: number): void {
    for (const [key, { id, block }] of this.#waiting) {
      if (this.#socket.writableLength > pauseBytes) {
        return
      }
      this.#forget(key)
      this.#write(id, block)
    }
  }

  #write (id: number, block: PreviewBlock): void {
    this.send({ id, item: encodeFollowItem({ type: 'preview', block }) })
  }
}
