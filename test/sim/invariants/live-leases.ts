import { rectsHold } from '../../../src/core/rect.ts'
import { sameEpoch } from '../../../src/core/epoch.ts'
import { LOSS_GRACE_MS, MAX_LIVE_COPIES } from '../../../src/core/limits.ts'
import { GrantBook, stewardWord } from '../grants.ts'
import { Invariant } from '../invariant.ts'
import { ResultBook } from '../results.ts'
import type { Epoch } from '../../../src/core/epoch.ts'
import type { JobId, PeerId, UnitIndex } from '../../../src/core/ids.ts'
import type { Renewed, ResultHead, Revoke, WorkerMessage } from '../../../src/core/messages.ts'
import type { SentMessage } from '../../support/fake-network.ts'
import type { LifeEvent } from '../invariant.ts'
import type { SentGrant } from '../grants.ts'

/** What is known of a unit that was granted: its grants that nothing has ended yet, oldest first. */
interface Holder {
  readonly sent: SentGrant
  over: boolean
}

/**
 * S6: within one epoch no unit has two live leases except a race, and none after its result was accepted; a renewal never confirms a lease that was
 * taken away. A lease counts as over here as soon as anything could have ended it: a word of either side, a connection that closed, a silence.
 */
export class LiveLeases extends Invariant {
  readonly name = 'S6'
  readonly #grants = new GrantBook(this.scene)
  readonly #results = new ResultBook()
  readonly #holders = new Map<string, Holder[]>()
  /** Units whose result a steward accepted, by job and epoch. */
  readonly #accepted = new Map<string, { readonly epoch: Epoch, readonly units: Set<UnitIndex> }>()
  /** When each steward last heard a worker, and when it last lost it. */
  readonly #heardMs = new Map<string, number>()
  readonly #lostMs = new Map<string, number>()
  /** The stream on which a worker was heard last. */
  readonly #streams = new Map<string, number>()
  /** Tokens that were revoked whole. */
  readonly #revoked = new Set<string>()
  /** The latest claims of each worker: what they show as finished may be granted to it although others have it. */
  readonly #shown = new Map<string, readonly WorkerMessage[]>()

  override life (peer: PeerId, event: LifeEvent): void {
    if (event !== 'started' && event !== 'thawed') {
      for (const other of this.scene.peers) {
        this.#lostMs.set(`${other} ${peer}`, this.scene.nowMs)
      }
    }
  }

  override sent (message: SentMessage): void {
    const result = this.#results.answered(message)
    if (result?.answer === 'accepted' && result.head.keep === undefined) {
      this.#setAccepted(result.head.job, result.head.token.epoch, result.head.unit)
    }
    const sent = this.#grants.note(message)
    if (sent !== undefined) {
      this.#granted(sent)
      return
    }
    const word = stewardWord(message)
    if (word?.type === 'revoke') {
      this.#takenAway(message, word)
    } else if (word?.type === 'renewed') {
      this.#renewed(message, word)
    }
  }

  override arrived (message: SentMessage): void {
    if (message.kind === 'results' && 'head' in (message.message as object)) {
      this.#delivered(message, (message.message as { readonly head: ResultHead }).head)
    }
    if (message.kind !== 'lease' || stewardWord(message) !== undefined) {
      return
    }
    const { from, to, atMs, stream } = message
    const word = message.message as WorkerMessage
    const pair = `${to} ${from}`
    this.#heardMs.set(pair, atMs)
    if (this.#streams.get(pair) !== stream) {
      // On a new stream a worker shows what it holds: what it does not show is over.
      this.#streams.set(pair, stream)
      this.#lostMs.set(pair, atMs)
    }
    if (word.type === 'claim') {
      const key = `${pair} ${word.job}`
      this.#shown.set(key, [...(this.#shown.get(key) ?? []).slice(-3), word])
    } else if (word.type === 'release' || word.type === 'failed') {
      const held = this.#grants.get(word.job, word.token)
      for (const unit of held?.units ?? []) {
        if (word.type === 'failed' ? unit === word.unit : rectsHold(this.scene.job(word.job)!.grid, word.rects, unit)) {
          this.#end(held!, unit)
        }
      }
    }
  }

