import assert from 'node:assert/strict'
import { UsageError } from '../../src/errors.ts'
import { MAX_LIVE_JOBS_PER_REQUESTER } from '../../src/farm/limits.ts'
import { lastEvent, World } from '../support/world.ts'

/** One unit each, so that what is measured is the number of jobs. */
const SMALL = { size: { width: 8, height: 8 }, tile: 8, samples: 16 } as const

describe('as many open jobs as one requester may have', function () {
  this.timeout(120_000)
  let world: World

  before(async () => {
    world = new World()
    await world.start('A', { work: 'off' })
    for (let serial = 0; serial < MAX_LIVE_JOBS_PER_REQUESTER; serial++) {
      await world.render('A', { ...SMALL, output: `/out/${serial}.png` })
    }
  })

  it('one more is refused in one line', async () => {
    await assert.rejects(world.render('A', SMALL), (err) => {
      assert.ok(err instanceof UsageError)
      assert.match(err.message, /^This peer has 1024 jobs that have not ended, as many as one may have; .*cancel[^\n]*$/)
      return true
    })
  })

  it('a peer that joins hears of all of them at once, and lists them', async () => {
    await world.start('B')
    await world.start('C', { work: 'off' })
    assert.ok(await world.until(() => world.peer('B').farm.jobs().length === MAX_LIVE_JOBS_PER_REQUESTER, 5_000), `${world.peer('B').farm.jobs().length} jobs`)
  })

  it('another requester is served at once, and all of them in the end', async () => {
    const other = await world.render('C', SMALL)
    const events = world.follow('C', other)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 30_000), 'served among a thousand')
    const left = (): number => world.peer('A').farm.jobs().filter(({ own, state }) => own && state === 'running').length
    const before = left()
    assert.ok(await world.until(() => left() <= before - 100, 600_000))
  })

  it('when one has ended another may be submitted', async () => {
    await world.render('A', SMALL)
  })
})
