import type { JobId, UnitIndex } from '../../src/core/ids.ts'
import type { UnitLog, UnitLogEntry } from '../../src/core/unit-log.ts'
import type { UnitLogs } from '../../src/ports.ts'
import type { MemoryDisk } from './memory-disk.ts'

/** Unit logs on a disk in memory, which keeps all of them. */
export class MemoryUnitLogs implements UnitLogs {
  readonly #disk: MemoryDisk

  constructor (disk: MemoryDisk) {
    this.#disk = disk
  }

  append (job: JobId, unit: UnitIndex, entry: UnitLogEntry): void {
    if (this.#disk.fault === undefined) {
      this.#disk.unitLogs.push({ job, unit, entry: { ...entry } })
    }
  }

  async read (job: JobId, unit: UnitIndex): Promise<UnitLog> {
    const entries = this.#disk.unitLogs.filter((one) => one.job === job && one.unit === unit).map(({ entry }) => ({ ...entry }))
    return { entries: entries.sort((a, b) => a.atMs - b.atMs), dropped: false }
  }

  async flush (): Promise<void> {}
}
