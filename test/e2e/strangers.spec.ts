import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { Stage } from '../support/stage.ts'
import { writeSmallGlb } from '../support/small-scene.ts'
import type { Socket } from 'node:net'
import type { Program } from '../support/program.ts'

const JOB = ['--size', '96x64', '--samples', '1024', '--tile', '32', '--split', 'samples'] as const

/** A line of the log that says who was sent away, and nothing of the inside of the program. */
const CLEAR = /^warning: .*(does not belong to this mesh|another mesh).*$/m

describe('strangers at the door', function () {
  this.timeout(120_000)
  let stage: Stage
  let scene: string
  const sockets: Socket[] = []

  beforeEach(async () => {
    stage = new Stage()
    scene = await writeSmallGlb(stage.folder)
  })

  afterEach(async () => {
    sockets.splice(0).forEach((socket) => { socket.destroy() })
    await stage.close()
  })

  const placeOf = (peer: Program): { readonly host: string, readonly port: number } => {
    const [, host, port] = /\/ip4\/([^/]+)\/tcp\/(\d+)/.exec(peer.events.find(({ event }) => event === 'ready')!.addrs[0]!)!
    return { host: host!, port: Number(port) }
  }

  const renders = async (job: Program, workers: readonly Program[]): Promise<void> => {
    const done = await job.event('the end', ({ event }) => event === 'done')
    assert.equal(await job.status(), 0, job.stderr)
    assert.equal(done.lapsed, 0)
    assert.deepEqual(Object.keys(done.byPeer).sort(), workers.map(({ peer }) => peer).sort())
  }

  const submit = (): Program => stage.start(['render', scene, '--home', stage.home('A'), '--json', '-o', 'picture.png', ...JOB])

  it('a peer of another mesh is sent away with a line in the log, and the job goes on', async () => {
    const [a, b] = await stage.mesh('A', 'B') as [Program, Program]
    const job = submit()
    await job.event('a unit', ({ state }) => state === 'delivered')
    const { host, port } = placeOf(a)
    const stranger = await stage.up('stranger', { args: ['--bootstrap', `/ip4/${host}/tcp/${port}`] })
    await stranger.until('its log', () => CLEAR.test(stranger.stderr))
    await a.until('the log', () => CLEAR.test(a.stderr))
    await renders(job, [a, b])
    assert.equal(a.stderr.trim().split('\n').length, 1, a.stderr)
    assert.deepEqual(stranger.events.map(({ event }) => event), ['ready'])
    assert.deepEqual((await stage.ask('A', 'peers')).events.map(({ peer }) => peer).sort(), [a.peer, b.peer].sort())
  })

  it('connections that say nothing, nonsense, or hang up do no harm, and the log stays short', async () => {
    const [a, b] = await stage.mesh('A', 'B') as [Program, Program]
    const job = submit()
    await job.event('a unit', ({ state }) => state === 'delivered')
    const openers: readonly ((socket: Socket) => void)[] = [
      () => {},
      (socket) => socket.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n'),
      (socket) => socket.write(Buffer.alloc(100_000, 0xff)),
      (socket) => socket.write('\x13/multistream/1.0.0\n'),
      (socket) => socket.end(),
      (socket) => socket.resetAndDestroy()
    ]
    const closed: Promise<unknown>[] = []
    for (const open of openers.flatMap((opener) => Array.from({ length: 4 }, () => opener))) {
      const socket = connect(placeOf(a))
      sockets.push(socket)
      socket.on('error', () => {})
      socket.resume()
      closed.push(new Promise((resolve) => { socket.once('close', resolve) }))
      socket.once('connect', () => { open(socket) })
    }
    await renders(job, [a, b])
    // The silent ones are cut off too, once the time for a handshake is over.
    await Promise.all(closed)
    await a.until('the log', () => CLEAR.test(a.stderr))
    assert.ok(a.stderr.trim().split('\n').length <= 2, a.stderr)
    assert.ok(a.running)
    await renders(submit(), [a, b])
  })

  it('a ticket of another mesh is refused, and the home stays where it is', async () => {
    await stage.up('A')
    await stage.up('B')
    const ticket = await stage.invite('B')
    const joining = await stage.ask('A', 'mesh', 'join', ticket)
    assert.equal(joining.status, 5)
    assert.match(joining.stderr, /^tilemesh: .+\n$/)
    const other = await stage.run(['mesh', 'init', 'garden', '--home', stage.home('C')])
    assert.equal(other.status, 0)
    const up = await stage.run(['up', ticket, '--home', stage.home('C'), '--no-mdns', '--json'])
    assert.equal(up.status, 5)
    assert.match(up.stderr, /^tilemesh: The ticket is of the mesh "home", and this home is in the mesh "garden"; .+\n$/)
  })
})
