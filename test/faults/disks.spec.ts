import assert from 'node:assert/strict'
import { chmodSync, closeSync, openSync, readdirSync, readFileSync, statSync, truncateSync, writeSync } from 'node:fs'
import path from 'node:path'
import { measured } from '../support/stage.ts'
import { assertBooked, assertSound, ends, FOUR_HUNDRED, reaches, submit, waste } from './support/job-under-faults.ts'
import { writeLargeScene } from './support/large-scene.ts'
import { onStage } from './support/on-stage.ts'
import { repeatedly } from './support/repeated.ts'
import { ALL_RENDERED, says } from './support/words.ts'
import type { Program } from '../support/program.ts'

const MEBIBYTE = 2 ** 20

const UNIT_MS = 100

/** The scene of the full disks: more than the smallest disk holds. */
const SCENE_FILES = 16
const SCENE_FILE_BYTES = MEBIBYTE

/** A worker that could not load a scene tries again after half a minute; so does one that found no room. */
const RESUMES_WITHIN_MS = 90_000

describe('F10: disks that are full', () => {
  const on = onStage({ renderer: { unitMs: UNIT_MS } })

  repeatedly('a worker\'s: the others render, it says why it does not, and it works when there is room', async function () {
    const scene = await writeLargeScene(on.stage.path('large'), SCENE_FILES, SCENE_FILE_BYTES)
    const disk = on.stage.smallDisk('B', 4 * MEBIBYTE)
    if (disk === undefined) {
      this.skip() // only root on Linux can make a small disk
    }
    const film = await on.stage.faultlessFilm(scene, ...FOUR_HUNDRED)
    const [, b, c] = await on.stage.allMet('A', 'B', 'C') as [Program, Program, Program]
    const first = submit(on.stage, 'A', scene, '--no-local')
    const done = await ends(first)
    assert.equal(await first.status(), 0)
    assert.equal(done.filmHash, film)
    assertSound(first, done)
    assert.deepEqual(done.byPeer, { [c.peer]: done.units })
    assert.match(b.stderr, /disk.*full|no room|full.*disk/i)
    disk.resize(64 * MEBIBYTE)
    const second = submit(on.stage, 'A', scene, '--no-local', '--frames', '1..4', '-o', 'more-####.png')
    await second.event('a unit of the one whose disk was full', ({ state, peer }) => state === 'delivered' && peer === b.peer, RESUMES_WITHIN_MS)
    await on.stage.ask('A', 'cancel', second.events[0]!.job)
    await second.end()
  })

  repeatedly('the requester\'s: nothing is acknowledged that is not kept, it says why, and ends with the same film when there is room', async function () {
    const disk = on.stage.smallDisk('A', MEBIBYTE)
    if (disk === undefined) {
      this.skip()
    }
    const film = await on.stage.faultlessFilm(on.scene, ...FOUR_HUNDRED)
    await on.stage.allMet('A', 'B', 'C')
    const job = submit(on.stage, 'A', on.scene)
    const stuck = await job.event('a progress that says why', ({ event, waits }) => event === 'progress' && waits !== undefined)
    assert.match(stuck.waits!, /disk.*full/)
    assert.ok(stuck.done < stuck.units)
    disk.resize(64 * MEBIBYTE)
    const done = await ends(job)
    assert.equal(await job.status(), 0)
    assert.equal(done.filmHash, film)
    assertBooked(done)
    measured(this, `stood still at ${stuck.done} of ${stuck.units}, ${waste(done)}`)
  })

  repeatedly('those of two custodians of three, while the requester is away: the job is finished all the same, and nothing that was acknowledged is lost', async function () {
    const disks = ['C', 'D'].map((name) => on.stage.smallDisk(name, MEBIBYTE))
    if (disks.includes(undefined)) {
      this.skip()
    }
    const film = await on.stage.faultlessFilm(on.scene, ...FOUR_HUNDRED)
    const [a, ...others] = await on.stage.allMet('A', 'B', 'C', 'D') as [Program, ...Program[]]
    const job = submit(on.stage, 'A', on.scene)
    const { job: id } = await job.event('the job', ({ event }) => event === 'job')
    await reaches(job, 0.2)
    a.signal('SIGTERM')
    await a.end()
    await says(others, ALL_RENDERED, 120_000)
    await on.stage.up('A')
    const done = await ends(on.stage.start(['watch', id, '--home', on.stage.home('A'), '--json']))
    assert.equal(done.filmHash, film)
    assertBooked(done)
    measured(this, waste(done))
  })
})

/** All files in a folder and below. */
function filesIn (folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
}

/** Turns one bit over in the middle of a file, whatever its rights, and keeps its times: as a disk does it. */
function flipBit (file: string): void {
  const { mode } = statSync(file)
  chmodSync(file, 0o600)
  const middle = Math.floor(statSync(file).size / 2)
  const byte = readFileSync(file)[middle]!
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Uint8Array.of(byte ^ 1), 0, 1, middle)
  closeSync(descriptor)
  chmodSync(file, mode)
}

describe('F11: disks that forget', () => {
  const on = onStage({ renderer: { unitMs: UNIT_MS } })

  repeatedly('a bit of every file of the scene at a worker that was down: it is found by the hash and fetched again', async function () {
    const scene = await writeLargeScene(on.stage.path('large'), 4, MEBIBYTE)
    const film = await on.stage.faultlessFilm(scene, ...FOUR_HUNDRED)
    const [, b] = await on.stage.allMet('A', 'B') as [Program, Program]
    const job = submit(on.stage, 'A', scene, '--no-local')
    await reaches(job, 0.2)
    await on.stage.kill(b)
    const blobs = filesIn(path.join(on.stage.home('B'), 'blobs')).filter((file) => !file.includes('partial'))
    assert.ok(blobs.length >= 7)
    for (const blob of blobs) {
      flipBit(blob)
    }
    await on.stage.up('B')
    const done = await ends(job)
    assert.equal(await job.status(), 0)
    assert.equal(done.filmHash, film)
    assertSound(job, done)
  })

  repeatedly('the end of the requester\'s journal, and a bit in its middle, while all were down: what can not be trusted is rendered again, and no more', async function () {
    const film = await on.stage.faultlessFilm(on.scene, ...FOUR_HUNDRED)
    const peers = await on.stage.allMet('A', 'B', 'C')
    const job = submit(on.stage, 'A', on.scene)
    const { job: id } = await job.event('the job', ({ event }) => event === 'job')
    const { done: before } = await reaches(job, 0.4)
    await on.stage.kill(...peers)
    const segments = filesIn(path.join(on.stage.home('A'), 'jobs', id, 'journal')).sort()
    truncateSync(segments.at(-1)!, statSync(segments.at(-1)!).size - 7)
    await Promise.all(['A', 'B', 'C'].map(async (name) => on.stage.up(name)))
    const watch = on.stage.start(['watch', id, '--home', on.stage.home('A'), '--json'])
    const first = await watch.event('its progress', ({ event }) => event === 'progress')
    const done = await ends(watch)
    assert.equal(done.filmHash, film)
    assertBooked(done)
    assert.ok(first.done >= before - 2, `${first.done} of the ${before} that were accepted are left`)
    measured(this, `${first.done} of ${before} left, ${waste(done)}`)
  })
})
