import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ChildProcess } from 'node:child_process'
import type { Cost } from './meter.ts'

/** What a person types. */
export const PROGRAM = fileURLToPath(new URL('../../../src/cli/tilemesh.cjs', import.meta.url))

/** A peer on loopback that nobody finds but by its ticket. */
export const LONELY = ['--json', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0', '--http', 'off'] as const

const METER = new URL('./meter.js', import.meta.url).href

/** A command in a process of its own, with a meter. */
export class MeteredCommand {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>

  constructor (args: readonly string[]) {
    this.#child = spawn(process.execPath, ['--import', METER, PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
    this.#ended = once(this.#child, 'exit')
  }

  /** Its lines as objects, as they come. */
  async * events (): AsyncGenerator<Record<string, unknown>> {
    for await (const line of createInterface({ input: this.#child.stdout! })) {
      yield JSON.parse(line) as Record<string, unknown>
    }
  }

  /** Waits for the first event of a kind and reads no further. */
  async first (event: string): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      createInterface({ input: this.#child.stdout! }).on('line', (line) => {
        const said = JSON.parse(line) as Record<string, unknown>
        if (said['event'] === event) {
          resolve(said)
        }
      }).once('close', () => { reject(new Error(`it ended before it said ${event}`)) })
    })
  }

  async cost (): Promise<Cost> {
    const answer = once(this.#child, 'message')
    this.#child.send('cost')
    return (await answer)[0] as Cost
  }

  async stop (): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.#ended
  }

  async end (): Promise<void> {
    await this.#ended
  }
}
