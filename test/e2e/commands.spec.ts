import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { ON_THIS_MACHINE, Stage } from './support/tilemesh.ts'

const LOCAL = ON_THIS_MACHINE.join(' ')

/** Enough that it is still under way when somebody interferes. */
const LONG = '--size 1600x1200 --samples 512'

describe('commands with real peers', function () {
  this.timeout(60_000)
  let stage: Stage

  beforeEach(async () => {
    stage = await Stage.set()
  })

  afterEach(async () => {
    await stage.clear()
  })

  async function isPng (name: string): Promise<void> {
    assert.equal((await readFile(stage.path(name))).subarray(1, 4).toString(), 'PNG')
  }

  it('renders in a fresh home, in a folder with a space in its name', async () => {
    const { status, stdout, stderr } = await stage.run(`render shot.gltf --size 64x48 --samples 16 ${LOCAL}`)
    assert.equal(status, 0, stderr)
    assert.match(stdout, /^saved shot\.png \(64×48, \d+:\d\d, 1 peer, 0 lapsed\)\n$/)
    await isPng('shot.png')
  })

  it('renders on a second machine by one ticket; any peer watches, fetches and lists; only the requester cancels', async () => {
    const studio = await stage.up('STUDIO')
    const { stdout: ticket } = await stage.run('mesh invite --home STUDIO')
    assert.equal((await stage.run('mesh join - --home LAPTOP', ticket)).status, 0)
    await stage.up('LAPTOP')
    await studio.event(({ event, state }) => event === 'peer' && state === 'joined')
    const peers = await stage.run('peers --home LAPTOP --json')
    assert.deepEqual(peers.events.map(({ name }) => name).toSorted(), ['LAPTOP', 'STUDIO'])

    const short = await stage.run('render shot.gltf --home STUDIO --no-local --size 96x96 --samples 16 -o short.exr --json')
    assert.equal(short.status, 0, short.stderr)
    const done = short.events.at(-1)!
    assert.equal(done.event, 'done')
    assert.deepEqual(Object.keys(done['byPeer'] as object), [peers.events.find(({ name }) => name === 'LAPTOP')!['peer']])

    const { stdout: job } = await stage.run(`render shot.gltf --home STUDIO --detach ${LONG} -o long.png`)
    const watch = stage.start(`watch ${job.slice(0, 8)} --home LAPTOP --json`)
    await watch.event(({ event, done }) => event === 'progress' && (done as number) > 0)
    watch.process.kill('SIGINT')
    assert.equal(await watch.ended, 0)
    const fetched = await stage.run(`fetch ${job.slice(0, 8)} --home LAPTOP -o part.png --json`)
    assert.equal(fetched.status, 0)
    assert.ok((fetched.events[0]!['done'] as number) > 0)
    await isPng('part.png')
    assert.equal((await stage.run(`cancel ${job.slice(0, 8)} --home LAPTOP`)).status, 2)
    const watched = stage.start(`watch ${job.slice(0, 8)} --home LAPTOP --json`)
    await watched.event(({ event }) => event === 'job')
    assert.equal((await stage.run(`cancel ${job.slice(0, 8)} --home STUDIO`)).status, 0)
    assert.equal(await watched.ended, 130)
    await assert.rejects(stat(stage.path('long.png')), { code: 'ENOENT' })
  })

  it('gives one home to one peer, and frees it after a kill', async () => {
    const first = await stage.up('STUDIO')
    assert.equal((await stage.run(`up --home STUDIO ${LOCAL}`)).status, 5)
    first.process.kill('SIGKILL')
    await first.ended
    const second = await stage.up('STUDIO')
    second.process.kill('SIGINT')
    assert.equal(await second.ended, 0)
  })

  it('cancels on Ctrl-C, also with a peer of its own', async () => {
    const render = stage.start(`render shot.gltf --json ${LONG} ${LOCAL}`)
    await render.event(({ event, done }) => event === 'progress' && (done as number) > 0)
    render.process.kill('SIGINT')
    assert.equal(await render.ended, 130)
    assert.equal(render.events.at(-1)!['state'], 'cancelled')
  })

  it('goes on when the command is killed and a peer runs', async () => {
    await stage.up('STUDIO')
    const render = stage.start('render shot.gltf --home STUDIO --json --size 320x240 --samples 256')
    const { job } = await render.event(({ event }) => event === 'job')
    render.process.kill('SIGKILL')
    assert.equal((await stage.run(`watch ${String(job)} --home STUDIO`)).status, 0)
    await isPng('shot.png')
  })

  it('resumes a job in the next peer of its home when its own peer was killed', async () => {
    const render = stage.start(`render shot.gltf --json --size 320x240 --samples 512 ${LOCAL}`)
    const { job } = await render.event(({ event }) => event === 'job')
    await render.event(({ event, done }) => event === 'progress' && (done as number) > 0)
    render.process.kill('SIGKILL')
    await render.ended
    await stage.up('home')
    assert.equal((await stage.run(`watch ${String(job)}`)).status, 0)
    await isPng('shot.png')
  })

  it('gives up with 4 when nobody can render', async () => {
    const { status, events } = await stage.run(`render shot.gltf --json --no-work --wait-ms 1000 ${LOCAL}`)
    assert.equal(status, 4)
    assert.deepEqual(events.filter(({ event }) => event === 'error').map(({ code }) => code), ['NoCapablePeerError'])
  })

  it('names what is wrong with a scene with 3', async () => {
    const { status, stderr } = await stage.run(`render shot.gltf --camera nowhere ${LOCAL}`)
    assert.ok([2, 3].includes(status as number), stderr)
    assert.equal(stderr.trim().split('\n').length, 1)
  })
})
