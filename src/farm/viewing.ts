import { ChannelClosedError, FilmGoneError, UnknownJobError, UsageError } from '../errors.ts'
import { fileOfFrame } from '../core/frame-file.ts'
import { frameCount } from '../core/job.ts'
import { frameNumber, gridOf, pixelsOf, placeOf } from '../core/units.ts'
import { jobEventOf } from './job-event.ts'
import { bytesOf } from './restore.ts'
import type { FetchRequest, FollowItem, SavedFilm } from '../api.ts'
import type { Hash, JobId } from '../core/ids.ts'
import type { JobSpec } from '../core/job.ts'
import type { UnitPlace } from '../core/units.ts'
import type { Channel, Clock, Darkroom, FarmEvent, Film, Log, Mesh, ViewChannel, ViewMessage, ViewRequest } from '../ports.ts'
import type { Directory, KnownJob } from './directory.ts'
import type { OwnJob } from './own-job.ts'

/** Pause before a viewer that lost the requester looks for it again. */
const REATTACH_MS = 1_000

/** Bytes of film sent in one message. */
const FILM_MESSAGE_BYTES = 256 * 1024

/** Work done on blocks of a late viewer's first picture before the event loop gets a turn, in tiles. */
const BLOCKS_A_TURN = 32

/** What viewing needs. */
export interface ViewingContext {
  readonly mesh: Mesh
  readonly clock: Clock
  readonly darkroom: Darkroom
  readonly directory: Directory
  readonly log: Log
  own (job: JobId): OwnJob | undefined
}

/** A film on its way to a file: what is known of it, and the pixels of one frame. */
interface FilmFrame {
  readonly spec: JobSpec
  readonly frame: number
  readonly done: number
  readonly units: number
  readonly filmHash: Hash | null
  readonly pixels: Float32Array
}

/**
 * Watching and fetching films: of own jobs directly, of others' jobs over a stream from their requester; and the other end of such streams.
 */
export class Viewing {
  readonly #context: ViewingContext

  constructor (context: ViewingContext) {
    this.#context = context
  }

  /** A job's life as `PeerApi.follow` promises it. */
  async * follow (job: JobId, preview: 'none' | 'blocks', signal: AbortSignal): AsyncGenerator<FollowItem> {
    const own = this.#context.own(job)
    if (own !== undefined) {
      yield * this.#followOwn(own, preview, signal)
      return
    }
    const known = this.#context.directory.get(job)
    if (known === undefined) {
      throw new UnknownJobError(job)
    }
    yield * this.#followAfar(known, preview, signal)
  }

  /** Writes a job's film as it is reachable now. */
  async fetch (job: JobId, request: FetchRequest): Promise<SavedFilm> {
    const own = this.#context.own(job)
    const known = this.#context.directory.get(job)
    if (own === undefined && known === undefined) {
      throw new UnknownJobError(job)
    }
    const spec = own?.signed.spec ?? known!.signed.spec
    if (frameCount(spec.frames) > 1 && !request.output.includes('#')) {
      throw new UsageError('This job has several frames; give their number a place in the name, as in -o picture-####.exr')
    }
    const frames = own === undefined ? this.#framesAfar(known!, request.waitMs) : this.#framesOf(own)
    const files: string[] = []
    let last: FilmFrame | undefined
    let missing: string | null = null
    try {
      for await (const frame of frames) {
        const file = fileOfFrame(request.output, frameNumber(gridOf(spec), frame.frame))
        await this.#context.darkroom.write(file, spec.width, spec.height, frame.pixels, request.bits)
        files.push(file)
        last = frame
      }
    } catch (error) {
      if (!(error instanceof ChannelClosedError)) {
        throw error
      }
      missing = `the requester, which has the results, can not be reached (${error.message})`
    }
    const { units } = gridOf(spec)
    const done = last?.done ?? known?.done ?? 0
    return {
      job,
      files,
      done,
      units,
      filmHash: last?.filmHash ?? null,
      missing: missing ?? (done < units ? `${units - done} of ${units} units are not rendered yet` : null)
    }
  }

  /** Serves another peer's viewer. */
  serve (request: ViewRequest, channel: Channel<ViewMessage, never>): void {
    const own = this.#context.own(request.job)
    const serving = own === undefined
      ? channel.send({ type: 'refused', message: 'this peer does not have the film of that job' })
      : request.kind === 'live' ? this.#serveLive(own, channel) : this.#serveFilm(own, channel)
    serving.catch(async (error: unknown) => {
      if (!(error instanceof FilmGoneError)) {
        throw error
      }
      await channel.send({ type: 'refused', message: error.message })
    }).then(async () => { await channel.close() }).catch((error: unknown) => {
      this.#context.log.debug('a viewer is gone', { peer: channel.peer, error: String(error) })
      channel.abort(error instanceof Error ? error : new Error(String(error)))
    })
  }

