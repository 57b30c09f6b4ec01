// @ts-nocheck: written by npm run generate; protons leaves parameters unused
import { decodeMessage, encodeMessage, enumeration, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface WorkerMessage {
  claim?: Claim
  renew?: Renew
  started?: Started
  failed?: UnitFailed
  release?: Release
  stale?: Stale
}

export namespace WorkerMessage {
  let _codec: Codec<WorkerMessage>

  export const codec = (): Codec<WorkerMessage> => {
    if (_codec == null) {
      _codec = message<WorkerMessage>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        obj = { ...obj }

        if (obj.stale != null) {
          obj.release = undefined
          obj.failed = undefined
          obj.started = undefined
          obj.renew = undefined
          obj.claim = undefined
        }

        if (obj.release != null) {
          obj.stale = undefined
          obj.failed = undefined
          obj.started = undefined
          obj.renew = undefined
          obj.claim = undefined
        }

        if (obj.failed != null) {
          obj.stale = undefined
          obj.release = undefined
          obj.started = undefined
          obj.renew = undefined
          obj.claim = undefined
        }

        if (obj.started != null) {
          obj.stale = undefined
          obj.release = undefined
          obj.failed = undefined
          obj.renew = undefined
          obj.claim = undefined
        }

        if (obj.renew != null) {
          obj.stale = undefined
          obj.release = undefined
          obj.failed = undefined
          obj.started = undefined
          obj.claim = undefined
        }

        if (obj.claim != null) {
          obj.stale = undefined
          obj.release = undefined
          obj.failed = undefined
          obj.started = undefined
          obj.renew = undefined
        }

        if (obj.claim != null) {
          w.uint32(10)
          Claim.codec().encode(obj.claim, w)
        }

        if (obj.renew != null) {
          w.uint32(18)
          Renew.codec().encode(obj.renew, w)
        }

        if (obj.started != null) {
          w.uint32(26)
          Started.codec().encode(obj.started, w)
        }

        if (obj.failed != null) {
          w.uint32(34)
          UnitFailed.codec().encode(obj.failed, w)
        }

        if (obj.release != null) {
          w.uint32(42)
          Release.codec().encode(obj.release, w)
        }

        if (obj.stale != null) {
          w.uint32(50)
          Stale.codec().encode(obj.stale, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.claim = Claim.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.claim
              })
              break
            }
            case 2: {
              obj.renew = Renew.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.renew
              })
              break
            }
            case 3: {
              obj.started = Started.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.started
              })
              break
            }
            case 4: {
              obj.failed = UnitFailed.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.failed
              })
              break
            }
            case 5: {
              obj.release = Release.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.release
              })
              break
            }
            case 6: {
              obj.stale = Stale.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.stale
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        if (obj.stale != null) {
          delete obj.release
          delete obj.failed
          delete obj.started
          delete obj.renew
          delete obj.claim
        }

        if (obj.release != null) {
          delete obj.stale
          delete obj.failed
          delete obj.started
          delete obj.renew
          delete obj.claim
        }

        if (obj.failed != null) {
          delete obj.stale
          delete obj.release
          delete obj.started
          delete obj.renew
          delete obj.claim
        }

        if (obj.started != null) {
          delete obj.stale
          delete obj.release
          delete obj.failed
          delete obj.renew
          delete obj.claim
        }

        if (obj.renew != null) {
          delete obj.stale
          delete obj.release
          delete obj.failed
          delete obj.started
          delete obj.claim
        }

        if (obj.claim != null) {
          delete obj.stale
          delete obj.release
          delete obj.failed
          delete obj.started
          delete obj.renew
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * Claim.codec().stream(reader, reader.uint32(), `${prefix}.claim`, {
                limits: opts.limits?.claim
              })

              break
            }
            case 2: {
              yield * Renew.codec().stream(reader, reader.uint32(), `${prefix}.renew`, {
                limits: opts.limits?.renew
              })

              break
            }
            case 3: {
              yield * Started.codec().stream(reader, reader.uint32(), `${prefix}.started`, {
                limits: opts.limits?.started
              })

              break
            }
            case 4: {
              yield * UnitFailed.codec().stream(reader, reader.uint32(), `${prefix}.failed`, {
                limits: opts.limits?.failed
              })

              break
            }
            case 5: {
              yield * Release.codec().stream(reader, reader.uint32(), `${prefix}.release`, {
                limits: opts.limits?.release
              })

              break
            }
            case 6: {
              yield * Stale.codec().stream(reader, reader.uint32(), `${prefix}.stale`, {
                limits: opts.limits?.stale
              })

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface WorkerMessageClaimJobFieldEvent {
    field: '$.claim.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface WorkerMessageClaimFingerprintFieldEvent {
    field: '$.claim.fingerprint'
    value: Uint8Array<ArrayBuffer>
  }

  export interface WorkerMessageClaimThreadsFieldEvent {
    field: '$.claim.threads'
    value: number
  }

  export interface WorkerMessageClaimFixedMsFieldEvent {
    field: '$.claim.fixedMs'
    value: number
  }

  export interface WorkerMessageClaimMsPerUnitFieldEvent {
    field: '$.claim.msPerUnit'
    value: number
  }

  export interface WorkerMessageClaimHoldingFrameFieldEvent {
    field: '$.claim.holding[].frame'
    value: number
    index: number
  }

  export interface WorkerMessageClaimHoldingX0FieldEvent {
    field: '$.claim.holding[].x0'
    value: number
    index: number
  }

  export interface WorkerMessageClaimHoldingY0FieldEvent {
    field: '$.claim.holding[].y0'
    value: number
    index: number
  }

  export interface WorkerMessageClaimHoldingX1FieldEvent {
    field: '$.claim.holding[].x1'
    value: number
    index: number
  }

  export interface WorkerMessageClaimHoldingY1FieldEvent {
    field: '$.claim.holding[].y1'
    value: number
    index: number
  }

  export interface WorkerMessageClaimHoldingRun0FieldEvent {
    field: '$.claim.holding[].run0'
    value: number
    index: number
  }

  export interface WorkerMessageClaimHoldingRun1FieldEvent {
    field: '$.claim.holding[].run1'
    value: number
    index: number
  }

  export interface WorkerMessageClaimUndeliveredFrameFieldEvent {
    field: '$.claim.undelivered[].frame'
    value: number
    index: number
  }

  export interface WorkerMessageClaimUndeliveredX0FieldEvent {
    field: '$.claim.undelivered[].x0'
    value: number
    index: number
  }

  export interface WorkerMessageClaimUndeliveredY0FieldEvent {
    field: '$.claim.undelivered[].y0'
    value: number
    index: number
  }

  export interface WorkerMessageClaimUndeliveredX1FieldEvent {
    field: '$.claim.undelivered[].x1'
    value: number
    index: number
  }

  export interface WorkerMessageClaimUndeliveredY1FieldEvent {
    field: '$.claim.undelivered[].y1'
    value: number
    index: number
  }

  export interface WorkerMessageClaimUndeliveredRun0FieldEvent {
    field: '$.claim.undelivered[].run0'
    value: number
    index: number
  }

  export interface WorkerMessageClaimUndeliveredRun1FieldEvent {
    field: '$.claim.undelivered[].run1'
    value: number
    index: number
  }

  export interface WorkerMessageRenewSequenceFieldEvent {
    field: '$.renew.sequence'
    value: number
  }

  export interface WorkerMessageRenewLeasesJobFieldEvent {
    field: '$.renew.leases[].job'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface WorkerMessageRenewLeasesTokenEpochRoundFieldEvent {
    field: '$.renew.leases[].token.epoch.round'
    value: number
    index: number
  }

  export interface WorkerMessageRenewLeasesTokenEpochPeerFieldEvent {
    field: '$.renew.leases[].token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface WorkerMessageRenewLeasesTokenEpochInstanceFieldEvent {
    field: '$.renew.leases[].token.epoch.instance'
    value: number
    index: number
  }

  export interface WorkerMessageRenewLeasesTokenGrantFieldEvent {
    field: '$.renew.leases[].token.grant'
    value: number
    index: number
  }

  export interface WorkerMessageRenewLeasesStartedUnitsFieldEvent {
    field: '$.renew.leases[].startedUnits'
    value: number
    index: number
  }

  export interface WorkerMessageStartedLeasesJobFieldEvent {
    field: '$.started.leases[].job'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface WorkerMessageStartedLeasesTokenEpochRoundFieldEvent {
    field: '$.started.leases[].token.epoch.round'
    value: number
    index: number
  }

  export interface WorkerMessageStartedLeasesTokenEpochPeerFieldEvent {
    field: '$.started.leases[].token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface WorkerMessageStartedLeasesTokenEpochInstanceFieldEvent {
    field: '$.started.leases[].token.epoch.instance'
    value: number
    index: number
  }

  export interface WorkerMessageStartedLeasesTokenGrantFieldEvent {
    field: '$.started.leases[].token.grant'
    value: number
    index: number
  }

  export interface WorkerMessageStartedLeasesStartedUnitsFieldEvent {
    field: '$.started.leases[].startedUnits'
    value: number
    index: number
  }

  export interface WorkerMessageFailedJobFieldEvent {
    field: '$.failed.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface WorkerMessageFailedTokenEpochRoundFieldEvent {
    field: '$.failed.token.epoch.round'
    value: number
  }

  export interface WorkerMessageFailedTokenEpochPeerFieldEvent {
    field: '$.failed.token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface WorkerMessageFailedTokenEpochInstanceFieldEvent {
    field: '$.failed.token.epoch.instance'
    value: number
  }

  export interface WorkerMessageFailedTokenGrantFieldEvent {
    field: '$.failed.token.grant'
    value: number
  }

  export interface WorkerMessageFailedUnitFieldEvent {
    field: '$.failed.unit'
    value: number
  }

  export interface WorkerMessageFailedReasonFieldEvent {
    field: '$.failed.reason'
    value: Uint8Array<ArrayBuffer>
  }

  export interface WorkerMessageFailedLogFieldEvent {
    field: '$.failed.log'
    value: Uint8Array<ArrayBuffer>
  }

  export interface WorkerMessageFailedOfPeerFieldEvent {
    field: '$.failed.ofPeer'
    value: boolean
  }

  export interface WorkerMessageReleaseJobFieldEvent {
    field: '$.release.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface WorkerMessageReleaseTokenEpochRoundFieldEvent {
    field: '$.release.token.epoch.round'
    value: number
  }

  export interface WorkerMessageReleaseTokenEpochPeerFieldEvent {
    field: '$.release.token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface WorkerMessageReleaseTokenEpochInstanceFieldEvent {
    field: '$.release.token.epoch.instance'
    value: number
  }

  export interface WorkerMessageReleaseTokenGrantFieldEvent {
    field: '$.release.token.grant'
    value: number
  }

  export interface WorkerMessageReleaseRectsFrameFieldEvent {
    field: '$.release.rects[].frame'
    value: number
    index: number
  }

  export interface WorkerMessageReleaseRectsX0FieldEvent {
    field: '$.release.rects[].x0'
    value: number
    index: number
  }

  export interface WorkerMessageReleaseRectsY0FieldEvent {
    field: '$.release.rects[].y0'
    value: number
    index: number
  }

  export interface WorkerMessageReleaseRectsX1FieldEvent {
    field: '$.release.rects[].x1'
    value: number
    index: number
  }

  export interface WorkerMessageReleaseRectsY1FieldEvent {
    field: '$.release.rects[].y1'
    value: number
    index: number
  }

  export interface WorkerMessageReleaseRectsRun0FieldEvent {
    field: '$.release.rects[].run0'
    value: number
    index: number
  }

  export interface WorkerMessageReleaseRectsRun1FieldEvent {
    field: '$.release.rects[].run1'
    value: number
    index: number
  }

  export interface WorkerMessageReleaseReasonFieldEvent {
    field: '$.release.reason'
    value: ReleaseReason
  }

  export interface WorkerMessageStaleJobFieldEvent {
    field: '$.stale.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface WorkerMessageStaleEpochRoundFieldEvent {
    field: '$.stale.epoch.round'
    value: number
  }

  export interface WorkerMessageStaleEpochPeerFieldEvent {
    field: '$.stale.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface WorkerMessageStaleEpochInstanceFieldEvent {
    field: '$.stale.epoch.instance'
    value: number
  }

  export function encode (obj: Partial<WorkerMessage>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, WorkerMessage.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<WorkerMessage>): WorkerMessage {
    return decodeMessage(buf, WorkerMessage.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<WorkerMessage>): Generator<WorkerMessageClaimJobFieldEvent | WorkerMessageClaimFingerprintFieldEvent | WorkerMessageClaimThreadsFieldEvent | WorkerMessageClaimFixedMsFieldEvent | WorkerMessageClaimMsPerUnitFieldEvent | WorkerMessageClaimHoldingFrameFieldEvent | WorkerMessageClaimHoldingX0FieldEvent | WorkerMessageClaimHoldingY0FieldEvent | WorkerMessageClaimHoldingX1FieldEvent | WorkerMessageClaimHoldingY1FieldEvent | WorkerMessageClaimHoldingRun0FieldEvent | WorkerMessageClaimHoldingRun1FieldEvent | WorkerMessageClaimUndeliveredFrameFieldEvent | WorkerMessageClaimUndeliveredX0FieldEvent | WorkerMessageClaimUndeliveredY0FieldEvent | WorkerMessageClaimUndeliveredX1FieldEvent | WorkerMessageClaimUndeliveredY1FieldEvent | WorkerMessageClaimUndeliveredRun0FieldEvent | WorkerMessageClaimUndeliveredRun1FieldEvent | WorkerMessageRenewSequenceFieldEvent | WorkerMessageRenewLeasesJobFieldEvent | WorkerMessageRenewLeasesTokenEpochRoundFieldEvent | WorkerMessageRenewLeasesTokenEpochPeerFieldEvent | WorkerMessageRenewLeasesTokenEpochInstanceFieldEvent | WorkerMessageRenewLeasesTokenGrantFieldEvent | WorkerMessageRenewLeasesStartedUnitsFieldEvent | WorkerMessageStartedLeasesJobFieldEvent | WorkerMessageStartedLeasesTokenEpochRoundFieldEvent | WorkerMessageStartedLeasesTokenEpochPeerFieldEvent | WorkerMessageStartedLeasesTokenEpochInstanceFieldEvent | WorkerMessageStartedLeasesTokenGrantFieldEvent | WorkerMessageStartedLeasesStartedUnitsFieldEvent | WorkerMessageFailedJobFieldEvent | WorkerMessageFailedTokenEpochRoundFieldEvent | WorkerMessageFailedTokenEpochPeerFieldEvent | WorkerMessageFailedTokenEpochInstanceFieldEvent | WorkerMessageFailedTokenGrantFieldEvent | WorkerMessageFailedUnitFieldEvent | WorkerMessageFailedReasonFieldEvent | WorkerMessageFailedLogFieldEvent | WorkerMessageFailedOfPeerFieldEvent | WorkerMessageReleaseJobFieldEvent | WorkerMessageReleaseTokenEpochRoundFieldEvent | WorkerMessageReleaseTokenEpochPeerFieldEvent | WorkerMessageReleaseTokenEpochInstanceFieldEvent | WorkerMessageReleaseTokenGrantFieldEvent | WorkerMessageReleaseRectsFrameFieldEvent | WorkerMessageReleaseRectsX0FieldEvent | WorkerMessageReleaseRectsY0FieldEvent | WorkerMessageReleaseRectsX1FieldEvent | WorkerMessageReleaseRectsY1FieldEvent | WorkerMessageReleaseRectsRun0FieldEvent | WorkerMessageReleaseRectsRun1FieldEvent | WorkerMessageReleaseReasonFieldEvent | WorkerMessageStaleJobFieldEvent | WorkerMessageStaleEpochRoundFieldEvent | WorkerMessageStaleEpochPeerFieldEvent | WorkerMessageStaleEpochInstanceFieldEvent> {
    return streamMessage(buf, WorkerMessage.codec(), opts)
  }
}

export interface StewardMessage {
  grant?: Grant
  wait?: Wait
  recall?: Recall
  revoke?: Revoke
  renewed?: Renewed
  control?: ControlPush
  stale?: Stale
}

export namespace StewardMessage {
  let _codec: Codec<StewardMessage>

  export const codec = (): Codec<StewardMessage> => {
    if (_codec == null) {
      _codec = message<StewardMessage>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        obj = { ...obj }

        if (obj.stale != null) {
          obj.control = undefined
          obj.renewed = undefined
          obj.revoke = undefined
          obj.recall = undefined
          obj.wait = undefined
          obj.grant = undefined
        }

        if (obj.control != null) {
          obj.stale = undefined
          obj.renewed = undefined
          obj.revoke = undefined
          obj.recall = undefined
          obj.wait = undefined
          obj.grant = undefined
        }

        if (obj.renewed != null) {
          obj.stale = undefined
          obj.control = undefined
          obj.revoke = undefined
          obj.recall = undefined
          obj.wait = undefined
          obj.grant = undefined
        }

        if (obj.revoke != null) {
          obj.stale = undefined
          obj.control = undefined
          obj.renewed = undefined
          obj.recall = undefined
          obj.wait = undefined
          obj.grant = undefined
        }

        if (obj.recall != null) {
          obj.stale = undefined
          obj.control = undefined
          obj.renewed = undefined
          obj.revoke = undefined
          obj.wait = undefined
          obj.grant = undefined
        }

        if (obj.wait != null) {
          obj.stale = undefined
          obj.control = undefined
          obj.renewed = undefined
          obj.revoke = undefined
          obj.recall = undefined
          obj.grant = undefined
        }

        if (obj.grant != null) {
          obj.stale = undefined
          obj.control = undefined
          obj.renewed = undefined
          obj.revoke = undefined
          obj.recall = undefined
          obj.wait = undefined
        }

        if (obj.grant != null) {
          w.uint32(10)
          Grant.codec().encode(obj.grant, w)
        }

        if (obj.wait != null) {
          w.uint32(18)
          Wait.codec().encode(obj.wait, w)
        }

        if (obj.recall != null) {
          w.uint32(26)
          Recall.codec().encode(obj.recall, w)
        }

        if (obj.revoke != null) {
          w.uint32(34)
          Revoke.codec().encode(obj.revoke, w)
        }

        if (obj.renewed != null) {
          w.uint32(42)
          Renewed.codec().encode(obj.renewed, w)
        }

        if (obj.control != null) {
          w.uint32(50)
          ControlPush.codec().encode(obj.control, w)
        }

        if (obj.stale != null) {
          w.uint32(58)
          Stale.codec().encode(obj.stale, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.grant = Grant.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.grant
              })
              break
            }
            case 2: {
              obj.wait = Wait.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.wait
              })
              break
            }
            case 3: {
              obj.recall = Recall.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.recall
              })
              break
            }
            case 4: {
              obj.revoke = Revoke.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.revoke
              })
              break
            }
            case 5: {
              obj.renewed = Renewed.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.renewed
              })
              break
            }
            case 6: {
              obj.control = ControlPush.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.control
              })
              break
            }
            case 7: {
              obj.stale = Stale.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.stale
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        if (obj.stale != null) {
          delete obj.control
          delete obj.renewed
          delete obj.revoke
          delete obj.recall
          delete obj.wait
          delete obj.grant
        }

        if (obj.control != null) {
          delete obj.stale
          delete obj.renewed
          delete obj.revoke
          delete obj.recall
          delete obj.wait
          delete obj.grant
        }

        if (obj.renewed != null) {
          delete obj.stale
          delete obj.control
          delete obj.revoke
          delete obj.recall
          delete obj.wait
          delete obj.grant
        }

        if (obj.revoke != null) {
          delete obj.stale
          delete obj.control
          delete obj.renewed
          delete obj.recall
          delete obj.wait
          delete obj.grant
        }

        if (obj.recall != null) {
          delete obj.stale
          delete obj.control
          delete obj.renewed
          delete obj.revoke
          delete obj.wait
          delete obj.grant
        }

        if (obj.wait != null) {
          delete obj.stale
          delete obj.control
          delete obj.renewed
          delete obj.revoke
          delete obj.recall
          delete obj.grant
        }

        if (obj.grant != null) {
          delete obj.stale
          delete obj.control
          delete obj.renewed
          delete obj.revoke
          delete obj.recall
          delete obj.wait
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * Grant.codec().stream(reader, reader.uint32(), `${prefix}.grant`, {
                limits: opts.limits?.grant
              })

              break
            }
            case 2: {
              yield * Wait.codec().stream(reader, reader.uint32(), `${prefix}.wait`, {
                limits: opts.limits?.wait
              })

              break
            }
            case 3: {
              yield * Recall.codec().stream(reader, reader.uint32(), `${prefix}.recall`, {
                limits: opts.limits?.recall
              })

              break
            }
            case 4: {
              yield * Revoke.codec().stream(reader, reader.uint32(), `${prefix}.revoke`, {
                limits: opts.limits?.revoke
              })

              break
            }
            case 5: {
              yield * Renewed.codec().stream(reader, reader.uint32(), `${prefix}.renewed`, {
                limits: opts.limits?.renewed
              })

              break
            }
            case 6: {
              yield * ControlPush.codec().stream(reader, reader.uint32(), `${prefix}.control`, {
                limits: opts.limits?.control
              })

              break
            }
            case 7: {
              yield * Stale.codec().stream(reader, reader.uint32(), `${prefix}.stale`, {
                limits: opts.limits?.stale
              })

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface StewardMessageGrantJobFieldEvent {
    field: '$.grant.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StewardMessageGrantTokenEpochRoundFieldEvent {
    field: '$.grant.token.epoch.round'
    value: number
  }

  export interface StewardMessageGrantTokenEpochPeerFieldEvent {
    field: '$.grant.token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StewardMessageGrantTokenEpochInstanceFieldEvent {
    field: '$.grant.token.epoch.instance'
    value: number
  }

  export interface StewardMessageGrantTokenGrantFieldEvent {
    field: '$.grant.token.grant'
    value: number
  }

  export interface StewardMessageGrantRectsFrameFieldEvent {
    field: '$.grant.rects[].frame'
    value: number
    index: number
  }

  export interface StewardMessageGrantRectsX0FieldEvent {
    field: '$.grant.rects[].x0'
    value: number
    index: number
  }

  export interface StewardMessageGrantRectsY0FieldEvent {
    field: '$.grant.rects[].y0'
    value: number
    index: number
  }

  export interface StewardMessageGrantRectsX1FieldEvent {
    field: '$.grant.rects[].x1'
    value: number
    index: number
  }

  export interface StewardMessageGrantRectsY1FieldEvent {
    field: '$.grant.rects[].y1'
    value: number
    index: number
  }

  export interface StewardMessageGrantRectsRun0FieldEvent {
    field: '$.grant.rects[].run0'
    value: number
    index: number
  }

  export interface StewardMessageGrantRectsRun1FieldEvent {
    field: '$.grant.rects[].run1'
    value: number
    index: number
  }

  export interface StewardMessageGrantLeaseMsFieldEvent {
    field: '$.grant.leaseMs'
    value: number
  }

  export interface StewardMessageGrantHeartbeatMsFieldEvent {
    field: '$.grant.heartbeatMs'
    value: number
  }

  export interface StewardMessageWaitJobFieldEvent {
    field: '$.wait.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StewardMessageWaitRetryMsFieldEvent {
    field: '$.wait.retryMs'
    value: number
  }

  export interface StewardMessageWaitReasonFieldEvent {
    field: '$.wait.reason'
    value: WaitReason
  }

  export interface StewardMessageRecallJobFieldEvent {
    field: '$.recall.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StewardMessageRecallTokenEpochRoundFieldEvent {
    field: '$.recall.token.epoch.round'
    value: number
  }

  export interface StewardMessageRecallTokenEpochPeerFieldEvent {
    field: '$.recall.token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StewardMessageRecallTokenEpochInstanceFieldEvent {
    field: '$.recall.token.epoch.instance'
    value: number
  }

  export interface StewardMessageRecallTokenGrantFieldEvent {
    field: '$.recall.token.grant'
    value: number
  }

  export interface StewardMessageRecallUnitsFieldEvent {
    field: '$.recall.units'
    value: number
  }

  export interface StewardMessageRevokeJobFieldEvent {
    field: '$.revoke.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StewardMessageRevokeTokenEpochRoundFieldEvent {
    field: '$.revoke.token.epoch.round'
    value: number
  }

  export interface StewardMessageRevokeTokenEpochPeerFieldEvent {
    field: '$.revoke.token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StewardMessageRevokeTokenEpochInstanceFieldEvent {
    field: '$.revoke.token.epoch.instance'
    value: number
  }

  export interface StewardMessageRevokeTokenGrantFieldEvent {
    field: '$.revoke.token.grant'
    value: number
  }

  export interface StewardMessageRevokeRectsFrameFieldEvent {
    field: '$.revoke.rects[].frame'
    value: number
    index: number
  }

  export interface StewardMessageRevokeRectsX0FieldEvent {
    field: '$.revoke.rects[].x0'
    value: number
    index: number
  }

  export interface StewardMessageRevokeRectsY0FieldEvent {
    field: '$.revoke.rects[].y0'
    value: number
    index: number
  }

  export interface StewardMessageRevokeRectsX1FieldEvent {
    field: '$.revoke.rects[].x1'
    value: number
    index: number
  }

  export interface StewardMessageRevokeRectsY1FieldEvent {
    field: '$.revoke.rects[].y1'
    value: number
    index: number
  }

  export interface StewardMessageRevokeRectsRun0FieldEvent {
    field: '$.revoke.rects[].run0'
    value: number
    index: number
  }

  export interface StewardMessageRevokeRectsRun1FieldEvent {
    field: '$.revoke.rects[].run1'
    value: number
    index: number
  }

  export interface StewardMessageRevokeReasonFieldEvent {
    field: '$.revoke.reason'
    value: RevokeReason
  }

  export interface StewardMessageRenewedSequenceFieldEvent {
    field: '$.renewed.sequence'
    value: number
  }

  export interface StewardMessageRenewedLiveJobFieldEvent {
    field: '$.renewed.live[].job'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface StewardMessageRenewedLiveTokenEpochRoundFieldEvent {
    field: '$.renewed.live[].token.epoch.round'
    value: number
    index: number
  }

  export interface StewardMessageRenewedLiveTokenEpochPeerFieldEvent {
    field: '$.renewed.live[].token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface StewardMessageRenewedLiveTokenEpochInstanceFieldEvent {
    field: '$.renewed.live[].token.epoch.instance'
    value: number
    index: number
  }

  export interface StewardMessageRenewedLiveTokenGrantFieldEvent {
    field: '$.renewed.live[].token.grant'
    value: number
    index: number
  }

  export interface StewardMessageRenewedAcceptedJobFieldEvent {
    field: '$.renewed.accepted[].job'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface StewardMessageRenewedAcceptedRangesFirstFieldEvent {
    field: '$.renewed.accepted[].ranges[].first'
    value: number
    index: number
  }

  export interface StewardMessageRenewedAcceptedRangesEndFieldEvent {
    field: '$.renewed.accepted[].ranges[].end'
    value: number
    index: number
  }

  export interface StewardMessageControlControlFieldEvent {
    field: '$.control.control'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StewardMessageControlSignatureFieldEvent {
    field: '$.control.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StewardMessageStaleJobFieldEvent {
    field: '$.stale.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StewardMessageStaleEpochRoundFieldEvent {
    field: '$.stale.epoch.round'
    value: number
  }

  export interface StewardMessageStaleEpochPeerFieldEvent {
    field: '$.stale.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StewardMessageStaleEpochInstanceFieldEvent {
    field: '$.stale.epoch.instance'
    value: number
  }

  export function encode (obj: Partial<StewardMessage>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, StewardMessage.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StewardMessage>): StewardMessage {
    return decodeMessage(buf, StewardMessage.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<StewardMessage>): Generator<StewardMessageGrantJobFieldEvent | StewardMessageGrantTokenEpochRoundFieldEvent | StewardMessageGrantTokenEpochPeerFieldEvent | StewardMessageGrantTokenEpochInstanceFieldEvent | StewardMessageGrantTokenGrantFieldEvent | StewardMessageGrantRectsFrameFieldEvent | StewardMessageGrantRectsX0FieldEvent | StewardMessageGrantRectsY0FieldEvent | StewardMessageGrantRectsX1FieldEvent | StewardMessageGrantRectsY1FieldEvent | StewardMessageGrantRectsRun0FieldEvent | StewardMessageGrantRectsRun1FieldEvent | StewardMessageGrantLeaseMsFieldEvent | StewardMessageGrantHeartbeatMsFieldEvent | StewardMessageWaitJobFieldEvent | StewardMessageWaitRetryMsFieldEvent | StewardMessageWaitReasonFieldEvent | StewardMessageRecallJobFieldEvent | StewardMessageRecallTokenEpochRoundFieldEvent | StewardMessageRecallTokenEpochPeerFieldEvent | StewardMessageRecallTokenEpochInstanceFieldEvent | StewardMessageRecallTokenGrantFieldEvent | StewardMessageRecallUnitsFieldEvent | StewardMessageRevokeJobFieldEvent | StewardMessageRevokeTokenEpochRoundFieldEvent | StewardMessageRevokeTokenEpochPeerFieldEvent | StewardMessageRevokeTokenEpochInstanceFieldEvent | StewardMessageRevokeTokenGrantFieldEvent | StewardMessageRevokeRectsFrameFieldEvent | StewardMessageRevokeRectsX0FieldEvent | StewardMessageRevokeRectsY0FieldEvent | StewardMessageRevokeRectsX1FieldEvent | StewardMessageRevokeRectsY1FieldEvent | StewardMessageRevokeRectsRun0FieldEvent | StewardMessageRevokeRectsRun1FieldEvent | StewardMessageRevokeReasonFieldEvent | StewardMessageRenewedSequenceFieldEvent | StewardMessageRenewedLiveJobFieldEvent | StewardMessageRenewedLiveTokenEpochRoundFieldEvent | StewardMessageRenewedLiveTokenEpochPeerFieldEvent | StewardMessageRenewedLiveTokenEpochInstanceFieldEvent | StewardMessageRenewedLiveTokenGrantFieldEvent | StewardMessageRenewedAcceptedJobFieldEvent | StewardMessageRenewedAcceptedRangesFirstFieldEvent | StewardMessageRenewedAcceptedRangesEndFieldEvent | StewardMessageControlControlFieldEvent | StewardMessageControlSignatureFieldEvent | StewardMessageStaleJobFieldEvent | StewardMessageStaleEpochRoundFieldEvent | StewardMessageStaleEpochPeerFieldEvent | StewardMessageStaleEpochInstanceFieldEvent> {
    return streamMessage(buf, StewardMessage.codec(), opts)
  }
}

export interface UnitRect {
  frame: number
  x0: number
  y0: number
  x1: number
  y1: number
  run0: number
  run1: number
}

export namespace UnitRect {
  let _codec: Codec<UnitRect>

  export const codec = (): Codec<UnitRect> => {
    if (_codec == null) {
      _codec = message<UnitRect>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.frame != null && obj.frame !== 0)) {
          w.uint32(8)
          w.uint32(obj.frame)
        }

        if ((obj.x0 != null && obj.x0 !== 0)) {
          w.uint32(16)
          w.uint32(obj.x0)
        }

        if ((obj.y0 != null && obj.y0 !== 0)) {
          w.uint32(24)
          w.uint32(obj.y0)
        }

        if ((obj.x1 != null && obj.x1 !== 0)) {
          w.uint32(32)
          w.uint32(obj.x1)
        }

        if ((obj.y1 != null && obj.y1 !== 0)) {
          w.uint32(40)
          w.uint32(obj.y1)
        }

        if ((obj.run0 != null && obj.run0 !== 0)) {
          w.uint32(48)
          w.uint32(obj.run0)
        }

        if ((obj.run1 != null && obj.run1 !== 0)) {
          w.uint32(56)
          w.uint32(obj.run1)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          frame: 0,
          x0: 0,
          y0: 0,
          x1: 0,
          y1: 0,
          run0: 0,
          run1: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.frame = reader.uint32()
              break
            }
            case 2: {
              obj.x0 = reader.uint32()
              break
            }
            case 3: {
              obj.y0 = reader.uint32()
              break
            }
            case 4: {
              obj.x1 = reader.uint32()
              break
            }
            case 5: {
              obj.y1 = reader.uint32()
              break
            }
            case 6: {
              obj.run0 = reader.uint32()
              break
            }
            case 7: {
              obj.run1 = reader.uint32()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.frame`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.x0`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.y0`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.x1`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.y1`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.run0`,
                value: reader.uint32()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.run1`,
                value: reader.uint32()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface UnitRectFrameFieldEvent {
    field: '$.frame'
    value: number
  }

  export interface UnitRectX0FieldEvent {
    field: '$.x0'
    value: number
  }

  export interface UnitRectY0FieldEvent {
    field: '$.y0'
    value: number
  }

  export interface UnitRectX1FieldEvent {
    field: '$.x1'
    value: number
  }

  export interface UnitRectY1FieldEvent {
    field: '$.y1'
    value: number
  }

  export interface UnitRectRun0FieldEvent {
    field: '$.run0'
    value: number
  }

  export interface UnitRectRun1FieldEvent {
    field: '$.run1'
    value: number
  }

  export function encode (obj: Partial<UnitRect>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, UnitRect.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<UnitRect>): UnitRect {
    return decodeMessage(buf, UnitRect.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<UnitRect>): Generator<UnitRectFrameFieldEvent | UnitRectX0FieldEvent | UnitRectY0FieldEvent | UnitRectX1FieldEvent | UnitRectY1FieldEvent | UnitRectRun0FieldEvent | UnitRectRun1FieldEvent> {
    return streamMessage(buf, UnitRect.codec(), opts)
  }
}

export interface Claim {
  job: Uint8Array<ArrayBuffer>
  fingerprint: Uint8Array<ArrayBuffer>
  threads: number
  fixedMs: number
  msPerUnit: number
  holding: UnitRect[]
  undelivered: UnitRect[]
}

export namespace Claim {
  let _codec: Codec<Claim>

  export const codec = (): Codec<Claim> => {
    if (_codec == null) {
      _codec = message<Claim>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if ((obj.fingerprint != null && obj.fingerprint.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.fingerprint)
        }

        if ((obj.threads != null && obj.threads !== 0)) {
          w.uint32(24)
          w.uint32(obj.threads)
        }

        if ((obj.fixedMs != null && obj.fixedMs !== 0)) {
          w.uint32(33)
          w.double(obj.fixedMs)
        }

        if ((obj.msPerUnit != null && obj.msPerUnit !== 0)) {
          w.uint32(41)
          w.double(obj.msPerUnit)
        }

        if (obj.holding != null && obj.holding.length > 0) {
          for (const value of obj.holding) {
            w.uint32(50)
            UnitRect.codec().encode(value, w)
          }
        }

        if (obj.undelivered != null && obj.undelivered.length > 0) {
          for (const value of obj.undelivered) {
            w.uint32(58)
            UnitRect.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          fingerprint: uint8ArrayAlloc(0),
          threads: 0,
          fixedMs: 0,
          msPerUnit: 0,
          holding: [],
          undelivered: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = reader.bytes()
              break
            }
            case 2: {
              obj.fingerprint = reader.bytes()
              break
            }
            case 3: {
              obj.threads = reader.uint32()
              break
            }
            case 4: {
              obj.fixedMs = reader.double()
              break
            }
            case 5: {
              obj.msPerUnit = reader.double()
              break
            }
            case 6: {
              if (opts.limits?.holding != null && obj.holding.length === opts.limits.holding) {
                throw new MaxLengthError('Decode error - repeated field "holding" had too many elements')
              }

              if (obj.holding.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "holding" had too many elements')
              }

              obj.holding.push(UnitRect.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.holding$
              }))
              break
            }
            case 7: {
              if (opts.limits?.undelivered != null && obj.undelivered.length === opts.limits.undelivered) {
                throw new MaxLengthError('Decode error - repeated field "undelivered" had too many elements')
              }

              if (obj.undelivered.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "undelivered" had too many elements')
              }

              obj.undelivered.push(UnitRect.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.undelivered$
              }))
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          holding: 1024,
          undelivered: 1024
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.job`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.fingerprint`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.threads`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.fixedMs`,
                value: reader.double()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.msPerUnit`,
                value: reader.double()
              }
              break
            }
            case 6: {
              if (opts.limits?.holding != null && obj.holding === opts.limits.holding) {
                throw new MaxLengthError('Streaming decode error - repeated field "holding" had too many elements')
              }

              if (obj.holding === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "holding" had too many elements')
              }

              for (const evt of UnitRect.codec().stream(reader, reader.uint32(), `${prefix}.holding[]`, {
                limits: opts.limits?.holding$
              })) {
                yield {
                  ...evt,
                  index: obj.holding
                }
              }

              obj.holding++

              break
            }
            case 7: {
              if (opts.limits?.undelivered != null && obj.undelivered === opts.limits.undelivered) {
                throw new MaxLengthError('Streaming decode error - repeated field "undelivered" had too many elements')
              }

              if (obj.undelivered === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "undelivered" had too many elements')
              }

              for (const evt of UnitRect.codec().stream(reader, reader.uint32(), `${prefix}.undelivered[]`, {
                limits: opts.limits?.undelivered$
              })) {
                yield {
                  ...evt,
                  index: obj.undelivered
                }
              }

              obj.undelivered++

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface ClaimJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ClaimFingerprintFieldEvent {
    field: '$.fingerprint'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ClaimThreadsFieldEvent {
    field: '$.threads'
    value: number
  }

  export interface ClaimFixedMsFieldEvent {
    field: '$.fixedMs'
    value: number
  }

  export interface ClaimMsPerUnitFieldEvent {
    field: '$.msPerUnit'
    value: number
  }

  export interface ClaimHoldingFrameFieldEvent {
    field: '$.holding[].frame'
    value: number
    index: number
  }

  export interface ClaimHoldingX0FieldEvent {
    field: '$.holding[].x0'
    value: number
    index: number
  }

  export interface ClaimHoldingY0FieldEvent {
    field: '$.holding[].y0'
    value: number
    index: number
  }

  export interface ClaimHoldingX1FieldEvent {
    field: '$.holding[].x1'
    value: number
    index: number
  }

  export interface ClaimHoldingY1FieldEvent {
    field: '$.holding[].y1'
    value: number
    index: number
  }

  export interface ClaimHoldingRun0FieldEvent {
    field: '$.holding[].run0'
    value: number
    index: number
  }

  export interface ClaimHoldingRun1FieldEvent {
    field: '$.holding[].run1'
    value: number
    index: number
  }

  export interface ClaimUndeliveredFrameFieldEvent {
    field: '$.undelivered[].frame'
    value: number
    index: number
  }

  export interface ClaimUndeliveredX0FieldEvent {
    field: '$.undelivered[].x0'
    value: number
    index: number
  }

  export interface ClaimUndeliveredY0FieldEvent {
    field: '$.undelivered[].y0'
    value: number
    index: number
  }

  export interface ClaimUndeliveredX1FieldEvent {
    field: '$.undelivered[].x1'
    value: number
    index: number
  }

  export interface ClaimUndeliveredY1FieldEvent {
    field: '$.undelivered[].y1'
    value: number
    index: number
  }

  export interface ClaimUndeliveredRun0FieldEvent {
    field: '$.undelivered[].run0'
    value: number
    index: number
  }

  export interface ClaimUndeliveredRun1FieldEvent {
    field: '$.undelivered[].run1'
    value: number
    index: number
  }

  export function encode (obj: Partial<Claim>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Claim.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Claim>): Claim {
    return decodeMessage(buf, Claim.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Claim>): Generator<ClaimJobFieldEvent | ClaimFingerprintFieldEvent | ClaimThreadsFieldEvent | ClaimFixedMsFieldEvent | ClaimMsPerUnitFieldEvent | ClaimHoldingFrameFieldEvent | ClaimHoldingX0FieldEvent | ClaimHoldingY0FieldEvent | ClaimHoldingX1FieldEvent | ClaimHoldingY1FieldEvent | ClaimHoldingRun0FieldEvent | ClaimHoldingRun1FieldEvent | ClaimUndeliveredFrameFieldEvent | ClaimUndeliveredX0FieldEvent | ClaimUndeliveredY0FieldEvent | ClaimUndeliveredX1FieldEvent | ClaimUndeliveredY1FieldEvent | ClaimUndeliveredRun0FieldEvent | ClaimUndeliveredRun1FieldEvent> {
    return streamMessage(buf, Claim.codec(), opts)
  }
}

export interface LeaseReport {
  job: Uint8Array<ArrayBuffer>
  token?: Token
  startedUnits: number
}

export namespace LeaseReport {
  let _codec: Codec<LeaseReport>

  export const codec = (): Codec<LeaseReport> => {
    if (_codec == null) {
      _codec = message<LeaseReport>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if (obj.token != null) {
          w.uint32(18)
          Token.codec().encode(obj.token, w)
        }

        if ((obj.startedUnits != null && obj.startedUnits !== 0)) {
          w.uint32(24)
          w.uint32(obj.startedUnits)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          startedUnits: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = reader.bytes()
              break
            }
            case 2: {
              obj.token = Token.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.token
              })
              break
            }
            case 3: {
              obj.startedUnits = reader.uint32()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.job`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield * Token.codec().stream(reader, reader.uint32(), `${prefix}.token`, {
                limits: opts.limits?.token
              })

              break
            }
            case 3: {
              yield {
                field: `${prefix}.startedUnits`,
                value: reader.uint32()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface LeaseReportJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LeaseReportTokenEpochRoundFieldEvent {
    field: '$.token.epoch.round'
    value: number
  }

  export interface LeaseReportTokenEpochPeerFieldEvent {
    field: '$.token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LeaseReportTokenEpochInstanceFieldEvent {
    field: '$.token.epoch.instance'
    value: number
  }

  export interface LeaseReportTokenGrantFieldEvent {
    field: '$.token.grant'
    value: number
  }

  export interface LeaseReportStartedUnitsFieldEvent {
    field: '$.startedUnits'
    value: number
  }

  export function encode (obj: Partial<LeaseReport>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, LeaseReport.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LeaseReport>): LeaseReport {
    return decodeMessage(buf, LeaseReport.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LeaseReport>): Generator<LeaseReportJobFieldEvent | LeaseReportTokenEpochRoundFieldEvent | LeaseReportTokenEpochPeerFieldEvent | LeaseReportTokenEpochInstanceFieldEvent | LeaseReportTokenGrantFieldEvent | LeaseReportStartedUnitsFieldEvent> {
    return streamMessage(buf, LeaseReport.codec(), opts)
  }
}

export interface Renew {
  sequence: number
  leases: LeaseReport[]
}

export namespace Renew {
  let _codec: Codec<Renew>

  export const codec = (): Codec<Renew> => {
    if (_codec == null) {
      _codec = message<Renew>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.sequence)
        }

        if (obj.leases != null && obj.leases.length > 0) {
          for (const value of obj.leases) {
            w.uint32(18)
            LeaseReport.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          sequence: 0,
          leases: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.sequence = reader.uint64Number()
              break
            }
            case 2: {
              if (opts.limits?.leases != null && obj.leases.length === opts.limits.leases) {
                throw new MaxLengthError('Decode error - repeated field "leases" had too many elements')
              }

              if (obj.leases.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "leases" had too many elements')
              }

              obj.leases.push(LeaseReport.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.leases$
              }))
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          leases: 1024
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.sequence`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              if (opts.limits?.leases != null && obj.leases === opts.limits.leases) {
                throw new MaxLengthError('Streaming decode error - repeated field "leases" had too many elements')
              }

              if (obj.leases === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "leases" had too many elements')
              }

              for (const evt of LeaseReport.codec().stream(reader, reader.uint32(), `${prefix}.leases[]`, {
                limits: opts.limits?.leases$
              })) {
                yield {
                  ...evt,
                  index: obj.leases
                }
              }

              obj.leases++

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface RenewSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export interface RenewLeasesJobFieldEvent {
    field: '$.leases[].job'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RenewLeasesTokenEpochRoundFieldEvent {
    field: '$.leases[].token.epoch.round'
    value: number
    index: number
  }

  export interface RenewLeasesTokenEpochPeerFieldEvent {
    field: '$.leases[].token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RenewLeasesTokenEpochInstanceFieldEvent {
    field: '$.leases[].token.epoch.instance'
    value: number
    index: number
  }

  export interface RenewLeasesTokenGrantFieldEvent {
    field: '$.leases[].token.grant'
    value: number
    index: number
  }

  export interface RenewLeasesStartedUnitsFieldEvent {
    field: '$.leases[].startedUnits'
    value: number
    index: number
  }

  export function encode (obj: Partial<Renew>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Renew.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Renew>): Renew {
    return decodeMessage(buf, Renew.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Renew>): Generator<RenewSequenceFieldEvent | RenewLeasesJobFieldEvent | RenewLeasesTokenEpochRoundFieldEvent | RenewLeasesTokenEpochPeerFieldEvent | RenewLeasesTokenEpochInstanceFieldEvent | RenewLeasesTokenGrantFieldEvent | RenewLeasesStartedUnitsFieldEvent> {
    return streamMessage(buf, Renew.codec(), opts)
  }
}

export interface Started {
  leases: LeaseReport[]
}

export namespace Started {
  let _codec: Codec<Started>

  export const codec = (): Codec<Started> => {
    if (_codec == null) {
      _codec = message<Started>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.leases != null && obj.leases.length > 0) {
          for (const value of obj.leases) {
            w.uint32(10)
            LeaseReport.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          leases: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.leases != null && obj.leases.length === opts.limits.leases) {
                throw new MaxLengthError('Decode error - repeated field "leases" had too many elements')
              }

              if (obj.leases.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "leases" had too many elements')
              }

              obj.leases.push(LeaseReport.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.leases$
              }))
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          leases: 1024
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.leases != null && obj.leases === opts.limits.leases) {
                throw new MaxLengthError('Streaming decode error - repeated field "leases" had too many elements')
              }

              if (obj.leases === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "leases" had too many elements')
              }

              for (const evt of LeaseReport.codec().stream(reader, reader.uint32(), `${prefix}.leases[]`, {
                limits: opts.limits?.leases$
              })) {
                yield {
                  ...evt,
                  index: obj.leases
                }
              }

              obj.leases++

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface StartedLeasesJobFieldEvent {
    field: '$.leases[].job'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface StartedLeasesTokenEpochRoundFieldEvent {
    field: '$.leases[].token.epoch.round'
    value: number
    index: number
  }

  export interface StartedLeasesTokenEpochPeerFieldEvent {
    field: '$.leases[].token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface StartedLeasesTokenEpochInstanceFieldEvent {
    field: '$.leases[].token.epoch.instance'
    value: number
    index: number
  }

  export interface StartedLeasesTokenGrantFieldEvent {
    field: '$.leases[].token.grant'
    value: number
    index: number
  }

  export interface StartedLeasesStartedUnitsFieldEvent {
    field: '$.leases[].startedUnits'
    value: number
    index: number
  }

  export function encode (obj: Partial<Started>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Started.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Started>): Started {
    return decodeMessage(buf, Started.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Started>): Generator<StartedLeasesJobFieldEvent | StartedLeasesTokenEpochRoundFieldEvent | StartedLeasesTokenEpochPeerFieldEvent | StartedLeasesTokenEpochInstanceFieldEvent | StartedLeasesTokenGrantFieldEvent | StartedLeasesStartedUnitsFieldEvent> {
    return streamMessage(buf, Started.codec(), opts)
  }
}

export interface UnitFailed {
  job: Uint8Array<ArrayBuffer>
  token?: Token
  unit: number
  reason: Uint8Array<ArrayBuffer>
  log: Uint8Array<ArrayBuffer>
  ofPeer: boolean
}

export namespace UnitFailed {
  let _codec: Codec<UnitFailed>

  export const codec = (): Codec<UnitFailed> => {
    if (_codec == null) {
      _codec = message<UnitFailed>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if (obj.token != null) {
          w.uint32(18)
          Token.codec().encode(obj.token, w)
        }

        if ((obj.unit != null && obj.unit !== 0)) {
          w.uint32(24)
          w.uint32(obj.unit)
        }

        if ((obj.reason != null && obj.reason.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.reason)
        }

        if ((obj.log != null && obj.log.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.log)
        }

        if ((obj.ofPeer != null && obj.ofPeer !== false)) {
          w.uint32(48)
          w.bool(obj.ofPeer)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          unit: 0,
          reason: uint8ArrayAlloc(0),
          log: uint8ArrayAlloc(0),
          ofPeer: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = reader.bytes()
              break
            }
            case 2: {
              obj.token = Token.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.token
              })
              break
            }
            case 3: {
              obj.unit = reader.uint32()
              break
            }
            case 4: {
              obj.reason = reader.bytes()
              break
            }
            case 5: {
              obj.log = reader.bytes()
              break
            }
            case 6: {
              obj.ofPeer = reader.bool()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.job`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield * Token.codec().stream(reader, reader.uint32(), `${prefix}.token`, {
                limits: opts.limits?.token
              })

              break
            }
            case 3: {
              yield {
                field: `${prefix}.unit`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.reason`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.log`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.ofPeer`,
                value: reader.bool()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface UnitFailedJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface UnitFailedTokenEpochRoundFieldEvent {
    field: '$.token.epoch.round'
    value: number
  }

  export interface UnitFailedTokenEpochPeerFieldEvent {
    field: '$.token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface UnitFailedTokenEpochInstanceFieldEvent {
    field: '$.token.epoch.instance'
    value: number
  }

  export interface UnitFailedTokenGrantFieldEvent {
    field: '$.token.grant'
    value: number
  }

  export interface UnitFailedUnitFieldEvent {
    field: '$.unit'
    value: number
  }

  export interface UnitFailedReasonFieldEvent {
    field: '$.reason'
    value: Uint8Array<ArrayBuffer>
  }

  export interface UnitFailedLogFieldEvent {
    field: '$.log'
    value: Uint8Array<ArrayBuffer>
  }

  export interface UnitFailedOfPeerFieldEvent {
    field: '$.ofPeer'
    value: boolean
  }

  export function encode (obj: Partial<UnitFailed>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, UnitFailed.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<UnitFailed>): UnitFailed {
    return decodeMessage(buf, UnitFailed.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<UnitFailed>): Generator<UnitFailedJobFieldEvent | UnitFailedTokenEpochRoundFieldEvent | UnitFailedTokenEpochPeerFieldEvent | UnitFailedTokenEpochInstanceFieldEvent | UnitFailedTokenGrantFieldEvent | UnitFailedUnitFieldEvent | UnitFailedReasonFieldEvent | UnitFailedLogFieldEvent | UnitFailedOfPeerFieldEvent> {
    return streamMessage(buf, UnitFailed.codec(), opts)
  }
}

export enum ReleaseReason {
  RELEASE_REASON_UNSPECIFIED = 'RELEASE_REASON_UNSPECIFIED',
  RELEASE_REASON_RECALLED = 'RELEASE_REASON_RECALLED',
  RELEASE_REASON_LEAVING = 'RELEASE_REASON_LEAVING',
  RELEASE_REASON_YIELD = 'RELEASE_REASON_YIELD'
}

enum __ReleaseReasonValues {
  RELEASE_REASON_UNSPECIFIED = 0,
  RELEASE_REASON_RECALLED = 1,
  RELEASE_REASON_LEAVING = 2,
  RELEASE_REASON_YIELD = 3
}

export namespace ReleaseReason {
  export const codec = (): Codec<ReleaseReason> => {
    return enumeration<ReleaseReason>(__ReleaseReasonValues)
  }
}

export interface Release {
  job: Uint8Array<ArrayBuffer>
  token?: Token
  rects: UnitRect[]
  reason: ReleaseReason
}

export namespace Release {
  let _codec: Codec<Release>

  export const codec = (): Codec<Release> => {
    if (_codec == null) {
      _codec = message<Release>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if (obj.token != null) {
          w.uint32(18)
          Token.codec().encode(obj.token, w)
        }

        if (obj.rects != null && obj.rects.length > 0) {
          for (const value of obj.rects) {
            w.uint32(26)
            UnitRect.codec().encode(value, w)
          }
        }

        if (obj.reason != null && __ReleaseReasonValues[obj.reason] !== 0) {
          w.uint32(32)
          ReleaseReason.codec().encode(obj.reason, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          rects: [],
          reason: ReleaseReason.RELEASE_REASON_UNSPECIFIED
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = reader.bytes()
              break
            }
            case 2: {
              obj.token = Token.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.token
              })
              break
            }
            case 3: {
              if (opts.limits?.rects != null && obj.rects.length === opts.limits.rects) {
                throw new MaxLengthError('Decode error - repeated field "rects" had too many elements')
              }

              if (obj.rects.length === 256) {
                throw new MaxLengthError('Decode error - repeated field "rects" had too many elements')
              }

              obj.rects.push(UnitRect.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.rects$
              }))
              break
            }
            case 4: {
              obj.reason = ReleaseReason.codec().decode(reader)
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          rects: 256
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.job`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield * Token.codec().stream(reader, reader.uint32(), `${prefix}.token`, {
                limits: opts.limits?.token
              })

              break
            }
            case 3: {
              if (opts.limits?.rects != null && obj.rects === opts.limits.rects) {
                throw new MaxLengthError('Streaming decode error - repeated field "rects" had too many elements')
              }

              if (obj.rects === 256) {
                throw new MaxLengthError('Streaming decode error - repeated field "rects" had too many elements')
              }

              for (const evt of UnitRect.codec().stream(reader, reader.uint32(), `${prefix}.rects[]`, {
                limits: opts.limits?.rects$
              })) {
                yield {
                  ...evt,
                  index: obj.rects
                }
              }

              obj.rects++

              break
            }
            case 4: {
              yield {
                field: `${prefix}.reason`,
                value: ReleaseReason.codec().decode(reader)
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface ReleaseJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ReleaseTokenEpochRoundFieldEvent {
    field: '$.token.epoch.round'
    value: number
  }

  export interface ReleaseTokenEpochPeerFieldEvent {
    field: '$.token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ReleaseTokenEpochInstanceFieldEvent {
    field: '$.token.epoch.instance'
    value: number
  }

  export interface ReleaseTokenGrantFieldEvent {
    field: '$.token.grant'
    value: number
  }

  export interface ReleaseRectsFrameFieldEvent {
    field: '$.rects[].frame'
    value: number
    index: number
  }

  export interface ReleaseRectsX0FieldEvent {
    field: '$.rects[].x0'
    value: number
    index: number
  }

  export interface ReleaseRectsY0FieldEvent {
    field: '$.rects[].y0'
    value: number
    index: number
  }

  export interface ReleaseRectsX1FieldEvent {
    field: '$.rects[].x1'
    value: number
    index: number
  }

  export interface ReleaseRectsY1FieldEvent {
    field: '$.rects[].y1'
    value: number
    index: number
  }

  export interface ReleaseRectsRun0FieldEvent {
    field: '$.rects[].run0'
    value: number
    index: number
  }

  export interface ReleaseRectsRun1FieldEvent {
    field: '$.rects[].run1'
    value: number
    index: number
  }

  export interface ReleaseReasonFieldEvent {
    field: '$.reason'
    value: ReleaseReason
  }

  export function encode (obj: Partial<Release>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Release.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Release>): Release {
    return decodeMessage(buf, Release.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Release>): Generator<ReleaseJobFieldEvent | ReleaseTokenEpochRoundFieldEvent | ReleaseTokenEpochPeerFieldEvent | ReleaseTokenEpochInstanceFieldEvent | ReleaseTokenGrantFieldEvent | ReleaseRectsFrameFieldEvent | ReleaseRectsX0FieldEvent | ReleaseRectsY0FieldEvent | ReleaseRectsX1FieldEvent | ReleaseRectsY1FieldEvent | ReleaseRectsRun0FieldEvent | ReleaseRectsRun1FieldEvent | ReleaseReasonFieldEvent> {
    return streamMessage(buf, Release.codec(), opts)
  }
}

export interface Stale {
  job: Uint8Array<ArrayBuffer>
  epoch?: Epoch
}

export namespace Stale {
  let _codec: Codec<Stale>

  export const codec = (): Codec<Stale> => {
    if (_codec == null) {
      _codec = message<Stale>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if (obj.epoch != null) {
          w.uint32(18)
          Epoch.codec().encode(obj.epoch, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = reader.bytes()
              break
            }
            case 2: {
              obj.epoch = Epoch.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.epoch
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.job`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield * Epoch.codec().stream(reader, reader.uint32(), `${prefix}.epoch`, {
                limits: opts.limits?.epoch
              })

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface StaleJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StaleEpochRoundFieldEvent {
    field: '$.epoch.round'
    value: number
  }

  export interface StaleEpochPeerFieldEvent {
    field: '$.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StaleEpochInstanceFieldEvent {
    field: '$.epoch.instance'
    value: number
  }

  export function encode (obj: Partial<Stale>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Stale.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Stale>): Stale {
    return decodeMessage(buf, Stale.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Stale>): Generator<StaleJobFieldEvent | StaleEpochRoundFieldEvent | StaleEpochPeerFieldEvent | StaleEpochInstanceFieldEvent> {
    return streamMessage(buf, Stale.codec(), opts)
  }
}

export interface Grant {
  job: Uint8Array<ArrayBuffer>
  token?: Token
  rects: UnitRect[]
  leaseMs: number
  heartbeatMs: number
}

export namespace Grant {
  let _codec: Codec<Grant>

  export const codec = (): Codec<Grant> => {
    if (_codec == null) {
      _codec = message<Grant>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if (obj.token != null) {
          w.uint32(18)
          Token.codec().encode(obj.token, w)
        }

        if (obj.rects != null && obj.rects.length > 0) {
          for (const value of obj.rects) {
            w.uint32(26)
            UnitRect.codec().encode(value, w)
          }
        }

        if ((obj.leaseMs != null && obj.leaseMs !== 0)) {
          w.uint32(33)
          w.double(obj.leaseMs)
        }

        if ((obj.heartbeatMs != null && obj.heartbeatMs !== 0)) {
          w.uint32(41)
          w.double(obj.heartbeatMs)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          rects: [],
          leaseMs: 0,
          heartbeatMs: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = reader.bytes()
              break
            }
            case 2: {
              obj.token = Token.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.token
              })
              break
            }
            case 3: {
              if (opts.limits?.rects != null && obj.rects.length === opts.limits.rects) {
                throw new MaxLengthError('Decode error - repeated field "rects" had too many elements')
              }

              if (obj.rects.length === 64) {
                throw new MaxLengthError('Decode error - repeated field "rects" had too many elements')
              }

              obj.rects.push(UnitRect.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.rects$
              }))
              break
            }
            case 4: {
              obj.leaseMs = reader.double()
              break
            }
            case 5: {
              obj.heartbeatMs = reader.double()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          rects: 64
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.job`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield * Token.codec().stream(reader, reader.uint32(), `${prefix}.token`, {
                limits: opts.limits?.token
              })

              break
            }
            case 3: {
              if (opts.limits?.rects != null && obj.rects === opts.limits.rects) {
                throw new MaxLengthError('Streaming decode error - repeated field "rects" had too many elements')
              }

              if (obj.rects === 64) {
                throw new MaxLengthError('Streaming decode error - repeated field "rects" had too many elements')
              }

              for (const evt of UnitRect.codec().stream(reader, reader.uint32(), `${prefix}.rects[]`, {
                limits: opts.limits?.rects$
              })) {
                yield {
                  ...evt,
                  index: obj.rects
                }
              }

              obj.rects++

              break
            }
            case 4: {
              yield {
                field: `${prefix}.leaseMs`,
                value: reader.double()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.heartbeatMs`,
                value: reader.double()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface GrantJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GrantTokenEpochRoundFieldEvent {
    field: '$.token.epoch.round'
    value: number
  }

  export interface GrantTokenEpochPeerFieldEvent {
    field: '$.token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GrantTokenEpochInstanceFieldEvent {
    field: '$.token.epoch.instance'
    value: number
  }

  export interface GrantTokenGrantFieldEvent {
    field: '$.token.grant'
    value: number
  }

  export interface GrantRectsFrameFieldEvent {
    field: '$.rects[].frame'
    value: number
    index: number
  }

  export interface GrantRectsX0FieldEvent {
    field: '$.rects[].x0'
    value: number
    index: number
  }

  export interface GrantRectsY0FieldEvent {
    field: '$.rects[].y0'
    value: number
    index: number
  }

  export interface GrantRectsX1FieldEvent {
    field: '$.rects[].x1'
    value: number
    index: number
  }

  export interface GrantRectsY1FieldEvent {
    field: '$.rects[].y1'
    value: number
    index: number
  }

  export interface GrantRectsRun0FieldEvent {
    field: '$.rects[].run0'
    value: number
    index: number
  }

  export interface GrantRectsRun1FieldEvent {
    field: '$.rects[].run1'
    value: number
    index: number
  }

  export interface GrantLeaseMsFieldEvent {
    field: '$.leaseMs'
    value: number
  }

  export interface GrantHeartbeatMsFieldEvent {
    field: '$.heartbeatMs'
    value: number
  }

  export function encode (obj: Partial<Grant>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Grant.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Grant>): Grant {
    return decodeMessage(buf, Grant.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Grant>): Generator<GrantJobFieldEvent | GrantTokenEpochRoundFieldEvent | GrantTokenEpochPeerFieldEvent | GrantTokenEpochInstanceFieldEvent | GrantTokenGrantFieldEvent | GrantRectsFrameFieldEvent | GrantRectsX0FieldEvent | GrantRectsY0FieldEvent | GrantRectsX1FieldEvent | GrantRectsY1FieldEvent | GrantRectsRun0FieldEvent | GrantRectsRun1FieldEvent | GrantLeaseMsFieldEvent | GrantHeartbeatMsFieldEvent> {
    return streamMessage(buf, Grant.codec(), opts)
  }
}

export enum WaitReason {
  WAIT_REASON_UNSPECIFIED = 'WAIT_REASON_UNSPECIFIED',
  WAIT_REASON_NOTHING_OPEN = 'WAIT_REASON_NOTHING_OPEN',
  WAIT_REASON_HEARING = 'WAIT_REASON_HEARING',
  WAIT_REASON_PAUSED = 'WAIT_REASON_PAUSED',
  WAIT_REASON_ENDED = 'WAIT_REASON_ENDED',
  WAIT_REASON_AVOIDED = 'WAIT_REASON_AVOIDED',
  WAIT_REASON_FINGERPRINT = 'WAIT_REASON_FINGERPRINT',
  WAIT_REASON_UNKNOWN_JOB = 'WAIT_REASON_UNKNOWN_JOB',
  WAIT_REASON_SHOWN = 'WAIT_REASON_SHOWN'
}

enum __WaitReasonValues {
  WAIT_REASON_UNSPECIFIED = 0,
  WAIT_REASON_NOTHING_OPEN = 1,
  WAIT_REASON_HEARING = 2,
  WAIT_REASON_PAUSED = 3,
  WAIT_REASON_ENDED = 4,
  WAIT_REASON_AVOIDED = 5,
  WAIT_REASON_FINGERPRINT = 6,
  WAIT_REASON_UNKNOWN_JOB = 7,
  WAIT_REASON_SHOWN = 8
}

export namespace WaitReason {
  export const codec = (): Codec<WaitReason> => {
    return enumeration<WaitReason>(__WaitReasonValues)
  }
}

export interface Wait {
  job: Uint8Array<ArrayBuffer>
  retryMs: number
  reason: WaitReason
}

export namespace Wait {
  let _codec: Codec<Wait>

  export const codec = (): Codec<Wait> => {
    if (_codec == null) {
      _codec = message<Wait>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if ((obj.retryMs != null && obj.retryMs !== 0)) {
          w.uint32(17)
          w.double(obj.retryMs)
        }

        if (obj.reason != null && __WaitReasonValues[obj.reason] !== 0) {
          w.uint32(24)
          WaitReason.codec().encode(obj.reason, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          retryMs: 0,
          reason: WaitReason.WAIT_REASON_UNSPECIFIED
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = reader.bytes()
              break
            }
            case 2: {
              obj.retryMs = reader.double()
              break
            }
            case 3: {
              obj.reason = WaitReason.codec().decode(reader)
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.job`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.retryMs`,
                value: reader.double()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.reason`,
                value: WaitReason.codec().decode(reader)
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface WaitJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface WaitRetryMsFieldEvent {
    field: '$.retryMs'
    value: number
  }

  export interface WaitReasonFieldEvent {
    field: '$.reason'
    value: WaitReason
  }

  export function encode (obj: Partial<Wait>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Wait.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Wait>): Wait {
    return decodeMessage(buf, Wait.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Wait>): Generator<WaitJobFieldEvent | WaitRetryMsFieldEvent | WaitReasonFieldEvent> {
    return streamMessage(buf, Wait.codec(), opts)
  }
}

export interface Recall {
  job: Uint8Array<ArrayBuffer>
  token?: Token
  units: number
}

export namespace Recall {
  let _codec: Codec<Recall>

  export const codec = (): Codec<Recall> => {
    if (_codec == null) {
      _codec = message<Recall>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if (obj.token != null) {
          w.uint32(18)
          Token.codec().encode(obj.token, w)
        }

        if ((obj.units != null && obj.units !== 0)) {
          w.uint32(24)
          w.uint32(obj.units)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          units: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = reader.bytes()
              break
            }
            case 2: {
              obj.token = Token.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.token
              })
              break
            }
            case 3: {
              obj.units = reader.uint32()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.job`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield * Token.codec().stream(reader, reader.uint32(), `${prefix}.token`, {
                limits: opts.limits?.token
              })

              break
            }
            case 3: {
              yield {
                field: `${prefix}.units`,
                value: reader.uint32()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface RecallJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RecallTokenEpochRoundFieldEvent {
    field: '$.token.epoch.round'
    value: number
  }

  export interface RecallTokenEpochPeerFieldEvent {
    field: '$.token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RecallTokenEpochInstanceFieldEvent {
    field: '$.token.epoch.instance'
    value: number
  }

  export interface RecallTokenGrantFieldEvent {
    field: '$.token.grant'
    value: number
  }

  export interface RecallUnitsFieldEvent {
    field: '$.units'
    value: number
  }

  export function encode (obj: Partial<Recall>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Recall.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Recall>): Recall {
    return decodeMessage(buf, Recall.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Recall>): Generator<RecallJobFieldEvent | RecallTokenEpochRoundFieldEvent | RecallTokenEpochPeerFieldEvent | RecallTokenEpochInstanceFieldEvent | RecallTokenGrantFieldEvent | RecallUnitsFieldEvent> {
    return streamMessage(buf, Recall.codec(), opts)
  }
}

export enum RevokeReason {
  REVOKE_REASON_UNSPECIFIED = 'REVOKE_REASON_UNSPECIFIED',
  REVOKE_REASON_CANCELLED = 'REVOKE_REASON_CANCELLED',
  REVOKE_REASON_PAUSED = 'REVOKE_REASON_PAUSED',
  REVOKE_REASON_FINISHED = 'REVOKE_REASON_FINISHED',
  REVOKE_REASON_RACE_LOST = 'REVOKE_REASON_RACE_LOST',
  REVOKE_REASON_LAPSED = 'REVOKE_REASON_LAPSED',
  REVOKE_REASON_NO_PROGRESS = 'REVOKE_REASON_NO_PROGRESS'
}

enum __RevokeReasonValues {
  REVOKE_REASON_UNSPECIFIED = 0,
  REVOKE_REASON_CANCELLED = 1,
  REVOKE_REASON_PAUSED = 2,
  REVOKE_REASON_FINISHED = 3,
  REVOKE_REASON_RACE_LOST = 4,
  REVOKE_REASON_LAPSED = 5,
  REVOKE_REASON_NO_PROGRESS = 6
}

export namespace RevokeReason {
  export const codec = (): Codec<RevokeReason> => {
    return enumeration<RevokeReason>(__RevokeReasonValues)
  }
}

export interface Revoke {
  job: Uint8Array<ArrayBuffer>
  token?: Token
  rects: UnitRect[]
  reason: RevokeReason
}

export namespace Revoke {
  let _codec: Codec<Revoke>

  export const codec = (): Codec<Revoke> => {
    if (_codec == null) {
      _codec = message<Revoke>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if (obj.token != null) {
          w.uint32(18)
          Token.codec().encode(obj.token, w)
        }

        if (obj.rects != null && obj.rects.length > 0) {
          for (const value of obj.rects) {
            w.uint32(26)
            UnitRect.codec().encode(value, w)
          }
        }

        if (obj.reason != null && __RevokeReasonValues[obj.reason] !== 0) {
          w.uint32(32)
          RevokeReason.codec().encode(obj.reason, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          rects: [],
          reason: RevokeReason.REVOKE_REASON_UNSPECIFIED
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = reader.bytes()
              break
            }
            case 2: {
              obj.token = Token.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.token
              })
              break
            }
            case 3: {
              if (opts.limits?.rects != null && obj.rects.length === opts.limits.rects) {
                throw new MaxLengthError('Decode error - repeated field "rects" had too many elements')
              }

              if (obj.rects.length === 256) {
                throw new MaxLengthError('Decode error - repeated field "rects" had too many elements')
              }

              obj.rects.push(UnitRect.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.rects$
              }))
              break
            }
            case 4: {
              obj.reason = RevokeReason.codec().decode(reader)
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          rects: 256
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.job`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield * Token.codec().stream(reader, reader.uint32(), `${prefix}.token`, {
                limits: opts.limits?.token
              })

              break
            }
            case 3: {
              if (opts.limits?.rects != null && obj.rects === opts.limits.rects) {
                throw new MaxLengthError('Streaming decode error - repeated field "rects" had too many elements')
              }

              if (obj.rects === 256) {
                throw new MaxLengthError('Streaming decode error - repeated field "rects" had too many elements')
              }

              for (const evt of UnitRect.codec().stream(reader, reader.uint32(), `${prefix}.rects[]`, {
                limits: opts.limits?.rects$
              })) {
                yield {
                  ...evt,
                  index: obj.rects
                }
              }

              obj.rects++

              break
            }
            case 4: {
              yield {
                field: `${prefix}.reason`,
                value: RevokeReason.codec().decode(reader)
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface RevokeJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RevokeTokenEpochRoundFieldEvent {
    field: '$.token.epoch.round'
    value: number
  }

  export interface RevokeTokenEpochPeerFieldEvent {
    field: '$.token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RevokeTokenEpochInstanceFieldEvent {
    field: '$.token.epoch.instance'
    value: number
  }

  export interface RevokeTokenGrantFieldEvent {
    field: '$.token.grant'
    value: number
  }

  export interface RevokeRectsFrameFieldEvent {
    field: '$.rects[].frame'
    value: number
    index: number
  }

  export interface RevokeRectsX0FieldEvent {
    field: '$.rects[].x0'
    value: number
    index: number
  }

  export interface RevokeRectsY0FieldEvent {
    field: '$.rects[].y0'
    value: number
    index: number
  }

  export interface RevokeRectsX1FieldEvent {
    field: '$.rects[].x1'
    value: number
    index: number
  }

  export interface RevokeRectsY1FieldEvent {
    field: '$.rects[].y1'
    value: number
    index: number
  }

  export interface RevokeRectsRun0FieldEvent {
    field: '$.rects[].run0'
    value: number
    index: number
  }

  export interface RevokeRectsRun1FieldEvent {
    field: '$.rects[].run1'
    value: number
    index: number
  }

  export interface RevokeReasonFieldEvent {
    field: '$.reason'
    value: RevokeReason
  }

  export function encode (obj: Partial<Revoke>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Revoke.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Revoke>): Revoke {
    return decodeMessage(buf, Revoke.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Revoke>): Generator<RevokeJobFieldEvent | RevokeTokenEpochRoundFieldEvent | RevokeTokenEpochPeerFieldEvent | RevokeTokenEpochInstanceFieldEvent | RevokeTokenGrantFieldEvent | RevokeRectsFrameFieldEvent | RevokeRectsX0FieldEvent | RevokeRectsY0FieldEvent | RevokeRectsX1FieldEvent | RevokeRectsY1FieldEvent | RevokeRectsRun0FieldEvent | RevokeRectsRun1FieldEvent | RevokeReasonFieldEvent> {
    return streamMessage(buf, Revoke.codec(), opts)
  }
}

export interface LiveLease {
  job: Uint8Array<ArrayBuffer>
  token?: Token
}

export namespace LiveLease {
  let _codec: Codec<LiveLease>

  export const codec = (): Codec<LiveLease> => {
    if (_codec == null) {
      _codec = message<LiveLease>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if (obj.token != null) {
          w.uint32(18)
          Token.codec().encode(obj.token, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = reader.bytes()
              break
            }
            case 2: {
              obj.token = Token.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.token
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.job`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield * Token.codec().stream(reader, reader.uint32(), `${prefix}.token`, {
                limits: opts.limits?.token
              })

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface LiveLeaseJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LiveLeaseTokenEpochRoundFieldEvent {
    field: '$.token.epoch.round'
    value: number
  }

  export interface LiveLeaseTokenEpochPeerFieldEvent {
    field: '$.token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LiveLeaseTokenEpochInstanceFieldEvent {
    field: '$.token.epoch.instance'
    value: number
  }

  export interface LiveLeaseTokenGrantFieldEvent {
    field: '$.token.grant'
    value: number
  }

  export function encode (obj: Partial<LiveLease>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, LiveLease.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LiveLease>): LiveLease {
    return decodeMessage(buf, LiveLease.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LiveLease>): Generator<LiveLeaseJobFieldEvent | LiveLeaseTokenEpochRoundFieldEvent | LiveLeaseTokenEpochPeerFieldEvent | LiveLeaseTokenEpochInstanceFieldEvent | LiveLeaseTokenGrantFieldEvent> {
    return streamMessage(buf, LiveLease.codec(), opts)
  }
}

export interface UnitRange {
  first: number
  end: number
}

export namespace UnitRange {
  let _codec: Codec<UnitRange>

  export const codec = (): Codec<UnitRange> => {
    if (_codec == null) {
      _codec = message<UnitRange>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.first != null && obj.first !== 0)) {
          w.uint32(8)
          w.uint32(obj.first)
        }

        if ((obj.end != null && obj.end !== 0)) {
          w.uint32(16)
          w.uint32(obj.end)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          first: 0,
          end: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.first = reader.uint32()
              break
            }
            case 2: {
              obj.end = reader.uint32()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.first`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.end`,
                value: reader.uint32()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface UnitRangeFirstFieldEvent {
    field: '$.first'
    value: number
  }

  export interface UnitRangeEndFieldEvent {
    field: '$.end'
    value: number
  }

  export function encode (obj: Partial<UnitRange>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, UnitRange.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<UnitRange>): UnitRange {
    return decodeMessage(buf, UnitRange.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<UnitRange>): Generator<UnitRangeFirstFieldEvent | UnitRangeEndFieldEvent> {
    return streamMessage(buf, UnitRange.codec(), opts)
  }
}

export interface AcceptedUnits {
  job: Uint8Array<ArrayBuffer>
  ranges: UnitRange[]
}

export namespace AcceptedUnits {
  let _codec: Codec<AcceptedUnits>

  export const codec = (): Codec<AcceptedUnits> => {
    if (_codec == null) {
      _codec = message<AcceptedUnits>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if (obj.ranges != null && obj.ranges.length > 0) {
          for (const value of obj.ranges) {
            w.uint32(18)
            UnitRange.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          ranges: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = reader.bytes()
              break
            }
            case 2: {
              if (opts.limits?.ranges != null && obj.ranges.length === opts.limits.ranges) {
                throw new MaxLengthError('Decode error - repeated field "ranges" had too many elements')
              }

              if (obj.ranges.length === 4096) {
                throw new MaxLengthError('Decode error - repeated field "ranges" had too many elements')
              }

              obj.ranges.push(UnitRange.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ranges$
              }))
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          ranges: 4096
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.job`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              if (opts.limits?.ranges != null && obj.ranges === opts.limits.ranges) {
                throw new MaxLengthError('Streaming decode error - repeated field "ranges" had too many elements')
              }

              if (obj.ranges === 4096) {
                throw new MaxLengthError('Streaming decode error - repeated field "ranges" had too many elements')
              }

              for (const evt of UnitRange.codec().stream(reader, reader.uint32(), `${prefix}.ranges[]`, {
                limits: opts.limits?.ranges$
              })) {
                yield {
                  ...evt,
                  index: obj.ranges
                }
              }

              obj.ranges++

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface AcceptedUnitsJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AcceptedUnitsRangesFirstFieldEvent {
    field: '$.ranges[].first'
    value: number
    index: number
  }

  export interface AcceptedUnitsRangesEndFieldEvent {
    field: '$.ranges[].end'
    value: number
    index: number
  }

  export function encode (obj: Partial<AcceptedUnits>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, AcceptedUnits.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AcceptedUnits>): AcceptedUnits {
    return decodeMessage(buf, AcceptedUnits.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AcceptedUnits>): Generator<AcceptedUnitsJobFieldEvent | AcceptedUnitsRangesFirstFieldEvent | AcceptedUnitsRangesEndFieldEvent> {
    return streamMessage(buf, AcceptedUnits.codec(), opts)
  }
}

export interface Renewed {
  sequence: number
  live: LiveLease[]
  accepted: AcceptedUnits[]
}

export namespace Renewed {
  let _codec: Codec<Renewed>

  export const codec = (): Codec<Renewed> => {
    if (_codec == null) {
      _codec = message<Renewed>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.sequence)
        }

        if (obj.live != null && obj.live.length > 0) {
          for (const value of obj.live) {
            w.uint32(18)
            LiveLease.codec().encode(value, w)
          }
        }

        if (obj.accepted != null && obj.accepted.length > 0) {
          for (const value of obj.accepted) {
            w.uint32(26)
            AcceptedUnits.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          sequence: 0,
          live: [],
          accepted: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.sequence = reader.uint64Number()
              break
            }
            case 2: {
              if (opts.limits?.live != null && obj.live.length === opts.limits.live) {
                throw new MaxLengthError('Decode error - repeated field "live" had too many elements')
              }

              if (obj.live.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "live" had too many elements')
              }

              obj.live.push(LiveLease.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.live$
              }))
              break
            }
            case 3: {
              if (opts.limits?.accepted != null && obj.accepted.length === opts.limits.accepted) {
                throw new MaxLengthError('Decode error - repeated field "accepted" had too many elements')
              }

              if (obj.accepted.length === 256) {
                throw new MaxLengthError('Decode error - repeated field "accepted" had too many elements')
              }

              obj.accepted.push(AcceptedUnits.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.accepted$
              }))
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          live: 1024,
          accepted: 256
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.sequence`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              if (opts.limits?.live != null && obj.live === opts.limits.live) {
                throw new MaxLengthError('Streaming decode error - repeated field "live" had too many elements')
              }

              if (obj.live === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "live" had too many elements')
              }

              for (const evt of LiveLease.codec().stream(reader, reader.uint32(), `${prefix}.live[]`, {
                limits: opts.limits?.live$
              })) {
                yield {
                  ...evt,
                  index: obj.live
                }
              }

              obj.live++

              break
            }
            case 3: {
              if (opts.limits?.accepted != null && obj.accepted === opts.limits.accepted) {
                throw new MaxLengthError('Streaming decode error - repeated field "accepted" had too many elements')
              }

              if (obj.accepted === 256) {
                throw new MaxLengthError('Streaming decode error - repeated field "accepted" had too many elements')
              }

              for (const evt of AcceptedUnits.codec().stream(reader, reader.uint32(), `${prefix}.accepted[]`, {
                limits: opts.limits?.accepted$
              })) {
                yield {
                  ...evt,
                  index: obj.accepted
                }
              }

              obj.accepted++

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface RenewedSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export interface RenewedLiveJobFieldEvent {
    field: '$.live[].job'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RenewedLiveTokenEpochRoundFieldEvent {
    field: '$.live[].token.epoch.round'
    value: number
    index: number
  }

  export interface RenewedLiveTokenEpochPeerFieldEvent {
    field: '$.live[].token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RenewedLiveTokenEpochInstanceFieldEvent {
    field: '$.live[].token.epoch.instance'
    value: number
    index: number
  }

  export interface RenewedLiveTokenGrantFieldEvent {
    field: '$.live[].token.grant'
    value: number
    index: number
  }

  export interface RenewedAcceptedJobFieldEvent {
    field: '$.accepted[].job'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RenewedAcceptedRangesFirstFieldEvent {
    field: '$.accepted[].ranges[].first'
    value: number
    index: number
  }

  export interface RenewedAcceptedRangesEndFieldEvent {
    field: '$.accepted[].ranges[].end'
    value: number
    index: number
  }

  export function encode (obj: Partial<Renewed>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Renewed.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Renewed>): Renewed {
    return decodeMessage(buf, Renewed.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Renewed>): Generator<RenewedSequenceFieldEvent | RenewedLiveJobFieldEvent | RenewedLiveTokenEpochRoundFieldEvent | RenewedLiveTokenEpochPeerFieldEvent | RenewedLiveTokenEpochInstanceFieldEvent | RenewedLiveTokenGrantFieldEvent | RenewedAcceptedJobFieldEvent | RenewedAcceptedRangesFirstFieldEvent | RenewedAcceptedRangesEndFieldEvent> {
    return streamMessage(buf, Renewed.codec(), opts)
  }
}

export interface ControlPush {
  control: Uint8Array<ArrayBuffer>
  signature: Uint8Array<ArrayBuffer>
}

export namespace ControlPush {
  let _codec: Codec<ControlPush>

  export const codec = (): Codec<ControlPush> => {
    if (_codec == null) {
      _codec = message<ControlPush>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.control != null && obj.control.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.control)
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.signature)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          control: uint8ArrayAlloc(0),
          signature: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.control = reader.bytes()
              break
            }
            case 2: {
              obj.signature = reader.bytes()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.control`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.signature`,
                value: reader.bytes()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface ControlPushControlFieldEvent {
    field: '$.control'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ControlPushSignatureFieldEvent {
    field: '$.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<ControlPush>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ControlPush.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ControlPush>): ControlPush {
    return decodeMessage(buf, ControlPush.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ControlPush>): Generator<ControlPushControlFieldEvent | ControlPushSignatureFieldEvent> {
    return streamMessage(buf, ControlPush.codec(), opts)
  }
}

export interface Epoch {
  round: number
  peer: Uint8Array<ArrayBuffer>
  instance: number
}

export namespace Epoch {
  let _codec: Codec<Epoch>

  export const codec = (): Codec<Epoch> => {
    if (_codec == null) {
      _codec = message<Epoch>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.round != null && obj.round !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.round)
        }

        if ((obj.peer != null && obj.peer.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.peer)
        }

        if ((obj.instance != null && obj.instance !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.instance)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          round: 0,
          peer: uint8ArrayAlloc(0),
          instance: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.round = reader.uint64Number()
              break
            }
            case 2: {
              obj.peer = reader.bytes()
              break
            }
            case 3: {
              obj.instance = reader.uint64Number()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.round`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.peer`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.instance`,
                value: reader.uint64Number()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface EpochRoundFieldEvent {
    field: '$.round'
    value: number
  }

  export interface EpochPeerFieldEvent {
    field: '$.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface EpochInstanceFieldEvent {
    field: '$.instance'
    value: number
  }

  export function encode (obj: Partial<Epoch>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Epoch.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Epoch>): Epoch {
    return decodeMessage(buf, Epoch.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Epoch>): Generator<EpochRoundFieldEvent | EpochPeerFieldEvent | EpochInstanceFieldEvent> {
    return streamMessage(buf, Epoch.codec(), opts)
  }
}

export interface Token {
  epoch?: Epoch
  grant: number
}

export namespace Token {
  let _codec: Codec<Token>

  export const codec = (): Codec<Token> => {
    if (_codec == null) {
      _codec = message<Token>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.epoch != null) {
          w.uint32(10)
          Epoch.codec().encode(obj.epoch, w)
        }

        if ((obj.grant != null && obj.grant !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.grant)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          grant: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.epoch = Epoch.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.epoch
              })
              break
            }
            case 2: {
              obj.grant = reader.uint64Number()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * Epoch.codec().stream(reader, reader.uint32(), `${prefix}.epoch`, {
                limits: opts.limits?.epoch
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.grant`,
                value: reader.uint64Number()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface TokenEpochRoundFieldEvent {
    field: '$.epoch.round'
    value: number
  }

  export interface TokenEpochPeerFieldEvent {
    field: '$.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TokenEpochInstanceFieldEvent {
    field: '$.epoch.instance'
    value: number
  }

  export interface TokenGrantFieldEvent {
    field: '$.grant'
    value: number
  }

  export function encode (obj: Partial<Token>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Token.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Token>): Token {
    return decodeMessage(buf, Token.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Token>): Generator<TokenEpochRoundFieldEvent | TokenEpochPeerFieldEvent | TokenEpochInstanceFieldEvent | TokenGrantFieldEvent> {
    return streamMessage(buf, Token.codec(), opts)
  }
}
