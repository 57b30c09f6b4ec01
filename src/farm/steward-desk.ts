import { LOSS_GRACE_MS, RELAYED_LOSS_GRACE_MS, WAIT_RETRY_MS } from '../core/limits.ts'
import type { Epoch } from '../core/epoch.ts'
import type { JobId, PeerId } from '../core/ids.ts'
import type { LeaseReport, SignedControl, StewardMessage, WorkerMessage } from '../core/messages.ts'
import type { Log, StewardChannel } from '../ports.ts'
import type { Stewardship } from './stewardship.ts'

/** Where a desk looks up, and writes down, who stewards what. */
export interface EpochBook {
  /** The stewardship of another peer that is obeyed for a job; undefined when there is none, or it is this peer's own. */
  elsewhere (job: JobId): Epoch | undefined
  /** A worker obeys this one. */
  learn (job: JobId, epoch: Epoch): void
}

/**
 * Where workers' lease streams arrive: reads what they say and hands it to the stewardship of the job it is about.
 * A worker has one stream to this peer for all jobs; a newer one replaces an older.
 */
export class StewardDesk {
  readonly #log: Log
  readonly #epochs: EpochBook
  readonly #channels = new Map<PeerId, StewardChannel>()
  readonly #stewardships = new Map<JobId, Stewardship>()
  readonly #awake: () => void
  /** While this peer doubts that it still stewards what it did: what workers say waits. */
  #doubt: { readonly over: Promise<void>, readonly end: () => void } | undefined

  /** @param awake called before anything that a worker says is heeded: this peer may have slept */
  constructor (log: Log, epochs: EpochBook, awake: () => void = () => {}) {
    this.#log = log
    this.#epochs = epochs
    this.#awake = awake
  }

  /** Whether nothing is granted and no result is taken: this peer slept, and others may steward its jobs by now. */
  get isDoubted (): boolean {
    return this.#doubt !== undefined
  }

  /** Doubts all stewardships until {@link trust}, but no longer than until then; monotonic milliseconds. */
  doubt (untilMs: number): void {
    if (this.#doubt === undefined) {
      let end = (): void => {}
      const over = new Promise<void>((resolve) => { end = resolve })
      this.#doubt = { over, end }
    }
    for (const stewardship of this.#stewardships.values()) {
      stewardship.doubt(untilMs)
    }
  }

  /** The stewardships that are left are this peer's. */
  trust (): void {
    this.#doubt?.end()
    this.#doubt = undefined
    for (const stewardship of [...this.#stewardships.values()]) {
      stewardship.trust()
    }
  }

  /** Workers with a lease stream to this peer. */
  get workers (): readonly PeerId[] {
    return [...this.#channels.keys()]
  }

  /** Whether a worker's lease stream goes through another peer. */
  isRelayed (peer: PeerId): boolean {
    return this.#channels.get(peer)?.relayed === true
  }

  add (stewardship: Stewardship): void {
    this.#stewardships.set(stewardship.job, stewardship)
    for (const peer of this.#channels.keys()) {
      stewardship.connected(peer)
    }
  }

  /** A stewardship has ended. Workers are told of the one that follows, where that is known: they turn to it at once. */
  remove (job: JobId, next?: Epoch): void {
    if (this.#stewardships.delete(job) && next !== undefined) {
      for (const peer of this.#channels.keys()) {
        this.send(peer, { type: 'stale', job, epoch: next })
      }
    }
  }

  all (): readonly Stewardship[] {
    return [...this.#stewardships.values()]
  }

  get isEmpty (): boolean {
    return this.#stewardships.size === 0
  }

  get (job: JobId): Stewardship | undefined {
    return this.#stewardships.get(job)
  }

  /** Sends to a worker; a worker that is not there hears it when it claims again. */
  send (to: PeerId, message: StewardMessage): void {
    this.#channels.get(to)?.send(message).catch((error: unknown) => {
      this.#log.debug('a lease message was not sent', { peer: to, type: message.type, error: String(error) })
    })
  }

  /** Tells every worker the requester's word at once. */
  push (control: SignedControl): void {
    for (const peer of this.#channels.keys()) {
      this.send(peer, { type: 'control', control })
    }
  }

  /** A worker opened a lease stream. */
  open (channel: StewardChannel): void {
    const { peer } = channel
    this.#channels.get(peer)?.abort(new Error('replaced by a newer lease stream'))
    this.#channels.set(peer, channel)
    for (const stewardship of this.#stewardships.values()) {
      stewardship.connected(peer)
    }
    void this.#read(channel)
  }

  /** Ends all lease streams. */
  async close (): Promise<void> {
    await Promise.all(Array.from(this.#channels.values(), async (channel) => { await channel.close() }))
  }

  async #read (channel: StewardChannel): Promise<void> {
    const { peer } = channel
    try {
      for await (const message of channel.messages) {
        this.#awake()
        await this.#doubt?.over
        if (this.#channels.get(peer) !== channel) {
          return
        }
        this.#dispatch(peer, message)
      }
    } catch (error) {
      this.#log.info('a lease stream ended badly', { peer, error: String(error) })
      channel.abort(error instanceof Error ? error : new Error(String(error)))
    }
    if (this.#channels.get(peer) === channel) {
      this.#channels.delete(peer)
      for (const stewardship of this.#stewardships.values()) {
        stewardship.disconnected(peer, channel.relayed ? RELAYED_LOSS_GRACE_MS : LOSS_GRACE_MS)
      }
    }
  }

  #dispatch (peer: PeerId, message: WorkerMessage): void {
    switch (message.type) {
      case 'renew':
        this.#renew(peer, message.sequence, message.leases)
        return
      case 'started':
        for (const [job, leases] of byJob(message.leases)) {
          this.#stewardships.get(job)?.message(peer, { type: 'started', leases })
        }
        return
      case 'claim': {
        const stewardship = this.#stewardships.get(message.job)
        if (stewardship === undefined) {
          this.#sendElsewhere(peer, message.job)
        } else {
          stewardship.message(peer, message)
        }
        return
      }
      case 'stale':
        this.#epochs.learn(message.job, message.epoch)
        return
      case 'failed':
      case 'release':
        this.#stewardships.get(message.job)?.message(peer, message)
    }
  }

  /** A job that is not stewarded here. */
  #sendElsewhere (peer: PeerId, job: JobId): void {
    const epoch = this.#epochs.elsewhere(job)
    this.send(peer, epoch === undefined
      ? { type: 'wait', job, retryMs: WAIT_RETRY_MS, reason: 'unknown-job' }
      : { type: 'stale', job, epoch })
  }

  #renew (peer: PeerId, sequence: number, reports: readonly LeaseReport[]): void {
    const groups = byJob(reports)
    const parts = Array.from(this.#stewardships.values(), (stewardship) => stewardship.renew(peer, groups.get(stewardship.job) ?? []))
    this.send(peer, {
      type: 'renewed',
      sequence,
      live: parts.flatMap((part) => part.live),
      accepted: parts.flatMap((part) => part.accepted)
    })
  }
}

function byJob (reports: readonly LeaseReport[]): Map<JobId, LeaseReport[]> {
  const groups = new Map<JobId, LeaseReport[]>()
  for (const report of reports) {
    const group = groups.get(report.job) ?? []
    group.push(report)
    groups.set(report.job, group)
  }
  return groups
}
