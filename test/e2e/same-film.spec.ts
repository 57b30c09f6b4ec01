import assert from 'node:assert/strict'
import { isReady, Stage } from '../support/stage.ts'
import { writeSmallGlb } from '../support/small-scene.ts'
import type { Program, ProgramEvent } from '../support/program.ts'

/** A picture of a second or two of rendering: several tiles of every size asked for, one chunk of samples per 16. */
const SMALL = ['--size', '100x70', '--samples', '128']

describe('the same film, whoever renders it', function () {
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

  /** Renders in a home and resolves with the job's end. */
  async function render (home: string, ...options: readonly string[]): Promise<ProgramEvent> {
    const { status, events, stderr } = await stage.ask(home, 'render', scene, ...options)
    assert.equal(status, 0, stderr)
    const done = events.find(({ event }) => event === 'done')!
    assert.equal(done.state, 'finished')
    assert.match(done.filmHash!, /^[0-9a-f]{64}$/)
    assert.equal(Object.values(done.byPeer).reduce((sum, units) => sum + units, 0), done.units)
    return done
  }

  it('for one peer and three, asked at either, for every tile and split', async () => {
    const alone = await render('loner', ...SMALL, '--no-mdns', '--threads', '1', '--tile', '16')
    const [a, b, c] = await stage.mesh('A', 'B', 'C') as [Program, Program, Program]
    const films = new Map<string, string>()
    const cuts = ['16 tiles', '32 tiles', '128 tiles', '16 samples', '32 samples', '128 samples']
    for (const [home, cut] of [...cuts.map((cut) => ['A', cut]), ...cuts.slice(1, 4).map((cut) => ['B', cut])] as [string, string][]) {
      const [tile, split] = cut.split(' ') as [string, string]
      const done = await render(home, ...SMALL, '--tile', tile, '--split', split, '-o', `${home} ${cut}.png`)
      films.set(`${home} ${cut}`, done.filmHash!)
      assert.ok(Object.keys(done.byPeer).every((peer) => [a.peer, b.peer, c.peer].includes(peer)))
    }
    assert.deepEqual(new Set(films.values()), new Set([alone.filmHash]), JSON.stringify([...films], null, 2))
  })

  it('when peers of the mesh share the work, and one of them is killed on the way', async () => {
    const shape = ['--size', '160x96', '--samples', '1024', '--tile', '32', '--split', 'samples']
    const [, b, c] = await stage.mesh('A', 'B', 'C') as [Program, Program, Program]
    const start = (output: string): Program => stage.start(['render', scene, '--home', stage.home('A'), '--json', ...shape, '-o', output])
    const fine = start('whole.png')
    const whole = await fine.event('the end', ({ event }) => event === 'done')
    assert.equal(Object.keys(whole.byPeer).length, 3, 'all three rendered')
    assert.ok(whole.executions >= whole.units && whole.executions <= whole.units + racesOf(fine), `${whole.executions} executions of ${whole.units} units`)
    assert.equal(whole.lapsed, 0)

    const program = start('hurt.png')
    await program.event('a unit from B', ({ event, state, peer }) => event === 'unit' && state === 'delivered' && peer === b.peer)
    b.signal('SIGKILL')
    const hurt = await program.event('the end', ({ event }) => event === 'done')
    assert.equal(await program.status(), 0, program.stderr)
    assert.equal(hurt.filmHash, whole.filmHash)
    assert.ok(hurt.executions <= hurt.units + hurt.lapsed + racesOf(program), `${hurt.executions} executions of ${hurt.units} units, ${hurt.lapsed} lapsed`)
    assert.ok(hurt.byPeer[c.peer]! > 0)
  })

  it('when two peers submit at the same moment: both finish, both share the workers', async () => {
    const peers = await stage.mesh('A', 'B', 'C') as [Program, Program, Program]
    const shape = ['--size', '160x96', '--samples', '512', '--tile', '32', '--split', 'samples']
    const programs = ['A', 'B'].map((home) => stage.start(['render', scene, '--home', stage.home(home), '--json', ...shape, '-o', `${home}.png`]))
    const dones = await Promise.all(programs.map(async (program) => program.event('the end', ({ event }) => event === 'done')))
    for (const program of programs) {
      assert.equal(await program.status(), 0, program.stderr)
    }
    assert.equal(dones[0]!.filmHash, dones[1]!.filmHash)
    for (const done of dones) {
      assert.deepEqual(Object.keys(done.byPeer).sort(), peers.map(({ peer }) => peer).sort())
    }
    // Neither waited for the other's end: each had units accepted before the other was through.
    for (const [program, other] of [programs, [...programs].reverse()] as [Program, Program][]) {
      const first = program.events.find(({ event, state }) => event === 'unit' && state === 'delivered')!
      assert.ok(first.atMs < other.events.find(({ event }) => event === 'done')!.atMs)
    }
  })

  it('when two peers dial each other at once', async () => {
    // Each is told of the other's address before either is there.
    const first = await stage.up('A')
    const ticket = await stage.invite('A')
    const second = await stage.up('B', { ticket })
    const [portA, portB] = [first, second].map((peer) => /tcp\/(\d+)/.exec(peer.events[0]!.addrs[0]!)![1]!)
    for (const peer of [first, second]) {
      peer.signal('SIGKILL')
      await peer.ended
    }
    const listen = (port: string | undefined): string => `/ip4/127.0.0.1/tcp/${port}`
    const again = [
      stage.startUp('A', { listen: listen(portA), args: ['--bootstrap', listen(portB)] }),
      stage.startUp('B', { listen: listen(portB), args: ['--bootstrap', listen(portA)] })
    ] as const
    await Promise.all(again.map(isReady))
    for (const [peer, other] of [again, [...again].reverse()] as [Program, Program][]) {
      await peer.event('the other', ({ event, state, peer: id }) => event === 'peer' && state === 'joined' && id === other.peer)
    }
    const done = await render('A', ...SMALL, '--tile', '16', '--no-local')
    assert.deepEqual(Object.keys(done.byPeer), [again[1].peer])
    for (const peer of again) {
      assert.deepEqual(peer.events.filter(({ event }) => event === 'peer').map(({ state }) => state), ['joined'])
    }
  })
})

function racesOf (program: Program): number {
  return program.events.filter(({ event, state }) => event === 'unit' && state === 'raced').length
}
