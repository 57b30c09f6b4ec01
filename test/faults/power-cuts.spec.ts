import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { measured } from '../support/stage.ts'
import { UnitsHeld } from '../support/units-held.ts'
import { assertBooked, ends, FOUR_HUNDRED, reaches, submit, waste } from './support/job-under-faults.ts'
import { onStage } from './support/on-stage.ts'
import { repeatedly } from './support/repeated.ts'

const UNIT_MS = 500

const NAMES = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] as const

/** The order in which people come back to their machines: the requester neither first nor last. */
const RETURN = ['F', 'C', 'H', 'A', 'B', 'G', 'E', 'D'] as const

/** Between one and the next. */
const APART_MS = 1_000

describe('F14: a power cut', () => {
  const on = onStage({ renderer: { unitMs: UNIT_MS } })

  repeatedly('all are killed at once, and start one after another: the job goes on, and nothing that was acknowledged is rendered again', async function () {
    const film = await on.stage.faultlessFilm(on.scene, ...FOUR_HUNDRED)
    const peers = await on.stage.allMet(...NAMES)
    const job = submit(on.stage, 'A', on.scene)
    const { job: id } = await job.event('the job', ({ event }) => event === 'job')
    await reaches(job, 0.3)
    const held = new UnitsHeld(job.events)
    const underWay = peers.filter(({ peer }) => held.of(peer).length > 0).length
    await on.stage.kill(...peers)
    const accepted = new UnitsHeld(job.events).delivered
    for (const name of RETURN) {
      await on.stage.up(name)
      await sleep(APART_MS)
    }
    const watch = on.stage.start(['watch', id, '--home', on.stage.home('A'), '--json'])
    const first = await watch.event('its progress', ({ event }) => event === 'progress')
    const done = await ends(watch)
    assert.equal(done.filmHash, film)
    assertBooked(done)
    assert.ok(first.done >= accepted.size, `${first.done} of the ${accepted.size} that were acknowledged`)
    const again = watch.events.filter(({ event, state, unit }) => event === 'unit' && state === 'leased' && accepted.has(unit))
    assert.deepEqual(again, [], 'nothing acknowledged is out again')
    const races = new UnitsHeld(watch.events).races
    assert.ok(done.executions <= done.units + done.lapsed + races + underWay, `${done.executions} executions, ${underWay} peers were at work`)
    measured(this, `${accepted.size} were accepted, ${underWay} at work, ${waste(done)}`)
  })
})
