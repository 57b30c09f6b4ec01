/**
 * How a process is told to end, and how it tells others.
 */
import { isWindows } from './system.ts'
import type { ChildProcess } from 'node:child_process'

/** What a person or the system wants of a process. `hangup`: its terminal is gone. */
export type Interruption = 'interrupt' | 'terminate' | 'hangup'

/**
 * The signals by which the system says it. On Windows Ctrl-Break is a second Ctrl-C, and a process whose console is closed has some ten seconds
 * before it is ended for good: it is to leave, and can not go on without its terminal as elsewhere.
 */
export function signalsOf (kind: Interruption, platform = process.platform): readonly NodeJS.Signals[] {
  switch (kind) {
    case 'interrupt': return isWindows(platform) ? ['SIGINT', 'SIGBREAK'] : ['SIGINT']
    case 'terminate': return isWindows(platform) ? ['SIGTERM', 'SIGHUP'] : ['SIGTERM']
    case 'hangup': return isWindows(platform) ? [] : ['SIGHUP']
  }
}

/** What a process can do to itself; tests give their own. */
export type Mortal = Pick<NodeJS.Process, 'pid' | 'kill' | 'exit' | 'removeAllListeners'>

/** Ends this process as the signal would have. On Windows no parent can see by what a program ended: there it is a failure like others. */
export function dieBy (signal: NodeJS.Signals, platform = process.platform, self: Mortal = process): void {
  if (isWindows(platform)) {
    self.exit(1)
  } else {
    self.removeAllListeners(signal)
    self.kill(self.pid, signal)
  }
}

/**
 * Asks a child of ours to end by itself. On Windows a signal would end it at once, so the channel to it is closed: a child that was started with
 * one ends when its parent is gone.
 */
export function askToEnd (child: Pick<ChildProcess, 'kill' | 'connected' | 'disconnect'>, platform = process.platform): void {
  if (!isWindows(platform)) {
    child.kill('SIGINT')
  } else if (child.connected) {
    child.disconnect()
  }
}
