import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeJobHead } from '../../src/core/job-file.ts'
import { CommandBench } from './support/command-bench.ts'
import { rendersAtOnce } from './support/fake-peer.ts'
import { TestContext } from './support/test-context.ts'
import type { JobHead } from '../../src/core/job-file.ts'
import type { FakePeer } from './support/fake-peer.ts'

const HEAD: JobHead = {
  name: 'shot.glb',
  engine: 'pathtracer',
  fingerprint: 'pathtracer 1.0',
  width: 64,
  height: 64,
  frames: { first: 1, last: 3, step: 1 },
  samples: 16,
  split: 'auto',
  tile: null,
  camera: '',
  settings: [],
  leaseMs: 30_000,
  priority: 0,
  picture: { name: 'walk-##.png', bits: 16 },
  bundle: { manifest: 'ab'.repeat(32), manifestBytes: 230, entry: 'shot.glb' }
}

describe('tilemesh render and job files', () => {
  let bench: CommandBench
  let folder: string
  let peer: FakePeer
  let context: TestContext

  beforeEach(async () => {
    bench = await CommandBench.lay();
    ({ folder, peer, context } = bench)
  })

  afterEach(async () => {
    await bench.clear()
  })

  const writeHead = async (head: JobHead, name = 'walk.job'): Promise<void> =>
    writeFile(join(folder, name), encodeJobHead(head, (bytes) => createHash('sha256').update(bytes).digest('hex')))

  /** What the peer was asked to write down, and where. */
  function exported (): { readonly request: Record<string, unknown>, readonly file: string } {
    const [, request, file] = /^export (.*) to (.*)$/.exec(peer.asked.find((asked) => asked.startsWith('export'))!)!
    return { request: JSON.parse(request!) as Record<string, unknown>, file: file! }
  }

  describe('--export', () => {
    it('writes the job down with a peer that meets nobody, and renders nothing', async () => {
      assert.equal(await context.run('render shot.glb --export shot.job --samples 7 -o still.exr'), 0)
      assert.deepEqual(context.stdout.lines, ['wrote shot.job (212.0 MiB, 14 files of shot.glb); render it anywhere with: tilemesh render shot.job'])
      assert.equal(context.stderr.text, '')
      assert.deepEqual(peer.requests, [])
      assert.deepEqual(peer.asked.filter((asked) => !asked.startsWith('export')), ['stop now'])
      const { request, file } = exported()
      assert.equal(file, join(folder, 'shot.job'))
      assert.deepEqual([request['scene'], request['samples'], request['output']], [join(folder, 'shot.glb'), 7, join(folder, 'still.exr')])
    })

    it('calls the picture as the job file when nobody says how', async () => {
      await mkdir(join(folder, 'my jobs'))
      assert.equal(await context.runWords(['render', 'shot.glb', '--export', 'my jobs/left eye.job']), 0)
      assert.equal(exported().request['output'], join(folder, 'left eye.png'))
      assert.match(context.stdout.text, /render it anywhere with: tilemesh render "my jobs\/left eye\.job"\n$/)
    })

    it('asks the running peer, and prints one event with --json', async () => {
      await bench.runPeer()
      peer.estimated = { ...peer.estimated, warnings: ['fog is left out'] }
      assert.equal(await context.run('render shot.glb --export shot.job --json'), 0)
      assert.deepEqual(context.stdout.events, [{
        event: 'exported', file: join(folder, 'shot.job'), bytes: 212 * 2 ** 20, files: 14, name: 'shot.glb', engine: 'pathtracer', fingerprint: 'pathtracer 1.0', width: 1920, height: 1080, frames: 1, samples: 256, units: 510, warnings: ['fog is left out']
      }])
      assert.deepEqual(context.inits, [])
    })

    for (const [what, words, status] of [
      ['another extension', '--export shot.zip', 2], ['no name', '--export .job', 2], ['a folder that is not there', '--export nowhere/shot.job', 2],
      ['a folder for the picture', '--export shot.job -o pictures/shot.png', 2], ['another kind of picture', '--export shot.job -o shot.jpg', 2],
      ['frames that share a name', '--export shot.job --frames 1..3', 2],
      ['--dry-run', '--export shot.job --dry-run', 2], ['--detach', '--export shot.job --detach', 2], ['--replace', '--export shot.job --replace abc', 2],
      ['--wait-ms', '--export shot.job --wait-ms 0', 2], ['--save-every', '--export shot.job --save-every 5', 2], ['--on-done', '--export shot.job --on-done true', 2],
      ['--video', '--export shot.job --frames 1..3 -o a-#.png --video a.webp', 2],
      ['--no-local', '--export shot.job --no-local', 2]
    ] as const) {
      it(`is refused with ${what}`, async () => {
        assert.equal(await context.run(`render shot.glb ${words}`), status)
        assert.equal(context.stderr.lines.length, 1, context.stderr.text)
        assert.deepEqual(peer.asked, [])
        assert.deepEqual((await readdir(folder)).sort(), ['broken.glb', 'home', 'shot.glb'])
      })
    }

    it('ends with 3 when files are missing', async () => {
      assert.equal(await context.run('render broken.glb --export shot.job'), 3)
      assert.equal(await context.run('render nothing.glb --export shot.job'), 3)
    })
  })

  describe('a job file as the scene', () => {
    it('leaves to the peer what nobody says otherwise, and writes the picture that it names here', async () => {
      await writeHead(HEAD)
      peer.script = rendersAtOnce
      assert.equal(await context.run('render walk.job'), 0)
      const { scene, output, bits, ...rest } = peer.requests[0]!
      assert.deepEqual([scene, output, bits], [join(folder, 'walk.job'), join(folder, 'walk-##.png'), 16])
      assert.deepEqual(Object.entries(rest).filter(([, value]) => value !== undefined), [['noLocal', false]])
    })

    it('is overridden by the options', async () => {
      await writeHead(HEAD)
      peer.script = rendersAtOnce
      assert.equal(await context.run('render walk.job -o one.exr --frames 2 --samples 3 --no-local --engine pathtracer'), 0)
      const { output, bits, frames, samples, noLocal, engine } = peer.requests[0]!
      assert.deepEqual([output, bits, frames, samples, noLocal, engine], [join(folder, 'one.exr'), 8, { first: 2, last: 2, step: 1 }, 3, true, 'pathtracer'])
      assert.equal(await context.run('render walk.job -o one.png'), 2)
      assert.match(context.stderr.lines.at(-1)!, /3 frames need a place for their number/)
      assert.equal(await context.run('render walk.job -o nowhere/one-#.png'), 2)
    })

    it('can be estimated and written down again', async () => {
      await writeHead(HEAD)
      await bench.runPeer()
      assert.equal(await context.run('render walk.job --export again.job --samples 9'), 0)
      assert.deepEqual([exported().request['output'], exported().request['bits']], [join(folder, 'walk-##.png'), 16])
      assert.equal(await context.run('render walk.job --dry-run'), 0)
    })

    it('ends with 3 and one line when it is none, before any peer is asked', async () => {
      await writeFile(join(folder, 'text.job'), 'hello\n')
      await writeFile(join(folder, 'empty.job'), '')
      await writeFile(join(folder, 'other.job'), `tilemesh job 2 ${'0'.repeat(64)}\n`)
      await mkdir(join(folder, 'folder.job'))
      for (const name of ['text', 'empty', 'other', 'folder', 'none']) {
        const own = new TestContext(peer, folder)
        assert.equal(await own.run(`render ${name}.job`), 3, name)
        assert.equal(own.stderr.lines.length, 1, own.stderr.text)
        assert.match(own.stderr.text, new RegExp(`${name}\\.job`))
      }
      assert.deepEqual(peer.asked, [])
      assert.deepEqual(context.inits, [])
    })
  })
})
