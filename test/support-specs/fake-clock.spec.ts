import assert from 'node:assert/strict'
import { describeClock } from '../contracts/clock.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { PeerClock } from '../support/peer-clock.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import type { Timer } from '../../src/ports.ts'

describeClock('FakeClock', () => {
  const clock = new FakeClock()
  return { clock, pass: async (ms) => { clock.advance(ms) } }
})

describeClock('PeerClock', () => {
  const world = new FakeClock()
  return { clock: new PeerClock(world, { rate: 1.05, startMs: 1e6 }), pass: async (ms) => { world.advance(ms) } }
})

describe('FakeClock', () => {
  it('shows a timer its own due time', () => {
    const clock = new FakeClock()
    const seen: number[] = []
    clock.after(3, () => { seen.push(clock.nowMs()) })
    clock.after(8, () => { seen.push(clock.nowMs()) })
    clock.advance(100)
    assert.deepEqual(seen, [3, 8])
    assert.equal(clock.nowMs(), 100)
  })

  it('moves on however small a rest somebody waits for', () => {
    const clock = new FakeClock()
    clock.advance(123_456.789)
    const dueMs = clock.nowMs() + 1e-12
    let looks = 0
    const look = (): void => {
      looks++
      if (looks < 100) {
        clock.after(1e-12, look)
      }
    }
    look()
    clock.advance(1)
    assert.equal(looks, 100)
    assert.ok(clock.nowMs() > dueMs)
    const before = clock.nowMs()
    let firedAtMs = 0
    clock.after(1e-12, () => { firedAtMs = clock.nowMs() })
    clock.advance(1)
    assert.ok(firedAtMs > before)
  })

  it('fires timers of one moment in the order of their creation, whatever else was stopped', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new SeededRandom(seed)
      const clock = new FakeClock()
      const fired: [number, number][] = []
      const expected: [number, number][] = []
      const stops: Timer[] = []
      for (let index = 0; index < 300; index++) {
        const dueMs = random.int(0, 20)
        const timer = clock.after(dueMs, () => { fired.push([dueMs, index]) })
        if (random.chance(0.5)) {
          stops.push(timer)
        } else {
          expected.push([dueMs, index])
        }
      }
      for (const timer of random.shuffle(stops)) {
        timer.stop()
      }
      assert.equal(clock.pending, expected.length)
      clock.advance(20)
      assert.deepEqual(fired, expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]), `seed ${seed}`)
      assert.equal(clock.pending, 0)
    }
  })

  it('lets promises settle between the moments at which something fires', async () => {
    const clock = new FakeClock()
    const sleep = async (ms: number): Promise<void> => new Promise((resolve) => { clock.after(ms, resolve) })
    const seen: number[] = []
    const walk = async (): Promise<void> => {
      for (let step = 0; step < 5; step++) {
        await sleep(10)
        seen.push(clock.nowMs())
      }
    }
    await clock.drive(walk())
    assert.deepEqual(seen, [10, 20, 30, 40, 50])
  })

  it('says when a driven promise never settles', async () => {
    await assert.rejects(new FakeClock().drive(new Promise(() => {}), 1000), /still pending after 1000 ms/)
  })

  it('stops at the moment the predicate holds', () => {
    const clock = new FakeClock()
    let ticks = 0
    const tick = (): void => {
      ticks++
      clock.after(7, tick)
    }
    clock.after(7, tick)
    assert.ok(clock.runUntil(() => ticks === 3, 1000))
    assert.equal(clock.nowMs(), 21)
    assert.ok(!clock.runUntil(() => ticks === 1000, 100))
    assert.equal(clock.nowMs(), 121)
  })

  it('lets the wall clock jump alone', () => {
    const clock = new FakeClock(1000)
    clock.advance(5)
    clock.jumpWall(-500)
    assert.equal(clock.wallMs(), 505)
    assert.equal(clock.nowMs(), 5)
  })
})

describe('PeerClock', () => {
  it('holds timers while paused and fires what fell due at resume, in order', () => {
    const world = new FakeClock()
    const clock = new PeerClock(world)
    const fired: [string, number][] = []
    clock.after(20, () => { fired.push(['second', clock.nowMs()]) })
    clock.after(10, () => { fired.push(['first', clock.nowMs()]) })
    clock.after(90, () => { fired.push(['third', clock.nowMs()]) })
    clock.pause()
    world.advance(50)
    assert.deepEqual(fired, [])
    clock.resume()
    assert.deepEqual(fired, [])
    world.advance(50)
    assert.deepEqual(fired, [['first', 50], ['second', 50], ['third', 90]])
  })

  it('stands still while suspended, but the wall does not', () => {
    const world = new FakeClock(0)
    const clock = new PeerClock(world)
    let firedMs = -1
    clock.after(10, () => { firedMs = world.nowMs() })
    world.advance(4)
    clock.suspend()
    world.advance(1000)
    assert.equal(clock.nowMs(), 4)
    assert.equal(clock.wallMs(), 1004)
    clock.wake()
    world.advance(10)
    assert.equal(firedMs, 1010)
  })

  it('fires nothing any more once killed', () => {
    const world = new FakeClock()
    const clock = new PeerClock(world)
    let fired = false
    clock.after(1, () => { fired = true })
    clock.kill()
    clock.after(1, () => { fired = true })
    world.advance(10)
    assert.ok(!fired)
  })

  it('runs at its own rate', () => {
    const world = new FakeClock()
    const clock = new PeerClock(world, { rate: 2 })
    let firedMs = -1
    clock.after(100, () => { firedMs = world.nowMs() })
    world.advance(100)
    assert.equal(firedMs, 50)
    assert.equal(clock.nowMs(), 200)
  })
})
