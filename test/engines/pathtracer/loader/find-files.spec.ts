import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findSceneFiles } from '../../../../src/engines/pathtracer/loader/find-files.ts'
import { SceneError } from '../../../../src/errors.ts'
import { glbOf, squareGlb } from './build-gltf.ts'

describe('findSceneFiles', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh-find-'))
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  /** The first bytes of a PNG: what finding looks at. */
  const PICTURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

  async function write (path: string, content: Uint8Array | string = PICTURE): Promise<string> {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
    return file
  }

  const gltf = (images: readonly string[], buffers: readonly string[] = []): string => JSON.stringify({
    asset: { version: '2.0' },
    images: images.map((uri) => ({ uri })),
    buffers: buffers.map((uri) => ({ uri, byteLength: 1 }))
  })

  it('finds a GLB alone', async () => {
    const scene = await write('a/scene.glb', squareGlb())
    assert.deepEqual(await findSceneFiles(scene), [{ file: scene, path: 'scene.glb' }])
  })

  it('finds buffers and images beside and below the scene, once each, and leaves data URIs alone', async () => {
    const scene = await write('scene.gltf', gltf(['t/wood%20grain.png', './t/wood grain.png', 'data:image/png;base64,AA=='], ['scene.bin']))
    const wood = await write('t/wood grain.png')
    const bin = await write('scene.bin')
    assert.deepEqual(await findSceneFiles(scene), [
      { file: scene, path: 'scene.gltf' },
      { file: bin, path: 'scene.bin' },
      { file: wood, path: 't/wood grain.png' }
    ])
  })

  it('finds images outside a GLB', async () => {
    const scene = await write('scene.glb', glbOf({ asset: { version: '2.0' }, images: [{ uri: 'a.png' }] }))
    const image = await write('a.png')
    assert.deepEqual((await findSceneFiles(scene))[1], { file: image, path: 'a.png' })
  })

  it('takes the deepest common folder as the root when files lie beside the folder of the scene', async () => {
    const scene = await write('project/shots/one/scene.gltf', gltf(['../../textures/a.png', '../b.png', 'c.png', '../one/c.png']))
    for (const path of ['project/textures/a.png', 'project/shots/b.png', 'project/shots/one/c.png']) {
      await write(path)
    }
    const found = await findSceneFiles(scene)
    assert.deepEqual(found.map(({ path }) => path), ['shots/one/scene.gltf', 'textures/a.png', 'shots/b.png', 'shots/one/c.png'])
    for (const { file, path } of found) {
      assert.equal(file, join(folder, 'project', path))
    }
  })

  it('names all missing files at once', async () => {
    const scene = await write('scene.gltf', gltf(['a.png', 'there.png', '../outside.png'], ['scene.bin']))
    await write('there.png')
    const missing = ['scene.bin', 'a.png', '../outside.png'].map((path) => join(folder, path))
    await assert.rejects(findSceneFiles(scene), (error) => {
      assert.ok(error instanceof SceneError)
      assert.deepEqual(error.missing, missing)
      assert.ok(missing.every((file) => error.message.includes(file)))
      return true
    })
  })

  it('names a scene that is not there, or is a folder', async () => {
    await assert.rejects(findSceneFiles(join(folder, 'none.glb')), { name: 'SceneError', missing: [join(folder, 'none.glb')] })
    await assert.rejects(findSceneFiles(folder), { name: 'SceneError', message: /not a file/ })
  })

  it('refuses references that are no relative paths', async () => {
    for (const uri of ['http://example.org/a.png', '/etc/passwd', 'C:\\a.png', '../'.repeat(60) + 'a.png']) {
      await assert.rejects(findSceneFiles(await write('scene.gltf', gltf([uri]))), { name: 'SceneError' })
    }
  })

  describe('takes nothing along that is no part of a scene:', () => {
    const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\n'

    async function refused (images: readonly string[], buffers: readonly string[], says: RegExp): Promise<void> {
      const scene = await write('home/models/scene.gltf', gltf(images, buffers))
      await assert.rejects(findSceneFiles(scene), (error) => {
        assert.ok(error instanceof SceneError)
        assert.match(error.message, /not sent to other peers/)
        assert.match(error.message, says)
        assert.doesNotMatch(error.message, /\n/)
        return true
      })
    }

    beforeEach(async () => {
      await write('home/.ssh/id_rsa', KEY)
      await write('home/.ssh/key.bin', KEY)
      await write('home/models/id_rsa', KEY)
      await write('home/models/.env.bin', KEY)
    })

    it('a key as a buffer', async () => {
      await refused([], ['../.ssh/id_rsa'], /^buffer 0 names "\.\.\/\.ssh\/id_rsa".*hidden/)
    })

    it('a key as a picture', async () => {
      await refused(['../.ssh/id_rsa'], [], /^image 0 .*hidden/)
    })

    it('anything hidden, whatever its name ends in, percent-encoded or not', async () => {
      await refused([], ['../.ssh/key.bin'], /hidden/)
      await refused([], ['..%2F%2essh/key.bin'], /hidden/)
      await refused([], ['.env.bin'], /hidden/)
    })

    it('a buffer of another extension, also beside the scene', async () => {
      await refused([], ['id_rsa'], /\.bin/)
      await refused([], ['../models/id_rsa'], /\.bin/)
    })

    it('a picture that is none, whatever its name ends in', async () => {
      await write('home/models/wood.png', KEY)
      await write('home/models/empty.png', '')
      await refused(['id_rsa'], [], /not a picture/)
      await refused(['wood.png'], [], /not a picture/)
      await refused(['empty.png'], [], /not a picture/)
    })

    it('links to such files', async function () {
      try {
        await symlink(join(folder, 'home/.ssh/id_rsa'), join(folder, 'home/models/link.bin'))
        await symlink(join(folder, 'home/.ssh/id_rsa'), join(folder, 'home/models/link.png'))
      } catch {
        this.skip()
      }
      await refused([], ['link.bin'], /\.bin/)
      await refused(['link.png'], [], /not a picture/)
    })

    it('one file as a picture and as a buffer', async () => {
      await write('home/models/both.png')
      await refused(['both.png'], ['both.png'], /buffer 0/)
    })
  })

  it('refuses files that are cut short, whatever is left of them', async () => {
    const glb = squareGlb()
    for (const length of [0, 3, 4, 11, 12, 19, 20, 100, glb.length - 1]) {
      await assert.rejects(findSceneFiles(await write('scene.glb', glb.subarray(0, length))), { name: 'SceneError', message: /cut short|empty|neither/ })
    }
  })
})
