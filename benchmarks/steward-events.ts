/**
 * Question: what does one event cost a steward, by units of the job and by workers?
 *
 * The pure core alone: results, claims, renewals, ticks, failures, losses and returns in the proportions of a busy job, no disk and no network.
 * The first table ends jobs of 10,000 units; the second takes 50,000 events out of the middle of jobs of every size.
 * `node dist/benchmarks/steward-events.js`
 */
import { BusySteward } from '../test/support/busy-steward.ts'
import { SeededRandom } from '../test/support/seeded-random.ts'
import { median, printTable } from './support/table.ts'

const REPEATS = 3
const EVENTS = 50_000
const GRANT_UNITS = 20

/** Events a second, from beginning to end. */
function wholeJob (side: number, workers: number): number {
  const busy = new BusySteward(side, workers, GRANT_UNITS, new SeededRandom(1))
  const began = performance.now()
  let events = 0
  while (!busy.complete) {
    busy.event()
    events++
  }
  return events / (performance.now() - began) * 1_000
}

/** Microseconds an event. */
function middle (side: number, workers: number): number {
  const busy = new BusySteward(side, workers, GRANT_UNITS, new SeededRandom(1))
  const began = performance.now()
  let events = 0
  while (events < EVENTS && !busy.complete) {
    busy.event()
    events++
  }
  return (performance.now() - began) / events * 1_000
}

function repeated (measure: () => number): number {
  return median(Array.from({ length: REPEATS }, measure))
}

printTable(['units', 'workers', 'events/s'], [8, 32, 128].map((workers) => [10_000, workers, Math.round(repeated(() => wholeJob(100, workers)))]))
printTable(['units', 'workers', 'µs/event'], [32, 100, 316, 1_000].map((side) => [side * side, 32, repeated(() => middle(side, 32)).toFixed(1)]))
