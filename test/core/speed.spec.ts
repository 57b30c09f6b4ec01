import assert from 'node:assert/strict'
import fc from 'fast-check'
import { MAX_SPEED_SCENES, SPEED_MEASUREMENTS } from '../../src/core/limits.ts'
import { SpeedBook, readSpeedRecord } from '../../src/core/speed.ts'
import type { Measurement, SpeedRecord } from '../../src/core/speed.ts'

const FINGERPRINT = 'fake 1'
const SCENE = 'a'.repeat(64)
let jobs = 0

/** A job of its own that took so many thread milliseconds for each million samples, a hundred million of them. */
function job (threadMsPerMegasample: number, part: Partial<Measurement> = {}): Measurement {
  return { job: `job ${++jobs}`, fingerprint: FINGERPRINT, scene: SCENE, samples: 100e6, threadMs: 100 * threadMsPerMegasample, loadMs: 30, ...part }
}

function bookOf (...measurements: readonly Measurement[]): SpeedBook {
  const book = new SpeedBook()
  measurements.forEach((measurement) => { book.add(measurement) })
  return book
}

function speedAfter (...costs: readonly number[]): number {
  return bookOf(...costs.map((cost) => job(cost))).scene(FINGERPRINT, SCENE)!.threadMsPerMegasample
}

const sceneNumber = (index: number): string => index.toString(16).padStart(64, '0')

