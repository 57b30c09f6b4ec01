import { parseArgs } from 'node:util'
import { runSeeds } from '../seed-pool.ts'
import { BUGS } from './bugs.ts'
import type { Outcome } from '../simulation.ts'
import type { PlantedBug } from './bugs.ts'

/**
 * `npm run test:sim:bugs`: proves the simulation. Plants one mistake after the other into the built code and runs seeds until one of them notices.
 * Ends with a table, and with a failure when a mistake was not noticed.
 */
const { values } = parseArgs({ options: { seeds: { type: 'string', default: '2000' }, processes: { type: 'string', default: '2' }, only: { type: 'string', default: '' } } })

/** How a hunt for one bug ended. */
interface Caught {
  readonly bug: PlantedBug
  readonly outcome: Outcome | undefined
  readonly seconds: number
}

process.exitCode = await huntAll(BUGS.filter(({ name }) => name.includes(values.only)))

async function huntAll (bugs: readonly PlantedBug[]): Promise<number> {
  const caught: Caught[] = []
  write('| bug | caught at seed | by | seconds |')
  write('|---|---|---|---|')
  for (const bug of bugs) {
    const one = await hunt(bug)
    caught.push(one)
    write(`| ${bug.name} | ${one.outcome?.seed ?? `not in ${values.seeds}`} | ${(one.outcome?.violations[0] ?? '').split('\n')[0]!.slice(0, 110)} | ${one.seconds.toFixed(0)} |`)
  }
  return caught.every(({ outcome }) => outcome !== undefined) ? 0 : 1
}

async function hunt (bug: PlantedBug): Promise<Caught> {
  const startMs = performance.now()
  let first: Outcome | undefined
  await runSeeds(firstNumbers(Number(values.seeds)), {
    processes: Number(values.processes),
    execArgv: ['--import', new URL('plant.js', import.meta.url).href],
    env: { SIM_BUG: bug.name },
    outcome: (outcome) => {
      if (outcome.violations.length > 0 && (first === undefined || outcome.seed < first.seed)) {
        first = outcome
      }
      return first === undefined ? 'go on' : 'stop'
    }
  })
  return { bug, outcome: first, seconds: (performance.now() - startMs) / 1_000 }
}

function * firstNumbers (count: number): Generator<number, undefined> {
  for (let number = 1; number <= count; number++) {
    yield number
  }
}

function write (line: string): void {
  process.stdout.write(`${line}\n`)
}
