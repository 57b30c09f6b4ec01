import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectControl } from '../../src/control/connect-control.ts'
import { HELLO_MS, MAX_LINE_BYTES, MAX_SESSIONS } from '../../src/control/limits.ts'
import { HELLO, encodeLine } from '../../src/control/messages.ts'
import { serveControl } from '../../src/control/serve-control.ts'
import { FakePeer } from '../cli/support/fake-peer.ts'
import { until } from '../contracts/peer-api.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { mutations, noise, randomOf } from '../support/mutations.ts'
import type { Socket } from 'node:net'
import type { ControlServer } from '../../src/control/serve-control.ts'

/** Lines that are written, all in all. */
const LINES = Number(process.env['FUZZ_RUNS'] ?? 0) > 1_000_000 ? 100_000 : 10_000
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

/** Lines in one session, which may end at any of them. */
const LINES_A_SESSION = 20

/** Commands that connect at once. */
const CROWD = 1_000

const MAX_GROWTH_BYTES = 64 * 1024 ** 2

const JOB = 'ab'.repeat(32)
const hello = encodeLine(HELLO)

/** A right request of every kind, and some that are right but for their values. */
const requests: readonly Uint8Array[] = [
  { call: 'status' },
  { call: 'render', params: { scene: '/s.glb', output: '/o.png', size: { width: 1e308, height: -1 }, settings: { a: 'b' } } },
  { call: 'follow', params: { job: JOB, preview: 'blocks' } },
  { call: 'jobs' },
  { call: 'findJob', params: { text: 'still' } },
  { call: 'cancel', params: { job: JOB } },
  { call: 'pause', params: { job: JOB } },
  { call: 'setPriority', params: { job: JOB, priority: 1e21 } },
  { call: 'peers' },
  { call: 'setThreads', params: { threads: -0.5 } },
  { call: 'takeWork', params: { work: 'none' } },
  { call: 'watchPeers' },
  { call: 'invite' },
  { call: 'fetch', params: { job: JOB, output: '/o.png', bits: 8, waitMs: 0 } },
  { call: 'log', params: { job: JOB } },
  { call: 'settings' },
  { call: 'changeSetting', params: { key: 'name', value: 'x' } },
  { call: 'cache' },
  { call: '__proto__', params: { __proto__: null } },
  { call: 'status', params: { nested: [[[[[[[[]]]]]]]] } }
].map((request, id) => Buffer.from(JSON.stringify({ id, ...request })))

