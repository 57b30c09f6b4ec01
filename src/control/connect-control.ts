import { connect } from 'node:net'
import { ChannelClosedError, HomeError, NoPeerRunningError } from '../errors.ts'
import { reviveError } from './error-record.ts'
import { CONTROL_VERSION, HELLO_MS, MAX_LINE_BYTES } from './limits.ts'
import { readLines } from './lines.ts'
import { HELLO, encodeLine, parseLine, readAnswer, readHello } from './messages.ts'
import { decodeFollowItem } from './preview-codec.ts'
import type { Socket } from 'node:net'
import type { CacheSummary, ClearedCache, ExportedJob, FetchRequest, FollowItem, FollowOptions, JobEstimate, JobLog, JobSummary, PeerApi, PeerStatus, PeerSummary, RenderRequest, SavedFilm, SettingState, SubmittedJob } from '../api.ts'
import type { FarmEvent } from '../ports.ts'
import type { Answer } from './messages.ts'

/** A running peer, from another process. */
export interface ControlConnection extends PeerApi {
  /** Lets go of the peer: what is being followed ends. Jobs go on. */
  close (): void
}

/** What is said when the other end disappears. */
const GONE = 'the peer that runs in this home went away; start it again with: tilemesh up'

/**
 * Reaches the peer that runs in a home. Every request has a connection of its own, so that a viewer that does not keep up holds
 * nothing back but itself.
 *
 * @throws NoPeerRunningError when nobody listens there
 * @throws HomeError when who listens does not answer, or is of another version
 */
export async function connectControl (socketPath: string): Promise<ControlConnection> {
  const probe = await Line.open(socketPath)
  probe.end()
  return new RemotePeer(socketPath)
}

class RemotePeer implements ControlConnection {
  readonly #socketPath: string
  readonly #closed = new AbortController()

  constructor (socketPath: string) {
    this.#socketPath = socketPath
  }

  async status (): Promise<PeerStatus> {
    return await this.#ask('status') as PeerStatus
  }

  async render (request: RenderRequest): Promise<SubmittedJob> {
    return await this.#ask('render', request) as SubmittedJob
  }

  async estimate (request: RenderRequest): Promise<JobEstimate> {
    return await this.#ask('estimate', request) as JobEstimate
  }

  async exportJob (request: RenderRequest, file: string): Promise<ExportedJob> {
    return await this.#ask('exportJob', { request, file }) as ExportedJob
  }

  async * follow (job: string, { preview }: FollowOptions, signal: AbortSignal): AsyncGenerator<FollowItem> {
    for await (const item of this.#stream('follow', { job, preview }, signal)) {
      yield decodeFollowItem(item)
    }
  }

  async jobs (): Promise<readonly JobSummary[]> {
    return await this.#list('jobs') as JobSummary[]
  }

  async findJob (text: string): Promise<JobSummary> {
    return await this.#ask('findJob', { text }) as JobSummary
  }

  async cancel (job: string): Promise<void> {
    await this.#ask('cancel', { job })
  }

  async pause (job: string): Promise<void> {
    await this.#ask('pause', { job })
  }

  async resume (job: string): Promise<void> {
    await this.#ask('resume', { job })
  }

  async setPriority (job: string, priority: number): Promise<void> {
    await this.#ask('setPriority', { job, priority })
  }

  async log (job: string, unit?: string): Promise<JobLog> {
    return await this.#ask('log', { job, unit }) as JobLog
  }

  async peers (): Promise<readonly PeerSummary[]> {
    return await this.#list('peers') as PeerSummary[]
  }

  async setThreads (threads: number): Promise<void> {
    await this.#ask('setThreads', { threads })
  }

  async takeWork (work: 'any' | 'none'): Promise<void> {
    await this.#ask('takeWork', { work })
  }

  async settings (): Promise<readonly SettingState[]> {
    return await this.#list('settings') as SettingState[]
  }

  async changeSetting (key: string, value: string | null): Promise<SettingState> {
    return await this.#ask('changeSetting', { key, value }) as SettingState
  }

  async * watchPeers (signal: AbortSignal): AsyncGenerator<FarmEvent> {
    for await (const item of this.#stream('watchPeers', undefined, signal)) {
      yield item as FarmEvent
    }
  }

  async invite (): Promise<string> {
    return await this.#ask('invite') as string
  }

  async cache (): Promise<CacheSummary> {
    return await this.#ask('cache') as CacheSummary
  }

