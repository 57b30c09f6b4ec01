import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectControl } from '../../src/control/connect-control.ts'
import { CONTROL_VERSION, MAX_CALLS, MAX_LINE_BYTES, MAX_SESSIONS } from '../../src/control/limits.ts'
import { HELLO, encodeLine } from '../../src/control/messages.ts'
import { serveControl } from '../../src/control/serve-control.ts'
import { FakePeer } from '../cli/support/fake-peer.ts'
import { block, describePeerApi, until } from '../contracts/peer-api.ts'
import type { Socket } from 'node:net'
import type { ControlServer } from '../../src/control/serve-control.ts'
import type { Log } from '../../src/ports.ts'

const silent: Log = { debug () {}, info () {}, warn () {}, error () {} }

describePeerApi('the peer itself', () => new FakePeer(), async (fake) => ({ api: fake, close: async () => {} }))

describePeerApi('through the control socket', () => new FakePeer(), async (fake) => {
  const folder = await mkdtemp(join(tmpdir(), 'tilemesh-control-'))
  const server = await serveControl(fake, join(folder, 'control.sock'), silent)
  const api = await connectControl(server.socketPath)
  return {
    api,
    close: async () => {
      api.close()
      await server.close()
      await rm(folder, { recursive: true })
    }
  }
})

