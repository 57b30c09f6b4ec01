import assert from 'node:assert/strict'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { Stage } from '../support/stage.ts'
import { writeSmallGltf } from '../support/small-scene.ts'
import type { ProgramEvent } from '../support/program.ts'

describe('a job file', function () {
  this.timeout(120_000)
  let stage: Stage

  beforeEach(() => {
    stage = new Stage()
  })

  afterEach(async () => {
    await stage.close()
  })

  async function render (home: string, ...words: readonly string[]): Promise<ProgramEvent> {
    const { status, events, stderr } = await stage.ask(home, 'render', ...words)
    assert.equal(status, 0, stderr)
    return events.find(({ event }) => event === 'done')!
  }

  it('gives the same film as its scene, alone and on the mesh, and is refused when it is damaged', async () => {
    const [scene, ...others] = await writeSmallGltf(stage.folder)
    const shape = ['--size', '100x70', '--samples', '64', '--set', 'bounces=4']
    const direct = await render('loner', scene!, ...shape, '--no-mdns')
    const { status, stderr } = await stage.run(['render', scene!, ...shape, '--home', stage.home('loner'), '--export', 'my shot.job'])
    assert.equal(status, 0, stderr)
    for (const name of [scene!, ...others]) {
      writeFileSync(stage.path(name), 'gone')
    }
    assert.equal((await render('another', 'my shot.job', '--no-mdns')).filmHash, direct.filmHash)
    assert.ok(readdirSync(stage.folder).includes('my shot.png'))

    await stage.mesh('A', 'B')
    const shared = await render('A', 'my shot.job', '--no-local', '-o', 'shared.png')
    assert.equal(shared.filmHash, direct.filmHash)
    assert.notEqual((await render('A', 'my shot.job', '--samples', '16', '-o', 'other.png')).filmHash, direct.filmHash)

    const bytes = readFileSync(stage.path('my shot.job'))
    bytes[bytes.byteLength - 100]! ^= 1
    writeFileSync(stage.path('bad.job'), bytes)
    const bad = await stage.run(['render', 'bad.job', '--home', stage.home('A')])
    assert.equal(bad.status, 3)
    assert.match(bad.stderr, /^tilemesh: bad\.job can not be rendered: it is damaged: [^\n]*\n$/)
  })
})
