import { fork } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChildProcess } from 'node:child_process'
import type { RenderRequest } from '../../src/index.ts'
import type { Cost } from './meter.ts'

/** What a benchmark tells a peer's process. */
export type PeerOrder =
  | { readonly type: 'invite' }
  | { readonly type: 'render', readonly request: RenderRequest }
  | { readonly type: 'stop' }

/** How a job went. `wallMs` runs from the request to the last unit's acknowledgement, and the picture's end. */
export interface DoneReport {
  readonly type: 'done'
  readonly wallMs: number
  readonly executions: number
  readonly lapsed: number
  readonly units: number
  readonly peers: number
}

/** What a peer's process tells the benchmark. */
export type PeerReport =
  | { readonly type: 'ready' }
  | { readonly type: 'ticket', readonly ticket: string }
  | { readonly type: 'members', readonly count: number }
  | { readonly type: 'failed', readonly message: string }
  | DoneReport
  | Cost

/** A tile of 8 × 8 pixels of four floats. */
export const UNIT_BYTES = 8 * 8 * 4 * 4

const METER = new URL('./meter.js', import.meta.url).href

/** Longest wait for any answer of a peer's process. */
const ANSWER_MS = 300_000

/** A mesh of peers with timed engines, each in a process of its own on this machine. The first is the requester. */
export class TimedMesh {
  readonly #folder: string
  readonly #peers: ChildProcess[] = []

  private constructor (folder: string) {
    this.#folder = folder
  }

  /** Starts one peer for each given unit time and waits until the first is connected to all others it can be. */
  static async start (msPerUnit: readonly number[]): Promise<TimedMesh> {
    const mesh = new TimedMesh(await mkdtemp(join(tmpdir(), 'tilemesh benchmark ')))
    try {
      await mesh.#start(msPerUnit)
      return mesh
    } catch (error) {
      await mesh.stop()
      throw error
    }
  }

  /** Renders `units` units of {@link UNIT_BYTES} at the first peer and says how it went. */
  async render (units: number, more: Pick<RenderRequest, 'noLocal'> = {}): Promise<DoneReport> {
    const scene = join(this.#folder, 'bench.timed')
    await writeFile(scene, 'nothing to see')
    const done = next(this.#peers[0]!, 'done')
    this.#peers[0]!.send({
      type: 'render',
      request: { scene, output: join(this.#folder, 'bench.png'), size: { width: 8 * units, height: 8 }, tile: 8, samples: 16, split: 'tiles', ...more }
    } satisfies PeerOrder)
    return done
  }

  /** What each process has cost so far, the requester's first. */
  async costs (): Promise<Cost[]> {
    return Promise.all(this.#peers.map(async (peer) => {
      const cost = next(peer, 'cost')
      peer.send('cost')
      return cost
    }))
  }

  async stop (): Promise<void> {
    for (const peer of this.#peers) {
      const ended = new Promise((resolve) => { peer.once('exit', resolve) })
      if (peer.connected) {
        peer.send({ type: 'stop' } satisfies PeerOrder)
      }
      const patience = setTimeout(() => { peer.kill('SIGKILL') }, 5_000)
      if (peer.exitCode === null && peer.signalCode === null) {
        await ended
      }
      clearTimeout(patience)
    }
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #start (msPerUnit: readonly number[]): Promise<void> {
    const first = await this.#fork(0, msPerUnit[0]!)
    const ticket = next(first, 'ticket')
    first.send({ type: 'invite' } satisfies PeerOrder)
    const invitation = (await ticket).ticket
    for (const [index, ms] of msPerUnit.entries()) {
      if (index > 0) {
        await this.#fork(index, ms, invitation)
      }
    }
    await new Promise<void>((resolve) => {
      first.on('message', (report: PeerReport) => {
        if (report.type === 'members' && report.count >= msPerUnit.length) {
          resolve()
        }
      })
    })
  }

  async #fork (index: number, msPerUnit: number, ticket?: string): Promise<ChildProcess> {
    const home = join(this.#folder, String(index))
    const peer = fork(new URL('./peer-process.js', import.meta.url), [JSON.stringify({ home, msPerUnit, ticket, name: `peer ${index}` })], { execArgv: ['--import', METER] })
    this.#peers.push(peer)
    await next(peer, 'ready')
    return peer
  }
}

/** The next report of a kind. */
function next<Type extends PeerReport['type']> (peer: ChildProcess, type: Type): Promise<Extract<PeerReport, { type: Type }>> {
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => { reject(new Error(`no "${type}" from a peer`)) }, ANSWER_MS)
    const listen = (report: PeerReport): void => {
      if (report.type === type || report.type === 'failed') {
        clearTimeout(patience)
        peer.off('message', listen)
        if (report.type === 'failed') {
          reject(new Error(report.message))
        } else {
          resolve(report as Extract<PeerReport, { type: Type }>)
        }
      }
    }
    peer.on('message', listen)
  })
}
