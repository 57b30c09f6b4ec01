import assert from 'node:assert/strict'
import { join } from 'node:path'
import { jobTable } from '../../../src/cli/commands/jobs.ts'
import { until } from '../../contracts/peer-api.ts'
import { CommandBench } from '../support/command-bench.ts'
import { FAKE_PEER, OTHER_PEER } from '../support/fake-peer.ts'
import { TestContext } from '../support/test-context.ts'
import type { FakePeer } from '../support/fake-peer.ts'

describe('commands that ask the running peer', () => {
  let bench: CommandBench
  let folder: string
  let peer: FakePeer
  let context: TestContext
  let job: string

  beforeEach(async () => {
    bench = await CommandBench.lay();
    ({ folder, peer, context } = bench)
    await bench.runPeer()
    job = (await peer.render({ scene: '/scenes/shot.glb', output: join(folder, 'shot.png') })).job
  })

  afterEach(async () => {
    await bench.clear()
  })

  it('jobs: a table, or an event each', async () => {
    assert.equal(await context.run('jobs'), 0)
    assert.deepEqual(context.stdout.lines, [
      'JOB       SCENE     ENGINE      SIZE     STATE    UNITS  REQUESTER',
      '01010101  shot.glb  pathtracer  960×540  running  0/4    ALDER (here)'
    ])
    const json = new TestContext(peer, folder)
    await json.run('jobs --json')
    assert.deepEqual(json.stdout.events.map(({ event, job: id, fingerprint, frames }) => [event, id, fingerprint, frames]), [['job', job, 'pathtracer 1.0', 1]])
  })

  it('jobs: whether this peer may be closed, below the table', async () => {
    const [running] = await peer.jobs()
    const lines = jobTable([{ ...running!, safety: { state: 'safe' } }, { ...running!, safety: { state: 'unsafe', missing: 'the scene is still to be copied to 2 other computers' } }])
    assert.deepEqual(lines.slice(-2), [
      '01010101 shot.glb: safe to close this peer',
      '01010101 shot.glb: not yet safe to close this peer: the scene is still to be copied to 2 other computers'
    ])
  })

  it('jobs: why one waits, below the table', async () => {
    const [running] = await peer.jobs()
    assert.deepEqual(jobTable([{ ...running!, waits: 'shot.png was not written: the folder /out does not exist; make it or choose another' }, running!]).slice(1), [
      '01010101  shot.glb  pathtracer  960×540  waits    0/4    ALDER (here)',
      '01010101  shot.glb  pathtracer  960×540  running  0/4    ALDER (here)',
      '01010101 shot.glb waits: shot.png was not written: the folder /out does not exist; make it or choose another'
    ])
  })

  it('jobs: whose requester is away, and which of them only wait for it', async () => {
    const [running] = await peer.jobs()
    const away = { ...running!, own: false, requesterAway: true } as const
    assert.deepEqual(jobTable([away, { ...away, done: 4 }]).slice(1), [
      '01010101  shot.glb  pathtracer  960×540  running   0/4    ALDER (away)',
      '01010101  shot.glb  pathtracer  960×540  rendered  4/4    ALDER (away)',
      '01010101 shot.glb: all of it is rendered, and kept until ALDER collects it'
    ])
  })

  it('peers: a table, or an event each', async () => {
    peer.peerList = [peer.peerList[0]!, { ...peer.peerList[1]!, unitsPerMinute: 11.25, doing: 'rendering shot.glb', reach: 'relayed', engines: [] }]
    assert.equal(await context.run('peers'), 0)
    assert.deepEqual(context.stdout.lines, [
      'NAME   PEER       REACH    THREADS  ENGINES     SPEED           DOES',
      'ALDER  12D3…Self  here           2  pathtracer  -               idle',
      'BIRCH  12D3…ther  relayed        2  -           11.3 units/min  rendering shot.glb'
    ])
    const json = new TestContext(peer, folder)
    await json.run('peers --json')
    assert.deepEqual(json.stdout.events.map(({ event, state, name }) => [event, state, name]), [['peer', 'joined', 'ALDER'], ['peer', 'joined', 'BIRCH']])
  })

  it('log: what became of a unit, in order, with what the renderer said made harmless', async () => {
    peer.logs = {
      state: 'parked',
      place: { frame: 1, rect: { x0: 64, y0: 0, x1: 128, y1: 64 }, samples: { first: 0, end: 16 } },
      troubles: [
        { unit: '2', kind: 'failed', peer: OTHER_PEER, name: 'BIRCH', reason: 'no memory', atMs: 2_100 },
        { unit: '2', kind: 'failed', peer: FAKE_PEER, name: 'ALDER', reason: 'no disk', atMs: 4_000 },
        { unit: '2', kind: 'parked', peer: FAKE_PEER, name: 'ALDER', reason: 'no disk', atMs: 5_000 }
      ],
      attempts: [
        { type: 'failed', startedAtMs: 500, atMs: 2_000, threads: 1, reason: 'no memory', log: 'line one\r\n\u001b[2Jline two\n\n', peer: OTHER_PEER, name: 'BIRCH' },
        { type: 'rendered', startedAtMs: 1_000, atMs: 3_000, threads: 8, renderMs: 1_500, log: '', peer: FAKE_PEER, name: 'CEDAR' },
        { type: 'delivered', atMs: 3_500, to: FAKE_PEER, answer: 'refused', tries: 2, peer: FAKE_PEER, name: 'CEDAR' }
      ],
      gaps: [{ peer: OTHER_PEER, name: 'ELM', why: 'away' }, { peer: OTHER_PEER, name: 'FIR', why: 'silent' }, { peer: OTHER_PEER, name: 'GUM', why: 'dropped' }]
    }
    assert.equal(await context.run('log shot.glb 2'), 0)
    assert.deepEqual(context.stdout.lines.map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:/, '')), [
      'unit 2 of shot.glb (frame 1, 64×64 pixels at 64,0, samples 0 to 15), parked',
      '02  BIRCH failed after 1.50 s (1 thread): no memory',
      '    | line one',
      '    | �[2Jline two',
      '03  CEDAR rendered it in 1.50 s (8 threads, 2.00 s from start to end)',
      '03  CEDAR delivered it to the requester, which refused it, at try 2',
      '04  ALDER failed: no disk',
      '05  ALDER failed too, so it is parked: no disk',
      'ELM is away, and may know more',
      'FIR did not say what it knows',
      'GUM has dropped older logs of this job, for the room they took'
    ])
    const json = new TestContext(peer, folder)
    assert.equal(await json.run('log shot.glb 2 --json'), 0)
    assert.deepEqual(json.stdout.events.map(({ event, state, name, why }) => [event, state ?? why, name].join(' ')), [
      'log failed BIRCH', 'log failed BIRCH', 'log rendered CEDAR', 'log delivered CEDAR', 'log failed ALDER', 'log parked ALDER', 'gap away ELM', 'gap silent FIR', 'gap dropped GUM'
    ])
    assert.equal(json.stdout.events[0]!['log'], 'line one\r\n\u001b[2Jline two\n\n')
  })

  it('log: nothing is kept, no such unit, no such job', async () => {
    assert.equal(await context.run('log shot.glb 0'), 0)
    assert.deepEqual(context.stdout.lines, ['unit 0 of shot.glb', 'no peer that answers has rendered it, or keeps anything of it'])
    assert.equal(await context.run('log shot.glb 4'), 2)
    assert.equal(await context.run('log other.glb 4'), 2)
    assert.deepEqual(context.stderr.lines, [
      'tilemesh: There is no unit "4" in this job; its units are 0 to 3.',
      'tilemesh: No job "other.glb" is known here. List the jobs with: tilemesh jobs'
    ])
  })

  it('log without a unit: what went wrong, and how to look closer', async () => {
    assert.equal(await context.run('log shot.glb'), 0)
    assert.deepEqual(context.stdout.lines, ['nothing went wrong with the units of shot.glb (0 of 4 done)'])
    peer.logs = {
      ...peer.logs,
      troubles: [...Array.from({ length: 30 }, (_, atMs) => ({ unit: '1', kind: 'lapsed' as const, peer: OTHER_PEER, name: 'BIRCH', reason: '', atMs })),
        { unit: '3', kind: 'parked', peer: FAKE_PEER, name: 'ALDER', reason: 'no', atMs: 50 }]
    }
    const some = new TestContext(peer, folder)
    assert.equal(await some.run('log shot.glb'), 0)
    assert.equal(some.stdout.lines.length, 23)
    assert.deepEqual(some.stdout.lines.slice(0, 2), ['1 unit of shot.glb parked: 3', 'the last 20 of 31 troubles:'])
    assert.match(some.stdout.lines[2]!, /^\d{4}-.* {2}unit 1 {2}BIRCH did not finish it, so it was given to others$/)
    assert.equal(some.stdout.lines.at(-1), 'look closer with: tilemesh log 01010101 3')
  })

  it('cache: a table, or an event each; clear', async () => {
    assert.equal(await context.run('cache'), 0)
    assert.deepEqual(context.stdout.lines, ['Nothing is kept; 0 B of 1.0 GiB are used.'])
    const nowMs = context.clock.wallMs()
    const thing = { kind: 'scene', id: 'ab'.repeat(32), name: 'shot.glb', bytes: 5 * 2 ** 20, usedAtMs: nowMs - 10, needed: true } as const
    peer.cached = {
      quotaBytes: 2 ** 30,
      usedBytes: 7 * 2 ** 20,
      things: [thing, { ...thing, kind: 'films', bytes: 2 ** 20, usedAtMs: nowMs - 7_200_000, needed: false }, { ...thing, name: '', bytes: 600, usedAtMs: nowMs - 86_400_000, needed: false },
        { ...thing, kind: 'blob', name: '', bytes: 1_000, usedAtMs: nowMs - 172_800_000, needed: false }, { ...thing, kind: 'blob', name: '', bytes: 24, usedAtMs: nowMs - 272_800_000, needed: false }],
      unlisted: 2
    }
    const table = new TestContext(peer, folder)
    assert.equal(await table.run('cache'), 0)
    assert.deepEqual(table.stdout.lines, [
      'KEPT                       SIZE     LAST USED',
      'shot.glb                   5.0 MiB  just now    a job needs it',
      'film of shot.glb           1.0 MiB  2 h ago',
      'abababab                   600 B    1 day ago',
      '2 files of no known scene  1.0 KiB  2 days ago',
      '2 more',
      '7.0 MiB of 1.0 GiB are used; what no job needs goes with: tilemesh cache clear'
    ])
    const json = new TestContext(peer, folder)
    await json.run('cache --json')
    assert.deepEqual(json.stdout.events.map(({ event, quotaBytes, kind }) => [event, quotaBytes ?? kind]), [['cache', 2 ** 30], ['cached', 'scene'], ['cached', 'films'], ['cached', 'scene'], ['cached', 'blob'], ['cached', 'blob']])
    peer.cached = { ...peer.cached, custody: { quotaBytes: 2 ** 30, usedBytes: 2 ** 20, jobs: [{ job: 'cd'.repeat(32), name: 'walk.glb', requester: OTHER_PEER, units: 12, bytes: 2 ** 20 }] } }
    const others = new TestContext(peer, folder)
    await others.run('cache')
    assert.deepEqual(others.stdout.lines.slice(-2), ['Results kept for others, 1.0 MiB of 1.0 GiB:', 'cdcdcdcd walk.glb: 12 units, 1.0 MiB, until its requester has them'])
    const clear = new TestContext(peer, folder)
    assert.equal(await clear.run('cache clear'), 0)
    assert.deepEqual(clear.stdout.lines, ['let go of 2.0 MiB; jobs that have not ended need the other 5.0 MiB'])
    assert.deepEqual(peer.asked, ['clearCache'])
  })

  it('cancel: for good, by the requester only', async () => {
    assert.equal(await context.run('cancel shot.glb'), 0)
    assert.deepEqual(peer.asked, [`cancel ${job}`])
    const foreign = { ...(await peer.findJob(job)), job: 'ff'.repeat(32), name: 'theirs.glb', own: false, requester: OTHER_PEER, requesterName: 'BIRCH' }
    peer.addJob(foreign)
    assert.equal(await context.run('cancel theirs.glb'), 2)
    assert.match(context.stderr.text, /only BIRCH can cancel this job/)
  })

  it('pause, resume, set: by the requester only', async () => {
    assert.equal(await context.run('pause shot.glb'), 0)
    assert.equal(await context.run('resume 0101'), 0)
    assert.equal(await context.run('set shot.glb --priority -3'), 0)
    assert.deepEqual(peer.asked, [`pause ${job}`, `resume ${job}`, `setPriority -3 of ${job}`])
    assert.deepEqual(context.stdout.lines, ['paused shot.glb; it goes on with: tilemesh resume 01010101', 'resumed shot.glb', 'shot.glb has priority -3'])
    const json = new TestContext(peer, folder)
    await json.run('pause shot.glb --json')
    assert.deepEqual(json.stdout.events.map(({ event, state }) => [event, state]), [['job', 'paused']])
    assert.equal(await context.run('set shot.glb'), 2)
    peer.addJob({ ...(await peer.findJob(job)), job: 'ff'.repeat(32), name: 'theirs.glb', own: false, requester: OTHER_PEER, requesterName: 'BIRCH' })
    for (const line of ['pause theirs.glb', 'resume theirs.glb', 'set theirs.glb --priority 1']) {
      assert.equal(await context.run(line), 2)
      assert.match(context.stderr.lines.at(-1)!, /only BIRCH can/)
    }
  })

  it('threads and drain: what the running peer does from now on', async () => {
    for (const line of ['threads 3', 'drain', 'drain --off']) {
      assert.equal(await context.run(line), 0)
    }
    assert.deepEqual(peer.asked, ['setThreads 3', 'takeWork none', 'takeWork any'])
    assert.deepEqual(context.stdout.lines, ['renders with 3 threads from now on', 'takes no more work; again with: tilemesh drain --off', 'takes work again'])
    const json = new TestContext(peer, folder)
    assert.equal(await json.run('drain --json'), 0)
    assert.equal(await json.run('status --json'), 0)
    assert.deepEqual(json.stdout.events.map(({ event, draining }) => [event, draining]), [['status', true], ['status', true]])
    const text = new TestContext(peer, folder)
    await text.run('status')
    assert.match(text.stdout.text, /^work {3}draining: finishes what it holds/m)
  })

  it('config: shows and changes what the running peer keeps, and says what its own options hold back', async () => {
    for (const line of ['config', 'config threads', 'config threads 4', 'config threads --reset']) {
      assert.equal(await context.run(line), 0, context.stderr.text)
    }
    assert.deepEqual(peer.asked, ['changeSetting threads 4', 'changeSetting threads null'])
    assert.deepEqual(context.stdout.lines, [
      'SETTING  VALUE        DEFAULT  MEANING',
      'threads  all (now 3)  all      render threads',
      'SETTING  VALUE        DEFAULT  MEANING',
      'threads  all (now 3)  all      render threads: 1 to 1024, or all',
      'threads is 4',
      'the running peer was started with 3, and keeps that until it ends',
      'threads is back to its default: all',
      'the running peer was started with 3, and keeps that until it ends'
    ])
    const json = new TestContext(peer, folder)
    assert.equal(await json.run('config --json'), 0)
    assert.equal(await json.run('config threads 7 --json'), 0)
    assert.deepEqual(json.stdout.events.map(({ event, key, value, set }) => [event, key, value, set]), [['setting', 'threads', 'all', false], ['setting', 'threads', '7', true]])
  })

  it('status and drain: say why a peer rests, and a drain before that', async () => {
    peer.resting = 'resting until 22:00'
    for (const line of ['status', 'drain --off', 'drain', 'status']) {
      assert.equal(await context.run(line), 0)
    }
    const said = context.stdout.lines.filter((line) => /rest|drain/.test(line))
    assert.deepEqual(said, [
      'work   resting until 22:00; what is rendered from here goes on. Change it with: tilemesh config',
      'drained no longer, but its settings keep it resting until 22:00; change them with: tilemesh config',
      'takes no more work; again with: tilemesh drain --off',
      'work   draining: finishes what it holds, takes no more; end it with: tilemesh drain --off'
    ])
    const json = new TestContext(peer, folder)
    await json.run('status --json')
    assert.equal(json.stdout.events[0]!['resting'], 'resting until 22:00')
  })

  it('names a job it does not know with 2', async () => {
    for (const line of ['cancel other', 'pause other', 'resume other', 'set other --priority 1', 'watch other', 'fetch other -o x.png']) {
      assert.equal(await context.run(line), 2)
    }
    assert.equal(context.stderr.lines.length, 6)
  })

  it('fetch: says what is missing in one line and ends with 0', async () => {
    assert.equal(await context.run('fetch shot.glb -o now.png --bits 16 --wait-ms 50'), 0)
    assert.deepEqual(peer.asked, [`fetch ${JSON.stringify({ output: join(folder, 'now.png'), bits: 16, waitMs: 50 })}`])
    assert.deepEqual(context.stdout.lines, ['saved now.png (0/4 units)'])
    assert.deepEqual(context.stderr.lines, ['4 units are not rendered yet'])
    const json = new TestContext(peer, folder)
    assert.equal(await json.run('fetch 0101 -o now.exr --json'), 0)
    assert.deepEqual(json.stdout.events, [{
      event: 'saved', job, files: [join(folder, 'now.exr')], done: 0, units: 4, filmHash: null, missing: '4 units are not rendered yet'
    }])
  })

  it('watch: follows to the end', async () => {
    const ended = context.run('watch 0101 --json')
    await until(() => peer.following === 1)
    for (let unit = 0; unit < 4; unit++) {
      peer.deliver(job, unit)
    }
    peer.finish(job, 'finished')
    assert.equal(await ended, 0)
    const words = context.stdout.events.map(({ event }) => event)
    assert.deepEqual([words[0], words[1], words.at(-1)], ['job', 'progress', 'done'])
  })

  it('watch: Ctrl-C only ends the view', async () => {
    const ended = context.run('watch 0101')
    await until(() => peer.following === 1)
    context.interrupt('interrupt')
    assert.equal(await ended, 0)
    await until(() => peer.following === 0)
    assert.deepEqual(peer.asked, [])
  })

  it('watch: ends with 130 for a cancelled job', async () => {
    peer.finish(job, 'cancelled')
    assert.equal(await context.run('watch 0101'), 130)
    assert.deepEqual(context.stderr.lines, ['cancelled shot.glb (960×540, 1:31, 1 peer, 0 lapsed)'])
  })

  it('watch: ends with 1 and a line when the peer goes away', async () => {
    const ended = context.run('watch 0101')
    await until(() => peer.following === 1)
    await bench.stopPeer()
    assert.equal(await ended, 1)
    assert.match(context.stderr.lines.at(-1)!, /went away; start it again with: tilemesh up/)
  })

  it('alone, and status: say where one stands', async () => {
    assert.equal(await context.run(''), 0)
    assert.equal(await context.run('status'), 0)
    assert.deepEqual(context.stdout.lines.slice(5), context.stdout.lines.slice(0, 5))
    assert.deepEqual(context.stdout.lines.slice(0, 5), ['mesh   "home", this peer is ALDER', 'work   takes any, 2 render threads', 'peers  2 peers, 4 threads', 'jobs   1 running, 0 others', 'next   tilemesh jobs'])
  })

  it('refuses options for a peer of its own', async () => {
    assert.equal(await context.run('jobs --no-mdns'), 2)
    assert.match(context.stderr.text, /--no-mdns says how a peer is to be/)
  })
})

describe('commands that ask where no peer runs', () => {
  it('are a peer that renders nothing, wait for others, and leave', async () => {
    const bench = await CommandBench.lay()
    const { peer, context } = bench
    const others = peer.peerList.slice(1)
    peer.peerList = peer.peerList.slice(0, 1)
    const ended = context.run('peers --no-mdns --bootstrap /ip4/127.0.0.1/tcp/4001')
    await until(() => context.clock.pending === 1)
    assert.equal(context.stdout.text, '')
    peer.peerList = [...peer.peerList, ...others]
    while (context.stdout.text === '') {
      context.clock.advance(150)
      await context.clock.settle(0)
    }
    assert.equal(await ended, 0)
    assert.equal(context.stdout.lines.length, 3)
    assert.deepEqual(context.inits.map(({ work, mdns, bootstrap }) => ({ work, mdns, bootstrap })), [{ work: 'off', mdns: 'off', bootstrap: ['/ip4/127.0.0.1/tcp/4001'] }])
    assert.deepEqual(peer.asked, ['start', 'stop politely'])
    await bench.clear()
  })
})
