import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Outcome } from './simulation.ts'

/** What a process is asked to run. */
export interface SeedOrder {
  readonly seed: number
}

/** How seeds are run. */
export interface SeedPoolInit {
  readonly processes: number
  /** More arguments for node, such as what plants a bug. */
  readonly execArgv?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Told of each outcome as it comes; `stop`: no seed is begun any more. */
  outcome (outcome: Outcome): 'go on' | 'stop'
}

/** A seed that takes longer in real time goes round without sending anything: it is ended, and counts as a violation. */
const HANGING_MS = 300_000

/** Runs seeds in several processes, each the next seed as soon as it is free. Resolves when all are done, or it was told to stop. @throws Error when a process ends by itself */
export async function runSeeds (seeds: Iterator<number>, init: SeedPoolInit): Promise<void> {
  let stopped = false
  const next = (): number | undefined => {
    const { done, value } = stopped ? { done: true, value: undefined } : seeds.next()
    return done === true ? undefined : value
  }
  await Promise.all(Array.from({ length: init.processes }, async () => {
    let child: ChildProcess | undefined
    try {
      for (let seed = next(); seed !== undefined; seed = next()) {
        child ??= startChild(init)
        const outcome = await runOne(child, seed)
        if (outcome === 'hangs') {
          child.kill('SIGKILL')
          child = undefined
        }
        const told = outcome === 'hangs' ? hanging(seed) : outcome
        stopped ||= init.outcome(told) === 'stop'
      }
    } finally {
      child?.kill()
    }
  }))
}

function startChild ({ execArgv = [], env = {} }: SeedPoolInit): ChildProcess {
  return fork(new URL('seed-child.js', import.meta.url), [], { execArgv: ['--enable-source-maps', ...execArgv], env: { ...process.env, ...env } })
}

async function runOne (child: ChildProcess, seed: number): Promise<Outcome | 'hangs'> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      clearTimeout(timer)
      child.off('message', told).off('exit', ended)
      then()
    }
    const told = (outcome: unknown): void => { settle(() => { resolve(outcome as Outcome) }) }
    const ended = (code: number | null): void => { settle(() => { reject(new Error(`the process that ran seed ${seed} ended with ${code ?? 'a signal'}`)) }) }
    const timer = setTimeout(() => { settle(() => { resolve('hangs') }) }, HANGING_MS)
    child.on('message', told).on('exit', ended)
    child.send({ seed } satisfies SeedOrder)
  })
}

function hanging (seed: number): Outcome {
  return { seed, violations: [`L1: no end after ${HANGING_MS / 60_000} minutes of real time`], trace: 0, simulatedMs: 0, messages: 0, reached: [] }
}
