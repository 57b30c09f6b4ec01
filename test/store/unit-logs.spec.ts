import assert from 'node:assert/strict'
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as fc from 'fast-check'
import { nodeDisk } from '../../src/store/disk.ts'
import { MAX_LOG_BYTES_IN_ALL, MAX_LOG_LINE_BYTES, MAX_LOG_QUEUED_BYTES } from '../../src/store/limits.ts'
import { UNIT_LOG_LIMITS, UnitLogFolder } from '../../src/store/unit-logs/unit-log-folder.ts'
import { EVERY_ENTRY, LOGGED_JOB, describeUnitLogs } from '../contracts/unit-logs.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { MemoryUnitLogs } from '../support/memory-unit-logs.ts'
import { FaultyDisk, systemError } from './support/faulty-disk.ts'
import { temporaryFolder } from './support/temporary-home.ts'
import type { UnitLogEntry } from '../../src/core/unit-log.ts'

describeUnitLogs('disk', async () => {
  const { folder, remove } = await temporaryFolder()
  let logs = new UnitLogFolder(nodeDisk, folder, new MemoryLog())
  return {
    logs,
    async reopen () {
      await logs.flush()
      logs = new UnitLogFolder(nodeDisk, folder, new MemoryLog())
      return logs
    },
    remove
  }
})

describeUnitLogs('memory', async () => {
  const disk = new MemoryDisk()
  return { logs: new MemoryUnitLogs(disk), reopen: async () => new MemoryUnitLogs(disk), async remove () {} }
})

const [FAILED, RENDERED] = EVERY_ENTRY as [UnitLogEntry & { type: 'failed' }, UnitLogEntry & { type: 'rendered' }]
const OTHER_JOB = 'b'.repeat(64)

