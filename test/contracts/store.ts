import assert from 'node:assert/strict'
import { CHUNK_BYTES } from '../../src/core/limits.ts'
import { StoreError } from '../../src/errors.ts'
import { sha256 } from '../support/sha256.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import type { Hash } from '../../src/core/ids.ts'
import type { Manifest } from '../../src/core/messages.ts'
import type { SpeedRecord } from '../../src/core/speed.ts'
import type { JobStore, JournalEntry, JournalRecord, Store } from '../../src/ports.ts'

/** A store under test. */
export interface StoreUnderTest {
  readonly store: Store
  /** The peer dies without a word, and starts again on the same disk. */
  reopen (): Promise<Store>
  /** Puts a file where `putFile` finds it, and returns its path. */
  sourceFile (bytes: Uint8Array): Promise<string>
  /** Removes everything. */
  remove (): Promise<void>
}

const JOB = 'a'.repeat(64)
const OTHER_JOB = 'b'.repeat(64)

/** One record of every type, with values at their edges. */
export const EVERY_RECORD: readonly JournalRecord[] = [
  { type: 'job', bytes: Uint8Array.of(0, 1, 255), signature: new Uint8Array(0), output: { file: '/tmp/ö "####".png', bits: 16, submittedAtMs: 1.5e12, noLocal: true } },
  { type: 'job', bytes: Uint8Array.of(7), signature: new Uint8Array(0), output: { file: '/o.png', bits: 8, submittedAtMs: 1, noLocal: false, saveEveryMs: 5_000, onDone: { command: 'echo "$TILEMESH_JOB"', folder: '/tmp/a b' }, video: { file: '/ö.mp4', fps: 23.976 } } },
  { type: 'job', bytes: Uint8Array.of(7), signature: Uint8Array.of(8), output: undefined },
  { type: 'control', bytes: Uint8Array.of(9), signature: Uint8Array.of(10, 11) },
  { type: 'epoch', epoch: { round: 3, peer: '12D3KooWabc', instance: Number.MAX_SAFE_INTEGER } },
  { type: 'grant', grant: 17, worker: '12D3KooWabc', rects: [{ frame: 0, x0: 1, y0: 2, x1: 3, y1: 4, run0: 0, run1: 1 }, { frame: 1, x0: 0, y0: 0, x1: 9, y1: 9, run0: 2, run1: 3 }] },
  { type: 'accepted', unit: 999_999, worker: 'w', phases: { transferMs: 0.25, loadMs: 0, renderMs: 1e6 } },
  { type: 'trouble', unit: 4, worker: 'w', kind: 'parked', reason: 'line one\nline two \u0000 🙂' },
  { type: 'trouble', unit: 4, worker: 'w', kind: 'failed', reason: '', atMs: 1.5e12 },
  { type: 'started', count: 5 },
  { type: 'film', unit: 6 },
  {
    type: 'ledger',
    accepted: [{ first: 0, end: 10 }, { first: 12, end: 13 }],
    parked: [11],
    totals: { executions: 14, lapsed: 1, raced: 2, failed: 3, byPeer: { w: 10, v: 1 }, bytesIn: 2 ** 40, phases: { transfer: 0.5, load: 1, render: 2, merge: 3 } }
  },
  { type: 'frame', frame: 2, hash: 'c'.repeat(64), files: ['/tmp/a.png', '/tmp/ä.exr'] },
  { type: 'video', outcome: { state: 'made', file: '/tmp/ä b.webp' } },
  { type: 'video', outcome: { state: 'failed', reason: 'no "ffmpeg"\n' } },
  { type: 'done', filmHash: 'd'.repeat(64), wallMs: 12.5 }
]

const started = (count: number): JournalRecord => ({ type: 'started', count })

async function entriesOf (job: JobStore): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = []
  for await (const entry of job.replay()) {
    entries.push(entry)
  }
  return entries
}