  async * #followOwn (own: OwnJob, preview: 'none' | 'blocks', signal: AbortSignal): AsyncGenerator<FollowItem> {
    const items = own.follow(preview, signal)
    if (preview === 'blocks') {
      this.#showDone(own, signal).catch((error: unknown) => {
        this.#context.log.debug('a late viewer sees only what is new', { job: own.job, error: String(error) })
      })
    }
    yield * items
  }

  /** A late viewer's first picture: the frame finished last, then everything done of those that are not, through the same queue as what comes live. */
  async #showDone (own: OwnJob, signal: AbortSignal): Promise<void> {
    const { grid, ledger } = own.stewardship.view
    const { spec } = own.signed
    const goesOn = (): boolean => own.phase.phase === 'rendering' && !signal.aborted
    let shown = 0
    const show = async (film: Pick<Film, 'snapshotRect'>, place: UnitPlace): Promise<void> => {
      own.hub.publish({ type: 'preview', block: this.#context.darkroom.preview(spec, film, place.frame, pixelsOf(grid, place)) })
      if (++shown % BLOCKS_A_TURN === 0) {
        await this.#pause(0)
      }
    }
    const unitsOfFrame = grid.units / grid.frames
    const latest = own.latestFrame
    const latestFilm = latest === undefined ? undefined : await own.filmOf(latest).catch(goneIsUndefined)
    if (latest !== undefined && latestFilm !== undefined) {
      const finished = filmOf(latestFilm, spec.width)
      for (let unit = latest * unitsOfFrame; unit < (latest + 1) * unitsOfFrame && goesOn(); unit += grid.runs) {
        await show(finished, placeOf(grid, unit))
      }
    }
    for (let unit = 0; unit < grid.units && goesOn(); unit += grid.runs) {
      const place = placeOf(grid, unit)
      if (own.isFinished(place.frame)) {
        unit = (place.frame + 1) * unitsOfFrame - grid.runs
      } else if (ledger.stateOf(unit) === 'accepted') {
        await show(own.film, place)
      }
    }
  }

  async * #followAfar (known: KnownJob, preview: 'none' | 'blocks', signal: AbortSignal): AsyncGenerator<FollowItem> {
    let introduced = false
    while (!signal.aborted) {
      for await (const item of this.#attached(known, signal)) {
        const isIntroduction = item.type === 'event' && item.event.event === 'job'
        if (!(isIntroduction && introduced) && !(item.type === 'preview' && preview === 'none')) {
          yield item
        }
        introduced ||= isIntroduction
        if (item.type === 'event' && item.event.event === 'done') {
          return
        }
      }
      if (!introduced) {
        introduced = true
        yield * this.#introduce(known)
      }
      await this.#pause(REATTACH_MS)
    }
  }

  /** What the requester sends as long as it can be reached. */
  async * #attached (known: KnownJob, signal: AbortSignal): AsyncGenerator<FollowItem> {
    let channel: ViewChannel
    try {
      channel = await this.#context.mesh.openView(known.signed.spec.requester, { job: known.signed.id, kind: 'live' })
    } catch (error) {
      this.#context.log.debug('the requester of a watched job can not be reached', { job: known.signed.id, error: String(error) })
      return
    }
    const stop = (): void => { channel.abort(new ChannelClosedError('the viewer left')) }
    signal.addEventListener('abort', stop, { once: true })
    try {
      for await (const message of channel.messages) {
        if (message.type === 'event') {
          yield message
        } else if (message.type === 'preview') {
          const { type, ...block } = message
          yield { type, block }
        } else if (message.type === 'refused') {
          throw new UnknownJobError(known.signed.id)
        }
      }
    } catch (error) {
      if (!(error instanceof ChannelClosedError)) {
        throw error
      }
    } finally {
      signal.removeEventListener('abort', stop)
      stop()
    }
  }

  /** What this peer itself knows of a job whose requester is away. */
  * #introduce (known: KnownJob): Generator<FollowItem> {
    yield { type: 'event', event: jobEventOf(known.signed, known.grid) }
    yield { type: 'event', event: { event: 'progress', job: known.signed.id, done: known.done, units: known.grid.units, etaMs: null, peers: 0, working: [], state: this.#context.directory.stateOf(known) === 'paused' ? 'paused' : 'running' } }
  }

  async #serveLive (own: OwnJob, channel: Channel<ViewMessage, never>): Promise<void> {
    const abort = new AbortController()
    void channel.closed.then(() => { abort.abort() })
    for await (const item of this.#followOwn(own, 'blocks', abort.signal)) {
      await channel.send(item.type === 'event' ? { type: 'event', event: asToldAfar(item.event) } : { type: 'preview', ...item.block })
    }
  }

  async #serveFilm (own: OwnJob, channel: Channel<ViewMessage, never>): Promise<void> {
    const { width } = own.signed.spec
    const rowsAtOnce = Math.max(1, Math.floor(FILM_MESSAGE_BYTES / (width * 16)))
    for await (const { spec, frame, done, units, filmHash, pixels } of this.#framesOf(own)) {
      await channel.send({ type: 'film-head', spec, frame, done, units, filmHash: filmHash ?? undefined })
      for (let y = 0; y < spec.height; y += rowsAtOnce) {
        const rows = Math.min(rowsAtOnce, spec.height - y)
        await channel.send({ type: 'film-rows', frame, y, rows, pixels: bytesOf(pixels.subarray(y * width * 4, (y + rows) * width * 4)) })
      }
    }
  }

  /** Every frame of which something is there; the first if there is nothing at all. */
  async * #framesOf (own: OwnJob): AsyncGenerator<FilmFrame> {
    const { spec } = own.signed
    const { ledger } = own.stewardship.view
    const begun = Array.from({ length: frameCount(spec.frames) }, (_, frame) => frame).filter((frame) => own.hasBegun(frame))
    for (const frame of begun.length > 0 ? begun : [0]) {
      const pixels = await own.filmOf(frame)
      yield { spec, frame, done: ledger.count('accepted'), units: ledger.units, filmHash: own.filmHash, pixels }
    }
  }

  /** @throws ChannelClosedError when nothing came for `waitMs` */
  async * #framesAfar (known: KnownJob, waitMs: number): AsyncGenerator<FilmFrame> {
    const { spec } = known.signed
    const channel = await this.#openFilm(known, waitMs)
    const quiet = new Quiet(this.#context.clock, waitMs, () => { channel.abort(new ChannelClosedError('nothing came for a while')) })
    try {
      let open: Omit<FilmFrame, 'pixels'> & { readonly pixels: Float32Array, rows: number } | undefined
      for await (const message of channel.messages) {
        quiet.heard()
        if (message.type === 'film-head') {
          open = { spec, frame: message.frame, done: message.done, units: message.units, filmHash: message.filmHash ?? null, pixels: new Float32Array(spec.width * spec.height * 4), rows: 0 }
        } else if (message.type === 'film-rows' && open?.frame === message.frame && message.y + message.rows <= spec.height && message.pixels.byteLength === message.rows * spec.width * 16) {
          bytesOf(open.pixels).set(message.pixels, message.y * spec.width * 16)
          open.rows += message.rows
          if (open.rows === spec.height) {
            yield open
          }
        } else if (message.type === 'refused') {
          throw new FilmGoneError(message.message)
        }
      }
      if (open === undefined || open.rows < spec.height) {
        throw new ChannelClosedError('the stream ended in the middle')
      }
    } finally {
      quiet.stop()
      channel.abort(new Error('the film is here'))
    }
  }

  /** Looks for the requester for up to `waitMs`: it may be about to come back. @throws ChannelClosedError */
  async #openFilm (known: KnownJob, waitMs: number): Promise<ViewChannel> {
    const endMs = this.#context.clock.nowMs() + waitMs
    while (true) {
      try {
        return await this.#context.mesh.openView(known.signed.spec.requester, { job: known.signed.id, kind: 'film' })
      } catch (error) {
        const leftMs = endMs - this.#context.clock.nowMs()
        if (!(error instanceof ChannelClosedError) || leftMs <= 0) {
          throw error
        }
        await this.#pause(Math.min(REATTACH_MS, leftMs))
      }
    }
  }

  async #pause (ms: number): Promise<void> {
    await new Promise<void>((resolve) => { this.#context.clock.after(ms, resolve) })
  }
}

