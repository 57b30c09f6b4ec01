import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Program } from '../support/program.ts'
import { measured } from '../support/stage.ts'
import { stillRunning, treeOf } from '../support/process-tree.ts'
import { Leftovers } from './support/leftovers.ts'
import { NamespaceNetwork } from './support/namespace-network.ts'
import { ProxyNetwork } from './support/proxy-network.ts'
import type { FaultNetwork } from './support/fault-network.ts'

const TALKER = fileURLToPath(new URL('./support/talker.js', import.meta.url))
const HOLDER = fileURLToPath(new URL('./support/network-holder.js', import.meta.url))

/** What was under way may still come. */
const UNDER_WAY_MS = 300

/** A wait in which a talker says twenty numbers. */
const LONG_MS = 1_000

/** The kernel tries again after pauses that double: after so short a fault within two seconds. */
const AGAIN_WITHIN_MS = 5_000

const KINDS: readonly { readonly name: string, readonly open: (leftovers: Leftovers) => Promise<FaultNetwork | string> }[] = [
  { name: 'network namespaces', open: async (leftovers) => NamespaceNetwork.open(leftovers) },
  { name: 'loopback proxies', open: async () => ProxyNetwork.open() }
]

for (const { name, open } of KINDS) {
  describe(`a network that breaks as it is told, of ${name}`, function () {
    this.timeout(60_000)
    let leftovers: Leftovers
    let network: FaultNetwork
    let talkers: Program[]

    beforeEach(async function () {
      leftovers = new Leftovers()
      const opened = await open(leftovers)
      if (typeof opened === 'string') {
        this.currentTest!.title += ` (SKIPPED: ${opened.toUpperCase()})`
        await leftovers.close()
        this.skip()
      }
      network = opened
      talkers = []
    })

    afterEach(async () => {
      talkers.forEach((talker) => { talker.signal('SIGKILL') })
      await Promise.all(talkers.map(async ({ ended }) => ended))
      await network.close()
      await leftovers.close()
    })

    /** Starts a talker at a place, which dials that of another place. */
    async function talker (place: string, dials?: string): Promise<Program> {
      const { listen, init } = network.place(place)
      const program = new Program([listen, dials === undefined ? 'wait' : network.place(dials).listen], { cwd: '/', script: TALKER, ...init })
      leftovers.there('process', program.pid)
      talkers.push(program)
      await heard(program, 1)
      return program
    }

    async function heard (talker: Program, lines: number, withinMs?: number): Promise<void> {
      await talker.until(`${lines} lines`, () => talker.lines.length >= lines, withinMs)
    }

    /** How many lines came in a while. */
    async function hears (...programs: readonly Program[]): Promise<number[]> {
      await sleep(UNDER_WAY_MS)
      const before = programs.map(({ lines }) => lines.length)
      await sleep(LONG_MS)
      return programs.map(({ lines }, index) => lines.length - before[index]!)
    }

    /** Nothing is lost, nothing comes twice or in another order. */
    function whole ({ lines }: Program): void {
      assert.deepEqual(lines.slice(1), Array.from({ length: lines.length - 1 }, (_, index) => String(index)))
    }

    it('carries what is said, both ways', async () => {
      const a = await talker('A')
      const b = await talker('B', 'A')
      await heard(a, 10)
      await heard(b, 10)
      whole(a)
      whole(b)
    })

    it('is silent between the halves of a split, and only there; the connection goes on afterwards', async () => {
      const a = await talker('A')
      const b = await talker('B', 'A')
      const c = await talker('C')
      const d = await talker('D', 'C')
      await heard(b, 5)
      await heard(d, 5)
      network.split(['A', 'C', 'D'])
      const [atA, atB, atC, atD] = await hears(a, b, c, d)
      assert.deepEqual([atA, atB], [0, 0])
      assert.ok(atC! > 0 && atD! > 0)
      network.heal()
      for (const one of [a, b]) {
        await heard(one, one.lines.length + 20, AGAIN_WITHIN_MS)
        whole(one)
      }
    })

    it('takes one place off, and gives it back', async () => {
      const a = await talker('A')
      const b = await talker('B', 'A')
      await heard(b, 5)
      network.cut('A')
      assert.deepEqual(await hears(a, b), [0, 0])
      network.heal()
      await heard(a, a.lines.length + 20, AGAIN_WITHIN_MS)
      await heard(b, b.lines.length + 20, AGAIN_WITHIN_MS)
      whole(a)
    })

    it('lets nothing through one way', async () => {
      const a = await talker('A')
      const b = await talker('B', 'A')
      await heard(b, 5)
      network.silence('A', 'B')
      const [, atB] = await hears(a, b)
      assert.equal(atB, 0)
      network.heal()
      await heard(b, b.lines.length + 20, AGAIN_WITHIN_MS)
      whole(b)
    })

    it('is silent for one that dials across a split, and it hears all when that is healed', async () => {
      const a = await talker('A')
      network.place('B')
      network.split(['A'], ['B'])
      const b = await talker('B', 'A')
      assert.deepEqual(await hears(a, b), [0, 0])
      network.heal()
      await heard(b, 10, AGAIN_WITHIN_MS)
      whole(b)
    })
  })
}

