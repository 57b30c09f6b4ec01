/**
 * Question: how much slower does a job run while somebody attacks the peer that wants the picture?
 *
 * Three processes on loopback: a requester, a worker with a renderer that only waits, and the attacker. Every attack alternates with peace; a pair
 * gives one ratio. The attacker's own processor time is its own, but on a machine with few cores it competes with the honest peers: so beside the time
 * on the clock stands the processor time that the requester spent on a unit, which only what the attacker makes it do can raise.
 * `node dist/benchmarks/under-attack.js`
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from './support/child.ts'
import { median, printTable } from './support/table.ts'
import type { HonestPeerCalls } from '../test/support/hostile/honest-peer.ts'
import type { AttackOrder, AttackerCalls } from './support/attacker.ts'

const PAIRS = 3
const MIB = 1024 * 1024

/** 1,000 units of 10 ms: a job of ten seconds. */
const JOB = { size: { width: 320, height: 200 }, tile: 8, samples: 16, split: 'tiles', noLocal: true } as const
const MS_PER_UNIT = 10

/** How long an attack runs before a job begins, so that connecting is not what is measured. */
const LEAD_MS = 1_000

const ATTACKS: readonly (Pick<AttackOrder, 'kind' | 'amount' | 'attackers'> & { readonly title: string })[] = [
  { title: '200 sockets that say nothing', kind: 'idle sockets', amount: 200, attackers: 1 },
  { title: '5 members, 200 garbage streams/s each', kind: 'garbage streams', amount: 200, attackers: 5 },
  { title: '10,000 valid messages/s', kind: 'valid gossip', amount: 10_000, attackers: 1 },
  { title: '10,000 forged messages/s', kind: 'forged gossip', amount: 10_000, attackers: 1 },
  { title: '5 members, 10,000 streams/s each', kind: 'streams', amount: 10_000, attackers: 5 }
]

/** One job: how long it took, and what it cost the requester. */
interface Run {
  readonly wallMs: number
  readonly cpuMsPerUnit: number
  readonly loopDelayP99Ms: number
  readonly peakRssBytes: number
}

const folder = await mkdtemp(join(tmpdir(), 'tilemesh benchmark '))
const meshSecret = randomBytes(32).toString('hex')
const requester = honestPeer()
const worker = honestPeer()
const attacker = new Child<AttackerCalls>(new URL('./support/attacker.js', import.meta.url))
try {
  const [address] = await start(requester, 'requester', [], 'off')
  await start(worker, 'worker', [address!], 'on')
  while (await requester.call('members', undefined as never) === 0) {
    await sleep(50)
  }
  await writeFile(join(folder, 'scene.fake'), 'nothing to see')
  await render()
  const rows: string[][] = []
  for (const { title, ...order } of ATTACKS) {
    const quiet: Run[] = []
    const attacked: Run[] = []
    let refusals = 0
    for (let pair = 0; pair < PAIRS; pair++) {
      quiet.push(await render())
      await attacker.call('begin', { ...order, address: address!, meshSecret })
      await sleep(LEAD_MS)
      attacked.push(await render())
      refusals += (await attacker.call('end', undefined as never)).refusals
    }
    const ratio = (of: 'wallMs' | 'cpuMsPerUnit'): string => median(attacked.map((run, pair) => run[of] / quiet[pair]![of])).toFixed(3)
    const middle = (runs: readonly Run[], of: keyof Run): number => median(runs.map((run) => run[of]))
    rows.push([
      title,
      middle(quiet, 'wallMs').toFixed(0),
      middle(attacked, 'wallMs').toFixed(0),
      ratio('wallMs'),
      middle(quiet, 'cpuMsPerUnit').toFixed(2),
      middle(attacked, 'cpuMsPerUnit').toFixed(2),
      ratio('cpuMsPerUnit'),
      middle(attacked, 'loopDelayP99Ms').toFixed(0),
      ((middle(attacked, 'peakRssBytes') - middle(quiet, 'peakRssBytes')) / MIB).toFixed(0),
      String(refusals)
    ])
  }
  printTable(['attack', 'quiet ms', 'attacked ms', 'ratio', 'quiet CPU ms/unit', 'attacked', 'ratio', 'loop p99 ms', 'RSS + MiB', 'refusals'], rows)
} finally {
  await attacker.end()
  await worker.end()
  await requester.end()
  await rm(folder, { recursive: true, force: true })
}

function honestPeer (): Child<HonestPeerCalls> {
  return new Child(new URL('../test/support/hostile/honest-peer.js', import.meta.url), ['--expose-gc'])
}

async function start (peer: Child<HonestPeerCalls>, name: string, bootstrap: readonly string[], work: 'on' | 'off'): Promise<readonly string[]> {
  return peer.call('start', { home: join(folder, name), meshSecret, bootstrap, work, msPerUnit: MS_PER_UNIT })
}

async function render (): Promise<Run> {
  await requester.call('watch', undefined as never)
  const { wallMs, units } = await requester.call('render', { ...JOB, scene: join(folder, 'scene.fake'), output: join(folder, 'picture.png') })
  const { cpuMs, loopDelayP99Ms, peakRssBytes } = await requester.call('strain', undefined as never)
  return { wallMs, cpuMsPerUnit: cpuMs / units, loopDelayP99Ms, peakRssBytes }
}
