import type { ProgramInit } from '../../support/program.ts'

/** How a process is put at a place of a network. */
export interface Placing {
  /** Multiaddr to listen on: the same for every life of a peer at this place. */
  readonly listen: string
  readonly init: Pick<ProgramInit, 'prefix' | 'nodeOptions' | 'env'>
}

/**
 * A network that breaks as it is told. Places are where peers are; a place that was never named is new and connected to all others.
 * What is cut is silent: nothing is refused and nothing is closed, bytes just do not come.
 */
export interface FaultNetwork {
  /** What it is, for the title of a test. */
  readonly kind: 'network namespaces' | 'loopback proxies'
  place (name: string): Placing
  /** Nothing passes between places of different groups; places that are in none are a group together. */
  split (...groups: readonly (readonly string[])[]): void
  /** Takes a place off the network, as a pulled cable does. */
  cut (place: string): void
  /** What one place sends no longer comes to another, while the way back stays. */
  silence (from: string, to: string): void
  /** All is well again. */
  heal (): void
  close (): Promise<void>
}
