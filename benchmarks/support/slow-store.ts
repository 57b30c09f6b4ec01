import { setTimeout as sleep } from 'node:timers/promises'
import type { JobStore, Store } from '../../src/ports.ts'

/** A store whose journals take pixels no faster than so many bytes a second: a slow disk. Everything else is as fast as it is. */
export function slowStore (store: Store, bytesPerSecond: number): Store {
  return new Proxy(store, {
    get: (target, name) => name === 'openJob'
      ? async (job: string) => slowJournal(await target.openJob(job), bytesPerSecond)
      : memberOf(target, name)
  })
}

function slowJournal (journal: JobStore, bytesPerSecond: number): JobStore {
  let freeAtMs = performance.now()
  const append: JobStore['append'] = async (record, pixels) => {
    freeAtMs = Math.max(freeAtMs, performance.now()) + (pixels?.byteLength ?? 0) / bytesPerSecond * 1000
    await Promise.all([journal.append(record, pixels), sleep(Math.max(0, freeAtMs - performance.now()))])
  }
  return new Proxy(journal, { get: (target, name) => name === 'append' ? append : memberOf(target, name) })
}

/** Methods of classes with private members need the object itself. */
function memberOf (target: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name)
  return typeof member === 'function' ? member.bind(target) : member
}
