import { execFileSync, spawnSync } from 'node:child_process'
import type { FaultNetwork, Placing } from './fault-network.ts'
import type { Leftovers } from './leftovers.ts'

/** Addresses of all places. Nothing outside the namespaces is connected to them, so they may be used there too. */
const PREFIX = '10.77.0'

const PORT = 4001

/** The hardware address that nobody has. */
const NOBODY = '02:00:00:00:00:01'

let networks = 0

/**
 * A network of its own for every place, each with a cable to a switch, which is in a network of its own as well: the machine's network is not
 * touched. The kernel's own TCP runs over it. Only root on Linux can make one.
 */
export class NamespaceNetwork implements FaultNetwork {
  readonly kind = 'network namespaces'
  /** All names of namespaces begin with it: it says whose they are. */
  readonly #prefix = `tilemesh-test-${process.pid}-${++networks}`
  readonly #switch = `${this.#prefix}-switch`
  readonly #leftovers: Leftovers
  /** Places by name, numbered from 1. */
  readonly #places = new Map<string, number>()
  /** Bridges of the switch: one while all is well. */
  #bridges = 1
  readonly #silenced: { readonly from: string, readonly to: string }[] = []

  private constructor (leftovers: Leftovers) {
    this.#leftovers = leftovers
  }

  /** A network, or one line why there can be none here. */
  static open (leftovers: Leftovers): NamespaceNetwork | string {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) {
      return 'only root on Linux can make network namespaces'
    }
    if (spawnSync('ip', ['-V']).status !== 0 || spawnSync('nsenter', ['-V']).status !== 0) {
      return 'there is no ip and nsenter'
    }
    const network = new NamespaceNetwork(leftovers)
    try {
      network.#addNamespace(network.#switch)
      network.#addBridge(0)
      return network
    } catch (err) {
      network.#remove()
      return `this machine lets nobody make network namespaces: ${(err as Error).message.split('\n').at(-2) ?? ''}`
    }
  }

  place (name: string): Placing {
    const number = this.#places.get(name) ?? this.#addPlace(name)
    return {
      listen: `/ip4/${PREFIX}.${number}/tcp/${PORT}`,
      init: { prefix: ['nsenter', `--net=/run/netns/${this.#namespaceOf(name)}`] }
    }
  }

  split (...groups: readonly (readonly string[])[]): void {
    for (const [index, group] of groups.entries()) {
      const bridge = index + 1
      if (bridge >= this.#bridges) {
        this.#addBridge(bridge)
      }
      for (const name of group) {
        this.#ip(this.#switch, 'link', 'set', this.#portOf(name), 'master', `bridge${bridge}`)
      }
    }
  }

  cut (place: string): void {
    this.#ip(this.#switch, 'link', 'set', this.#portOf(place), 'down')
  }

  silence (from: string, to: string): void {
    this.#ip(this.#namespaceOf(from), 'neigh', 'replace', `${PREFIX}.${this.#places.get(to)!}`, 'lladdr', NOBODY, 'nud', 'permanent', 'dev', 'eth0')
    this.#silenced.push({ from, to })
  }

  heal (): void {
    for (const { from, to } of this.#silenced.splice(0)) {
      this.#ip(this.#namespaceOf(from), 'neigh', 'del', `${PREFIX}.${this.#places.get(to)!}`, 'dev', 'eth0')
    }
    for (const name of this.#places.keys()) {
      this.#ip(this.#switch, 'link', 'set', this.#portOf(name), 'master', 'bridge0', 'up')
    }
  }

  /** What has gone out of a place so far, headers included. */
  sentBytes (place: string): number {
    const [link] = JSON.parse(this.#ip(this.#namespaceOf(place), '-s', '-j', 'link', 'show', 'eth0')) as [{ stats64: { tx: { bytes: number } } }]
    return link.stats64.tx.bytes
  }

  async close (): Promise<void> {
    this.#remove()
  }

  #remove (): void {
    for (const name of [...Array.from(this.#places.keys(), (place) => this.#namespaceOf(place)), this.#switch]) {
      spawnSync('ip', ['netns', 'del', name])
      this.#leftovers.gone('namespace', name)
    }
  }

  #addPlace (name: string): number {
    const number = this.#places.size + 1
    const namespace = `${this.#prefix}-${number}`
    this.#addNamespace(namespace)
    this.#places.set(name, number)
    const port = this.#portOf(name)
    this.#ip(this.#switch, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace)
    this.#ip(this.#switch, 'link', 'set', port, 'master', 'bridge0', 'up')
    this.#ip(namespace, 'addr', 'add', `${PREFIX}.${number}/24`, 'dev', 'eth0')
    this.#ip(namespace, 'link', 'set', 'eth0', 'up')
    this.#ip(namespace, 'link', 'set', 'lo', 'up')
    return number
  }

  #addNamespace (name: string): void {
    this.#leftovers.there('namespace', name)
    execFileSync('ip', ['netns', 'add', name], { stdio: 'pipe' })
  }

  #addBridge (number: number): void {
    this.#ip(this.#switch, 'link', 'add', `bridge${number}`, 'type', 'bridge')
    this.#ip(this.#switch, 'link', 'set', `bridge${number}`, 'up')
    this.#bridges = number + 1
  }

  #namespaceOf (place: string): string {
    return `${this.#prefix}-${this.#places.get(place)!}`
  }

  #portOf (place: string): string {
    return `port${this.#places.get(place)!}`
  }

  #ip (namespace: string, ...args: readonly string[]): string {
    return execFileSync('ip', ['-n', namespace, ...args], { stdio: 'pipe', encoding: 'utf8' })
  }
}
