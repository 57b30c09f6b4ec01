import assert from 'node:assert/strict'
import { hasJoined, isReady, measured } from '../support/stage.ts'
import { submit } from './support/job-under-faults.ts'
import { onStage } from './support/on-stage.ts'
import { repeatedly } from './support/repeated.ts'
import type { Program } from '../support/program.ts'

/** Whoever connects knows all jobs after so long. */
const SYNCED_WITHIN_MS = 5_000

describe('F19: peers that come late', () => {
  const on = onStage({ renderer: { unitMs: 2_000 } })

  /** Asks a peer for its jobs until they are as expected. Resolves with when that was. */
  async function jobsAre (home: string, expected: ReadonlyMap<string, string>): Promise<number> {
    let last: unknown
    for (const untilMs = performance.now() + SYNCED_WITHIN_MS * 3; performance.now() < untilMs;) {
      const { events } = await on.stage.ask(home, 'jobs')
      last = Object.fromEntries(events.map(({ job, state }) => [job, state]))
      if (events.length === expected.size && events.every(({ job, state }) => expected.get(job) === state)) {
        return performance.now()
      }
    }
    assert.deepEqual(last, Object.fromEntries(expected))
    throw new Error('the jobs are never as expected')
  }

  /** A job that runs, one that was cancelled and one that is paused, all of them of A. */
  async function threeJobs (): Promise<Map<string, string>> {
    const ids: string[] = []
    for (const frame of [1, 2, 3]) {
      const job = submit(on.stage, 'A', on.scene, '--frames', `${frame}..${frame}`, '-o', `${frame}-####.png`, '--detach')
      ids.push((await job.event('the job', ({ event }) => event === 'job')).job)
      await job.end()
    }
    assert.equal((await on.stage.ask('A', 'cancel', ids[1]!)).status, 0)
    assert.equal((await on.stage.ask('A', 'pause', ids[2]!)).status, 0)
    return new Map([[ids[0]!, 'running'], [ids[1]!, 'cancelled'], [ids[2]!, 'paused']])
  }

  repeatedly('one that joins when the jobs are old news knows them, and one that was away knows what has changed', async function () {
    const [a, , c] = await on.stage.allMet('A', 'B', 'C') as [Program, Program, Program]
    const old = submit(on.stage, 'A', on.scene, '--frames', '9..9', '-o', 'old-####.png', '--detach')
    const { job: oldId } = await old.event('the job', ({ event }) => event === 'job')
    await old.end()
    await jobsAre('C', new Map([[oldId, 'running']]))
    await on.stage.kill(c)
    const expected = (await threeJobs()).set(oldId, 'cancelled')
    assert.equal((await on.stage.ask('A', 'cancel', oldId)).status, 0)
    const ticket = await on.stage.invite('B')

    const late = on.stage.startUp('D', { ticket })
    const back = on.stage.startUp('C')
    await Promise.all([late, back].map(isReady))
    const metMs = Math.min((await hasJoined(late, a)).atMs, (await hasJoined(back, a)).atMs)
    const backMs = await jobsAre('C', expected)
    const lateMs = await jobsAre('D', expected)
    measured(this, `after ${Math.round(backMs - metMs)} and ${Math.round(lateMs - metMs)} ms`)
    assert.ok(Math.max(backMs, lateMs) - metMs <= SYNCED_WITHIN_MS)
  })
})
