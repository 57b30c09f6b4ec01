/** A mistake that somebody could make: a piece of the built code and what stands in its place. */
export interface PlantedBug {
  readonly name: string
  /** Under `dist/src/`. */
  readonly file: string
  /** Stands exactly once in the file. */
  readonly find: string
  readonly replace: string
}

/**
 * Mistakes that the simulation must find. Each breaks one of the rules on which safety or progress rests; none of them shows when nothing goes wrong.
 */
export const BUGS: readonly PlantedBug[] = [
  {
    name: 'a late result counts whatever its token is',
    file: 'core/steward/results.js',
    find: 'if (!sameEpoch(head.token.epoch, state.epoch) || leaseOfToken(state, head.token, from, head.unit) === undefined) {',
    replace: 'if (false) {'
  },
  {
    name: 'a result is acknowledged before the disk has it',
    file: 'farm/own-job.js',
    find: "await this.#store.append({ type: 'accepted'",
    replace: "void this.#store.append({ type: 'accepted'"
  },
  {
    name: 'a result is acknowledged with one copy too few',
    file: 'farm/custody/steward-custody.js',
    find: 'await Promise.allSettled([own, this.#placement.place(head, bytes)])',
    replace: 'await Promise.allSettled([own])'
  },
  {
    name: 'epochs are compared by their rounds alone',
    file: 'core/epoch.js',
    find: 'if (a.round !== b.round) {',
    replace: 'if (true) {'
  },
  {
    name: 'a restarted steward begins with the same epoch and the first grant number',
    file: 'core/epoch.js',
    find: 'return bootCounter * 2 ** RANDOM_BITS + Math.floor(random * 2 ** RANDOM_BITS);',
    replace: 'return 1;'
  },
  {
    name: 'a lease that is over is renewed',
    file: 'core/steward/steward.js',
    find: 'if (isLive) {',
    replace: 'if (true) {'
  },
  {
    name: 'a second result of a unit overwrites the first',
    file: 'core/steward/results.js',
    find: "return state.ledger.stateOf(head.unit) === 'accepted' ? 'duplicate' : 'take';",
    replace: "return 'take';"
  },
  {
    name: 'of two words of the requester the one that comes last counts',
    file: 'farm/directory.js',
    find: 'if (before !== undefined && laterControl(before.control, signed.control) === before.control) {',
    replace: 'if (false) {'
  },
  {
    name: 'leases are measured by the wall clock',
    file: 'farm/stewardship.js',
    find: 'return this.#context.clock.nowMs();',
    replace: 'return this.#context.clock.wallMs();'
  },
  {
    name: 'a job that ended is forgotten at once',
    file: 'farm/directory.js',
    find: 'this.#live.delete(known);',
    replace: 'this.#live.delete(known); this.#jobs.delete(signed.control.job);'
  },
  {
    name: 'a job is taken over from a steward that is there',
    file: 'core/succession/suspicion.js',
    find: "return nowMs - belief.heardAtMs >= limits.SUSPECT_AFTER_MS * factor ? this.#probe(nowMs) : 'nothing';",
    replace: 'return this.#takeOver(nowMs);'
  },
  {
    name: 'a steward serves a claim for another job',
    file: 'farm/steward-desk.js',
    find: 'const stewardship = this.#stewardships.get(message.job);',
    replace: 'const stewardship = [...this.#stewardships.values()][0];'
  },
  {
    name: 'two copies of a result that come together both count',
    file: 'farm/intake.js',
    find: 'if (twin !== undefined) {',
    replace: 'if (false) {'
  },
  {
    name: 'a restarted peer revives jobs that had ended',
    file: 'farm/remember-jobs.js',
    find: "else if (signed !== undefined && record.type === 'control') {",
    replace: 'else if (false) {'
  },
  {
    name: 'a custodian throws away what the requester has not collected',
    file: 'farm/custody/custodian.js',
    find: 'if (!this.#places.has(job) && !this.#strangers.has(job)) {',
    replace: 'if (known.done >= known.grid.units) { this.jobEnded(job); } if (!this.#places.has(job) && !this.#strangers.has(job)) {'
  }
]
