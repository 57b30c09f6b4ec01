import assert from 'node:assert/strict'
import { Intake } from '../../src/farm/intake.ts'
import { MAX_INCOMING_BYTES } from '../../src/farm/limits.ts'
import { drainPromises } from '../support/fake-clock.ts'
import type { ResultHead } from '../../src/core/messages.ts'

const HEAD: ResultHead = {
  job: 'a'.repeat(64),
  unit: 3,
  token: { epoch: { round: 1, peer: 'A', instance: 1 }, grant: 1 },
  content: 'mean',
  bytes: 16,
  sha256: 'b'.repeat(64),
  phases: { transferMs: 0, loadMs: 0, renderMs: 1 }
}

const PIXELS = new Uint8Array(16)

/** An intake whose disk answers when the test says so. */
function slowIntake (): { readonly intake: Intake, readonly stored: number[], answer (error?: Error): void } {
  const stored: number[] = []
  const accepted = new Set<number>()
  const waiting: ((error?: Error) => void)[] = []
  const intake = new Intake({
    judge: (_from, { unit }) => accepted.has(unit) ? 'duplicate' : 'take',
    store: async (_from, { unit }) => {
      stored.push(unit)
      await new Promise<void>((resolve, reject) => {
        waiting.push((error) => { error === undefined ? resolve() : reject(error) })
      })
      accepted.add(unit)
    },
    storeFailed: () => {}
  })
  return { intake, stored, answer: (error) => { waiting.shift()!(error) } }
}

describe('taking results in', () => {
  it('stores one of two copies that come together, and answers the other when it is safe', async () => {
    const { intake, stored, answer } = slowIntake()
    assert.equal(intake.offer('B', HEAD), 'take')
    assert.equal(intake.offer('C', HEAD), 'take')
    const first = intake.take('B', HEAD, PIXELS)
    const second = intake.take('C', HEAD, PIXELS)
    await drainPromises()
    assert.deepEqual(stored, [3])
    answer()
    assert.deepEqual(await Promise.all([first, second]), ['accepted', 'duplicate'])
  })

  it('tells both to come again when the disk refuses', async () => {
    const { intake, answer } = slowIntake()
    const both = [intake.take('B', HEAD, PIXELS), intake.take('C', HEAD, PIXELS)]
    await drainPromises()
    answer(new Error('no space left'))
    assert.deepEqual(await Promise.all(both), ['busy', 'busy'])
  })

  it('stores nothing while several checkpoints follow one another', async () => {
    const { intake, stored, answer } = slowIntake()
    let endFirst = (): void => {}
    let endSecond = (): void => {}
    const first = intake.exclusively(async () => { await new Promise<void>((resolve) => { endFirst = resolve }) })
    const second = intake.exclusively(async () => { await new Promise<void>((resolve) => { endSecond = resolve }) })
    const taken = intake.take('B', HEAD, PIXELS)
    await drainPromises()
    endFirst()
    await drainPromises()
    assert.deepEqual(stored, [], 'the second checkpoint has begun')
    endSecond()
    await drainPromises()
    assert.deepEqual(stored, [3])
    answer()
    assert.equal(await taken, 'accepted')
    await Promise.all([first, second])
  })

  it('takes no more bytes at a time than the limit, but one unit always', () => {
    const { intake } = slowIntake()
    assert.equal(intake.offer('B', { ...HEAD, bytes: MAX_INCOMING_BYTES }), 'take')
    assert.equal(intake.offer('B', { ...HEAD, unit: 4, bytes: 1 }), 'busy')
    intake.drop({ ...HEAD, bytes: MAX_INCOMING_BYTES })
    assert.equal(intake.offer('B', { ...HEAD, bytes: MAX_INCOMING_BYTES + 1 }), 'take')
  })
})
