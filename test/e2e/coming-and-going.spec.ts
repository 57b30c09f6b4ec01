import assert from 'node:assert/strict'
import { copyFileSync, existsSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pass } from 'node:timers/promises'
import { hasMulticast } from '../support/multicast.ts'
import { canMeasureProcesses, childrenOf, processorMs } from '../support/processor-time.ts'
import { hasJoined, isReady, measured, Stage } from '../support/stage.ts'
import { areNext, UnitsHeld } from '../support/units-held.ts'
import { writeSmallGlb } from '../support/small-scene.ts'
import type { Program } from '../support/program.ts'

/** What a job lasts whose end no test waits for: a minute and more for one core, in small units. */
const LONG = ['--size', '320x192', '--samples', '4096', '--tile', '32', '--split', 'samples'] as const

const JOINED_WITHIN_MS = 2_000
const IDLE_WITHIN_MS = 1_000

/** Leases of one that leaves are others' within the time of a few messages, on a machine that has other things to do. */
const AT_ONCE_MS = 1_000

describe('peers that come and go', function () {
  this.timeout(120_000)
  let stage: Stage
  let scene: string

  beforeEach(async () => {
    stage = new Stage()
    scene = await writeSmallGlb(stage.folder)
  })

  afterEach(async () => {
    await stage.close()
  })

  const submit = (home: string, ...options: readonly string[]): Program =>
    stage.start(['render', scene, '--home', stage.home(home), '--json', '-o', 'picture.png', ...options])

  const delivers = async (job: Program, ...peers: readonly Program[]): Promise<void> => {
    for (const { peer } of peers) {
      await job.event(`a unit from ${peer}`, (event) => event.state === 'delivered' && event.peer === peer)
    }
  }

  /** Puts two homes into one mesh that know nothing else of each other. */
  async function knowOneMesh (one: string, other: string): Promise<void> {
    for (const home of [one, other]) {
      assert.equal((await stage.run(['mesh', 'init', 'studio', '--home', stage.home(home)])).status, 0)
    }
    copyFileSync(path.join(stage.home(one), 'mesh.json'), path.join(stage.home(other), 'mesh.json'))
  }

  it('one that joins in mid-job has its first lease within 2 s of being connected', async function () {
    const a = await stage.up('A')
    const ticket = await stage.invite('A')
    const job = submit('A', ...LONG)
    await delivers(job, a)
    const b = stage.startUp('B', { ticket })
    await isReady(b)
    const joined = await hasJoined(a, b)
    const leased = await job.event('its lease', ({ state, peer }) => state === 'leased' && peer === b.peer)
    measured(this, `after ${Math.round(leased.atMs - joined.atMs)} ms`)
    assert.ok(leased.atMs - joined.atMs <= JOINED_WITHIN_MS)
    await delivers(job, b)
  })

  it('one that joins when everything is leased is given what another has not begun', async function () {
    const a = await stage.up('A')
    const ticket = await stage.invite('A')
    // B is known already and is waited for; it joins when A holds all there is.
    const b = await stage.up('B', { ticket })
    await hasJoined(a, b)
    b.signal('SIGKILL')
    await b.ended
    const job = submit('A', '--size', '96x96', '--samples', '8192', '--tile', '32', '--split', 'tiles')
    const all = await job.event('the job', ({ event }) => event === 'job')
    await job.until('one unit to be done', () => job.events.some(({ state }) => state === 'delivered'))
    const again = stage.startUp('B')
    await isReady(again)
    const rejoined = await hasJoined(again, a)
    const leased = await job.event('its lease', ({ state, peer }) => state === 'leased' && peer === b.peer)
    assert.ok(leased.atMs - rejoined.atMs <= JOINED_WITHIN_MS, `after ${leased.atMs - rejoined.atMs} ms of ${all.units} units`)
    measured(this, `after ${Math.round(leased.atMs - rejoined.atMs)} ms`)
  })

  it('two of one mesh find each other by multicast', async function () {
    if (!await hasMulticast()) {
      measured(this, 'SKIPPED: THIS MACHINE HAS NO MULTICAST')
      this.skip()
    }
    await knowOneMesh('A', 'B')
    const a = await stage.up('A', { mdns: 'on' })
    const b = await stage.up('B', { mdns: 'on' })
    const found = [await hasJoined(a, b), await hasJoined(b, a)]
    const lastMs = Math.max(...found.map(({ atMs }) => atMs)) - b.events[0]!.atMs
    measured(this, `after ${Math.round(lastMs)} ms`)
    assert.ok(lastMs <= JOINED_WITHIN_MS)
  })

  it('two of one mesh that start together find each other by multicast too', async function () {
    if (!await hasMulticast()) {
      measured(this, 'SKIPPED: THIS MACHINE HAS NO MULTICAST')
      this.skip()
    }
    await knowOneMesh('A', 'B')
    const peers = [stage.startUp('A', { mdns: 'on' }), stage.startUp('B', { mdns: 'on' })] as const
    const ready = await Promise.all(peers.map(isReady))
    const found = [await hasJoined(...peers), await hasJoined(peers[1], peers[0])]
    const lastMs = Math.max(...found.map(({ atMs }) => atMs)) - Math.max(...ready.map(({ atMs }) => atMs))
    measured(this, `after ${Math.round(lastMs)} ms`)
    assert.ok(lastMs <= JOINED_WITHIN_MS)
  })

  it('cancel: all renderers are idle within 1 s', async function () {
    if (!canMeasureProcesses) {
      this.skip()
    }
    const peers = await stage.mesh('A', 'B', 'C')
    const job = submit('A', ...LONG)
    await delivers(job, ...peers)
    const { job: id } = job.events.find(({ event }) => event === 'job')!
    const watch = stage.start(['watch', id, '--home', stage.home('B'), '--json'])
    await watch.event('the job', ({ event }) => event === 'job')
    const cancel = stage.start(['cancel', id, '--home', stage.home('A')])
    const done = await job.event('the end', ({ event }) => event === 'done')
    assert.equal(done.state, 'cancelled')
    // Counted from when the job is cancelled, not from when a command that says so began to load.
    await pass(done.atMs + IDLE_WITHIN_MS - performance.now())
    const before = peers.map(({ pid }) => processorMs(pid))
    await pass(IDLE_WITHIN_MS)
    const used = peers.map(({ pid }, index) => processorMs(pid) - before[index]!)
    measured(this, `then ${used.join(', ')} ms of processor in the second after`)
    assert.ok(used.every((ms) => ms < 0.2 * IDLE_WITHIN_MS), `processor time after it: ${used.join(', ')} ms`)
    assert.equal(await cancel.status(), 0)
    assert.equal(await job.status(), 130)
    assert.equal(await watch.status(), 130)
    assert.ok(!existsSync(stage.path('picture.png')))
    for (const home of ['A', 'B']) {
      const [known] = (await stage.ask(home, 'jobs')).events
      assert.equal(known!.state, 'cancelled')
    }
  })

  it('Ctrl-C on render cancels the job', async () => {
    const peers = await stage.mesh('A', 'B')
    const job = submit('A', ...LONG)
    await delivers(job, ...peers)
    job.signal('SIGINT')
    const done = await job.event('the end', ({ event }) => event === 'done')
    assert.equal(done.state, 'cancelled')
    assert.equal(await job.status(), 130)
    const refused = await stage.ask('B', 'cancel', done.job)
    assert.equal(refused.status, 2)
    assert.match(refused.stderr, /^tilemesh: Only .* can cancel it\.\n$/)
  })

  it('Ctrl-C on up: it leaves politely, and what it held is granted to others at once', async function () {
    const [, b, c] = await stage.mesh('A', 'B', 'C') as [Program, Program, Program]
    const job = submit('A', ...LONG)
    await delivers(job, b, c)
    await job.until('it to hold several', () => new UnitsHeld(job.events).of(b.peer).length >= 4)
    if (canMeasureProcesses) {
      assert.deepEqual(childrenOf(b.pid), [], 'it renders in threads, which die with it')
    }
    const askedAtMs = b.signal('SIGINT')
    const first = await job.event('a lapse', ({ state, peer }) => state === 'lapsed' && peer === b.peer)
    const held = new UnitsHeld(job.events.slice(0, job.events.indexOf(first))).of(b.peer)
    await job.until('all of it to be others\'', () => {
      const others = new UnitsHeld(job.events).delivered
      job.events.slice(job.events.indexOf(first)).filter(({ state }) => state === 'leased').forEach(({ unit }) => others.set(unit, 1))
      return held.every((unit) => others.has(unit))
    })
    const lapses = job.events.filter(({ state, peer }) => state === 'lapsed' && peer === b.peer)
    const last = job.events.indexOf(lapses.at(-1)!)
    const outAlready = new Set(job.events.slice(job.events.indexOf(first), last).filter(({ state }) => state === 'leased').map(({ unit }) => unit))
    assert.equal(await b.status(), 0)
    measured(this, `${held.length} units lapsed after ${Math.round(lapses.at(-1)!.atMs - askedAtMs)} ms`)
    assert.ok(lapses.at(-1)!.atMs - askedAtMs <= AT_ONCE_MS)
    assert.ok(areNext(job.events.slice(last), lapses.map(({ unit }) => unit).filter((unit) => !outAlready.has(unit))), 'they are granted next')
    const left = await c.event('its leave', ({ event, state, peer }) => event === 'peer' && state === 'left' && peer === b.peer)
    assert.ok(left.atMs - askedAtMs <= 2 * AT_ONCE_MS)
  })

  it('Ctrl-C twice on up ends it at once', async () => {
    const a = await stage.up('A')
    a.signal('SIGINT')
    a.signal('SIGINT')
    await a.end(AT_ONCE_MS)
  })

  it('a terminal that closes ends the view of a job, not the job', async () => {
    await stage.mesh('A', 'B')
    const job = submit('A', ...LONG)
    const { job: id } = await job.event('the job', ({ event }) => event === 'job')
    const watch = stage.start(['watch', id, '--home', stage.home('B'), '--json'])
    await watch.event('the job', ({ event }) => event === 'job')
    watch.signal('SIGINT')
    assert.equal(await watch.status(), 0)
    job.signal('SIGHUP')
    assert.equal(await job.status(), 0)
    const [known] = (await stage.ask('A', 'jobs')).events
    assert.equal(known!.state, 'running')
  })
})
