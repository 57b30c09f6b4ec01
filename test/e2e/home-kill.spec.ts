import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { openHome } from '../../src/store/home.ts'
import { withFolder } from '../store/support/temporary-home.ts'
import type { ChildProcess } from 'node:child_process'

const HOLDER = path.join(import.meta.dirname, 'support', 'home-holder.js')

interface Holder {
  readonly process: ChildProcess
  /** `held`, or the refusal. */
  readonly word: string
  kill (): Promise<void>
}

async function holder (home: string): Promise<Holder> {
  const child = spawn(process.execPath, [HOLDER, home], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = new Promise<void>((resolve) => { child.once('close', () => resolve()) })
  const word = await new Promise<string>((resolve) => { child.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString().trim())) })
  return {
    process: child,
    word,
    async kill () {
      child.kill('SIGKILL')
      await closed
    }
  }
}

describe('the lock of a home', function () {
  this.timeout(60_000)

  it('is free again the moment its holder is killed', async () => {
    await withFolder(async (folder) => {
      for (let round = 0; round < 5; round++) {
        const first = await holder(folder)
        assert.equal(first.word, 'held')
        await assert.rejects(openHome(folder), { name: 'HomeError', message: new RegExp(`in use by another tilemesh \\(pid ${first.process.pid}\\)`) })
        await first.kill()
        await (await openHome(folder)).close()
      }
      assert.deepEqual(await readdir(path.join(folder, 'run')), [], 'sockets of the dead were left behind')
    })
  })

  it('is held by a process that is stopped', async function () {
    if (process.platform === 'win32') {
      this.skip()
    }
    await withFolder(async (folder) => {
      const first = await holder(folder)
      first.process.kill('SIGSTOP')
      try {
        await assert.rejects(openHome(folder), { name: 'HomeError', message: new RegExp(`pid ${first.process.pid}`) })
      } finally {
        await first.kill()
      }
    })
  })

  it('goes to exactly one of several processes that start together over the rests of a killed one', async () => {
    await withFolder(async (folder) => {
      await (await holder(folder)).kill()
      const holders = await Promise.all(Array.from({ length: 6 }, async () => holder(folder)))
      const words = holders.map(({ word }) => word)
      await Promise.all(holders.map(async (one) => one.kill()))
      assert.equal(words.filter((word) => word === 'held').length, 1, words.join('\n'))
      assert.ok(words.every((word) => word === 'held' || /in use/.test(word)))
    })
  })
})