describe('unit logs on disk', () => {
  let folder: string
  let remove: () => Promise<void>

  beforeEach(async () => {
    ({ folder, remove } = await temporaryFolder())
  })

  afterEach(async () => {
    await remove()
  })

  const small = { segmentBytes: 1_000, segmentsPerJob: 3, bytesInAll: 20_000, segmentsInAll: 20 }
  const open = (limits = small): UnitLogFolder => new UnitLogFolder(nodeDisk, folder, new MemoryLog(), limits)

  async function files (): Promise<{ readonly name: string, readonly bytes: number }[]> {
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.log'))
    return Promise.all(names.map(async (name) => ({ name, bytes: (await stat(path.join(folder, name))).size })))
  }

  async function fill (logs: UnitLogFolder, job: string, from: number, end: number): Promise<void> {
    for (let unit = from; unit < end; unit++) {
      logs.append(job, unit, { ...RENDERED, log: 'x'.repeat(100) })
      await logs.flush()
    }
  }

  it('are few files of bounded size however many units a job has, the oldest entries dropped, and that is told, also in the next life', async () => {
    const logs = open()
    await fill(logs, LOGGED_JOB, 0, 200)
    const now = await files()
    assert.ok(now.length <= small.segmentsPerJob && now.every(({ bytes }) => bytes <= small.segmentBytes), JSON.stringify(now))
    assert.deepEqual(await logs.read(LOGGED_JOB, 0), { entries: [], dropped: true })
    assert.equal((await logs.read(LOGGED_JOB, 199)).entries.length, 1)
    assert.deepEqual(await open().read(LOGGED_JOB, 0), { entries: [], dropped: true })
  })

  it('keep failures whatever number of units went well', async () => {
    const logs = open()
    logs.append(LOGGED_JOB, 7, FAILED)
    await fill(logs, LOGGED_JOB, 0, 200)
    assert.ok((await logs.read(LOGGED_JOB, 7)).entries.some((entry) => entry.type === 'failed'))
  })

  it('give up the oldest of all jobs when they take too much, in bytes or in files, and go on with a job that lost all', async () => {
    const logs = open()
    const jobs = Array.from({ length: 60 }, (_, index) => index.toString(16).padStart(64, '0'))
    for (const job of jobs) {
      await fill(logs, job, 0, 3)
    }
    assert.ok((await files()).length <= small.segmentsInAll)
    assert.equal((await logs.read(jobs[0]!, 0)).entries.length, 0)
    assert.equal((await logs.read(jobs.at(-1)!, 0)).entries.length, 1)
    assert.equal((await readdir(folder)).length, (await files()).length, 'no empty folders are left')
    await fill(logs, jobs[0]!, 5, 6)
    assert.equal((await logs.read(jobs[0]!, 5)).entries.length, 1)
    const bytes = open({ ...small, segmentsInAll: 1_000, bytesInAll: 5_000 })
    await fill(bytes, OTHER_JOB, 0, 30)
    assert.ok((await files()).reduce((sum, file) => sum + file.bytes, 0) <= 5_000)
  })

  it('are private to this user', async () => {
    const logs = open()
    await fill(logs, LOGGED_JOB, 0, 1)
    const [file] = await files()
    assert.equal((await stat(path.join(folder, file!.name))).mode & 0o077, 0)
    assert.equal((await stat(path.join(folder, LOGGED_JOB))).mode & 0o077, 0)
  })

  it('lose a line that was cut off, and nothing behind it', async () => {
    const logs = open()
    await fill(logs, LOGGED_JOB, 1, 3)
    const [file] = await files()
    const bytes = await readFile(path.join(folder, file!.name))
    await writeFile(path.join(folder, file!.name), bytes.subarray(0, -20))
    const next = open()
    await fill(next, LOGGED_JOB, 3, 4)
    assert.deepEqual((await Promise.all([1, 2, 3].map((unit) => next.read(LOGGED_JOB, unit)))).map(({ entries }) => entries.length), [1, 0, 1])
  })

  it('read no nonsense out of damaged files', async () => {
    await mkdir(path.join(folder, LOGGED_JOB))
    await writeFile(path.join(folder, 'stranger'), 'x')
    await writeFile(path.join(folder, OTHER_JOB), 'a file where a folder was')
    await fc.assert(fc.asyncProperty(fc.oneof(fc.json(), fc.string(), fc.json().map((json) => json.slice(0, -1))), async (text) => {
      await writeFile(path.join(folder, LOGGED_JOB, 'done-0-0.log'), `\n7 ${text}\n7 ${JSON.stringify(RENDERED)}`)
      assert.deepEqual((await open().read(LOGGED_JOB, 7)).entries, [RENDERED])
    }), { numRuns: 60 })
    await writeFile(path.join(folder, LOGGED_JOB, 'done-0-0.log'), `\n7 ${JSON.stringify({ ...RENDERED, threads: -1 })}\n7 ${JSON.stringify({ type: 'delivered', atMs: 1, to: 4, answer: 'accepted', tries: 1 })}`)
    assert.deepEqual((await open().read(LOGGED_JOB, 7)).entries, [])
  })

  it('never stop a worker: a disk that refuses costs entries, and is named once; when it takes them again they are kept again', async () => {
    const disk = new FaultyDisk()
    const log = new MemoryLog()
    const logs = new UnitLogFolder(disk, folder, log, small)
    await fill(logs, LOGGED_JOB, 0, 2)
    for (const step of ['write', 'open', 'create'] as const) {
      disk.watch = (now) => {
        if (now === step) {
          throw systemError('ENOSPC')
        }
      }
      await fill(logs, LOGGED_JOB, 2, 12)
      await fill(logs, OTHER_JOB, 2, 4)
    }
    disk.watch = () => {}
    await fill(logs, LOGGED_JOB, 20, 21)
    await fill(logs, OTHER_JOB, 20, 21)
    assert.equal((await logs.read(LOGGED_JOB, 20)).entries.length, 1)
    assert.equal((await logs.read(OTHER_JOB, 20)).entries.length, 1)
    assert.equal(log.lines.length, 1)
    assert.match(String(log.lines[0]!.details['reason']), /disk is full/)
  })

  it('go on when somebody has deleted the folder', async () => {
    const logs = open()
    await fill(logs, LOGGED_JOB, 0, 2)
    await rm(folder, { recursive: true })
    await fill(logs, LOGGED_JOB, 2, 3)
    await fill(logs, LOGGED_JOB, 3, 4)
    assert.equal((await logs.read(LOGGED_JOB, 3)).entries.length, 1)
  })

  it('hold no more than a segment for a slow disk, and no entry that is too long', async () => {
    const logs = new UnitLogFolder(nodeDisk, folder, new MemoryLog())
    for (let unit = 0; unit < 1_000; unit++) {
      logs.append(LOGGED_JOB, unit, { ...FAILED, log: 'x'.repeat(16_384) })
    }
    logs.append(LOGGED_JOB, 1, { ...FAILED, log: 'x'.repeat(MAX_LOG_LINE_BYTES) })
    await logs.flush()
    const bytes = (await files()).reduce((sum, file) => sum + file.bytes, 0)
    assert.ok(bytes <= MAX_LOG_QUEUED_BYTES && bytes > MAX_LOG_QUEUED_BYTES / 2, `${bytes}`)
    assert.ok(UNIT_LOG_LIMITS.bytesInAll === MAX_LOG_BYTES_IN_ALL)
  })
})
