// @ts-nocheck: written by npm run generate; protons leaves parameters unused
import { decodeMessage, encodeMessage, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

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
