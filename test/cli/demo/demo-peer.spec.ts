import assert from 'node:assert/strict'
import { DemoPeer } from '../../../src/cli/demo/demo-peer.ts'

/** A program that says `ready` like a peer, with the arguments it was given, and ends on SIGINT or when its parent is gone. */
const LIKE_A_PEER = `
process.on('SIGINT', () => process.exit(0))
process.on('disconnect', () => process.exit(0))
console.log(JSON.stringify({ event: 'ready', peer: process.argv.slice(1).join(' ') + ' ticket=' + process.env.TILEMESH_TICKET }))
setInterval(() => {}, 1000)
`
const FAILS = "console.log(JSON.stringify({ event: 'error', message: 'the home is in use' })); process.exit(5)"

describe('peer of the demo', () => {
  const ends: (() => Promise<void>)[] = []
  const running = (end: () => Promise<void>): void => {
    ends.push(end)
  }

  afterEach(async () => {
    await Promise.all(ends.splice(0).map(async (end) => end()))
  })

  it('is up when it says so, on the loopback only, with its home, name and threads', async () => {
    const peer = await DemoPeer.start({ program: [process.execPath, '-e', LIKE_A_PEER, '--'], name: 'BIRCH', home: '/tmp/birch', threads: 2, ticket: 'T' }, running)
    assert.equal(peer.peer, 'up --json --home /tmp/birch --name BIRCH --no-mdns --listen /ip4/127.0.0.1/tcp/0 --threads 2 ticket=T')
  })

  it('renders nothing with no threads', async () => {
    const peer = await DemoPeer.start({ program: [process.execPath, '-e', LIKE_A_PEER, '--'], name: 'ALDER', home: '/h', threads: 0, ticket: undefined }, running)
    assert.match(peer.peer, / --no-work ticket=$/)
  })

  it('is as loud as it is asked to be', async () => {
    const peer = await DemoPeer.start({ program: [process.execPath, '-e', LIKE_A_PEER, '--'], name: 'ALDER', home: '/h', threads: 0, ticket: undefined, logOptions: ['-vv', '--log-json'] }, running)
    assert.match(peer.peer, / -vv --log-json --no-work ticket=$/)
  })

  it('says why it did not come up', async () => {
    await assert.rejects(DemoPeer.start({ program: [process.execPath, '-e', FAILS, '--'], name: 'BIRCH', home: '/h', threads: 1, ticket: undefined }, running), {
      message: 'the demo\'s peer BIRCH did not come up: the home is in use'
    })
    await assert.rejects(DemoPeer.start({ program: ['/no/such/program'], name: 'BIRCH', home: '/h', threads: 1, ticket: undefined }, running), /did not come up: spawn/)
  })

  it('is killed without a word, and can be ended again', async () => {
    const peer = await DemoPeer.start({ program: [process.execPath, '-e', LIKE_A_PEER, '--'], name: 'BIRCH', home: '/h', threads: 1, ticket: undefined }, running)
    await peer.kill()
  })
})