  /** Whoever has delivered a unit renders it no more, also when its result is refused. */
  #delivered ({ from, to }: SentMessage, { job, token, unit }: ResultHead): void {
    const held = this.#grants.get(job, token)
    if (held?.worker === from && held.steward === to) {
      this.#end(held, unit)
    }
  }

  #granted (sent: SentGrant): void {
    const { job, token } = sent.grant
    const accepted = this.#accepted.get(this.#epochKey(job, token.epoch))?.units
    for (const unit of sent.units) {
      if (accepted?.has(unit) === true) {
        this.broken(`${sent.steward} granted unit ${unit} to ${sent.worker} after it had accepted it`)
      }
      const key = this.#unitKey(sent, unit)
      const holders = (this.#holders.get(key) ?? []).filter((holder) => !holder.over && holder.sent.worker !== sent.worker && this.#isLive(holder.sent))
      holders.push({ sent, over: false })
      this.#holders.set(key, holders)
      if (holders.length > MAX_LIVE_COPIES && !this.#isShown(sent, unit)) {
        this.broken(`unit ${unit} is leased to ${holders.map((holder) => holder.sent.worker).join(', ')} at once`)
      }
    }
  }

  /** Whether nothing can have ended a lease since it was granted. */
  #isLive ({ steward, worker, atMs, grant }: SentGrant): boolean {
    const pair = `${steward} ${worker}`
    const heardMs = Math.max(atMs, this.#heardMs.get(pair) ?? 0)
    return (this.#lostMs.get(pair) ?? -Infinity) < atMs - LOSS_GRACE_MS && this.scene.nowMs - heardMs < grant.leaseMs && this.scene.areLinked(steward, worker)
  }

  #isShown ({ steward, worker, grant }: SentGrant, unit: UnitIndex): boolean {
    const { grid } = this.scene.job(grant.job)!
    return (this.#shown.get(`${steward} ${worker} ${grant.job}`) ?? []).some((claim) => claim.type === 'claim' && rectsHold(grid, claim.undelivered, unit))
  }

  #takenAway ({ from, to }: SentMessage, { job, token, rects }: Revoke): void {
    const held = this.#grants.get(job, token)
    if (held === undefined || held.steward !== from || held.worker !== to) {
      return
    }
    if (rects.length === 0) {
      this.#revoked.add(this.#tokenKey(held))
    }
    for (const unit of held.units) {
      if (rects.length === 0 || rectsHold(this.scene.job(job)!.grid, rects, unit)) {
        this.#end(held, unit)
      }
    }
  }

  #renewed ({ from, to }: SentMessage, { live }: Renewed): void {
    for (const { job, token } of live) {
      const held = this.#grants.get(job, token)
      if (held === undefined || held.steward !== from || held.worker !== to) {
        this.broken(`${from} renewed a lease of ${to} that it never granted to it`)
      } else if (this.#revoked.has(this.#tokenKey(held))) {
        this.broken(`${from} renewed grant ${token.grant} of ${to}, which it had revoked`)
      }
    }
  }

  #end (held: SentGrant, unit: UnitIndex): void {
    for (const holder of this.#holders.get(this.#unitKey(held, unit)) ?? []) {
      holder.over ||= holder.sent === held
    }
  }

  #setAccepted (job: JobId, epoch: Epoch, unit: UnitIndex): void {
    const key = this.#epochKey(job, epoch)
    const known = this.#accepted.get(key)
    if (known !== undefined && sameEpoch(known.epoch, epoch)) {
      known.units.add(unit)
    } else {
      this.#accepted.set(key, { epoch, units: new Set([unit]) })
    }
  }

  #epochKey (job: JobId, { round, peer, instance }: Epoch): string {
    return `${job} ${round} ${peer} ${instance}`
  }

  #tokenKey ({ grant: { job, token } }: SentGrant): string {
    return `${this.#epochKey(job, token.epoch)} ${token.grant}`
  }

  #unitKey ({ grant: { job, token } }: SentGrant, unit: UnitIndex): string {
    return `${this.#epochKey(job, token.epoch)} unit ${unit}`
  }
}
