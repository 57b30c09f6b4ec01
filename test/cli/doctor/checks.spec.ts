import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHECK_MS, badAs, examine, ok } from '../../../src/cli/doctor/check.ts'
import { engineChecks } from '../../../src/cli/doctor/engines.ts'
import { examineClock, examineMemory } from '../../../src/cli/doctor/machine.ts'
import { examineAddresses, examineListening } from '../../../src/cli/doctor/network.ts'
import { endpointOf, examineKnownPeers, examineReach } from '../../../src/cli/doctor/reach.ts'
import { examineHomeDisk, examineHomeFolder } from '../../../src/cli/doctor/storage.ts'
import { examineTerminal, examineTools, showsBlocks } from '../../../src/cli/doctor/surroundings.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { FakePeer, FAKE_PEER, summaryOf } from '../support/fake-peer.ts'
import { Capture } from '../support/test-context.ts'
import type { HomeExamination } from '../../../src/examination.ts'

const GIB = 1024 ** 3
const NOBODY: HomeExamination = {
  folder: { state: 'fine', value: 'there' },
  identity: { state: 'fine', value: undefined },
  mesh: { state: 'fine', value: undefined },
  settings: { state: 'fine', value: 0 },
  kept: { state: 'fine', value: { custody: { jobs: 0, bytes: 0 }, spool: { jobs: 0, bytes: 0 } } },
  holder: { state: 'fine', value: undefined }
}

describe('an examiner', () => {
  it('is given up when it takes too long, and does not break the others when it breaks', async () => {
    const clock = new FakeClock()
    const late = examine({ name: 'disk', run: async () => new Promise(() => {}) }, clock)
    clock.advance(CHECK_MS)
    assert.deepEqual((await late).map(({ name, state, message }) => [name, state, message]), [['disk', 'warn', 'no answer within 8 s']])
    const [broken] = await examine({ name: 'disk', run: async () => { throw new Error('surprise') } }, clock)
    assert.match(broken!.message, /surprise/)
    assert.deepEqual(await examine({ name: 'disk', run: async () => [ok('disk', 'fine')] }, clock), [{ name: 'disk', state: 'ok', message: 'fine', cure: null }])
  })

  it('takes the cure from an error that has one', () => {
    assert.deepEqual(badAs('home', 'it is full; free some space', 'move'), { name: 'home', state: 'bad', message: 'it is full', cure: 'free some space' })
    assert.deepEqual(badAs('home', 'it is full', 'move'), { name: 'home', state: 'bad', message: 'it is full', cure: 'move' })
  })
})

