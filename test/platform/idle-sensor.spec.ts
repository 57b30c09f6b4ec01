import assert from 'node:assert/strict'
import { systemClock } from '../../src/clock.ts'
import { readIoreg, readLoginctl, systemIdleSensor } from '../../src/platform/idle-sensor.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { MemoryLog } from '../support/memory-log.ts'
import type { MachineQuestions } from '../../src/platform/idle-sensor.ts'

describe('whether somebody uses this machine', () => {
  const clock = new FakeClock()
  const log = new MemoryLog()

  async function unusedMs (machine: Partial<MachineQuestions>): Promise<number | undefined> {
    return systemIdleSensor({
      clock,
      log,
      machine: { platform: 'linux', ask: async () => { throw new Error('no such program') }, terminalReads: async () => [], ...machine }
    }).unusedMs()
  }

  it('on Linux by the login manager', async () => {
    const since = (clock.wallMs() - 90_000) * 1000
    const asked: string[] = []
    assert.equal(await unusedMs({ ask: async (program, args) => { asked.push([program, ...args].join(' ')); return `IdleHint=yes\nIdleSinceHint=${since}\n` } }), 90_000)
    assert.deepEqual(asked, ['loginctl show-session --property=IdleHint --property=IdleSinceHint'])
    assert.equal(await unusedMs({ ask: async () => `IdleSinceHint=${since}\nIdleHint=no\n` }), 0)
    assert.equal(await unusedMs({ ask: async () => 'IdleHint=yes\nIdleSinceHint=0\n' }), clock.wallMs(), 'nobody ever came')
  })

  it('on Linux without a login manager by when terminals were typed at', async () => {
    const terminalReads = async (): Promise<number[]> => [clock.wallMs() - 600_000, clock.wallMs() - 30_000, 0]
    assert.equal(await unusedMs({ terminalReads }), 30_000)
    assert.equal(await unusedMs({ ask: async () => '', terminalReads }), 30_000)
    assert.equal(await unusedMs({ terminalReads: async () => [clock.wallMs() + 5_000] }), 0, 'clocks differ')
  })

  it('on macOS by the input system', async () => {
    const ioreg = '+-o IOHIDSystem  <class IOHIDSystem>\n    {\n      "HIDIdleTime" = 12500000000\n      "HIDParameters" = {"HIDIdleTime"=99}\n'
    assert.equal(await unusedMs({ platform: 'darwin', ask: async () => ioreg.replace('"HIDIdleTime"=99', '') }), 12_500)
    assert.equal(readIoreg(ioreg), 99 / 1e6, 'the least of several')
    assert.equal(readIoreg('nothing of the kind'), undefined)
  })

  it('on Windows by the last input', async () => {
    let script = ''
    assert.equal(await unusedMs({ platform: 'win32', ask: async (program, args) => { script = [program, ...args].join(' '); return '61000\r\n' } }), 61_000)
    assert.match(script, /^powershell\.exe .*GetLastInputInfo/)
    assert.equal(await unusedMs({ platform: 'win32', ask: async () => 'Add-Type : denied' }), undefined)
  })

  it('is not known, and said once, where nothing answers', async () => {
    const before = log.lines.length
    const sensor = systemIdleSensor({ clock, log, machine: { platform: 'darwin', ask: async () => { throw new Error('no') }, terminalReads: async () => [] } })
    assert.equal(await sensor.unusedMs(), undefined)
    assert.equal(await sensor.unusedMs(), undefined)
    assert.equal(log.lines.length, before + 1)
  })

  it('makes nothing of what it does not know', () => {
    for (const answer of ['', 'IdleHint=maybe', 'IdleHint=yes', 'IdleHint=yes\nIdleSinceHint=yesterday', 'Failed to connect to bus: Host is down']) {
      assert.equal(readLoginctl(answer, 1), undefined, answer)
    }
  })

  it('has an answer, or none, from the real machine within its time', async () => {
    const real = await systemIdleSensor({ clock: systemClock, log }).unusedMs()
    assert.ok(real === undefined || real >= 0, String(real))
  })
})
