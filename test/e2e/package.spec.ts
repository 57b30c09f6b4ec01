import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import draco from 'draco3dgltf'
import { NodeIO } from '@gltf-transform/core'
import { EXTTextureWebP, KHRDracoMeshCompression } from '@gltf-transform/extensions'
import { makeExecutable } from '../../src/packaging/executable.ts'
import { oneFileProgram } from '../../src/packaging/one-file.ts'
import { jpegOf, webpOf } from '../engines/pathtracer/loader/build-images.ts'
import { readWebpAnimation } from '../support/read-webp-animation.ts'
import { smallScene } from '../support/small-scene.ts'
import { Stage } from '../support/stage.ts'
import type { ProgramEvent } from '../support/program.ts'

const ROOT = path.resolve(import.meta.dirname, '..', '..', '..')

/** A scene that needs every decoder the program carries: PNG, JPEG, WebP, Draco. */
async function sceneOfEverything (): Promise<Uint8Array> {
  const document = smallScene()
  const [floor, ball, lamp] = document.getRoot().listMaterials()
  document.createExtension(EXTTextureWebP).setRequired(true)
  document.createExtension(KHRDracoMeshCompression).setRequired(true)
  ball!.setBaseColorTexture(document.createTexture('jpeg').setImage(await jpegOf(16, 16)).setMimeType('image/jpeg'))
  lamp!.setEmissiveTexture(document.createTexture('webp').setImage(await webpOf(16, 16)).setMimeType('image/webp'))
  assert.equal(floor!.getBaseColorTexture()!.getMimeType(), 'image/png')
  return new NodeIO()
    .registerExtensions([EXTTextureWebP, KHRDracoMeshCompression])
    .registerDependencies({ 'draco3d.encoder': await draco.createEncoderModule() })
    .writeBinary(document)
}

interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

describe('the program in one file, and as an executable', function () {
  this.timeout(120_000)
  let stage: Stage
  let made: string
  /** A folder with nothing in it but the program: no package beside it, no environment, no PATH. */
  let bare: string

  const render = (output: string): string[] => ['render', path.join(bare, 'scene.glb'), '--home', path.join(bare, 'home'), '--size', '48x27', '--samples', '2', '--frames', '1..2', '-o', output, '--video', 'film.webp', '--no-mdns', '--json']

  const run = async (command: readonly string[], args: readonly string[]): Promise<Ended> => new Promise((resolve) => {
    const [file, ...first] = command
    execFile(file!, [...first, ...args], { cwd: bare, env: {}, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })

  const filmHash = ({ stdout, stderr, status }: Ended): string => {
    assert.equal(status, 0, stderr)
    const events = stdout.trim().split('\n').map((line) => JSON.parse(line) as ProgramEvent)
    return events.find(({ event }) => event === 'done')!.filmHash!
  }

  before(async () => {
    stage = new Stage()
    made = stage.path('made')
    mkdirSync(made)
    writeFileSync(path.join(made, 'tilemesh.cjs'), await oneFileProgram(ROOT))
  })

  beforeEach(async () => {
    bare = mkdtempSync(path.join(tmpdir(), 'nothing but tilemesh '))
    writeFileSync(path.join(bare, 'scene.glb'), await sceneOfEverything())
  })

  afterEach(() => {
    rmSync(bare, { recursive: true, force: true })
  })

  after(async () => {
    await stage.close()
  })

  const behavesLikeTheProgram = (name: string, command: () => readonly string[]): void => {
    it(`${name} renders the same film as the program does, and its video`, async () => {
      const expected = await stage.run(render(path.join(bare, 'expected-####.png')))
      const got = filmHash(await run(command(), render('got-####.png')))
      assert.equal(got, expected.events.find(({ event }) => event === 'done')!.filmHash)
      const files = readdirSync(bare)
      assert.ok(files.includes('got-0002.png'), files.join())
      assert.equal(readWebpAnimation(readFileSync(path.join(bare, 'film.webp'))).frames.length, 2)
    })

    it(`${name} says its version, and one line when something is wrong`, async () => {
      assert.deepEqual(await run(command(), ['--version']), { status: 0, stdout: '0.1.0\n', stderr: '' })
      assert.deepEqual(await run(command(), ['render', 'none.glb']), { status: 3, stdout: '', stderr: 'tilemesh: there is no scene none.glb\n' })
    })

    it(`${name} starts itself as other peers`, async () => {
      const [file, ...first] = command()
      const demo = spawn(file!, [...first, 'demo', '--json'], { cwd: bare, env: {}, stdio: ['ignore', 'pipe', 'ignore'] })
      const ended = once(demo, 'close')
      for await (const line of createInterface(demo.stdout)) {
        if ((JSON.parse(line) as ProgramEvent).done > 0) {
          demo.kill('SIGINT')
        }
      }
      assert.deepEqual(await ended, [130, null])
    })
  }

  behavesLikeTheProgram('the one file', () => {
    copyFileSync(path.join(made, 'tilemesh.cjs'), path.join(bare, 'tilemesh.cjs'))
    return [process.execPath, path.join(bare, 'tilemesh.cjs')]
  })

  describe('as an executable', () => {
    const name = process.platform === 'win32' ? 'tilemesh.exe' : 'tilemesh'

    before(async () => {
      await makeExecutable({ program: path.join(made, 'tilemesh.cjs'), output: path.join(made, name), folder: made })
    })

    behavesLikeTheProgram('it', () => {
      copyFileSync(path.join(made, name), path.join(bare, name))
      return [path.join(bare, name)]
    })
  })
})
