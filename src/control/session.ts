import { HomeError, WireError } from '../errors.ts'
import { carryOut } from './calls.ts'
import { recordError } from './error-record.ts'
import { CONTROL_VERSION, HELLO_MS, MAX_CALLS, MAX_LINE_BYTES } from './limits.ts'
import { readLines } from './lines.ts'
import { HELLO, encodeLine, readHello, readRequest } from './messages.ts'
import { Outbox } from './outbox.ts'
import type { Socket } from 'node:net'
import type { PeerApi } from '../api.ts'
import type { Log } from '../ports.ts'
import type { Carried } from './calls.ts'
import type { Request } from './messages.ts'

/**
 * One command's connection to the running peer.
 *
 * Greeting → open (first line is a hello of our version) → ended (the command hung up, wrote nonsense, or fell too far behind).
 * Whatever is under way when it ends is aborted; a job that was submitted goes on.
 */
export class Session {
  readonly #api: PeerApi
  readonly #socket: Socket
  readonly #log: Log
  readonly #outbox: Outbox
  readonly #calls = new Map<number, AbortController>()

  constructor (api: PeerApi, socket: Socket, log: Log) {
    this.#api = api
    this.#socket = socket
    this.#log = log
    this.#outbox = new Outbox(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      for (const call of this.#calls.values()) {
        call.abort()
      }
    })
  }

  /** Serves until the session ends. Never rejects for anything the other side does. */
  async run (): Promise<void> {
    this.#socket.write(encodeLine(HELLO))
    const tooLate = setTimeout(() => {
      this.end()
    }, HELLO_MS)
    tooLate.unref()
    try {
      await this.#serve(() => {
        clearTimeout(tooLate)
      })
    } catch (err) {
      if (err instanceof WireError) {
        this.#log.info('a control session was closed', { reason: err.message })
      }
    } finally {
      clearTimeout(tooLate)
      this.end()
    }
  }

  /** Hangs up. Idempotent. */
  end (): void {
    this.#socket.destroy()
  }

  async #serve (greeted: () => void): Promise<void> {
    let open = false
    for await (const line of readLines(this.#socket, MAX_LINE_BYTES)) {
      if (!open) {
        const version = readHello(line)
        greeted()
        if (version !== CONTROL_VERSION) {
          this.#outbox.send({ refused: recordError(new HomeError('the running peer is of another version than this command; start it again')) })
          await new Promise<void>((resolve) => {
            this.#socket.end(resolve)
          })
          return
        }
        open = true
        continue
      }
      this.#take(line)
    }
  }

  #take (line: string): void {
    const message = readRequest(line)
    if ('cancel' in message) {
      this.#calls.get(message.cancel)?.abort()
      return
    }
    if (this.#calls.has(message.id)) {
      throw new WireError(`request ${message.id} is already under way`)
    }
    if (this.#calls.size >= MAX_CALLS) {
      throw new WireError(`more than ${MAX_CALLS} requests at a time`, 'maxCalls')
    }
    const abort = new AbortController()
    this.#calls.set(message.id, abort)
    this.#answer(message, abort.signal).catch((err: unknown) => {
      this.#outbox.send({ id: message.id, error: recordError(err) })
    }).finally(() => {
      this.#calls.delete(message.id)
    }).catch((err: unknown) => {
      this.#log.error('an answer could not be sent', { error: String(err) })
      this.end()
    })
  }

  async #answer ({ id, call, params }: Request, signal: AbortSignal): Promise<void> {
    const carried = carryOut(this.#api, call, params, signal)
    if (carried.kind === 'value') {
      this.#outbox.send({ id, result: await carried.value ?? null })
      return
    }
    await this.#stream(id, carried)
    this.#outbox.flush()
    this.#outbox.send({ id, end: true })
  }

  async #stream (id: number, carried: Exclude<Carried, { kind: 'value' }>): Promise<void> {
    switch (carried.kind) {
      case 'list':
        for (const item of await carried.values) {
          this.#outbox.send({ id, item })
        }
        return
      case 'events':
        for await (const item of carried.events) {
          this.#outbox.send({ id, item })
        }
        return
      case 'follow':
        for await (const item of carried.items) {
          if (item.type === 'preview') {
            this.#outbox.preview(id, item.block)
          } else {
            this.#outbox.send({ id, item })
          }
        }
    }
  }
}
