import assert from 'node:assert/strict'
import { outcomeLine, outcomeStatus } from '../../src/cli/job-outcome.ts'
import { aDone } from './support/view-events.ts'
import type { JobSummary } from '../../src/api.ts'
import type { DoneEvent } from '../../src/cli/view/model.ts'

const job = { name: 'walk.glb', width: 64, height: 48 } as JobSummary

function done (more: Partial<DoneEvent>): DoneEvent {
  return { ...aDone() as DoneEvent, ...more }
}

describe('what is said of a job at its end', () => {
  for (const [files, words] of [
    [[], 'finished; its requester has the picture'],
    [['/w/a.png'], 'saved a.png'],
    [['/w/a-1.png', '/w/a-2.png'], 'saved a-1.png and a-2.png'],
    [['/w/a-1.png', '/w/a-2.png', '/w/a-3.png'], 'saved 3 files, a-1.png to a-3.png'],
    [['/w/a-1.png', '/w/a-2.png', '/w/a.webp'], 'saved 2 pictures, a-1.png to a-2.png, and a.webp']
  ] as const) {
    it(`names ${files.length} files${files.at(-1)?.endsWith('webp') === true ? ', the video apart' : ''}`, () => {
      assert.equal(outcomeLine(done({ files }), job, '/w'), `${words} (64×48, 0:01, 0 peers, 0 lapsed)`)
      assert.equal(outcomeStatus(done({ files })), 0)
    })
  }

  it('is a failure when the video is missing, with its reason', () => {
    const without = done({ files: ['/w/a-1.png', '/w/a-2.png'], problem: 'ffmpeg could not make a.mp4: tired' })
    assert.equal(outcomeLine(without, job, '/w'), 'saved a-1.png and a-2.png (64×48, 0:01, 0 peers, 0 lapsed); ffmpeg could not make a.mp4: tired')
    assert.equal(outcomeStatus(without), 1)
  })
})
