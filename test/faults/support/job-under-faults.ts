import assert from 'node:assert/strict'
import { UnitsHeld } from '../../support/units-held.ts'
import type { Program, ProgramEvent } from '../../support/program.ts'
import type { FaultStage } from './fault-stage.ts'

/** Four hundred units that say nothing about how fast this machine is. */
export const FOUR_HUNDRED = ['--size', '320x320', '--samples', '16', '--tile', '16', '--split', 'tiles'] as const

/** Scaled down from 30 s, so that faults of seconds are longer than a lease. */
export const LEASE_MS = 3_000

/** A silent peer's leases have lapsed after 1.1 leases and a second. */
export const LAPSED_AFTER_MS = 1.1 * LEASE_MS + 1_000

/** A job of some minutes at most. */
const ENDS_WITHIN_MS = 180_000

/** Starts a job at the peer of a home and follows it there. */
export function submit (stage: FaultStage, home: string, scene: string, ...options: readonly string[]): Program {
  return stage.start(['render', scene, '--home', stage.home(home), '--json', '-o', 'picture.png', '--lease-ms', String(LEASE_MS), ...FOUR_HUNDRED, ...options])
}

/** Waits until a share of a job is done, as its follower sees it. */
export async function reaches (view: Program, share: number, withinMs?: number): Promise<ProgramEvent> {
  return view.event(`${share} of it`, ({ event, done, units }) => event === 'progress' && done >= share * units, withinMs)
}

/** Waits for a job's end. */
export async function ends (view: Program, withinMs = ENDS_WITHIN_MS): Promise<ProgramEvent> {
  return view.event('the end', ({ event }) => event === 'done', withinMs)
}

/** How the books of a job that ended must be: each unit counts once, for one peer. */
export function assertBooked (done: ProgramEvent): void {
  assert.equal(done.state, 'finished')
  assert.equal(Object.values(done.byPeer).reduce((sum, units) => sum + units, 0), done.units, 'every unit counts for one peer')
}

/**
 * As {@link assertBooked}, of a job that one command followed from its first unit to its last at one steward: every unit was delivered once, and
 * nothing was rendered without a reason.
 */
export function assertSound (view: Program, done: ProgramEvent): void {
  assertBooked(done)
  const { delivered, races } = new UnitsHeld(view.events)
  assert.equal(delivered.size, done.units)
  assert.deepEqual(new Set(delivered.values()), new Set([1]), 'every unit is accepted once')
  assert.equal(done.lapsed, view.events.filter(({ state }) => state === 'lapsed').length)
  assert.ok(done.executions >= done.units && done.executions <= done.units + done.lapsed + races, `${done.executions} executions of ${done.units} units, ${done.lapsed} lapsed, ${races} raced`)
}

/** Wasted work in per cent, for a test's title. */
export function waste ({ executions, units }: ProgramEvent): string {
  return `${((executions - units) / units * 100).toFixed(1)} % wasted`
}