async function countsOf (job: JobStore): Promise<number[]> {
  return (await entriesOf(job)).map(({ record }) => record.type === 'started' ? record.count : -1)
}

function chunksOf (bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.byteLength / CHUNK_BYTES) }, (_, index) => bytes.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES))
}

/** What every {@link Store} must do. */
export function describeStore (name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`store: ${name}`, () => {
    let subject: StoreUnderTest

    beforeEach(async () => {
      subject = await create()
    })

    afterEach(async () => {
      await subject.remove()
    })

    describe('counters', () => {
      it('counts boots across restarts, and calls only the first one fresh', async () => {
        assert.deepEqual(await subject.store.nextBoot(), { boot: 1, fresh: true })
        const again = await subject.reopen()
        assert.deepEqual(await again.nextBoot(), { boot: 2, fresh: false })
      })

      it('never gives a serial number twice, neither to two at once nor across restarts', async () => {
        const serials = await Promise.all([subject.store.nextSerial(), subject.store.nextSerial(), subject.store.nextSerial()])
        const again = await subject.reopen()
        serials.push(await again.nextSerial())
        assert.equal(new Set(serials).size, 4)
        assert.equal(Math.max(...serials), serials.at(-1))
      })
    })

    describe('journal', () => {
      it('gives back every type of record as it was, with its pixels, in order, after a crash', async () => {
        const job = await subject.store.openJob(JOB)
        const pixels = new SeededRandom(1).bytes(4096)
        for (const record of EVERY_RECORD) {
          await job.append(record, record.type === 'accepted' || record.type === 'film' ? pixels : undefined)
        }
        const entries = await entriesOf(await (await subject.reopen()).openJob(JOB))
        assert.deepEqual(entries.map((entry) => entry.record), EVERY_RECORD)
        for (const entry of entries) {
          assert.deepEqual(entry.pixels, entry.record.type === 'accepted' || entry.record.type === 'film' ? pixels : undefined)
        }
      })

      it('keeps appends and notes in the order of their calls', async () => {
        const job = await subject.store.openJob(JOB)
        const appends: Promise<void>[] = []
        for (let count = 0; count < 200; count++) {
          if (count % 3 === 0) {
            job.note(started(count))
          } else {
            appends.push(job.append(started(count)))
          }
        }
        await Promise.all(appends)
        const again = await (await subject.reopen()).openJob(JOB)
        assert.deepEqual(await countsOf(again), Array.from({ length: 200 }, (_, count) => count))
      })

      it('gives pixels that can be read as floats', async () => {
        const job = await subject.store.openJob(JOB)
        const pixels = Float32Array.of(0.5, -1, 3e38, 1e-40)
        await job.append({ type: 'film', unit: 0 }, new Uint8Array(pixels.buffer))
        const [entry] = await entriesOf(await (await subject.reopen()).openJob(JOB))
        const bytes = entry!.pixels!
        assert.deepEqual(new Float32Array(bytes.buffer, bytes.byteOffset, 4), pixels)
      })

      it('keeps the journals of two jobs apart and lists both', async () => {
        await (await subject.store.openJob(JOB)).append(started(1))
        await (await subject.store.openJob(OTHER_JOB)).append(started(2))
        const again = await subject.reopen()
        assert.deepEqual([...await again.jobs()].sort(), [JOB, OTHER_JOB])
        assert.deepEqual(await countsOf(await again.openJob(OTHER_JOB)), [2])
      })

      it('puts a checkpoint in the place of all before it', async () => {
        const job = await subject.store.openJob(JOB)
        const pixels = new Uint8Array(100_000).fill(3)
        for (let count = 0; count < 10; count++) {
          await job.append(started(count), pixels)
        }
        const before = job.journalBytes()
        await job.checkpoint([{ record: started(100), pixels: undefined }, { record: { type: 'film', unit: 1 }, pixels: Uint8Array.of(1, 2, 3, 4) }])
        assert.ok(job.journalBytes() < before / 10, `${job.journalBytes()} of ${before} bytes are left`)
        await job.append(started(101))
        const entries = await entriesOf(await (await subject.reopen()).openJob(JOB))
        assert.deepEqual(entries.map(({ record }) => record), [started(100), { type: 'film', unit: 1 }, started(101)])
        assert.deepEqual(entries[1]!.pixels, Uint8Array.of(1, 2, 3, 4))
      })

      it('loses nothing that is appended while a checkpoint is made', async () => {
        const job = await subject.store.openJob(JOB)
        await job.append(started(1))
        const during: Promise<void>[] = []
        await job.checkpoint((async function * (): AsyncGenerator<JournalEntry> {
          for (let count = 0; count < 20; count++) {
            during.push(job.append(started(200 + count)))
            yield { record: started(100 + count), pixels: undefined }
          }
        })())
        await Promise.all(during)
        const counts = await countsOf(await (await subject.reopen()).openJob(JOB))
        assert.deepEqual(counts, [...Array.from({ length: 20 }, (_, count) => 100 + count), ...Array.from({ length: 20 }, (_, count) => 200 + count)])
      })

      it('keeps films by frame, bit for bit', async () => {
        const job = await subject.store.openJob(JOB)
        const film = Float32Array.from({ length: 1200 }, (_, index) => Math.sin(index) * 1e3)
        await job.saveFilm(-5, film)
        await job.saveFilm(7, film.map((value) => value + 1))
        const again = await (await subject.reopen()).openJob(JOB)
        assert.deepEqual(await again.readFilm(-5), film)
        assert.equal((await again.readFilm(7))![0], 1)
        assert.equal(await again.readFilm(8), undefined)
      })
    })

    describe('records of other jobs', () => {
      it('keeps the job, its last control word and its highest epoch until they are dropped', async () => {
        const job = { type: 'job', bytes: Uint8Array.of(1), signature: Uint8Array.of(2), output: undefined } as const
        const control = (sequence: number): JournalRecord & { type: 'control' } => ({ type: 'control', bytes: Uint8Array.of(sequence), signature: Uint8Array.of(3) })
        const epoch = { type: 'epoch', epoch: { round: 2, peer: '12D3KooWStew', instance: 5 } } as const
        await subject.store.saveRecord(JOB, job)
        await subject.store.saveRecord(JOB, control(1))
        await subject.store.saveRecord(JOB, control(2))
        await subject.store.saveRecord(JOB, epoch)
        await subject.store.saveRecord(OTHER_JOB, job)
        const again = await subject.reopen()
        const groups = [...await again.records()].sort((a, b) => b.length - a.length)
        assert.deepEqual(groups, [[job, control(2), epoch], [job]])
        await again.dropRecord(JOB)
        assert.deepEqual(await (await subject.reopen()).records(), [[job]])
      })
    })

    describe('measured speeds', () => {
      const record: SpeedRecord = { scenes: [{ fingerprint: 'fake 1', scene: JOB, loadMs: 0.5, recent: [[123.456, 0.05], [1e-3, 1]] }] }

      it('are none at first, and then those that were saved last', async () => {
        assert.equal(await subject.store.speeds(), undefined)
        await subject.store.saveSpeeds({ scenes: [] })
        await subject.store.saveSpeeds(record)
        assert.deepEqual(await subject.store.speeds(), record)
        assert.deepEqual(await (await subject.reopen()).speeds(), record)
      })
    })

    describe('blobs', () => {
      const bytes = new SeededRandom(2).bytes(2 * CHUNK_BYTES + 5)
      const blob = sha256(bytes)
      const hashes = chunksOf(bytes).map(sha256)

      it('keeps what is put, and reads any run of it', async () => {
        await subject.store.blobs.put(blob, bytes)
        const { blobs } = await subject.reopen()
        assert.ok(await blobs.has(blob))
        assert.deepEqual(await blobs.read(blob, CHUNK_BYTES - 1, 3), bytes.slice(CHUNK_BYTES - 1, CHUNK_BYTES + 2))
        assert.deepEqual(await blobs.read(blob, bytes.length, 0), new Uint8Array(0))
        assert.equal(await blobs.read(blob, bytes.length - 1, 2), undefined)
        assert.equal(await blobs.read('0'.repeat(64), 0, 1), undefined)
      })

      it('copies a file in and hashes it whole and by chunks', async () => {
        const stored = await subject.store.blobs.putFile(await subject.sourceFile(bytes))
        assert.deepEqual(stored, { size: bytes.length, hash: blob, chunks: hashes })
        assert.deepEqual(await subject.store.blobs.read(blob, 0, bytes.length), bytes)
      })

      it('knows the empty file', async () => {
        const stored = await subject.store.blobs.putFile(await subject.sourceFile(new Uint8Array(0)))
        assert.deepEqual(stored, { size: 0, hash: sha256(new Uint8Array(0)), chunks: [] })
        assert.ok(await subject.store.blobs.has(stored.hash))
      })

      it('takes a blob chunk by chunk, refuses wrong ones, and has it only when it is finished', async () => {
        const { blobs } = subject.store
        const receiver = await blobs.receive(blob, bytes.length, hashes)
        assert.deepEqual([...receiver.missing], [0, 1, 2])
        const wrong = bytes.slice(0, CHUNK_BYTES)
        wrong[17]! ^= 1
        assert.equal(await receiver.write(0, wrong), false)
        assert.equal(await receiver.write(0, bytes.slice(0, CHUNK_BYTES - 1)), false)
        assert.equal(await receiver.write(3, new Uint8Array(0)), false)
        for (const chunk of [2, 0, 1]) {
          assert.equal(await blobs.has(blob), false)
          assert.equal(await receiver.write(chunk, chunksOf(bytes)[chunk]!), true)
        }
        await receiver.finish()
        await receiver.close()
        assert.ok(await blobs.has(blob))
        assert.deepEqual(await blobs.read(blob, 0, bytes.length), bytes)
      })

      it('serves the part that is there', async () => {
        const receiver = await subject.store.blobs.receive(blob, bytes.length, hashes)
        await receiver.write(1, chunksOf(bytes)[1]!)
        assert.deepEqual(await subject.store.blobs.read(blob, CHUNK_BYTES, CHUNK_BYTES), chunksOf(bytes)[1])
        assert.equal(await subject.store.blobs.read(blob, CHUNK_BYTES - 1, 2), undefined)
        await receiver.close()
      })

      it('goes on after a crash with the chunks that had come', async () => {
        const receiver = await subject.store.blobs.receive(blob, bytes.length, hashes)
        await receiver.write(1, chunksOf(bytes)[1]!)
        const { blobs } = await subject.reopen()
        const again = await blobs.receive(blob, bytes.length, hashes)
        assert.deepEqual([...again.missing], [0, 2])
        await again.write(0, chunksOf(bytes)[0]!)
        await again.write(2, chunksOf(bytes)[2]!)
        await again.finish()
        assert.deepEqual(await blobs.read(blob, 0, bytes.length), bytes)
        assert.equal((await blobs.receive(blob, bytes.length, hashes)).missing.size, 0)
      })

      it('gives no final name to chunks that do not add up to the blob', async () => {
        const lie: Hash = '1'.repeat(64)
        const receiver = await subject.store.blobs.receive(lie, bytes.length, hashes)
        for (const [index, chunk] of chunksOf(bytes).entries()) {
          await receiver.write(index, chunk)
        }
        await assert.rejects(receiver.finish(), { name: 'StoreError' })
        assert.equal(await subject.store.blobs.has(lie), false)
      })

      it('lays a bundle out, as often as it is asked', async () => {
        const entry = new TextEncoder().encode('the scene')
        const files = [
          { path: 'scene.pov', size: entry.length, hash: sha256(entry), chunks: [sha256(entry)] },
          { path: 'textures/deep/wood ö.png', size: bytes.length, hash: blob, chunks: hashes }
        ]
        const manifest: Manifest = { entry: 'scene.pov', files }
        await subject.store.blobs.put(sha256(entry), entry)
        await assert.rejects(subject.store.blobs.layOut('e'.repeat(64), manifest), { name: 'StoreError' })
        await subject.store.blobs.put(blob, bytes)
        const [first, second] = await Promise.all([subject.store.blobs.layOut('e'.repeat(64), manifest), subject.store.blobs.layOut('e'.repeat(64), manifest)])
        assert.equal(first.folder, second.folder)
        const { blobs } = await subject.reopen()
        const scene = await blobs.layOut('e'.repeat(64), manifest)
        assert.equal(scene.folder, first.folder)
        assert.equal(scene.entry, 'scene.pov')
        assert.deepEqual(await scene.read('scene.pov'), entry)
        assert.deepEqual(await scene.read('textures/deep/wood ö.png'), bytes)
        await assert.rejects(scene.read('../../secret'), { name: 'SceneError' })
      })
    })

    describe('what may go', () => {
      const bytes = new SeededRandom(3).bytes(CHUNK_BYTES + 7)
      const blob = sha256(bytes)
      const hashes = chunksOf(bytes).map(sha256)
      const bundle: Hash = 'e'.repeat(64)
      const manifest: Manifest = { entry: 'scene.pov', files: [{ path: 'scene.pov', size: bytes.length, hash: blob, chunks: hashes }] }

      it('is listed with its bytes: blobs, parts of blobs, bundles and films', async () => {
        const other = new SeededRandom(4).bytes(CHUNK_BYTES + 1)
        await subject.store.blobs.put(blob, bytes)
        await subject.store.blobs.layOut(bundle, manifest)
        const receiver = await subject.store.blobs.receive(sha256(other), other.length, chunksOf(other).map(sha256))
        await receiver.write(0, other.slice(0, CHUNK_BYTES))
        await receiver.close()
        await (await subject.store.openJob(JOB)).append(started(1))
        const again = await subject.reopen()
        assert.deepEqual(await again.films(), [])
        assert.ok(await (await again.openJob(JOB)).saveFilm(0, new Float32Array(100)) >= 400)
        const { blobs, arrivals, bundles } = await again.blobs.inventory()
        assert.deepEqual(blobs.map(({ blob: hash, bytes: size }) => [hash, size]), [[blob, bytes.length]])
        assert.deepEqual(arrivals.map(({ blob: hash }) => hash), [sha256(other)])
        assert.ok(arrivals[0]!.bytes >= CHUNK_BYTES && arrivals[0]!.bytes < CHUNK_BYTES + 100)
        assert.deepEqual(bundles.map(({ manifest: hash }) => hash), [bundle])
        const [films] = await again.films()
        assert.equal(films!.job, JOB)
        assert.ok(films!.bytes >= 400 && films!.bytes < 500)
      })

      it('says of a film that is saved again by how much it has grown', async () => {
        const job = await subject.store.openJob(JOB)
        await job.saveFilm(3, new Float32Array(100))
        assert.equal(await job.saveFilm(3, new Float32Array(110)), 40)
      })

      it('remembers over restarts when it was used last', async () => {
        await subject.store.blobs.put(blob, bytes)
        await subject.store.blobs.layOut(bundle, manifest)
        const job = await subject.store.openJob(JOB)
        await job.append(started(1))
        await job.saveFilm(0, new Float32Array(4))
        await subject.store.blobs.usedBundle(bundle, 1.5e12)
        await subject.store.usedFilms(JOB, 1.6e12)
        await subject.store.blobs.usedBundle('f'.repeat(64), 1.5e12)
        await subject.store.usedFilms(OTHER_JOB, 1.6e12)
        const again = await subject.reopen()
        assert.equal((await again.blobs.inventory()).bundles[0]!.usedAtMs, 1.5e12)
        assert.equal((await again.films())[0]!.usedAtMs, 1.6e12)
      })

      it('a bundle goes without its blobs, and can be laid out again', async () => {
        const { blobs } = subject.store
        await blobs.put(blob, bytes)
        await blobs.layOut(bundle, manifest)
        await blobs.removeBundle(bundle)
        await blobs.removeBundle(bundle)
        assert.deepEqual((await blobs.inventory()).bundles, [])
        assert.ok(await blobs.has(blob))
        const scene = await blobs.layOut(bundle, manifest)
        assert.deepEqual(await scene.read('scene.pov'), bytes)
      })

      it('a blob goes whole or in part, and can come again', async () => {
        const { blobs } = subject.store
        await blobs.put(blob, bytes)
        await blobs.remove(blob)
        await blobs.remove(blob)
        assert.equal(await blobs.has(blob), false)
        const part = await blobs.receive(blob, bytes.length, hashes)
        await part.write(0, chunksOf(bytes)[0]!)
        await part.close()
        await blobs.remove(blob)
        assert.deepEqual(await blobs.inventory(), { blobs: [], arrivals: [], bundles: [] })
        const again = await blobs.receive(blob, bytes.length, hashes)
        assert.deepEqual([...again.missing], [0, 1])
        await again.close()
        await assert.rejects(blobs.layOut(bundle, manifest), { name: 'StoreError' })
      })

      it('but not what is arriving now', async () => {
        const { blobs } = subject.store
        const receiver = await blobs.receive(blob, bytes.length, hashes)
        await receiver.write(0, chunksOf(bytes)[0]!)
        await blobs.remove(blob)
        await receiver.write(1, chunksOf(bytes)[1]!)
        await receiver.finish()
        await receiver.close()
        assert.deepEqual(await blobs.read(blob, 0, bytes.length), bytes)
      })

      it('films go, whether the job is open or not, and its journal stays', async () => {
        const job = await subject.store.openJob(JOB)
        await job.append(started(1))
        await job.saveFilm(0, new Float32Array(4))
        await subject.store.removeFilms(JOB)
        await subject.store.removeFilms(OTHER_JOB)
        assert.equal(await job.readFilm(0), undefined)
        await job.saveFilm(0, new Float32Array(8))
        await job.close()
        await subject.store.removeFilms(JOB)
        assert.deepEqual(await subject.store.films(), [])
        assert.deepEqual(await countsOf(await subject.store.openJob(JOB)), [1])
      })

      it('a job goes with all that it has, unless it is open', async () => {
        const job = await subject.store.openJob(JOB)
        await job.append(started(1))
        await job.saveFilm(0, new Float32Array(4))
        await assert.rejects(subject.store.removeJob(JOB), { name: 'StoreError' })
        await job.close()
        await subject.store.removeJob(JOB)
        await subject.store.removeJob(JOB)
        const again = await subject.reopen()
        assert.deepEqual(await again.jobs(), [])
        assert.deepEqual(await again.films(), [])
      })

      it('a file is copied in only when it is admitted, and not at all when it is here', async () => {
        const asked: number[] = []
        const file = await subject.sourceFile(bytes)
        const refusing = { mayBeHere: () => false, admit: async (size: number) => { throw new StoreError(`no room for ${size}`) } }
        await assert.rejects(subject.store.blobs.putFile(file, refusing), { message: `no room for ${bytes.length}` })
        assert.equal(await subject.store.blobs.has(blob), false)
        const { store } = subject
        await store.blobs.putFile(file, { mayBeHere: () => true, admit: async (size) => { asked.push(size) } })
        assert.deepEqual(asked, [bytes.length])
        const stored = await store.blobs.putFile(file, { ...refusing, mayBeHere: (size) => size === bytes.length })
        assert.deepEqual(stored, { size: bytes.length, hash: blob, chunks: hashes })
      })
    })
  })
}
