import path from 'node:path'
import { MAX_BOOT_COUNTER } from '../core/epoch.ts'
import { OneAtATime } from './one-at-a-time.ts'
import { storeError } from './refusal.ts'
import { readSealed, writeSealed } from './sealed.ts'
import type { Log } from '../ports.ts'
import type { Disk } from './disk.ts'

/** What {@link Counters} are given. */
export interface CountersInit {
  readonly disk: Disk
  readonly home: string
  readonly log: Log
  /** Milliseconds since 1970: where serial numbers go on when their counter is lost. */
  readonly wallMs: () => number
}

/** The two numbers of a home that never repeat: its starts, and its submissions. Each is on disk before it is given out. */
export class Counters {
  readonly #init: CountersInit
  readonly #turns = new OneAtATime()

  constructor (init: CountersInit) {
    this.#init = init
  }

  /**
   * Counts this start. `fresh`: the counter was missing or damaged and began anew, so earlier starts may have had higher numbers.
   *
   * @throws StoreError
   */
  async nextBoot (): Promise<{ readonly boot: number, readonly fresh: boolean }> {
    const last = await this.#turns.run(async () => {
      const found = await this.#read('boot')
      const count = typeof found === 'number' ? found : 0
      await this.#write('boot', count + 1)
      return { count, fresh: typeof found !== 'number' }
    })
    return { boot: last.count + 1, fresh: last.fresh }
  }

  /**
   * The next serial number of a submission. When the counter is lost it goes on from the wall clock's milliseconds, which are far above
   * any number of submissions: a number must not come twice, or two jobs could have one id.
   *
   * @param neverSubmitted - whether a home without a counter has no job either: then it is a new one, and counts from 1
   * @throws StoreError
   */
  async nextSerial (neverSubmitted: () => Promise<boolean>): Promise<number> {
    return this.#turns.run(async () => {
      const found = await this.#read('serial')
      const isNew = found === 'missing' && await neverSubmitted()
      const last = typeof found === 'number' ? found : isNew ? 0 : Math.floor(this.#init.wallMs())
      await this.#write('serial', last + 1)
      return last + 1
    })
  }

  /** The number on disk, if there is one that can be trusted. */
  async #read (name: 'boot' | 'serial'): Promise<number | 'missing' | 'damaged'> {
    const file = this.#file(name)
    const sealed = await readSealed(this.#init.disk, file).catch((err: unknown) => ({ state: 'damaged', why: storeError(err, file).message }) as const)
    if (sealed.state === 'missing') {
      return 'missing'
    }
    const most = name === 'boot' ? MAX_BOOT_COUNTER : Number.MAX_SAFE_INTEGER
    const count = sealed.state === 'intact' ? sealed.value.count : undefined
    if (Number.isSafeInteger(count) && (count as number) >= 0 && (count as number) < most) {
      return count as number
    }
    this.#init.log.warn('a counter is damaged and begins anew', { file, why: sealed.state === 'damaged' ? sealed.why : 'it holds no number' })
    return 'damaged'
  }

  async #write (name: 'boot' | 'serial', count: number): Promise<void> {
    const file = this.#file(name)
    await writeSealed(this.#init.disk, file, { version: 1, count }).catch((err: unknown) => { throw storeError(err, file) })
  }

  #file (name: 'boot' | 'serial'): string {
    return path.join(this.#init.home, `${name}.json`)
  }
}
