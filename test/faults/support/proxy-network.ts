import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { ProxyPath } from './proxy-path.ts'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { FaultNetwork, Placing } from './fault-network.ts'
import type { PathShape } from './proxy-path.ts'

const DIAL_THROUGH = new URL('./dial-through.js', import.meta.url).href

const PORT = 4001

let networks = 0

interface Dial {
  readonly from: string
  readonly host: string
  readonly port: number
}

/**
 * Every place is a loopback address of its own, and all that peers dial goes through a proxy in this process. It needs no rights, but addresses such
 * as 127.77.1.2, which Linux has; on others they must be given to the loopback interface first. Where a network would be silent, a dial is still
 * answered by the proxy, and then nothing comes.
 */
export class ProxyNetwork implements FaultNetwork {
  readonly kind = 'loopback proxies'
  readonly #server: Server
  readonly #prefix = `127.${64 + process.pid % 128}.${++networks % 256}`
  readonly #places = new Map<string, number>()
  readonly #paths = new Map<string, ProxyPath>()
  readonly #sockets = new Set<Socket>()
  #groups = new Map<string, number>()
  readonly #cut = new Set<string>()

  private constructor () {
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => { this.#admit(socket) })
  }

  static async open (): Promise<ProxyNetwork> {
    const network = new ProxyNetwork()
    network.#server.listen(0, '127.0.0.1')
    await once(network.#server, 'listening')
    return network
  }

  place (name: string): Placing {
    if (!this.#places.has(name)) {
      this.#places.set(name, this.#places.size + 1)
    }
    const { port } = this.#server.address() as AddressInfo
    return {
      listen: `/ip4/${this.#addressOf(name)}/tcp/${PORT}`,
      init: { nodeOptions: ['--import', DIAL_THROUGH], env: { TILEMESH_TEST_PROXY: `${port} ${name}` } }
    }
  }

  split (...groups: readonly (readonly string[])[]): void {
    this.#groups = new Map(groups.flatMap((group, index) => group.map((name) => [name, index + 1])))
    this.#arrange()
  }

  cut (place: string): void {
    this.#cut.add(place)
    this.#arrange()
  }

  silence (from: string, to: string): void {
    this.#pathOf(from, to).state = 'stalled'
  }

  heal (): void {
    this.#groups.clear()
    this.#cut.clear()
    this.#arrange()
  }

  /** Gives the ways between two places a shape, both of them. */
  shape (one: string, other: string, shape: Partial<PathShape>): void {
    for (const path of [this.#pathOf(one, other), this.#pathOf(other, one)]) {
      path.shape = { ...path.shape, ...shape }
    }
  }

  /** Ends all connections between two places with a reset. */
  reset (one: string, other: string): void {
    this.#pathOf(one, other).reset()
    this.#pathOf(other, one).reset()
  }

  async close (): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy()
    }
    this.#server.close()
    await once(this.#server, 'close')
  }

  #addressOf (name: string): string {
    return `${this.#prefix}.${this.#places.get(name)!}`
  }

  #pathOf (from: string, to: string): ProxyPath {
    const key = `${from} ${to}`
    const known = this.#paths.get(key)
    if (known !== undefined) {
      return known
    }
    const path = new ProxyPath()
    this.#paths.set(key, path)
    path.state = this.#isOpen(from, to) ? 'open' : 'stalled'
    return path
  }

  #isOpen (from: string, to: string): boolean {
    return !this.#cut.has(from) && !this.#cut.has(to) && this.#groups.get(from) === this.#groups.get(to)
  }

  #arrange (): void {
    for (const [key, path] of this.#paths) {
      const [from, to] = key.split(' ') as [string, string]
      path.state = this.#isOpen(from, to) ? 'open' : 'stalled'
    }
  }

  #keep (socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {}) // a peer that died; 'close' follows
    socket.once('close', () => { this.#sockets.delete(socket) })
  }

  /** Reads the line that says who dials whom, and connects them. */
  #admit (socket: Socket): void {
    this.#keep(socket)
    let head = Buffer.alloc(0)
    const read = (bytes: Buffer): void => {
      head = Buffer.concat([head, bytes])
      const end = head.indexOf('\n')
      if (end >= 0) {
        socket.off('data', read)
        socket.pause()
        this.#join(socket, JSON.parse(head.toString('utf8', 0, end)) as Dial, head.subarray(end + 1))
      }
    }
    socket.on('data', read)
    socket.resume()
  }

  #join (dialler: Socket, { from, host, port }: Dial, early: Buffer): void {
    const to = [...this.#places.keys()].find((name) => this.#addressOf(name) === host)
    if (to === undefined) {
      dialler.resetAndDestroy()
      return
    }
    const answerer = connect({ host, port, localAddress: this.#addressOf(from), allowHalfOpen: true })
    this.#keep(answerer)
    if (early.byteLength > 0) {
      dialler.unshift(early)
    }
    this.#pathOf(from, to).join(dialler, answerer)
    this.#pathOf(to, from).join(answerer, dialler)
    dialler.resume()
  }
}
