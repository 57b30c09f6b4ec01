import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { openStore } from '../../src/store/disk-store.ts'
import { openHome } from '../../src/store/home.ts'
import { describeKeptUnits } from '../contracts/kept-units.ts'
import { describeStore } from '../contracts/store.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { MemoryStore } from '../support/memory-store.ts'
import { closableDisk, temporaryFolder } from './support/temporary-home.ts'
import type { StoreUnderTest } from '../contracts/store.ts'

async function onDisk (): Promise<StoreUnderTest> {
  const { folder, remove } = await temporaryFolder()
  const { disk, closeAll } = closableDisk()
  let home = await openHome(path.join(folder, 'home'), { disk })
  return {
    store: await openStore(home, new MemoryLog()),
    async reopen () {
      await home.close()
      home = await openHome(path.join(folder, 'home'), { disk })
      return openStore(home, new MemoryLog())
    },
    async sourceFile (bytes) {
      const file = path.join(folder, 'source')
      await writeFile(file, bytes)
      return file
    },
    async remove () {
      await home.close()
      await closeAll()
      await remove()
    }
  }
}

async function inMemory (): Promise<StoreUnderTest> {
  const clock = new FakeClock()
  let store = new MemoryStore(clock)
  return {
    store,
    async reopen () {
      store = new MemoryStore(clock, store.crash('kill'))
      return store
    },
    async sourceFile (bytes) {
      store.disk.files.set('/source', bytes)
      return '/source'
    },
    async remove () {}
  }
}

describeStore('disk', onDisk)
describeStore('memory', inMemory)
describeKeptUnits('disk', onDisk)
describeKeptUnits('memory', inMemory)
