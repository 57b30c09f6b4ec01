import { mdns } from '@libp2p/mdns'
import type { Clock, Timer } from '../ports.ts'
import type { PeerDiscovery, Startable } from '@libp2p/interface'
import type { MulticastDNSComponents } from '@libp2p/mdns'

/** The library asks at start and then every ten seconds. Peers that start together may both ask before either listens, so it is asked again soon. */
const ASK_AGAIN_MS = [500, 1_500]

/** What is used of the library's service beyond its published type. */
interface QueryingService extends PeerDiscovery, Startable {
  readonly mdns?: { query (query: { readonly questions: readonly { readonly name: string, readonly type: 'PTR' }[] }): void }
}

/** Finds peers of the mesh on the local network by multicast DNS. */
export function localDiscovery (serviceTag: string, clock: Clock): (components: MulticastDNSComponents) => PeerDiscovery {
  return (components) => {
    const service = mdns({ serviceTag })(components) as QueryingService
    const start = service.start.bind(service)
    const stop = service.stop.bind(service)
    let timers: readonly Timer[] = []
    return Object.assign(service, {
      async start () {
        await start()
        timers = ASK_AGAIN_MS.map((delayMs) => clock.after(delayMs, () => {
          service.mdns?.query({ questions: [{ name: serviceTag, type: 'PTR' }] })
        }))
      },
      async stop () {
        for (const timer of timers) {
          timer.stop()
        }
        await stop()
      }
    })
  }
}
