/**
 * Loaded before the program in a child process: answers the parent's questions about what the process costs, and counts what its TCP
 * connections carry. The program itself knows nothing of it.
 */
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

/** What a process has cost since it began. */
export interface Cost {
  readonly type: 'cost'
  /** Milliseconds of processor time, all threads. */
  readonly cpuMs: number
  /** Bytes in memory now. */
  readonly rss: number
  /** Bytes its TCP connections sent, encryption and framing included. */
  readonly sentBytes: number
  readonly receivedBytes: number
}

const open = new Set<Socket>()
let closed = { sent: 0, received: 0 }

function count (message: unknown): void {
  const { socket } = message as { readonly socket: Socket }
  open.add(socket)
  socket.once('close', () => {
    open.delete(socket)
    closed = { sent: closed.sent + socket.bytesWritten, received: closed.received + socket.bytesRead }
  })
}

function cost (): Cost {
  const { user, system } = process.cpuUsage()
  const sockets = [...open]
  return {
    type: 'cost',
    cpuMs: (user + system) / 1_000,
    rss: process.memoryUsage.rss(),
    sentBytes: sockets.reduce((sum, socket) => sum + socket.bytesWritten, closed.sent),
    receivedBytes: sockets.reduce((sum, socket) => sum + socket.bytesRead, closed.received)
  }
}

if (process.send !== undefined) {
  subscribe('net.client.socket', count)
  subscribe('net.server.socket', count)
  process.on('message', (question) => {
    if (question === 'cost') {
      process.send!(cost())
    }
  })
  process.channel!.unref()
}
