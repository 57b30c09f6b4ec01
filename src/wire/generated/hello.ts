// @ts-nocheck: written by npm run generate; protons leaves parameters unused
import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface Greeting {
  name: Uint8Array<ArrayBuffer>
  engines: GreetingEngine[]
  threads: number
  draining: boolean
  resting: Uint8Array<ArrayBuffer>
}

export namespace Greeting {
  let _codec: Codec<Greeting>

  export const codec = (): Codec<Greeting> => {
    if (_codec == null) {
      _codec = message<Greeting>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.name != null && obj.name.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.name)
        }

        if (obj.engines != null && obj.engines.length > 0) {
          for (const value of obj.engines) {
            w.uint32(18)
            GreetingEngine.codec().encode(value, w)
          }
        }

        if ((obj.threads != null && obj.threads !== 0)) {
          w.uint32(24)
          w.uint32(obj.threads)
        }

        if ((obj.draining != null && obj.draining !== false)) {
          w.uint32(32)
          w.bool(obj.draining)
        }

        if ((obj.resting != null && obj.resting.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.resting)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          name: uint8ArrayAlloc(0),
          engines: [],
          threads: 0,
          draining: false,
          resting: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.name = reader.bytes()
              break
            }
            case 2: {
              if (opts.limits?.engines != null && obj.engines.length === opts.limits.engines) {
                throw new MaxLengthError('Decode error - repeated field "engines" had too many elements')
              }

              if (obj.engines.length === 32) {
                throw new MaxLengthError('Decode error - repeated field "engines" had too many elements')
              }

              obj.engines.push(GreetingEngine.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.engines$
              }))
              break
            }
            case 3: {
              obj.threads = reader.uint32()
              break
            }
            case 4: {
              obj.draining = reader.bool()
              break
            }
            case 5: {
              obj.resting = reader.bytes()
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
          engines: 32
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.name`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              if (opts.limits?.engines != null && obj.engines === opts.limits.engines) {
                throw new MaxLengthError('Streaming decode error - repeated field "engines" had too many elements')
              }

              if (obj.engines === 32) {
                throw new MaxLengthError('Streaming decode error - repeated field "engines" had too many elements')
              }

              for (const evt of GreetingEngine.codec().stream(reader, reader.uint32(), `${prefix}.engines[]`, {
                limits: opts.limits?.engines$
              })) {
                yield {
                  ...evt,
                  index: obj.engines
                }
              }

              obj.engines++

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
                field: `${prefix}.draining`,
                value: reader.bool()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.resting`,
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

  export interface GreetingNameFieldEvent {
    field: '$.name'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GreetingEnginesEngineFieldEvent {
    field: '$.engines[].engine'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface GreetingEnginesFingerprintFieldEvent {
    field: '$.engines[].fingerprint'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface GreetingEnginesThreadMsPerMegasampleFieldEvent {
    field: '$.engines[].threadMsPerMegasample'
    value: number
    index: number
  }

  export interface GreetingThreadsFieldEvent {
    field: '$.threads'
    value: number
  }

  export interface GreetingDrainingFieldEvent {
    field: '$.draining'
    value: boolean
  }

  export interface GreetingRestingFieldEvent {
    field: '$.resting'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Greeting>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Greeting.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Greeting>): Greeting {
    return decodeMessage(buf, Greeting.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Greeting>): Generator<GreetingNameFieldEvent | GreetingEnginesEngineFieldEvent | GreetingEnginesFingerprintFieldEvent | GreetingEnginesThreadMsPerMegasampleFieldEvent | GreetingThreadsFieldEvent | GreetingDrainingFieldEvent | GreetingRestingFieldEvent> {
    return streamMessage(buf, Greeting.codec(), opts)
  }
}

export interface GreetingEngine {
  engine: Uint8Array<ArrayBuffer>
  fingerprint: Uint8Array<ArrayBuffer>
  threadMsPerMegasample: number
}

export namespace GreetingEngine {
  let _codec: Codec<GreetingEngine>

  export const codec = (): Codec<GreetingEngine> => {
    if (_codec == null) {
      _codec = message<GreetingEngine>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.engine != null && obj.engine.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.engine)
        }

        if ((obj.fingerprint != null && obj.fingerprint.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.fingerprint)
        }

        if ((obj.threadMsPerMegasample != null && obj.threadMsPerMegasample !== 0)) {
          w.uint32(25)
          w.double(obj.threadMsPerMegasample)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          engine: uint8ArrayAlloc(0),
          fingerprint: uint8ArrayAlloc(0),
          threadMsPerMegasample: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.engine = reader.bytes()
              break
            }
            case 2: {
              obj.fingerprint = reader.bytes()
              break
            }
            case 3: {
              obj.threadMsPerMegasample = reader.double()
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
                field: `${prefix}.engine`,
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
                field: `${prefix}.threadMsPerMegasample`,
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

  export interface GreetingEngineEngineFieldEvent {
    field: '$.engine'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GreetingEngineFingerprintFieldEvent {
    field: '$.fingerprint'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GreetingEngineThreadMsPerMegasampleFieldEvent {
    field: '$.threadMsPerMegasample'
    value: number
  }

  export function encode (obj: Partial<GreetingEngine>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, GreetingEngine.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GreetingEngine>): GreetingEngine {
    return decodeMessage(buf, GreetingEngine.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GreetingEngine>): Generator<GreetingEngineEngineFieldEvent | GreetingEngineFingerprintFieldEvent | GreetingEngineThreadMsPerMegasampleFieldEvent> {
    return streamMessage(buf, GreetingEngine.codec(), opts)
  }
}

export interface PeerExchange {
  peers: PeerAddresses[]
}

export namespace PeerExchange {
  let _codec: Codec<PeerExchange>

  export const codec = (): Codec<PeerExchange> => {
    if (_codec == null) {
      _codec = message<PeerExchange>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.peers != null && obj.peers.length > 0) {
          for (const value of obj.peers) {
            w.uint32(10)
            PeerAddresses.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          peers: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.peers != null && obj.peers.length === opts.limits.peers) {
                throw new MaxLengthError('Decode error - repeated field "peers" had too many elements')
              }

              if (obj.peers.length === 32) {
                throw new MaxLengthError('Decode error - repeated field "peers" had too many elements')
              }

              obj.peers.push(PeerAddresses.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.peers$
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
          peers: 32
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.peers != null && obj.peers === opts.limits.peers) {
                throw new MaxLengthError('Streaming decode error - repeated field "peers" had too many elements')
              }

              if (obj.peers === 32) {
                throw new MaxLengthError('Streaming decode error - repeated field "peers" had too many elements')
              }

              for (const evt of PeerAddresses.codec().stream(reader, reader.uint32(), `${prefix}.peers[]`, {
                limits: opts.limits?.peers$
              })) {
                yield {
                  ...evt,
                  index: obj.peers
                }
              }

              obj.peers++

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

  export interface PeerExchangePeersPeerFieldEvent {
    field: '$.peers[].peer'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface PeerExchangePeersAddressesFieldEvent {
    field: '$.peers[].addresses[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<PeerExchange>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, PeerExchange.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PeerExchange>): PeerExchange {
    return decodeMessage(buf, PeerExchange.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PeerExchange>): Generator<PeerExchangePeersPeerFieldEvent | PeerExchangePeersAddressesFieldEvent> {
    return streamMessage(buf, PeerExchange.codec(), opts)
  }
}

export interface PeerAddresses {
  peer: Uint8Array<ArrayBuffer>
  addresses: Uint8Array<ArrayBuffer>[]
}

export namespace PeerAddresses {
  let _codec: Codec<PeerAddresses>

  export const codec = (): Codec<PeerAddresses> => {
    if (_codec == null) {
      _codec = message<PeerAddresses>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.peer != null && obj.peer.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.peer)
        }

        if (obj.addresses != null && obj.addresses.length > 0) {
          for (const value of obj.addresses) {
            w.uint32(18)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          peer: uint8ArrayAlloc(0),
          addresses: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.peer = reader.bytes()
              break
            }
            case 2: {
              if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements')
              }

              if (obj.addresses.length === 8) {
                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements')
              }

              obj.addresses.push(reader.bytes())
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
          addresses: 8
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.peer`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              if (opts.limits?.addresses != null && obj.addresses === opts.limits.addresses) {
                throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements')
              }

              if (obj.addresses === 8) {
                throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements')
              }

              yield {
                field: `${prefix}.addresses[]`,
                index: obj.addresses,
                value: reader.bytes()
              }

              obj.addresses++

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

  export interface PeerAddressesPeerFieldEvent {
    field: '$.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PeerAddressesAddressesFieldEvent {
    field: '$.addresses[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<PeerAddresses>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, PeerAddresses.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PeerAddresses>): PeerAddresses {
    return decodeMessage(buf, PeerAddresses.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PeerAddresses>): Generator<PeerAddressesPeerFieldEvent | PeerAddressesAddressesFieldEvent> {
    return streamMessage(buf, PeerAddresses.codec(), opts)
  }
}
