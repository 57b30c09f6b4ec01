import { createSocket } from 'node:dgram'

const GROUP = '224.0.0.251'
const PORT = 5353

/** Whether a message to the group of multicast DNS comes back to another socket of this machine; some containers have no multicast. */
export async function hasMulticast (withinMs = 2_000): Promise<boolean> {
  const word = `tilemesh looks for multicast ${process.pid}`
  const sockets = [createSocket({ type: 'udp4', reuseAddr: true }), createSocket({ type: 'udp4', reuseAddr: true })] as const
  try {
    return await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => { resolve(false) }, withinMs)
      sockets[0].on('message', (message) => {
        if (message.toString() === word) {
          clearTimeout(timer)
          resolve(true)
        }
      })
      let bound = 0
      for (const socket of sockets) {
        socket.once('error', () => { resolve(false) })
        socket.bind(PORT, () => {
          try {
            socket.addMembership(GROUP)
          } catch {
            resolve(false)
          }
          if (++bound === sockets.length) {
            sockets[1].send(word, PORT, GROUP)
          }
        })
      }
    })
  } finally {
    for (const socket of sockets) {
      socket.removeAllListeners()
      socket.on('error', () => {})
      socket.close()
    }
  }
}
