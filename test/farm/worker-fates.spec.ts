import assert from 'node:assert/strict'
import { SPOOL_RETRY_MS } from '../../src/farm/limits.ts'
import { BareSteward } from '../support/bare-steward.ts'
import { FencingWatch } from '../support/fencing-watch.ts'
import { SeededRandom, seeds } from '../support/seeded-random.ts'
import { World } from '../support/world.ts'
import type { JobId } from '../../src/core/ids.ts'
import type { MemoryDisk } from '../support/memory-disk.ts'

const UNITS = 64
const STEWARDS = ['S', 'T', 'U'] as const
/** Long enough for leases to lapse, short enough for no worker to take the job over itself while it hears beacons. */
const STORY_MS = 90_000

/** Two workers of one job whose requester is dead, and three stewards that it goes to and fro between while things break. */
class Story {
  readonly world: World
  readonly fencing: FencingWatch
  readonly stewards: BareSteward[] = []
  readonly #random: SeededRandom
  #job: JobId = ''
  #round = 1
  /** Units that the requester had. */
  #before: number[] = []
  #dead: { readonly id: string, readonly disk: MemoryDisk } | undefined

  constructor (seed: number) {
    this.#random = new SeededRandom(seed)
    this.world = new World(seed, { link: { latencyMs: this.#random.pick([1, 5, 100]), jitterMs: 3 } })
    this.fencing = new FencingWatch(this.world.network)
  }

  async play (): Promise<void> {
    const { world } = this
    for (const id of STEWARDS) {
      this.stewards.push(await world.drive(new BareSteward(world.network, id).start()))
    }
    await world.start('R', { work: 'off' })
    for (const id of ['V', 'W']) {
      await world.start(id, { msPerUnit: this.#random.pick([100, 700, 3_000]), loadMs: 50 })
    }
    await world.settle(1_000)
    this.#job = await world.render('R', { leaseMs: 6_000 })
    await world.settle(3_000)
    this.#before = world.kill('R').journal(this.#job).entries.flatMap(({ record }) => record.type === 'accepted' ? [record.unit] : [])
    const endMs = world.nowMs + STORY_MS
    while (world.nowMs < endMs) {
      await this.#misfortune()
      await world.settle(this.#random.int(1, 8_000))
    }
    await this.#mend()
  }

  /** One steward has the job from now on; it ends there, whatever was before. */
  async end (): Promise<void> {
    const last = this.#takeOver()
    assert.ok(await this.world.until(() => last.hasAll(this.#job), 300_000), `L1: the job ends; ${last.accepted(this.#job)} of ${UNITS} units are there`)
    assert.deepEqual(this.fencing.violations, [], 'S4')
    await this.world.settle(SPOOL_RETRY_MS + 5_000)
    for (const id of ['V', 'W']) {
      assert.equal(this.world.peer(id).store.disk.spool.size, 0, `the spool of ${id} is empty`)
    }
  }

  async #misfortune (): Promise<void> {
    const { network } = this.world
    const [worker, steward] = [this.#random.pick(['V', 'W']), this.#random.pick(this.stewards)]
    switch (this.#random.int(0, 9)) {
      case 0:
      case 1:
      case 2:
        this.#takeOver()
        return
      case 3:
        network.disconnect(worker, steward.id)
        return
      case 4:
        network.cut(worker, steward.id)
        return
      case 5:
        network.heal()
        return
      case 6:
        steward.answer = steward.answer === undefined ? this.#random.pick(['busy', 'unknown-token'] as const) : undefined
        return
      case 7:
        steward.stepDown(this.#job)
        return
      case 8: {
        const { disk } = this.world.peer(worker).store
        disk.fault = disk.fault === undefined ? 'no space left on the disk' : undefined
        return
      }
      default:
        await this.#killOrRevive(worker)
    }
  }

  async #killOrRevive (worker: string): Promise<void> {
    if (this.#dead === undefined) {
      this.#dead = { id: worker, disk: this.world.kill(worker, this.#random.pick(['kill', 'power'])) }
    } else {
      const { id, disk } = this.#dead
      this.#dead = undefined
      disk.fault = undefined
      await this.world.restart(id, disk)
    }
  }

  async #mend (): Promise<void> {
    this.world.network.heal()
    if (this.#dead !== undefined) {
      await this.#killOrRevive('')
    }
    for (const id of ['V', 'W']) {
      this.world.peer(id).store.disk.fault = undefined
    }
    for (const steward of this.stewards) {
      steward.answer = undefined
    }
    await this.world.settle(5_000)
  }

  /** Some steward takes the job over, with all that others have told it or with nothing. */
  #takeOver (): BareSteward {
    const steward = this.#random.pick(this.stewards)
    const taken = this.stewards.flatMap((one) => one.taken.filter(({ answer }) => answer === 'accepted').map(({ unit }) => unit))
    const known = new Set([...this.#before, ...this.#random.chance(0.8) ? taken : []])
    // A worker that heard of nobody for long may have taken over meanwhile: its rounds go up by one.
    this.#round += 100
    steward.takeOver(this.#job, this.#round, [...known].map((unit) => ({ first: unit, end: unit + 1 })))
    return steward
  }
}

describe('workers whose stewards come and go', () => {
  for (const seed of seeds(30)) {
    it(`bring every unit to the last of them, and obey no former one: seed ${seed}`, async () => {
      const story = new Story(seed)
      await story.play()
      await story.end()
    }).timeout(60_000)
  }
})
