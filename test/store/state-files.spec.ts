import assert from 'node:assert/strict'
import { copyFile, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { openStore } from '../../src/store/disk-store.ts'
import { openIdentity } from '../../src/store/identity.ts'
import { MAX_ADDRESS_LENGTH, MAX_KNOWN_ADDRESSES, MAX_STATE_BYTES } from '../../src/store/limits.ts'
import { readMeshFile, withAddresses, writeMeshFile } from '../../src/store/mesh-file.ts'
import { isWindows } from '../../src/platform/system.ts'
import { seal } from '../../src/store/sealed.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { withHome } from './support/temporary-home.ts'
import type { Home } from '../../src/store/home.ts'
import type { MeshFile } from '../../src/store/mesh-file.ts'

const MESH: MeshFile = { name: 'attic', secret: new SeededRandom(3).bytes(32), addresses: ['/ip4/192.0.2.1/tcp/4001/p2p/12D3KooW'] }

/** Damaged variants of a file: cut short, emptied, bits flipped, bytes added. */
function * damaged (bytes: Uint8Array, seed: number): Generator<Uint8Array> {
  const random = new SeededRandom(seed)
  for (let length = 0; length < bytes.length; length += Math.max(1, Math.floor(bytes.length / 50))) {
    yield bytes.slice(0, length)
  }
  for (let index = 0; index < 80; index++) {
    const flipped = bytes.slice()
    flipped[random.int(0, bytes.length - 1)]! ^= 1 << random.int(0, 7)
    yield flipped
  }
  yield new Uint8Array(bytes.length)
  yield new Uint8Array(MAX_STATE_BYTES + 1).fill(0x20)
  yield Buffer.concat([bytes, bytes])
}

describe('measured speeds', () => {
  it('are begun anew, with a word in the log, when their file is damaged', async () => {
    await withHome(async (home) => {
      const record = { scenes: [{ fingerprint: 'fake 1', scene: 'ab'.repeat(32), loadMs: 1, recent: [[2, 1] as const] }] }
      await (await openStore(home, new MemoryLog())).saveSpeeds(record)
      const file = home.path('speeds.json')
      const whole = await readFile(file)
      for (const bytes of [...damaged(whole, 17), Buffer.from(seal({ version: 1, scenes: [{ fingerprint: 'fake 1' }] }))]) {
        await writeFile(file, bytes)
        const log = new MemoryLog()
        const store = await openStore(home, log)
        assert.equal(await store.speeds(), undefined)
        assert.ok(log.lines.some(({ level, message }) => level === 'warn' && message.includes('measured speeds are lost')))
      }
      const store = await openStore(home, new MemoryLog())
      await store.saveSpeeds(record)
      assert.deepEqual(await store.speeds(), record)
    })
  })
})

describe('the identity', () => {
  it('is made once, for this user alone, and is the same ever after', async () => {
    await withHome(async (home) => {
      const key = await openIdentity(home)
      assert.equal(key.type, 'Ed25519')
      assert.ok((await openIdentity(home)).equals(key))
      if (!isWindows()) {
        assert.equal((await stat(home.path('identity.key'))).mode & 0o777, 0o600)
      }
    })
  })

  it('is never replaced: every damaged file is refused by name and left as it is', async () => {
    await withHome(async (home) => {
      await openIdentity(home)
      const file = home.path('identity.key')
      let variants = 0
      for (const bytes of damaged(await readFile(file), 11)) {
        await writeFile(file, bytes)
        await assert.rejects(openIdentity(home), (err: Error & { exitStatus?: number }) => err.name === 'HomeError' && err.exitStatus === 5 && err.message.includes(file) && !err.message.includes('\n'))
        assert.deepEqual(await readFile(file), Buffer.from(bytes))
        variants++
      }
      assert.ok(variants > 100)
    })
  })

  it('is not made anew in a home that is in a mesh', async () => {
    await withHome(async (home) => {
      await openIdentity(home)
      await writeMeshFile(home, MESH)
      await rm(home.path('identity.key'))
      await assert.rejects(openIdentity(home), { name: 'HomeError', message: /missing/ })
    })
  })
})

describe('the mesh file', () => {
  it('is kept for this user alone, with the newest addresses first', async () => {
    await withHome(async (home) => {
      assert.equal(await readMeshFile(home), undefined)
      await writeMeshFile(home, MESH)
      assert.deepEqual(await readMeshFile(home), MESH)
      if (!isWindows()) {
        assert.equal((await stat(home.path('mesh.json'))).mode & 0o777, 0o600)
      }
      const seen = Array.from({ length: MAX_KNOWN_ADDRESSES + 1 }, (_, index) => `/ip4/192.0.2.${index}/tcp/1`)
      await writeMeshFile(home, withAddresses(MESH, [...seen, 'x'.repeat(MAX_ADDRESS_LENGTH + 1)]))
      const kept = (await readMeshFile(home))!.addresses
      assert.equal(kept.length, MAX_KNOWN_ADDRESSES)
      assert.equal(kept[0], '/ip4/192.0.2.0/tcp/1')
      assert.deepEqual(withAddresses(MESH, [MESH.addresses[0]!, 'b']).addresses, [MESH.addresses[0], 'b'])
    })
  })

  it('is refused by name when it is damaged, or accepted with exactly what was written', async () => {
    await withHome(async (home) => {
      await writeMeshFile(home, MESH)
      const file = home.path('mesh.json')
      let refused = 0
      for (const bytes of damaged(await readFile(file), 12)) {
        await writeFile(file, bytes)
        const found = await readMeshFile(home).catch((err: Error) => err)
        if (found instanceof Error) {
          assert.ok(found.name === 'HomeError' && found.message.includes(file) && !found.message.includes('\n'), found.message)
          refused++
        } else {
          assert.deepEqual(found, MESH)
        }
      }
      assert.ok(refused > 100, `only ${refused} were refused`)
    })
  })

  it('is refused when its checksum is right and its content is not', async () => {
    await withHome(async (home) => {
      const right = { version: 1, name: 'attic', secret: '00'.repeat(32), addresses: [] }
      for (const wrong of [{ name: '' }, { name: 'x'.repeat(201) }, { name: 7 }, { secret: '00'.repeat(31) }, { secret: null }, { addresses: {} }, { version: 0.5 }, { version: 2 }, { version: '1' }]) {
        await writeFile(home.path('mesh.json'), seal({ ...right, ...wrong }))
        await assert.rejects(readMeshFile(home), { name: 'HomeError' }, JSON.stringify(wrong))
      }
    })
  })
})

describe('the counters', () => {
  async function withDamage (home: Home, name: string, check: (bytes: Uint8Array) => Promise<void>): Promise<number> {
    const file = home.path(name)
    await copyFile(file, `${file}.good`)
    let variants = 0
    for (const bytes of damaged(await readFile(file), 13)) {
      await writeFile(file, bytes)
      await check(bytes)
      variants++
    }
    return variants
  }

  it('begins the boot counter anew, and says so, whenever it can not be trusted', async () => {
    await withHome(async (home) => {
      const log = new MemoryLog()
      const store = await openStore(home, log)
      for (let boot = 1; boot < 12; boot++) {
        await store.nextBoot()
      }
      let fresh = 0
      const variants = await withDamage(home, 'boot.json', async () => {
        const found = await store.nextBoot()
        assert.ok((found.fresh && found.boot === 1) || (!found.fresh && found.boot === 12), JSON.stringify(found))
        fresh += found.fresh ? 1 : 0
        assert.deepEqual(await store.nextBoot(), { boot: found.boot + 1, fresh: false })
      })
      assert.ok(variants > 100 && fresh > 90)
      assert.equal(log.lines.filter(({ level }) => level === 'warn').length, fresh)
    })
  })

  it('goes on above every earlier serial number when its counter is damaged, or missing where jobs are', async () => {
    await withHome(async (home) => {
      let wallMs = 1_700_000_000_000
      const store = await openStore(home, new MemoryLog(), { wallMs: () => wallMs })
      assert.equal(await store.nextSerial(), 1)
      let highest = await store.nextSerial()
      await withDamage(home, 'serial.json', async () => {
        wallMs += 60_000
        const serial = await store.nextSerial()
        assert.ok(serial > highest || serial === 3, `${serial} after ${highest}`)
        highest = Math.max(highest, serial)
      })
      await (await store.openJob('a'.repeat(64))).close()
      await rm(home.path('serial.json'))
      wallMs += 60_000
      assert.ok(await store.nextSerial() > highest)
    })
  })
})
