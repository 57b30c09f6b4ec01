import { ChannelClosedError, FilmGoneError, UnknownJobError, UsageError } from '../../errors.ts'
import { fileOfFrame } from '../../core/frame-file.ts'
import { frameCount } from '../../core/job.ts'
import { frameNumber, gridOf } from '../../core/units.ts'
import { framesAfar, sendFilm } from './film-afar.ts'
import { framesOf } from './film-frame.ts'
import { followAfar } from './follow-afar.ts'
import { followOwn } from './late-viewer.ts'
import { missingWords } from './missing-words.ts'
import { ScatteredFilm } from './scattered-film.ts'
import type { FetchRequest, FollowItem, SavedFilm } from '../../api.ts'
import type { JobId, PeerId } from '../../core/ids.ts'
import type { JobSpec } from '../../core/job.ts'
import type { Channel, Darkroom, FarmEvent, Mesh, ViewMessage, ViewRequest } from '../../ports.ts'
import type { Directory, KnownJob } from '../directory.ts'
import type { OwnJob } from '../own-job.ts'
import type { FilmFrame } from './film-frame.ts'
import type { FollowAfarContext } from './follow-afar.ts'
import type { ScatteredFilmContext } from './scattered-film.ts'

/** What viewing needs. */
export interface ViewingContext extends FollowAfarContext, ScatteredFilmContext {
  readonly mesh: Mesh
  readonly darkroom: Darkroom
  readonly directory: Directory
  own (job: JobId): OwnJob | undefined
  nameOf (peer: PeerId): string
}

/**
 * Watching and fetching films: of own jobs directly, of others' from their requester, and while that is away from their steward and whoever keeps
 * results; and the other end of such streams.
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
      yield * followOwn(own, preview, this.#context, signal)
      return
    }
    const known = this.#context.directory.get(job)
    if (known === undefined) {
      throw new UnknownJobError(job)
    }
    yield * followAfar(known, preview, this.#context, signal)
  }

  /** Writes a job's film as it is reachable now. */
  async fetch (job: JobId, request: FetchRequest): Promise<SavedFilm> {
    const own = this.#context.own(job)
    const known = this.#context.directory.get(job)
    const spec = own?.signed.spec ?? known?.signed.spec
    if (spec === undefined) {
      throw new UnknownJobError(job)
    }
    if (frameCount(spec.frames) > 1 && !request.output.includes('#')) {
      throw new UsageError('This job has several frames; give their number a place in the name, as in -o picture-####.exr')
    }
    if (own !== undefined) {
      return this.#whole(job, spec, await this.#written(framesOf(own), spec, request))
    }
    const startedMs = this.#context.clock.nowMs()
    return await this.#fromRequester(known!, request) ??
      this.#fromKeepers(known!, { ...request, waitMs: Math.max(0, request.waitMs - (this.#context.clock.nowMs() - startedMs)) })
  }

  /** Serves another peer's viewer. */
  serve (request: ViewRequest, channel: Channel<ViewMessage, never>): void {
    this.#serving(request, channel).catch(async (error: unknown) => {
      if (!(error instanceof FilmGoneError)) {
        throw error
      }
      await channel.send({ type: 'refused', message: error.message })
    }).then(async () => { await channel.close() }).catch((error: unknown) => {
      this.#context.log.debug('a viewer is gone', { peer: channel.peer, error: String(error) })
      channel.abort(error instanceof Error ? error : new Error(String(error)))
    })
  }

  async #serving ({ job, kind }: ViewRequest, channel: Channel<ViewMessage, never>): Promise<void> {
    const own = this.#context.own(job)
    const taken = own === undefined ? this.#context.taken(job) : undefined
    if (own !== undefined) {
      await (kind === 'live' ? serveLive((signal) => followOwn(own, 'blocks', this.#context, signal), channel) : sendFilm(own, channel))
    } else if (taken !== undefined && kind === 'live') {
      await serveLive((signal) => taken.follow('blocks', signal), channel)
    } else {
      await channel.send({ type: 'refused', message: 'this peer does not have the film of that job' })
    }
  }

  /** The film as its requester has it; undefined when that is away, or goes away meanwhile. */
  async #fromRequester (known: KnownJob, request: FetchRequest): Promise<SavedFilm | undefined> {
    const { id, spec } = known.signed
    if (!this.#isHere(spec.requester)) {
      return undefined
    }
    try {
      return this.#whole(id, spec, await this.#written(framesAfar(known, request.waitMs, this.#context), spec, request))
    } catch (error) {
      if (!(error instanceof ChannelClosedError)) {
        throw error
      }
      this.#context.log.info('the film could not be had from its requester', { job: id, error: error.message })
      return undefined
    }
  }

  /** The film from all that keep some of it; from its requester when that comes back meanwhile. */
  async #fromKeepers (known: KnownJob, request: FetchRequest): Promise<SavedFilm> {
    const { id, spec } = known.signed
    const wasHere = this.#isHere(spec.requester)
    const hasReturned = (): boolean => !wasHere && this.#isHere(spec.requester)
    const film = new ScatteredFilm(known, this.#context)
    const { files } = await this.#written(film.frames(request.waitMs, hasReturned), spec, request)
    const saved = hasReturned() ? await this.#fromRequester(known, request) : undefined
    if (saved !== undefined) {
      return saved
    }
    const away = [...new Set([spec.requester, known.epoch?.peer ?? spec.requester])].filter((peer) => peer !== this.#context.mesh.self && !this.#isHere(peer))
    const { units } = known.grid
    return {
      job: id,
      files,
      done: film.done,
      units,
      filmHash: film.filmHash,
      missing: missingWords({ units, done: film.done, elsewhere: film.elsewhere, away: away.map((peer) => this.#context.nameOf(peer)) })
    }
  }

  #whole (job: JobId, spec: JobSpec, { files, last }: Written): SavedFilm {
    const { units } = gridOf(spec)
    const done = last?.done ?? 0
    return { job, files, done, units, filmHash: last?.filmHash ?? null, missing: missingWords({ units, done, elsewhere: 0, away: [] }) }
  }

  async #written (frames: AsyncIterable<FilmFrame>, spec: JobSpec, request: FetchRequest): Promise<Written> {
    const files: string[] = []
    let last: FilmFrame | undefined
    for await (const frame of frames) {
      const file = fileOfFrame(request.output, frameNumber(gridOf(spec), frame.frame))
      await this.#context.darkroom.write(file, spec.width, spec.height, frame.pixels, request.bits)
      files.push(file)
      last = frame
    }
    return { files, last }
  }

  #isHere (peer: PeerId): boolean {
    return this.#context.mesh.peers().some((member) => member.peer === peer)
  }
}

interface Written {
  readonly files: readonly string[]
  readonly last: FilmFrame | undefined
}

async function serveLive (follow: (signal: AbortSignal) => AsyncIterable<FollowItem>, channel: Channel<ViewMessage, never>): Promise<void> {
  const abort = new AbortController()
  void channel.closed.then(() => { abort.abort() })
  for await (const item of follow(abort.signal)) {
    await channel.send(item.type === 'event' ? { type: 'event', event: asToldAfar(item.event) } : { type: 'preview', ...item.block })
  }
}

/** An event as other peers are told of it: where pictures lie is the requester's own business. */
function asToldAfar (event: FarmEvent): FarmEvent {
  return event.event === 'done' ? { ...event, files: [] } : event
}
