import { execFileSync } from 'node:child_process'

/** A process as the system lists it. */
export interface ListedProcess {
  readonly pid: number
  readonly parent: number
  /** The process group it is in. */
  readonly group: number
  /** Its command line. */
  readonly command: string
}

/** Whether this system lists processes as Unix does. */
export const canListProcesses = process.platform !== 'win32'

/** All processes that run; the dead whose parents have not asked for their status do not count. */
export function runningProcesses (): ListedProcess[] {
  return execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,pgid=,stat=,args='], { encoding: 'utf8' }).split('\n').flatMap((line) => {
    const [, pid, parent, group, state, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    return pid === undefined || state!.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), group: Number(group), command: command! }]
  })
}

/** A process, all that it started, and all that these started, as far as they run. */
export function treeOf (pid: number): ListedProcess[] {
  const all = runningProcesses()
  const tree = all.filter((one) => one.pid === pid)
  for (const one of tree) {
    tree.push(...all.filter(({ parent }) => parent === one.pid))
  }
  return tree
}

/** Those of some processes that still run: of the same id and command. */
export function stillRunning (before: readonly ListedProcess[]): ListedProcess[] {
  return runningProcesses().filter(({ pid, command }) => before.some((one) => one.pid === pid && one.command === command))
}
