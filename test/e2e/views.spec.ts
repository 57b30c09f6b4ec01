import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { readPng } from '../support/read-png.ts'
import { readExr } from '../support/read-exr.ts'
import { sha256 } from '../support/sha256.ts'
import { Stage } from '../support/stage.ts'
import { writeSmallGlb, writeSmallGltf } from '../support/small-scene.ts'
import type { Program } from '../support/program.ts'

const WIDTH = 96
const HEIGHT = 64

/** Some seconds for two cores. */
const JOB = ['--size', `${WIDTH}x${HEIGHT}`, '--samples', '2048', '--tile', '32', '--split', 'samples'] as const

describe('a job seen from everywhere', function () {
  this.timeout(120_000)
  let stage: Stage
  let scene: string
  let peers: Program[]

  beforeEach(async () => {
    stage = new Stage()
    scene = await writeSmallGlb(stage.folder)
    peers = await stage.mesh('A', 'B')
  })

  afterEach(async () => {
    await stage.close()
  })

  it('is detached, watched, listed and fetched from every peer', async () => {
    const [a] = peers as [Program, Program]
    const detached = await stage.ask('A', 'render', 'small scene.glb', '--detach', ...JOB)
    assert.equal(detached.status, 0, detached.stderr)
    assert.deepEqual(detached.events.map(({ event }) => event), ['job'])
    const job = detached.events[0]!
    assert.deepEqual([job.width, job.height, job.frames, job.samples, job.engine, job.units], [WIDTH, HEIGHT, 1, 2048, 'pathtracer', 96])
    assert.ok(job.fingerprint.startsWith('pathtracer'))

    const watches = ['A', 'B'].map((home) => stage.start(['watch', job.job, '--home', stage.home(home), '--json']))
    await watches[1]!.event('a unit', ({ state }) => state === 'delivered')
    const early = await stage.ask('B', 'fetch', job.job, '-o', 'early.exr')
    assert.equal(early.status, 0)
    assert.equal(readExr(readFileSync(stage.path('early.exr'))).width, WIDTH)
    if (early.events[0]!.done < early.events[0]!.units) {
      assert.equal(early.events[0]!.filmHash, null)
      assert.match(early.stderr, /^\d+ of 96 units are not rendered yet\n$/)
    }

    const dones = await Promise.all(watches.map(async (watch) => watch.event('the end', ({ event }) => event === 'done')))
    for (const [index, watch] of watches.entries()) {
      assert.equal(await watch.status(), 0)
      assertLifeOf(watch)
      assert.deepEqual(dones[index]!.files, index === 0 ? [stage.path('small scene.png')] : [])
      assert.equal(dones[index]!.bytesIn, 96 * 32 * 32 * 16)
    }
    assert.equal(dones[0]!.filmHash, dones[1]!.filmHash)

    const pictures = new Map<string, Buffer>()
    for (const home of ['A', 'B']) {
      for (const [name, options] of [['x.exr', []], ['x.png', []], ['y.png', ['--bits', '16']]] as const) {
        const file = stage.path(`${home} ${name}`)
        const fetched = await stage.ask(home, 'fetch', job.job.slice(0, 8), '-o', `${home} ${name}`, ...options)
        assert.equal(fetched.status, 0, fetched.stderr)
        assert.equal(fetched.stderr, '')
        const [saved] = fetched.events
        assert.deepEqual([saved!.event, saved!.job, saved!.done, saved!.units, saved!.filmHash], ['saved', job.job, 96, 96, dones[0]!.filmHash])
        assert.deepEqual(saved!.files, [file])
        pictures.set(`${home} ${name}`, readFileSync(file))
      }
      const listed = await stage.ask(home, 'jobs')
      assert.deepEqual(listed.events.map(({ event, job, state, done, units }) => [event, job, state, done, units]), [['job', job.job, 'finished', 96, 96]])
      const members = await stage.ask(home, 'peers')
      assert.deepEqual(members.events.map(({ peer }) => peer).sort(), peers.map(({ peer }) => peer).sort())
    }
    for (const name of ['x.exr', 'x.png', 'y.png']) {
      assert.ok(pictures.get(`A ${name}`)!.equals(pictures.get(`B ${name}`)!), `${name} is the same wherever it is fetched`)
    }
    assertPictures(pictures, dones[0]!.filmHash!)
    assert.ok(readFileSync(stage.path('small scene.png')).equals(pictures.get('A x.png')!), 'what the peer wrote by itself')

    const late = await stage.ask('B', 'watch', 'small scene.glb')
    assert.deepEqual(late.events.map(({ event }) => event), ['job', 'progress', 'done'])
    assert.equal(a.running, true)
  })

  it('is asked for in a home without a running peer: the command is a peer itself', async () => {
    const ticket = await stage.invite('A')
    assert.equal((await stage.run(['mesh', 'join', '-', '--home', stage.home('C')], { stdin: `${ticket}\n` })).status, 0)
    const rendered = await stage.ask('C', 'render', scene, '--size', '64x64', '--samples', '64', '--no-local', '--no-mdns', '-o', 'c.exr')
    assert.equal(rendered.status, 0, rendered.stderr)
    const done = rendered.events.at(-1)!
    assert.deepEqual(Object.keys(done.byPeer).filter((peer) => !peers.some((member) => member.peer === peer)), [])
    assert.equal(readExr(readFileSync(stage.path('c.exr'))).height, 64)
    const known = await stage.ask('C', 'jobs', '--no-mdns')
    assert.deepEqual(known.events.map(({ job, state }) => [job, state]), [[done.job, 'finished']])
    const met = await stage.ask('C', 'peers', '--no-mdns')
    assert.ok(met.events.some(({ peer }) => peer === peers[0]!.peer), met.lines.join('\n'))
  })

  it('goes with all files of its scene, and is the same film as the packed one', async () => {
    const [gltf] = await writeSmallGltf(stage.folder)
    const shape = ['--size', '64x48', '--samples', '64', '--no-local']
    const packed = await stage.ask('A', 'render', scene, ...shape, '-o', 'packed.png')
    const loose = await stage.ask('A', 'render', gltf!, ...shape, '-o', 'loose.png')
    assert.equal(loose.status, 0, loose.stderr)
    assert.equal(loose.events.at(-1)!.filmHash, packed.events.at(-1)!.filmHash)
    assert.deepEqual(Object.keys(loose.events.at(-1)!.byPeer), [peers[1]!.peer])
    assert.ok(existsSync(stage.path('loose.png')))
  })
})

