import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectControl } from '../../../src/control/connect-control.ts'
import { controlSocketPath } from '../../../src/control/socket-path.ts'
import { HomeError } from '../../../src/errors.ts'
import { until } from '../../contracts/peer-api.ts'
import { FAKE_PEER, FakePeer, OTHER_PEER } from '../support/fake-peer.ts'
import { ExitedNow, TestContext } from '../support/test-context.ts'

describe('tilemesh up', () => {
  let folder: string
  let peer: FakePeer

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh-up-'))
    await mkdir(join(folder, 'home'), { mode: 0o700 })
    peer = new FakePeer()
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  it('prints ready and what happens with --json, and leaves politely on Ctrl-C', async () => {
    const context = new TestContext(peer, folder)
    const ended = context.run('up --json')
    await until(() => peer.following === 1)
    peer.tellMesh({ event: 'peer', peer: OTHER_PEER, state: 'joined', name: 'BIRCH' })
    await until(() => context.stdout.lines.length === 2)
    context.interrupt('interrupt')
    assert.equal(await ended, 0)
    assert.deepEqual(context.stdout.events, [
      { event: 'ready', peer: FAKE_PEER, addrs: [`/ip4/127.0.0.1/tcp/4001/p2p/${FAKE_PEER}`], http: null, name: 'ALDER', mesh: 'home' },
      { event: 'peer', peer: OTHER_PEER, state: 'joined', name: 'BIRCH' }
    ])
    assert.deepEqual(peer.asked, ['start', 'stop politely'])
    assert.equal(context.stderr.text, '')
  })

  it('greets a person, and prints the line for the next machine on a terminal', async () => {
    const context = new TestContext(peer, folder, { terminal: [80, 24] })
    const ended = context.run('up')
    await until(() => peer.following === 1)
    peer.tellMesh({ event: 'peer', peer: OTHER_PEER, state: 'joined', name: 'BIRCH' })
    await until(() => context.stderr.text.includes('joined'))
    peer.tellMesh({ event: 'peer', peer: OTHER_PEER, state: 'left', name: 'BIRCH' })
    await until(() => context.stderr.text.includes('left'))
    context.interrupt('interrupt')
    assert.equal(await ended, 0)
    assert.deepEqual(context.stderr.lines, [
      'tilemesh 0.1.0, peer ALDER (12D3…Self), mesh "home"',
      '  renders with   pathtracer 1.0, 2 threads',
      `  listens on     /ip4/127.0.0.1/tcp/4001/p2p/${FAKE_PEER}`,
      '',
      '  Another machine: paste this there (whoever has it can join):',
      '',
      '  Waiting for work. Ctrl-C leaves politely.',
      '  + BIRCH joined (2 threads, pathtracer, direct)',
      '  - BIRCH left',
      '  leaving …'
    ])
    assert.deepEqual(context.stdout.lines, ['    npx -y tilemesh up TILEMESH:FAKETICKET'])
  })

  it('says what becomes of jobs that it leaves open', async () => {
    peer.left = [{ job: 'aa', name: 'shot.glb', to: 'BIRCH' }, { job: 'bb', name: 'still\u001b[2J.glb', to: null }]
    const context = new TestContext(peer, folder, { terminal: [200, 24] })
    const ended = context.run('up')
    await until(() => peer.following === 1)
    context.interrupt('interrupt')
    assert.equal(await ended, 0)
    assert.deepEqual(context.stderr.lines.slice(-3), [
      '  leaving …',
      '  shot.glb goes on without this computer, led by BIRCH. Start this peer again to collect the picture.',
      '  still�[2J.glb waits: nobody else can go on with it now. Start this peer again to finish it.'
    ])
  })

  it('shows a person where it is on the network, and folds lines to a narrow terminal between words', async () => {
    peer.status = async () => ({ ...await new FakePeer().status(), addresses: ['127.0.0.1', '192.168.1.7'].map((host) => `/ip4/${host}/tcp/4001/p2p/${FAKE_PEER}`) })
    const context = new TestContext(peer, folder, { terminal: [30, 24] })
    const ended = context.run('up')
    await until(() => peer.following === 1)
    context.interrupt('interrupt')
    assert.equal(await ended, 0)
    assert.deepEqual(context.stderr.lines.slice(0, 5), [
      'tilemesh 0.1.0, peer ALDER',
      '    (12D3…Self), mesh "home"',
      '  renders with   pathtracer',
      '    1.0, 2 threads',
      '  listens on     192.168.1.7:4001'
    ])
  })

  it('never writes a ticket into a log', async () => {
    const context = new TestContext(peer, folder)
    const ended = context.run('up')
    await until(() => peer.following === 1)
    context.interrupt('terminate')
    assert.equal(await ended, 0)
    assert.ok(!(context.stdout.text + context.stderr.text).includes('FAKETICKET'))
    assert.match(context.stderr.text, /tilemesh mesh invite/)
  })

  it('leaves at once on the second Ctrl-C', async () => {
    const context = new TestContext(peer, folder)
    let release: () => void = () => {}
    peer.stop = async () => {
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return []
    }
    const ended = context.run('up --json')
    await until(() => peer.following === 1)
    context.interrupt('interrupt')
    assert.throws(() => {
      context.interrupt('interrupt')
    }, ExitedNow)
    assert.deepEqual(context.exits, [130])
    await until(() => peer.following === 0)
    release()
    await Promise.race([ended, until(() => context.listening('interrupt') === 0)])
  })

  it('leaves when the program that started it is gone', async () => {
    const context = new TestContext(peer, folder)
    const ended = context.run('up --json')
    await until(() => peer.following === 1)
    context.interrupt('parent-gone')
    assert.equal(await ended, 0)
  })

  it('joins with a ticket from its argument, standard input or the environment', async () => {
    for (const [line, stdin, env] of [['up TILEMESH:A', '', undefined], ['up -', 'TILEMESH:A\n', undefined], ['up', '', 'TILEMESH:A'], ['bootstrap TILEMESH:A', '', undefined]] as const) {
      const context = new TestContext(peer, folder, { stdin })
      context.env['TILEMESH_TICKET'] = env
      const ended = context.run(line)
      await until(() => peer.following === 1)
      context.interrupt('interrupt')
      assert.equal(await ended, 0)
      assert.equal(context.inits[0]!.ticket, 'TILEMESH:A')
    }
  })

  it('refuses an endless ticket', async () => {
    const context = new TestContext(peer, folder, { stdin: 'A'.repeat(4097) })
    assert.equal(await context.run('up -'), 2)
    assert.match(context.stderr.text, /at most 4096 characters/)
  })

  it('is a bootstrap peer when asked', async () => {
    const context = new TestContext(peer, folder)
    const ended = context.run('bootstrap --json')
    await until(() => peer.following === 1)
    context.interrupt('interrupt')
    assert.equal(await ended, 0)
    assert.equal(context.inits[0]!.role, 'bootstrap')
  })

  it('lets the commands of its home in, and a second peer not', async () => {
    const context = new TestContext(peer, folder)
    const ended = context.run('up --json')
    await until(() => peer.following === 1)
    const api = await connectControl(controlSocketPath(join(folder, 'home')))
    assert.equal((await api.status()).name, 'ALDER')
    api.close()
    const second = new TestContext(new FakePeer(), folder)
    assert.equal(await second.run('up'), 5)
    assert.match(second.stderr.text, /^tilemesh: a peer runs in .*home already.*\n$/)
    assert.deepEqual(second.inits, [])
    const invite = new TestContext(new FakePeer(), folder)
    assert.equal(await invite.run('mesh invite --json'), 0)
    assert.deepEqual(invite.stdout.events, [{ event: 'ticket', ticket: 'TILEMESH:FAKETICKET' }])
    context.interrupt('interrupt')
    await ended
    await assert.rejects(connectControl(controlSocketPath(join(folder, 'home'))), { name: 'NoPeerRunningError' })
  })

  it('ends with 5 when the home can not be used', async () => {
    const context = new TestContext(peer, folder)
    context.loadPeer = async () => async () => {
      throw new HomeError('another peer holds this home')
    }
    assert.equal(await context.run('up --json'), 5)
    assert.deepEqual(context.stdout.events, [{ event: 'error', code: 'HomeError', message: 'another peer holds this home' }])
  })

  it('stops a peer that does not start', async () => {
    const context = new TestContext(peer, folder)
    peer.start = async () => {
      throw new HomeError('the port is taken')
    }
    assert.equal(await context.run('up'), 5)
    assert.deepEqual(peer.asked, ['stop now'])
  })
})
