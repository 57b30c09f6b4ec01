import {
  decodeStewardMessage, decodeViewMessage, decodeWorkerMessage, encodeStewardMessage, encodeViewMessage, encodeWorkerMessage
} from '../wire/codec/index.ts'
import { MAX_LEASE_MESSAGE_BYTES, MAX_LEASE_OUTBOUND_BYTES, MAX_VIEW_MESSAGE_BYTES, MAX_VIEW_OUTBOUND_BYTES } from '../wire/limits.ts'
import { WireError } from '../errors.ts'
import { readControl } from './signing.ts'
import type { StewardMessage, WorkerMessage } from '../core/messages.ts'
import type { ViewMessage } from '../ports.ts'
import type { ChannelCodec } from './channel.ts'
import type { KnownJobs } from './known-jobs.ts'

/** The steward's end of a lease stream. */
export const stewardCodec: ChannelCodec<StewardMessage, WorkerMessage> = {
  encode: encodeStewardMessage,
  decode: decodeWorkerMessage,
  maxMessageBytes: MAX_LEASE_MESSAGE_BYTES,
  maxOutboundBytes: MAX_LEASE_OUTBOUND_BYTES
}

/** The worker's end of a lease stream. Control words are verified before they are handed on; those of jobs nobody knows here are left out. */
export function workerCodec (jobs: KnownJobs): ChannelCodec<WorkerMessage, StewardMessage> {
  return {
    encode: encodeWorkerMessage,
    maxMessageBytes: MAX_LEASE_MESSAGE_BYTES,
    maxOutboundBytes: MAX_LEASE_OUTBOUND_BYTES,
    async decode (bytes) {
      const message = decodeStewardMessage(bytes)
      if (message.type !== 'control') {
        return message
      }
      const requester = jobs.requesterOf(message.control.control.job)
      if (requester === undefined) {
        return undefined
      }
      return { type: 'control', control: await readControl(message.control.bytes, message.control.signature, requester) }
    }
  }
}

/** The end of a view stream that shows. */
export const viewSourceCodec: ChannelCodec<ViewMessage, never> = {
  encode: encodeViewMessage,
  decode () {
    throw new WireError('a viewer says nothing after its request')
  },
  maxMessageBytes: MAX_VIEW_MESSAGE_BYTES,
  maxOutboundBytes: MAX_VIEW_OUTBOUND_BYTES
}

/** The end of a view stream that looks. */
export const viewerCodec: ChannelCodec<never, ViewMessage> = {
  encode () {
    throw new WireError('a viewer says nothing after its request')
  },
  decode: decodeViewMessage,
  maxMessageBytes: MAX_VIEW_MESSAGE_BYTES,
  maxOutboundBytes: MAX_VIEW_OUTBOUND_BYTES
}
