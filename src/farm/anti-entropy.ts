import { MAX_KNOWN_JOBS } from '../core/limits.ts'
import { MAX_RECORDS } from './directory.ts'
import { DIGEST_EVERY_MS } from './limits.ts'
import type { PeerId } from '../core/ids.ts'
import type { DigestExchange, JobDigest } from '../core/messages.ts'
import type { Clock, Log, Mesh, Random, Timer } from '../ports.ts'
import type { Directory } from './directory.ts'

/** Rounds of one exchange: enough for a peer that knows nothing to learn all that there may be to know. */
const MAX_ROUNDS = MAX_KNOWN_JOBS / MAX_RECORDS

/**
 * Finds what gossip lost: on every connect, and every 30 s with one random member, two peers tell each other what they know of and
 * send what the other lacks. A peer that was away, or never heard any gossip, learns all jobs this way.
 */
export class AntiEntropy {
  readonly #mesh: Mesh
  readonly #directory: Directory
  readonly #clock: Clock
  readonly #random: Random
  readonly #log: Log
  readonly #exchanged: () => void
  #timer: Timer | undefined

  /** @param exchanged an exchange that this peer began came to its end */
  constructor (mesh: Mesh, directory: Directory, clock: Clock, random: Random, log: Log, exchanged: () => void = () => {}) {
    this.#exchanged = exchanged
    this.#mesh = mesh
    this.#directory = directory
    this.#clock = clock
    this.#random = random
    this.#log = log
  }

  start (): void {
    this.#timer = this.#clock.after(DIGEST_EVERY_MS * (0.75 + 0.5 * this.#random.next()), () => {
      this.start()
      this.#directory.saveAgain()
      const peers = this.#mesh.peers()
      const peer = peers[Math.floor(this.#random.next() * peers.length)]
      if (peer !== undefined) {
        void this.exchange(peer.peer)
      }
    })
  }

  stop (): void {
    this.#timer?.stop()
  }

  /**
   * Asks a peer for what we lack, then sends what it lacks, again and again while there is so much of either that one message does not hold it.
   * A peer that can not be reached now is asked another time.
   */
  async exchange (peer: PeerId): Promise<void> {
    try {
      let given = ''
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const theirs = await this.#mesh.exchangeDigests(peer, { digests: this.#digests(), records: [] })
        const news = this.#take(theirs)
        const lacking = this.#directory.recordsFor(theirs.digests)
        const before = given
        given = lacking.map(({ job }) => job.id).join()
        if (lacking.length > 0) {
          await this.#mesh.exchangeDigests(peer, { digests: [], records: lacking })
        }
        // A peer that does not take what it is given, because it has no room, is not given it over and over.
        if (!(theirs.records.length === MAX_RECORDS && news > 0) && !(lacking.length === MAX_RECORDS && given !== before)) {
          break
        }
      }
      this.#exchanged()
    } catch (error) {
      this.#log.debug('a digest exchange failed', { peer, error: String(error) })
    }
  }

  /** Answers another peer's half. Records without digests are a gift that asks for nothing back. */
  answer (exchange: DigestExchange): DigestExchange {
    this.#take(exchange)
    if (exchange.records.length > 0 && exchange.digests.length === 0) {
      return { digests: [], records: [] }
    }
    return { digests: this.#digests(), records: this.#directory.recordsFor(exchange.digests) }
  }

  #digests (): JobDigest[] {
    return this.#directory.digests(this.#random.next())
  }

  /** Returns how many jobs were news. */
  #take (exchange: DigestExchange): number {
    const news = exchange.records.filter((record) => this.#directory.learnRecord(record)).length
    for (const { job, epoch } of exchange.digests) {
      if (epoch !== undefined) {
        this.#directory.learnEpoch(job, epoch)
      }
    }
    return news
  }
}
