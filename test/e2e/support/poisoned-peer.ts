/**
 * A peer whose renderer can not render one unit of any job, for logs.spec.ts. Arguments: its home, a ticket, the number of the unit.
 * Prints an address once it is up, and lives until it is killed.
 */
import { createPathTracer } from '../../../src/engines/pathtracer/engine.ts'
import { createPeer } from '../../../src/index.ts'
import type { Engine, EngineSession, RenderOutcome } from '../../../src/ports.ts'

const [home, ticket, poisoned] = process.argv.slice(2) as [string, string, string]

/** What this renderer prints: a terminal must not obey it. */
const OUTPUT = 'texture "wood.png" is corrupt\nat \u001b]0;owned\u0007pixel 17,4\u001b[2J\n'

function poison (session: EngineSession): EngineSession {
  return {
    loadMs: session.loadMs,
    setThreads: (threads) => { session.setThreads(threads) },
    close: async () => session.close(),
    async * render (source, signal): AsyncGenerator<RenderOutcome> {
      for await (const outcome of session.render(source, signal)) {
        yield outcome.unit === Number(poisoned) ? { state: 'failed', unit: outcome.unit, reason: 'the renderer gave up', log: OUTPUT } : outcome
      }
    }
  }
}

const pathTracer = createPathTracer()
const engine: Engine = {
  id: pathTracer.id,
  extensions: pathTracer.extensions,
  probe: async () => pathTracer.probe(),
  findFiles: async (scene) => pathTracer.findFiles(scene),
  checkSettings: (settings) => { pathTracer.checkSettings(settings) },
  inspect: async (files, signal, settings) => pathTracer.inspect(files, signal, settings),
  load: async (...given) => poison(await pathTracer.load(...given))
}
const peer = await createPeer({ home, ticket, name: 'B', threads: 1, mdns: 'off', listen: ['/ip4/127.0.0.1/tcp/0'], registry: [engine] })
await peer.start()
process.stdout.write(`${(await peer.status()).addresses[0]}\n`)
setInterval(() => {}, 60_000)
