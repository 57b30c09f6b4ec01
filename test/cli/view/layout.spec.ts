import assert from 'node:assert/strict'
import fc from 'fast-check'
import stringWidth from 'string-width'
import { cut, layout, pictureSpace, plainLine } from '../../../src/cli/view/layout.ts'
import { aJob, aProgress, aUnit, modelOf } from '../support/view-events.ts'
import type { JobModel } from '../../../src/cli/view/model.ts'
import type { WorkingPeer } from '../../../src/ports.ts'

const plain = (_style: string, text: string): string => text

const WORKING: readonly WorkingPeer[] = [
  { peer: 'self', name: 'STUDIO', done: 49, leased: 6, relayed: false },
  { peer: 'b', name: 'LAPTOP', done: 25, leased: 0, relayed: false },
  { peer: 'c', name: 'ATTIC', done: 0, leased: 3, relayed: true }
]

function busyModel (): JobModel {
  return modelOf([
    aJob(121),
    aProgress(60, 121, { working: WORKING }),
    aUnit('42', 'leased', 'self'),
    aUnit('7', 'lapsed', 'b'),
    aProgress(74, 121, { working: WORKING, etaMs: 151_000 }),
    { event: 'peer', peer: 'b', state: 'left', name: 'LAPTOP' }
  ])
}

