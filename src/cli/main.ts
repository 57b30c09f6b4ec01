import { processContext } from './process-context.ts'
import { run } from './program.ts'

/** Runs the command line of this process and ends it with the command's exit status. */
export async function main (): Promise<void> {
  const context = processContext()
  // A reader that went away (`| head`) is no failure; commands that care listen for the hangup themselves.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {})
  }
  // The product's timers never keep a process alive, so something must while a command only waits for one.
  const alive = setInterval(() => {}, 2 ** 30)
  const status = await run(process.argv.slice(2), context)
  clearInterval(alive)
  await new Promise<void>((resolve) => {
    process.stdout.write('', () => {
      resolve()
    })
  })
  process.exit(status)
}
