import { isHash } from '../../core/ids.ts'
import { WireError } from '../../errors.ts'
import { duration, list, textBytes, whole } from './check.ts'
import { peerBytes } from './ids.ts'
import type { LimitName } from './check.ts'
import type { Hash, JobId, PeerId } from '../../core/ids.ts'

/**
 * The fields of a JSON object from a stranger, read one by one: what is not asked for is left out,
 * so no unknown field, `__proto__` among them, reaches the rest of the program. All throw WireError.
 */
export class JsonFields {
  readonly #fields: Readonly<Record<string, unknown>>
  readonly #what: string

  constructor (what: string, value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new WireError(`${what} is not an object`)
    }
    this.#what = what
    this.#fields = value as Readonly<Record<string, unknown>>
  }

  #refuse (name: string): WireError {
    return new WireError(`${name} of ${this.#what} is missing or of the wrong kind`)
  }

  /** Well-formed text of a bounded number of UTF-8 bytes. */
  text (name: string, limit: LimitName): string {
    const value = this.#fields[name]
    if (typeof value !== 'string') {
      throw this.#refuse(name)
    }
    textBytes(name, value, limit)
    return value
  }

  /** The same, when the field is there. */
  optionalText (name: string, limit: LimitName): string | undefined {
    return this.#fields[name] === undefined ? undefined : this.text(name, limit)
  }

  /** One of a few words. */
  word<Word extends string> (name: string, words: readonly Word[]): Word {
    const value = this.#fields[name]
    const word = words.find((known) => known === value)
    if (word === undefined) {
      throw this.#refuse(name)
    }
    return word
  }

  /** One of a few words, or nothing: the other side is of a version that does not say it. */
  optionalWord<Word extends string> (name: string, words: readonly Word[]): Word | undefined {
    return this.#fields[name] === undefined ? undefined : this.word(name, words)
  }

  /** A whole number in a range, when the field is there. */
  optionalWhole (name: string, least: number, most: number | LimitName): number | undefined {
    return this.#fields[name] === undefined ? undefined : this.whole(name, least, most)
  }

  /** A whole number in a range. */
  whole (name: string, least: number, most: number | LimitName): number {
    return whole(name, this.#number(name), least, most)
  }

  /** Milliseconds. */
  duration (name: string): number {
    return duration(name, this.#number(name))
  }

  /** Milliseconds, or null. */
  durationOrNull (name: string): number | null {
    return this.#fields[name] === null ? null : this.duration(name)
  }

  #number (name: string): number {
    const value = this.#fields[name]
    if (typeof value !== 'number') {
      throw this.#refuse(name)
    }
    return value
  }

  /** Yes or no. */
  flag (name: string): boolean {
    const value = this.#fields[name]
    if (typeof value !== 'boolean') {
      throw this.#refuse(name)
    }
    return value
  }

  /** A job's id. */
  job (name: string): JobId {
    return this.#hash(name)
  }

  /** A sha256, or null. */
  hashOrNull (name: string): Hash | null {
    return this.#fields[name] === null ? null : this.#hash(name)
  }

  #hash (name: string): Hash {
    const value = this.#fields[name]
    if (typeof value !== 'string' || !isHash(value)) {
      throw this.#refuse(name)
    }
    return value
  }

  /** A peer's id. */
  peer (name: string): PeerId {
    const value = this.#fields[name]
    if (typeof value !== 'string') {
      throw this.#refuse(name)
    }
    peerBytes(name, value)
    return value
  }

  /** A list of bounded length, each entry read by `read`. */
  list<T> (name: string, limit: LimitName, read: (entry: unknown) => T): T[] {
    const value = this.#fields[name]
    if (!Array.isArray(value)) {
      throw this.#refuse(name)
    }
    return list<unknown, T>(name, value, limit, read)
  }

  /** An object of its own. */
  object (name: string): JsonFields {
    return new JsonFields(`${name} of ${this.#what}`, this.#fields[name])
  }

  /** The same, when it is there. */
  optionalObject (name: string): JsonFields | undefined {
    return this.#fields[name] === undefined ? undefined : this.object(name)
  }

  /** Numbers by peer id: how many units each delivered. */
  countsByPeer (name: string, limit: LimitName, most: number): Record<PeerId, number> {
    const counts = this.object(name)
    const peers = list(name, Object.keys(counts.#fields), limit, (peer) => {
      peerBytes(name, peer)
      return [peer, counts.whole(peer, 0, most)] as const
    })
    return Object.fromEntries(peers)
  }
}
