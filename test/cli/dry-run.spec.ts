import assert from 'node:assert/strict'
import { dryRun, estimateLines, estimateWords } from '../../src/cli/dry-run.ts'
import { CommandBench } from './support/command-bench.ts'
import { FAKE_PEER, FakePeer, OTHER_PEER } from './support/fake-peer.ts'
import { TestContext } from './support/test-context.ts'
import type { EstimatedPeer } from '../../src/api.ts'

const base = new FakePeer().estimated
const [self, birch] = base.peers as [EstimatedPeer, EstimatedPeer]
const attic: EstimatedPeer = { peer: 'C', name: 'ATTIC', self: false, threads: 8, lacks: null, samplesPerSecond: null }
const shed: EstimatedPeer = { ...attic, peer: 'D', name: 'SHED', lacks: 'has no pathtracer' }

describe('tilemesh render --dry-run', () => {
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

  /** The same without a socket, whose answers no fake clock waits for. */
  async function waiting (waitMs: number): Promise<number> {
    return dryRun({
      context,
      talk: { json: true, quiet: false },
      access: { api: peer, kind: 'running', close: async () => [] },
      request: { scene: '/shot.glb', output: '/shot.png' },
      waitMs
    })
  }

  it('says what the job would be, and submits nothing', async () => {
    await bench.runPeer()
    assert.equal(await context.run('render shot.glb --dry-run --samples 256'), 0)
    assert.deepEqual(context.stdout.lines, [
      'shot.glb  pathtracer  1920×1080  256 samples',
      'files     14 files, 212.0 MiB, none missing',
      'work      510 units: tiles of 64×64 pixels',
      'estimate  about 6 min 40 s on 2 peers; here alone about 19 min',
      '',
      'NAME   THREADS  SPEED',
      'ALDER        2  0.47 million samples/s  this peer',
      'BIRCH        4  0.86 million samples/s',
      '',
      'Nothing was submitted.'
    ])
    assert.equal(context.stderr.text, '')
    assert.deepEqual(peer.requests, [])
    assert.match(peer.asked.join(), /^estimate .*"samples":256/)
  })

  it('prints one event with --json', async () => {
    await bench.runPeer()
    assert.equal(await context.run('render shot.glb --dry-run --json'), 0)
    assert.deepEqual(context.stdout.events, [{ event: 'estimate', ...base }])
  })

  it('says warnings on standard error', async () => {
    await bench.runPeer()
    peer.estimated = { ...base, warnings: ['skins stay at rest'] }
    await context.run('render shot.glb --dry-run')
    assert.deepEqual(context.stderr.lines, ['warning: skins stay at rest'])
  })

  it('ends with 4, after all is said, when no peer seen could render it', async () => {
    await bench.runPeer()
    peer.estimated = { ...base, peers: [{ ...self, lacks: 'left out (--no-local)' }, shed], etaMs: null, aloneMs: null }
    assert.equal(await context.run('render shot.glb --dry-run --no-local'), 4)
    assert.ok(context.stdout.lines.includes('SHED         8  -      has no pathtracer'), context.stdout.text)
    assert.deepEqual(context.stderr.lines, ['tilemesh: no peer seen now could render this with pathtracer; start one with: tilemesh up'])
    const json = new TestContext(peer, folder)
    assert.equal(await json.run('render shot.glb --dry-run --no-local --json'), 4)
    assert.deepEqual(json.stdout.events.map(({ event }) => event), ['estimate', 'error'])
  })

  it('waits for a peer that could as long as it is told to', async () => {
    const { peerList } = peer
    peer.estimated = { ...base, peers: [shed] }
    peer.peerList = []
    context.clock.after(30_000, () => {
      peer.estimated = base
      peer.peerList = peerList
    })
    assert.equal(await context.clock.drive(waiting(60_000)), 0)
    assert.equal(peer.asked.length, 2)
  })

  it('gives up waiting in time', async () => {
    peer.estimated = { ...base, peers: [shed] }
    peer.peerList = []
    const startMs = context.clock.nowMs()
    await assert.rejects(context.clock.drive(waiting(2_200)), { name: 'NoCapablePeerError' })
    assert.equal(context.clock.nowMs() - startMs, 2_200)
  })

  it('fails as submitting would', async () => {
    await bench.runPeer()
    assert.equal(await context.run('render broken.glb --dry-run'), 3)
    assert.equal(await context.run('render nothing.glb --dry-run'), 3)
    assert.equal(await context.run('render shot.glb --dry-run -o nowhere/shot.png'), 2)
    assert.equal(await context.run('render shot.glb --dry-run --replace other'), 2)
    assert.equal(await context.run('render shot.glb --dry-run --detach'), 2)
    assert.equal(context.stdout.text, '')
  })

  describe('the words', () => {
    const words = (part: Partial<typeof base>): string => estimateWords({ ...base, ...part })

    it('name the peers that are not measured yet', () => {
      assert.equal(words({ peers: [self, attic] }), 'about 6 min 40 s here alone; ATTIC not measured yet, so it may go faster')
      assert.equal(words({ peers: [self, birch, attic, { ...attic, name: 'LOFT' }] }),
        'about 6 min 40 s on 2 measured peers; here alone about 19 min; ATTIC, LOFT not measured yet, so it may go faster')
      assert.equal(words({ peers: [{ ...self, lacks: 'renders nothing' }, birch, attic], aloneMs: null }),
        'about 6 min 40 s on 1 measured peer; ATTIC not measured yet, so it may go faster')
    })

    it('do not promise what is not known', () => {
      assert.equal(words({ peers: [attic], etaMs: null, aloneMs: null }), 'none yet: ATTIC not measured yet; a first job will tell')
      assert.equal(words({ peers: [shed], etaMs: null, aloneMs: null }), 'none: no peer here can render it')
    })

    it('name what else is being rendered', () => {
      assert.match(words({ otherJobs: 2 }), /; 2 other jobs will take a share$/)
    })

    it('say how the work is cut', () => {
      const cut = (part: Partial<typeof base>): string => estimateLines({ ...base, ...part })[2]!
      assert.match(cut({ split: 'samples' }), /510 units: tiles of 64×64 pixels, cut by samples$/)
      assert.match(cut({ split: 'frames', frames: 9, units: 9 }), /9 units: whole frames$/)
      assert.match(cut({ frames: 9 }), /tiles of 64×64 pixels of each frame$/)
    })
  })

  it('is told in a line before a real job begins', async () => {
    await bench.runPeer()
    peer.expected = { etaMs: 95_000, peers: 3 }
    peer.script = (job) => { peer.finish(job, 'finished') }
    await context.run('render shot.glb')
    assert.equal(context.stderr.lines[0], 'estimate: about 1 min 40 s on 3 peers (measured speeds)')
    assert.ok([FAKE_PEER, OTHER_PEER].includes(self.peer))
  })
})
