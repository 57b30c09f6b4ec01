import assert from 'node:assert/strict'
import { lastEvent, World } from '../../support/world.ts'
import { SeededRandom } from '../../support/seeded-random.ts'
import type { PeerId } from '../../../src/core/ids.ts'
import type { MemoryDisk } from '../../support/memory-disk.ts'

const PEERS: readonly PeerId[] = ['A', 'B', 'C', 'D', 'E']

/** Units of the world's job: 8 × 8 tiles. */
const UNITS = 64

/** Units that may be rendered twice as somebody is idle at the end. */
const RACES = 8 + Math.ceil(UNITS * 0.05)

/** What may happen in the life of a job; each leaves the disks that it does not name as they are. */
type Happening = 'requester leaves' | 'requester is killed' | 'requester returns' | 'peer is killed' | 'peer loses power' | 'peer returns' | 'disk refuses' | 'disk takes again' | 'peer freezes' | 'peer thaws'

const HAPPENINGS: readonly Happening[] = [
  'requester leaves', 'requester is killed', 'requester returns', 'peer is killed', 'peer loses power', 'peer returns', 'disk refuses', 'disk takes again', 'peer freezes', 'peer thaws'
]

/** One history: a job of A's among four others, to whom things happen. */
class History {
  readonly world: World
  readonly told: string[] = []
  readonly #random: SeededRandom
  readonly #away = new Map<PeerId, MemoryDisk>()
  readonly #refusing = new Set<PeerId>()
  readonly #frozen = new Set<PeerId>()

  constructor (seed: number) {
    this.world = new World(seed)
    this.#random = new SeededRandom(seed)
  }

  async start (): Promise<void> {
    for (const id of PEERS) {
      await this.world.start(id, { msPerUnit: 25_000 })
    }
    await this.world.settle(2_000)
  }

  /** Something happens, unless it can not. At most two of the others are away at a time. */
  async happen (): Promise<void> {
    const happening = this.#pick(HAPPENINGS)
    const here = PEERS.slice(1).filter((id) => !this.#away.has(id) && !this.#frozen.has(id))
    const isHere = !this.#away.has('A')
    switch (happening) {
      case 'requester leaves':
        if (isHere) {
          const { store, farm } = this.world.peer('A')
          await this.world.drive(farm.stop('politely'))
          this.#away.set('A', store.disk)
        }
        break
      case 'requester is killed':
        if (isHere) {
          this.#away.set('A', this.world.kill('A', this.#pick(['kill', 'power'])))
        }
        break
      case 'requester returns':
        await this.#return('A')
        break
      case 'peer is killed':
      case 'peer loses power':
        if (here.length > 2) {
          const id = this.#pick(here)
          this.#away.set(id, this.world.kill(id, happening === 'peer is killed' ? 'kill' : 'power'))
        }
        break
      case 'peer returns':
        await this.#return(this.#pick(PEERS.slice(1)))
        break
      case 'disk refuses':
        if (this.#refusing.size === 0) {
          const id = this.#pick(PEERS)
          this.#refusing.add(id)
          this.world.peer(id).store.disk.fault = 'no space left'
        }
        break
      case 'disk takes again':
        this.#mend()
        break
      case 'peer freezes':
        if (here.length > 2) {
          const id = this.#pick(here)
          this.#frozen.add(id)
          this.world.network.freeze(id)
        }
        break
      case 'peer thaws':
        this.#thaw()
    }
    this.told.push(`${this.world.nowMs} ${happening}`)
    await this.world.settle(1_000 + Math.floor(this.#random.next() * 60_000))
  }

  /** Everybody is back and well. */
  async heal (): Promise<void> {
    this.#mend()
    this.#thaw()
    for (const id of [...this.#away.keys()]) {
      await this.#return(id)
    }
  }

  async #return (id: PeerId): Promise<void> {
    const disk = this.#away.get(id)
    if (disk !== undefined) {
      disk.fault = undefined
      this.#refusing.delete(id)
      this.#away.delete(id)
      await this.world.restart(id, disk)
    }
  }

  #mend (): void {
    for (const id of this.#refusing) {
      this.world.peer(id).store.disk.fault = undefined
    }
    this.#refusing.clear()
  }

  #thaw (): void {
    this.#frozen.forEach((id) => { this.world.network.thaw(id) })
    this.#frozen.clear()
  }

  #pick<T> (from: readonly T[]): T {
    return from[Math.floor(this.#random.next() * from.length)]!
  }
}

describe('a job to whose peers anything happens, in any order', () => {
  let film: string | null

  before(async () => {
    const history = new History(1)
    await history.start()
    const job = await history.world.render('A')
    const events = history.world.follow('A', job)
    assert.ok(await history.world.until(() => lastEvent(events, 'done') !== undefined, 3_600_000))
    film = lastEvent(events, 'done')!.filmHash
  })

  // With 240 a disk refused to remove what was kept, with 261 nobody tried again.
  for (const seed of [...Array.from({ length: 20 }, (_, index) => index + 1), 240, 261]) {
    it(`ends with its film, nothing accepted is rendered again, and nothing is left of it elsewhere (seed ${seed})`, async () => {
      const history = new History(seed)
      const { world } = history
      await history.start()
      const job = await world.render('A')
      await world.settle(20_000)
      for (let happened = 0; happened < 12; happened++) {
        await history.happen()
      }
      await history.heal()
      const events = world.follow('A', job)
      assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 1_800_000), `it ends: ${JSON.stringify([...events.slice(-1), ...history.told])}`)
      assert.equal(lastEvent(events, 'done')!.filmHash, film, history.told.join('; '))
      await world.settle(150_000)
      for (const id of PEERS.slice(1)) {
        assert.deepEqual([...world.peer(id).store.disk.custody].filter(([, { entries }]) => entries.length > 0).map(([one]) => one), [], `${id}: ${history.told.join('; ')}`)
      }
      const { executions } = lastEvent(events, 'done')!
      assert.ok(executions >= UNITS && executions <= UNITS + RACES + 2 * history.told.length, `${executions} executions`)
    }).timeout(30_000)
  }
})
