import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { readPng } from '../support/read-png.ts'
import { Stage } from '../support/stage.ts'

/** The demo takes well under two minutes on two cores of its own; beside other work it is given more. */
const DEMO_MS = 300_000

describe('tilemesh demo', function () {
  this.timeout(DEMO_MS)
  let stage: Stage

  beforeEach(() => {
    stage = new Stage()
  })

  afterEach(async () => {
    await stage.close()
  })

  it('renders on three peers of which one is killed, accounts for it, and leaves nothing but the picture', async () => {
    const demo = stage.start(['demo'])
    assert.equal(await demo.status(DEMO_MS), 0, demo.stderr)
    const said = demo.lines.join('\n')
    assert.match(demo.stderr, /(BIRCH|CEDAR) was killed when \d\d % were done/)
    assert.match(said, /^saved demo\.png \(640×360, /)
    assert.match(said, /(BIRCH|CEDAR) \d+ units?, killed when \d\d % were done/)
    assert.match(said, / {2}film {6}sha256 [0-9a-f]{64}$/)
    assert.equal(readPng(readFileSync(stage.path('demo.png'))).width, 640)
    assert.deepEqual(readdirSync(stage.folder), ['demo.png'])
  })

  it('cleans up on Ctrl-C', async () => {
    const demo = stage.start(['demo', '--json'])
    await demo.event('some of it', ({ event, done }) => event === 'progress' && done > 0)
    demo.signal('SIGINT')
    assert.equal(await demo.status(), 130)
    assert.deepEqual(readdirSync(stage.folder), [])
  })
})