describe('measured speeds', () => {
  it('knows nothing before anything was rendered', () => {
    assert.equal(new SpeedBook().scene(FINGERPRINT, SCENE), undefined)
    assert.equal(new SpeedBook().engine(FINGERPRINT), undefined)
  })

  it('knows a scene after one job, and only with the engine that rendered it', () => {
    const book = bookOf(job(500))
    assert.deepEqual(book.scene(FINGERPRINT, SCENE), { threadMsPerMegasample: 500, loadMs: 30 })
    assert.equal(book.engine(FINGERPRINT), 500)
    assert.equal(book.scene('fake 2', SCENE), undefined)
    assert.equal(book.engine('fake 2'), undefined)
  })

  it('counts one job once, however often it is told of', () => {
    const told = job(500)
    const book = bookOf(job(300), job(310), { ...told, samples: 1e6, threadMs: 9_000 }, { ...told, samples: 50e6, threadMs: 30_000 }, told)
    assert.equal(book.record().scenes[0]!.recent.length, 3)
    assert.equal(book.record().scenes[0]!.recent[2]![0], 500)
  })

  it('is not led astray by one odd job, wherever it comes', () => {
    for (const costs of [[5_000, 100, 102], [100, 5_000, 102], [100, 102, 5_000], [100, 101, 102, 103, 1]]) {
      const speed = speedAfter(...costs)
      assert.ok(speed >= 100 && speed <= 103, `${costs.join()}: ${speed}`)
    }
  })

  it('follows a machine that has become another', () => {
    assert.equal(speedAfter(100, 100, 100, 100, 100, 200, 200, 200), 200)
  })

  it('lets a job of a moment count little against a long one', () => {
    const moment = job(4_000, { samples: 5_000, threadMs: 20 })
    assert.equal(bookOf(job(100), moment).scene(FINGERPRINT, SCENE)!.threadMsPerMegasample, 100)
    assert.equal(bookOf(moment).scene(FINGERPRINT, SCENE)!.threadMsPerMegasample, 4_000, 'but is better than nothing')
  })

  it('ignores what can not be measured', () => {
    assert.equal(bookOf(job(1, { samples: 0 }), job(1, { threadMs: 0 }), job(1, { threadMs: -1 }), job(1, { threadMs: NaN })).engine(FINGERPRINT), undefined)
  })

  it('takes the usual scene for an engine, and counts a scene that was rendered often as one', () => {
    const book = bookOf(...[1, 2, 3].map((index) => job(100 + index, { scene: sceneNumber(index) })), ...Array.from({ length: 4 }, () => job(9_000)))
    assert.ok(book.engine(FINGERPRINT)! <= 103)
  })

  it('remembers so many measurements of so many scenes, those that were rendered last', () => {
    const book = bookOf(...Array.from({ length: SPEED_MEASUREMENTS + 1 }, (_, index) => job(index + 1)))
    assert.deepEqual(book.record().scenes[0]!.recent.map(([cost]) => cost), Array.from({ length: SPEED_MEASUREMENTS }, (_, index) => index + 2))
    for (let index = 1; index < MAX_SPEED_SCENES; index++) {
      book.add(job(1, { scene: sceneNumber(index) }))
    }
    assert.ok(book.scene(FINGERPRINT, SCENE) !== undefined)
    book.add(job(1, { scene: sceneNumber(1) }))
    assert.equal(book.record().scenes.length, MAX_SPEED_SCENES)
    book.add(job(1, { scene: sceneNumber(MAX_SPEED_SCENES) }))
    assert.equal(book.record().scenes.length, MAX_SPEED_SCENES)
    assert.equal(book.scene(FINGERPRINT, SCENE), undefined)
  })

  it('goes on from its record', () => {
    fc.assert(fc.property(fc.array(fc.record({ cost: fc.integer({ min: 1, max: 1e6 }), scene: fc.nat(5), samples: fc.integer({ min: 1, max: 1e9 }) })), (told) => {
      const book = bookOf(...told.map(({ cost, scene, samples }) => job(cost, { scene: sceneNumber(scene), samples })))
      const again = new SpeedBook(readSpeedRecord(JSON.parse(JSON.stringify(book.record()))))
      assert.deepEqual(again.record(), book.record())
      assert.equal(again.engine(FINGERPRINT), book.engine(FINGERPRINT))
    }))
  })

  const entry = { fingerprint: 'f', scene: SCENE, loadMs: 1, recent: [[1, 1]] }
  const entries = (count: number): SpeedRecord => ({ scenes: Array.from({ length: count }, (_, index) => ({ ...entry, scene: sceneNumber(index), recent: [[1, 1]] as const })) })

  it('reads the largest record there can be', () => {
    const largest = { scenes: entries(MAX_SPEED_SCENES).scenes.map((one) => ({ ...one, fingerprint: 'f'.repeat(256), recent: new Array(SPEED_MEASUREMENTS).fill([1, 1]) })) }
    assert.equal(readSpeedRecord(largest)!.scenes.length, MAX_SPEED_SCENES)
  })

  for (const [what, value] of [
    ['nothing', undefined],
    ['a text', 'scenes'],
    ['no list', { scenes: {} }],
    ['one scene too many', entries(MAX_SPEED_SCENES + 1)],
    ['a scene that is none', { scenes: [null] }],
    ['one measurement too many', { scenes: [{ ...entry, recent: new Array(SPEED_MEASUREMENTS + 1).fill([1, 1]) }] }],
    ['no measurement', { scenes: [{ ...entry, recent: [] }] }],
    ['a scene that is no hash', { scenes: [{ ...entry, scene: 'x' }] }],
    ['a fingerprint that is too long', { scenes: [{ ...entry, fingerprint: 'f'.repeat(257) }] }],
    ['a load that is no duration', { scenes: [{ ...entry, loadMs: -1 }] }],
    ['a cost of nothing', { scenes: [{ ...entry, recent: [[0, 1]] }] }],
    ['a cost that is no number', { scenes: [{ ...entry, recent: [[null, 1]] }] }],
    ['a weight beyond one', { scenes: [{ ...entry, recent: [[1, 1.1]] }] }],
    ['a weight of nothing', { scenes: [{ ...entry, recent: [[1, 0]] }] }]
  ] as const) {
    it(`does not read ${what}`, () => {
      assert.equal(readSpeedRecord(value), undefined)
    })
  }
})
