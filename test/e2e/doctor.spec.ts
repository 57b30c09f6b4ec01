import assert from 'node:assert/strict'
import { Stage, isReady } from '../support/stage.ts'
import { writeSmallGlb } from '../support/small-scene.ts'
import type { Check } from '../../src/cli/doctor/check.ts'

/** Everything the doctor looks at is bounded: this is the worst there may be, on a machine that is not busy otherwise. */
const WORST_MS = 10_000

/** What a machine under test takes on top: other tests run beside this one. */
const SLACK_MS = 5_000

describe('doctor beside a running peer', function () {
  this.timeout(120_000)
  let stage: Stage

  beforeEach(() => {
    stage = new Stage()
  })

  afterEach(async () => {
    await stage.close()
  })

  async function doctor (home: string): Promise<{ readonly status: number | null, readonly check: (name: string) => Check | undefined, readonly tookMs: number }> {
    const startMs = performance.now()
    const { status, events } = await stage.ask(home, 'doctor')
    const checks = events as unknown as readonly Check[]
    return { status, check: (name) => checks.find((one) => one.name === name), tookMs: performance.now() - startMs }
  }

  it('says who sees it, and disturbs neither the peer nor its job', async () => {
    const [one] = await stage.mesh('ONE', 'TWO')
    await writeSmallGlb(stage.folder, 'shot.glb')
    const job = stage.start(['render', 'shot.glb', '--size', '160x96', '--samples', '256', '--tile', '32', '--home', stage.home('ONE'), '--json'])
    await job.event('a unit', ({ state }) => state === 'delivered')
    const { status, check } = await doctor('ONE')
    assert.equal(status, 0)
    assert.match(check('home')!.message, new RegExp(`a peer runs in it \\(pid ${one!.pid}, since `))
    assert.deepEqual([check('members')!.state, check('members')!.message], ['ok', '1 member connected: TWO direct'])
    assert.equal(await job.status(), 0, job.stderr)
    assert.equal(job.events.at(-1)!.lapsed, 0)
  })

  it('names a peer that does not answer, in bounded time, and is content again when it is gone', async () => {
    const peer = await stage.up('ONE')
    peer.signal('SIGSTOP')
    const stopped = await doctor('ONE')
    assert.equal(stopped.status, 5)
    assert.deepEqual([check(stopped, 'home').state, check(stopped, 'home').cure], ['bad', `wait for it, or end it with: kill ${peer.pid}`])
    assert.ok(stopped.tookMs < WORST_MS + SLACK_MS, `${stopped.tookMs} ms`)
    peer.signal('SIGKILL')
    await peer.end()
    const gone = await doctor('ONE')
    assert.deepEqual([gone.status, check(gone, 'home').state], [0, 'ok'])
  })

  it('tries the places where members were met', async () => {
    const [one, two] = await stage.mesh('ONE', 'TWO')
    const listen = (await isReady(one!)).addrs[0]!.replace(/\/p2p\/.*/, '')
    one!.signal('SIGTERM')
    await one!.end()
    const present = await doctor('TWO')
    assert.equal(check(present, 'known peers').state, 'warn')
    two!.signal('SIGTERM')
    await two!.end()
    await stage.up('ONE', { listen })
    const back = await doctor('TWO')
    assert.deepEqual([back.status, check(back, 'known peers').state], [0, 'ok'])
  })
})

function check ({ check }: { readonly check: (name: string) => Check | undefined }, name: string): Check {
  const found = check(name)
  assert.ok(found !== undefined, `no check of ${name}`)
  return found
}
