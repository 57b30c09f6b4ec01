import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemCommands } from '../src/command-runner.ts'
import { MemoryLog } from './support/memory-log.ts'

describe('commands of this peer\'s user', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh command '))
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  async function untilThere<T> (look: () => Promise<T>): Promise<T> {
    for (let turn = 0; ; turn++) {
      try {
        return await look()
      } catch (error) {
        if (turn === 400) {
          throw error
        }
        await new Promise((resolve) => { setTimeout(resolve, 20) })
      }
    }
  }

  it('run in their folder, with their variables, as their shell understands them', async function () {
    if (process.platform === 'win32') {
      this.skip()
    }
    systemCommands(new MemoryLog()).run('printf "%s|%s" "$TILEMESH_STATE" "$TILEMESH_FILES" > part && mv part told', folder, { TILEMESH_STATE: 'finished', TILEMESH_FILES: '/a b.png\n/c.png' })
    assert.equal(await untilThere(async () => readFile(join(folder, 'told'), 'utf8')), 'finished|/a b.png\n/c.png')
  })

  it('that fail, or can not start at all, are named in the log and harm nobody', async () => {
    const log = new MemoryLog()
    const commands = systemCommands(log)
    commands.run('exit 3', folder, {})
    commands.run('echo', join(folder, 'missing'), {})
    await untilThere(async () => { assert.equal(log.lines.filter(({ level }) => level === 'warn').length, 2) })
    assert.match(JSON.stringify(log.lines), /it ended with 3/)
  })
})
