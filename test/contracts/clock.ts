import assert from 'node:assert/strict'
import type { Clock } from '../../src/ports.ts'

/** A clock under test and how to let its time pass. */
export interface ClockUnderTest {
  readonly clock: Clock
  /** Lets at least `ms` pass and due timers fire. */
  pass (ms: number): Promise<void>
}

/** What every {@link Clock} must do. */
export function describeClock (name: string, create: () => ClockUnderTest): void {
  describe(`clock: ${name}`, () => {
    it('shows monotonic time that passes', async () => {
      const { clock, pass } = create()
      const before = clock.nowMs()
      await pass(20)
      assert.ok(clock.nowMs() - before >= 19, 'less time went by than was waited for')
    })

    it('shows wall time in milliseconds since 1970', () => {
      const { clock } = create()
      assert.ok(clock.wallMs() > Date.UTC(2020, 0, 1))
      assert.ok(clock.wallMs() < Date.UTC(2200, 0, 1))
    })

    it('calls once, after the delay, and never inside after()', async () => {
      const { clock, pass } = create()
      const firedMs: number[] = []
      const startMs = clock.nowMs()
      clock.after(10, () => { firedMs.push(clock.nowMs() - startMs) })
      clock.after(0, () => { firedMs.push(clock.nowMs() - startMs) })
      assert.deepEqual(firedMs, [])
      await pass(30)
      assert.equal(firedMs.length, 2)
      assert.ok(firedMs[1]! >= 9, 'fired too early')
      await pass(30)
      assert.equal(firedMs.length, 2)
    })

    it('fires in order of due time', async () => {
      const { clock, pass } = create()
      const order: string[] = []
      clock.after(12, () => { order.push('third') })
      clock.after(2, () => { order.push('first') })
      clock.after(7, () => { order.push('second') })
      await pass(30)
      assert.deepEqual(order, ['first', 'second', 'third'])
    })

    it('does not call what was stopped, and stopping again or after the call does nothing', async () => {
      const { clock, pass } = create()
      let calls = 0
      const stopped = clock.after(5, () => { calls++ })
      const fired = clock.after(5, () => { calls += 10 })
      stopped.stop()
      stopped.stop()
      await pass(20)
      fired.stop()
      assert.equal(calls, 10)
    })

    it('takes a timer that a timer adds', async () => {
      const { clock, pass } = create()
      let fired = false
      clock.after(2, () => { clock.after(2, () => { fired = true }) })
      await pass(30)
      assert.ok(fired)
    })

    it('takes a delay of months without firing at once', async () => {
      const { clock, pass } = create()
      let fired = false
      const timer = clock.after(2 ** 33, () => { fired = true })
      await pass(20)
      timer.stop()
      assert.ok(!fired)
    })
  })
}
