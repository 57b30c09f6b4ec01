import { ChannelClosedError, FilmGoneError } from '../../errors.ts'
import { bytesOf } from '../restore.ts'
import { FILM_MESSAGE_BYTES, REATTACH_MS } from './limits.ts'
import { Quiet, pause } from './quiet.ts'
import { framesOf } from './film-frame.ts'
import type { Channel, Clock, Mesh, ViewChannel, ViewMessage } from '../../ports.ts'
import type { KnownJob } from '../directory.ts'
import type { OwnJob } from '../own-job.ts'
import type { FilmFrame } from './film-frame.ts'

/** What a film from its requester takes. */
export interface FilmAfarContext {
  readonly mesh: Pick<Mesh, 'openView'>
  readonly clock: Clock
}

/** Sends the film of an own job as it is now. @throws FilmGoneError */
export async function sendFilm (own: OwnJob, channel: Channel<ViewMessage, never>): Promise<void> {
  const { width, height } = own.signed.spec
  const rowsAtOnce = Math.max(1, Math.floor(FILM_MESSAGE_BYTES / (width * 16)))
  for await (const { spec, frame, done, units, filmHash, pixels } of framesOf(own)) {
    await channel.send({ type: 'film-head', spec, frame, done, units, filmHash: filmHash ?? undefined })
    for (let y = 0; y < height; y += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, height - y)
      await channel.send({ type: 'film-rows', frame, y, rows, pixels: bytesOf(pixels.subarray(y * width * 4, (y + rows) * width * 4)) })
    }
  }
}

/**
 * The film as its requester has it now; it is looked for up to `waitMs`, as it may be about to come back.
 *
 * @throws ChannelClosedError when it can not be reached or nothing came for `waitMs`, FilmGoneError when it has the film no more
 */
export async function * framesAfar (known: KnownJob, waitMs: number, context: FilmAfarContext): AsyncGenerator<FilmFrame> {
  const { spec } = known.signed
  const channel = await openFilm(known, waitMs, context)
  const quiet = new Quiet(context.clock, waitMs, () => { channel.abort(new ChannelClosedError('nothing came for a while')) })
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

async function openFilm (known: KnownJob, waitMs: number, { mesh, clock }: FilmAfarContext): Promise<ViewChannel> {
  const endMs = clock.nowMs() + waitMs
  while (true) {
    try {
      return await mesh.openView(known.signed.spec.requester, { job: known.signed.id, kind: 'film' })
    } catch (error) {
      const leftMs = endMs - clock.nowMs()
      if (!(error instanceof ChannelClosedError) || leftMs <= 0) {
        throw error
      }
      await pause(clock, Math.min(REATTACH_MS, leftMs))
    }
  }
}
