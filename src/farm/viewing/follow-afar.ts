import { ChannelClosedError, UnknownJobError } from '../../errors.ts'
import { jobEventOf } from '../job-event.ts'
import { REATTACH_MS } from './limits.ts'
import { pause } from './quiet.ts'
import type { FollowItem } from '../../api.ts'
import type { JobId, PeerId } from '../../core/ids.ts'
import type { Clock, Log, Mesh, ViewChannel } from '../../ports.ts'
import type { Directory, KnownJob } from '../directory.ts'
import type { TakenOverJob } from '../succession/taken-over-job.ts'

/** What following another peer's job takes. */
export interface FollowAfarContext {
  readonly mesh: Pick<Mesh, 'self' | 'peers' | 'openView'>
  readonly clock: Clock
  readonly directory: Pick<Directory, 'stateOf'>
  readonly log: Log
  /** A job that this peer stewards for another. */
  taken (job: JobId): TakenOverJob | undefined
}

/**
 * A job of another peer as its requester tells it, or, while that is away, as its steward does; whoever is there is asked again when the other is gone.
 * The job is introduced once.
 */
export async function * followAfar (known: KnownJob, preview: 'none' | 'blocks', context: FollowAfarContext, signal: AbortSignal): AsyncGenerator<FollowItem> {
  let introduced = false
  while (!signal.aborted) {
    for await (const item of attached(known, preview, context, signal)) {
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
      yield * introduction(known, context)
    }
    await pause(context.clock, REATTACH_MS)
  }
}

/** What whoever knows most of the job tells of it as long as it does. */
function attached (known: KnownJob, preview: 'none' | 'blocks', context: FollowAfarContext, signal: AbortSignal): AsyncIterable<FollowItem> {
  const { requester } = known.signed.spec
  const steward = known.epoch?.peer ?? requester
  const isHere = context.mesh.peers().some(({ peer }) => peer === requester)
  const taken = context.taken(known.signed.id)
  if (!isHere && taken !== undefined) {
    return taken.follow(preview, signal)
  }
  return told(isHere || steward === context.mesh.self ? requester : steward, known, context, signal)
}

/** What another peer sends as long as it can be reached. */
async function * told (peer: PeerId, known: KnownJob, context: FollowAfarContext, signal: AbortSignal): AsyncGenerator<FollowItem> {
  let channel: ViewChannel
  try {
    channel = await context.mesh.openView(peer, { job: known.signed.id, kind: 'live' })
  } catch (error) {
    context.log.debug('who tells of a watched job can not be reached', { job: known.signed.id, peer, error: String(error) })
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
        if (peer === known.signed.spec.requester) {
          throw new UnknownJobError(known.signed.id)
        }
        return
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

/** What this peer itself knows of a job of which nobody can tell more. */
function * introduction (known: KnownJob, { directory }: FollowAfarContext): Generator<FollowItem> {
  yield { type: 'event', event: jobEventOf(known.signed, known.grid) }
  yield { type: 'event', event: { event: 'progress', job: known.signed.id, done: known.done, units: known.grid.units, etaMs: null, peers: 0, working: [], state: directory.stateOf(known) === 'paused' ? 'paused' : 'running' } }
}
