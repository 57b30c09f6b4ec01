import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { decode } from 'fast-png'
import { readFile } from 'node:fs/promises'
import { turningSquare } from '../engines/pathtracer/moving-scene.ts'
import { sameAddress, Stage } from '../support/stage.ts'
import type { Program, ProgramEvent } from '../support/program.ts'

/** Six frames, each half a second or so for one thread. */
const FRAMES = [0, 5, 10, 15, 20, 25]
const JOB = ['--size', '64x48', '--frames', '0..25/5', '--samples', '1024', '--tile', '32']
const nameOf = (frame: number): string => `film-${String(frame).padStart(4, '0')}.png`

describe('a film of several frames', function () {
  this.timeout(120_000)
  let stage: Stage
  let scene: string

  beforeEach(() => {
    stage = new Stage()
    scene = stage.path('turn.glb')
    writeFileSync(scene, turningSquare())
  })

  afterEach(async () => {
    await stage.close()
  })

  const start = (home: string, ...options: readonly string[]): Program => stage.start(['render', scene, '--home', stage.home(home), '--json', ...JOB, ...options])
  const ended = async (program: Program): Promise<ProgramEvent> => program.event('the end', ({ event }) => event === 'done')
  const pictures = (): string[] => readdirSync(stage.folder).filter((name) => name.startsWith('film-')).sort()

  it('is the same for every split, by one peer and by three, and every picture is another', async () => {
    await stage.mesh('A', 'B', 'C')
    const hashes = new Set<string | null>()
    for (const options of [['--split', 'frames'], ['--split', 'samples', '--tile', '16']]) {
      const done = await ended(start('A', ...options, '--samples', '128', '-o', 'film-####.png'))
      hashes.add(done.filmHash)
      assert.deepEqual(done.files, FRAMES.map((frame) => stage.path(nameOf(frame))))
    }
    const alone = start('loner', '--no-mdns', '--threads', '2', '--samples', '128', '-o', 'alone-##.exr')
    hashes.add((await ended(alone)).filmHash)
    assert.equal(hashes.size, 1)
    const shown = await Promise.all(FRAMES.map(async (frame) => Buffer.from(decode(await readFile(stage.path(nameOf(frame)))).data).toString('base64')))
    assert.equal(new Set(shown).size, FRAMES.length)
  })

  it('has its first, last and middle picture first, and goes on after a kill -9 without doing a finished frame again', async () => {
    const whole = await ended(start('loner', '--no-mdns', '--threads', '1', '-o', 'whole-####.png'))
    const a = await stage.up('A')
    const job = start('A', '--split', 'tiles', '-o', 'film-####.png')
    const { job: id } = await job.event('the job', ({ event }) => event === 'job')
    await job.until('half of the pictures', () => pictures().length >= 3)
    assert.deepEqual(pictures().slice(0, 3), [0, 15, 25].map(nameOf))
    a.signal('SIGKILL')
    await a.ended
    const before = new Map(pictures().map((name) => [name, statSync(stage.path(name)).mtimeMs]))
    assert.ok(before.size < FRAMES.length, 'it was killed in the middle')

    await stage.up('A', { listen: sameAddress(a) })
    const done = await ended(stage.start(['watch', id, '--home', stage.home('A'), '--json']))
    assert.equal(done.filmHash, whole.filmHash)
    assert.deepEqual(done.files, FRAMES.map((frame) => stage.path(nameOf(frame))))
    assert.ok(done.files.every((file) => existsSync(file)))
    // A picture may be on disk while the record that says so was still on its way: one at most.
    const again = [...before].filter(([name, mtimeMs]) => statSync(stage.path(name)).mtimeMs !== mtimeMs)
    assert.ok(again.length <= 1, `written again: ${again.map(([name]) => name).join(' ')}`)
    assert.ok(done.executions <= done.units + done.lapsed + 4, `${done.executions} executions of ${done.units} units`)

    const fetched = await stage.run(['fetch', id, '--home', stage.home('A'), '--json', '-o', path.join('fetched-##.exr')])
    assert.equal(fetched.status, 0)
    assert.deepEqual(fetched.events[0]!.files, FRAMES.map((frame) => stage.path(`fetched-${String(frame).padStart(2, '0')}.exr`)))
    assert.equal(fetched.events[0]!.filmHash, whole.filmHash)
  })
})