/** For `.catch`: of a film that is gone there is nothing to show. */
function goneIsUndefined (error: unknown): undefined {
  if (!(error instanceof FilmGoneError)) {
    throw error
  }
}

/** A finished frame as a film is read. */
function filmOf (pixels: Float32Array, width: number): Pick<Film, 'snapshotRect'> {
  return {
    snapshotRect: (_, { x0, y0, x1, y1 }) => {
      const rows = Array.from({ length: y1 - y0 }, (_, row) => pixels.subarray(((y0 + row) * width + x0) * 4, ((y0 + row) * width + x1) * 4))
      const part = new Float32Array((x1 - x0) * (y1 - y0) * 4)
      rows.forEach((row, y) => { part.set(row, y * row.length) })
      return part
    }
  }
}

/** An event as other peers are told of it: where pictures lie is the requester's own business. */
function asToldAfar (event: FarmEvent): FarmEvent {
  return event.event === 'done' ? { ...event, files: [] } : event
}

/** Calls back when nothing was heard for a while. */
class Quiet {
  readonly #clock: Clock
  readonly #waitMs: number
  readonly #silent: () => void
  #timer: ReturnType<Clock['after']>

  constructor (clock: Clock, waitMs: number, silent: () => void) {
    this.#clock = clock
    this.#waitMs = waitMs
    this.#silent = silent
    this.#timer = clock.after(waitMs, silent)
  }

  heard (): void {
    this.#timer.stop()
    this.#timer = this.#clock.after(this.#waitMs, this.#silent)
  }

  stop (): void {
    this.#timer.stop()
  }
}