describe('layout of the live view', () => {
  it('says that a job is paused', () => {
    const model = modelOf([aJob(10), aProgress(4, 10, { state: 'paused' })])
    assert.equal(layout(model, 80, 24, undefined, plain)[2], 'paused')
    assert.match(plainLine(model), /^40 % {2}4\/10 units {2}paused/)
    assert.doesNotMatch(plainLine(modelOf([aJob(10), aProgress(4, 10, { state: 'paused' }), aProgress(4, 10)])), /paused/)
  })

  it('says whether the requester may close its computer, while the job goes on', () => {
    const missing = '12 of 96 finished parts are still to be copied to 2 other computers'
    const unsafe = [aJob(10), aProgress(10, 10, { safety: { state: 'unsafe', missing } })]
    assert.ok(layout({ ...modelOf(unsafe), self: 'somebody else' }, 200, 24, undefined, plain).includes(`not yet safe to close its requester: ${missing}`))
    assert.ok(layout({ ...modelOf(unsafe), self: modelOf(unsafe).job!.requester }, 200, 24, undefined, plain).includes(`not yet safe to close this peer: ${missing}`))
    assert.match(plainLine(modelOf([aJob(10), aProgress(10, 10, { safety: { state: 'safe' } })])), /safe to close/)
    assert.doesNotMatch(plainLine(modelOf([aJob(10), aProgress(10, 10)])), /safe/)
  })

  it('says why a job waits, and no more when it goes on', () => {
    const waiting = [aJob(10), aProgress(10, 10, { waits: 'x.png was not written: the folder /out\u001b[2J is not there' })]
    assert.match(layout(modelOf(waiting), 80, 24, undefined, plain)[2]!, /waits: x\.png was not written: the folder \/out�/)
    assert.match(plainLine(modelOf(waiting)), /waits: x\.png/)
    assert.doesNotMatch(plainLine(modelOf([...waiting, aProgress(10, 10)])), /waits/)
  })

  it('says how far a video is while one is made', () => {
    const making = [aJob(10), aProgress(10, 10, { video: 0 })]
    assert.match(layout(modelOf(making), 80, 24, undefined, plain)[2]!, /^making the video: 0 of 1 frame/)
    assert.match(plainLine(modelOf(making)), /10\/10 units {2}making the video: 0 of 1 frame/)
    assert.doesNotMatch(plainLine(modelOf([...making, aProgress(10, 10)])), /video/)
  })

  it('fits 40 columns', () => {
    assert.deepEqual(layout(busyModel(), 40, 24, undefined, plain), [
      'shot.glb  pathtracer  960×540  64 sampl…',
      '████████████░░░░░░░░  61 %  74/121 units',
      '280 units/min  2:31 left  1 lapsed',
      'STUDIO  unit 42 +5     here     49 done',
      'LAPTOP  left           direct   25 done',
      'ATTIC   holds 3 units  relayed   0 done'
    ])
  })

  it('fits 80 columns', () => {
    assert.deepEqual(layout(busyModel(), 80, 24, undefined, plain), [
      'shot.glb  pathtracer  960×540  64 samples',
      '████████████████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░  61 %  74/121 units',
      '280 units/min  2:31 left  1 lapsed',
      'STUDIO  unit 42 +5     here     49 done',
      'LAPTOP  left           direct   25 done',
      'ATTIC   holds 3 units  relayed   0 done'
    ])
  })

  it('stands beside the picture at 200 columns', () => {
    const picture = { lines: ['####', '####', '####', '####', '####', '####', '####'], columns: 4, place: 'beside' } as const
    const lines = layout(busyModel(), 200, 24, picture, plain)
    assert.equal(lines.length, 7)
    assert.deepEqual(lines.map((line) => line.slice(0, 6)), Array(6).fill('####  ').concat('####'))
    assert.equal(lines[4], '####  LAPTOP  left           direct   25 done')
    assert.equal(stringWidth(lines[1]!), 200)
  })

  it('stands below the picture where it is narrow, and cuts the picture rather than the figures', () => {
    const picture = { lines: Array<string>(20).fill('####'), columns: 4, place: 'above' } as const
    const lines = layout(busyModel(), 40, 10, picture, plain)
    assert.equal(lines.length, 9)
    assert.deepEqual(lines.map((line) => line === '####'), [true, true, true, true, true, true, false, false, false])
    assert.match(lines[7]!, /61 %/)
  })

  it('says how many peers there was no room for', () => {
    const lines = layout(busyModel(), 80, 6, undefined, plain)
    assert.deepEqual(lines.slice(3), ['STUDIO  unit 42 +5  here  49 done', 'and 2 more peers'])
  })

  it('says what an idle peer lost', () => {
    const working = [{ peer: 'b', name: 'LAPTOP', done: 25, leased: 2, relayed: false }]
    const model = modelOf([aJob(4), aProgress(1, 4, { working }), aUnit('1', 'lapsed', 'b'), aUnit('2', 'lapsed', 'b'), aProgress(1, 4)])
    assert.equal(layout(model, 80, 24, undefined, plain)[3], 'LAPTOP  2 lapsed  direct  25 done')
  })

  it('waits for peers in words', () => {
    assert.deepEqual(layout(modelOf([aJob(4), aProgress(0, 4)]), 40, 24, undefined, plain).slice(1), ['░░░░░░░░░░░░░░░░░░░░░░░░  0 %  0/4 units', 'waiting for peers'])
  })

  it('shows a hundred percent only when nothing is left', () => {
    assert.match(plainLine(modelOf([aJob(1000), aProgress(999, 1000)])), /^99 % {2}999\/1000 units/)
  })

  it('is never wider or higher than it may be', () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 220 }),
      fc.integer({ min: 2, max: 60 }),
      fc.array(fc.record({ peer: fc.uuid(), name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 70 }), done: fc.nat(), leased: fc.nat(), relayed: fc.boolean() }), { maxLength: 40 }),
      fc.boolean(),
      (columns, rows, working, withPicture) => {
        const model = modelOf([aJob(1_000_000), aProgress(5, 1_000_000, { working })])
        const space = withPicture ? pictureSpace(columns, rows, working.length) : undefined
        const picture = space === undefined ? undefined : { lines: Array<string>(space.rows).fill('#'.repeat(space.columns)), columns: space.columns, place: space.place }
        const lines = layout(model, columns, rows, picture, plain)
        assert.ok(lines.length <= Math.max(1, rows - 1), `${lines.length} lines in ${rows} rows`)
        for (const line of lines) {
          assert.ok(stringWidth(line) <= columns, `"${line}" is ${stringWidth(line)} wide, not ${columns}`)
        }
      }
    ), { numRuns: 300 })
  })

  it('gives the picture no room where there is none', () => {
    assert.equal(pictureSpace(40, 10, 3), undefined)
    assert.equal(pictureSpace(7, 60, 3), undefined)
    assert.deepEqual(pictureSpace(80, 24, 3), { columns: 38, rows: 22, place: 'beside' })
    assert.deepEqual(pictureSpace(60, 24, 3), { columns: 60, rows: 17, place: 'above' })
  })

  it('cuts by cells, not by characters', () => {
    assert.equal(cut('日本語', 5), '日本…')
    assert.equal(cut('日本語', 6), '日本語')
    assert.equal(cut('abc', 1), '…')
    assert.equal(cut('abc', 0), '')
  })
})
