import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakePeer } from '../cli/support/fake-peer.ts'
import { TestContext } from '../cli/support/test-context.ts'
import { until } from '../contracts/peer-api.ts'
import type { PeerInit } from '../../src/api.ts'

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'bootstrap')

describe('bootstrap folder', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh-bootstrap-'))
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  /** How the peer is made by a command line that must be accepted. */
  async function initOf (words: readonly string[]): Promise<PeerInit> {
    const peer = new FakePeer()
    const context = new TestContext(peer, folder)
    const home = words.indexOf('--home')
    // The real home is not ours to write in; that --home is understood shows all the same.
    const ended = context.runWords(words.with(home === -1 ? 0 : home + 1, home === -1 ? words[0]! : folder))
    await Promise.race([until(() => peer.following === 1), ended])
    context.interrupt('interrupt')
    assert.equal(await ended, 0, context.stderr.text)
    return context.inits[0]!
  }

  it('has a unit file whose command is accepted, and ends on the signal it sends', async () => {
    const unit = await readFile(join(FOLDER, 'tilemesh-bootstrap.service'), 'utf8')
    const [program, ...words] = /^ExecStart=\/usr\/bin\/env (.*)$/m.exec(unit)![1]!.split(' ')
    assert.equal(program, 'tilemesh')
    const { role, listen, mdns } = await initOf(words)
    assert.deepEqual({ role, listen, mdns }, { role: 'bootstrap', listen: ['/ip4/0.0.0.0/tcp/4001', '/ip6/::/tcp/4001'], mdns: 'off' })
    assert.match(unit, /^KillSignal=SIGINT$/m)
    assert.match(unit, /^RestartPreventExitStatus=2 5$/m)
    assert.doesNotMatch(unit, /^MemoryDenyWriteExecute=yes/m)
  })

  it('has a unit file that systemd understands', async function () {
    const verify = spawnSync('systemd-analyze', ['verify', '--man=no', join(FOLDER, 'tilemesh-bootstrap.service')], { encoding: 'utf8' })
    if (verify.error !== undefined) {
      this.skip()
    }
    assert.doesNotMatch(verify.stderr, /tilemesh-bootstrap\.service/)
  })

  it('has a container file whose commands are accepted', async () => {
    const file = await readFile(join(FOLDER, 'Containerfile'), 'utf8')
    const [program, ...words] = JSON.parse(/^CMD (\[.*\])$/m.exec(file)![1]!) as string[]
    assert.equal(program, 'tilemesh')
    assert.equal((await initOf(words)).role, 'bootstrap')
    const [, ...check] = JSON.parse(/^HEALTHCHECK .*CMD (\[.*\])$/m.exec(file)![1]!) as string[]
    const context = new TestContext(new FakePeer(), folder)
    assert.equal(await context.runWords(check), 2)
    assert.match(context.stderr.text, /No peer runs in this home/)
    assert.match(file, /^USER node$/m)
    assert.match(file, /^STOPSIGNAL SIGINT$/m)
  })
})
