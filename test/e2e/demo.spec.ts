import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { Stage } from './support/tilemesh.ts'

/** The demo takes well under two minutes on two cores of its own; beside other work it is given more. */
const DEMO_MS = 300_000

describe('tilemesh demo', function () {
  this.timeout(DEMO_MS)
  let stage: Stage

  beforeEach(async () => {
    stage = await Stage.set()
  })

  afterEach(async () => {
    await stage.clear()
  })

  it('renders on three peers of which one is killed, accounts for it, and leaves nothing but the picture', async () => {
    const { status, stdout, stderr } = await stage.run('demo')
    assert.equal(status, 0, stderr)
    assert.match(stderr, /(BIRCH|CEDAR) was killed when \d\d % were done/)
    assert.match(stdout, /^saved demo\.png \(640×360, /)
    assert.match(stdout, /(BIRCH|CEDAR) \d+ units?, killed when \d\d % were done/)
    assert.match(stdout, / {2}film {6}sha256 [0-9a-f]{64}\n$/)
    assert.equal((await readFile(stage.path('demo.png'))).subarray(1, 4).toString(), 'PNG')
    assert.deepEqual((await readdir(stage.folder)).toSorted(), ['demo.png', 'shot.gltf'])
  })

  it('cleans up on Ctrl-C', async () => {
    const demo = stage.start('demo --json')
    await demo.event(({ event, done }) => event === 'progress' && (done as number) > 0)
    demo.process.kill('SIGINT')
    assert.equal(await demo.ended, 130)
    assert.deepEqual(await readdir(stage.folder), ['shot.gltf'])
  })
})
