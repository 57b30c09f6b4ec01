import { compareEpochs } from '../../src/core/epoch.ts'
import type { Epoch, Token } from '../../src/core/epoch.ts'
import type { JobId, PeerId } from '../../src/core/ids.ts'
import type { StewardMessage, WorkerMessage } from '../../src/core/messages.ts'
import type { FakeNetwork, SentMessage } from './fake-network.ts'

type LeaseMessage = WorkerMessage | StewardMessage

/**
 * Looks at every lease message of a network for what invariant S4 forbids: a worker that has acted on a stewardship of a job (reported, gave back or failed
 * a unit under its token) and later acts on a lower one.
 */
export class FencingWatch {
  /** What was forbidden, in words. */
  readonly violations: string[] = []
  /** Peers that were told `stale`, and by whom. */
  readonly stales: { readonly from: PeerId, readonly to: PeerId, readonly epoch: Epoch }[] = []
  /** Lease messages seen. */
  messages = 0
  readonly #highest = new Map<string, Epoch>()

  constructor (network: FakeNetwork) {
    const before = network.watch
    network.watch = (sent) => {
      before(sent)
      this.#see(sent)
    }
  }

  #see ({ atMs, from, to, kind, message }: SentMessage): void {
    if (kind !== 'lease') {
      return
    }
    this.messages++
    const said = message as LeaseMessage
    if (said.type === 'stale') {
      this.stales.push({ from, to, epoch: said.epoch })
    } else if (said.type === 'renew' || said.type === 'started') {
      said.leases.forEach(({ job, token }) => { this.#acted(atMs, from, job, token, said.type) })
    } else if (said.type === 'release' || said.type === 'failed') {
      this.#acted(atMs, from, said.job, said.token, said.type)
    }
  }

  #acted (atMs: number, worker: PeerId, job: JobId, { epoch }: Token, how: string): void {
    const key = `${worker} ${job}`
    const highest = this.#highest.get(key)
    if (highest !== undefined && compareEpochs(epoch, highest) < 0) {
      this.violations.push(`at ${Math.round(atMs)} ms ${worker} sent ${how} under (${epoch.round}, ${epoch.peer}) after (${highest.round}, ${highest.peer})`)
    } else {
      this.#highest.set(key, epoch)
    }
  }
}
