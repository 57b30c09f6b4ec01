/**
 * Starts something whose end nobody waits for. It deals with its own failures; what slips through is a bug that may cost a stream,
 * but must not end the process.
 */
export function inBackground (task: Promise<unknown>): void {
  task.catch(() => {})
}
