import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { measured } from '../support/stage.ts'
import { assertBooked, ends, FOUR_HUNDRED, submit, waste } from './support/job-under-faults.ts'
import { writeLargeScene } from './support/large-scene.ts'
import { NamespaceNetwork } from './support/namespace-network.ts'
import { onStage } from './support/on-stage.ts'
import { repeatedly } from './support/repeated.ts'
import type { Program } from '../support/program.ts'

const MEBIBYTE = 2 ** 20

const FILES = 800
const FILE_BYTES = MEBIBYTE / 4
const SCENE_BYTES = FILES * FILE_BYTES

/** So slow that those who fetch can serve one another, and can be killed on the way. */
const REQUESTER_UP = '40MB/s'

const MAX_RSS_BYTES = 300 * MEBIBYTE

/** What a requester may send of its scene to seven who fetch it, in scenes: those who fetch serve one another. */
const MAX_SENT = 3.5

const FETCHERS = ['B', 'C', 'D', 'E', 'F', 'G', 'H'] as const

/** The most memory a process ever had, in bytes; Linux alone tells. */
function peakRssBytes ({ pid }: Program): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024
}

describe('F12: a large scene whose sources die', () => {
  const on = onStage({ renderer: { unitMs: 250 } })

  /** Waits until a peer has a share of the scene on its disk. */
  async function fetched (home: string, share: number): Promise<void> {
    const blobs = join(on.stage.home(home), 'blobs')
    const bytes = (): number => readdirSync(blobs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.length === 64).length * FILE_BYTES
    for (let tries = 0; bytes() < share * SCENE_BYTES; tries++) {
      assert.ok(tries < 1_000, `${home} has ${bytes()} bytes of the scene`)
      await sleep(100)
    }
  }

  repeatedly('200 MiB in 800 files for seven: two of them are killed on the way and come back, and everybody renders', async function () {
    const scene = await writeLargeScene(on.stage.path('large'), FILES, FILE_BYTES)
    const film = await on.stage.faultlessFilm(scene, ...FOUR_HUNDRED)
    const [a, b, c, ...others] = await on.stage.allMet('A', ...FETCHERS) as [Program, Program, Program, ...Program[]]
    assert.equal((await on.stage.ask('A', 'config', 'max-up', REQUESTER_UP)).status, 0)
    const network = on.stage.network instanceof NamespaceNetwork ? on.stage.network : undefined
    const sent = (): number => (network?.sentBytes('A') ?? 0) / SCENE_BYTES
    const sentBefore = sent()
    const job = submit(on.stage, 'A', scene, '--no-local')
    await job.event('the job', ({ event }) => event === 'job')
    await fetched('B', 0.3)
    await on.stage.kill(b)
    const bAgain = await on.stage.up('B')
    await fetched('C', 0.6)
    await on.stage.kill(c)
    const cAgain = await on.stage.up('C')
    const done = await ends(job)
    assert.equal(await job.status(), 0)
    assert.equal(done.filmHash, film)
    assertBooked(done)
    const peaks = [a, bAgain, cAgain, ...others].map(peakRssBytes)
    measured(this, `requester sent ${(sent() - sentBefore).toFixed(2)} scenes, at most ${Math.round(Math.max(...peaks) / MEBIBYTE)} MiB of memory, ${Object.keys(done.byPeer).length} peers rendered, ${Math.round(done.wallMs / 1_000)} s, ${waste(done)}`)
    assert.ok(Math.max(...peaks) < MAX_RSS_BYTES)
    if (network !== undefined) {
      assert.ok(sent() - sentBefore < MAX_SENT)
    }
  })
})
