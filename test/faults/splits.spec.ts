import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { measured } from '../support/stage.ts'
import { assertBooked, ends, submit, waste } from './support/job-under-faults.ts'
import { onStage } from './support/on-stage.ts'
import { repeatedly } from './support/repeated.ts'
import type { Program } from '../support/program.ts'

const UNIT_MS = 1_000

const ONE_HALF = ['A', 'B', 'C', 'D'] as const
const OTHER_HALF = ['E', 'F', 'G', 'H'] as const

/** Long enough that the half without the requester takes the job over after 30 s of silence, and renders for longer. */
const SPLIT_MS = 120_000

/** After which all must be one again. */
const CONVERGED_WITHIN_MS = 90_000

/** So many that neither half comes to where the other began. */
const A_THOUSAND = ['--size', '640x400'] as const

/** Units that both sides may have rendered while work was left on both, in per cent. */
const MOST_WASTE = 2

const FLAPS = 6
const FLAP_MS = 5_000

describe('F7: networks that split', () => {
  const on = onStage({ renderer: { unitMs: UNIT_MS } })

  /** A job at A, watched from E, that everybody works on. */
  async function everybodyWorks (...more: readonly string[]): Promise<{ readonly job: Program, readonly watch: Program, readonly film: string, readonly peers: readonly Program[] }> {
    const film = await on.stage.faultlessFilm(on.scene, '--samples', '16', '--tile', '16', '--split', 'tiles', '--size', '320x320', ...more)
    const peers = await on.stage.allMet(...ONE_HALF, ...OTHER_HALF)
    const job = submit(on.stage, 'A', on.scene, ...more)
    const { job: id } = await job.event('the job', ({ event }) => event === 'job')
    for (const { peer } of peers) {
      await job.event('a unit of everybody', (event) => event.state === 'delivered' && event.peer === peer)
    }
    const watch = on.stage.start(['watch', id, '--home', on.stage.home('E'), '--json'])
    await watch.event('its progress', ({ event }) => event === 'progress')
    return { job, watch, film, peers }
  }

  /** What a command saw delivered between two moments by some peers. */
  function delivered (view: Program, peers: readonly Program[], fromMs: number, toMs: number): number {
    return view.events.filter(({ state, peer, atMs }) => state === 'delivered' && atMs > fromMs && atMs < toMs && peers.some((one) => one.peer === peer)).length
  }

  repeatedly('into halves for longer than it takes to give the requester up: both go on, and are one again within 90 s', async function () {
    const { job, watch, film, peers } = await everybodyWorks(...A_THOUSAND)
    const splitAtMs = performance.now()
    on.stage.network.split(ONE_HALF, OTHER_HALF)
    await sleep(SPLIT_MS)
    const healedAtMs = performance.now()
    on.stage.network.heal()
    const done = await ends(job)
    const convergedMs = performance.now() - healedAtMs
    assert.equal(await job.status(), 0)
    assert.equal(done.filmHash, film)
    assertBooked(done)
    const here = delivered(job, peers.slice(0, 4), splitAtMs, healedAtMs)
    const there = delivered(watch, peers.slice(4), splitAtMs, healedAtMs)
    measured(this, `${here} and ${there} units during the split; all over ${Math.round(convergedMs / 1_000)} s after; ${waste(done)}`)
    assert.ok(here > 0 && there > 0, `both halves progress: ${here} and ${there} units`)
    assert.ok(convergedMs < CONVERGED_WITHIN_MS, `over after ${convergedMs} ms`)
    assert.ok((done.executions - done.units) / done.units * 100 <= MOST_WASTE, waste(done))
    assert.equal((await watch.event('the end', ({ event }) => event === 'done')).filmHash, film)
  })

  repeatedly('one way: half of the mesh hears of the other and is not heard, and after 40 s all is well', async function () {
    const { job, film } = await everybodyWorks()
    for (const from of ONE_HALF) {
      for (const to of OTHER_HALF) {
        on.stage.network.silence(from, to)
      }
    }
    await sleep(40_000)
    on.stage.network.heal()
    const done = await ends(job)
    assert.equal(await job.status(), 0)
    assert.equal(done.filmHash, film)
    assertBooked(done)
    measured(this, waste(done))
  })

  repeatedly('into halves for five seconds, again and again: nobody takes over, and nothing is lost', async function () {
    const { job, film } = await everybodyWorks()
    for (let flap = 0; flap < FLAPS; flap++) {
      on.stage.network.split(ONE_HALF, OTHER_HALF)
      await sleep(FLAP_MS)
      on.stage.network.heal()
      await sleep(FLAP_MS)
    }
    const done = await ends(job)
    assert.equal(await job.status(), 0)
    assert.equal(done.filmHash, film)
    assertBooked(done)
    measured(this, waste(done))
  })
})
