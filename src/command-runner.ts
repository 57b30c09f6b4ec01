/**
 * The platform's shell behind its port.
 */
import { spawn } from 'node:child_process'
import type { CommandRunner, Log } from './ports.ts'

/**
 * Runs commands as processes of their own, which go on when the peer ends. Nothing reads what they print: a command that has something to say
 * writes it to a file.
 */
export function systemCommands (log: Log): CommandRunner {
  return {
    run (command, folder, variables) {
      const failed = (reason: string): void => { log.warn('the command to run after a job did not go well', { command, reason }) }
      try {
        const child = spawn(command, { shell: true, cwd: folder, env: { ...process.env, ...variables }, stdio: 'ignore', detached: true, windowsHide: true })
        child.once('error', (error) => { failed(error.message) })
        child.once('exit', (status, signal) => {
          if (status !== 0) {
            failed(signal === null ? `it ended with ${status}` : `it was ended by ${signal}`)
          }
        })
        child.unref()
      } catch (error) {
        failed(error instanceof Error ? error.message : String(error))
      }
    }
  }
}
