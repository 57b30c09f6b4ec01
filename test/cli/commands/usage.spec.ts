import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakePeer } from '../support/fake-peer.ts'
import { TestContext } from '../support/test-context.ts'

/** What is refused before anything starts: the line, the exit status, what the one line must say. */
const REFUSED: readonly [line: string, status: number, words: RegExp][] = [
  ['rendr shot.glb', 2, /unknown command "rendr"; did you mean render\?/],
  ['mesh', 2, /tilemesh mesh --help/],
  ['mesh inite', 2, /unknown command "inite"; did you mean one of init, invite\?/],
  ['render', 2, /missing required argument "SCENE"/],
  ['render shot.glb other.glb', 2, /too many arguments/],
  ['render shot.glb --smaples 3', 2, /unknown option "--smaples"; did you mean --samples\?/],
  ['render shot.glb --samples', 2, /--samples/],
  ['render shot.glb --samples 0', 2, /--samples must be a whole number from 1 to 1048576, not "0"/],
  ['cache empty', 2, /cache must be clear, not "empty"/],
  ['cache clear now', 2, /too many arguments/],
  ['render shot.glb --samples 1.5', 2, /not "1\.5"/],
  ['render shot.glb --samples 1e3', 2, /not "1e3"/],
  ['render shot.glb --size 960', 2, /--size must be WIDTHxHEIGHT in pixels/],
  ['render shot.glb --size 0x540', 2, /from 1 to 65536 pixels a side/],
  ['render shot.glb --size 65537x1', 2, /from 1 to 65536 pixels a side/],
  ['render shot.glb --tile 7', 2, /from 8 to 2048 pixels/],
  ['render shot.glb --lease-ms 2999', 2, /from 3000 to 3600000 ms/],
  ['render shot.glb --split rows', 2, /--split must be auto or tiles or frames or samples/],
  ['render shot.glb --set bounces', 2, /--set must be KEY=VALUE/],
  ['render shot.glb --set a=1 --set a=2', 2, /gives "a" twice/],
  ['render shot.glb --bits 12', 2, /--bits must be 8 or 16/],
  ['render shot.glb -o out.exr --bits 16', 2, /always float/],
  ['render shot.glb -o out.jpg', 2, /must be a \.png or \.exr/],
  ['render shot.glb -o missing/out.png', 2, /missing for the picture is not there/],
  ['render shot.glb -o taken.png', 2, /is a folder/],
  ['render shot.glb -o shot.glb/out.png', 2, /is not there/],
  ['render shot.glb --video film.mp4', 2, /--video needs several frames/],
  ['render shot.glb --frames 3 --video film.mp4', 2, /--video needs several frames/],
  ['render shot.glb --frames 1..3 -o s-#.png --video film.avi', 2, /must be a \.mp4, \.webm or \.webp file, not "film\.avi"/],
  ['render shot.glb --frames 1..3 -o s-#.png --video missing/film.mp4', 2, /missing for the video is not there/],
  ['render shot.glb --frames 1..3 -o s-#.png --fps 24', 2, /there is no --video/],
  ['render shot.glb --frames 1..3 -o s-#.png --video film.mp4 --fps 0.09', 2, /--fps must be a number from 0\.1 to 240, not "0\.09"/],
  ['render shot.glb --frames 1..3 -o s-#.png --video film.mp4 --fps 240.1', 2, /not "240\.1"/],
  ['render shot.glb --wait-ms -1', 2, /--wait-ms must be a whole number of at least 0 ms/],
  ['render shot.glb --listen everywhere', 2, /--listen must be a multiaddr/],
  ['render shot.glb --bootstrap 10.0.0.1:4001', 2, /--bootstrap must be a multiaddr/],
  ['render shot.glb --engines pathtracer,cycles', 2, /there is no engine "cycles"/],
  ['render shot.glb --engine cycles', 2, /there is no engine "cycles"; engines are: pathtracer/],
  ['render shot.glb --engine povray', 2, /povray is not available yet/],
  ['render shot.txt', 2, /no engine renders "\.txt" files/],
  ['render shot.blend', 2, /blender is not available yet/],
  ['render shot.glb --save-every 0', 2, /--save-every must be a whole number from 1 to 86400 seconds/],
  ['render shot.glb --frames 1..10', 2, /10 frames need a place for their number.*-o shot-####\.png/],
  ['render shot.glb --frames 1..10 -o out.png', 2, /-o out-####\.png/],
  ['render shot.glb --frames', 2, /--frames/],
  ['render shot.glb --picture', 2, /--picture is not available yet/],
  ['render shot.glb --frames all -o a##.png', 2, /--frames must be FIRST\.\.LAST or FIRST\.\.LAST\/STEP/],
  ['render shot.glb --frames 1-10 -o a##.png', 2, /not "1-10"/],
  ['render shot.glb --frames 1..10/ -o a##.png', 2, /not "1\.\.10\/"/],
  ['render shot.glb --frames 1..10/0 -o a##.png', 2, /step of at least 1/],
  ['render shot.glb --frames 1..10/-1 -o a##.png', 2, /not "1\.\.10\/-1"/],
  ['render shot.glb --frames 1.5..3 -o a##.png', 2, /not "1\.5\.\.3"/],
  ['render shot.glb --frames 10..1 -o a##.png', 2, /must not end before it begins/],
  ['render shot.glb --frames 1..131073 -o a##.png', 2, /room for 131072 frames/],
  ['render shot.glb --frames 10000001 -o a##.png', 2, /numbered from -10000000 to 10000000/],
  ['render shot.glb --verify spot', 2, /--verify spot is not available yet/],
  ['render shot.glb --verify never', 2, /--verify must be none or spot or quorum/],
  ['render shot.glb --http 127.0.0.1:8080', 2, /--http other than off is not available yet/],
  ['render nothing.glb', 3, /there is no scene nothing\.glb/],
  ['render taken.glb -o out.png', 3, /is not a file/],
  ['up --max-up 2', 2, /--max-up must be a number with a unit, such as 2MB\/s/],
  ['up --max-down 1kB/s', 2, /--max-down must be from 100kB\/s/],
  ['up --name ', 2, /--name/],
  ['up --threads many', 2, /--threads must be a whole number/],
  ['up --http 127.0.0.1:8080', 2, /not available yet/],
  ['up ticket too', 2, /too many arguments/],
  ['fetch job', 2, /fetch needs -o FILE/],
  ['fetch job -o missing/out.png', 2, /is not there/],
  ['status', 2, /No peer runs in this home/],
  ['mesh invite', 2, /No peer runs in this home/],
  ['mesh join', 2, /needs a ticket/],
  ['mesh members', 2, /tilemesh mesh members is not available yet/],
  ['mesh revoke 12D3', 2, /not available yet/],
  ['set job --priority soon', 2, /--priority must be a whole number from -1000000 to 1000000/],
  ['set job --priority 1000001', 2, /--priority must be a whole number/],
  ['threads 4', 2, /No peer runs in this home/],
  ['drain --off', 2, /No peer runs in this home/],
  ['drain', 2, /No peer runs in this home/],
  ['threads 0', 2, /threads must be a whole number from 1 to 1024/],
  ['threads 1025', 2, /from 1 to 1024/],
  ['threads', 2, /missing required argument "N"/],
  ['config thread', 2, /there is no setting "thread"; did you mean threads\?/],
  ['config thread 4', 2, /there is no setting "thread"/],
  ['config threads 0', 2, /threads must be a whole number from 1 to 1024, or all, not "0"/],
  ['config threads 4 5', 2, /not "4 5"/],
  ['config --reset', 2, /--reset takes the name of one setting/],
  ['config threads 4 --reset', 2, /--reset takes the name of one setting and no value/]
]

describe('what the command line refuses', () => {
  let folder: string
  let peer: FakePeer
  let context: TestContext

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh-usage-'))
    await writeFile(join(folder, 'shot.glb'), 'glTF')
    await mkdir(join(folder, 'taken.png'))
    await mkdir(join(folder, 'taken.glb'))
    peer = new FakePeer()
    context = new TestContext(peer, folder)
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  for (const [line, status, words] of REFUSED) {
    it(`tilemesh ${line}: ${status}, in one line, and nothing is started`, async () => {
      assert.equal(await context.run(line), status)
      assert.equal(context.stdout.text, '')
      assert.equal(context.stderr.lines.length, 1)
      assert.match(context.stderr.lines[0]!, words)
      assert.deepEqual(context.inits, [])
    })
  }

  it('says it as an event too with --json', async () => {
    assert.equal(await context.run('render shot.glb --samples none --json'), 2)
    assert.deepEqual(context.stdout.events, [{ event: 'error', code: 'UsageError', message: '--samples must be a whole number from 1 to 1048576, not "none"' }])
    assert.equal(context.stderr.lines.length, 1)
  })

  it('shows stack traces only with TILEMESH_DEBUG=1', async () => {
    await context.run('render nothing.glb')
    assert.doesNotMatch(context.stderr.text, / at /)
    context.env['TILEMESH_DEBUG'] = '1'
    await context.run('render nothing.glb')
    assert.match(context.stderr.text, /SceneError: there is no scene nothing\.glb\n +at /)
  })

  it('helps with every command, with units and defaults', async () => {
    for (const command of ['up', 'bootstrap', 'render', 'watch', 'fetch', 'jobs', 'cancel', 'peers', 'status', 'config', 'demo', 'mesh', 'mesh init', 'mesh invite', 'mesh join']) {
      const help = new TestContext(peer, folder)
      assert.equal(await help.run(`${command} --help`), 0)
      assert.match(help.stdout.text, new RegExp(`^Usage: tilemesh ${command} `, 'm'))
      assert.match(help.stdout.text, /--home <DIR>/)
      assert.match(help.stdout.text, /--json/)
      assert.equal(help.stderr.text, '')
    }
  })
})
