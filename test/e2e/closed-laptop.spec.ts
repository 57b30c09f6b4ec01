import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { measured, Stage } from '../support/stage.ts'
import { writeSmallGlb } from '../support/small-scene.ts'
import type { Program } from '../support/program.ts'

/** Some ten seconds for one core in 240 units. */
const JOB = ['--size', '160x96', '--samples', '2048', '--tile', '32', '--split', 'samples'] as const

/** A polite leave, with the process gone, on a machine that has other things to do. */
const LEFT_WITHIN_MS = 6_000

/** How long the others may take for the rest of it. */
const RENDERED_WITHIN_MS = 60_000

/** Custody is freed by the job's end, which travels as gossip. */
const FREED_WITHIN_MS = 10_000

describe('a laptop that is closed', function () {
  this.timeout(180_000)
  let stage: Stage
  let scene: string

  beforeEach(async () => {
    stage = new Stage()
    scene = await writeSmallGlb(stage.folder)
  })

  afterEach(async () => {
    await stage.close()
  })

  /** Waits until a peer has heard that all units of a job are rendered. */
  async function allRendered (home: string): Promise<void> {
    for (const untilMs = performance.now() + RENDERED_WITHIN_MS; performance.now() < untilMs; await sleep(500)) {
      const jobs = (await stage.ask(home, 'jobs')).events
      if (jobs.every(({ done, units }) => done === units)) {
        return
      }
    }
    throw new Error('the others did not finish the job')
  }

  it('in the middle of its job: the others finish, any of them gives the picture away, and the laptop has it when it is back', async function () {
    const [laptop] = await stage.mesh('laptop', 'desk', 'shed') as [Program, Program, Program]
    const hash = (await stage.ask('laptop', 'render', scene, ...JOB, '-o', 'whole.png')).events.find(({ event }) => event === 'done')!.filmHash

    const { events } = await stage.ask('laptop', 'render', scene, ...JOB, '-o', 'picture.png', '--detach')
    const { job } = events.find(({ event }) => event === 'job')!
    const view = stage.start(['watch', job, '--home', stage.home('laptop'), '--json'])
    const before = await view.event('a quarter of it', ({ event, done, units }) => event === 'progress' && done >= units / 4)
    const askedMs = laptop.signal('SIGTERM')
    const { atMs, status } = await laptop.end()
    assert.equal(status, 0)
    assert.ok(atMs - askedMs <= LEFT_WITHIN_MS, `left after ${atMs - askedMs} ms`)
    await view.end()

    await allRendered('desk')
    const fetched = await stage.ask('desk', 'fetch', job, '-o', 'fetched.png')
    assert.equal(fetched.status, 0, fetched.stderr)
    const saved = fetched.events.find(({ event }) => event === 'saved')!
    assert.ok(saved.done >= before.done + (saved.units - before.done) / 2, `${saved.done} of ${saved.units} could be fetched: ${fetched.stderr}`)
    assert.ok(existsSync(stage.path('fetched.png')))
    assert.equal(existsSync(stage.path('picture.png')), false)

    await stage.up('laptop')
    const done = (await stage.ask('laptop', 'watch', job)).events.at(-1)!
    assert.equal(done.event, 'done')
    assert.equal(done.filmHash, hash)
    assert.deepEqual(done.files, [stage.path('picture.png')])
    assert.ok(existsSync(stage.path('picture.png')))
    measured(this, `left at ${before.done} of ${before.units} within ${Math.round(atMs - askedMs)} ms, ${done.executions} executions, ${saved.done} fetched meanwhile`)
    const kept = (): string[] => ['desk', 'shed'].flatMap((home) => {
      const folder = path.join(stage.home(home), 'custody')
      return existsSync(folder) ? readdirSync(folder) : []
    })
    for (const untilMs = performance.now() + FREED_WITHIN_MS; kept().length > 0 && performance.now() < untilMs;) {
      await sleep(100)
    }
    assert.deepEqual(kept(), [], 'nobody keeps anything for it any more')
  })
})
