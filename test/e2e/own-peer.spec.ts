import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { readPng } from '../support/read-png.ts'
import { LOOPBACK, Stage } from '../support/stage.ts'
import { writeSmallGlb } from '../support/small-scene.ts'
import type { Program } from '../support/program.ts'

/** What a peer of a command's own is to be here. */
const ALONE = ['--no-mdns', '--listen', LOOPBACK, '--threads', '1'] as const

/** What a job lasts whose end no test waits for. */
const LONG = ['--size', '320x192', '--samples', '4096', '--tile', '32', '--split', 'samples'] as const

describe('render in a home where no peer runs', function () {
  this.timeout(120_000)
  let stage: Stage

  beforeEach(async () => {
    stage = new Stage()
    await writeSmallGlb(stage.folder, 'shot.glb')
  })

  afterEach(async () => {
    await stage.close()
  })

  const render = (...args: readonly string[]): Program => stage.start(['render', 'shot.glb', '--home', stage.home('A'), ...ALONE, ...args])

  it('says in one line what it saved, and leaves nothing else', async () => {
    const program = render('--size', '64x48', '--samples', '16')
    assert.equal(await program.status(), 0, program.stderr)
    assert.deepEqual(program.lines.length, 1)
    assert.match(program.lines[0]!, /^saved shot\.png \(64×48, \d+:\d\d, 1 peer, 0 lapsed\)$/)
    const { width, height } = readPng(readFileSync(stage.path('shot.png')))
    assert.deepEqual([width, height], [64, 48])
  })

  it('cancels on Ctrl-C, and writes no picture', async () => {
    const program = render('--json', ...LONG)
    await program.event('a unit', ({ state }) => state === 'delivered')
    program.signal('SIGINT')
    assert.equal(await program.status(), 130)
    assert.equal(program.events.at(-1)!.state, 'cancelled')
    assert.ok(!existsSync(stage.path('shot.png')))
  })

  it('is resumed by the next peer of the home when it is killed', async () => {
    const program = render('--json', '--size', '160x96', '--samples', '1024', '--tile', '32', '--split', 'samples')
    const { job } = await program.event('the job', ({ event }) => event === 'job')
    await program.event('some of it', ({ event, done }) => event === 'progress' && done > 0)
    program.signal('SIGKILL')
    await program.ended
    await stage.up('A')
    const watched = await stage.ask('A', 'watch', job)
    assert.equal(watched.status, 0)
    assert.deepEqual(watched.events.at(-1)!.files, [stage.path('shot.png')])
    assert.ok(existsSync(stage.path('shot.png')))
  })

  it('gives up with 4 when it may render nothing and nobody else does', async () => {
    const program = render('--json', '--no-work', '--wait-ms', '1000')
    assert.equal(await program.status(), 4)
    assert.deepEqual(program.events.filter(({ event }) => event === 'error').map(({ code }) => code), ['NoCapablePeerError'])
  })
})
