import { parseArgs } from 'node:util'
import { SOMETIMES } from './coverage.ts'
import { runSeeds } from './seed-pool.ts'
import { Simulation } from './simulation.ts'
import { Trace } from './trace.ts'
import type { Outcome } from './simulation.ts'

/**
 * `npm run test:sim -- --seeds 10000 --first 1`: runs seeds, says how far it is, and ends with what did not hold and how to run that again.
 * `--trace` runs the first seed alone and writes down what happens.
 */

/** Below this many seeds, chance alone may leave out what must sometimes happen; and the share of seeds it must happen in. */
const SEEDS_FOR_COVERAGE = 1_000
const LEAST_SHARE = 0.01

const PROGRESS_EVERY_MS = 10_000

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    first: { type: 'string', default: '1' },
    processes: { type: 'string', default: '2' },
    trace: { type: 'boolean', default: false }
  }
})

const first = Number(values.first)
const count = Number(values.seeds)

process.exitCode = values.trace ? await traceOne(first) : await runAll()

async function traceOne (seed: number): Promise<number> {
  const trace = new Trace(write)
  const simulation = new Simulation(seed, trace)
  trace.follow(simulation)
  write(`seed ${seed}: ${JSON.stringify({ ...simulation.plan, faults: simulation.plan.faults.length })}`)
  const { violations } = await simulation.run()
  write(violations.length === 0 ? 'everything held' : violations.join('\n'))
  return violations.length === 0 ? 0 : 1
}

async function runAll (): Promise<number> {
  const startMs = performance.now()
  const failed: Outcome[] = []
  const reached = new Map<string, number>(SOMETIMES.map((what) => [what, 0]))
  let done = 0
  let simulatedMs = 0
  let saidMs = startMs
  const say = (): void => {
    const realMs = performance.now() - startMs
    write(`${done} of ${count} seeds, ${failed.length} violations, ${Math.round(realMs / 1_000)} s, ${(simulatedMs / 3_600 / realMs).toFixed(2)} simulated hours a second`)
  }
  await runSeeds(numbers(first, count), {
    processes: Number(values.processes),
    outcome: (outcome) => {
      done++
      simulatedMs += outcome.simulatedMs
      outcome.reached.forEach((what) => { reached.set(what, reached.get(what)! + 1) })
      if (outcome.violations.length > 0) {
        failed.push(outcome)
        write(`seed ${outcome.seed}: ${outcome.violations[0]}\n  npm run test:sim -- --first ${outcome.seed} --trace`)
      }
      if (performance.now() - saidMs > PROGRESS_EVERY_MS) {
        saidMs = performance.now()
        say()
      }
      return 'go on'
    }
  })
  say()
  const covered = isCovered(reached)
  return failed.length > 0 || !covered ? 1 : 0
}

/** Shows how often everything happened that must sometimes happen; whether that was often enough, where there were enough seeds to tell. */
function isCovered (reached: ReadonlyMap<string, number>): boolean {
  let covered = true
  for (const [what, times] of reached) {
    const isRare = count >= SEEDS_FOR_COVERAGE && times < LEAST_SHARE * count
    covered &&= !isRare
    write(`${what.padEnd(20)} ${String(times).padStart(6)}  ${(times / count * 100).toFixed(1).padStart(5)} %${isRare ? '  too rare: the mix of faults is wrong' : ''}`)
  }
  return covered
}

function write (line: string): void {
  process.stdout.write(`${line}\n`)
}

function * numbers (from: number, howMany: number): Generator<number, undefined> {
  for (let number = from; number < from + howMany; number++) {
    yield number
  }
}