describe('a path of proxies', function () {
  this.timeout(60_000)

  it('delays as it is told, and resets', async function () {
    const network = await ProxyNetwork.open()
    const start = (place: string, dials: string): Program => {
      const { listen, init } = network.place(place)
      return new Program([listen, dials], { cwd: '/', script: TALKER, ...init })
    }
    const a = start('A', 'wait')
    try {
      await a.until('it to listen', () => a.lines.length > 0)
      network.place('B')
      network.shape('A', 'B', { delayMs: 700, jitterMs: 200 })
      const b = start('B', network.place('A').listen)
      try {
        const fromMs = await b.until('it to listen', () => b.lines.length > 0 && performance.now())
        const firstMs = await b.until('the first line', () => b.lines.length > 1 && performance.now())
        measured(this, `the first line after ${Math.round(firstMs - fromMs)} ms`)
        assert.ok(firstMs - fromMs >= 650, 'one way: the proxy answers a dial itself')
        await b.until('more lines', () => b.lines.length > 20)
        assert.deepEqual(b.lines.slice(1, 21), Array.from({ length: 20 }, (_, index) => String(index)))
        network.reset('A', 'B')
        await sleep(UNDER_WAY_MS)
        const { length } = b.lines
        await sleep(LONG_MS)
        assert.equal(b.lines.length, length)
      } finally {
        b.signal('SIGKILL')
        await b.ended
      }
    } finally {
      a.signal('SIGKILL')
      await a.ended
      await network.close()
    }
  })
})

describe('a test of faults that is killed', function () {
  this.timeout(60_000)

  it('leaves no process, no network and no folder', async () => {
    const holder = spawn(process.execPath, [HOLDER], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(holder.stdout.setEncoding('utf8'), 'data') as [string]
    const { pid, folder } = JSON.parse(line) as { pid: number, folder: string }
    const tree = treeOf(pid)
    assert.ok(tree.length > 0)
    assert.ok(existsSync(folder))
    const namespaces = (): string[] => (spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout ?? '').split('\n').filter((one) => one.startsWith(`tilemesh-test-${holder.pid}-`))
    const before = namespaces().length
    holder.kill('SIGKILL')
    for (let tries = 0; tries < 100 && (stillRunning(tree).length > 0 || existsSync(folder) || namespaces().length > 0); tries++) {
      await sleep(100)
    }
    assert.deepEqual(stillRunning(tree), [])
    assert.deepEqual(namespaces(), [], `of ${before}`)
    assert.equal(existsSync(folder), false)
  })
})
