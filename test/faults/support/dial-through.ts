/**
 * Loaded before the program: all its TCP connections go through the proxy of a test, which is told in one line who dials whom. TILEMESH_TEST_PROXY is
 * the port of the proxy on loopback and the name of this process's place, with a space between.
 */
import net from 'node:net'
import type { Socket, TcpNetConnectOpts } from 'node:net'

const [port, place] = process.env['TILEMESH_TEST_PROXY']!.split(/ (.*)/s)
const connect = net.connect.bind(net) as (...given: unknown[]) => Socket

/** Sockets of the file system, and connections that name no host, are left alone. */
function connectThrough (...given: unknown[]): Socket {
  const options = given[0] as Partial<TcpNetConnectOpts>
  if (typeof options !== 'object' || options.host === undefined) {
    return connect(...given)
  }
  const socket = connect({ ...options, host: '127.0.0.1', port: Number(port) }, ...given.slice(1))
  socket.write(JSON.stringify({ from: place, host: options.host, port: options.port }) + '\n')
  return socket
}

net.connect = net.createConnection = connectThrough as typeof net.connect
