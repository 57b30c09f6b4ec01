import { readFileSync, readdirSync } from 'node:fs'

/** How often the kernel counts processor time in a second; fixed on Linux. */
const TICKS_PER_SECOND = 100

/** Whether this system tells what another process does. Only Linux does in files. */
export const canMeasureProcesses = process.platform === 'linux'

/** Milliseconds of processor time a process has used since it began. */
export function processorMs (pid: number): number {
  // The second field is the program's name in brackets, which may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 1_000 / TICKS_PER_SECOND
}

/** Processes that a process has started and that still run. */
export function childrenOf (pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter((child) => child !== '').map(Number))
}
