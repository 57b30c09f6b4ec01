/**
 * Question: how much memory does a job of a million units cost its steward, and a worker that knows it?
 *
 * The pure core alone, in a process of its own for each row: the most that is reachable at any of many moments of the whole job, from before it to
 * its end, after the garbage is collected. The worker hears of accepted units in the worst order, one here, one there.
 * `node dist/benchmarks/core-memory.js`
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Holding } from '../src/core/holding.ts'
import { UnitSet } from '../src/core/ledger.ts'
import { gridOf } from '../src/core/units.ts'
import { BusySteward } from '../test/support/busy-steward.ts'
import { jobSpec } from '../test/support/job-spec.ts'
import { SeededRandom } from '../test/support/seeded-random.ts'
import { printTable } from './support/table.ts'

const SIDES = [32, 1_000]
const WORKERS = 32
const GRANT_UNITS = 50
const LOOKS = 40
const MIB = 2 ** 20

function reachable (): number {
  globalThis.gc!()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Most bytes beyond those at the beginning while a whole job passes. */
function steward (side: number): number {
  const warm = new BusySteward(8, 2, 4, new SeededRandom(2))
  while (!warm.complete) {
    warm.event()
  }
  const before = reachable()
  const busy = new BusySteward(side, WORKERS, GRANT_UNITS, new SeededRandom(1))
  let most = reachable() - before
  const every = Math.ceil(side * side / LOOKS)
  for (let events = 1; !busy.complete; events++) {
    busy.event()
    if (events % every === 0) {
      most = Math.max(most, reachable() - before)
    }
  }
  return most
}

function worker (side: number): number {
  const spec = jobSpec({ width: 8 * side, height: 8 * side, tile: 8, split: 'tiles' })
  const units = side * side
  // A stride that has no factor with the number of units visits each once, far from the one before.
  const stride = 611_953
  const before = reachable()
  const grid = gridOf(spec)
  const holding = new Holding('job', grid)
  const accepted = new UnitSet(grid.units)
  let most = 0
  for (let index = 0; index < units; index++) {
    accepted.add(index * stride % units)
    if (index % Math.ceil(units / LOOKS) === 0) {
      most = Math.max(most, reachable() - before)
    }
  }
  if (accepted.size !== units || !holding.empty) {
    throw new Error('not every unit was visited')
  }
  return most
}

const [role, side] = process.argv.slice(2)
if (role !== undefined) {
  process.stdout.write(String((role === 'steward' ? steward : worker)(Number(side))))
} else {
  const self = fileURLToPath(import.meta.url)
  const measured = (who: string, of: number): number => Number(execFileSync(process.execPath, ['--expose-gc', self, who, String(of)], { encoding: 'utf8' }))
  printTable(['most memory during a job', ...SIDES.map((of) => `${of * of} units, MiB`), 'aim MiB'], [['steward', 64], ['worker', 1]].map(([who, aim]) =>
    [who!, ...SIDES.map((of) => (measured(String(who), of) / MIB).toFixed(2)), aim!]))
}
