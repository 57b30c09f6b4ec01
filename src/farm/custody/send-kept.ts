import { ChannelClosedError } from '../../errors.ts'
import type { KeptRequest, KeptUnit } from '../../core/questions.ts'
import type { Channel, Log } from '../../ports.ts'
import type { PlacementSource } from './placement.ts'

/** Sends what is wanted and is there, as fast as it is read, then ends the stream. Never rejects. */
export async function sendKept (source: Pick<PlacementSource, 'units' | 'read'> | undefined, request: KeptRequest, channel: Channel<KeptUnit, never>, log: Log): Promise<void> {
  try {
    if (source !== undefined && request.wanted.units === source.units.units) {
      for await (const unit of source.read(request.wanted)) {
        await channel.send(unit)
      }
    }
    await channel.close()
  } catch (error) {
    log.debug('kept results were not sent', { job: request.job, peer: channel.peer, error: String(error) })
    channel.abort(new ChannelClosedError('kept results can not be sent'))
  }
}
