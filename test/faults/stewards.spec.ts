import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { ranked } from '../../src/core/succession/rank.ts'
import { measured } from '../support/stage.ts'
import { assertBooked, ends, FOUR_HUNDRED, LEASE_MS, reaches, submit, waste } from './support/job-under-faults.ts'
import { onStage } from './support/on-stage.ts'
import { repeatedly } from './support/repeated.ts'
import { ALL_RENDERED, says, STEPS_DOWN, TAKES_OVER, wordsOf } from './support/words.ts'
import type { Program, ProgramEvent } from '../support/program.ts'

const UNIT_MS = 1_000

const OTHERS = ['B', 'C', 'D', 'E', 'F', 'G', 'H'] as const

const TAKEN_OVER_WITHIN_MS = 45_000

/** When the first two in rank are gone at once. */
const SECOND_WITHIN_MS = 60_000

/** What a steward that thaws may take to see that it is none any more. */
const STEPS_DOWN_WITHIN_MS = 5_000

const MOST_WASTE = 10

describe('F5, F6: stewards that freeze and die', () => {
  const on = onStage({ renderer: { unitMs: UNIT_MS } })

  interface Orphan {
    readonly id: string
    readonly film: string
    /** Those that are left, the first in rank first. */
    readonly heirs: readonly Program[]
    readonly killedMs: number
  }

  /** A job whose requester is killed, with some of those next in rank, when a fifth of it is done. */
  async function orphaned (alsoKilled: number): Promise<Orphan> {
    const film = await on.stage.faultlessFilm(on.scene, ...FOUR_HUNDRED)
    const [a, ...others] = await on.stage.allMet('A', ...OTHERS) as [Program, ...Program[]]
    const job = submit(on.stage, 'A', on.scene)
    const { job: id } = await job.event('the job', ({ event }) => event === 'job')
    await reaches(job, 0.2)
    const heirs = ranked(id, others.map(({ peer }) => peer)).map((peer) => others.find((one) => one.peer === peer)!)
    const killedMs = await on.stage.kill(a, ...heirs.slice(0, alsoKilled))
    return { id, film, heirs: heirs.slice(alsoKilled), killedMs }
  }

  async function requesterReturns ({ id, film }: Orphan): Promise<ProgramEvent> {
    await on.stage.up('A')
    const watch = on.stage.start(['watch', id, '--home', on.stage.home('A'), '--json'])
    const done = await ends(watch)
    assert.equal(done.filmHash, film)
    assertBooked(done)
    assert.ok((done.executions - done.units) / done.units * 100 <= MOST_WASTE, waste(done))
    return done
  }

  /** No two took the job over in one epoch, and who did is who was next. */
  function roundsOf (programs: readonly Program[]): string[] {
    return programs.flatMap((program) => wordsOf(program).filter(({ message }) => TAKES_OVER.test(message)).map(({ details }) => details['round']!))
  }

  repeatedly('one that froze steps down within 5 s of its thaw, and what it accepted counts', async function () {
    const orphan = await orphaned(0)
    const first = await says(orphan.heirs, TAKES_OVER, TAKEN_OVER_WITHIN_MS)
    assert.equal(first.program, orphan.heirs[0], 'the first in rank takes over')
    await sleep(4_000)
    const frozenMs = first.program.signal('SIGSTOP')
    const rest = orphan.heirs.filter((program) => program !== first.program)
    const second = await says(rest, TAKES_OVER, TAKEN_OVER_WITHIN_MS, frozenMs)
    await sleep(2 * LEASE_MS)
    const thawedMs = first.program.signal('SIGCONT')
    const down = await says([first.program], STEPS_DOWN, STEPS_DOWN_WITHIN_MS)
    const done = await requesterReturns(orphan)
    measured(this, `taken over again after ${Math.round((second.word.atMs - frozenMs) / 1_000)} s, stepped down after ${Math.round(down.word.atMs - thawedMs)} ms, ${waste(done)}`)
    assert.deepEqual([first.word.details['round'], second.word.details['round']], ['2', '3'])
  })

  repeatedly('one that is killed as soon as it has taken over: the next does it within 45 s, and nothing acknowledged is lost', async function () {
    const orphan = await orphaned(0)
    const first = await says(orphan.heirs, TAKES_OVER, TAKEN_OVER_WITHIN_MS)
    const againMs = await on.stage.kill(first.program)
    const rest = orphan.heirs.filter((program) => program !== first.program)
    const second = await says(rest, TAKES_OVER, SECOND_WITHIN_MS, againMs)
    await says([second.program], ALL_RENDERED, 120_000)
    const done = await requesterReturns(orphan)
    measured(this, `taken over after ${Math.round((first.word.atMs - orphan.killedMs) / 1_000)} and ${Math.round((second.word.atMs - againMs) / 1_000)} s, ${waste(done)}`)
    assert.ok(second.word.atMs - againMs <= TAKEN_OVER_WITHIN_MS)
  })

  repeatedly('the requester and the next in rank killed together: the one after that takes over within 60 s', async function () {
    const orphan = await orphaned(1)
    const taken = await says(orphan.heirs, TAKES_OVER, SECOND_WITHIN_MS)
    await says([taken.program], ALL_RENDERED, 120_000)
    const done = await requesterReturns(orphan)
    measured(this, `taken over after ${Math.round((taken.word.atMs - orphan.killedMs) / 1_000)} s, ${waste(done)}`)
    assert.ok(taken.word.atMs - orphan.killedMs <= SECOND_WITHIN_MS)
    assert.equal(new Set(roundsOf(orphan.heirs)).size, roundsOf(orphan.heirs).length, 'one epoch is one steward\'s')
  })
})
