/**
 * Question: how much of a job's time does its tail cost when one of 16 peers is ten times slower than the others, and what do recalling and
 * racing bring?
 *
 * Real farms over a simulated network under virtual time, so that nothing but the protocol counts; then the same with real processes on
 * loopback, where both are always on. The ideal is all peers busy from the first moment to the last.
 * `node dist/benchmarks/tail.js`
 */
import { lastEvent, World } from '../test/support/world.ts'
import { median, printTable } from './support/table.ts'
import { TimedMesh } from './support/peers.ts'
import type { TailPolicy } from '../src/core/steward/state.ts'

const PEERS = 16
const FAST_MS = 1_000
const SLOWER = 10
const SIDE = 24
const SEEDS = [1, 2, 3, 4, 5]
const PATIENCE_MS = 3_600_000

/** Of real processes: shorter units, so that the run ends. */
const REAL_MS = 100
const REAL_UNITS = 1_500
const REAL_REPEATS = 3

interface Tail {
  readonly wallMs: number
  readonly executions: number
}

async function simulate (seed: number, tail: TailPolicy): Promise<Tail> {
  const world = new World(seed)
  const ids = Array.from({ length: PEERS }, (_, index) => `peer${index}`)
  for (const [index, id] of ids.entries()) {
    await world.start(id, { msPerUnit: index === PEERS - 1 ? FAST_MS * SLOWER : FAST_MS, tail })
  }
  await world.settle(5_000)
  const fromMs = world.nowMs
  const job = await world.render(ids[0]!, { size: { width: 8 * SIDE, height: 8 * SIDE } })
  const events = world.follow(ids[0]!, job)
  if (!await world.until(() => lastEvent(events, 'done') !== undefined, PATIENCE_MS)) {
    throw new Error('the job did not end')
  }
  return { wallMs: world.nowMs - fromMs, executions: lastEvent(events, 'done')!.executions }
}

function ideal (units: number, fastMs: number): number {
  return units / ((PEERS - 1) / fastMs + 1 / (fastMs * SLOWER))
}

const units = SIDE * SIDE
const idealMs = ideal(units, FAST_MS)
const rows: (string | number)[][] = []
for (const recall of ['off', 'on'] as const) {
  for (const race of ['off', 'on'] as const) {
    const runs: Tail[] = []
    for (const seed of SEEDS) {
      runs.push(await simulate(seed, { recall, race }))
    }
    const wallMs = median(runs.map((run) => run.wallMs))
    rows.push([recall, race, Math.round(idealMs), Math.round(wallMs), (wallMs / idealMs).toFixed(3), Math.max(...runs.map(({ executions }) => executions)) - units])
  }
}
printTable(['simulated: recall', 'race', 'ideal ms', 'median ms', 'of ideal', 'extra renders'], rows)
process.stdout.write('\n')

const mesh = await TimedMesh.start(Array.from({ length: PEERS }, (_, index) => index === PEERS - 1 ? REAL_MS * SLOWER : REAL_MS))
try {
  const walls: number[] = []
  let extra = 0
  for (let run = 0; run < REAL_REPEATS; run++) {
    const done = await mesh.render(REAL_UNITS)
    walls.push(done.wallMs)
    extra = Math.max(extra, done.executions - done.units)
  }
  const realMs = ideal(REAL_UNITS, REAL_MS)
  printTable(['real processes', 'ideal ms', 'median ms', 'of ideal', 'extra renders'], [['both on', Math.round(realMs), Math.round(median(walls)), (median(walls) / realMs).toFixed(3), extra]])
} finally {
  await mesh.stop()
}
