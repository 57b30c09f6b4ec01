import { Simulation } from './simulation.ts'
import type { SeedOrder } from './seed-pool.ts'

/** A process that runs the seeds it is sent, one after the other, and answers each with its outcome. */
process.on('message', ({ seed }: SeedOrder) => {
  new Simulation(seed).run().catch((error: unknown) => ({
    seed, violations: [`the simulation broke down: ${error instanceof Error ? error.stack : String(error)}`], trace: 0, simulatedMs: 0, messages: 0, reached: []
  })).then((outcome) => { process.send!(outcome) }, () => {})
})

process.once('uncaughtException', (error) => {
  process.stderr.write(`${error.stack ?? String(error)}\n`)
  process.exit(70)
})
