/** Runs asynchronous steps one behind the other, in the order they came, whether or not the one before succeeded. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve()

  /** Runs a step after all earlier ones and passes on its outcome. */
  async run<Result> (step: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(step)
    this.#last = mine.catch(() => {})
    return mine
  }
}
