import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { KeeperLine } from './keeper.ts'

const KEEPER = fileURLToPath(new URL('./keeper.js', import.meta.url))

/** What must be gone when the test is, also when it is killed: a process of its own knows it. */
export class Leftovers {
  readonly #keeper = spawn(process.execPath, [KEEPER], { stdio: ['pipe', 'ignore', 'inherit'], detached: true })

  constructor () {
    this.#keeper.unref()
    this.#keeper.stdin.on('error', () => {}) // nobody can be told that there is no keeper any more
  }

  there (what: KeeperLine['what'], name: string | number): void {
    this.#tell({ what, name: String(name), state: 'there' })
  }

  gone (what: KeeperLine['what'], name: string | number): void {
    this.#tell({ what, name: String(name), state: 'gone' })
  }

  /** Whatever has not gone is done away with. */
  async close (): Promise<void> {
    const ended = new Promise((resolve) => { this.#keeper.once('exit', resolve) })
    this.#keeper.ref()
    this.#keeper.stdin.end()
    await ended
  }

  #tell (line: KeeperLine): void {
    this.#keeper.stdin.write(JSON.stringify(line) + '\n')
  }
}