describe('control socket', () => {
  let folder: string
  let fake: FakePeer
  let server: ControlServer

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh-control-'))
    fake = new FakePeer()
    server = await serveControl(fake, join(folder, 'control.sock'), silent)
  })

  afterEach(async () => {
    await server.close()
    await rm(folder, { recursive: true })
  })

  async function raw (): Promise<Socket> {
    const socket = connect(server.socketPath)
    socket.on('error', () => {})
    await once(socket, 'data')
    return socket
  }

  /** Writes bytes to a fresh session and resolves with everything that comes back until the peer hangs up. */
  async function answerTo (bytes: string | Uint8Array): Promise<string> {
    const socket = await raw()
    let answer = ''
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString()
    })
    socket.write(bytes)
    await once(socket, 'close')
    return answer
  }

  async function stillServes (): Promise<void> {
    const api = await connectControl(server.socketPath)
    assert.equal((await api.status()).name, 'ALDER')
    api.close()
  }

  it('is readable and writable by its owner only', async function () {
    if (process.platform === 'win32') {
      this.skip()
    }
    assert.equal((await stat(server.socketPath)).mode & 0o777, 0o600)
  })

  it('replaces what a killed peer left behind and leaves nothing itself', async () => {
    await server.close()
    await writeFile(join(folder, 'control.sock'), '')
    server = await serveControl(fake, join(folder, 'control.sock'), silent)
    await stillServes()
    await server.close()
    await assert.rejects(connectControl(server.socketPath), { name: 'NoPeerRunningError', exitStatus: 2 })
    await assert.rejects(stat(server.socketPath), { code: 'ENOENT' })
  })

  it('says that no peer runs when a socket is there and nobody listens', async () => {
    const path = join(folder, 'dead.sock')
    await writeFile(path, '')
    await assert.rejects(connectControl(path), { exitStatus: 2 })
  })

  const hello = encodeLine(HELLO)
  const nonsense: [string, string | Uint8Array][] = [
    ['no JSON', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['JSON that is no hello', '{"id":1,"call":"status"}\n'],
    ['bytes that are not UTF-8', Uint8Array.of(0xff, 0xfe, 0x0a)],
    ['an array', hello + '[1]\n'],
    ['a request without an id', hello + '{"call":"status"}\n'],
    ['a line one byte too long', hello + 'x'.repeat(MAX_LINE_BYTES + 1)],
    ['one request too many', hello + Array.from({ length: MAX_CALLS + 1 }, (_, id) => encodeLine({ id, call: 'watchPeers', params: undefined })).join('')],
    ['a request id twice', hello + encodeLine({ id: 1, call: 'watchPeers', params: undefined }).repeat(2)]
  ]
  for (const [what, bytes] of nonsense) {
    it(`hangs up on ${what}, and serves others`, async () => {
      assert.equal(await answerTo(bytes), '')
      await until(() => fake.following === 0)
      await stillServes()
    })
  }

  it('accepts a line of exactly the limit', async () => {
    const request = JSON.stringify({ id: 1, call: 'findJob', params: { text: '' } })
    const padded = request.replace('""', `"${'x'.repeat(MAX_LINE_BYTES - request.length)}"`)
    const socket = await raw()
    socket.write(hello + padded + '\n')
    const [answer] = await once(socket, 'data') as [Buffer]
    assert.match(answer.toString(), /"name":"UsageError","message":"\\"text\\" must be a text of at most/)
    socket.destroy()
  })

  it('refuses another version in words', async () => {
    const answer = await answerTo(JSON.stringify({ ...HELLO, version: CONTROL_VERSION + 1 }) + '\n')
    assert.match(answer, /another version than this command/)
  })

  const wrong: [string, unknown][] = [
    ['status', { verbose: true }],
    ['cancel', {}],
    ['cancel', { job: 7 }],
    ['render', { scene: 'relative.glb', output: '/o.png' }],
    ['render', { scene: '/s.glb', output: '/o.png', settings: { a: 1 } }],
    ['render', { scene: '/s.glb', output: '/o.png', bits: 12 }],
    ['follow', { job: 'x', preview: 'all' }],
    ['toString', undefined],
    ['__proto__', undefined],
    ['fetch', null]
  ]
  for (const [call, params] of wrong) {
    it(`answers ${call} ${JSON.stringify(params)} with a usage error and keeps the session`, async () => {
      const socket = await raw()
      socket.write(hello + encodeLine({ id: 3, call, params }))
      const [first] = await once(socket, 'data') as [Buffer]
      const answer = JSON.parse(first.toString()) as { id: number, error: { name: string } }
      assert.deepEqual([answer.id, answer.error.name], [3, 'UsageError'])
      socket.write(encodeLine({ id: 4, call: 'invite', params: undefined }))
      const [second] = await once(socket, 'data') as [Buffer]
      assert.deepEqual(JSON.parse(second.toString()), { id: 4, result: 'TILEMESH:FAKETICKET' })
      socket.destroy()
    })
  }

  it('ends one stream of a session when it is cancelled', async () => {
    const socket = await raw()
    socket.write(hello + encodeLine({ id: 5, call: 'watchPeers', params: undefined }))
    await until(() => fake.following === 1)
    socket.write(encodeLine({ cancel: 5 }))
    const [answer] = await once(socket, 'data') as [Buffer]
    assert.deepEqual(JSON.parse(answer.toString()), { id: 5, end: true })
    socket.destroy()
  })

  it('turns one session too many away in words and lives on', async () => {
    const sessions: Socket[] = []
    for (let session = 0; session < MAX_SESSIONS; session++) {
      sessions.push(await raw())
    }
    await assert.rejects(connectControl(server.socketPath), { name: 'HomeError', message: /already serves 64 commands/ })
    sessions[0]!.destroy()
    await once(sessions[0]!, 'close')
    await stillServes()
    for (const session of sessions) {
      session.destroy()
    }
  })

  it('drops pixels, not events, for a viewer that reads slowly', async () => {
    const { job } = await fake.render({ scene: '/s.glb', output: '/o.png' })
    const socket = connect(server.socketPath)
    socket.write(hello + encodeLine({ id: 1, call: 'follow', params: { job, preview: 'blocks' } }))
    await until(() => fake.following === 1)
    const rgba = new Uint8Array(256 * 256 * 4)
    const shown = 200
    for (let index = 0; index < shown; index++) {
      fake.show(job, { frame: 1, width: 256, height: 256, x: 0, y: 0, blockWidth: 256, blockHeight: 256, rgba: rgba.fill(index).slice() })
      fake.tell(job, { event: 'unit', job, unit: String(index), state: 'leased', peer: 'p', ms: 0 })
    }
    fake.finish(job, 'finished')
    await until(() => fake.following === 0)
    let text = ''
    for await (const chunk of socket) {
      text += String(chunk)
      if (text.endsWith('"end":true}\n')) {
        break
      }
    }
    const items = text.trim().split('\n').flatMap((line) => (JSON.parse(line) as { item?: { type: string, event: { event: string }, block: { rgba: string } } }).item ?? [])
    assert.equal(items.filter(({ type, event }) => type === 'event' && event.event === 'unit').length, shown)
    const blocks = items.filter(({ type }) => type === 'preview')
    assert.ok(blocks.length < shown / 2, `${blocks.length} blocks came`)
    assert.equal(Buffer.from(blocks.at(-1)!.block.rgba, 'base64')[0], shown - 1)
  })

  it('resets a viewer that does not read at all', async () => {
    const { job } = await fake.render({ scene: '/s.glb', output: '/o.png' })
    const socket = connect(server.socketPath)
    socket.on('error', () => {})
    socket.write(hello + encodeLine({ id: 1, call: 'follow', params: { job, preview: 'none' } }))
    await until(() => fake.following === 1)
    const reason = 'x'.repeat(1024)
    for (let index = 0; index < 20_000 && fake.following === 1; index++) {
      fake.tell(job, { event: 'unit', job, unit: String(index), state: 'failed', peer: 'p', ms: 0, reason })
      if (index % 100 === 0) {
        await new Promise<void>((resolve) => {
          setImmediate(resolve)
        })
      }
    }
    assert.equal(fake.following, 0)
    socket.destroy()
    await stillServes()
  })

  it('ends what is followed when the peer goes away, and says so', async () => {
    const { job } = await fake.render({ scene: '/s.glb', output: '/o.png' })
    const api = await connectControl(server.socketPath)
    await assert.rejects(async () => {
      for await (const item of api.follow(job, { preview: 'none' }, new AbortController().signal)) {
        if (item.type === 'event' && item.event.event === 'progress') {
          await server.close()
        }
      }
    }, { name: 'ChannelClosedError', message: /went away/ })
  })

  it('cuts a block of pixels that is too large for one line', async () => {
    const { job } = await fake.render({ scene: '/s.glb', output: '/o.png' })
    const api = await connectControl(server.socketPath)
    const rgba = new Uint8Array(1024 * 1024 * 4).map((_, index) => index >> 12)
    const film = new Uint8Array(rgba.byteLength)
    let rows = 0
    for await (const item of api.follow(job, { preview: 'blocks' }, new AbortController().signal)) {
      if (item.type === 'preview') {
        film.set(item.block.rgba, item.block.y * 1024 * 4)
        rows += item.block.blockHeight
        if (rows === 1024) {
          break
        }
      } else if (item.event.event === 'progress') {
        fake.show(job, { ...block(0), width: 1024, height: 1024, x: 0, y: 0, blockWidth: 1024, blockHeight: 1024, rgba })
      }
    }
    assert.ok(Buffer.from(film).equals(rgba))
  })
})
