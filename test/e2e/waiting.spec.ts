import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertRefusal } from '../support/refusal.ts'
import { SmallDisk } from '../support/small-disk.ts'
import { Stage } from '../support/stage.ts'
import { writeSmallGlb } from '../support/small-scene.ts'
import type { Program, ProgramEvent } from '../support/program.ts'

const MEBIBYTE = 2 ** 20

/** How long a job may take until it waits, or has gone on. */
const PATIENCE_MS = 30_000

/** The room for pictures is asked for again at the latest after ten seconds. */
const LOOK_EVERY_MS = 500

describe('a job that waits for its disk', function () {
  this.timeout(120_000)
  let stage: Stage
  let disk: SmallDisk
  const RENDER = ['render', 'scene.glb', '--size', '400x300', '--samples', '1', '--tile', '64', '--split', 'tiles'] as const

  beforeEach(async () => {
    stage = new Stage()
    disk = new SmallDisk(stage.path('small disk'))
    await writeSmallGlb(stage.folder, 'scene.glb')
  })

  afterEach(async () => {
    stage.killAll()
    disk.unmount()
    await stage.close()
  })

  /** Asks the peer until its only job says why it waits. */
  async function waits (home: string): Promise<ProgramEvent> {
    for (const untilMs = performance.now() + PATIENCE_MS; performance.now() < untilMs; await sleep(LOOK_EVERY_MS)) {
      const [job] = (await stage.ask(home, 'jobs')).events
      if (job?.waits !== undefined) {
        return job
      }
    }
    throw new Error('the job did not say that it waits')
  }

  /** Watches a job that waits: its first progress says why, and it ends well once it was helped. */
  async function helped (home: string, watch: Program, help: () => void): Promise<ProgramEvent> {
    const first = await watch.event('a progress that says why', ({ event, waits }) => event === 'progress' && waits !== undefined)
    assert.doesNotMatch(first.waits!, /\n/)
    help()
    const done = await watch.event('the end', ({ event }) => event === 'done')
    assert.equal(done.state, 'finished')
    assert.equal(await watch.status(), 0)
    assert.equal((await stage.ask(home, 'jobs')).events[0]!.waits, undefined)
    return done
  }

  it('whose folder for pictures has vanished: says why, and goes on when it is back', async () => {
    const peer = await stage.up('A')
    mkdirSync(stage.path('pictures'))
    assert.equal((await stage.ask('A', 'drain')).status, 0)
    assert.equal((await stage.ask('A', ...RENDER, '-o', 'pictures/x.png', '--detach')).status, 0)
    renameSync(stage.path('pictures'), stage.path('away'))
    assert.equal((await stage.ask('A', 'drain', '--off')).status, 0)
    assert.match((await waits('A')).waits!, /x\.png was not written: the folder .*pictures does not exist; make it/)
    const table = await stage.run(['jobs', '--home', stage.home('A')])
    assert.match(table.lines.join('\n'), /waits .*20\/20|35\/35/)
    assert.match(table.lines.at(-1)!, /scene\.glb waits: x\.png was not written/)
    const plain = stage.start(['watch', 'scene', '--home', stage.home('A')])
    const done = await helped('A', stage.start(['watch', 'scene', '--home', stage.home('A'), '--json']), () => { mkdirSync(stage.path('pictures')) })
    assert.deepEqual(done.files, [stage.path('pictures', 'x.png')])
    assert.deepEqual(readdirSync(stage.path('pictures')), ['x.png'])
    assert.equal(await plain.status(), 0)
    assert.ok(peer.running)
  })

  it('and is cancelled: it ends, and nothing is written', async () => {
    await stage.up('A')
    mkdirSync(stage.path('pictures'))
    assert.equal((await stage.ask('A', 'drain')).status, 0)
    assert.equal((await stage.ask('A', ...RENDER, '-o', 'pictures/x.png', '--detach')).status, 0)
    renameSync(stage.path('pictures'), stage.path('away'))
    await stage.ask('A', 'drain', '--off')
    await waits('A')
    assert.equal((await stage.ask('A', 'cancel', 'scene')).status, 0)
    mkdirSync(stage.path('pictures'))
    const [job] = (await stage.ask('A', 'jobs')).events
    assert.equal(job!.state, 'cancelled')
    assert.equal(job!.waits, undefined)
    assert.deepEqual(readdirSync(stage.path('pictures')), [])
  })

  it('whose disk for pictures is full: says why, leaves no part of one, and goes on when there is room', async function () {
    if (!disk.mount(64 * 1024)) {
      this.skip() // only root on Linux can make a small disk
    }
    await stage.up('A')
    assert.equal((await stage.ask('A', ...RENDER, '-o', 'small disk/x.png', '--detach')).status, 0)
    assert.match((await waits('A')).waits!, /x\.png was not written: the disk of .*small disk is full/)
    assert.deepEqual(readdirSync(disk.folder), [])
    const done = await helped('A', stage.start(['watch', 'scene', '--home', stage.home('A'), '--json']), () => { disk.resize(MEBIBYTE) })
    assert.ok(existsSync(done.files[0]!))
    assert.deepEqual(readdirSync(disk.folder), ['x.png'])
  })

  it('whose journal is on a full disk: accepts nothing more, says why, and ends with the same film when there is room', async function () {
    if (!disk.mount(MEBIBYTE)) {
      this.skip() // only root on Linux can make a small disk
    }
    const expected = (await stage.ask('B', ...RENDER, '--no-mdns', '-o', 'b.png')).events.find(({ event }) => event === 'done')!.filmHash
    const home = 'small disk/home'
    const peer = stage.start(['up', '--home', stage.path(home), '--json', '--threads', '1', '--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns'])
    await peer.event('ready', ({ event }) => event === 'ready')
    const render = stage.start([...RENDER, '-o', 'a.png', '--home', stage.path(home), '--json'])
    const error = await render.event('an error', ({ event }) => event === 'error')
    assert.match(error.message, /^The disk is full: .*; free some space, and it goes on$/)
    const stuck = await render.event('a progress that says why', ({ event, waits }) => event === 'progress' && waits !== undefined)
    assert.ok(stuck.done < stuck.units)
    disk.resize(64 * MEBIBYTE)
    const done = await render.event('the end', ({ event }) => event === 'done')
    assert.equal(await render.status(), 0)
    assert.equal(done.filmHash, expected)
    assert.ok(existsSync(stage.path('a.png')))
    assert.ok(peer.running)
  })

  it('a home on a disk that is full from the start is refused in one line', async function () {
    if (!disk.mount(4_096)) {
      this.skip() // only root on Linux can make a small disk
    }
    const refused = await stage.run(['up', '--home', stage.path('small disk/home'), '--json', '--no-mdns'])
    assert.equal(refused.status, 5, refused.stderr)
    assert.match(refused.stderr, /^tilemesh: [^\n]*disk is full[^\n]*\n$/)
  })

  it('a home on a disk that becomes read-only: the peer refuses a job in one line, lives, and takes one when it may write again', async function () {
    if (!disk.mount(8 * MEBIBYTE)) {
      this.skip() // only root on Linux can make a small disk
    }
    const home = stage.path('small disk', 'home')
    const peer = stage.start(['up', '--home', home, '--json', '--threads', '1', '--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns'])
    await peer.event('ready', ({ event }) => event === 'ready')
    disk.protect('read-only')
    const render = ['render', 'scene.glb', '--size', '8x8', '--samples', '1', '--home', home, '--json']
    assertRefusal(await stage.run(render), 5, /The disk is read-only: .*mount it writable/)
    assert.deepEqual((await stage.run(['jobs', '--home', home, '--json'])).events, [])
    disk.protect('writable')
    assert.equal((await stage.run(render)).status, 0)
    assert.equal((await stage.run(['jobs', '--home', home, '--json'])).events.length, 1)
    assert.ok(peer.running)
  })
})
