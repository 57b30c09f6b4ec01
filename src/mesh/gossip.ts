import { TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import { WireError } from '../errors.ts'
import { decodeControl, decodeGossip, encodeGossip, isUnknownMessage } from '../wire/codec/index.ts'
import { GOSSIP_BURST_SECONDS, GOSSIP_BYTES_PER_SECOND, GOSSIP_MESSAGES_PER_SECOND, MAX_GOSSIP_BYTES } from '../wire/limits.ts'
import { readControl, readJob } from './signing.ts'
import { TokenBuckets } from './token-bucket.ts'
import type { PeerId } from '../core/ids.ts'
import type { Beacon, SignedControl, SignedJob } from '../core/messages.ts'
import type { Clock, Log, MeshHandlers, Sha256 } from '../ports.ts'
import type { GossipMessage } from '../wire/codec/index.ts'
import type { KnownJobs } from './known-jobs.ts'
import type { GossipSub, Message } from '@chainsafe/libp2p-gossipsub'

/** What gossip works with: the node's gossipsub, and who is told of what passed the validator. */
export interface GossipInit {
  readonly pubsub: GossipSub
  readonly topic: string
  readonly clock: Clock
  readonly log: Log
  readonly sha256: Sha256
  readonly jobs: KnownJobs
  readonly handlers: Pick<MeshHandlers, 'job' | 'control' | 'beacon'>
}

/**
 * The mesh's topic: jobs, control words and beacons. Everything is validated before it is forwarded or handed on: size and rate first,
 * then whether it is a message at all, and only then signatures of records. What each neighbour passes on was counted before, by the
 * {@link GossipMeter}, and gossipsub has checked the signature of who published it.
 */
export class Gossip {
  readonly #init: GossipInit
  /** By who published. */
  readonly #authors: TokenBuckets

  constructor (init: GossipInit) {
    this.#init = init
    this.#authors = new TokenBuckets(init.clock, {
      messagesPerSecond: GOSSIP_MESSAGES_PER_SECOND,
      bytesPerSecond: GOSSIP_BYTES_PER_SECOND,
      burstSeconds: GOSSIP_BURST_SECONDS
    })
  }

  /** Call when the node runs. */
  start (): void {
    const { pubsub, topic } = this.#init
    pubsub.topicValidators.set(topic, async (neighbour, message) => this.#judge(neighbour.toString(), message))
    pubsub.subscribe(topic)
  }

  stop (): void {
    this.#init.pubsub.topicValidators.delete(this.#init.topic)
  }

  job (job: SignedJob): void {
    this.#publish({ type: 'job', bytes: job.bytes, signature: job.signature })
  }

  control (control: SignedControl): void {
    this.#publish({ type: 'control', bytes: control.bytes, signature: control.signature })
  }

  beacon (beacon: Beacon): void {
    this.#publish({ type: 'beacon', beacon })
  }

  /** Gossip is best effort: what did not go out is said again by the next beacon or digest exchange. */
  #publish (message: GossipMessage): void {
    const failed = (err: unknown): void => {
      this.#init.log.info('news for the mesh could not be sent', { type: message.type, error: String(err) })
    }
    try {
      this.#init.pubsub.publish(this.#init.topic, encodeGossip(message)).catch(failed)
    } catch (err) {
      failed(err)
    }
  }

  /** Never throws. */
  async #judge (neighbour: PeerId, message: Message): Promise<TopicValidatorResult> {
    const bytes = message.data.byteLength
    if (message.type !== 'signed' || bytes > MAX_GOSSIP_BYTES) {
      return TopicValidatorResult.Reject
    }
    const author = message.from.toString()
    if (!this.#authors.spend(author, bytes)) {
      return TopicValidatorResult.Ignore
    }
    try {
      return await this.#open(decodeGossip(message.data), author)
    } catch (err) {
      if (isUnknownMessage(err)) {
        return TopicValidatorResult.Ignore
      }
      if (!(err instanceof WireError)) {
        this.#init.log.error('gossip could not be handled', { author, error: String(err) })
        return TopicValidatorResult.Ignore
      }
      this.#init.log.debug('gossip was refused', { author, neighbour, error: err.message })
      return TopicValidatorResult.Reject
    }
  }

  /** Hands on what is genuine. @throws WireError for what is not */
  async #open (message: GossipMessage, author: PeerId): Promise<TopicValidatorResult> {
    switch (message.type) {
      case 'job': {
        const job = await readJob(message.bytes, message.signature, this.#init.sha256)
        this.#init.jobs.remember(job)
        this.#init.handlers.job(job, author)
        return TopicValidatorResult.Accept
      }
      case 'control': {
        return this.#openControl(message.bytes, message.signature, author)
      }
      case 'beacon': {
        if (message.beacon.steward !== author) {
          throw new WireError('a beacon in the name of another peer')
        }
        this.#init.handlers.beacon(message.beacon)
        return TopicValidatorResult.Accept
      }
    }
  }

  /** A control word whose job is not known here can not be checked, but is nobody's fault. */
  async #openControl (bytes: Uint8Array, signature: Uint8Array, author: PeerId): Promise<TopicValidatorResult> {
    const requester = this.#init.jobs.requesterOf(decodeControl(bytes).job)
    if (requester === undefined) {
      return TopicValidatorResult.Ignore
    }
    this.#init.handlers.control(await readControl(bytes, signature, requester), author)
    return TopicValidatorResult.Accept
  }
}
