/**
 * Whether somebody uses this machine: what each platform has to ask.
 */
import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import type { Clock, IdleSensor, Log } from '../ports.ts'

/** A question that takes longer has no answer: PowerShell on a busy machine needs two seconds. */
const ANSWER_MS = 8_000

/** Bytes of an answer; the longest, `ioreg`'s, has some hundred thousand. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024

/** What a sensor asks the machine; tests answer instead. */
export interface MachineQuestions {
  readonly platform: NodeJS.Platform
  /** What a program prints. Rejects when there is no such program, or it fails or takes too long. */
  ask (program: string, args: readonly string[]): Promise<string>
  /** When each terminal of this machine was last read from, in milliseconds since 1970; none where there are none. */
  terminalReads (): Promise<readonly number[]>
}

/** What a sensor is made of. */
export interface IdleSensorInit {
  readonly clock: Clock
  readonly log: Log
  /** @default this machine */
  readonly machine?: MachineQuestions
}

/** The sensor of this machine's platform. Why it is blind is logged once. */
export function systemIdleSensor ({ clock, log, machine = thisMachine }: IdleSensorInit): IdleSensor {
  let isBlind = false
  return {
    unusedMs: async () => {
      const unusedMs = await unusedOn(machine, clock)
      if (unusedMs === undefined && !isBlind) {
        log.warn('this machine does not tell whether somebody uses it, so this peer does not work for others; for it to work all the same: tilemesh config idle-only off', { platform: machine.platform })
      }
      isBlind = unusedMs === undefined
      return unusedMs
    }
  }
}

async function unusedOn (machine: MachineQuestions, clock: Clock): Promise<number | undefined> {
  try {
    switch (machine.platform) {
      case 'darwin': return readIoreg(await machine.ask('/usr/sbin/ioreg', ['-c', 'IOHIDSystem']))
      case 'win32': return readWhole(await machine.ask('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', LAST_INPUT]))
      default: return await unusedByLogin(machine, clock) ?? await unusedByTerminals(machine, clock)
    }
  } catch {
    return undefined
  }
}

/** systemd's login manager knows what desktops and terminals report; where there is none, terminals know when they were last typed at. */
async function unusedByLogin (machine: MachineQuestions, clock: Clock): Promise<number | undefined> {
  const answer = await machine.ask('loginctl', ['show-session', '--property=IdleHint', '--property=IdleSinceHint']).catch(() => '')
  return readLoginctl(answer, clock.wallMs())
}

async function unusedByTerminals (machine: MachineQuestions, clock: Clock): Promise<number | undefined> {
  const reads = await machine.terminalReads()
  return reads.length === 0 ? undefined : Math.max(0, clock.wallMs() - Math.max(...reads))
}

/** Reads `IdleHint=yes` and `IdleSinceHint=` with microseconds since 1970 (0: nobody ever came), in either order; undefined for anything else. */
export function readLoginctl (answer: string, wallMs: number): number | undefined {
  const isIdle = /^IdleHint=(yes|no)$/m.exec(answer)?.[1]
  if (isIdle === undefined) {
    return undefined
  }
  const since = /^IdleSinceHint=(\d{1,17})$/m.exec(answer)?.[1]
  if (isIdle === 'no') {
    return 0
  }
  return since === undefined ? undefined : Math.max(0, wallMs - Number(since) / 1000)
}

/** Reads the least `"HIDIdleTime" = N` of what `ioreg` prints, in nanoseconds; undefined when there is none. */
export function readIoreg (answer: string): number | undefined {
  const times = Array.from(answer.matchAll(/"HIDIdleTime"\s*=\s*(\d{1,20})/g), ([, ns]) => Number(ns) / 1e6)
  return times.length === 0 ? undefined : Math.min(...times)
}

/** Milliseconds since the last input of this Windows session: both counters are of 32 bits and wrap together. */
const LAST_INPUT = [
  'Add-Type -Namespace Tilemesh -Name Input -MemberDefinition \'',
  '[StructLayout(LayoutKind.Sequential)] public struct Info { public uint size; public uint time; }',
  '[DllImport("user32.dll")] public static extern bool GetLastInputInfo(ref Info info);',
  'public static uint Unused() { Info info = new Info(); info.size = 8; return GetLastInputInfo(ref info) ? unchecked((uint)Environment.TickCount - info.time) : 0; }',
  '\'; [Tilemesh.Input]::Unused()'
].join(' ')

function readWhole (answer: string): number | undefined {
  return /^\d{1,10}$/.test(answer.trim()) ? Number(answer.trim()) : undefined
}

const thisMachine: MachineQuestions = {
  platform: process.platform,
  ask: (program, args) => new Promise((resolve, reject) => {
    execFile(program, args, { timeout: ANSWER_MS, maxBuffer: MAX_ANSWER_BYTES, windowsHide: true, env: { ...process.env, LC_ALL: 'C' } }, (error, stdout) => {
      if (error === null) {
        resolve(stdout)
      } else {
        reject(error)
      }
    })
  }),
  async terminalReads () {
    const virtual = (await readdir('/dev').catch(() => [])).filter((name) => /^tty[1-9]\d?$/.test(name)).map((name) => `/dev/${name}`)
    const pseudo = (await readdir('/dev/pts').catch(() => [])).filter((name) => /^\d+$/.test(name)).map((name) => `/dev/pts/${name}`)
    const times = await Promise.all([...virtual, ...pseudo].map(async (file) => (await stat(file).catch(() => undefined))?.atimeMs))
    return times.filter((time) => time !== undefined)
  }
}
