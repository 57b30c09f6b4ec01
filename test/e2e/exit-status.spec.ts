import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { assertRefusal } from '../support/refusal.ts'
import { Stage } from '../support/stage.ts'
import { writeSmallGlb, writeSmallGltf } from '../support/small-scene.ts'
import type { Outcome } from '../support/stage.ts'

/** Root may write everywhere, and read what is nobody's. */
const isRoot = process.getuid?.() === 0

describe('how commands end when something is wrong', function () {
  this.timeout(60_000)
  let stage: Stage

  beforeEach(async () => {
    stage = new Stage()
    await writeSmallGlb(stage.folder, 'scene.glb')
  })

  afterEach(async () => {
    await stage.close()
  })

  const render = async (...args: readonly string[]): Promise<Outcome> => stage.ask('A', 'render', '--no-mdns', '--threads', '1', ...args)

  describe('2: it can not be meant', () => {
    for (const [what, args, says] of [
      ['an unknown command', ['paint'], /paint/],
      ['an unknown option', ['render', 'scene.glb', '--sharp'], /--sharp/],
      ['an impossible size', ['render', 'scene.glb', '--size', '0x20'], /--size .*0x20/],
      ['a size beyond the limit', ['render', 'scene.glb', '--size', '65537x1'], /--size .*65537x1/],
      ['an unknown engine', ['render', 'scene.glb', '--engine', 'easel'], /easel/],
      ['an engine of a later version', ['render', 'scene.glb', '--engine', 'blender'], /blender/],
      ['an unknown extension', ['render', 'scene.txt'], /\.txt/],
      ['an unknown extension of the picture', ['render', 'scene.glb', '-o', 'x.gif'], /x\.gif/],
      ['a name of the picture that no disk takes', ['render', 'scene.glb', '-o', 'x'.repeat(252) + '.png'], /256 bytes.*shorter/],
      ['a name of the picture of 4,096 characters', ['render', 'scene.glb', '-o', 'x'.repeat(4_092) + '.png'], /4096 bytes.*shorter/],
      ['a folder that is not there', ['render', 'scene.glb', '-o', 'nowhere/x.png'], /nowhere/],
      ['a lease too short', ['render', 'scene.glb', '--lease-ms', '2999'], /--lease-ms .*3000/],
      ['an engine setting nobody knows', ['render', 'scene.glb', '--no-mdns', '--set', 'mood=blue'], /mood/],
      ['too many units', ['render', 'scene.glb', '--no-mdns', '--size', '65536x65536', '--tile', '8'], /\d/],
      ['a ticket that is none', ['up', 'TILEMESH:NONSENSE', '--no-mdns'], /ticket/],
      ['a ticket cut short', ['mesh', 'join', 'TILEMESH:AEAAI2DPNVSRT366MSJ7'], /ticket/],
      ['an invitation without a running peer', ['mesh', 'invite'], /tilemesh up/],
      ['a detached job without a running peer', ['render', 'scene.glb', '--detach'], /tilemesh up/],
      ['a command of a later version', ['mesh', 'members'], /members/],
      ['an address that is none', ['up', '--listen', 'here'], /--listen .*here/],
      ['a job nobody knows', ['cancel', 'nothing.glb', '--no-mdns'], /nothing\.glb/]
    ] as const) {
      it(what, async () => {
        assertRefusal(await stage.ask('A', ...args), 2, says)
      })
    }

    it('options of up where a peer runs', async () => {
      await stage.up('A')
      assertRefusal(await render('scene.glb'), 2, /--(threads|no-mdns)/)
    })

    it('a folder that can not be written', async function () {
      if (isRoot) {
        this.skip()
      }
      mkdirSync(stage.path('locked'), { mode: 0o500 })
      assertRefusal(await render('scene.glb', '-o', 'locked/x.png'), 2, /locked/)
    })
  })

  describe('3: the scene', () => {
    it('that is missing', async () => {
      assertRefusal(await render('ghost.glb'), 3, /ghost\.glb/)
    })

    it('with missing files, all of them named', async () => {
      const [scene, ...files] = await writeSmallGltf(stage.folder)
      files.forEach((file) => { rmSync(stage.path(file)) })
      const refused = await render(scene!)
      assertRefusal(refused, 3, /missing|not there|no /)
      for (const file of files) {
        assert.ok(refused.stderr.includes(file), `${file} is named: ${refused.stderr}`)
      }
    })

    it('that is garbage', async () => {
      writeFileSync(stage.path('garbage.glb'), Buffer.alloc(5_000, 0x5a))
      assertRefusal(await render('garbage.glb'), 3, /garbage\.glb|glTF|GLB/)
    })

    it('that is cut short', async () => {
      writeFileSync(stage.path('half.glb'), readFileSync(stage.path('scene.glb')).subarray(0, 9_000))
      assertRefusal(await render('half.glb'), 3, /cut short/)
    })

    it('that is empty', async () => {
      writeFileSync(stage.path('empty.glb'), '')
      assertRefusal(await render('empty.glb'), 3, /empty\.glb|glTF|GLB|empty/)
    })

    it('that requires what nobody has', async () => {
      const json = { asset: { version: '2.0' }, extensionsRequired: ['EXT_time_travel'], extensionsUsed: ['EXT_time_travel'], scenes: [{}] }
      writeFileSync(stage.path('future.gltf'), JSON.stringify(json))
      assertRefusal(await render('future.gltf'), 3, /EXT_time_travel/)
    })

    it('is refused the same way by a running peer', async () => {
      await stage.up('A')
      writeFileSync(stage.path('garbage.glb'), Buffer.alloc(5_000, 0x5a))
      assertRefusal(await stage.ask('A', 'render', 'garbage.glb'), 3, /garbage\.glb|glTF|GLB/)
      assert.deepEqual((await stage.ask('A', 'jobs')).events, [])
    })
  })

  describe('4: nobody could render it', () => {
    it('within the time to wait', async () => {
      await stage.up('A', { args: ['--no-work'] })
      const startedAtMs = performance.now()
      const refused = await stage.ask('A', 'render', 'scene.glb', '--wait-ms', '1500')
      assert.equal(refused.status, 4, refused.stderr)
      assert.ok(performance.now() - startedAtMs >= 1_500)
      assert.match(refused.stderr, /^tilemesh: no peer here could render with pathtracer for 1500 ms; .+$/m)
      assert.equal(refused.events.find(({ event }) => event === 'error')!.code, 'NoCapablePeerError')
      assert.deepEqual((await stage.ask('A', 'jobs')).events.map(({ state }) => state), ['cancelled'])
    })
  })

  describe('5: the home', () => {
    const up = async (home: string, ...args: readonly string[]): Promise<Outcome> => stage.ask(home, 'up', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0', ...args)

    it('that another peer has', async () => {
      await stage.up('A')
      assertRefusal(await up('A'), 5, /runs in/)
      assertRefusal(await stage.ask('A', 'mesh', 'init', 'again'), 5, /./)
    })

    it('whose peer was killed is free again', async () => {
      const a = await stage.up('A')
      a.signal('SIGKILL')
      await a.ended
      await stage.up('A')
    })

    it('with a corrupt identity', async () => {
      await made('A')
      const file = path.join(stage.home('A'), 'identity.key')
      writeFileSync(file, readFileSync(file).subarray(0, 20))
      assertRefusal(await up('A'), 5, /identity\.key/)
    })

    it('with a corrupt mesh file', async () => {
      await made('A')
      writeFileSync(path.join(stage.home('A'), 'mesh.json'), '{')
      assertRefusal(await up('A'), 5, /mesh\.json/)
    })

    for (const name of ['mesh.json', 'identity.key']) {
      it(`whose ${name} others may read`, async function () {
        if (process.platform === 'win32') {
          this.skip()
        }
        await made('A')
        chmodSync(path.join(stage.home('A'), name), 0o644)
        assertRefusal(await up('A'), 5, new RegExp(`${name}.*chmod 600`))
      })
    }

    it('that is a file', async () => {
      writeFileSync(stage.home('A'), '')
      assertRefusal(await up('A'), 5, /home of A/)
    })

    it('of another mesh than the ticket', async () => {
      await stage.up('B')
      const ticket = await stage.invite('B')
      await made('A')
      assertRefusal(await up('A', ticket), 5, /mesh/)
      assertRefusal(await stage.ask('A', 'mesh', 'join', ticket), 5, /mesh/)
    })

    async function made (home: string): Promise<void> {
      assert.equal((await stage.ask(home, 'mesh', 'init', 'studio')).status, 0)
    }
  })
})
