import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { createPeer } from '../src/index.ts'
import { HomeSettings, changeSettingOf, settingsOf } from '../src/settings.ts'
import { settingsFile } from '../src/store/settings-file.ts'
import { FakeClock } from './support/fake-clock.ts'
import { FakeEngine } from './support/fake-engine.ts'
import type { Peer, PeerInit, SettingState } from '../src/api.ts'

describe('the settings of a home', () => {
  let home: string
  let peer: Peer | undefined

  beforeEach(async () => {
    home = path.join(await mkdtemp(path.join(tmpdir(), 'tilemesh settings ')), 'home')
  })

  afterEach(async () => {
    await peer?.stop('now')
    peer = undefined
    await rm(path.dirname(home), { recursive: true, force: true })
  })

  async function makePeer (init: Partial<PeerInit> = {}): Promise<Peer> {
    peer = await createPeer({ home, mdns: 'off', listen: ['/ip4/127.0.0.1/tcp/0'], registry: [new FakeEngine(new FakeClock())], ...init })
    return peer
  }

  async function restart (init: Partial<PeerInit> = {}): Promise<Peer> {
    await peer?.stop('now')
    return makePeer(init)
  }

  function named (states: readonly SettingState[], key: string): SettingState {
    return states.find((state) => state.key === key)!
  }

  it('are changed where no peer runs, and hold for the next one', async () => {
    assert.deepEqual(named(await settingsOf(home), 'threads'), { key: 'threads', value: 'all', set: false, default: 'all', form: '1 to 1024, or all', meaning: 'render threads', option: null })
    assert.equal((await changeSettingOf(home, 'threads', ' 3 ')).value, '3')
    await changeSettingOf(home, 'name', 'attic')
    await makePeer()
    const { threads, name } = await peer!.status()
    assert.deepEqual([threads, name], [3, 'attic'])
  })

  it('make no home when they are only looked at, or refused', async () => {
    await settingsOf(home)
    await assert.rejects(changeSettingOf(home, 'threads', '0'), { name: 'UsageError' })
    await assert.rejects(changeSettingOf(home, 'thread', null), { name: 'UsageError' })
    await assert.rejects(readFile(path.join(home, 'settings.conf')), { code: 'ENOENT' })
    await assert.rejects(readFile(home), { code: 'ENOENT' })
  })

  it('are not changed behind the back of a peer that runs', async () => {
    await makePeer()
    await assert.rejects(changeSettingOf(home, 'threads', '3'), { name: 'HomeError', message: /in use/ })
  })

  it('change what the running peer does at once, and its next life', async () => {
    await makePeer()
    await peer!.changeSetting('threads', '5')
    await peer!.changeSetting('name', 'cellar')
    assert.deepEqual(await peer!.status().then(({ threads, name }) => [threads, name]), [5, 'cellar'])
    assert.equal((await peer!.peers())[0]!.name, 'cellar')
    await restart()
    assert.deepEqual(await peer!.status().then(({ threads, name }) => [threads, name]), [5, 'cellar'])
    await peer!.changeSetting('threads', null)
    await peer!.changeSetting('name', null)
    assert.deepEqual(await peer!.status().then(({ threads, name }) => [threads, name]), [availableParallelism(), hostname()])
    assert.ok((await peer!.settings()).every(({ set }) => !set))
  })

  it('give way to the options of the peer\'s own command', async () => {
    await makePeer({ threads: 2, name: 'shed' })
    const changed = await peer!.changeSetting('threads', '7')
    assert.deepEqual([changed.value, changed.set, changed.option], ['7', true, '2'])
    assert.equal((await peer!.status()).threads, 2)
    await restart({ name: 'shed' })
    assert.deepEqual(await peer!.status().then(({ threads, name }) => [threads, name]), [7, 'shed'])
  })

  it('say how much is kept of scenes, at once and in the next life', async () => {
    await makePeer()
    assert.equal((await peer!.cache()).quotaBytes, 20 * 2 ** 30)
    await peer!.changeSetting('cache', '100MB')
    assert.equal((await peer!.cache()).quotaBytes, 1e8)
    await restart()
    assert.equal((await peer!.cache()).quotaBytes, 1e8)
    await peer!.changeSetting('cache', null)
    assert.equal((await peer!.cache()).quotaBytes, 20 * 2 ** 30)
    await restart({ cacheBytes: 2 ** 30 })
    assert.equal((await peer!.cache()).quotaBytes, 2 ** 30)
  })

  it('let a peer rest, at once and in the next life', async () => {
    await makePeer()
    const tomorrow = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'][new Date().getDay()]!
    await peer!.changeSetting('work-hours', `${tomorrow} 12-13`)
    // Hours hold from the start of a peer on.
    await peer!.start()
    assert.match((await peer!.status()).resting!, /^resting until (\w{3} )?12:00$/)
    await peer!.changeSetting('work-hours', 'always')
    assert.equal((await peer!.status()).resting, null)
  })

  it('take an option of the command that means no limit for one, too', async () => {
    await makePeer({ maxUpBytesPerSecond: Infinity, maxDownBytesPerSecond: 2e6 })
    await peer!.changeSetting('max-up', '5MB/s')
    assert.deepEqual((await peer!.settings()).filter(({ option }) => option !== null).map(({ key, value, option }) => [key, value, option]), [['max-up', '5MB/s', 'off'], ['max-down', 'off', '2MB/s']])
  })

  it('are kept for a peer that renders nothing too', async () => {
    await makePeer({ work: 'off' })
    await peer!.changeSetting('threads', '4')
    assert.equal((await peer!.status()).threads, 0)
    assert.equal(named(await peer!.settings(), 'threads').value, '4')
  })

  it('refuse a peer when the file is damaged, and leave the file alone', async () => {
    await makePeer()
    await writeFile(settingsFile(home), 'threads = 0\n')
    await assert.rejects(peer!.changeSetting('name', 'attic'), { name: 'HomeError', message: /^Line 1 of the settings file/ })
    await assert.rejects(restart(), { name: 'HomeError', exitStatus: 5, message: /^Line 1 of the settings file/ })
    assert.equal(await readFile(settingsFile(home), 'utf8'), 'threads = 0\n')
  })

  it('are all kept when they are changed at once', async () => {
    await makePeer()
    await Promise.all([peer!.changeSetting('threads', '2'), peer!.changeSetting('name', 'attic'), peer!.changeSetting('threads', '3')])
    assert.deepEqual(await settingsOf(home).then((states) => [named(states, 'name').value, named(states, 'threads').value]), ['attic', '3'])
  })

  it('of an editor are taken over with the next change, other lines as they are there', async () => {
    await makePeer()
    const settings = await HomeSettings.read({ dir: home })
    await writeFile(settingsFile(home), 'threads = 6\n')
    await settings.change('name', 'attic')
    assert.deepEqual([settings.value('threads'), settings.value('name')], [6, 'attic'])
  })
})
