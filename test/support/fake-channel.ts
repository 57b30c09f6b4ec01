import { ChannelClosedError } from '../../src/errors.ts'
import type { PeerId } from '../../src/core/ids.ts'
import type { Channel } from '../../src/ports.ts'
import type { FakePath } from './fake-path.ts'

/** Messages that may be on their way or unread before `send` waits. */
const WINDOW = 16

/** What a message without pixels or file bytes counts for on a path. */
const MESSAGE_BYTES = 200

/**
 * open — close / abort here → ended, buffered messages forgotten;
 * open — the other end closed, aborted or lost → ended, what has arrived can still be read;
 * open — the process is killed → dead: no promise of this end ever settles again.
 */
type State = 'open' | 'ended' | 'dead'

/** One end of a stream in memory. Two are tied together with {@link FakeChannel.tie}. */
export class FakeChannel<Out, In> implements Channel<Out, In> {
  readonly peer: PeerId
  readonly relayed: boolean
  readonly closed: Promise<Error | undefined>
  readonly messages: AsyncIterable<In>
  /** Called when this end has ended. */
  onEnd: () => void = () => {}
  /** Called with every message that is sent here. */
  onSend: (message: Out) => void = () => {}
  readonly #path: FakePath
  #other: FakeChannel<In, Out> | undefined
  #state: State = 'open'
  #settleClosed: (reason: Error | undefined) => void = () => {}
  #inbox: In[] = []
  #reader: ((result: IteratorResult<In, undefined>) => void) | undefined
  #iterated = false
  #inFlight = 0
  #unacknowledged = 0
  #senders: { resolve: () => void, reject: (error: Error) => void }[] = []

  constructor (peer: PeerId, relayed: boolean, path: FakePath) {
    this.peer = peer
    this.relayed = relayed
    this.#path = path
    this.closed = new Promise((resolve) => { this.#settleClosed = resolve })
    this.messages = { [Symbol.asyncIterator]: () => this.#iterate() }
  }

  /** Ties two ends together. */
  static tie<A, B> (one: FakeChannel<A, B>, other: FakeChannel<B, A>): void {
    one.#other = other
    other.#other = one
  }

  send (message: Out): Promise<void> {
    if (this.#state === 'dead') {
      return new Promise(() => {})
    }
    if (this.#state === 'ended') {
      return Promise.reject(new ChannelClosedError())
    }
    const other = this.#other!
    this.onSend(message)
    this.#path.transmit(sizeOf(message), () => { other.#receive(message) })
    this.#inFlight++
    if (this.#inFlight <= WINDOW) {
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => { this.#senders.push({ resolve, reject }) })
  }

  close (): Promise<void> {
    if (this.#state === 'dead') {
      return new Promise(() => {})
    }
    if (this.#state === 'open') {
      const other = this.#other!
      this.#path.transmit(0, () => { other.lose(undefined) })
      this.#inbox = []
      this.#end(undefined)
    }
    return Promise.resolve()
  }

  abort (reason: Error): void {
    if (this.#state === 'open') {
      const other = this.#other!
      this.#path.transmit(0, () => { other.lose(new ChannelClosedError()) })
      this.#inbox = []
      this.#end(reason)
    }
  }

  /** The other end is gone: politely (no reason) or not. */
  lose (reason: Error | undefined): void {
    if (this.#state === 'open') {
      this.#end(reason)
    }
  }

  /** The process of this end was killed. */
  die (): void {
    this.#state = 'dead'
    this.#inbox = []
    this.#reader = undefined
    this.#senders = []
  }

  #end (reason: Error | undefined): void {
    this.#state = 'ended'
    for (const { resolve, reject } of this.#senders) {
      if (reason === undefined) {
        resolve()
      } else {
        reject(new ChannelClosedError())
      }
    }
    this.#senders = []
    if (this.#inbox.length === 0) {
      this.#reader?.({ done: true, value: undefined })
      this.#reader = undefined
    }
    this.#settleClosed(reason)
    this.onEnd()
  }

  #receive (message: In): void {
    if (this.#state !== 'open') {
      return
    }
    if (this.#reader !== undefined) {
      this.#reader({ done: false, value: message })
      this.#reader = undefined
      this.#acknowledge()
    } else {
      this.#inbox.push(message)
    }
  }

  #acknowledge (): void {
    this.#unacknowledged++
    if (this.#unacknowledged >= WINDOW / 2) {
      const count = this.#unacknowledged
      this.#unacknowledged = 0
      const other = this.#other!
      this.#path.transmit(0, () => { other.#acknowledged(count) })
    }
  }

  #acknowledged (count: number): void {
    this.#inFlight -= count
    for (const { resolve } of this.#senders.splice(0, count)) {
      resolve()
    }
  }

  #iterate (): AsyncIterator<In, undefined> {
    if (this.#iterated) {
      throw new Error('the messages of a channel can be iterated once')
    }
    this.#iterated = true
    return {
      next: () => {
        if (this.#inbox.length > 0) {
          const value = this.#inbox.shift()!
          if (this.#state === 'open') {
            this.#acknowledge()
          }
          return Promise.resolve({ done: false, value })
        }
        if (this.#state === 'ended') {
          return Promise.resolve({ done: true, value: undefined })
        }
        return new Promise((resolve) => { this.#reader = resolve })
      },
      return: () => Promise.resolve({ done: true, value: undefined })
    }
  }
}

/** The pixels or file bytes in a message are what costs; everything else counts the same. */
function sizeOf (message: unknown): number {
  let bytes = MESSAGE_BYTES
  if (typeof message === 'object' && message !== null) {
    for (const value of Object.values(message)) {
      if (value instanceof Uint8Array) {
        bytes += value.byteLength
      }
    }
  }
  return bytes
}
