import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { measured, sameAddress } from '../support/stage.ts'
import { UnitsHeld } from '../support/units-held.ts'
import { assertSound, ends, FOUR_HUNDRED, LAPSED_AFTER_MS, LEASE_MS, submit, waste } from './support/job-under-faults.ts'
import { onStage } from './support/on-stage.ts'
import { repeatedly } from './support/repeated.ts'
import type { Program } from '../support/program.ts'

const UNIT_MS = 1_000

/** A worker is killed this often. */
const KILL_EVERY_MS = 5_000

/** Messages, and a machine that has other things to do. */
const SLACK_MS = 2_000

const NAMES = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] as const

describe('F1, F4: workers that die and freeze', () => {
  const on = onStage({ renderer: { unitMs: UNIT_MS } })

  repeatedly('one of seven is killed every five seconds, and comes back with the next kill: the film is the same', async function () {
    const film = await on.stage.faultlessFilm(on.scene, ...FOUR_HUNDRED)
    const [, ...workers] = await on.stage.allMet(...NAMES)
    const job = submit(on.stage, 'A', on.scene)
    await job.event('a unit', ({ state }) => state === 'delivered')
    let dead: { readonly index: number, readonly program: Program } | undefined
    let kills = 0
    for (let round = 0; !job.events.some(({ event }) => event === 'done'); round++) {
      // Every third by turns, so that no two runs of luck spare the same one.
      const index = round * 3 % workers.length
      const program = workers[index]!
      await on.stage.kill(program)
      kills++
      if (dead !== undefined) {
        workers[dead.index] = await on.stage.up(NAMES[dead.index + 1]!, { listen: sameAddress(dead.program) })
      }
      dead = { index, program }
      await sleep(KILL_EVERY_MS)
    }
    const done = await ends(job)
    assert.equal(await job.status(), 0)
    assert.equal(done.filmHash, film)
    assertSound(job, done)
    measured(this, `${kills} kills, ${done.lapsed} lapsed, ${waste(done)}`)
  })

  repeatedly('one that is frozen for two leases: its units are reassigned once, and what it brings late never counts twice', async function () {
    const film = await on.stage.faultlessFilm(on.scene, ...FOUR_HUNDRED)
    const [, b] = await on.stage.allMet(...NAMES) as [Program, Program]
    const job = submit(on.stage, 'A', on.scene)
    await job.until('it to be busy', () => new UnitsHeld(job.events).of(b.peer).length > 0 && job.events.some(({ state, peer }) => state === 'delivered' && peer === b.peer))
    const frozenAtMs = b.signal('SIGSTOP')
    const held = new UnitsHeld(job.events).of(b.peer)
    await job.until('its leases to lapse', () => new UnitsHeld(job.events).of(b.peer).length === 0)
    const lapsedAfterMs = performance.now() - frozenAtMs
    await sleep(2 * LEASE_MS - lapsedAfterMs)
    b.signal('SIGCONT')
    const done = await ends(job)
    assert.equal(await job.status(), 0)
    assert.equal(done.filmHash, film)
    assertSound(job, done)
    assert.ok(lapsedAfterMs <= LAPSED_AFTER_MS + SLACK_MS, `lapsed after ${lapsedAfterMs} ms`)
    const lapses = job.events.filter(({ state, peer }) => state === 'lapsed' && peer === b.peer).map(({ unit }) => unit)
    assert.equal(new Set(lapses).size, lapses.length, 'no unit lapses twice')
    measured(this, `${held.length} units lapsed after ${Math.round(lapsedAfterMs)} ms, ${waste(done)}`)
  })
})
