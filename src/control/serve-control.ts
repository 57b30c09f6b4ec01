import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { HomeError } from '../errors.ts'
import { privately } from '../platform/private-files.ts'
import { isWindows } from '../platform/system.ts'
import { recordError } from './error-record.ts'
import { MAX_SESSIONS } from './limits.ts'
import { encodeLine } from './messages.ts'
import { Session } from './session.ts'
import { makeSocketFolder } from './socket-path.ts'
import type { Server, Socket } from 'node:net'
import type { PeerApi } from '../api.ts'
import type { Log } from '../ports.ts'

/** The control socket of a running peer. */
export interface ControlServer {
  readonly socketPath: string
  /** Ends all sessions and takes the socket away. Idempotent. */
  close (): Promise<void>
}

/**
 * Lets the commands of this home reach its peer. Call only while holding the home's lock: a socket that is already there is then
 * what a killed peer left behind, and is removed.
 *
 * @throws HomeError when the socket can not be made
 */
export async function serveControl (api: PeerApi, socketPath: string, log: Log): Promise<ControlServer> {
  await makeSocketFolder(socketPath)
  if (!isWindows()) {
    await rm(socketPath, { force: true })
  }
  const sessions = new Set<Session>()
  const server = createServer((socket) => {
    if (sessions.size >= MAX_SESSIONS) {
      turnAway(socket)
      return
    }
    const session = new Session(api, socket, log)
    sessions.add(session)
    session.run().finally(() => {
      sessions.delete(session)
    }).catch((err: unknown) => {
      log.error('a control session ended badly', { error: String(err) })
    })
  })
  await listen(server, socketPath)
  server.on('error', (err) => {
    log.error('the control socket failed', { error: err.message })
  })
  return {
    socketPath,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve()
        })
      })
      for (const session of sessions) {
        session.end()
      }
      await closed
    }
  }
}

function turnAway (socket: Socket): void {
  socket.on('error', () => {})
  const refused = recordError(new HomeError(`the peer already serves ${MAX_SESSIONS} commands; end some of them`))
  socket.end(encodeLine({ refused }), () => {
    socket.destroy()
  })
}

async function listen (server: Server, socketPath: string): Promise<void> {
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', (err) => {
      reject(new HomeError(`the control socket ${socketPath} can not be made: ${err.message}`, { cause: err }))
    })
    server.once('listening', resolve)
  })
  // The socket file is made within listen(), with the rights the process leaves for new files.
  privately(() => { server.listen(socketPath) })
  await listening
}
