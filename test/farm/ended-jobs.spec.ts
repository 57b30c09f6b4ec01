import assert from 'node:assert/strict'
import { EndedJobs } from '../../src/farm/ended-jobs.ts'

describe('ended jobs', () => {
  it('are remembered up to a number; what was submitted first is forgotten first, in whatever order they ended', () => {
    const ended = new EndedJobs(2)
    const jobs = [['b', 2], ['c', 3], ['c', 3], ['d', 4], ['a', 1], ['e', 5]] as const
    assert.deepEqual(jobs.map(([job, serial]) => ended.add(job, serial)), [undefined, undefined, undefined, 'b', 'a', 'c'])
  })
})
