/**
 * Questions: what does being a peer cost a renderer, and how soon does a warm mesh show the first tile?
 *
 * (a) The built-in scene with one thread, through a peer of its own (pack, sign, journal, lease, deliver to itself, film, picture) against the path
 *     tracer called directly for the same units. They alternate; a pair gives one ratio.
 * (b) Two peers that run already, a scene of a few triangles, so that loading it costs next to nothing; `tilemesh render` as a command: from its start, and from the job's submission, to the first accepted unit,
 *     less what rendering that unit took.
 * `node dist/benchmarks/overhead.js`
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { buildDemoScene } from '../src/cli/demo/scene.ts'
import { createPathTracer } from '../src/engines/pathtracer/engine.ts'
import { createPeer } from '../src/index.ts'
import { gridOf, pixelsOf, placeOf } from '../src/core/units.ts'
import { writeSmallGlb } from '../test/support/small-scene.ts'
import { median, printTable } from './support/table.ts'
import type { ChildProcess } from 'node:child_process'
import type { RenderUnit } from '../src/index.ts'

const SIZE = { width: 384, height: 216 }
const SAMPLES = 64
const TILE = 32
const PAIRS = 3
const STARTS = 5
const PROGRAM = fileURLToPath(new URL('../../src/cli/tilemesh.cjs', import.meta.url))

interface Cost {
  readonly wallS: number
  readonly cpuS: number
}

async function measured (run: () => Promise<void>): Promise<Cost> {
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  await run()
  const { user, system } = process.cpuUsage(cpu)
  return { wallS: (performance.now() - startMs) / 1_000, cpuS: (user + system) / 1e6 }
}

/** The path tracer alone: load, then every unit of the picture, one thread. */
async function renderDirectly (folder: string, entry: string): Promise<void> {
  const signal = new AbortController().signal
  const grid = gridOf({ ...SIZE, frames: { first: 1, last: 1, step: 1 }, samples: SAMPLES, split: 'tiles', tile: TILE })
  const session = await createPathTracer().load({ folder, entry, read: async (path) => readFile(join(folder, path)) },
    { ...SIZE, samples: SAMPLES, camera: '', settings: [] }, 1, signal)
  let next = 0
  const take = async (most: number): Promise<RenderUnit[]> => {
    const units: RenderUnit[] = []
    while (units.length < most && next < grid.units) {
      units.push({ unit: next, frame: 1, rect: pixelsOf(grid, placeOf(grid, next)), firstChunk: 0, endChunk: grid.chunks, chunkSamples: grid.chunkSamples, content: 'mean', signal })
      next++
    }
    return units
  }
  let rendered = 0
  for await (const outcome of session.render({ take }, signal)) {
    rendered += outcome.state === 'rendered' ? 1 : 0
  }
  await session.close()
  if (rendered !== grid.units) {
    throw new Error(`${rendered} of ${grid.units} units were rendered`)
  }
}

async function compareWithEngine (folder: string, scene: string): Promise<void> {
  const peer = await createPeer({ home: join(folder, 'alone'), listen: ['/ip4/127.0.0.1/tcp/0'], mdns: 'off', threads: 1 })
  await peer.start()
  const renderOnPeer = async (): Promise<void> => {
    const { job } = await peer.render({ scene: join(folder, scene), output: join(folder, 'out.png'), size: SIZE, samples: SAMPLES, tile: TILE, split: 'tiles' })
    for await (const item of peer.follow(job, { preview: 'none' }, new AbortController().signal)) {
      void item
    }
  }
  const ours: Cost[] = []
  const direct: Cost[] = []
  for (let pair = 0; pair < PAIRS; pair++) {
    direct.push(await measured(async () => { await renderDirectly(folder, scene) }))
    ours.push(await measured(renderOnPeer))
  }
  await peer.stop('now')
  const ratio = (of: keyof Cost): number => median(ours.map((cost, pair) => cost[of] / direct[pair]![of]))
  printTable(['one peer, one thread', 'engine s', 'peer s', 'ratio'], (['cpuS', 'wallS'] as const).map((of) => [
    of === 'cpuS' ? 'CPU' : 'wall', median(direct.map((cost) => cost[of])).toFixed(2), median(ours.map((cost) => cost[of])).toFixed(2), ratio(of).toFixed(3)
  ]))
}

/** Starts `tilemesh up` and resolves when it is ready. */
async function up (...args: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, 'up', ...args, '--json', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0', '--threads', '1'], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(createInterface({ input: child.stdout! }), 'line')
  return child
}

/** One `tilemesh render` on a warm mesh: milliseconds to the first accepted unit beyond its render time, since the command and since the job. */
async function firstUnit (home: string, scene: string, output: string): Promise<{ readonly sinceCommandMs: number, readonly sinceJobMs: number }> {
  const startMs = performance.now()
  const command = spawn(process.execPath, [PROGRAM, 'render', scene, '-o', output, '--home', home, '--json', '--size', '64x36', '--tile', '16', '--samples', '16'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(command, 'exit')
  let jobMs = startMs
  let result: { readonly sinceCommandMs: number, readonly sinceJobMs: number } | undefined
  for await (const line of createInterface({ input: command.stdout! })) {
    const event = JSON.parse(line) as { event: string, state?: string, ms?: number }
    if (event.event === 'job') {
      jobMs = performance.now()
    } else if (event.event === 'unit' && event.state === 'delivered') {
      const nowMs = performance.now()
      result ??= { sinceCommandMs: nowMs - startMs - event.ms!, sinceJobMs: nowMs - jobMs - event.ms! }
    }
  }
  await ended
  return result!
}

async function timeFirstUnits (folder: string, scene: string): Promise<void> {
  const home = join(folder, 'a')
  const peers = [await up('--home', home)]
  try {
    const invite = spawn(process.execPath, [PROGRAM, 'mesh', 'invite', '--home', home], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [ticket] = await once(createInterface({ input: invite.stdout! }), 'line') as [string]
    peers.push(await up(ticket, '--home', join(folder, 'b')))
    const firsts: Awaited<ReturnType<typeof firstUnit>>[] = []
    for (let start = 0; start < STARTS; start++) {
      firsts.push(await firstUnit(home, join(folder, scene), join(folder, 'first.png')))
    }
    printTable(['to the first unit, beyond its render time', 'median ms', 'slowest ms'], [
      ['from the command', median(firsts.map((first) => first.sinceCommandMs)).toFixed(0), Math.max(...firsts.map((first) => first.sinceCommandMs)).toFixed(0)],
      ['from the job', median(firsts.map((first) => first.sinceJobMs)).toFixed(0), Math.max(...firsts.map((first) => first.sinceJobMs)).toFixed(0)]
    ])
  } finally {
    for (const peer of peers) {
      const ended = once(peer, 'exit')
      peer.kill('SIGTERM')
      await ended
    }
  }
}

const folder = await mkdtemp(join(tmpdir(), 'tilemesh benchmark '))
try {
  await writeFile(join(folder, 'scene.glb'), await buildDemoScene())
  await compareWithEngine(folder, 'scene.glb')
  process.stdout.write('\n')
  await writeSmallGlb(folder, 'small.glb')
  await timeFirstUnits(folder, 'small.glb')
} finally {
  await rm(folder, { recursive: true, force: true })
}
