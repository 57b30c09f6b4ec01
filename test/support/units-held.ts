import type { ProgramEvent } from './program.ts'

/** Units by who holds them, as the events of a job tell it. A unit that was given back belongs to whoever it was leased to last. */
export class UnitsHeld {
  readonly #holders = new Map<string, string>()
  readonly delivered = new Map<string, number>()
  races = 0

  constructor (events: readonly ProgramEvent[]) {
    for (const event of events) {
      if (event.event === 'unit') {
        this.#add(event)
      }
    }
  }

  /** The units a peer holds now. */
  of (peer: string): string[] {
    return [...this.#holders].filter(([, holder]) => holder === peer).map(([unit]) => unit)
  }

  #add ({ unit, state, peer }: ProgramEvent): void {
    switch (state) {
      case 'leased':
        this.#holders.set(unit, peer)
        return
      case 'raced':
        this.races++
        return
      case 'delivered':
        this.delivered.set(unit, (this.delivered.get(unit) ?? 0) + 1)
        this.#holders.delete(unit)
        return
      default:
        this.#holders.delete(unit)
    }
  }
}

/**
 * Whether units were granted before any others: of all grants among these events only the last that holds one of them may hold others too.
 * The units of one grant come in one go, in the order of the picture.
 */
export function areNext (events: readonly ProgramEvent[], units: readonly string[]): boolean {
  const wanted = new Set(units)
  let granting: string | undefined
  let holdsOthers = false
  for (const { state, unit, peer } of events.filter(({ event }) => event === 'unit')) {
    if (state !== 'leased') {
      granting = undefined
    } else if (holdsOthers && granting !== peer && wanted.size > 0) {
      return false
    } else {
      const isWanted = wanted.delete(unit)
      granting = peer
      holdsOthers ||= !isWanted
    }
  }
  return wanted.size === 0
}
