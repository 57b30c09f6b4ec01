import { CUSTODY_COPIES } from '../core/limits.ts'
import { StoreError } from '../errors.ts'
import { Collector } from './custody/collector.ts'
import { COLLECT_EVERY_MS, PLACE_AFTER_MS, PLACE_EVERY_MS } from './custody/limits.ts'
import { OwnSource } from './custody/own-source.ts'
import { Placement } from './custody/placement.ts'
import { sendKept } from './custody/send-kept.ts'
import type { Safety } from '../core/farm-events.ts'
import type { UnitIndex } from '../core/ids.ts'
import type { ResultAnswer, SignedControl } from '../core/messages.ts'
import type { KeptRequest, KeptUnit } from '../core/questions.ts'
import type { Channel, Sha256, Timer } from '../ports.ts'
import type { CollectorContext } from './custody/collector.ts'
import type { OwnResults } from './custody/own-source.ts'
import type { PlacementContext } from './custody/placement.ts'
import type { Stewardship } from './stewardship.ts'

/** What the custody of an own job needs of the job. */
export interface OwnCustodyJob extends OwnResults {
  readonly control: SignedControl
  readonly stewardship: Stewardship
  /** Who stewards it. */
  readonly steward: 'new' | 'here' | 'taking-back' | 'elsewhere'
  /** Takes in a result that others kept. */
  collect (unit: KeptUnit): Promise<ResultAnswer>
}

/** What it needs of its peer. */
export interface OwnCustodyContext extends PlacementContext, CollectorContext {
  readonly mesh: PlacementContext['mesh'] & CollectorContext['mesh']
  readonly sha256: Sha256
}

/**
 * Sees to it that a job of this peer's own would live on without this peer: has others keep its record, its scene and what was accepted here, and
 * says when all of it is where it is to be. And brings here what was accepted elsewhere while this peer was away.
 *
 * idle ─ begin ─▶ waiting: a short job is done before copies would be of use ─ time ─▶ keeping ─ end ─▶ over.
 */
export class OwnCustody {
  readonly #job: OwnCustodyJob
  readonly #context: OwnCustodyContext
  readonly #source: OwnSource
  readonly #placement: Placement
  readonly #collector: Collector
  #timer: Timer | undefined
  #safety: Safety | undefined
  #lookedAtMs = -Infinity
  /** Of the placement, when it was looked at last. */
  #lookedAtVersion = -1
  #collectedAtMs = -Infinity

  constructor (job: OwnCustodyJob, context: OwnCustodyContext) {
    this.#job = job
    this.#context = context
    const { grid } = job.stewardship.view
    this.#source = new OwnSource(job, grid, context.mesh.self, context.sha256, () => job.stewardship.view.epoch)
    this.#placement = new Placement({ signed: job.signed, control: () => job.control, source: this.#source, copies: CUSTODY_COPIES }, context)
    this.#collector = new Collector({
      signed: job.signed,
      lacking: () => job.stewardship.view.elsewhere,
      take: async (unit) => { await this.#take(unit) },
      elsewhere: (units) => { job.stewardship.learnElsewhere(units) },
      lost: (units) => { job.stewardship.lost(units) }
    }, context)
  }

  /** Whether the job would live on without this peer, as of the last look, to be told; nothing while copies are not made yet. */
  get told (): { readonly safety?: Safety } {
    return this.#safety === undefined ? {} : { safety: this.#safety }
  }

  /** The job is open. */
  begin (): void {
    this.#source.units.addAll(this.#job.stewardship.view.ledger.accepted())
    this.#timer = this.#context.clock.after(PLACE_AFTER_MS, () => {
      this.#placement.start()
      this.#collector.start()
    })
  }

  /** A unit is on this disk. */
  accepted (unit: UnitIndex): void {
    this.#source.units.add(unit)
    this.#placement.changed()
  }

  /** Others have accepted units whose results are not here. */
  elsewhere (): void {
    this.#collector.start()
  }

  /** A member came, went, or changed. */
  peersChanged (): void {
    this.#placement.peersChanged()
    this.#collector.peersChanged()
  }

  /** A few times a second. Says whether there is something new to be shown. */
  tick (): 'news' | 'nothing new' {
    const nowMs = this.#context.clock.nowMs()
    if (this.#job.steward === 'elsewhere' && nowMs - this.#collectedAtMs >= COLLECT_EVERY_MS) {
      // Nobody tells this peer what the other steward accepts.
      this.#collectedAtMs = nowMs
      this.#collector.start()
    }
    const { isPlacing, version } = this.#placement
    if (!isPlacing || version === this.#lookedAtVersion || nowMs - this.#lookedAtMs < PLACE_EVERY_MS) {
      return 'nothing new'
    }
    this.#lookedAtMs = nowMs
    this.#lookedAtVersion = version
    const before = this.#safety
    this.#safety = this.#placement.safety
    return before !== undefined && sameWords(before, this.#safety) ? 'nothing new' : 'news'
  }

  /** Sends what is wanted and is here. */
  async serve (request: KeptRequest, channel: Channel<KeptUnit, never>): Promise<void> {
    await sendKept(this.#source, request, channel, this.#context.log)
  }

  /** The job has ended, or this peer stops. */
  end (): void {
    this.#safety = undefined
    this.#timer?.stop()
    this.#placement.close()
    this.#collector.stop()
  }

  /** Of merged parts of the film this peer has made no use yet: what is in them is rendered again. */
  async #take (unit: KeptUnit): Promise<void> {
    if (unit.head.keep?.content === 'unit' && await this.#job.collect(unit) === 'busy') {
      throw new StoreError('a result that was collected could not be kept here now')
    }
  }
}

function sameWords (a: Safety, b: Safety): boolean {
  return a.state === 'unsafe' ? b.state === 'unsafe' && a.missing === b.missing : b.state === 'safe'
}
