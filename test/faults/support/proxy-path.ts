import type { Socket } from 'node:net'

/** What a path does to the bytes on it. */
export interface PathShape {
  /** Milliseconds one way, and what is added at most by chance. Nothing overtakes. @default 0 */
  readonly delayMs: number
  readonly jitterMs: number
  /** @default Infinity */
  readonly bytesPerSecond: number
}

/** Bytes under way on one connection before its sender is told to wait. */
const MAX_BYTES_UNDER_WAY = 256 * 1024

/** The way from one place to another, for all connections between them: open or stalled, and of a shape. */
export class ProxyPath {
  readonly #lanes = new Set<Lane>()
  #state: 'open' | 'stalled' = 'open'
  shape: PathShape = { delayMs: 0, jitterMs: 0, bytesPerSecond: Infinity }

  get state (): 'open' | 'stalled' {
    return this.#state
  }

  set state (state: 'open' | 'stalled') {
    this.#state = state
    for (const lane of this.#lanes) {
      lane.pump()
    }
  }

  /** Lets what one socket receives go out of another, and its end too. */
  join (source: Socket, sink: Socket): void {
    const lane = new Lane(this, source, sink)
    this.#lanes.add(lane)
    sink.once('close', () => { this.#lanes.delete(lane) })
  }

  /** Ends all connections on it with a reset. */
  reset (): void {
    for (const lane of this.#lanes) {
      lane.reset()
    }
  }
}

interface Parcel {
  /** On the clock of `performance.now()`. */
  readonly dueMs: number
  readonly bytes: Buffer | 'end' | 'reset'
}

/** One direction of one connection. */
class Lane {
  readonly #path: ProxyPath
  readonly #source: Socket
  readonly #sink: Socket
  readonly #parcels: Parcel[] = []
  #bytesUnderWay = 0
  #lastDueMs = 0
  #timer: NodeJS.Timeout | undefined
  #isSinkFull = false

  constructor (path: ProxyPath, source: Socket, sink: Socket) {
    this.#path = path
    this.#source = source
    this.#sink = sink
    let ended = false
    source.on('data', (bytes) => { this.#add(bytes as Buffer) })
    source.once('end', () => {
      ended = true
      this.#add('end')
    })
    source.once('close', () => {
      if (!ended) {
        this.#add('reset')
      }
    })
    source.on('error', () => {}) // 'close' follows
    sink.on('drain', () => {
      this.#isSinkFull = false
      this.pump()
    })
  }

  reset (): void {
    this.#source.resetAndDestroy()
    this.#sink.resetAndDestroy()
  }

  /** Sends what is due, while the path is open and the other side takes it. */
  pump (): void {
    clearTimeout(this.#timer)
    while (this.#path.state === 'open' && !this.#isSinkFull && this.#parcels.length > 0) {
      const waitMs = this.#parcels[0]!.dueMs - performance.now()
      if (waitMs > 0) {
        this.#timer = setTimeout(() => { this.pump() }, waitMs)
        return
      }
      this.#send(this.#parcels.shift()!.bytes)
    }
  }

  #add (bytes: Parcel['bytes']): void {
    const { delayMs, jitterMs, bytesPerSecond } = this.#path.shape
    const size = typeof bytes === 'string' ? 0 : bytes.byteLength
    this.#lastDueMs = Math.max(this.#lastDueMs, performance.now() + delayMs + Math.random() * jitterMs) + size / bytesPerSecond * 1_000
    this.#parcels.push({ dueMs: this.#lastDueMs, bytes })
    this.#bytesUnderWay += size
    if (this.#bytesUnderWay > MAX_BYTES_UNDER_WAY) {
      this.#source.pause()
    }
    this.pump()
  }

  #send (bytes: Parcel['bytes']): void {
    if (bytes === 'end') {
      this.#sink.end()
    } else if (bytes === 'reset') {
      this.#sink.resetAndDestroy()
    } else {
      this.#isSinkFull = !this.#sink.write(bytes)
      this.#bytesUnderWay -= bytes.byteLength
      if (this.#bytesUnderWay <= MAX_BYTES_UNDER_WAY) {
        this.#source.resume()
      }
    }
  }
}
