import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveControl } from '../../../src/control/serve-control.ts'
import { controlSocketPath } from '../../../src/control/socket-path.ts'
import { MemoryLog } from '../../support/memory-log.ts'
import { FakePeer } from './fake-peer.ts'
import { TestContext } from './test-context.ts'
import type { ControlServer } from '../../../src/control/serve-control.ts'

/** What a command meets: a working folder with two scenes and a home of the user's own, and a fake peer, which runs in that home when a test says so. */
export class CommandBench {
  readonly folder: string
  readonly peer = new FakePeer()
  /** Of the first command; a test that runs another with its own output makes one more. */
  readonly context: TestContext
  #server: ControlServer | undefined

  private constructor (folder: string) {
    this.folder = folder
    this.context = new TestContext(this.peer, folder)
  }

  /** Lays out the folder: `home`, `shot.glb` and `broken.glb`. */
  static async lay (): Promise<CommandBench> {
    const folder = await mkdtemp(join(tmpdir(), 'tilemesh-command-'))
    await mkdir(join(folder, 'home'), { mode: 0o700 })
    await writeFile(join(folder, 'shot.glb'), 'glTF')
    await writeFile(join(folder, 'broken.glb'), 'glTF')
    return new CommandBench(folder)
  }

  /** From now on the peer runs in the home: commands find its control socket. */
  async runPeer (): Promise<void> {
    this.#server = await serveControl(this.peer, controlSocketPath(join(this.folder, 'home')), new MemoryLog())
  }

  /** The peer runs there no longer, if it did. */
  async stopPeer (): Promise<void> {
    await this.#server?.close()
    this.#server = undefined
  }

  /** Stops the peer and removes the folder. */
  async clear (): Promise<void> {
    await this.stopPeer()
    await rm(this.folder, { recursive: true })
  }
}