/** What the contract says of the events of a watched job, in their order. */
function assertLifeOf (watch: Program): void {
  const kinds = watch.events.map(({ event }) => event)
  assert.deepEqual(kinds.slice(0, 2), ['job', 'progress'])
  assert.deepEqual(kinds.slice(-1), ['done'])
  assert.equal(kinds.filter((kind) => kind === 'done').length, 1)
  assert.deepEqual(new Set(kinds), new Set(['job', 'progress', 'unit', 'done']))
  const progress = watch.events.filter(({ event }) => event === 'progress')
  const last = progress.at(-1)!
  assert.equal(last.done, last.units)
  assert.ok(progress.every(({ done }, index) => index === 0 || done >= progress[index - 1]!.done))
  for (const [index, { atMs }] of watch.events.entries()) {
    const [before] = progress.slice().reverse().filter((event) => event.atMs <= atMs)
    assert.ok(index === 0 || atMs - before!.atMs < 1_000 + 500, 'progress comes at least once a second')
  }
  assert.deepEqual(watch.lines, [])
  assert.equal(watch.stderr, '')
}

/** Reads the pictures back with readers that are not ours, and compares them with each other and with the film's hash. */
function assertPictures (pictures: ReadonlyMap<string, Buffer>, filmHash: string): void {
  const exr = readExr(pictures.get('A x.exr')!)
  assert.deepEqual([exr.width, exr.height], [WIDTH, HEIGHT])
  assert.ok(exr.pixels.every((value) => Number.isFinite(value) && value >= 0))
  const frame = sha256(new Uint8Array(exr.pixels.buffer, exr.pixels.byteOffset, exr.pixels.byteLength))
  assert.equal(sha256(Buffer.from(frame, 'hex')), filmHash, 'the film is what its hash says')
  const eight = readPng(pictures.get('A x.png')!)
  const sixteen = readPng(pictures.get('A y.png')!)
  assert.deepEqual([eight.width, eight.height, eight.depth, sixteen.depth], [WIDTH, HEIGHT, 8, 16])
  assert.ok(new Set(eight.data).size > 50, 'a picture, not a colour')
  for (let index = 0; index < eight.data.length; index++) {
    assert.ok(Math.abs(eight.data[index]! - sixteen.data[index]! / 257) <= 1, 'both depths show the same')
  }
}
