import type { StewardState } from '../../src/core/steward/state.ts'

const ITERATIONS = ['keys', 'values', 'entries', Symbol.iterator] as const

/**
 * Counts the elementary steps a steward takes: states of units looked up or changed, and entries of its tables looked up, changed or passed
 * in a walk. It shadows the methods of the very objects in the state, so that the code under test is what ships.
 *
 * @returns how many steps were taken since it was last asked
 */
export function countSteps (state: Readonly<StewardState>): () => number {
  let steps = 0
  const { ledger } = state
  const stateOf = ledger.stateOf.bind(ledger)
  ledger.stateOf = (unit) => {
    steps++
    return stateOf(unit)
  }
  const tables = [state.leases, state.past, state.holders, state.workers, state.troubles, state.withheld] as Map<unknown, unknown>[]
  for (const table of tables) {
    for (const name of ['get', 'set', 'has', 'delete'] as const) {
      const method = table[name].bind(table) as (...input: unknown[]) => never
      table[name] = (...input: unknown[]) => {
        steps++
        return method(...input)
      }
    }
    for (const name of ITERATIONS) {
      const walk = table[name].bind(table) as () => MapIterator<never>
      table[name] = function * () {
        for (const entry of walk()) {
          steps++
          yield entry
        }
      } as typeof table.keys & typeof table.entries
    }
  }
  return () => {
    const taken = steps
    steps = 0
    return taken
  }
}
