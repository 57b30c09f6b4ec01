import { Conduct } from './conduct.ts'
import type { WireError } from '../errors.ts'
import type { PeerId } from '../core/ids.ts'
import type { Clock, Log } from '../ports.ts'

/** What discipline works with. */
export interface DisciplineInit {
  /** This peer, which is never shown the door. */
  readonly self: PeerId
  readonly clock: Clock
  readonly log: Log
  /** Closes all connections to a peer. */
  readonly hangUp: (peer: PeerId) => void
}

/** What follows when a member does not behave: a line in the log, and the door, which stays shut for a while. */
export class Discipline {
  readonly #init: DisciplineInit
  readonly #conduct: Conduct

  constructor (init: DisciplineInit) {
    this.#init = init
    this.#conduct = new Conduct(init.clock)
  }

  readonly isBanned = (peer: PeerId): boolean => this.#conduct.isBanned(peer)

  /** A peer sent something that is not a message. Once is a bug, three times is enough. */
  readonly badMessage = (peer: PeerId, error: WireError): void => {
    const { self, log, hangUp } = this.#init
    const verdict = peer === self ? 'noted' : this.#conduct.bad(peer)
    if (verdict !== 'banned') {
      log.info('a peer sent something that is not a message', { peer, error: error.message })
    } else {
      log.warn('a peer sent nonsense too often; it is kept out for a minute', { peer, error: error.message })
      hangUp(peer)
    }
  }

  /** A peer does something far more often than any peer needs to. */
  readonly flood = (peer: PeerId, what: string): void => {
    const { self, log, hangUp } = this.#init
    if (peer === self) {
      return
    }
    if (!this.#conduct.isBanned(peer)) {
      log.warn('a peer floods this one; it is kept out for a minute', { peer, what })
      this.#conduct.ban(peer)
    }
    hangUp(peer)
  }
}
