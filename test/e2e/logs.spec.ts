import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { writeSmallGlb } from '../support/small-scene.ts'
import { Stage } from '../support/stage.ts'
import type { ChildProcess } from 'node:child_process'
import type { Program } from '../support/program.ts'

const POISONED_PEER = path.join(import.meta.dirname, 'support', 'poisoned-peer.js')

const LOUD = ['-vv', '--log-json'] as const

/** Every way in which bytes could find their way into a text. */
function spellings (bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes)
  return [
    buffer.toString('hex'), buffer.toString('base64').slice(0, 40), buffer.toString('base64url').slice(0, 40), base32(buffer).slice(0, 48),
    [...buffer].join(','), [...buffer].join(', '), buffer.toString('latin1')
  ]
}

/** RFC 4648, as in tickets. */
function base32 (bytes: Buffer): string {
  let bits = ''
  for (const byte of bytes) {
    bits += byte.toString(2).padStart(8, '0')
  }
  return (bits.match(/.{5}/g) ?? []).map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[parseInt(five, 2)]).join('')
}

describe('what peers write on standard error', function () {
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

  const bytesOf = (home: string, file: string): Buffer => readFileSync(path.join(stage.home(home), file))

  it('at its loudest: JSON to the last line, and neither the mesh secret nor a private key nor a ticket', async () => {
    const a = await stage.up('A', { args: LOUD })
    const ticket = await stage.invite('A')
    const b = await stage.up('B', { ticket, args: LOUD })
    const stranger = await stage.up('C', { args: [...LOUD, '--bootstrap', a.events[0]!.addrs[0]!.replace(/\/p2p\/.*/, '')] })
    const job = stage.start(['render', scene, '--home', stage.home('B'), '--json', '-o', 'picture.png', '--size', '64x64', '--samples', '16', ...LOUD])
    assert.equal(await job.status(), 0, job.stderr)
    const own = await stage.run(['render', scene, '--home', stage.home('D'), '-o', 'own.png', '--size', '32x32', '--samples', '16', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0', ...LOUD])
    assert.equal(own.status, 0)
    const again = stage.start(['up', ticket, '--home', stage.home('C'), '--no-mdns', ...LOUD])
    assert.equal(await again.status(), 5)
    for (const peer of [a, b, stranger]) {
      peer.signal('SIGINT')
      await peer.end()
    }
    const logs = [a, b, stranger, job, again].map(({ stderr }) => stderr).concat(own.stderr)
    for (const line of logs.join('').trim().split('\n')) {
      const { time, level, message } = JSON.parse(line) as Record<string, string>
      assert.ok(Date.parse(time!) > 0 && ['debug', 'info', 'warn', 'error'].includes(level!) && message !== '', line)
    }
    const log = logs.join('')
    assert.match(log, /the mesh is open/)
    for (const home of ['A', 'B', 'C', 'D']) {
      const { secret } = JSON.parse(bytesOf(home, 'mesh.json').toString()) as { readonly secret: string }
      // The protobuf of the key ends with its seed and its public half; only the seed is a secret.
      const seed = bytesOf(home, 'identity.key').subarray(4, 36)
      for (const spelling of [...spellings(Buffer.from(secret, 'hex')), ...spellings(seed)]) {
        assert.ok(!log.toLowerCase().includes(spelling.toLowerCase()), `a secret of ${home} is in the log as ${spelling}`)
      }
    }
    assert.ok(!log.includes(ticket.slice(9, 60)))
    assert.doesNotMatch(log, /TILEMESH:[A-Z2-7]/)
  })

  it('unasked: nothing, as long as nothing is to be done', async () => {
    const [a, b] = await stage.mesh('A', 'B') as [Program, Program]
    const job = stage.start(['render', scene, '--home', stage.home('A'), '--json', '-o', 'picture.png', '--size', '64x64', '--samples', '16'])
    assert.equal(await job.status(), 0, job.stderr)
    for (const peer of [b, a]) {
      peer.signal('SIGINT')
      await peer.end()
    }
    assert.deepEqual([a.stderr, b.stderr, job.stderr], ['', '', ''])
  })
})

describe('the log of a unit that could not be rendered', function () {
  this.timeout(120_000)
  let stage: Stage
  const children = new Set<ChildProcess>()

  beforeEach(() => {
    stage = new Stage()
  })

  afterEach(async () => {
    for (const child of children) {
      child.kill('SIGKILL')
    }
    await stage.close()
  })

  /** A peer B in a process of its own, which renders all units but one. */
  async function startPoisoned (ticket: string): Promise<{ readonly process: ChildProcess, readonly address: string }> {
    const child = spawn(process.execPath, [POISONED_PEER, stage.home('B'), ticket, '2'], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.add(child)
    child.once('close', () => { children.delete(child) })
    const address = await new Promise<string>((resolve) => { child.stdout.once('data', (bytes: Buffer) => { resolve(bytes.toString().trim()) }) })
    return { process: child, address }
  }

  it('is fetched from the worker, after kill -9 of the worker too; the end of the job says why, after a restart too', async () => {
    const scene = await writeSmallGlb(stage.folder)
    const a = await stage.up('A', { args: ['--no-work'] })
    const ticket = await stage.invite('A')
    const b = await startPoisoned(ticket)
    const render = await stage.run(['render', scene, '--home', stage.home('A'), '-o', 'picture.png', '--size', '64x64', '--tile', '32', '--samples', '16', '--split', 'tiles', '--quiet'])
    assert.equal(render.status, 1, render.stderr)
    const last = render.stderr.trim().split('\n').at(-1)!
    const [, jobId] = /^1 unit of small scene\.glb could not be rendered: the renderer gave up \(.*\); why: tilemesh log ([0-9a-f]{8}) 2; /.exec(last) ?? []
    assert.ok(jobId !== undefined, last)
    const check = async (): Promise<void> => {
      const { status, lines } = await stage.run(['log', jobId, '2', '--home', stage.home('A')])
      assert.equal(status, 0)
      assert.match(lines[0]!, /^unit 2 of small scene\.glb \(frame 1, 32×32 pixels at 0,32, samples 0 to 15\), parked$/)
      const failed = lines.findIndex((line) => / B failed after .* \(1 thread\): the renderer gave up$/.test(line))
      assert.ok(failed > 0, lines.join('\n'))
      assert.deepEqual(lines.slice(failed + 1, failed + 3), ['    | texture "wood.png" is corrupt', '    | at �]0;owned�pixel 17,4�[2J'])
      assert.equal(lines.filter((line) => line.includes('B failed after')).length, 3)
      assert.ok(lines.some((line) => line.includes('so it is parked')))
    }
    await check()
    const all = await stage.ask('A', 'log', 'small scene')
    assert.ok(all.events.some((event) => (event.event as string) === 'log' && event.state === 'parked' && event.unit === '2'))
    b.process.kill('SIGKILL')
    await a.event('B leaves', ({ event, state }) => event === 'peer' && state === 'left')
    const away = await stage.run(['log', jobId, '2', '--home', stage.home('A')])
    assert.ok(away.lines.some((line) => line === 'B is away, and may know more'), away.lines.join('\n'))
    const { address } = await startPoisoned(ticket)
    await a.until('B again', () => a.events.filter(({ event, state }) => event === 'peer' && state === 'joined').length >= 2)
    await check()
    a.signal('SIGKILL')
    await a.ended
    const again = await stage.up('A', { args: ['--no-work', '--bootstrap', address] })
    await again.event('B', ({ event, state }) => event === 'peer' && state === 'joined')
    const watch = await stage.ask('A', 'watch', jobId)
    assert.equal(watch.status, 1)
    assert.deepEqual(watch.events.find(({ event }) => event === 'done')!.parked, { units: 1, unit: '2', reason: 'the renderer gave up' })
    await check()
    assert.equal((await stage.run(['log', jobId, '4', '--home', stage.home('A')])).status, 2)
    assert.equal((await stage.run(['log', 'nothing', '--home', stage.home('A')])).status, 2)
  })
})
