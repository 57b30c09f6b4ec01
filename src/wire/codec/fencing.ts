import { present, whole } from './check.ts'
import { peerBytes, peerOf } from './ids.ts'
import type { Epoch, Token } from '../../core/epoch.ts'
import type * as pb from '../generated/epoch.ts'

/** An epoch as its message. */
export function epochToWire (epoch: Epoch): pb.Epoch {
  return {
    round: whole('round', epoch.round, 0, Number.MAX_SAFE_INTEGER),
    peer: peerBytes('peer of the epoch', epoch.peer),
    instance: whole('instance', epoch.instance, 0, Number.MAX_SAFE_INTEGER)
  }
}

/** An epoch from its message. */
export function epochOf (message: pb.Epoch | undefined): Epoch {
  const { round, peer, instance } = present('epoch', message)
  return {
    round: whole('round', round, 0, Number.MAX_SAFE_INTEGER),
    peer: peerOf('peer of the epoch', peer),
    instance: whole('instance', instance, 0, Number.MAX_SAFE_INTEGER)
  }
}

/** A fencing token as its message. */
export function tokenToWire (token: Token): pb.Token {
  return {
    epoch: epochToWire(token.epoch),
    grant: whole('grant number', token.grant, 1, Number.MAX_SAFE_INTEGER)
  }
}

/** A fencing token from its message. */
export function tokenOf (message: pb.Token | undefined): Token {
  const { epoch, grant } = present('token', message)
  return {
    epoch: epochOf(epoch),
    grant: whole('grant number', grant, 1, Number.MAX_SAFE_INTEGER)
  }
}
