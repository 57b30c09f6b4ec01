import type { SentMessage } from '../support/fake-network.ts'
import type { DiskEvent } from '../support/memory-disk.ts'
import type { Simulation, Witness } from './simulation.ts'

/** Messages that say nothing new to a reader. */
const DULL: ReadonlySet<string> = new Set(['renew', 'renewed', 'started'])

/** Values longer than this are cut in a line. */
const MAX_VALUE_LENGTH = 400

/** Writes what happens in a run in lines that a person can read. */
export class Trace implements Witness {
  readonly #write: (line: string) => void
  #simulation: Simulation | undefined

  constructor (write: (line: string) => void) {
    this.#write = write
  }

  /** Whose time the lines show. */
  follow (simulation: Simulation): void {
    this.#simulation = simulation
  }

  fault (fault: object): void {
    this.#line(`### ${short(fault)}`)
  }

  sent ({ from, to, kind, message }: SentMessage): void {
    const { type } = message as { type?: string }
    if (kind !== 'greeting' && kind !== 'gossip-beacon' && (type === undefined || !DULL.has(type))) {
      this.#line(`${from} → ${to} ${kind} ${short(message)}`)
    }
  }

  life (peer: string, event: string): void {
    this.#line(`${peer} *** ${event}`)
  }

  disk (peer: string, event: DiskEvent): void {
    this.#line(`${peer} disk ${short(event)}`)
  }

  violation (text: string): void {
    this.#line(`!!! ${text}`)
  }

  #line (text: string): void {
    this.#write(`${((this.#simulation?.world.nowMs ?? 0) / 1_000).toFixed(3).padStart(10)} ${text}`)
  }
}

/** A value in one line: bytes by their number, hashes by their first digits. */
function short (value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Uint8Array ? `${part.byteLength} bytes` : part instanceof Map ? Object.fromEntries(part) : typeof part === 'string' && /^[0-9a-f]{64}$/.test(part) ? part.slice(0, 6) : part) ?? ''
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text
}
