/**
 * A peer with a timed engine in a process of its own, told what to do by the benchmark that forked it.
 */
import { createPeer } from '../../src/index.ts'
import { timedEngine } from './timed-engine.ts'
import type { DoneReport, PeerOrder, PeerReport } from './peers.ts'
import type { Peer } from '../../src/index.ts'

function report (message: PeerReport): void {
  process.send!(message)
}

async function obey (peer: Peer, order: PeerOrder): Promise<void> {
  switch (order.type) {
    case 'invite':
      report({ type: 'ticket', ticket: await peer.invite() })
      return
    case 'render': {
      const startMs = performance.now()
      const { job } = await peer.render(order.request)
      for await (const item of peer.follow(job, { preview: 'none' }, new AbortController().signal)) {
        if (item.type === 'event' && item.event.event === 'done') {
          const { executions, lapsed, byPeer, units } = item.event
          const done: DoneReport = { type: 'done', wallMs: performance.now() - startMs, executions, lapsed, units, peers: Object.keys(byPeer).length }
          report(done)
        }
      }
      return
    }
    case 'stop':
      await peer.stop('now')
      process.disconnect()
  }
}

const { home, msPerUnit, ticket, name } = JSON.parse(process.argv[2]!) as { home: string, msPerUnit: number, ticket?: string, name: string }
const peer = await createPeer({
  home,
  name,
  listen: ['/ip4/127.0.0.1/tcp/0'],
  mdns: 'off',
  threads: 1,
  registry: [timedEngine(msPerUnit)],
  ...(ticket === undefined ? {} : { ticket })
})
await peer.start()
report({ type: 'ready' })
process.on('message', (order: PeerOrder) => {
  obey(peer, order).catch((error: unknown) => { report({ type: 'failed', message: String(error) }) })
})
process.on('disconnect', () => { process.exit() })
const counting = setInterval(() => {
  peer.peers().then((peers) => { report({ type: 'members', count: peers.length }) }, () => {})
}, 200)
counting.unref()
