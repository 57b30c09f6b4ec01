import { BAD_MESSAGE_MEMORY_MS, BAN_MS, MAX_BAD_MESSAGES } from './limits.ts'
import type { PeerId } from '../core/ids.ts'
import type { Clock } from '../ports.ts'

/** Peers with a record, at most; the oldest is forgotten first. Only members get one, so reaching it is unheard of. */
const MAX_RECORDS = 1_024

/** What this peer holds against others: messages that were not what they claimed to be. */
export class Conduct {
  readonly #clock: Clock
  readonly #badAtMs = new Map<PeerId, number[]>()
  readonly #bannedUntilMs = new Map<PeerId, number>()

  constructor (clock: Clock) {
    this.#clock = clock
  }

  /** Counts a bad message. After {@link MAX_BAD_MESSAGES} the peer is banned for {@link BAN_MS} and starts afresh after it. */
  bad (peer: PeerId): 'noted' | 'banned' {
    const nowMs = this.#clock.nowMs()
    const recent = (this.#badAtMs.get(peer) ?? []).filter((atMs) => nowMs - atMs < BAD_MESSAGE_MEMORY_MS)
    recent.push(nowMs)
    this.#badAtMs.delete(peer)
    if (recent.length < MAX_BAD_MESSAGES) {
      remember(this.#badAtMs, peer, recent)
      return 'noted'
    }
    this.ban(peer)
    return 'banned'
  }

  /** Bans a peer for {@link BAN_MS} at once: it floods. */
  ban (peer: PeerId): void {
    remember(this.#bannedUntilMs, peer, this.#clock.nowMs() + BAN_MS)
  }

  isBanned (peer: PeerId): boolean {
    const untilMs = this.#bannedUntilMs.get(peer)
    if (untilMs === undefined) {
      return false
    }
    if (this.#clock.nowMs() >= untilMs) {
      this.#bannedUntilMs.delete(peer)
      return false
    }
    return true
  }
}

function remember<T> (map: Map<PeerId, T>, peer: PeerId, value: T): void {
  map.set(peer, value)
  if (map.size > MAX_RECORDS) {
    map.delete(map.keys().next().value!)
  }
}
