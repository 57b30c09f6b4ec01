/**
 * Says a number to another every 50 ms over one connection, and prints each that it is told. Arguments: the multiaddr to listen on, and that of
 * the other, who is dialled, or `wait` for one that dials.
 */
import net from 'node:net'
import { createInterface } from 'node:readline'
import type { Socket } from 'node:net'

const EVERY_MS = 50

function talk (socket: Socket): void {
  let said = 0
  const saying = setInterval(() => { socket.write(`${said++}\n`) }, EVERY_MS)
  socket.once('close', () => { clearInterval(saying) }).on('error', () => {})
  createInterface({ input: socket }).on('line', (line) => { process.stdout.write(line + '\n') }).on('error', () => {})
}

function placeOf (multiaddr: string): { readonly host: string, readonly port: number } {
  const [, , host, , port] = multiaddr.split('/')
  return { host: host!, port: Number(port) }
}

const [listen, other] = process.argv.slice(2) as [string, string]
net.createServer(talk).listen(placeOf(listen), () => { process.stdout.write('listening\n') })
if (other !== 'wait') {
  const socket = net.connect(placeOf(other), () => { talk(socket) })
  socket.on('error', () => {})
}
