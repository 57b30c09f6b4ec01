import assert from 'node:assert/strict'
import type { UnitLogEntry } from '../../src/core/unit-log.ts'
import type { UnitLogs } from '../../src/ports.ts'

/** Unit logs under test. */
export interface UnitLogsUnderTest {
  readonly logs: UnitLogs
  /** The peer dies without a word once what was appended has been written, and starts again on the same disk. */
  reopen (): Promise<UnitLogs>
  remove (): Promise<void>
}

export const LOGGED_JOB = 'a'.repeat(64)
const OTHER_JOB = 'b'.repeat(64)
const PEER = '12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA'

/** One entry of every type, in the order of their times. */
export const EVERY_ENTRY: readonly UnitLogEntry[] = [
  { type: 'failed', startedAtMs: 900, atMs: 1_000, threads: 4, reason: 'no memory "ö"', log: 'line one\nline two \u0000\u2028 🙂\n12 {"type":"fake"}' },
  { type: 'rendered', startedAtMs: 1_500, atMs: 2_000, renderMs: 0.25, threads: 8, log: '' },
  { type: 'delivered', atMs: 3_000, to: PEER, answer: 'duplicate', tries: 3 }
]

/** The contract of the UnitLogs port. */
export function describeUnitLogs (name: string, create: () => Promise<UnitLogsUnderTest>): void {
  describe(`UnitLogs: ${name}`, () => {
    let subject: UnitLogsUnderTest

    beforeEach(async () => {
      subject = await create()
    })

    afterEach(async () => {
      await subject.remove()
    })

    it('give back what was kept of a unit, of it alone, oldest first', async () => {
      for (const entry of EVERY_ENTRY.toReversed()) {
        subject.logs.append(LOGGED_JOB, 12, entry)
      }
      subject.logs.append(LOGGED_JOB, 1, EVERY_ENTRY[1]!)
      subject.logs.append(LOGGED_JOB, 112, EVERY_ENTRY[1]!)
      subject.logs.append(LOGGED_JOB, 2, EVERY_ENTRY[1]!)
      subject.logs.append(OTHER_JOB, 12, EVERY_ENTRY[1]!)
      assert.deepEqual(await subject.logs.read(LOGGED_JOB, 12), { entries: EVERY_ENTRY, dropped: false })
      assert.deepEqual(await subject.logs.read(LOGGED_JOB, 2), { entries: [EVERY_ENTRY[1]], dropped: false })
    })

    it('have nothing of a unit or a job that was never rendered here', async () => {
      assert.deepEqual(await subject.logs.read(LOGGED_JOB, 12), { entries: [], dropped: false })
      subject.logs.append(LOGGED_JOB, 1, EVERY_ENTRY[0]!)
      assert.deepEqual(await subject.logs.read(LOGGED_JOB, 12), { entries: [], dropped: false })
    })

    it('survive the death of their peer, and go on', async () => {
      subject.logs.append(LOGGED_JOB, 12, EVERY_ENTRY[0]!)
      const second = await subject.reopen()
      second.append(LOGGED_JOB, 12, EVERY_ENTRY[1]!)
      const third = await subject.reopen()
      third.append(LOGGED_JOB, 12, EVERY_ENTRY[2]!)
      assert.deepEqual((await third.read(LOGGED_JOB, 12)).entries, EVERY_ENTRY)
    })

    it('take ten thousand units at once', async () => {
      for (let unit = 0; unit < 10_000; unit++) {
        subject.logs.append(LOGGED_JOB, unit, { ...EVERY_ENTRY[1] as UnitLogEntry & { type: 'rendered' }, atMs: unit })
      }
      await subject.logs.flush()
      assert.deepEqual((await subject.logs.read(LOGGED_JOB, 9_999)).entries.map(({ atMs }) => atMs), [9_999])
    })
  })
}