describe(`the control socket under fire, SEED=${SEED}`, function () {
  this.timeout(600_000)
  const unhandled: unknown[] = []
  const note = (error: unknown): void => { unhandled.push(error) }
  let folder: string
  let fake: FakePeer
  let log: MemoryLog
  let server: ControlServer

  before(() => { process.on('unhandledRejection', note) })

  after(() => { process.off('unhandledRejection', note) })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh-control-'))
    fake = new FakePeer()
    log = new MemoryLog()
    server = await serveControl(fake, join(folder, 'control.sock'), log)
  })

  afterEach(async () => {
    await server.close()
    await rm(folder, { recursive: true })
    assert.deepEqual(unhandled, [])
  })

  async function raw (): Promise<Socket> {
    const socket = connect(server.socketPath)
    socket.on('error', () => {})
    socket.resume()
    await once(socket, 'connect')
    return socket
  }

  async function gone (socket: Socket): Promise<void> {
    if (!socket.closed) {
      await once(socket, 'close')
    }
  }

  async function stillServes (): Promise<void> {
    const api = await connectControl(server.socketPath)
    assert.equal((await api.status()).name, 'ALDER')
    api.close()
  }

  it(`${LINES} lines that are random, mutated or halved disturb neither the peer nor who follows a job`, async () => {
    const below = randomOf(SEED)
    const { job } = await fake.render({ scene: '/s.glb', output: '/o.png' })
    const api = await connectControl(server.socketPath)
    const seen: string[] = []
    const following = (async () => {
      for await (const item of api.follow(job, { preview: 'none' }, new AbortController().signal)) {
        if (item.type === 'event' && item.event.event === 'unit') {
          seen.push(item.event.unit)
        }
      }
    })()
    await until(() => fake.following === 1)
    const before = process.memoryUsage()
    let told = 0
    for (let sent = 0; sent < LINES; sent += LINES_A_SESSION) {
      const socket = await raw()
      socket.write(below(20) === 0 ? noise(50, below) : hello)
      for (let line = 0; line < LINES_A_SESSION && !socket.destroyed; line++) {
        const right = requests[below(requests.length)]!
        const bytes = below(3) === 0 ? right : mutations[below(mutations.length)]!(right, requests[below(requests.length)]!, below)
        socket.write(bytes)
        socket.write(below(20) === 0 ? '' : '\n')
      }
      if (below(2) === 0) {
        socket.destroy()
      } else {
        // What is still answered is not waited for: the next session begins meanwhile.
        socket.end()
      }
      fake.tell(job, { event: 'unit', job, unit: String(told++), state: 'leased', peer: 'p', ms: 0 })
      if (sent % 1_000 === 0) {
        await stillServes()
      }
    }
    fake.finish(job, 'finished')
    await following
    assert.deepEqual(seen, Array.from({ length: told }, (_, unit) => String(unit)), 'who follows has missed nothing')
    api.close()
    await until(() => fake.following === 0)
    const after = process.memoryUsage()
    assert.ok(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers < MAX_GROWTH_BYTES)
    await stillServes()
  })

  it('a line that never ends is cut off at the limit, whatever comes after', async () => {
    const socket = await raw()
    socket.write(hello)
    const piece = Buffer.alloc(64 * 1024, 0x20)
    let written = 0
    while (!socket.destroyed && written < 64 * MAX_LINE_BYTES) {
      written += piece.byteLength
      if (!socket.write(piece)) {
        await Promise.race([once(socket, 'drain'), gone(socket)]).catch(() => {})
      }
    }
    await gone(socket)
    assert.ok(written < 4 * MAX_LINE_BYTES, `it took ${written} bytes`)
    await stillServes()
  })

  it('half a line is nothing, and a command that is killed in the middle of it or of an answer leaves nothing', async () => {
    const { job } = await fake.render({ scene: '/s.glb', output: '/o.png' })
    for (let count = 0; count < MAX_SESSIONS * 3; count++) {
      const socket = await raw()
      socket.write(hello + encodeLine({ id: 1, call: 'follow', params: { job, preview: 'blocks' } }) + '{"id":2,"call":"canc')
      if (count % 2 === 0) {
        await until(() => fake.following === 1)
      }
      socket.destroy()
      await until(() => fake.following === 0)
    }
    assert.equal((await fake.jobs())[0]!.state, 'running', 'half a request was not carried out')
    await stillServes()
  })

  it(`${CROWD} commands at once: some are served, the others are turned away, and nothing stays`, async () => {
    // The system itself turns away those that do not fit into its queue.
    const connecting = await Promise.all(Array.from({ length: CROWD }, async () => raw().catch(() => undefined)))
    const crowd = connecting.filter((socket) => socket !== undefined)
    assert.ok(crowd.length > MAX_SESSIONS)
    for (const socket of crowd) {
      socket.write(hello)
    }
    const open = (): readonly Socket[] => crowd.filter((socket) => !socket.destroyed)
    await until(() => open().length <= MAX_SESSIONS)
    for (const socket of open()) {
      socket.destroy()
    }
    await Promise.all(crowd.map(gone))
    await stillServes()
  })

  it('commands that never say what they are make room in time', async () => {
    const silent = await Promise.all(Array.from({ length: MAX_SESSIONS }, raw))
    await assert.rejects(connectControl(server.socketPath), { name: 'HomeError' })
    const startMs = performance.now()
    await Promise.all(silent.map(gone))
    assert.ok(performance.now() - startMs < HELLO_MS + 5_000)
    await stillServes()
  })
})
