import assert from 'node:assert/strict'
import { mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { nodeDisk } from '../../../src/store/disk.ts'
import { KeptFolders } from '../../../src/store/kept/kept-folders.ts'
import { keptResult, readAll, unitsOf } from '../../support/kept-results.ts'
import { MemoryLog } from '../../support/memory-log.ts'
import { FaultyDisk, systemError } from '../support/faulty-disk.ts'
import { contentOf, putContent } from '../support/journals.ts'
import { withFolder } from '../support/temporary-home.ts'
import type { KeptUnit } from '../../../src/core/questions.ts'
import type { KeptUnits } from '../../../src/ports.ts'
import type { Disk } from '../../../src/store/disk.ts'

const JOB = 'a'.repeat(64)
const FIRST = '000001.seg'

function foldersIn (folder: string, disk: Disk = nodeDisk, segmentBytes?: number): { readonly kept: KeptFolders, readonly log: MemoryLog } {
  const log = new MemoryLog()
  return { kept: new KeptFolders(disk, path.join(folder, 'custody'), log, { segmentBytes }), log }
}

async function put (units: KeptUnits, { head, bytes }: KeptUnit): Promise<void> {
  await units.put(head, bytes)
}

/** Writes results of these units, and gives the files they lie in. */
async function written (folder: string, units: readonly number[], bytes: number, segmentBytes?: number): Promise<Map<string, Uint8Array>> {
  const kept = await foldersIn(folder, nodeDisk, segmentBytes).kept.open(JOB)
  for (const unit of units) {
    await put(kept, keptResult(JOB, unit, bytes))
  }
  await kept.close()
  return contentOf(path.join(folder, 'custody', JOB))
}

/** The job's results as a next life finds them. */
async function onDisk (folder: string): Promise<KeptUnit[]> {
  const units = await foldersIn(folder).kept.open(JOB)
  const found = await readAll(units)
  await units.close()
  return found
}

/** The folder of the job in another home, with these files. */
async function laidOut (folder: string, content: ReadonlyMap<string, Uint8Array>): Promise<string> {
  await putContent(path.join(folder, 'custody', JOB), content)
  return folder
}

describe('KeptSegments', function () {
  this.timeout(120_000)

  it('cuts off a last result that is torn at any byte, keeps all before it, and goes on', async () => {
    await withFolder(async (folder) => {
      const whole = (await written(path.join(folder, 'whole'), [1, 2], 48)).get(FIRST)!
      const before = (await written(path.join(folder, 'before'), [1], 48)).get(FIRST)!.length
      for (let bytes = 0; bytes < whole.length; bytes++) {
        const torn = await laidOut(path.join(folder, 'torn'), new Map([[FIRST, whole.subarray(0, bytes)]]))
        const { kept } = foldersIn(torn)
        const units = await kept.open(JOB)
        const left = bytes >= before ? [1] : []
        assert.deepEqual(await unitsOf(units), left, `torn after ${bytes} bytes`)
        await put(units, keptResult(JOB, 7, 48))
        await units.close()
        assert.deepEqual((await onDisk(torn)).map(({ head }) => head.unit), [...left, 7], `torn after ${bytes} bytes`)
      }
    })
  })

  it('finds a bit that flipped at any byte, loses one result at most, and has it no more once it was found', async () => {
    await withFolder(async (folder) => {
      const originals = [1, 2].map((unit) => keptResult(JOB, unit, 40))
      const whole = (await written(path.join(folder, 'whole'), [1, 2], 40)).get(FIRST)!
      let lost = 0
      for (let at = 0; at < whole.length; at++) {
        const flipped = whole.slice()
        flipped[at]! ^= 1 << (at % 8)
        const damaged = await laidOut(path.join(folder, 'damaged'), new Map([[FIRST, flipped]]))
        const { kept, log } = foldersIn(damaged)
        const units = await kept.open(JOB)
        const found = await readAll(units)
        for (const result of found) {
          assert.deepEqual(result, originals[result.head.unit - 1], `byte ${at} came out`)
        }
        assert.ok(found.length >= 1, `nothing is left after byte ${at}`)
        lost += 2 - found.length
        const left = found.map(({ head }) => head.unit)
        assert.deepEqual(await unitsOf(units), left, `byte ${at}`)
        assert.equal(log.lines.some(({ level }) => level === 'warn'), found.length < 2, `no word of byte ${at}`)
        await units.close()
        const next = await foldersIn(damaged).kept.open(JOB)
        assert.deepEqual(await unitsOf(next), left, `byte ${at} in the next life`)
        if (at % 16 === 0) {
          await put(next, originals[0]!)
          assert.deepEqual((await readAll(next)).at(-1), originals[0])
        }
        await next.close()
      }
      assert.ok(lost > whole.length - 100, 'hardly a flip was noticed')
    })
  })

  it('says once what was lost', async () => {
    await withFolder(async (folder) => {
      const content = await written(folder, [1, 2, 3], 1_000)
      const bytes = content.get(FIRST)!
      bytes[700]! ^= 4
      await laidOut(folder, content)
      const { kept, log } = foldersIn(folder)
      const units = await kept.open(JOB)
      for (let round = 0; round < 3; round++) {
        await Promise.all([readAll(units), readAll(units), unitsOf(units)])
      }
      assert.equal(log.lines.filter(({ level }) => level === 'warn').length, 1)
      assert.equal(log.lines[0]!.details.segment, FIRST)
      await units.close()
    })
  })

  it('reads the heads without the bytes, and of the bytes only what is wanted', async () => {
    await withFolder(async (folder) => {
      let readBytes = 0
      const counting: Disk = {
        ...nodeDisk,
        async open (file, mode) {
          const handle = await nodeDisk.open(file, mode)
          return {
            read: async (target, position) => {
              readBytes += target.byteLength
              return handle.read(target, position)
            },
            write: async (parts, position) => handle.write(parts, position),
            sync: async () => handle.sync(),
            truncate: async (length) => handle.truncate(length),
            size: async () => handle.size(),
            close: async () => handle.close()
          }
        }
      }
      const units = await foldersIn(folder, counting).kept.open(JOB)
      for (let unit = 0; unit < 10; unit++) {
        await put(units, keptResult(JOB, unit, 1_000_000))
      }
      readBytes = 0
      assert.equal((await unitsOf(units)).length, 10)
      assert.ok(readBytes < 500_000, `${readBytes} bytes were read for ten heads`)
      assert.equal((await readAll(units, ({ unit }) => unit === 6)).length, 1)
      assert.ok(readBytes < 2_000_000, `${readBytes} bytes were read for one result`)
      await units.close()
    })
  })

  it('keeps what lies in several files in order', async () => {
    await withFolder(async (folder) => {
      const all = Array.from({ length: 20 }, (_, unit) => unit)
      assert.ok((await written(folder, all, 900, 4_000)).size > 3)
      assert.deepEqual(await onDisk(folder), all.map((unit) => keptResult(JOB, unit, 900)))
    })
  })

  it('has nothing half there after a full disk, says that it is full, and works again when there is room', async () => {
    await withFolder(async (folder) => {
      const disk = new FaultyDisk()
      const { kept } = foldersIn(folder, disk)
      const units = await kept.open(JOB)
      await put(units, keptResult(JOB, 1, 500))
      disk.watch = (step) => {
        if (step === 'write' || step === 'create') {
          throw systemError('ENOSPC')
        }
      }
      await assert.rejects(put(units, keptResult(JOB, 2, 500)), { name: 'StoreError', trouble: 'full', message: /disk is full/ })
      assert.deepEqual(await unitsOf(units), [1])
      disk.watch = () => {}
      await put(units, keptResult(JOB, 3, 500))
      await units.close()
      assert.deepEqual(await onDisk(folder), [1, 3].map((unit) => keptResult(JOB, unit, 500)))
    })
  })

  it('opens nothing new on a full disk, and says so', async () => {
    await withFolder(async (folder) => {
      const disk = new FaultyDisk()
      const { kept } = foldersIn(folder, disk)
      const units = await kept.open(JOB)
      disk.watch = () => { throw systemError('ENOSPC') }
      await assert.rejects(put(units, keptResult(JOB, 1, 500)), { name: 'StoreError', trouble: 'full' })
      disk.watch = () => {}
      await put(units, keptResult(JOB, 2, 500))
      assert.deepEqual(await unitsOf(units), [2])
      await units.close()
    })
  })

  it('still gives what it has when the disk has become read-only, and takes nothing', async () => {
    await withFolder(async (folder) => {
      await written(folder, [1, 2], 100)
      const disk = new FaultyDisk()
      const readOnly: Disk = {
        ...nodeDisk,
        open: async (file, mode) => {
          if (mode !== 'read') {
            throw systemError('EROFS')
          }
          return disk.open(file, mode)
        }
      }
      const units = await foldersIn(folder, readOnly).kept.open(JOB)
      assert.deepEqual(await readAll(units), [1, 2].map((unit) => keptResult(JOB, unit, 100)))
      await assert.rejects(put(units, keptResult(JOB, 3, 100)), { name: 'StoreError', trouble: 'other', message: /read-only/ })
      await units.close()
      assert.deepEqual((await onDisk(folder)).map(({ head }) => head.unit), [1, 2])
    })
  })

  it('tells nobody of a result before a slow disk has it', async () => {
    await withFolder(async (folder) => {
      const disk = new FaultyDisk()
      const units = await foldersIn(folder, disk).kept.open(JOB)
      await put(units, keptResult(JOB, 1, 100))
      const { promise: slow, resolve: goOn } = Promise.withResolvers<void>()
      const { promise: syncing, resolve: began } = Promise.withResolvers<void>()
      disk.watch = async (step) => {
        if (step === 'sync') {
          began()
          await slow
        }
      }
      let told = 'not yet'
      const putting = put(units, keptResult(JOB, 2, 100)).then(() => { told = 'yes' })
      await syncing
      assert.deepEqual(await unitsOf(units), [1])
      assert.equal(told, 'not yet')
      goOn()
      await putting
      assert.deepEqual(await unitsOf(units), [1, 2])
      await units.close()
    })
  })

  it('forgets a refused sync, and keeps what comes after it', async () => {
    await withFolder(async (folder) => {
      const disk = new FaultyDisk()
      const units = await foldersIn(folder, disk).kept.open(JOB)
      await put(units, keptResult(JOB, 1, 100))
      disk.watch = (step) => {
        if (step === 'sync') {
          throw systemError('EIO')
        }
      }
      await assert.rejects(put(units, keptResult(JOB, 2, 100)), { name: 'StoreError' })
      disk.watch = () => {}
      await put(units, keptResult(JOB, 3, 100))
      assert.deepEqual(await unitsOf(units), [1, 3])
      await units.close()
      assert.deepEqual((await onDisk(folder)).map(({ head }) => head.unit), [1, 3])
    })
  })

  it('leaves out what a failing disk does not give back', async () => {
    await withFolder(async (folder) => {
      await written(folder, [1, 2, 3], 100_000)
      const failing: Disk = {
        ...nodeDisk,
        async open (file, mode) {
          const handle = await nodeDisk.open(file, mode)
          return mode === 'update'
            ? handle
            : {
                read: async (target, position) => {
                  if (position <= 150_000 && position + target.byteLength > 150_000) {
                    throw systemError('EIO')
                  }
                  return handle.read(target, position)
                },
                write: async () => {},
                sync: async () => {},
                truncate: async () => {},
                size: async () => handle.size(),
                close: async () => handle.close()
              }
        }
      }
      const { kept, log } = foldersIn(folder, failing)
      const units = await kept.open(JOB)
      assert.deepEqual((await readAll(units)).map(({ head }) => head.unit), [1, 3])
      assert.deepEqual(await unitsOf(units), [1, 3])
      assert.equal(log.lines.filter(({ level }) => level === 'warn').length, 1)
      await units.close()
    })
  })

  it('goes on reading what another reader is in the middle of when the job is closed and removed', async () => {
    await withFolder(async (folder) => {
      const { kept } = foldersIn(folder)
      const units = await kept.open(JOB)
      for (let unit = 0; unit < 5; unit++) {
        await put(units, keptResult(JOB, unit, 50_000))
      }
      const reading = units.read(() => true)[Symbol.asyncIterator]()
      await reading.next()
      await units.close()
      await kept.remove(JOB)
      let rest = 0
      for (let next = await reading.next(); next.done !== true; next = await reading.next()) {
        assert.deepEqual(next.value, keptResult(JOB, ++rest, 50_000))
      }
      assert.equal(rest, 4)
    })
  })
})

describe('KeptFolders', () => {
  it('sweeps what a killed peer left of removals, and jobs of which nothing was kept', async () => {
    await withFolder(async (folder) => {
      const disk = new FaultyDisk()
      const { kept } = foldersIn(folder, disk)
      const units = await kept.open(JOB)
      await put(units, keptResult(JOB, 1, 100))
      await units.close()
      disk.watch = (step) => {
        if (step === 'remove') {
          throw systemError('EIO')
        }
      }
      await kept.remove(JOB)
      assert.deepEqual(await kept.jobs(), [])
      await mkdir(path.join(folder, 'custody', 'c'.repeat(64)))
      await mkdir(path.join(folder, 'custody', 'my own'))
      assert.equal((await readdir(path.join(folder, 'custody'))).length, 3)
      await foldersIn(folder).kept.sweep()
      assert.deepEqual(await readdir(path.join(folder, 'custody')), ['my own'])
    })
  })

  it('refuses what is no job', async () => {
    await withFolder(async (folder) => {
      const { kept } = foldersIn(folder)
      await assert.rejects(kept.open('../../etc'), { name: 'StoreError', message: /not the id of a job/ })
      await assert.rejects(kept.remove('../../etc'), { name: 'StoreError' })
      assert.deepEqual(await readdir(folder), [])
    })
  })
})
