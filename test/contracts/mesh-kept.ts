import assert from 'node:assert/strict'
import { contentOf, gridOf, unitBytes } from '../../src/core/units.ts'
import { UnitSet } from '../../src/core/ledger.ts'
import { ChannelClosedError } from '../../src/errors.ts'
import { jobSpec } from '../support/job-spec.ts'
import { sha256 } from '../support/sha256.ts'
import { startAll } from './mesh.ts'
import { unitSet } from './mesh-questions.ts'
import type { JobId } from '../../src/core/ids.ts'
import type { ResultHead } from '../../src/core/messages.ts'
import type { KeptRequest, KeptUnit } from '../../src/core/questions.ts'
import type { UnitGrid } from '../../src/core/units.ts'
import type { Channel, KeptChannel, Mesh } from '../../src/ports.ts'
import type { CreateMeshes, MeshesUnderTest } from './mesh.ts'

const PEER = '12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA'

/** Units of 64 KiB, and many. */
const SPEC = { width: 1024, height: 1024, tile: 64, samples: 64, split: 'samples' } as const

/** The end that sends, as the farm is given it. */
type Source = Channel<KeptUnit, never>

/** A unit that is kept, with bytes of its own. */
export function keptUnit (job: JobId, grid: UnitGrid, unit: number, change: Partial<ResultHead> = {}): KeptUnit & { readonly head: { readonly keep: object } } {
  const bytes = new Uint8Array(unitBytes(grid, unit)).fill(unit % 251)
  return {
    bytes,
    head: {
      job,
      unit,
      token: { epoch: { round: 1, peer: PEER, instance: 7 }, grant: 1 },
      content: contentOf(grid),
      bytes: bytes.byteLength,
      sha256: sha256(bytes),
      phases: { transferMs: 1, loadMs: 2.5, renderMs: 3 },
      keep: { content: 'unit', units: { first: unit, end: unit + 1 }, worker: PEER },
      ...change
    } as ResultHead & { readonly keep: object }
  }
}

