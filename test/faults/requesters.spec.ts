import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { measured } from '../support/stage.ts'
import { UnitsHeld } from '../support/units-held.ts'
import { assertBooked, ends, FOUR_HUNDRED, reaches, submit, waste } from './support/job-under-faults.ts'
import { onStage } from './support/on-stage.ts'
import { repeatedly } from './support/repeated.ts'
import { ALL_RENDERED, HANDED_OVER, says, TAKEN_BACK, TAKES_OVER } from './support/words.ts'
import type { Program } from '../support/program.ts'

const UNIT_MS = 500

const OTHERS = ['B', 'C', 'D', 'E', 'F', 'G', 'H'] as const

/** Silence, a probe, probes through others, and the turn of the first in rank. */
const TAKEN_OVER_WITHIN_MS = 45_000

/** A polite leave; and the process has to end. */
const HANDED_OVER_WITHIN_MS = 2_000
const LEFT_WITHIN_MS = 6_000

const COLLECTED_WITHIN_MS = 60_000

/** Others learn what is accepted by beacons and renewals: what a requester accepted in its last moments they render once more, in per cent. */
const MOST_WASTE = 8

const FREED_WITHIN_MS = 10_000

describe('F2, F3: requesters that go away', () => {
  const on = onStage({ renderer: { unitMs: UNIT_MS } })

  interface Away {
    readonly id: string
    readonly film: string
    readonly others: readonly Program[]
    readonly accepted: ReadonlySet<string>
    readonly atMs: number
  }

  /** A job whose requester goes away when a share of it is done. */
  async function goesAway (share: number, go: (a: Program) => Promise<void>): Promise<Away> {
    const film = await on.stage.faultlessFilm(on.scene, ...FOUR_HUNDRED)
    const [a, ...others] = await on.stage.allMet('A', ...OTHERS) as [Program, ...Program[]]
    const job = submit(on.stage, 'A', on.scene)
    const { job: id } = await job.event('the job', ({ event }) => event === 'job')
    await reaches(job, share)
    const atMs = performance.now()
    await go(a)
    await job.end()
    return { id, film, others, accepted: new Set(new UnitsHeld(job.events).delivered.keys()), atMs }
  }

  /** The requester starts again; resolves with how its job ended there, and when it had everything. */
  async function returns ({ id, film, accepted }: Away): Promise<{ readonly done: Awaited<ReturnType<typeof ends>>, readonly a: Program, readonly afterMs: number, readonly firstDone: number }> {
    const a = await on.stage.up('A')
    const backMs = performance.now()
    const watch = on.stage.start(['watch', id, '--home', on.stage.home('A'), '--json'])
    const first = await watch.event('its progress or its end', ({ event }) => event === 'progress' || event === 'done')
    const done = await ends(watch)
    assert.equal(done.filmHash, film)
    assertBooked(done)
    const again = watch.events.filter(({ event, state, unit }) => event === 'unit' && state === 'leased' && accepted.has(unit))
    assert.deepEqual(again, [], 'nothing it accepted is out again')
    assert.ok(existsSync(on.stage.path('picture.png')))
    return { done, a, afterMs: done.atMs - backMs, firstDone: first.done ?? done.units }
  }

  /** Waits until nobody keeps anything for anybody. */
  async function custodyIsFree (): Promise<number> {
    const fromMs = performance.now()
    const kept = (): string[] => ['A', ...OTHERS].flatMap((name) => {
      const folder = path.join(on.stage.home(name), 'custody')
      return existsSync(folder) ? readdirSync(folder).map((job) => `${name} keeps ${job}`) : []
    })
    while (kept().length > 0) {
      assert.ok(performance.now() - fromMs < FREED_WITHIN_MS, kept().join(', '))
      await sleep(100)
    }
    return performance.now() - fromMs
  }

  for (const share of [0.1, 0.5, 0.9]) {
    repeatedly(`killed at ${share * 100} %, and started again at once: nobody takes over, and nothing accepted is rendered again`, async function () {
      const away = await goesAway(share, async (a) => { await on.stage.kill(a) })
      const { done } = await returns(away)
      assert.ok(away.others.every(({ stderr }) => !TAKES_OVER.test(stderr)))
      measured(this, waste(done))
    })
  }

  repeatedly('killed at 50 %, and started again when another stewards its job: that is over within 45 s, and all is collected within 60 s', async function () {
    const away = await goesAway(0.5, async (a) => { await on.stage.kill(a) })
    const { word } = await says(away.others, TAKES_OVER, TAKEN_OVER_WITHIN_MS)
    await sleep(3_000)
    const { done, afterMs } = await returns(away)
    measured(this, `taken over after ${Math.round((word.atMs - away.atMs) / 1_000)} s; all here ${Math.round(afterMs / 1_000)} s after its return; ${waste(done)}`)
    assert.ok(word.atMs - away.atMs <= TAKEN_OVER_WITHIN_MS)
    assert.ok((done.executions - done.units) / done.units * 100 <= MOST_WASTE, waste(done))
    await custodyIsFree()
  })

  repeatedly('killed at 10 %, and started again when all is rendered: the others finish without it, and it collects all within 60 s', async function () {
    const away = await goesAway(0.1, async (a) => { await on.stage.kill(a) })
    const { word } = await says(away.others, ALL_RENDERED, 3 * TAKEN_OVER_WITHIN_MS)
    const { done, afterMs, firstDone } = await returns(away)
    measured(this, `all rendered ${Math.round((word.atMs - away.atMs) / 1_000)} s after the kill, all here ${(afterMs / 1_000).toFixed(1)} s after its return, ${waste(done)}`)
    assert.ok(afterMs <= COLLECTED_WITHIN_MS)
    assert.ok((done.executions - done.units) / done.units * 100 <= MOST_WASTE, waste(done))
    assert.ok(firstDone >= 0)
    await custodyIsFree()
  })

  repeatedly('told to leave at 30 %, as when a laptop is closed: it hands over within 2 s, the others finish, and it collects all', async function () {
    let handedOverMs = 0
    let leftMs = 0
    const away = await goesAway(0.3, async (a) => {
      const askedMs = a.signal('SIGTERM')
      const { atMs, status } = await a.end()
      assert.equal(status, 0)
      leftMs = atMs - askedMs
      handedOverMs = (await says([a], HANDED_OVER, 1).catch(() => { throw new Error(`it did not hand over\n${a.stderr}`) })).word.atMs - askedMs
    })
    const taken = await says(away.others, TAKES_OVER, HANDED_OVER_WITHIN_MS)
    await says(away.others, ALL_RENDERED, 3 * TAKEN_OVER_WITHIN_MS)
    const { done, afterMs } = await returns(away)
    const freedMs = await custodyIsFree()
    measured(this, `handed over after ${Math.round(handedOverMs)} ms, left after ${Math.round(leftMs)} ms, all here ${(afterMs / 1_000).toFixed(1)} s after its return, freed ${Math.round(freedMs)} ms later, ${waste(done)}`)
    assert.equal(taken.word.details['round'], '2')
    assert.ok(handedOverMs <= HANDED_OVER_WITHIN_MS)
    assert.ok(leftMs <= LEFT_WITHIN_MS)
    assert.ok(afterMs <= COLLECTED_WITHIN_MS)
    assert.equal(away.others.filter(({ stderr }) => TAKES_OVER.test(stderr)).length, 1)
  })

  repeatedly('killed at 50 %, and back when its job goes on elsewhere: its word is obeyed at once', async function () {
    const away = await goesAway(0.5, async (a) => { await on.stage.kill(a) })
    await says(away.others, TAKES_OVER, TAKEN_OVER_WITHIN_MS)
    const a = await on.stage.up('A')
    await says([a], TAKEN_BACK, COLLECTED_WITHIN_MS)
    assert.equal((await on.stage.ask('A', 'cancel', away.id)).status, 0)
    for (const name of ['A', 'B', 'C']) {
      const { events } = await on.stage.ask(name, 'jobs')
      assert.equal(events[0]!.state, 'cancelled', name)
    }
    await custodyIsFree()
  })
})
