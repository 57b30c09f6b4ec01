import type { PeerId } from '../core/ids.ts'
import type { Clock, Log } from '../ports.ts'
import type { ConnectionGater, MultiaddrConnection } from '@libp2p/interface'

/** Strangers are reported once in this time for each address they come from, so that a port scan does not fill the log. */
const REPORT_EVERY_MS = 60_000

/** Addresses remembered for that. */
const MAX_REPORTED = 256

/** Keeps banned peers out, and says so when somebody knocked who does not know the secret. */
export function createGate (isBanned: (peer: PeerId) => boolean, clock: Clock, log: Log): ConnectionGater {
  const passed = new WeakSet<MultiaddrConnection>()
  const reportedAtMs = new Map<string, number>()

  function report (connection: MultiaddrConnection): void {
    const [host = ''] = connection.remoteAddr.getComponents().map((component) => component.value)
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
          report(connection)
        }
      })
      return false
    },
    denyInboundEncryptedConnection (peer, connection) {
      passed.add(connection)
      return isBanned(peer.toString())
    },
    denyOutboundEncryptedConnection: (peer) => isBanned(peer.toString()),
    denyDialPeer: (peer) => isBanned(peer.toString())
  }
}
