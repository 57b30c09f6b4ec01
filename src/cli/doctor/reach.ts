import { BlockList, connect, isIP } from 'node:net'
import { count } from '../format.ts'
import { ok, warn } from './check.ts'
import type { PeerApi, PeerSummary } from '../../api.ts'
import type { Clock } from '../../ports.ts'
import type { Check } from './check.ts'

/** Whoever has not taken a connection by then is not there, or too far away to render with. */
const DIAL_MS = 3_000

/** Addresses that are tried, the most recent first: a mesh file remembers more than a look needs. */
const MAX_DIALS = 16

/** Members named in one line. */
const MAX_NAMED = 6

/** A place to connect to, by TCP. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** Tries a connection and gives it up at once: undefined when it was taken, else why not. */
export type Dial = (endpoint: Endpoint) => Promise<string | undefined>

/** Where a multiaddr leads by plain TCP; undefined for one that goes through another peer or another transport. */
export function endpointOf (multiaddr: string): Endpoint | undefined {
  const match = /^\/(?:ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d{1,5})(?:\/p2p\/[^/]+)?$/.exec(multiaddr)
  return match === null ? undefined : { host: match[1]!, port: Number(match[2]) }
}

/** Connects by TCP; says in a word what happened when nobody takes the connection. */
export function tcpDial (clock: Clock): Dial {
  return ({ host, port }) => new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (why: string | undefined): void => {
      timer.stop()
      socket.destroy()
      resolve(why)
    }
    const timer = clock.after(DIAL_MS, () => {
      end('no answer')
    })
    socket.once('connect', () => {
      end(undefined)
    })
    socket.on('error', (err: NodeJS.ErrnoException) => {
      end(DIAL_WORDS[err.code ?? ''] ?? err.message)
    })
  })
}

const DIAL_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  EHOSTUNREACH: 'no way there',
  ENETUNREACH: 'no network there',
  ENOTFOUND: 'no such name',
  EACCES: 'forbidden by a firewall here',
  EPERM: 'forbidden by a firewall here'
}

/** Whether the members this home has met are where they were. Proves that connections to the outside work, as soon as one answers. */
export async function examineKnownPeers (addresses: readonly string[], dial: Dial): Promise<Check | undefined> {
  const known = endpointsOf(addresses)
  if (known.length === 0) {
    return undefined
  }
  const outcomes = await Promise.all(known.map(async (endpoint) => ({ endpoint, why: await dial(endpoint) })))
  const answered = outcomes.filter(({ why }) => why === undefined)
  if (answered.length > 0) {
    return ok('known peers', `${answered.length} of ${count(known.length, 'place')} where members were met answer${answered.length === 1 ? 's' : ''}`)
  }
  const reasons = outcomes.slice(0, 3).map(({ endpoint, why }) => `${placeWords(endpoint)}: ${why}`).join('; ')
  return warn('known peers', `none of ${count(known.length, 'place')} where members were met answers (${reasons})`, 'start a peer there, or join again with a fresh ticket: tilemesh up TICKET')
}

/** How the running peer and the other members reach one another. */
export async function examineReach (api: PeerApi, dial: Dial): Promise<readonly Check[]> {
  const [status, peers] = await Promise.all([api.status(), api.peers()])
  return [memberCheck(peers.filter(({ self }) => !self)), await reachCheck(status.addresses, dial)]
}

function memberCheck (others: readonly PeerSummary[]): Check {
  if (others.length === 0) {
    return warn('members', 'no other member is connected', 'start tilemesh up on another machine of this mesh; a ticket for a new one: tilemesh mesh invite')
  }
  const named = others.slice(0, MAX_NAMED).map(({ name, reach }) => `${name} ${reach}`).join(', ')
  return ok('members', `${count(others.length, 'member')} connected: ${named}${others.length > MAX_NAMED ? ` and ${others.length - MAX_NAMED} more` : ''}`)
}

/** Whether others can dial this peer: at which addresses, from how far, and that something listens there. */
async function reachCheck (addresses: readonly string[], dial: Dial): Promise<Check> {
  const own = endpointsOf(addresses).filter(({ host }) => isIP(host) === 0 || !LOOPBACK.check(host, family(host)))
  if (own.length === 0) {
    return warn('reachable', 'not from other machines: this peer listens on none of their networks', 'connect this machine to a network, or leave out --listen')
  }
  const outcomes = await Promise.all(own.map(dial))
  const open = own.filter((_, index) => outcomes[index] === undefined)
  if (open.length === 0) {
    return warn('reachable', `unreachable: ${placeWords(own[0]!)}: ${outcomes[0]}, tried from this machine itself`, 'let tilemesh through the firewall of this machine')
  }
  const fromOutside = open.find(({ host }) => isIP(host) === 0 || !PRIVATE.check(host, family(host)))
  return ok('reachable', fromOutside !== undefined
    ? `direct, also from outside unless a firewall is between: ${placeWords(fromOutside)}`
    : `direct on this network: ${placeWords(open[0]!)}; from outside only if a router forwards that port, or others meet it at a bootstrap peer`)
}

function endpointsOf (addresses: readonly string[]): Endpoint[] {
  const byPlace = new Map(addresses.map(endpointOf).filter((endpoint) => endpoint !== undefined).map((endpoint) => [placeWords(endpoint), endpoint]))
  return Array.from(byPlace.values()).slice(0, MAX_DIALS)
}

function placeWords ({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function family (host: string): 'ipv4' | 'ipv6' {
  return isIP(host) === 6 ? 'ipv6' : 'ipv4'
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/** Networks that are not routed from outside: RFC 1918, RFC 3927, RFC 6598, RFC 4193, and link-local IPv6. */
const PRIVATE = new BlockList()
for (const [network, prefix] of [['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['169.254.0.0', 16], ['100.64.0.0', 10]] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4')
}
for (const [network, prefix] of [['fc00::', 7], ['fe80::', 10]] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv6')
}
