import assert from 'node:assert/strict'
import { ChannelClosedError } from '../../src/errors.ts'
import { Lines } from '../../src/mesh/lines.ts'
import { FakeClock } from '../support/fake-clock.ts'

describe('lines of those who want something of a peer', () => {
  let clock: FakeClock
  let lines: Lines
  let running: string[]
  let done: Map<string, () => void>

  beforeEach(() => {
    clock = new FakeClock()
    lines = new Lines({ clock, atOnce: 2, perSecond: 10, burstSeconds: 1, patienceMs: 1_000 })
    running = []
    done = new Map()
  })

  /** A task that runs until it is said to be done. */
  async function task (peer: string, name: string): Promise<string> {
    return lines.run(peer, async () => {
      running.push(name)
      await new Promise<void>((resolve) => { done.set(name, resolve) })
      return name
    })
  }

  it('let so many through at a time, the others in order', async () => {
    const all = Promise.all(['a', 'b', 'c', 'd'].map((name) => task('ann', name)))
    await clock.settle(0)
    assert.deepEqual(running, ['a', 'b'])
    done.get('b')!()
    await clock.settle(0)
    assert.deepEqual(running, ['a', 'b', 'c'])
    done.get('a')!()
    await clock.settle(0)
    done.get('c')!()
    done.get('d')!()
    assert.deepEqual(await all, ['a', 'b', 'c', 'd'])
  })

  it('are one for each peer', async () => {
    const both = Promise.all(['a', 'b'].map((name) => task('ann', name)))
    const other = task('bob', 'c')
    await clock.settle(0)
    assert.deepEqual(running, ['a', 'b', 'c'])
    running.forEach((name) => { done.get(name)!() })
    await Promise.all([both, other])
  })

  it('turn away who has waited for too long, and pass its turn on', async () => {
    const held = [task('ann', 'a'), task('ann', 'b')]
    const late = assert.rejects(task('ann', 'late'), ChannelClosedError)
    await clock.settle(999)
    const next = task('ann', 'next')
    await clock.settle(1)
    await late
    done.get('a')!()
    await clock.settle(0)
    assert.deepEqual(running, ['a', 'b', 'next'])
    done.get('b')!()
    done.get('next')!()
    await Promise.all([...held, next])
  })

  it('let so many through in a short time, and further ones no faster than the rate', async () => {
    const atMs: number[] = []
    const tasks = Array.from({ length: 15 }, () => lines.run('ann', async () => { atMs.push(clock.nowMs()) }))
    const startedMs = clock.nowMs()
    await clock.settle(0)
    assert.equal(atMs.length, 10)
    await clock.settle(99)
    assert.equal(atMs.length, 10)
    await clock.settle(501)
    await Promise.all(tasks)
    assert.ok(atMs.slice(10).every((ms, index) => ms - startedMs >= 100 * (index + 1) && ms - startedMs <= 100 * (index + 1) + 50), String(atMs))
  })

  it('go on after a task that fails', async () => {
    for (let i = 0; i < 3; i++) {
      await assert.rejects(lines.run('ann', async () => { throw new Error('no') }), /no/)
    }
    const after = task('ann', 'a')
    await clock.settle(0)
    done.get('a')!()
    assert.equal(await after, 'a')
  })
})