  async clearCache (): Promise<ClearedCache> {
    return await this.#ask('clearCache') as ClearedCache
  }

  async fetch (job: string, request: FetchRequest): Promise<SavedFilm> {
    return await this.#ask('fetch', { job, ...request }) as SavedFilm
  }

  close (): void {
    this.#closed.abort()
  }

  async #ask (call: string, params?: object): Promise<unknown> {
    for await (const answer of this.#answers(call, params, this.#closed.signal)) {
      if ('result' in answer) {
        return answer.result
      }
    }
    throw new ChannelClosedError(GONE)
  }

  async #list (call: string): Promise<unknown[]> {
    const items: unknown[] = []
    for await (const item of this.#stream(call, undefined, this.#closed.signal)) {
      items.push(item)
    }
    return items
  }

  async * #stream (call: string, params: object | undefined, signal: AbortSignal): AsyncGenerator<unknown> {
    const either = AbortSignal.any([signal, this.#closed.signal])
    for await (const answer of this.#answers(call, params, either)) {
      if ('item' in answer) {
        yield answer.item
      } else if ('end' in answer) {
        return
      }
    }
    if (!either.aborted) {
      throw new ChannelClosedError(GONE)
    }
  }

  /** The answers to one request, errors thrown. Ends quietly when the other side or the signal ends it. */
  async * #answers (call: string, params: object | undefined, signal: AbortSignal): AsyncGenerator<Exclude<Answer, { refused: unknown } | { error: unknown }>> {
    if (signal.aborted) {
      return
    }
    const line = await Line.open(this.#socketPath)
    const hangUp = (): void => {
      line.end()
    }
    signal.addEventListener('abort', hangUp, { once: true })
    try {
      if (!signal.aborted) {
        line.write(encodeLine({ id: 1, call, params }))
        yield * line.answers(signal)
      }
    } finally {
      signal.removeEventListener('abort', hangUp)
      line.end()
    }
  }
}

/** One connection, greeted. */
class Line {
  readonly #socket: Socket
  readonly #lines: AsyncGenerator<string>

  private constructor (socket: Socket) {
    this.#socket = socket
    this.#lines = readLines(socket, MAX_LINE_BYTES)
  }

  static async open (socketPath: string): Promise<Line> {
    const socket = await dial(socketPath)
    const line = new Line(socket)
    const tooLate = setTimeout(() => {
      socket.destroy()
    }, HELLO_MS)
    try {
      socket.write(encodeLine(HELLO))
      await line.#greet()
      return line
    } catch (err) {
      line.end()
      throw err
    } finally {
      clearTimeout(tooLate)
    }
  }

  write (text: string): void {
    this.#socket.write(text)
  }

  end (): void {
    this.#socket.destroy()
  }

  async * answers (signal: AbortSignal): AsyncGenerator<Exclude<Answer, { refused: unknown } | { error: unknown }>> {
    while (true) {
      const line = await this.#next()
      if (line === undefined || signal.aborted) {
        return
      }
      const answer = readAnswer(line)
      if ('refused' in answer) {
        throw reviveError(answer.refused)
      }
      if ('error' in answer) {
        throw reviveError(answer.error)
      }
      yield answer
    }
  }

  async #greet (): Promise<void> {
    const first = await this.#next()
    if (first === undefined) {
      throw new HomeError('the peer that runs in this home does not answer; end it and start it again with: tilemesh up')
    }
    const message = parseLine(first)
    if ('refused' in message) {
      throw reviveError(message['refused'] as Parameters<typeof reviveError>[0])
    }
    if (readHello(first) !== CONTROL_VERSION) {
      throw new HomeError('the running peer is of another version than this command; start it again')
    }
  }

  /** The next line; undefined when the connection has ended, however it ended. */
  async #next (): Promise<string | undefined> {
    try {
      const next = await this.#lines.next()
      return next.done === true ? undefined : next.value
    } catch (err) {
      if (this.#socket.destroyed && err instanceof Error && 'code' in err) {
        return undefined
      }
      throw err
    }
  }
}

function dial (socketPath: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    const failed = (err: NodeJS.ErrnoException): void => {
      const nobody = err.code === 'ENOENT' || err.code === 'ECONNREFUSED'
      reject(nobody
        ? new NoPeerRunningError(undefined, { cause: err })
        : new HomeError(`the control socket ${socketPath} can not be opened: ${err.message}`, { cause: err }))
    }
    socket.once('error', failed)
    socket.once('connect', () => {
      socket.off('error', failed)
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}
