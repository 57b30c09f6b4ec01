import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { openHome } from '../../src/store/home.ts'
import { LOCK_ANSWER_MS } from '../../src/store/limits.ts'
import { isWindows } from '../../src/platform/system.ts'
import { withFolder } from './support/temporary-home.ts'
import type { Server, Socket } from 'node:net'

const SMALLEST = 'lock-0-00000000.sock'
const GREATEST = 'lock-9999999999-ffffffff.sock'

/** Another starter, whose every word the test says. */
class Rival {
  readonly #server: Server
  readonly #callers: Socket[] = []

  private constructor (word: string) {
    this.#server = createServer((socket) => {
      this.#callers.push(socket)
      socket.on('error', () => {})
      socket.resume()
      socket.write(word)
    })
  }

  static async listen (home: string, name: string): Promise<Rival> {
    const rival = new Rival('candidate\n')
    await mkdir(path.join(home, 'run'), { recursive: true })
    rival.#server.listen(path.join(home, 'run', name))
    await once(rival.#server, 'listening')
    return rival
  }

  /** Resolves when somebody has asked. */
  async asked (): Promise<void> {
    if (this.#callers.length === 0) {
      await once(this.#server, 'connection')
    }
  }

  win (): void {
    this.#callers.forEach((socket) => socket.write('holder\n'))
  }

  async withdraw (): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#callers.forEach((socket) => socket.destroy())
    await closed
  }
}

async function socketsIn (home: string): Promise<string[]> {
  return (await readdir(path.join(home, 'run'))).filter((name) => name !== SMALLEST && name !== GREATEST)
}

describe('the lock of a home, between starters', function () {
  before(function () {
    if (isWindows()) {
      this.skip()
    }
  })

  for (const [name, place] of [[SMALLEST, 'before'], [GREATEST, 'behind']] as const) {
    it(`waits for a rival ${place} it, and leaves the home to it when it wins`, async () => {
      await withFolder(async (folder) => {
        const rival = await Rival.listen(folder, name)
        const opening = openHome(folder)
        await rival.asked()
        rival.win()
        await assert.rejects(opening, { name: 'HomeError', message: /in use/ })
        assert.deepEqual(await socketsIn(folder), [])
        await rival.withdraw()
      })
    })

    it(`takes the home when a rival ${place} it withdraws`, async () => {
      await withFolder(async (folder) => {
        const rival = await Rival.listen(folder, name)
        const opening = openHome(folder)
        await rival.asked()
        await rival.withdraw()
        const home = await opening
        assert.equal((await socketsIn(folder)).length, 1)
        await home.close()
      })
    })
  }

  it('withdraws from a rival before it, so that two never wait for each other', async () => {
    await withFolder(async (folder) => {
      const rival = await Rival.listen(folder, SMALLEST)
      const opening = openHome(folder)
      await rival.asked()
      const askedMs = performance.now()
      while ((await socketsIn(folder)).length > 0) {
        await new Promise((resolve) => { setImmediate(resolve) })
      }
      assert.ok(performance.now() - askedMs < LOCK_ANSWER_MS / 2, 'it gave up instead of withdrawing')
      rival.win()
      await assert.rejects(opening, { name: 'HomeError' })
      await rival.withdraw()
    })
  })

  it('takes a file that only looks like a lock for the rest of a dead one', async () => {
    await withFolder(async (folder) => {
      await mkdir(path.join(folder, 'run'))
      await writeFile(path.join(folder, 'run', GREATEST), '')
      const home = await openHome(folder)
      assert.equal((await readdir(path.join(folder, 'run'))).length, 1)
      await home.close()
    })
  })
})
