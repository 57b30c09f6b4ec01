import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readdirSync, statSync, truncateSync } from 'node:fs'
import path from 'node:path'
import { measured, sameAddress, Stage } from '../support/stage.ts'
import { areNext, UnitsHeld } from '../support/units-held.ts'
import { writeSmallGlb } from '../support/small-scene.ts'
import type { Program, ProgramEvent } from '../support/program.ts'

/** Some ten seconds for one core in 240 units. */
const JOB = ['--size', '160x96', '--samples', '2048', '--tile', '32', '--split', 'samples'] as const

/** Twice the grace of a lost connection would be too much. */
const LOST_WITHIN_MS = 3_000

/** What a silent peer's leases last, and within what they lapse: 1.1 times that, one second, and a second to look. */
const LEASE_MS = 3_000
const SILENT_WITHIN_MS = 1.1 * LEASE_MS + 2_000

/** How far a job is when its requester is killed. */
const KILLED_AT = [0.2, 0.4, 0.6]

/** Units whose work a killed requester loses at most: one thread's, two on their way, one that was torn off. */
const LOST_AT_MOST = 4

/** Messages and reports of a machine that has other things to do besides. */
const SLACK_MS = 300

describe('whatever dies on the way', function () {
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
    stage.start(['render', scene, '--home', stage.home(home), '--json', '-o', 'picture.png', ...JOB, ...options])

  /** Waits until a peer holds several units and has delivered one, and returns what it holds then. */
  const busy = async (job: Program, peer: string): Promise<readonly string[]> => job.until(`${peer} to be busy`, () => {
    const held = new UnitsHeld(job.events)
    const units = held.of(peer)
    return units.length >= 4 && job.events.some((event) => event.state === 'delivered' && event.peer === peer) && units
  })

  const lapses = (job: Program, peer: string): ProgramEvent[] => job.events.filter((event) => event.state === 'lapsed' && event.peer === peer)

  const sound = (job: Program, done: ProgramEvent): void => {
    const { delivered, races } = new UnitsHeld(job.events)
    assert.equal(delivered.size, done.units)
    assert.deepEqual(new Set(delivered.values()), new Set([1]), 'every unit counts once')
    assert.equal(Object.values(done.byPeer).reduce((sum, units) => sum + units, 0), done.units)
    assert.ok(done.executions >= done.units && done.executions <= done.units + done.lapsed + races, `${done.executions} executions of ${done.units} units, ${done.lapsed} lapsed, ${races} raced`)
    assert.equal(done.lapsed, job.events.filter(({ state }) => state === 'lapsed').length)
  }

  it('a worker that is killed: all it held lapses within 3 s and is granted next', async function () {
    const [, b] = await stage.mesh('A', 'B', 'C') as [Program, Program, Program]
    const job = submit('A')
    await busy(job, b.peer)
    const killedAtMs = b.signal('SIGKILL')
    await b.ended
    const first = await job.event('a lapse', ({ state, peer }) => state === 'lapsed' && peer === b.peer)
    const done = await job.event('the end', ({ event }) => event === 'done')
    assert.equal(await job.status(), 0)
    const lapsed = lapses(job, b.peer)
    const held = new UnitsHeld(job.events.filter(({ atMs }) => atMs < first.atMs)).of(b.peer)
    assert.deepEqual(lapsed.map(({ unit }) => unit).sort(), held.sort(), 'all of them, and no more')
    for (const { atMs } of lapsed) {
      assert.ok(atMs - killedAtMs <= LOST_WITHIN_MS, `lapsed after ${atMs - killedAtMs} ms`)
    }
    assert.ok(areNext(job.events.slice(job.events.indexOf(lapsed.at(-1)!)), held), 'they are granted next')
    sound(job, done)
    measured(this, `${held.length} units lapsed after ${Math.round(lapsed.at(-1)!.atMs - killedAtMs)} ms`)
  })

  it('a worker that is frozen: its leases lapse, and what it delivers after it thaws never counts twice', async function () {
    const [, b] = await stage.mesh('A', 'B', 'C') as [Program, Program, Program]
    const job = submit('A', '--lease-ms', String(LEASE_MS))
    const held = await busy(job, b.peer)
    const frozenAtMs = b.signal('SIGSTOP')
    const last = await job.until('its leases to lapse', () => new UnitsHeld(job.events).of(b.peer).length === 0 && lapses(job, b.peer).at(-1))
    assert.ok(last.atMs - frozenAtMs <= SILENT_WITHIN_MS + SLACK_MS, `lapsed after ${last.atMs - frozenAtMs} ms`)
    b.signal('SIGCONT')
    const done = await job.event('the end', ({ event }) => event === 'done')
    assert.equal(await job.status(), 0)
    sound(job, done)
    // The thawed peer is a worker like any other again.
    const again = submit('A', '--no-local', '--samples', '256')
    await again.event('a unit from it', ({ state, peer }) => state === 'delivered' && peer === b.peer)
    measured(this, `${held.length} units lapsed after ${Math.round(last.atMs - frozenAtMs)} ms`)
  })

  it('the requester: it goes on where it was, and keeps what its workers hold', async function () {
    const [a, b] = await stage.mesh('A', 'B', 'C') as [Program, Program, Program]
    const whole = await stage.ask('A', 'render', scene, ...JOB, '-o', 'whole.png')
    const hash = whole.events.find(({ event }) => event === 'done')!.filmHash

    const job = submit('A', '--no-local')
    const watch = stage.start(['watch', (await job.event('the job', ({ event }) => event === 'job')).job, '--home', stage.home('B'), '--json'])
    await job.event('half of it', ({ event, done, units }) => event === 'progress' && done >= units / 2)
    const acceptedBefore = new UnitsHeld(job.events).delivered
    a.signal('SIGKILL')
    await a.ended
    assert.notEqual(await job.status(), 0, 'the command tells that its peer is gone')

    const again = await stage.up('A', { listen: sameAddress(a) })
    const done = await watch.event('the end', ({ event }) => event === 'done')
    assert.equal(await watch.status(), 0)
    assert.equal(done.filmHash, hash)
    assert.equal(done.units, Object.values(done.byPeer).reduce((sum, units) => sum + units, 0))
    const rendered = watch.events.filter(({ event, state, atMs }) => event === 'unit' && (state === 'leased' || state === 'delivered') && atMs > a.events.at(-1)!.atMs + 1)
    assert.ok(rendered.length > 0)
    const restartedAtMs = again.events[0]!.atMs
    assert.deepEqual(rendered.filter(({ unit, atMs }) => atMs > restartedAtMs && acceptedBefore.has(unit)), [], 'nothing accepted is out again')
    const races = watch.events.filter(({ state }) => state === 'raced').length
    assert.ok(done.executions >= done.units && done.executions <= done.units + done.lapsed + races, `${done.executions} executions of ${done.units} units, ${done.lapsed} lapsed, ${races} raced`)
    assert.equal(done.lapsed, 0, 'what the workers held was kept')
    assert.ok(existsSync(stage.path('picture.png')))
    assert.ok(done.byPeer[b.peer]! > 0)
    measured(this, `${acceptedBefore.size} accepted before; ${done.executions} executions of ${done.units} units, ${races} raced`)
  })

  it('the requester, again and again while it writes its journal: torn records are cut off, and the film is the same', async function () {
    const shape = ['--size', '160x96', '--samples', '1024', '--tile', '32', '--split', 'samples']
    let [a] = await stage.mesh('A', 'B') as [Program, Program]
    const whole = await stage.ask('A', 'render', scene, ...shape, '-o', 'whole.png')
    let view = submit('A', ...shape)
    const { job, units } = await view.event('the job', ({ event }) => event === 'job')
    for (const share of KILLED_AT) {
      await view.event(`${share} of it`, ({ event, done }) => event === 'progress' && done >= share * units)
      a.signal('SIGKILL')
      await Promise.all([a.ended, view.ended])
      tear(stage.home('A'), job)
      a = await stage.up('A')
      view = stage.start(['watch', job, '--home', stage.home('A'), '--json'])
    }
    const done = await view.event('the end', ({ event }) => event === 'done')
    assert.equal(await view.status(), 0)
    assert.equal(done.filmHash, whole.events.at(-1)!.filmHash)
    assert.equal(Object.values(done.byPeer).reduce((sum, count) => sum + count, 0), units)
    // What is lost with the requester is what its own thread was rendering, what was on its way to the disk, and the record that was torn.
    const lost = KILLED_AT.length * LOST_AT_MOST
    const races = new UnitsHeld(view.events).races
    assert.ok(done.executions <= units + done.lapsed + races + lost, `${done.executions} executions of ${units} units, ${done.lapsed} lapsed, ${races} raced`)
    measured(this, `${done.executions} executions of ${units} units after ${KILLED_AT.length} kills`)
  })

  it('the command alone: its peer goes on and writes the picture', async () => {
    await stage.mesh('A', 'B')
    const job = submit('A')
    const { job: id } = await job.event('the job', ({ event }) => event === 'job')
    await job.event('a unit', ({ state }) => state === 'delivered')
    job.signal('SIGKILL')
    await job.ended
    const { events, status } = await stage.ask('A', 'watch', id)
    assert.equal(status, 0)
    const done = events.at(-1)!
    assert.equal(done.event, 'done')
    assert.deepEqual(done.files, [stage.path('picture.png')])
    assert.ok(existsSync(stage.path('picture.png')))
  })
})

/** Spoils the end of a job's journal as a power cut would: the last record is cut short, and what follows is nonsense. */
function tear (home: string, job: string): void {
  const journal = path.join(home, 'jobs', job, 'journal')
  const segment = path.join(journal, readdirSync(journal).sort().at(-1)!)
  truncateSync(segment, Math.max(0, statSync(segment).size - 7))
  appendFileSync(segment, Buffer.alloc(1_000, 0x5a))
}
