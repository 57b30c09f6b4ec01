import assert from 'node:assert/strict'
import { join } from 'node:path'
import { until } from '../../contracts/peer-api.ts'
import { CommandBench } from '../support/command-bench.ts'
import { FAKE_PEER, OTHER_PEER, rendersAtOnce, summaryOf } from '../support/fake-peer.ts'
import { ExitedNow, TestContext } from '../support/test-context.ts'
import type { FakePeer } from '../support/fake-peer.ts'

describe('tilemesh render', () => {
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

  it('is a peer itself where none runs, saves the picture and ends', async () => {
    peer.script = rendersAtOnce
    assert.equal(await context.run('render shot.glb'), 0)
    assert.deepEqual(context.inits.map(({ home, mdns, work }) => ({ home, mdns, work })), [{ home: join(folder, 'home'), mdns: 'on', work: 'on' }])
    assert.deepEqual(peer.asked, ['start', 'stop politely'])
    assert.deepEqual(context.stdout.lines, ['saved shot.png (960×540, 1:31, 1 peer, 0 lapsed)'])
    assert.deepEqual(context.stderr.lines, ['shot.glb  pathtracer  960×540  64 samples'])
  })

  it('says that a job was begun before and goes on', async () => {
    peer.script = rendersAtOnce
    peer.goesOn = true
    assert.equal(await context.run('render shot.glb'), 0)
    assert.match(context.stderr.lines.join('\n'), /shot\.glb was begun before and goes on: 0 of \d+ units are done/)
  })

  for (const kind of ['its own', 'a running']) {
    it(`says what of the scene is not rendered as its file asks, with ${kind} peer, never on standard output with --json`, async () => {
      peer.script = rendersAtOnce
      peer.warnings = ['the sun of the file is left out', 'texture\u001b[2J "wood" is too large']
      if (kind === 'a running') {
        await bench.runPeer()
      }
      assert.equal(await context.run('render shot.glb'), 0)
      assert.deepEqual(context.stderr.lines.slice(0, 2), ['the sun of the file is left out', 'texture�[2J "wood" is too large'])
      const json = new TestContext(peer, folder)
      assert.equal(await json.run('render shot.glb --json'), 0)
      assert.deepEqual(json.stderr.lines, ['the sun of the file is left out', 'texture�[2J "wood" is too large'])
      assert.ok(json.stdout.events.every(({ event }) => ['job', 'progress', 'unit', 'done'].includes(event as string)))
    })
  }

  it('makes every path absolute and passes every option on', async () => {
    peer.script = rendersAtOnce
    await context.run('render shot.glb -o out.exr --size 320x200 --frames 4 --samples 7 --split samples --tile 32 --camera Cam --priority -3 --lease-ms 3000 --set a=1 --set b=x=y --no-local --engine pathtracer --verify none --save-every 5')
    assert.deepEqual(peer.requests, [{
      scene: join(folder, 'shot.glb'),
      output: join(folder, 'out.exr'),
      bits: 8,
      engine: 'pathtracer',
      size: { width: 320, height: 200 },
      frames: { first: 4, last: 4, step: 1 },
      samples: 7,
      split: 'samples',
      tile: 32,
      camera: 'Cam',
      priority: -3,
      leaseMs: 3000,
      settings: { a: '1', b: 'x=y' },
      noLocal: true,
      saveEveryMs: 5000,
      onDone: undefined,
      video: undefined,
      replace: undefined
    }])
    await context.runWords(['render', 'shot.glb', '--on-done', 'echo "$TILEMESH_STATE"', '--replace', 'shot.glb'])
    assert.deepEqual(peer.requests[1]!.onDone, { command: 'echo "$TILEMESH_STATE"', folder })
    assert.equal(peer.requests[1]!.replace, '01'.repeat(32))
    await context.run('render shot.glb --frames 1..9 -o s-#.exr --video film.MP4 --fps 23.976')
    assert.deepEqual(peer.requests[2]!.video, { file: join(folder, 'film.MP4'), fps: 23.976 })
    assert.equal(await context.run('render shot.glb --replace other'), 2)
    assert.equal(peer.requests.length, 3)
  })

  for (const [text, frames] of [
    ['1..10/3', { first: 1, last: 10, step: 3 }],
    ['-5..5', { first: -5, last: 5, step: 1 }],
    ['-20..-10/10', { first: -20, last: -10, step: 10 }],
    ['1..131072', { first: 1, last: 131072, step: 1 }],
    ['+7', { first: 7, last: 7, step: 1 }],
    ['0..0', { first: 0, last: 0, step: 1 }]
  ] as const) {
    it(`asks for frames: ${text}`, async () => {
      peer.script = rendersAtOnce
      assert.equal(await context.run(`render shot.glb --frames ${text} -o out-####.png`), 0)
      assert.deepEqual(peer.requests[0]!.frames, frames)
      assert.equal(peer.requests[0]!.output, join(folder, 'out-####.png'))
    })
  }

  it('gives the options of `up` to its own peer', async () => {
    peer.script = rendersAtOnce
    await context.run('render shot.glb --listen /ip4/127.0.0.1/tcp/0 --bootstrap /dns4/a.example/tcp/1 --bootstrap /dns4/b.example/tcp/1 --no-mdns --name ASH --threads 3 --max-up 2MB/s --max-down off --engines pathtracer --no-work --http off')
    const { log: _, ...init } = context.inits[0]!
    assert.deepEqual(init, {
      home: join(folder, 'home'),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      bootstrap: ['/dns4/a.example/tcp/1', '/dns4/b.example/tcp/1'],
      mdns: 'off',
      name: 'ASH',
      threads: 3,
      maxUpBytesPerSecond: 2e6,
      maxDownBytesPerSecond: Infinity,
      engines: ['pathtracer'],
      work: 'off'
    })
  })

  it('prints only events with --json, done last', async () => {
    peer.script = rendersAtOnce
    assert.equal(await context.run('render shot.glb --json'), 0)
    const words = context.stdout.events.map(({ event }) => event)
    assert.deepEqual([words[0], words[1], words.at(-1)], ['job', 'progress', 'done'])
    assert.equal(words.filter((word) => word === 'unit').length, 8)
    assert.equal(context.stderr.text, '')
  })

  it('uses the running peer, and leaves it running', async () => {
    await bench.runPeer()
    peer.script = rendersAtOnce
    assert.equal(await context.run('render shot.glb --json'), 0)
    assert.deepEqual(context.inits, [])
    assert.deepEqual(peer.asked, [])
    assert.equal(context.stdout.events.at(-1)!['event'], 'done')
  })

  it('refuses options of `up` where a peer runs', async () => {
    await bench.runPeer()
    assert.equal(await context.run('render shot.glb --threads 2'), 2)
    assert.match(context.stderr.text, /^tilemesh: --threads says how a peer is to be, and a peer runs in this home already.*\n$/)
    assert.equal(await context.run('render shot.glb --no-mdns'), 2)
    assert.deepEqual(peer.requests, [])
  })

  it('detaches from a running peer: the job on standard output, no more', async () => {
    await bench.runPeer()
    assert.equal(await context.run('render shot.glb --detach'), 0)
    assert.deepEqual(context.stdout.lines, ['01'.repeat(32)])
    assert.equal(await context.run('render shot.glb --detach --json'), 0)
    assert.deepEqual(JSON.parse(context.stdout.lines[1]!), {
      event: 'job',
      job: '02'.repeat(32),
      name: 'shot.glb',
      units: 4,
      engine: 'pathtracer',
      fingerprint: 'pathtracer 1.0',
      width: 960,
      height: 540,
      frames: 1,
      samples: 64,
      requester: FAKE_PEER
    })
    assert.equal(context.stdout.lines.length, 2)
  })

  it('can not detach where no peer runs', async () => {
    assert.equal(await context.run('render shot.glb --detach'), 2)
    assert.match(context.stderr.text, /^tilemesh: --detach needs a running peer.*tilemesh up\n$/)
    assert.deepEqual(context.inits, [])
  })

  it('cancels on the first Ctrl-C and ends with 130', async () => {
    const ended = context.run('render shot.glb --json')
    await until(() => peer.following === 1)
    context.interrupt('interrupt')
    assert.equal(await ended, 130)
    assert.deepEqual(peer.asked, ['start', `cancel ${'01'.repeat(32)}`, 'stop politely'])
    assert.equal(context.stdout.events.at(-1)!['state'], 'cancelled')
    assert.equal(context.listening('interrupt'), 0)
  })

  it('cancels a job that was still being packed when Ctrl-C came', async () => {
    const render = peer.render.bind(peer)
    peer.render = async (request) => {
      context.interrupt('interrupt')
      return render(request)
    }
    assert.equal(await context.run('render shot.glb'), 130)
    assert.ok(peer.asked.includes(`cancel ${'01'.repeat(32)}`))
  })

  it('leaves at once on the second Ctrl-C', async () => {
    await bench.runPeer()
    peer.cancel = async () => {}
    const ended = context.run('render shot.glb --json')
    await until(() => peer.following === 1)
    context.interrupt('interrupt')
    assert.throws(() => {
      context.interrupt('interrupt')
    }, ExitedNow)
    assert.deepEqual(context.exits, [130])
    peer.finish('01'.repeat(32), 'finished')
    await ended
  })

  it('only ends the view when the terminal goes away and a peer runs', async () => {
    await bench.runPeer()
    const ended = context.run('render shot.glb')
    await until(() => peer.following === 1)
    context.interrupt('hangup')
    assert.equal(await ended, 0)
    assert.deepEqual(peer.asked, [])
  })

  it('goes on without a view when the terminal of its own peer goes away', async () => {
    const ended = context.run('render shot.glb --json')
    await until(() => peer.following === 1)
    const before = context.stdout.text
    context.interrupt('hangup')
    rendersAtOnce('01'.repeat(32), peer)
    assert.equal(await ended, 0)
    assert.equal(context.stdout.text, before)
  })

  it('dies by SIGTERM after its own peer left, without cancelling', async () => {
    const ended = context.run('render shot.glb')
    await until(() => peer.following === 1)
    context.interrupt('terminate')
    await until(() => context.diedBy.length === 1)
    assert.deepEqual(peer.asked, ['start', 'stop politely'])
    peer.finish('01'.repeat(32), 'finished')
    await ended
  })

  it('ends with 1 when units are parked, and says how to get the rest', async () => {
    peer.script = (job) => {
      setImmediate(() => {
        peer.deliver(job, 0)
        peer.tell(job, { event: 'unit', job, unit: '3', state: 'parked', peer: FAKE_PEER, ms: 0, reason: 'out of memory' })
        peer.finish(job, 'parked')
      })
    }
    assert.equal(await context.run('render shot.glb'), 1)
    assert.equal(context.stdout.text, '')
    assert.deepEqual(context.stderr.lines.slice(1), [
      'unit 3 is parked: out of memory',
      '3 units of shot.glb could not be rendered: out of memory (960×540, 1:31, 1 peer, 0 lapsed); why: tilemesh log 01010101 3; what there is: tilemesh fetch 01010101 -o FILE'
    ])
  })

  it('gives up with 4 when no capable peer is seen for so long, and cancels', async () => {
    peer.peerList = [summaryOf(FAKE_PEER, 'ALDER', 'here'), { ...summaryOf(OTHER_PEER, 'BIRCH', 'direct'), engines: [{ engine: 'pathtracer', fingerprint: 'other' }] }]
    const ended = context.run('render shot.glb --no-local --wait-ms 2000 --json')
    await until(() => peer.following === 1)
    await context.clock.settle(0)
    context.clock.advance(1999)
    await context.clock.settle(0)
    assert.deepEqual(peer.asked, ['start'])
    context.clock.advance(1)
    assert.equal(await ended, 4)
    assert.deepEqual(peer.asked, ['start', `cancel ${'01'.repeat(32)}`, 'stop politely'])
    assert.equal(context.stdout.events.at(-1)!['code'], 'NoCapablePeerError')
  })

  it('does not count peers that render nothing', async () => {
    peer.peerList = peer.peerList.map((summary) => ({ ...summary, threads: 0 }))
    const ended = context.run('render shot.glb --wait-ms 0')
    await until(() => peer.asked.length > 1)
    assert.equal(await ended, 4)
  })

  it('waits on while a capable peer is seen', async () => {
    const ended = context.run('render shot.glb --wait-ms 1000')
    await until(() => peer.following === 1)
    for (let second = 0; second < 5; second++) {
      await context.clock.settle(0)
      context.clock.advance(1000)
    }
    assert.deepEqual(peer.asked, ['start'])
    rendersAtOnce('01'.repeat(32), peer)
    assert.equal(await ended, 0)
  })

  it('names all missing files with 3, in one line and in an event', async () => {
    assert.equal(await context.run('render broken.glb --json'), 3)
    assert.deepEqual(context.stdout.events, [{ event: 'error', code: 'SceneError', message: '2 files are missing, nothing was started: a.png, b.png' }])
    assert.deepEqual(context.stderr.lines, ['tilemesh: 2 files are missing, nothing was started: a.png, b.png'])
    assert.deepEqual(peer.asked, ['start', 'stop politely'])
  })

  it('keeps the class of an error of the running peer', async () => {
    await bench.runPeer()
    assert.equal(await context.run('render broken.glb'), 3)
    assert.deepEqual(context.stderr.lines, ['tilemesh: 2 files are missing, nothing was started: a.png, b.png'])
  })

  it('says a plain line every five seconds without a terminal', async () => {
    const ended = context.run('render shot.glb')
    const job = '01'.repeat(32)
    await until(() => peer.following === 1)
    await context.clock.settle(0)
    context.clock.advance(1000)
    peer.deliver(job, 0)
    await context.clock.settle(0)
    context.clock.advance(4000)
    peer.deliver(job, 1)
    await context.clock.settle(0)
    context.clock.advance(5000)
    peer.finish(job, 'finished')
    await ended
    assert.deepEqual(context.stderr.lines, [
      'shot.glb  pathtracer  960×540  64 samples',
      '25 %  1/4 units  60.0 units/min  0:03 left  1 peer',
      '50 %  2/4 units  24.0 units/min  0:02 left  1 peer'
    ])
  })

  it('is plain on a terminal too with NO_COLOR, TERM=dumb or --quiet', async () => {
    for (const [name, value, flag] of [['NO_COLOR', '1', ''], ['TERM', 'dumb', ''], ['LANG', 'C', '--quiet']] as const) {
      const plain = new TestContext(peer, folder, { terminal: [80, 24] })
      plain.env[name] = value
      peer.script = rendersAtOnce
      assert.equal(await plain.run(`render shot.glb ${flag}`), 0)
      assert.ok(!plain.stderr.text.includes('\u001B'), plain.stderr.text)
    }
  })

  it('draws a bar on a terminal', async () => {
    const terminal = new TestContext(peer, folder, { terminal: [80, 24] })
    terminal.env['TERM'] = 'xterm'
    peer.script = rendersAtOnce
    assert.equal(await terminal.run('render shot.glb'), 0)
    assert.match(terminal.stderr.text, /█{10,}.* {2}100 % {2}4\/4 units/)
    assert.match(terminal.stderr.text, /ALDER {2}.* 4 done/)
    assert.deepEqual(terminal.stdout.lines, ['saved shot.png (960×540, 1:31, 1 peer, 0 lapsed)'])
  })
})
