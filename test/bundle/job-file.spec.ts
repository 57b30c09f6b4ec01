import assert from 'node:assert/strict'
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { MAX_BUNDLE_BYTES } from '../../src/bundle/limits.ts'
import { importJobFile, readJobFileHead, surveyJobFile, writeJobFile } from '../../src/bundle/job-file.ts'
import { encodeManifest } from '../../src/bundle/manifest.ts'
import { surveyScene } from '../../src/bundle/survey.ts'
import { encodeJobHead } from '../../src/core/job-file.ts'
import { CHUNK_BYTES } from '../../src/core/limits.ts'
import { StoreError } from '../../src/errors.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { MemoryStore } from '../support/memory-store.ts'
import { mutations, randomOf } from '../support/mutations.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { sha256 } from '../support/sha256.ts'
import type { JobHead } from '../../src/core/job-file.ts'
import type { FoundFile, ImportRoom } from '../../src/ports.ts'

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const VARIANTS = Number(process.env['FUZZ_VARIANTS'] ?? 2_000)

const TEXTURE = new SeededRandom(4).bytes(2 * CHUNK_BYTES + 7)

/** A scene with two files of one content, an empty one, and one of several chunks. */
const FILES: Readonly<Record<string, Uint8Array>> = {
  'deep/er/wood.png': TEXTURE,
  'empty.bin': new Uint8Array(0),
  'maps/again.png': Buffer.from('stone'),
  'maps/stone.png': Buffer.from('stone'),
  'shot.fake': Buffer.from('a scene')
}

const HEAD: Omit<JobHead, 'bundle'> = {
  name: 'shot.fake',
  engine: 'fake',
  fingerprint: 'fake 1',
  width: 64,
  height: 64,
  frames: { first: 1, last: 1, step: 1 },
  samples: 16,
  split: 'auto',
  tile: null,
  camera: '',
  settings: [],
  leaseMs: 30_000,
  priority: 0,
  picture: { name: 'shot.png', bits: 8 }
}

/** A store with room for everything. */
function roomIn ({ blobs }: MemoryStore): ImportRoom {
  return { expect: async () => {}, put: async (blob, bytes) => blobs.put(blob, bytes), receive: async (blob, size, chunks) => blobs.receive(blob, size, chunks) }
}

