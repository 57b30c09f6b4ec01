import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { ranked } from '../../src/core/succession/rank.ts'
import { measured } from '../support/stage.ts'
import { assertBooked, ends, FOUR_HUNDRED, LEASE_MS, waste } from './support/job-under-faults.ts'
import { writeLargeScene } from './support/large-scene.ts'
import { onStage } from './support/on-stage.ts'
import { repeatedly } from './support/repeated.ts'
import { ALL_RENDERED, says } from './support/words.ts'
import type { Program, ProgramEvent } from '../support/program.ts'

const MEBIBYTE = 2 ** 20

const UNIT_MS = 500

const OTHERS = ['B', 'C', 'D', 'E'] as const

/** Silence, two take-overs, and the rest of the job. */
const RENDERED_WITHIN_MS = 180_000

describe('F13: what is said about closing the requester\'s computer', () => {
  const on = onStage({ renderer: { unitMs: UNIT_MS } })

  interface Detached {
    readonly id: string
    readonly watch: Program
    readonly requester: Program
    readonly others: readonly Program[]
  }

  async function detached (scene: string, atRequester: () => Promise<void> = async () => {}): Promise<Detached> {
    const [requester, ...others] = await on.stage.allMet('A', ...OTHERS) as [Program, ...Program[]]
    await atRequester()
    const job = on.stage.start(['render', scene, '--home', on.stage.home('A'), '--json', '-o', 'picture.png', '--lease-ms', String(LEASE_MS), ...FOUR_HUNDRED, '--detach'])
    const { job: id } = await job.event('the job', ({ event }) => event === 'job')
    await job.end()
    return { id, requester, others, watch: on.stage.start(['watch', id, '--home', on.stage.home('A'), '--json']) }
  }

  async function returns (id: string, film: string): Promise<ProgramEvent> {
    await on.stage.up('A')
    const done = await ends(on.stage.start(['watch', id, '--home', on.stage.home('A'), '--json']))
    assert.equal(done.filmHash, film)
    assertBooked(done)
    assert.ok(existsSync(on.stage.path('picture.png')))
    return done
  }

  repeatedly('it is safe: the computer and the next in rank are lost at that moment, the others finish, and all is collected', async function () {
    const film = await on.stage.faultlessFilm(on.scene, ...FOUR_HUNDRED)
    const { id, watch, requester, others } = await detached(on.scene)
    await watch.event('a unit', ({ state }) => state === 'delivered')
    // While results come all the time, some are always on their way to others.
    assert.equal((await on.stage.ask('A', 'pause', id)).status, 0)
    const safe = await watch.event('that it is safe', ({ event, safety, done }) => event === 'progress' && safety?.state === 'safe' && done > 0)
    const [next, ...rest] = ranked(id, others.map(({ peer }) => peer)).map((peer) => others.find((one) => one.peer === peer)!)
    assert.equal((await on.stage.ask('A', 'resume', id)).status, 0)
    await on.stage.kill(requester, next!)
    await says(rest, ALL_RENDERED, RENDERED_WITHIN_MS)
    const done = await returns(id, film)
    measured(this, `safe at ${safe.done} of ${safe.units}, ${waste(done)}`)
  })

  repeatedly('it is not yet: that is said with what is missing, the job waits for the computer, and ends when it is back', async function () {
    const scene = await writeLargeScene(on.stage.path('large'), 64, MEBIBYTE)
    const film = await on.stage.faultlessFilm(scene, ...FOUR_HUNDRED)
    const { id, watch, requester } = await detached(scene, async () => {
      assert.equal((await on.stage.ask('A', 'config', 'max-up', '2MB/s')).status, 0)
    })
    const warned = await watch.event('that it is not', ({ event, safety }) => event === 'progress' && safety?.state === 'unsafe')
    assert.match(warned.safety!.missing!, /scene/)
    await on.stage.kill(requester)
    await sleep(5_000)
    const { events } = await on.stage.ask('B', 'jobs')
    assert.deepEqual(events.map(({ job, state }) => [job, state]), [[id, 'running']])
    assert.equal((await on.stage.ask('A', 'config', 'max-up', 'off')).status, 0)
    const done = await returns(id, film)
    measured(this, `"${warned.safety!.missing!}", ${waste(done)}`)
  })
})
