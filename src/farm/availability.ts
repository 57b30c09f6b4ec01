/**
 * Whose work a peer takes. Its user's `drain` comes first: nobody's. Then what was set once, hours and an unused machine: while these say no, only
 * the peer's own, because who types `render` at a machine wants it rendered there.
 */
export class Availability {
  #asked: 'any' | 'none' = 'any'
  #resting: string | undefined

  /** What its user said; lasts until the next word. */
  ask (work: 'any' | 'none'): void {
    this.#asked = work
  }

  /** What its settings say: the words of a rest, or undefined. */
  rest (resting: string | undefined): void {
    this.#resting = resting
  }

  get takes (): 'any' | 'own' | 'none' {
    return this.#asked === 'none' ? 'none' : this.#resting === undefined ? 'any' : 'own'
  }

  /** Whether its user had it drained. */
  get draining (): boolean {
    return this.#asked === 'none'
  }

  /** Why its settings let it rest now, in words, drained or not. */
  get resting (): string | undefined {
    return this.#resting
  }

  /** What the others are told. */
  get greeted (): { readonly draining?: true, readonly resting?: string } {
    return {
      ...(this.takes === 'any' ? {} : { draining: true }),
      ...(this.takes === 'own' ? { resting: this.#resting! } : {})
    }
  }
}