describe('a job file', () => {
  let folder: string
  let scratch: string
  let file: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh job '))
    scratch = join(folder, 'scratch')
    file = join(folder, 'out', 'shot.job')
    await mkdir(scratch)
    await mkdir(dirname(file))
    await layScene(FILES)
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  async function layScene (files: Readonly<Record<string, Uint8Array>>): Promise<void> {
    for (const [name, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(folder, 'scene', name)), { recursive: true })
      await writeFile(join(folder, 'scene', name), bytes)
    }
  }

  /** Writes the scene of these files, or of all, into the job file. */
  async function write (names: readonly string[] = Object.keys(FILES), into = file): Promise<JobHead> {
    const found: FoundFile[] = names.map((name) => ({ file: join(folder, 'scene', name), path: name }))
    const scene = await surveyScene({ findFiles: async () => found }, join(folder, 'scene', 'shot.fake'), scratch)
    const head = { ...HEAD, bundle: scene.ref }
    const bytes = await writeJobFile(into, head, scene)
    assert.equal(bytes, (await stat(into)).size)
    return head
  }

  /** A job file by hand: a manifest of any kind, with a right hash in the head, and what follows it. */
  async function forge (manifest: Uint8Array, contents: readonly Uint8Array[] = [], entry = 'shot.fake'): Promise<void> {
    const head = { ...HEAD, bundle: { manifest: sha256(manifest), manifestBytes: manifest.byteLength, entry } }
    await writeFile(file, Buffer.concat([encodeJobHead(head, sha256), manifest, ...contents]))
  }

  /** Reads the job file in every way there is; all must refuse it in one line, and leave nothing behind. */
  async function refused (why: RegExp, ways: 'all' | 'contents' = 'all'): Promise<void> {
    const store = new MemoryStore(new FakeClock())
    const reads = [async () => importJobFile(file, roomIn(store)), async () => surveyJobFile(file, scratch), ...ways === 'all' ? [async () => readJobFileHead(file)] : []]
    for (const read of reads) {
      await assert.rejects(read(), (error: Error & { exitStatus?: number }) => {
        assert.equal(error.name, 'SceneError', error.stack)
        assert.equal(error.exitStatus, 3)
        assert.match(error.message, /^shot\.job can not be rendered: it is [^\n]*$/)
        assert.match(error.message, why)
        return true
      })
    }
    assert.deepEqual(await readdir(scratch), [])
  }

  it('holds a job and its scene: what goes in comes out', async () => {
    const head = await write()
    assert.deepEqual(await readJobFileHead(file), head)
    const store = new MemoryStore(new FakeClock())
    const packed = await importJobFile(file, roomIn(store))
    assert.deepEqual(packed.ref, head.bundle)
    assert.equal(packed.bytes, Object.values(FILES).reduce((sum, bytes) => sum + bytes.byteLength, 0))
    const files = await store.blobs.layOut(packed.ref.manifest, packed.manifest)
    for (const [name, bytes] of Object.entries(FILES)) {
      assert.deepEqual(Buffer.from(await files.read(name)), Buffer.from(bytes), name)
    }
    assert.deepEqual(Buffer.from((await store.blobs.read(packed.ref.manifest, 0, packed.ref.manifestBytes))!), Buffer.from(encodeManifest(packed.manifest)))
  })

  it('holds equal files once', async () => {
    await write(['maps/stone.png', 'shot.fake'])
    const { size } = await stat(file)
    await write(['maps/again.png', 'maps/stone.png', 'shot.fake'])
    assert.ok((await stat(file)).size < size + 250, 'only the list of files grew')
  })

  it('is laid out for a look, and taken away', async () => {
    await write()
    const { files, release, manifest } = await surveyJobFile(file, scratch)
    assert.ok(files.folder.startsWith(join(scratch, '.tmp-')))
    assert.equal(files.entry, 'shot.fake')
    for (const [name, bytes] of Object.entries(FILES)) {
      assert.deepEqual(await readFile(join(files.folder, name)), Buffer.from(bytes))
      assert.deepEqual(await files.read(name), Buffer.from(bytes))
    }
    assert.equal(manifest.files.length, Object.keys(FILES).length)
    await release()
    assert.deepEqual(await readdir(scratch), [])
  })

  it('can be made of what another holds, the same to the byte', async () => {
    const head = await write()
    const scene = await surveyJobFile(file, scratch)
    const again = join(folder, 'out', 'again.job')
    await writeJobFile(again, head, scene)
    await scene.release()
    assert.deepEqual(await readFile(again), await readFile(file))
  })

  it('is checked also where its scene is in the store already', async () => {
    await write()
    const store = new MemoryStore(new FakeClock())
    await importJobFile(file, roomIn(store))
    await importJobFile(file, roomIn(store))
    const bytes = await readFile(file)
    bytes[bytes.byteLength - 3]! ^= 1
    await writeFile(file, bytes)
    await assert.rejects(importJobFile(file, roomIn(store)), { name: 'SceneError' })
  })

  it('is refused before anything of it is stored when there is no room for its scene', async () => {
    await write()
    const store = new MemoryStore(new FakeClock())
    let told = 0
    const full: ImportRoom = {
      ...roomIn(store),
      expect: async (bytes) => {
        told = bytes
        throw new StoreError('the cache is full')
      }
    }
    await assert.rejects(importJobFile(file, full), { name: 'StoreError', message: 'the cache is full' })
    assert.equal(told, Object.values(FILES).reduce((sum, bytes) => sum + bytes.byteLength, 0))
    assert.equal(store.disk.blobs.size, 0)
  })

  it('takes the place of an older one only when it is whole', async () => {
    await write()
    const before = await readFile(file)
    const found = [{ file: join(folder, 'scene', 'maps', 'stone.png'), path: 'maps/stone.png' }]
    const scene = await surveyScene({ findFiles: async () => found }, join(folder, 'scene', 'shot.fake'), scratch)
    await writeFile(join(folder, 'scene', 'maps', 'stone.png'), 'stane')
    await assert.rejects(writeJobFile(file, { ...HEAD, bundle: scene.ref }, scene), { name: 'SceneError', message: /maps\/stone\.png was changed meanwhile/ })
    await rm(join(folder, 'scene', 'maps', 'stone.png'))
    await assert.rejects(writeJobFile(file, { ...HEAD, bundle: scene.ref }, scene), { name: 'StoreError' })
    await assert.rejects(writeJobFile(file, { ...HEAD, bundle: scene.ref, width: 0 }, scene), { name: 'JobSpecError' })
    assert.deepEqual(await readFile(file), before)
    assert.deepEqual(await readdir(dirname(file)), ['shot.job'])
  })

  it('takes away what a killed attempt left behind, and nothing else', async () => {
    const [old, young] = ['.shot.job.0123456789ab.part', '.shot.job.ba9876543210.part']
    const others = ['.other.job.0123456789ab.part', '.shot.job.notes.part', young]
    for (const name of [old, ...others]) {
      await writeFile(join(dirname(file), name), 'part')
      await utimes(join(dirname(file), name), new Date(), new Date(Date.now() - (name === young ? 60_000 : 7_200_000)))
    }
    await write()
    assert.deepEqual((await readdir(dirname(file))).sort(), [...others, 'shot.job'].sort())
  })

  it('is refused as long as any of its end is missing, and with anything after it', async () => {
    await write()
    const { size } = await stat(file)
    const whole = await readFile(file)
    for (const length of [0, 1, 20, 79, 80, 400, 500, 700, 900, size - TEXTURE.byteLength, size - 12, size - 1]) {
      await truncate(file, length)
      await refused(/damaged|no job file/)
      await writeFile(file, whole)
    }
    await appendFile(file, '\n')
    await refused(new RegExp(`it has ${size + 1} bytes and should have ${size}`))
  })

  it('is refused when it is a folder, or not there', async () => {
    await mkdir(file)
    await refused(/it is not a file/)
    await rm(file, { recursive: true })
    await assert.rejects(readJobFileHead(file), { name: 'SceneError', message: /^shot\.job can not be rendered: .*no such file/ })
  })

  describe('with a scene that is not what it says', () => {
    const bytes = Buffer.from('abc')
    const entry = { path: 'shot.fake', size: 3, hash: sha256(bytes), chunks: [sha256(bytes)] }
    const manifest = (files: readonly unknown[], more: object = {}): Uint8Array => Buffer.from(JSON.stringify({ version: 1, entry: 'shot.fake', files, ...more }))

    it('is taken when all is right', async () => {
      await forge(manifest([entry]), [bytes])
      assert.equal((await importJobFile(file, roomIn(new MemoryStore(new FakeClock())))).bytes, 3)
    })

    for (const path of ['../evil', '/etc/evil', 'a/../../evil', 'C:/evil', 'a\\evil', 'con', 'a/./b', 'x'.repeat(241), 'evil\u202e']) {
      it(`is refused with the path ${JSON.stringify(path.slice(0, 20))}, and writes nothing there`, async () => {
        await forge(manifest([{ ...entry, path }, entry].sort((a, b) => a.path < b.path ? -1 : 1)), [bytes])
        await refused(/the list of files|manifest of the bundle is malformed/)
        assert.deepEqual((await readdir(folder)).sort(), ['out', 'scene', 'scratch'])
      })
    }

    for (const [what, files] of [
      ['a size that is too large', [{ ...entry, size: 4 }]],
      ['a size of 10^15', [{ ...entry, size: 1e15, chunks: [entry.hash] }]],
      ['one byte more than a bundle may have', [{ ...entry, size: MAX_BUNDLE_BYTES + 1, chunks: [] }]],
      ['a negative size', [{ ...entry, size: -3 }]],
      ['no files', []],
      ['a hash that is none', [{ ...entry, hash: '../..' }]],
      ['two paths that are one on some systems', [{ ...entry, path: 'SHOT.fake' }, entry]],
      ['a file that is a folder of another', [entry, { ...entry, path: 'shot.fake/x' }]],
      ['one content with two sizes', [{ ...entry, path: 'a', size: 2 }, entry]]
    ] as const) {
      it(`is refused with ${what}`, async () => {
        await forge(manifest(files), [bytes])
        await refused(/damaged/)
      })
    }

    it('is refused with as many entries as fit into a list of files', async () => {
      await forge(Buffer.from(`{"version":1,"entry":"shot.fake","files":[${'{},'.repeat(3_000_000)}{}]}`))
      await refused(/too many parts/)
    })

    it('is refused with another scene in its list than in its head', async () => {
      await forge(manifest([entry]), [bytes], 'other.fake')
      await refused(/name different scenes/)
    })

    it('is refused with a list of another version, or that is no list', async () => {
      await forge(manifest([entry], { version: 2 }), [bytes])
      await refused(/another version/)
      await forge(Buffer.from('hello'))
      await refused(/not JSON/)
    })

    it('is refused with contents that have other hashes: one chunk, the whole of several, nothing at all', async () => {
      await forge(manifest([entry]), [Buffer.from('abd')])
      await refused(/"shot\.fake" in it is not what was written/, 'contents')
      const long = Buffer.alloc(CHUNK_BYTES + 1)
      const chunks = [sha256(long.subarray(0, CHUNK_BYTES)), sha256(long.subarray(CHUNK_BYTES))]
      await forge(manifest([{ path: 'shot.fake', size: CHUNK_BYTES + 1, hash: entry.hash, chunks }]), [long])
      await refused(/not what its list of files says/, 'contents')
      await forge(manifest([{ path: 'shot.fake', size: 0, hash: entry.hash, chunks: [] }]))
      await refused(/not what its list of files says/, 'contents')
    })
  })

  it(`is whole or refused, whatever is done to its bytes (SEED=${SEED})`, async function () {
    this.timeout(120_000)
    await write(['empty.bin', 'maps/again.png', 'maps/stone.png', 'shot.fake'])
    const whole = await readFile(file)
    const other = join(folder, 'out', 'other.job')
    await write(['shot.fake'], other)
    const otherWhole = await readFile(other)
    const below = randomOf(SEED)
    let taken = 0
    for (let variant = 0; variant < VARIANTS; variant++) {
      const changed = mutations[below(mutations.length)]!(whole, otherWhole, below)
      await writeFile(file, changed)
      const store = new MemoryStore(new FakeClock())
      try {
        await importJobFile(file, roomIn(store))
        assert.ok(Buffer.from(changed).equals(whole) || Buffer.from(changed).equals(otherWhole), `variant ${variant} was taken`)
        taken++
      } catch (error) {
        assert.equal((error as Error).name, 'SceneError', `variant ${variant}: ${error instanceof Error ? error.stack : String(error)}`)
        assert.doesNotMatch((error as Error).message, /\n/)
      }
    }
    assert.ok(taken < VARIANTS / 10)
    assert.deepEqual((await readdir(folder)).sort(), ['out', 'scene', 'scratch'])
    assert.deepEqual(await readdir(scratch), [])
  })
})
