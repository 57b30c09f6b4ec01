import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HOME_FILES } from '../../src/cli/reference/tables.ts'
import { serveControl } from '../../src/control/serve-control.ts'
import { controlSocketPath } from '../../src/control/socket-path.ts'
import { createPeer } from '../../src/index.ts'
import { writeSmallGlb } from '../support/small-scene.ts'

/** What a home has only after more than one job of one's own: signed records come from other peers. */
const FROM_OTHERS = ['records']

const silent = { debug (): void {}, info (): void {}, warn (): void {}, error (): void {} }

describe('the files of a home', () => {
  it('are those that the reference describes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tilemesh-files-'))
    const home = join(folder, 'home')
    try {
      const peer = await createPeer({ home, mdns: 'off', listen: ['/ip4/127.0.0.1/tcp/0'] })
      await peer.start()
      const control = await serveControl(peer, controlSocketPath(home), silent)
      await peer.changeSetting('threads', '1')
      const { job } = await peer.render({ scene: await writeSmallGlb(folder), output: join(folder, 'out.png'), size: { width: 32, height: 32 }, samples: 1 })
      for await (const item of peer.follow(job, { preview: 'none' }, new AbortController().signal)) {
        assert.ok(item.type === 'event')
      }
      const running = await readdir(home)
      await control.close()
      await peer.stop('politely')
      const kept = new Set([...running, ...await readdir(home)])
      assert.deepEqual([...kept].filter((name) => HOME_FILES[name] === undefined), [], 'describe it in src/cli/reference/tables.ts')
      assert.deepEqual(Object.keys(HOME_FILES).filter((name) => !kept.has(name) && !FROM_OTHERS.includes(name)), [])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
