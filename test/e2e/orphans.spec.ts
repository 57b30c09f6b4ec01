import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { programOnPath } from '../../src/platform/programs.ts'
import { turningSquare } from '../engines/pathtracer/moving-scene.ts'
import { canListProcesses, stillRunning, treeOf } from '../support/process-tree.ts'
import { Stage, measured } from '../support/stage.ts'
import type { ListedProcess } from '../support/process-tree.ts'
import type { Program } from '../support/program.ts'

/** Nothing that renders or encodes may outlive its peer by more. */
const OUTLIVES_MS = 5_000

/** How often the process list is looked at. */
const LOOK_MS = 50

describe('a peer that is killed', function () {
  this.timeout(180_000)
  let stage: Stage
  let scene: string

  before(function () {
    if (!canListProcesses) {
      this.skip()
    }
  })

  beforeEach(() => {
    stage = new Stage()
    scene = stage.path('turn.glb')
    writeFileSync(scene, turningSquare())
  })

  afterEach(async () => {
    await stage.close()
  })

  /** Kills a peer and says how long the last of its processes lived on. */
  async function killWithTree (peer: Program, tree: readonly ListedProcess[]): Promise<number> {
    const atMs = peer.signal('SIGKILL')
    for (;;) {
      const left = stillRunning(tree)
      const sinceMs = performance.now() - atMs
      if (left.length === 0) {
        return sinceMs
      }
      assert.ok(sinceMs < OUTLIVES_MS, `${Math.round(sinceMs)} ms after the kill there still run: ${left.map(({ command }) => command).join('; ')}`)
      await pause(LOOK_MS)
    }
  }

  it('takes its render threads with it', async function () {
    const peer = await stage.up('A', { args: ['--threads', '2'] })
    const job = stage.start(['render', scene, '--home', stage.home('A'), '--json', '--size', '1920x1080', '--samples', '256', '-o', 'a.png'])
    await job.event('a unit in work', ({ event, state }) => event === 'unit' && state === 'delivered')
    const tree = treeOf(peer.pid)
    assert.ok(tree.some(({ pid }) => pid === peer.pid))
    measured(this, `gone after ${Math.round(await killWithTree(peer, tree))} ms`)
  })

  for (const kind of ['a stand-in for ffmpeg', 'ffmpeg'] as const) {
    it(`takes ${kind} with it, and makes the video in its next life`, async function () {
      const bin = stage.path('bin')
      mkdirSync(bin)
      if (kind === 'ffmpeg') {
        if (await programOnPath('ffmpeg') === undefined) {
          this.skip()
        }
      } else {
        // Like ffmpeg it reads to the end of its input, and ends; the trial before the job writes no file.
        writeFileSync(stage.path('bin', 'ffmpeg'), '#!/bin/sh\nfor file; do :; done\ntest "$file" = - && exec cat > /dev/null\ncat > "$file"\n')
        chmodSync(stage.path('bin', 'ffmpeg'), 0o755)
      }
      const env = kind === 'ffmpeg' ? undefined : { PATH: `${bin}:${process.env['PATH'] ?? ''}` }
      const peer = await stage.up('A', { env })
      const job = stage.start(['render', scene, '--home', stage.home('A'), '--json', '--size', '480x360', '--samples', '1', '--frames', '0..11', '-o', 'a-##.png', '--video', 'a film.mp4'])
      const { job: id } = await job.event('the job', ({ event }) => event === 'job')
      await job.until('a video in the making', () => job.events.some((event) => event.event === 'progress' && event.video !== undefined && event.video > 0), 120_000)
      const tree = treeOf(peer.pid)
      assert.ok(tree.some(({ pid, command }) => pid !== peer.pid && command.includes('a film.mp4')), `an ffmpeg at work: ${tree.map(({ command }) => command).join('; ')}`)
      measured(this, `gone after ${Math.round(await killWithTree(peer, tree))} ms`)
      assert.ok(!existsSync(stage.path('a film.mp4')), 'half a video is none')

      await stage.up('A', { env })
      const watch = stage.start(['watch', id, '--home', stage.home('A'), '--json'])
      const done = await watch.event('the end', ({ event }) => event === 'done')
      assert.equal(done.files.at(-1), stage.path('a film.mp4'))
      assert.ok(existsSync(stage.path('a film.mp4')))
      assert.deepEqual(readdirSync(stage.folder).filter((name) => name.endsWith('.part')), [], 'what the killed one left is gone')
    })
  }
})
