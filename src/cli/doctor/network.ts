import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { ok, warn } from './check.ts'
import type { Socket } from 'node:dgram'
import type { NetworkInterfaceInfo } from 'node:os'
import type { Clock } from '../../ports.ts'
import type { Check } from './check.ts'

/** The group and port of multicast DNS (RFC 6762), by which peers of one network find one another. */
const MDNS_GROUP = '224.0.0.251'
const MDNS_PORT = 5353

/** A multicast packet to oneself that has not come by then does not come. */
const HEAR_MS = 500

const TICKETS_DO = 'peers of this network are not found by themselves; tickets and --bootstrap still work'

/** Addresses that a peer here would tell others. */
export function examineAddresses (interfaces: Readonly<Record<string, NetworkInterfaceInfo[] | undefined>> = networkInterfaces()): Check {
  const outside = Object.entries(interfaces).flatMap(([name, infos]) => (infos ?? []).filter(({ internal, address }) => !internal && !address.startsWith('fe80:')).map(({ address }) => ({ name, address })))
  return outside.length === 0
    ? warn('network', 'this machine is on no network; jobs run on it alone', 'connect it to the network of the others')
    : ok('network', outside.map(({ name, address }) => `${address} (${name})`).join(', '))
}

/** Whether a TCP port can be listened on, on all interfaces, as a peer does. The port is given back at once. */
export async function examineListening (): Promise<Check> {
  const refusal = await new Promise<string | undefined>((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (err) => {
      resolve(err.message)
    })
    server.listen({ port: 0, host: '0.0.0.0' }, () => {
      server.close(() => {
        resolve(undefined)
      })
    })
  })
  return refusal === undefined
    ? ok('listening', 'TCP ports can be listened on')
    : warn('listening', `no TCP port can be listened on: ${refusal}`, 'allow it in the sandbox or container this runs in; until then only this peer can dial others')
}

/**
 * Whether multicast DNS can work: its port can be shared, its group joined, and a packet to that group comes back. The packet goes to a
 * port that nobody listens on, so no peer takes it for a question.
 */
export async function examineMulticast (clock: Clock): Promise<Check> {
  try {
    await withSocket(MDNS_PORT, async () => {})
  } catch (err) {
    return warn('multicast', `the port of multicast DNS, UDP ${MDNS_PORT}, can not be shared: ${reason(err)}`, TICKETS_DO)
  }
  try {
    return await withSocket(0, async (socket) => hearOneself(socket, clock))
      ? ok('multicast', 'peers of this network can be found by multicast')
      : warn('multicast', 'a multicast packet did not come back: a firewall or the network swallows it', TICKETS_DO)
  } catch (err) {
    return warn('multicast', `multicast is refused: ${reason(err)}`, TICKETS_DO)
  }
}

/** Runs an action with a socket that is a member of the group. */
async function withSocket<Result> (port: number, action: (socket: Socket) => Promise<Result>): Promise<Result> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(port, () => {
        socket.off('error', reject)
        resolve()
      })
    })
    socket.on('error', () => {})
    socket.addMembership(MDNS_GROUP)
    return await action(socket)
  } finally {
    socket.close()
  }
}

async function hearOneself (socket: Socket, clock: Clock): Promise<boolean> {
  const word = `tilemesh doctor ${process.pid}`
  const heard = Promise.withResolvers<boolean>()
  const timer = clock.after(HEAR_MS, () => {
    heard.resolve(false)
  })
  socket.on('message', (message) => {
    if (String(message) === word) {
      heard.resolve(true)
    }
  })
  socket.setMulticastLoopback(true)
  socket.send(word, socket.address().port, MDNS_GROUP, (err) => {
    if (err !== null) {
      heard.reject(err)
    }
  })
  try {
    return await heard.promise
  } finally {
    timer.stop()
  }
}

function reason (err: unknown): string {
  return err instanceof Error ? err.message : String(err)
}
