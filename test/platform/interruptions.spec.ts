import assert from 'node:assert/strict'
import { askToEnd, dieBy, signalsOf } from '../../src/platform/interruptions.ts'

describe('platform/interruptions', () => {
  it('come as signals; a closed console of Windows is a request to leave', () => {
    for (const platform of ['linux', 'darwin'] as const) {
      assert.deepEqual(signalsOf('interrupt', platform), ['SIGINT'])
      assert.deepEqual(signalsOf('terminate', platform), ['SIGTERM'])
      assert.deepEqual(signalsOf('hangup', platform), ['SIGHUP'])
    }
    assert.deepEqual(signalsOf('interrupt', 'win32'), ['SIGINT', 'SIGBREAK'])
    assert.deepEqual(signalsOf('terminate', 'win32'), ['SIGTERM', 'SIGHUP'])
    assert.deepEqual(signalsOf('hangup', 'win32'), [])
  })

  it('end this process as the signal would have, where a parent can see that', () => {
    const done: string[] = []
    const self = {
      pid: 7,
      removeAllListeners: (signal: string) => { done.push(`forget ${signal}`) },
      kill: (pid: number, signal: string) => { done.push(`${signal} to ${pid}`) },
      exit: (status: number) => { done.push(`exit ${status}`) }
    }
    dieBy('SIGTERM', 'linux', self as unknown as NodeJS.Process)
    dieBy('SIGTERM', 'win32', self as unknown as NodeJS.Process)
    assert.deepEqual(done, ['forget SIGTERM', 'SIGTERM to 7', 'exit 1'])
  })

  it('reach a child by a signal, on Windows by its channel', () => {
    const done: string[] = []
    const child = { connected: true, kill: (signal: string) => done.push(signal) > 0, disconnect: () => { done.push('disconnect') } }
    askToEnd(child as never, 'darwin')
    askToEnd(child as never, 'win32')
    askToEnd({ ...child, connected: false } as never, 'win32')
    assert.deepEqual(done, ['SIGINT', 'disconnect'])
  })
})
