import { CONNECTIONS_BURST_SECONDS, CONNECTIONS_PER_SECOND, MAX_PENDING_CONNECTIONS_PER_ADDRESS } from './limits.ts'
import { TokenBuckets } from './token-bucket.ts'
import type { PeerId } from '../core/ids.ts'
import type { Clock, Log } from '../ports.ts'
import type { ConnectionGater, MultiaddrConnection } from '@libp2p/interface'

/** Strangers are reported once in this time for each address they come from, so that a port scan does not fill the log. */
const REPORT_EVERY_MS = 60_000

/** Addresses remembered for that. */
const MAX_REPORTED = 256

/** Keeps banned peers out, lets each address knock only so often and so many times at once, and says so when somebody knocked who does not know the secret. */
export function createGate (isBanned: (peer: PeerId) => boolean, clock: Clock, log: Log): ConnectionGater {
  const passed = new WeakSet<MultiaddrConnection>()
  const reportedAtMs = new Map<string, number>()
  /** Connections from each address that have not proved anything yet, the oldest first. */
  const knocking = new Map<string, Set<MultiaddrConnection>>()
  const allowance = new TokenBuckets(clock, { messagesPerSecond: CONNECTIONS_PER_SECOND, bytesPerSecond: 0, burstSeconds: CONNECTIONS_BURST_SECONDS })

  /** The newest is let in and the oldest goes: a member's handshake is over long before strangers, held to a pace, have come so many times. */
  function knock (host: string, connection: MultiaddrConnection): void {
    const all = knocking.get(host) ?? new Set()
    knocking.set(host, all.add(connection))
    if (all.size > MAX_PENDING_CONNECTIONS_PER_ADDRESS) {
      const [oldest] = all
      all.delete(oldest!)
      oldest!.abort(new Error('others knock at the door'))
    }
  }

  function knockedLast (host: string, connection: MultiaddrConnection): void {
    const all = knocking.get(host)
    all?.delete(connection)
    if (all?.size === 0) {
      knocking.delete(host)
    }
  }

  function report (connection: MultiaddrConnection): void {
    const host = hostOf(connection)
    const lastMs = reportedAtMs.get(host)
    if (lastMs !== undefined && clock.nowMs() - lastMs < REPORT_EVERY_MS) {
      return
    }
    reportedAtMs.delete(host)
    reportedAtMs.set(host, clock.nowMs())
    if (reportedAtMs.size > MAX_REPORTED) {
      reportedAtMs.delete(reportedAtMs.keys().next().value!)
    }
    log.warn('somebody connected who does not belong to this mesh; the connection was closed', { address: connection.remoteAddr.toString() })
  }

  return {
    denyInboundConnection (connection) {
      connection.addEventListener('close', () => {
        if (!passed.has(connection)) {
          knockedLast(hostOf(connection), connection)
          report(connection)
        }
      })
      if (!allowance.spend(hostOf(connection), 0)) {
        return true
      }
      knock(hostOf(connection), connection)
      return false
    },
    denyInboundEncryptedConnection (peer, connection) {
      if (!passed.has(connection)) {
        passed.add(connection)
        knockedLast(hostOf(connection), connection)
      }
      return isBanned(peer.toString())
    },
    denyOutboundEncryptedConnection: (peer) => isBanned(peer.toString()),
    denyDialPeer: (peer) => isBanned(peer.toString())
  }
}

function hostOf (connection: MultiaddrConnection): string {
  return connection.remoteAddr.getComponents()[0]?.value ?? ''
}
