/** The other process of the delivery benchmark: a worker whose engine takes no time, and the sender of the raw stream. */
import { createPeer } from '../../src/index.ts'
import { instantEngine } from './instant-engine.ts'
import { rawNode, sendRaw } from './raw-stream.ts'

/** What the worker is told. */
export type WorkerOrder =
  | { readonly type: 'send', readonly address: string, readonly bytes: number }
  | { readonly type: 'memory' }

/** Memory of a process, bytes. */
export interface MemoryReport {
  readonly rss: number
  readonly arrayBuffers: number
}

const { home, ticket } = JSON.parse(process.argv[2]!) as { home: string, ticket: string }
const peer = await createPeer({
  home, ticket, name: 'worker', listen: ['/ip4/127.0.0.1/tcp/0'], mdns: 'off', threads: 1, registry: [instantEngine()]
})
await peer.start()
const raw = await rawNode()
process.on('disconnect', () => { process.exit() })
process.on('message', (order: WorkerOrder) => {
  if (order.type === 'send') {
    sendRaw(raw, order.address, order.bytes).catch((error: unknown) => { process.stderr.write(`${String(error)}\n`) })
  } else {
    const { rss, arrayBuffers } = process.memoryUsage()
    process.send!({ rss, arrayBuffers } satisfies MemoryReport)
  }
})
process.send!('ready')
