import { WireError } from '../../errors.ts'
import * as pb from '../generated/hello.ts'
import { duration, lineBytes, lineOf, list, whole } from './check.ts'
import { openMessage, sealMessage } from './message.ts'
import type { WireBytes } from './message.ts'
import type { Greeting } from '../../ports.ts'

/** What a peer tells about itself; engines sorted by name. @throws WireError */
export function encodeGreeting (greeting: Greeting): Uint8Array {
  const engines = [...greeting.engines].sort(([a], [b]) => a < b ? -1 : 1)
  return sealMessage('greeting', pb.Greeting.encode({
    name: lineBytes('name of the peer', greeting.name, 'MAX_NAME_BYTES'),
    engines: list('engines', engines, 'MAX_GREETING_ENGINES', ([engine, fingerprint]) => ({
      engine: lineBytes('engine', engine, 'MAX_ENGINE_BYTES'),
      fingerprint: lineBytes('fingerprint', fingerprint, 'MAX_FINGERPRINT_BYTES'),
      threadMsPerMegasample: duration('time per sample', greeting.speeds?.get(engine) ?? 0)
    })),
    threads: whole('threads', greeting.threads, 0, 'MAX_THREADS'),
    draining: greeting.draining === true,
    resting: lineBytes('rest of the peer', greeting.resting ?? '', 'MAX_RESTING_BYTES')
  }), 'MAX_GREETING_BYTES')
}

/** Reads what a peer tells about itself. @throws WireError */
export function decodeGreeting (bytes: WireBytes): Greeting {
  const message = openMessage('greeting', bytes, 'MAX_GREETING_BYTES', pb.Greeting.decode)
  const engines = new Map(list('engines', message.engines, 'MAX_GREETING_ENGINES', ({ engine, fingerprint }) => [
    lineOf('engine', engine, 'MAX_ENGINE_BYTES'),
    lineOf('fingerprint', fingerprint, 'MAX_FINGERPRINT_BYTES')
  ]))
  if (engines.size !== message.engines.length) {
    throw new WireError('an engine is greeted with once')
  }
  const speeds = new Map(message.engines
    .map(({ engine, threadMsPerMegasample }) => [lineOf('engine', engine, 'MAX_ENGINE_BYTES'), duration('time per sample', threadMsPerMegasample)] as const)
    .filter(([, ms]) => ms > 0))
  return {
    name: lineOf('name of the peer', message.name, 'MAX_NAME_BYTES'),
    engines,
    threads: whole('threads', message.threads, 0, 'MAX_THREADS'),
    ...(speeds.size > 0 ? { speeds } : {}),
    ...(message.draining ? { draining: true } : {}),
    ...(message.resting.byteLength > 0 ? { resting: lineOf('rest of the peer', message.resting, 'MAX_RESTING_BYTES') } : {})
  }
}
