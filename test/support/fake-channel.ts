import { ChannelClosedError } from '../../src/errors.ts'
import { CLOSE_TIMEOUT_MS, WRITE_TIMEOUT_MS } from '../../src/mesh/limits.ts'
import type { PeerId } from '../../src/core/ids.ts'
import type { Channel, Clock } from '../../src/ports.ts'
import type { FakePath } from './fake-path.ts'

/** Messages that may be on their way or unread before `send` waits. */
const WINDOW = 16

/** What a message without pixels or file bytes counts for on a path. */
const MESSAGE_BYTES = 200

/**
 * open — close here → closing, buffered messages forgotten — the other end says that it has all, or is silent for too long → ended;
 * open — abort here → ended, buffered messages forgotten;
 * open — the other end closed, aborted or lost → ended, what has arrived can still be read;
 * any — the process is killed → dead: no promise of this end ever settles again.
 */
type State = 'open' | 'closing' | 'ended' | 'dead'

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
  /** Called with every message that arrives here. */
  onReceive: (message: In) => void = () => {}
  /** Whether a message that arrives here is handed on. */
  accepts: (message: In) => boolean = () => true
  readonly #path: FakePath
  readonly #clock: Clock
  #other: FakeChannel<In, Out> | undefined
  #state: State = 'open'
  #settleClosed: (reason: Error | undefined) => void = () => {}
  #inbox: In[] = []
  #reader: ((result: IteratorResult<In, undefined>) => void) | undefined
  #iterated = false
  #inFlight = 0
  #unacknowledged = 0
  #senders: { resolve: () => void, reject: (error: Error) => void }[] = []

  /** @param clock of the process at this end */
  constructor (peer: PeerId, relayed: boolean, path: FakePath, clock: Clock) {
    this.peer = peer
    this.relayed = relayed
    this.#path = path
    this.#clock = clock
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
    if (this.#state !== 'open') {
      return Promise.reject(new ChannelClosedError())
    }
    const other = this.#other!
    this.onSend(message)
    this.#path.transmit(sizeOf(message), () => { other.#receive(message) })
    this.#inFlight++
    if (this.#inFlight <= WINDOW) {
      return Promise.resolve()
    }
    const timer = this.#clock.after(WRITE_TIMEOUT_MS, () => { this.abort(new ChannelClosedError('the peer does not read what it is sent')) })
    return new Promise<void>((resolve, reject) => { this.#senders.push({ resolve, reject }) }).finally(() => { timer.stop() })
  }

  async close (): Promise<void> {
    if (this.#state === 'open') {
      this.#state = 'closing'
      this.#forgetInbox()
      const other = this.#other!
      this.#path.transmit(0, () => { other.#closedByOther() })
      const timer = this.#clock.after(CLOSE_TIMEOUT_MS, () => { this.#end(new ChannelClosedError('the peer did not close its side of a stream')) })
      await this.closed
      timer.stop()
    }
    await this.closed
  }

  abort (reason: Error): void {
    if (this.#state === 'open' || this.#state === 'closing') {
      const other = this.#other!
      this.#path.transmit(0, () => { other.lose(new ChannelClosedError()) })
      this.#forgetInbox()
      this.#end(reason)
    }
  }

  /** The other end, or the way to it, is gone. */
  lose (reason: Error): void {
    this.#end(reason)
  }

  /** The process of this end was killed. */
  die (): void {
    this.#state = 'dead'
    this.#inbox = []
    this.#reader = undefined
    this.#senders = []
  }

  #closedByOther (): void {
    if (this.#state === 'open') {
      const other = this.#other!
      this.#path.transmit(0, () => { other.#end(undefined) })
    }
    this.#end(undefined)
  }

  #end (reason: Error | undefined): void {
    if (this.#state === 'ended' || this.#state === 'dead') {
      return
    }
    this.#state = 'ended'
    for (const { resolve, reject } of this.#senders) {
      if (reason === undefined) {
        resolve()
      } else {
        reject(new ChannelClosedError())
      }
    }
    this.#senders = []
    this.#finishReader()
    this.#settleClosed(reason)
    this.onEnd()
  }

  #forgetInbox (): void {
    this.#inbox = []
    this.#finishReader()
  }

  #finishReader (): void {
    if (this.#inbox.length === 0) {
      this.#reader?.({ done: true, value: undefined })
      this.#reader = undefined
    }
  }

  #receive (message: In): void {
    if (this.#state !== 'open') {
      return
    }
    this.onReceive(message)
    if (!this.accepts(message)) {
      this.#acknowledge()
    } else if (this.#reader !== undefined) {
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
        if (this.#state === 'ended' || this.#state === 'closing') {
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