/** The part of the contract that is about results that are kept. */
export function describeMeshKept (create: CreateMeshes): void {
  let world: MeshesUnderTest | undefined

  afterEach(async () => {
    await world?.end()
    world = undefined
  })

  for (const target of ['another peer', 'itself'] as const) {
    describe(`kept results of ${target}`, () => {
      let job: JobId
      let grid: UnitGrid
      let requests: KeptRequest[]

      /** The end that reads and the end that sends, and the meshes they belong to. */
      async function opened (...wanted: readonly number[]): Promise<{ readonly sink: KeptChannel, readonly source: Source, readonly keeper: Mesh, readonly reader: Mesh }> {
        let source: Source | undefined
        requests = []
        const kept = (request: KeptRequest, channel: Source): void => {
          requests.push(request)
          source = channel
        }
        world = await (target === 'itself' ? startAll(create, { kept }) : startAll(create, { kept }, {}))
        const keeper = world.meshes[0]!
        const reader = world.meshes.at(-1)!
        const signed = await world.settled(reader.signJob(jobSpec({ requester: reader.self, ...SPEC })))
        job = signed.id
        grid = gridOf(signed.spec)
        const request = { job, wanted: wanted.length === 0 ? UnitSet.of(grid.units, new Uint8Array(Math.ceil(grid.units / 8)).fill(255)) : unitSet(grid.units, ...wanted) }
        const sink = await world.settled(reader.openKept(keeper.self, request))
        await world.until('the request', () => source !== undefined)
        return { sink, source: source!, keeper, reader }
      }

      /** Reads to the end. */
      function listen (sink: KeptChannel): { readonly units: KeptUnit[], ended: boolean } {
        const heard = { units: [] as KeptUnit[], ended: false }
        const read = async (): Promise<void> => {
          for await (const unit of sink.messages) {
            heard.units.push(unit)
          }
          heard.ended = true
        }
        read().catch(() => {})
        return heard
      }

      it('come as they are kept, in order, and then the end', async () => {
        const { sink, source, keeper, reader } = await opened(0, 3, 900)
        const heard = listen(sink)
        const part = new Uint8Array(8 + 64 * 64 * 32).fill(3)
        const film: KeptUnit = keptUnit(job, grid, 3, { bytes: part.byteLength, sha256: sha256(part), keep: { content: 'film', units: { first: 0, end: 4 }, worker: PEER } })
        const units = [keptUnit(job, grid, 900), { ...film, bytes: part }]
        assert.equal(source.peer, reader.self)
        assert.equal(sink.peer, keeper.self)
        for (const unit of units) {
          await world!.settled(source.send(unit))
        }
        await world!.settled(source.close())
        await world!.until('the end', () => heard.ended)
        assert.deepEqual(heard.units, units)
        assert.equal(await world!.settled(sink.closed), undefined)
        assert.deepEqual(requests.map(({ wanted, ...request }) => ({ ...request, wanted: [...wanted.values()] })), [{ job, wanted: [0, 3, 900] }])
      })

      it('wait for a slow reader, and none is lost', async () => {
        const { sink, source } = await opened()
        const count = 200
        let sent = 0
        const sending = (async () => {
          for (let unit = 0; unit < count; unit++) {
            await source.send(keptUnit(job, grid, unit))
            sent++
          }
          await source.close()
        })()
        await world!.pass(600)
        const ahead = sent
        await world!.pass(300)
        assert.equal(sent, ahead, 'the sender was not held up')
        assert.ok(ahead < count / 2, `${ahead} units were taken for a reader that reads nothing`)
        const heard = listen(sink)
        await world!.settled(sending)
        await world!.until('all units', () => heard.units.length === count && heard.ended)
        assert.deepEqual(heard.units.map(({ head, bytes }) => [head.unit, bytes[0]]), Array.from({ length: count }, (_, unit) => [unit, unit % 251]))
      })

      it('are sent no more when the reader stops', async () => {
        const { sink, source } = await opened()
        const first = sink.messages[Symbol.asyncIterator]().next()
        await world!.settled(source.send(keptUnit(job, grid, 0)))
        assert.equal((await world!.settled(first)).value?.head.unit, 0)
        const sending = (async () => {
          for (let unit = 1; ; unit++) {
            await source.send(keptUnit(job, grid, unit % grid.units))
          }
        })()
        const outcome = Promise.allSettled([sending])
        await world!.settled(sink.close())
        const [settled] = await world!.settled(outcome)
        assert.ok(settled!.status === 'rejected' && settled!.reason instanceof ChannelClosedError)
      })

      it('end with a reason when the sender goes in the middle', async () => {
        const { sink, source, keeper } = await opened()
        const heard = listen(sink)
        await world!.settled(source.send(keptUnit(job, grid, 0)))
        await world!.until('the first unit', () => heard.units.length === 1)
        await world!.settled(keeper.stop())
        await world!.until('the end', () => heard.ended)
        assert.ok(await world!.settled(sink.closed) instanceof Error)
      })

      it('end with a reason when the sender can not go on', async () => {
        const { sink, source } = await opened()
        const heard = listen(sink)
        source.abort(new Error('the disk can not be read'))
        await world!.until('the end', () => heard.ended)
        assert.ok(await world!.settled(sink.closed) instanceof Error)
        assert.deepEqual(heard.units, [])
      })

      const lies: readonly (readonly [what: string, lie: () => KeptUnit])[] = [
        ['other bytes than they declare', () => ({ ...keptUnit(job, grid, 1), bytes: new Uint8Array(unitBytes(grid, 1)).fill(77) })],
        ['a unit that was not asked for', () => keptUnit(job, grid, 2)],
        ['a unit of another job', () => keptUnit('cd'.repeat(32), grid, 1)],
        ['a unit of another size than the job\'s', () => {
          const bytes = new Uint8Array(16)
          return { bytes, head: keptUnit(job, grid, 1, { bytes: 16, sha256: sha256(bytes) }).head }
        }],
        ['a part of the film of more than one tile', () => {
          const bytes = new Uint8Array(8 + 64 * 64 * 16)
          const keep = { content: 'film', units: { first: 1, end: 6 }, worker: PEER } as const
          return { bytes, head: keptUnit(job, grid, 1, { bytes: bytes.byteLength, sha256: sha256(bytes), keep }).head }
        }]
      ]
      for (const [what, lie] of target === 'itself' ? lies.slice(0, 1) : lies) {
        it(`never come out when they are ${what}`, async () => {
          const { sink, source } = await opened(0, 1)
          const heard = listen(sink)
          await world!.settled(source.send(keptUnit(job, grid, 0)))
          await world!.settled(Promise.allSettled([source.send(lie())]))
          await world!.until('the end', () => heard.ended)
          assert.ok(await world!.settled(sink.closed) instanceof Error)
          assert.deepEqual(heard.units.map(({ head }) => head.unit), [0])
        })
      }
    })
  }
}
