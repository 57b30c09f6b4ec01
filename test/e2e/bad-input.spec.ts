import assert from 'node:assert/strict'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { noise, randomOf } from '../support/mutations.ts'
import { assertRefusal } from '../support/refusal.ts'
import { writeBadScenes } from '../support/bad-scenes.ts'
import { isReady, Stage } from '../support/stage.ts'
import { writeSmallGlb } from '../support/small-scene.ts'
import type { Outcome } from '../support/stage.ts'

/** A command line, what it ends with, and what its line says. */
type Case = readonly [what: string, args: readonly string[], status: number, says: RegExp]

/** Commands under way at a time: as many as the test machine has cores. */
const AT_A_TIME = 2

/** A user that owns nothing: `nobody` nearly everywhere. */
const NOBODY = 65_534

const isRoot = process.getuid?.() === 0

const LONG = 'x'.repeat(4_096)

/** What a file's name, a setting or a word may hold, and a terminal must never see. */
const STRANGE = '🦆 "q\'uo\\te\' \n$(touch pwned)\u001b[2J\u009b31m\u202e%00'

/** Refused by the command itself, before a home is touched. */
const AT_ONCE: readonly Case[] = [
  ['no scene at all', ['render'], 2, /SCENE/],
  ['a missing scene', ['render', 'ghost.glb'], 3, /ghost\.glb/],
  ['a folder as scene', ['render', 'folder.glb', '-o', 'x.png'], 3, /folder\.glb is not a file/],
  ['a scene in a file', ['render', 'scene.glb/inner.glb'], 3, /inner\.glb/],
  ['an unknown extension', ['render', 'scene.txt'], 2, /\.txt/],
  ['no extension', ['render', 'scene'], 2, /"scene"/],
  ['a device', ['render', '/dev/zero'], 2, /zero/],
  ['an unknown engine', ['render', 'scene.glb', '--engine', 'easel'], 2, /easel.*pathtracer/],
  ['no size', ['render', 'scene.glb', '--size', '0x0'], 2, /--size.*0x0/],
  ['a negative size', ['render', 'scene.glb', '--size=-8x-8'], 2, /--size.*-8x-8/],
  ['10^9 × 10^9 pixels', ['render', 'scene.glb', '--size', '1000000000x1000000000'], 2, /--size must be from 1 to 65536/],
  ['a size in words', ['render', 'scene.glb', '--size', 'NaNxInfinity'], 2, /--size/],
  ['no samples', ['render', 'scene.glb', '--samples', '0'], 2, /--samples/],
  ['10^9 samples', ['render', 'scene.glb', '--samples', '1000000000'], 2, /--samples/],
  ['a tile of one pixel', ['render', 'scene.glb', '--tile', '1'], 2, /--tile/],
  ['10^9 frames', ['render', 'scene.glb', '--frames', '1..999999999'], 2, /--frames/],
  ['a missing folder for the picture', ['render', 'scene.glb', '-o', 'nowhere/x.png'], 2, /nowhere.*make it first/],
  ['a file as folder of the picture', ['render', 'scene.glb', '-o', 'scene.glb/x.png'], 2, /scene\.glb/],
  ['a folder that takes no files, whoever asks', ['render', 'scene.glb', '-o', '/proc/x.png'], 2, /\/proc.*not (writable|there)/],
  ['a picture of the name of a folder', ['render', 'scene.glb', '-o', 'folder.png'], 2, /is a folder/],
  ['an unknown kind of picture', ['render', 'scene.glb', '-o', 'x.gif'], 2, /x\.gif/],
  ['a name of 4,096 characters', ['render', 'scene.glb', '-o', `${LONG}.png`], 2, /4100 bytes/],
  ['a path of 4,096 characters', ['render', 'scene.glb', '-o', 'd/'.repeat(2_048) + 'x.png'], 2, /path.*shorter/],
  ['a name that its last frame makes too long', ['render', 'scene.glb', '-o', 'x'.repeat(250) + '#.png', '--frames', '9..10'], 2, /256 bytes/],
  ['a scene of 4,096 characters', ['render', `${LONG}.glb`], 2, /4100 bytes|no scene/],
  ['a strange scene', ['render', `${STRANGE}.glb`], 3, /no scene/],
  ['a strange folder', ['render', 'scene.glb', '-o', `${STRANGE}/x.png`], 2, /make it first/],
  ['a strange engine', ['render', 'scene.glb', '--engine', STRANGE], 2, /no engine/],
  ['a strange camera', ['render', 'scene.glb', '--camera', STRANGE], 2, /--camera.*control/],
  ['a camera of 4,096 characters', ['render', 'scene.glb', '--camera', LONG], 2, /--camera/],
  ['a strange name of the peer', ['render', 'scene.glb', '--name', STRANGE], 2, /--name/],
  ['a name of the peer of 4,096 characters', ['up', '--name', LONG], 2, /--name/],
  ['a strange name of a mesh', ['mesh', 'init', STRANGE], 2, /name of a mesh/],
  ['a name of a mesh of 4,096 characters', ['mesh', 'init', LONG], 2, /name of a mesh/],
  ['a strange command', [STRANGE], 2, /unknown command/],
  ['a command of 4,096 characters', [LONG], 2, /^.{10,700}\n$/],
  ['a setting without a value', ['render', 'scene.glb', '--set', LONG], 2, /--set.*KEY=VALUE/]
]

