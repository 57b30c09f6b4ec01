import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { ChildProcess } from 'node:child_process'

/** What a process can be asked: by name, one argument, one result; both survive JSON. */
export type Calls = Record<string, (argument: never) => unknown>

/** Any one of the calls' arguments and results. */
type ArgumentOf<Set extends Calls, Name extends keyof Set> = Parameters<Set[Name]>[0]
type ResultOf<Set extends Calls, Name extends keyof Set> = Awaited<ReturnType<Set[Name]>>

interface Question {
  readonly id: number
  readonly name: string
  readonly argument: unknown
}

type Answer =
  | { readonly id: number, readonly result: unknown }
  | { readonly id: number, readonly error: string }

/** Longest wait for a process that was told to end. */
const END_MS = 5_000

/** A process of a benchmark, and the calls it answers. */
export class Child<Set extends Calls> {
  readonly #process: ChildProcess
  readonly #open = new Map<number, PromiseWithResolvers<unknown>>()
  #lastId = 0

  /** @param module the compiled file, which calls {@link answerCalls} @param flags for Node */
  constructor (module: URL, flags: readonly string[] = []) {
    this.#process = fork(module, { execArgv: [...process.execArgv, ...flags] })
    this.#process.on('message', (answer: Answer) => {
      const open = this.#open.get(answer.id)
      this.#open.delete(answer.id)
      if ('error' in answer) {
        open?.reject(new Error(answer.error))
      } else {
        open?.resolve(answer.result)
      }
    })
    this.#process.once('exit', (code, signal) => {
      for (const open of this.#open.values()) {
        open.reject(new Error(`a process of the benchmark ended with ${code ?? signal}`))
      }
    })
  }

  async call<Name extends keyof Set & string> (name: Name, argument: ArgumentOf<Set, Name>): Promise<ResultOf<Set, Name>> {
    const id = ++this.#lastId
    const open = Promise.withResolvers<unknown>()
    this.#open.set(id, open)
    this.#process.send({ id, name, argument } satisfies Question)
    return await open.promise as ResultOf<Set, Name>
  }

  /** Lets the process end by itself, or kills it. */
  async end (): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
      return
    }
    const ended = once(this.#process, 'exit')
    const patience = setTimeout(() => { this.#process.kill('SIGKILL') }, END_MS)
    this.#process.disconnect()
    await ended
    clearTimeout(patience)
  }
}

/** Answers the calls of the process that forked this one, and ends this one with it. */
export function answerCalls (calls: Calls): void {
  const answer = (message: Answer): void => { process.send!(message) }
  process.on('message', ({ id, name, argument }: Question) => {
    Promise.resolve()
      .then(() => calls[name]!(argument as never))
      .then((result) => { answer({ id, result }) }, (error: unknown) => { answer({ id, error: String(error) }) })
  })
  process.on('disconnect', () => { process.exit() })
}
