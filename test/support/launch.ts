/** Starts something whose end nobody waits for. What it throws is no part of the simulation: it ends the test run. */
export function launch (task: Promise<unknown>): void {
  task.catch((err: unknown) => {
    setImmediate(() => { throw err })
  })
}
