import { compareEpochs } from '../../src/core/epoch.ts'
import { disturb, END_MS, worldOf } from './lease-history.ts'
import { SeededRandom } from './seeded-random.ts'
import type { UnitIndex } from '../../src/core/ids.ts'
import type { LeaseWorld } from './lease-world.ts'
import type { ModelSteward } from './lease-world-steward.ts'

/** How often the returned requester's collector looks for results, and how likely one of them is nowhere any more. */
const COLLECT_MS = 400
const LOST_CHANCE = 0.05

/** A history in which the stewardship of a job moves between its requester and a peer that stands in. */
export class SplitHistory {
  readonly made: LeaseWorld
  readonly standIn: ModelSteward
  /** Units whose results all custodians lost. */
  readonly lost = new Set<UnitIndex>()
  /** How often each thing came about. */
  readonly reached = { takeOver: 0, dual: 0, return: 0, collected: 0, learned: 0 }
  readonly #random: SeededRandom

  constructor (seed: number) {
    this.#random = new SeededRandom(seed)
    this.made = worldOf(this.#random)
    this.standIn = this.made.addSteward('stand-in', 0.95 + 0.1 * this.#random.next())
    this.#collect()
  }

  /** Stewardships move and meet while things go wrong; then the requester is back for good, and one worker that is capable. */
  play (): void {
    const random = this.#random
    for (let phase = random.int(1, 4); phase > 0 && !this.made.ended; phase--) {
      this.#disturbed(random.int(0, 5))
      if (!this.made.ended) {
        this.#part()
        this.#disturbed(random.int(0, 6))
        this.#return()
      }
    }
    this.made.run(120_000)
    if (!this.made.ended) {
      const [first, ...others] = this.made.workers
      for (const other of others) {
        this.made.break(other, { worker: 0, steward: 0 })
        other.crash(Infinity)
      }
      first!.thaw()
      this.made.run(END_MS)
    }
  }

  /** The requester vanishes, or is only cut off and goes on with some of its workers; another takes over, knowing what it happens to know. */
  #part (): void {
    const { made, standIn } = this
    const random = this.#random
    const isDead = random.chance(0.5)
    const known = this.#snapshot(made.requester)
    if (isDead) {
      made.stop(made.requester)
    }
    made.run(random.pick([0, 3_000, 35_000]))
    if (made.ended) {
      return
    }
    this.reached.takeOver++
    this.reached.dual += isDead ? 0 : 1
    made.stop(standIn)
    standIn.unite(known)
    standIn.begin(this.#nextRound(), { hearing: 'everyone' })
    for (const worker of made.workers) {
      if (isDead || random.chance(0.6)) {
        made.timeline.after(random.int(0, 8_000), () => {
          if (standIn.steward !== undefined && compareEpochs(standIn.epoch, worker.side.epoch) > 0) {
            made.move(worker, standIn)
          }
        })
      }
    }
  }

  /** The requester is back: it knows some of what was accepted meanwhile, and hears of the rest as time goes by. */
  #return (): void {
    const { made, standIn } = this
    const random = this.#random
    if (made.ended || standIn.steward === undefined) {
      return
    }
    this.reached.return++
    made.stop(made.requester)
    const known = made.setOf(this.#snapshot(standIn))
    const hearing = random.chance(0.5) ? 'everyone' as const : 'withheld' as const
    made.requester.begin(this.#nextRound(), { hearing, elsewhere: known.without(made.requester.snapshot()) })
    const { epoch } = made.requester
    for (const worker of made.workers) {
      made.timeline.after(random.int(0, 5_000), () => {
        if (compareEpochs(made.requester.epoch, epoch) === 0) {
          made.move(worker, made.requester)
        }
      })
    }
    // The lower one steps down when it hears of it, and hands over what it accepted.
    made.timeline.after(random.int(0, 6_000), () => {
      if (compareEpochs(standIn.epoch, epoch) < 0) {
        made.stop(standIn)
        made.timeline.after(random.int(0, 2_000), () => { this.#handOver(epoch.round) })
      }
    })
  }

  #handOver (round: number): void {
    const { made, standIn } = this
    if (made.requester.epoch.round === round) {
      made.requester.learnElsewhere(standIn.snapshot())
    }
  }

  /** Faults, and between them news of what the other one accepted, which may be old. */
  #disturbed (faults: number): void {
    const { made, standIn } = this
    const random = this.#random
    for (let fault = faults; fault > 0 && !made.ended; fault--) {
      made.run(random.int(0, random.pick([300, 3_000, 10_000])))
      if (made.ended) {
        return
      }
      if (random.chance(0.7)) {
        disturb(made, random)
      }
      if (random.chance(0.5)) {
        const news = made.setOf(this.#snapshot(made.requester))
        made.timeline.after(random.int(0, 5_000), () => {
          if (standIn.steward !== undefined) {
            this.reached.learned++
            standIn.learnAccepted(news)
          }
        })
      }
    }
  }

  /** What was accepted as somebody knew it a while ago. */
  #snapshot (steward: ModelSteward): UnitIndex[] {
    const share = this.#random.pick([0, 0.5, 1])
    return [...steward.accepted].filter(() => this.#random.next() < share)
  }

  #collect (): void {
    const { made } = this
    made.timeline.after(COLLECT_MS, () => {
      const { steward } = made.requester
      for (const unit of steward?.view.elsewhere.values() ?? []) {
        if (this.#random.chance(LOST_CHANCE)) {
          this.lost.add(unit)
          made.requester.lost([unit])
          break
        }
        if (this.#random.chance(0.3)) {
          this.reached.collected++
          made.requester.collect(unit)
        }
      }
      // A custodian that was away comes back with what nobody else had.
      const [found] = this.lost
      if (found !== undefined && steward?.view.ledger.stateOf(found) !== 'accepted' && this.#random.chance(0.05)) {
        this.lost.delete(found)
        made.requester.learnElsewhere(made.setOf([found]))
      }
      if (!made.ended) {
        this.#collect()
      }
    })
  }

  #nextRound (): number {
    return Math.max(this.made.requester.epoch.round, this.standIn.epoch.round) + 1
  }
}
