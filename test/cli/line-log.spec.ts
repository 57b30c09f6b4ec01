import assert from 'node:assert/strict'
import { LineLog, loudnessOf } from '../../src/cli/line-log.ts'
import { until } from '../contracts/peer-api.ts'
import { CommandBench } from './support/command-bench.ts'
import { rendersAtOnce } from './support/fake-peer.ts'
import { TestContext } from './support/test-context.ts'
import type { Log } from '../../src/ports.ts'
import type { FakePeer } from './support/fake-peer.ts'

function sayAll (log: Log): void {
  log.debug('a stream ended early')
  log.info('the mesh is open')
  log.warn('the disk is full')
  log.error('the control socket failed')
}

describe('the log of a command that is a peer', () => {
  let bench: CommandBench
  let folder: string
  let peer: FakePeer
  let context: TestContext

  beforeEach(async () => {
    bench = await CommandBench.lay();
    ({ folder, peer, context } = bench)
  })

  afterEach(async () => {
    await bench.clear()
  })

  function logOf (options: { readonly verbose?: number }): LineLog {
    const log = new LineLog(context, loudnessOf(context, options))
    log.release()
    return log
  }

  it('lets through only what a person must do something about, with -v what happened too, with -vv everything', () => {
    sayAll(logOf({}))
    assert.deepEqual(context.stderr.lines, ['warning: the disk is full', 'error: the control socket failed'])
    context.stderr.text = ''
    sayAll(logOf({ verbose: 1 }))
    assert.deepEqual(context.stderr.lines.map((line) => line.slice(13)), ['info: the mesh is open', 'warning: the disk is full', 'error: the control socket failed'])
    context.stderr.text = ''
    sayAll(logOf({ verbose: 2 }))
    assert.equal(context.stderr.lines.length, 4)
    assert.match(context.stderr.lines[0]!, /^\d\d:\d\d:\d\d\.\d{3} debug: a stream ended early$/)
  })

  it('writes one JSON object a line with --log-json', () => {
    context.lineFormat = 'json'
    logOf({}).warn('somebody "connected"', { address: '/ip4/1.2.3.4', tries: 3, error: new Error('no') })
    assert.deepEqual(JSON.parse(context.stderr.lines[0]!), {
      time: new Date(context.clock.wallMs()).toISOString(),
      level: 'warn',
      message: 'somebody "connected"',
      details: { address: '/ip4/1.2.3.4', tries: '3', error: 'Error: no' }
    })
  })

  for (const format of ['text', 'json'] as const) {
    it(`makes what strangers put into ${format} lines harmless, and shows neither bytes nor tickets nor what is too long`, () => {
      context.lineFormat = format
      logOf({}).warn('no\u001b[2J way\n', {
        name: 'evil\u001b]0;title\u0007\r\nwarning: fake\u202e',
        key: Uint8Array.of(1, 2, 3),
        text: 'use tilemesh:AEAAI2DPNVSWCGWE now',
        record: { secret: 'hidden' },
        long: 'x'.repeat(10_000)
      })
      assert.equal(context.stderr.lines.length, 1)
      const [line] = context.stderr.lines as [string]
      const text = format === 'json' ? JSON.stringify(Object.values(JSON.parse(line) as object).map((value) => JSON.stringify(value))) : line
      assert.doesNotMatch(text, /[\p{Cc}\u202e]|\\u00[01]|\\[nr]|AEAAI|hidden|x{2049}/u)
      assert.match(text, /3 bytes/)
    })
  }

  it('leaves lines out while nobody reads standard error, and goes on when somebody does', () => {
    let readAll = (): void => {}
    const written: string[] = []
    context.stderr._write = (chunk, _encoding, done) => {
      written.push(String(chunk))
      readAll = done
    }
    const log = logOf({})
    for (let line = 0; line < 10_000; line++) {
      log.warn('x'.repeat(1_000))
    }
    assert.ok(context.stderr.writableLength < 1.1 * 1024 ** 2, `${context.stderr.writableLength} bytes wait`)
    assert.equal(written.length, 1)
    readAll()
  })

  it('is quiet before a job has started: a failure is one line', async () => {
    peer.script = rendersAtOnce
    peer.start = async () => { context.inits.at(-1)!.log!.warn('a counter is damaged') }
    assert.equal(await context.run('render broken.glb --quiet'), 3)
    assert.deepEqual(context.stderr.lines, ['tilemesh: 2 files are missing, nothing was started: a.png, b.png'])
    context.stderr.text = ''
    assert.equal(await context.run('render shot.glb --quiet'), 0)
    assert.equal(context.stderr.lines[0], 'warning: a counter is damaged')
  })

  it('shows lines above the live view, not into it', async () => {
    const terminal = new TestContext(peer, folder, { terminal: [80, 24] })
    const ended = terminal.run('render shot.glb')
    await until(() => peer.requests.length === 1 && peer.following === 1)
    peer.deliver(peer.requests.length.toString(16).padStart(2, '0').repeat(32), 0)
    terminal.inits[0]!.log!.warn('the disk is full')
    await until(() => terminal.stderr.text.includes('warning: the disk is full\n'))
    peer.finish('01'.repeat(32), 'finished')
    assert.equal(await ended, 0)
  })

  it('with -v a terminal gets plain lines, and the log among them', async () => {
    peer.script = rendersAtOnce
    const terminal = new TestContext(peer, folder, { terminal: [80, 24] })
    peer.start = async () => { terminal.inits.at(-1)!.log!.info('the mesh is open') }
    assert.equal(await terminal.run('render shot.glb -v'), 0)
    assert.match(terminal.stderr.lines[0]!, /^\d\d:\d\d:\d\d\.\d{3} info: the mesh is open$/)
    assert.ok(!terminal.stderr.text.includes('\u001b'))
  })

  it('with --log-json every line on standard error is an object, what is said to a person too; standard output stays as it was', async () => {
    peer.script = rendersAtOnce
    assert.equal(await context.run('render shot.glb --json --log-json'), 0)
    const plain = new TestContext(peer, folder)
    assert.equal(await plain.run('render shot.glb --json'), 0)
    assert.deepEqual(context.stdout.events.map(({ event }) => event), plain.stdout.events.map(({ event }) => event))
    assert.equal(await context.run('render none.glb --log-json'), 3)
    const ended = context.run('up --log-json')
    await until(() => peer.following === 1)
    context.interrupt('interrupt')
    assert.equal(await ended, 0)
    const lines = context.stderr.lines.map((line) => JSON.parse(line) as { readonly level: string, readonly message: string })
    assert.ok(lines.some(({ level, message }) => level === 'error' && message.startsWith('tilemesh: there is no scene none.glb')))
    assert.ok(lines.some(({ level, message }) => level === 'info' && message.startsWith('renders with')))
    assert.ok(lines.every(({ message }) => message !== ''))
  })
})