/** Refused by the peer. */
const BY_THE_PEER: readonly Case[] = [
  ['a picture that fits no memory', ['render', 'scene.glb', '--size', '65536x65536'], 2, /memory/],
  ['a strange setting', ['render', 'scene.glb', '--set', `${STRANGE}=${STRANGE}`], 2, /setting/],
  ['a value of 4,096 characters', ['render', 'scene.glb', '--set', `sky=${LONG}`], 2, /sky must be/],
  ['a key of every object', ['render', 'scene.glb', '--set', '__proto__=1'], 2, /__proto__/],
  ['a camera that is not there', ['render', 'scene.glb', '--camera', '🦆 "nobody"'], 3, /no camera/],
  ['a job nobody knows', ['cancel', STRANGE], 2, /No job/],
  ['a job to replace of 4,096 characters', ['render', 'scene.glb', '--replace', LONG], 2, /No job/],
  ['a ticket garbled', ['mesh', 'join', 'TILEMESH:AAAA'], 2, /ticket/],
  ['a ticket for a home in use', ['up', '--no-mdns'], 5, /runs in/]
]

describe('bad input at the command line', function () {
  this.timeout(120_000)
  let stage: Stage

  before(async () => {
    stage = new Stage()
    await writeSmallGlb(stage.folder, 'scene.glb')
    writeFileSync(stage.path('scene.txt'), '')
    writeFileSync(stage.path('scene'), '')
    mkdirSync(stage.path('folder.glb'))
    mkdirSync(stage.path('folder.png'))
  })

  after(async () => {
    await stage.close()
  })

  /** Every file and folder below one, and what the files hold of names that are not random. */
  const everything = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()

  /** Runs all cases; says of each that fails which it was. */
  async function refuseAll (cases: readonly Case[], home: string): Promise<void> {
    const queue = [...cases]
    const wrong: string[] = []
    await Promise.all(Array.from({ length: AT_A_TIME }, async () => {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
        const [what, args, status, says] = one
        const outcome = await stage.ask(home, ...args)
        try {
          assertRefusal(outcome, status, says)
        } catch (err) {
          wrong.push(`${what}: ${err instanceof Error ? err.message : String(err)}\n${outcome.stderr.slice(0, 1_000)}`)
        }
      }
    }))
    assert.deepEqual(wrong, [])
  }

  it(`is refused at once in one line, and nothing is left: ${AT_ONCE.length} kinds`, async () => {
    const before = everything(stage.folder)
    await refuseAll(AT_ONCE, 'nobody yet')
    assert.deepEqual(everything(stage.folder), before, 'no home, no picture, no part of one')
  })

  it('is refused by a running peer in one line; it lives, has no job, and the scenes are as they were', async () => {
    const scenes = await writeBadScenes(stage.folder)
    const peer = await stage.up('A')
    const before = everything(stage.folder).filter((name) => !name.startsWith('home of'))
    await refuseAll([...BY_THE_PEER, ...scenes.map(({ what, file, says }): Case => [what, ['render', file, '--size', '8x8', '--samples', '1'], 3, says])], 'A')
    assert.ok(peer.running)
    assert.deepEqual((await stage.ask('A', 'jobs')).events, [])
    assert.equal((await stage.ask('A', 'peers')).events.length, 1)
    assert.deepEqual(readdirSync(path.join(stage.home('A'))).filter((name) => name === 'jobs' || name.startsWith('.tmp')), [], 'no journal of a job that never was')
    assert.deepEqual(everything(stage.folder).filter((name) => !name.startsWith('home of')), before)
    const done = await stage.ask('A', 'render', 'scene.glb', '--size', '8x8', '--samples', '1', '-o', '🦆 "good" \n\u001b[31m\u202e.png')
    assert.equal(done.status, 0, done.stderr)
    assert.equal(readFileSync(stage.path('🦆 "good" \n\u001b[31m\u202e.png')).subarray(1, 4).toString(), 'PNG')
    assert.equal(peer.stderr, '')
    peer.signal('SIGINT')
    assert.equal(await peer.status(), 0)
  })

  it('a ticket from standard input is read as it comes out of a mail, and refused in one line when it is damaged', async () => {
    await stage.up('T')
    const ticket = await stage.invite('T')
    const join = async (home: string, stdin: string): Promise<Outcome> => stage.run(['mesh', 'join', '-', '--home', stage.home(home), '--json'], { stdin })
    for (const damaged of [ticket.slice(0, -1), ticket.replace(/A/, 'B'), '', '\n', noise(10_000, randomOf(1)).toString()]) {
      assertRefusal(await join('U', damaged), 2, /ticket/)
    }
    assert.ok(!existsSync(stage.home('U')), 'no home was made')
    const mailed = ticket.toLowerCase().replace(/.{20}/g, '$&\r\n  ')
    assert.equal((await join('U', mailed)).status, 0)
    assert.equal((await stage.ask('V', 'mesh', 'init', 'another')).status, 0)
    assertRefusal(await join('V', ticket), 5, /mesh/)
  })

  it('a name of any kind reaches no terminal as it is', async () => {
    const folder = stage.path('f 🦆 \u001b[2J\u202e')
    mkdirSync(folder)
    await writeSmallGlb(folder, 'sce ne 🦆 it\'s $(x).glb')
    const done = await stage.run(['render', path.join(folder, 'sce ne 🦆 it\'s $(x).glb'), '-o', path.join(folder, '\u001b[2J\u009b\u202e\n.png'), '--home', stage.home('names'), '--no-mdns', '--size', '8x8', '--samples', '1', '--name', '🦆 "x" \u202e'])
    assert.equal(done.status, 0, done.stderr)
    assert.match(done.lines.join('\n'), /^saved .+�\[2J/)
    for (const text of [done.stderr, done.lines.join('\n')]) {
      assert.doesNotMatch(text, /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u)
    }
    const raw = stage.start(['jobs', '--home', stage.home('names'), '--no-mdns', '--json'])
    await raw.end()
    assert.equal(raw.events.length, 1)
  })

  describe('a home of which the user may not write', () => {
    it('is refused in one line by every command that needs it, and is left as it was', async function () {
      if (!isRoot || process.platform === 'win32') {
        this.skip() // root alone may take other rights; who is not root sees this in the specs of the store
      }
      const home = stage.home('N')
      assert.equal((await stage.ask('N', 'mesh', 'init', 'studio')).status, 0)
      chmodSync(stage.folder, 0o711)
      for (const name of ['', ...everything(home)]) {
        chownSync(path.join(home, name), NOBODY, NOBODY)
      }
      chmodSync(home, 0o500)
      mkdirSync(stage.path('pictures'), { mode: 0o777 })
      chmodSync(stage.path('pictures'), 0o777)
      const before = everything(home)
      const cases: readonly Case[] = [
        ['up', ['up', '--no-mdns'], 5, /Permission denied: .*home of N/],
        ['jobs', ['jobs', '--no-mdns'], 5, /Permission denied: .*home of N/],
        ['join', ['mesh', 'init', 'again'], 5, /./],
        ['render', ['render', 'scene.glb', '--no-mdns', '-o', 'pictures/x.png'], 5, /Permission denied: .*home of N/],
        ['render into it', ['render', 'scene.glb', '--no-mdns', '-o', path.join(home, 'x.png')], 2, /not writable/]
      ]
      for (const [, args, status, says] of cases) {
        const outcome = await stage.run([...args, '--home', home, '--json'], { user: NOBODY })
        if (/EACCES.*tilemesh\.cjs|Cannot find module/.test(outcome.stderr)) {
          this.skip() // this copy of the program is in a folder that only root may read
        }
        assertRefusal(outcome, status, says)
      }
      assert.deepEqual(readdirSync(stage.path('pictures')), [])
      assert.deepEqual(everything(home), before)
      chmodSync(home, 0o700)
      const up = stage.start(['up', '--home', home, '--no-mdns', '--json', '--threads', '1', '--listen', '/ip4/127.0.0.1/tcp/0'], { user: NOBODY })
      await isReady(up)
    })
  })
})
