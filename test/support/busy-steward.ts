import { StewardBench } from './steward-bench.ts'
import type { StewardEffect } from '../../src/core/events.ts'
import type { GrantNumber, PeerId, UnitIndex } from '../../src/core/ids.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { StewardInit } from '../../src/core/steward/state.ts'
import { unitsIn } from '../../src/core/rect.ts'

interface BusyWorker {
  readonly peer: PeerId
  /** Units it has, with the grant of each. */
  readonly held: { readonly unit: UnitIndex, readonly grant: GrantNumber }[]
  connected: boolean
}

/**
 * A steward with many workers that are always busy, in one large still: what it is asked comes in the proportions of a real job, with an
 * occasional loss, silence, failure and return. For counting and timing; nothing is checked here.
 */
export class BusySteward {
  readonly bench: StewardBench
  readonly #random: SeededRandom
  readonly #workers: BusyWorker[]
  readonly #msPerUnit: number
  done = 0

  /**
   * @param side tiles along each side of the picture: side² units
   * @param grantUnits units that a grant has while enough is open
   */
  constructor (side: number, workers: number, grantUnits: number, random: SeededRandom, init: Partial<StewardInit> = {}) {
    this.bench = new StewardBench({ width: 8 * side, height: 8 * side }, init)
    this.#random = random
    this.#msPerUnit = 20_000 / grantUnits
    this.#workers = Array.from({ length: workers }, (_, index) => ({ peer: `peer${index}`, held: [], connected: true }))
    this.bench.connect(...this.#workers.map(({ peer }) => peer))
  }

  get complete (): boolean {
    return this.bench.view.completed
  }

  /** One thing happens to the steward. Returns what it was. */
  event (): string {
    const worker = this.#random.pick(this.#workers)
    const [next] = worker.held
    if (!worker.connected) {
      worker.connected = true
      this.bench.connect(worker.peer)
      const units = worker.held.splice(0).map(({ unit }) => unit)
      this.#perform(this.bench.claim(worker.peer, { threads: 0, holding: units }))
      return 'return'
    }
    if (next === undefined) {
      this.#perform(this.bench.claim(worker.peer, { msPerUnit: this.#msPerUnit, threads: 1 }))
      return 'claim'
    }
    const chance = this.#random.next()
    this.bench.nowMs += 1
    if (chance < 0.9) {
      worker.held.shift()
      if (this.bench.view.ledger.stateOf(next.unit) !== 'accepted') {
        this.#perform(this.bench.accept(worker.peer, next.unit, next.grant, this.#msPerUnit))
        this.done++
      }
      return 'result'
    }
    if (chance < 0.94) {
      this.#perform(this.bench.renew(worker.peer, ...new Set(worker.held.map(({ grant }) => grant))).effects)
      return 'renew'
    }
    if (chance < 0.98) {
      this.#perform(this.bench.pass(250))
      return 'tick'
    }
    if (chance < 0.99) {
      worker.held.shift()
      this.#perform(this.bench.fail(worker.peer, next.unit, next.grant))
      return 'failure'
    }
    worker.connected = false
    this.#perform(this.bench.steward.disconnected(worker.peer, 2_000, this.bench.nowMs))
    return 'loss'
  }

  #perform (effects: readonly StewardEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'send' && effect.message.type === 'grant') {
        const { token: { grant }, rects } = effect.message
        const worker = this.#workers.find(({ peer }) => peer === effect.to)!
        for (const unit of unitsIn(this.bench.grid, rects)) {
          worker.held.push({ unit, grant })
        }
      } else if (effect.type === 'send' && effect.message.type === 'recall') {
        const { token: { grant }, units } = effect.message
        const worker = this.#workers.find(({ peer }) => peer === effect.to)!
        const back = worker.held.filter((held) => held.grant === grant).slice(-units)
        worker.held.splice(0, worker.held.length, ...worker.held.filter((held) => !back.includes(held)))
        this.#perform(this.bench.release(worker.peer, grant, back.map(({ unit }) => unit)))
      }
    }
  }
}