describe('the checks of the doctor', () => {
  it('home: used by a peer that answers is well, by one that does not is bad and named', () => {
    const held: HomeExamination = { ...NOBODY, holder: { state: 'fine', value: { pid: 4711, sinceMs: Date.now() } } }
    assert.match(examineHomeFolder('/h', held, 'answers').message, /a peer runs in it \(pid 4711, since \d{4}-\d\d-\d\d \d\d:\d\d\)/)
    const silent = examineHomeFolder('/h', held, 'none')
    assert.deepEqual([silent.state, silent.cure], ['bad', 'wait for it, or end it with: kill 4711'])
    assert.match(examineHomeFolder('/h', held, { refused: 'it is of another version; start it again' }).message, /: it is of another version$/)
    assert.deepEqual([examineHomeFolder('/h', NOBODY, 'none').state, examineHomeFolder('/h', { ...NOBODY, folder: { state: 'fine', value: 'missing' } }, 'none').state], ['ok', 'ok'])
    assert.equal(examineHomeFolder('/h', { ...NOBODY, folder: { state: 'broken', reason: 'others may read it; chmod' } }, 'none').state, 'bad')
  })

  it('disk: little space and a slow disk are warned of, one that refuses is bad', async () => {
    assert.equal((await examineHomeDisk(async () => ({ freeBytes: 50 * GIB, syncMs: 10 }))).state, 'ok')
    assert.match((await examineHomeDisk(async () => ({ freeBytes: GIB, syncMs: 10 }))).message, /1\.0 GiB free/)
    assert.equal((await examineHomeDisk(async () => ({ freeBytes: GIB, syncMs: 10 }))).state, 'warn')
    assert.equal((await examineHomeDisk(async () => ({ freeBytes: 50 * GIB, syncMs: 800 }))).state, 'warn')
    const refused = await examineHomeDisk(async () => { throw new Error('The disk is read-only; mount it writable') })
    assert.deepEqual([refused.state, refused.cure], ['bad', 'mount it writable'])
  })

  it('engines: pixels that differ are bad, a missing engine only where none works', () => {
    const info = { id: 'pathtracer', version: '2', fingerprint: 'pathtracer/2/aa' }
    const missing = { engine: 'povray', state: 'missing', reason: 'not installed' } as const
    const states = (golden: Parameters<typeof engineChecks>[0][number] & { state: 'works' }): string[] => engineChecks([golden, missing]).map(({ state }) => state)
    assert.deepEqual(states({ engine: 'pathtracer', state: 'works', info, golden: { state: 'exact', ms: 5 } }), ['ok', 'warn'])
    assert.deepEqual(states({ engine: 'pathtracer', state: 'works', info, golden: { state: 'different', hash: 'ab'.repeat(32) } }), ['bad', 'bad'])
  })

  it('memory: a limit of a container counts', () => {
    assert.equal(examineMemory({ total: 64 * GIB, allowed: 0, available: 20 * GIB }).message, '20.0 GiB free of 64.0 GiB')
    const limited = examineMemory({ total: 64 * GIB, allowed: GIB, available: GIB / 2 })
    assert.match(limited.message, /limit of this container/)
    assert.equal(limited.state, 'warn')
  })

  it('clock: one that is being set is warned of', async () => {
    const clock = new FakeClock()
    const jumping = { nowMs: () => clock.nowMs(), wallMs: () => Date.UTC(2026, 1) + clock.nowMs() * 2, after: (ms: number, run: () => void) => clock.after(ms, run) }
    const look = examineClock(jumping)
    clock.advance(1000)
    assert.match((await look).message, /moved by \d+ ms against time/)
    const steady = { ...jumping, wallMs: () => Date.UTC(2026, 1) + clock.nowMs() }
    const again = examineClock(steady)
    clock.advance(1000)
    assert.equal((await again).state, 'ok')
    const dead = examineClock({ ...steady, wallMs: () => clock.nowMs() })
    clock.advance(1000)
    assert.match((await dead).message, /the clock says 1970/)
  })

  it('network: addresses others can use; without any, jobs still run here', async () => {
    const info = (address: string, internal: boolean): never => ({ address, internal, family: 'IPv4', netmask: '', mac: '', cidr: null }) as never
    assert.equal(examineAddresses({ lo: [info('127.0.0.1', true)], eth0: [info('10.0.0.4', false)] }).message, '10.0.0.4 (eth0)')
    assert.equal(examineAddresses({ lo: [info('127.0.0.1', true)] }).state, 'warn')
    assert.equal((await examineListening()).state, 'ok')
  })

  it('known peers: one that answers is enough, and nobody is dialled twice or through another', async () => {
    const dialled: string[] = []
    const dial = async ({ host, port }: { host: string, port: number }): Promise<string | undefined> => {
      dialled.push(`${host} ${port}`)
      return host === '10.0.0.2' ? undefined : 'nobody listens there'
    }
    const near = ['/ip4/10.0.0.2/tcp/4001/p2p/12D3a', '/ip4/10.0.0.2/tcp/4001/p2p/12D3b', '/ip6/fd00::1/tcp/4001', '/ip4/10.0.0.9/tcp/1/p2p/12D3/p2p-circuit/p2p/12D4', '/memory/x']
    assert.deepEqual((await examineKnownPeers(near, dial))?.state, 'ok')
    assert.deepEqual(dialled, ['10.0.0.2 4001', 'fd00::1 4001'])
    const gone = await examineKnownPeers(['/ip6/fd00::1/tcp/4001'], dial)
    assert.match(gone?.message ?? '', /none of 1 place .*\(\[fd00::1\]:4001: nobody listens there\)/)
    assert.equal(await examineKnownPeers([], dial), undefined)
    const many = Array.from({ length: 40 }, (_, index) => `/ip4/10.0.1.${index}/tcp/4001`)
    dialled.length = 0
    await examineKnownPeers(many, dial)
    assert.equal(dialled.length, 16)
  })

  it('reachable: says whether others can dial the running peer, and how members are connected', async () => {
    const peer = new FakePeer()
    const tells = (...addresses: string[]): void => {
      peer.status = async () => ({ ...await new FakePeer().status(), addresses })
    }
    const reach = async (why: string | undefined): Promise<string[]> => (await examineReach(peer, async () => why)).map(({ state, message }) => `${state} ${message}`)
    tells('/ip4/127.0.0.1/tcp/4001')
    assert.deepEqual(await reach(undefined), ['ok 1 member connected: BIRCH direct', 'warn not from other machines: this peer listens on none of their networks'])
    tells('/ip4/192.168.1.7/tcp/4001')
    assert.match((await reach(undefined))[1]!, /^ok direct on this network: 192\.168\.1\.7:4001; from outside only if/)
    assert.match((await reach('no answer'))[1]!, /^warn unreachable: 192\.168\.1\.7:4001: no answer/)
    tells('/ip4/192.168.1.7/tcp/4001', '/ip4/203.0.113.9/tcp/4001')
    assert.match((await reach(undefined))[1]!, /^ok direct, also from outside.*203\.0\.113\.9:4001/)
    peer.peerList = [summaryOf(FAKE_PEER, 'ALDER', 'here')]
    assert.match((await reach(undefined))[0]!, /^warn no other member/)
    peer.peerList = Array.from({ length: 9 }, (_, index) => summaryOf(`12D3${index}`, `P${index}`, 'relayed'))
    assert.match((await reach(undefined))[0]!, /^ok 9 members connected: P0 relayed, .*P5 relayed and 3 more$/)
  })

  it('reads the multiaddrs that lead somewhere by TCP', () => {
    assert.deepEqual(endpointOf('/dns4/farm.example/tcp/4001/p2p/12D3'), { host: 'farm.example', port: 4001 })
    assert.equal(endpointOf('/ip4/10.0.0.2/udp/4001/quic-v1'), undefined)
    assert.equal(endpointOf('/ip4/10.0.0.2/tcp/4001/ws'), undefined)
  })

  it('terminal: what it can show', () => {
    const look = (env: Record<string, string>, columns?: number): string => {
      const { state, message } = examineTerminal({ env, stdout: columns === undefined ? new Capture() : new Capture(columns, 30) })
      return `${state} ${message}`
    }
    assert.match(look({}), /^ok none/)
    assert.equal(look({ COLORTERM: 'truecolor' }, 120), 'ok 120 × 30, true colour; the picture grows in half blocks')
    assert.match(look({ NO_COLOR: '1' }, 120), /no colours/)
    assert.match(look({ TERM: 'dumb' }, 120), /TERM=dumb/)
    assert.equal(showsBlocks({ LANG: 'de_DE.ISO-8859-1' }, 'linux'), false)
    assert.equal(showsBlocks({ LC_ALL: 'C.UTF-8', LANG: 'C' }, 'linux'), true)
    assert.equal(showsBlocks({}, 'linux'), true)
  })

  it('tools: ffmpeg counts where it can be run', async function () {
    if (process.platform === 'win32') {
      this.skip()
    }
    const folder = await mkdtemp(join(tmpdir(), 'tilemesh-tools-'))
    const stateFor = async (env: Record<string, string>): Promise<string> => (await examineTools(env)).state
    try {
      await writeFile(join(folder, 'ffmpeg'), '')
      assert.equal(await stateFor({ PATH: folder }), 'warn')
      await chmod(join(folder, 'ffmpeg'), 0o755)
      assert.equal(await stateFor({ PATH: `relative:${folder}` }), 'ok')
      assert.equal(await stateFor({}), 'warn')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
