/** A process that opens a home and holds it until it is killed, for home-kill.spec.ts. Prints `held`, or why not. */
import { openHome } from '../../../src/store/home.ts'

try {
  await openHome(process.argv[2])
  process.stdout.write('held\n')
  setInterval(() => {}, 60_000)
} catch (err) {
  process.stdout.write(`${err instanceof Error ? err.message : String(err)}\n`)
}
