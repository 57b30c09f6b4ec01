import { systemClock } from '../clock.ts'
import { dieBy, signalsOf } from '../platform/interruptions.ts'
import type { CommandContext, Interruption } from './context.ts'

/** The context of the real process. */
export function processContext (): CommandContext {
  return {
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: systemClock,
    lineFormat: 'text',
    onInterruption,
    exitNow: (status) => process.exit(status),
    dieBy: (signal) => { dieBy(signal) },
    loadPeer: async () => {
      // When it is needed, not when this file loads: help and usage errors must not wait for the network stack.
      const { createPeer } = await import('../index.ts')
      return createPeer
    }
  }
}

function onInterruption (kind: Interruption, run: () => void): () => void {
  if (kind === 'parent-gone') {
    // Only there when another program started this one with a channel to it, as `tilemesh demo` does.
    if (process.connected) {
      process.on('disconnect', run)
    }
    return () => {
      process.off('disconnect', run)
    }
  }
  const signals = signalsOf(kind)
  signals.forEach((signal) => process.on(signal, run))
  const pipeBroke = (err: NodeJS.ErrnoException): void => {
    if (err.code === 'EPIPE') {
      run()
    }
  }
  if (kind === 'hangup') {
    process.stdout.on('error', pipeBroke)
  }
  return () => {
    signals.forEach((signal) => process.off(signal, run))
    process.stdout.off('error', pipeBroke)
  }
}
