import assert from 'node:assert/strict'
import { createServer, connect } from 'node:net'
import { UnitSet } from '../../src/core/ledger.ts'
import { gridOf } from '../../src/core/units.ts'
import { keptUnit } from '../contracts/mesh-kept.ts'
import { quietHandlers } from '../support/handlers.ts'
import { jobSpec } from '../support/job-spec.ts'
import { tcpMesh, until } from './world.ts'
import type { AddressInfo, Server } from 'node:net'
import type { Answer, Question } from '../../src/core/questions.ts'
import type { Mesh, MeshHandlers } from '../../src/ports.ts'

/** A job of a hundred thousand units, of 64 KiB each. */
const SPEC = { width: 64 * 320, height: 64 * 313, tile: 64, samples: 16 } as const
const JOB_UNITS = 320 * 313

/** Units that are kept, and taken home. */
const KEPT = 200
const KEPT_BYTES = 64 * 1024

/** What two peers send one another, counted on the way. */
interface Wire {
  readonly server: Server
  readonly port: number
  bytes: number
}

/** A way to a port of this machine on which bytes are counted. */
async function wireTo (port: number): Promise<Wire> {
  const wire = {
    bytes: 0,
    port: 0,
    server: createServer((near) => {
      const far = connect(port, '127.0.0.1')
      for (const [from, to] of [[near, far], [far, near]] as const) {
        from.on('data', (data) => { wire.bytes += data.byteLength })
        from.on('error', () => { to.destroy() })
        from.pipe(to)
      }
    })
  }
  await new Promise<void>((resolve) => { wire.server.listen(0, '127.0.0.1', resolve) })
  wire.port = (wire.server.address() as AddressInfo).port
  return wire
}

describe('a large stewardship that moves, over TCP', () => {
  let meshes: Mesh[]
  let wire: Wire

  afterEach(async () => {
    await Promise.all(meshes.map((mesh) => mesh.stop()))
    wire.server.close()
  })

  /** The one that asks, and the one that is asked, which have met. */
  async function pair (handlers: Partial<MeshHandlers>): Promise<readonly [asker: Mesh, other: Mesh]> {
    const other = await tcpMesh()
    meshes = [other]
    await other.start(quietHandlers(handlers))
    wire = await wireTo(Number(/tcp\/(\d+)/.exec(other.addresses()[0]!)![1]))
    const asker = await tcpMesh({ bootstrap: [`/ip4/127.0.0.1/tcp/${wire.port}`] })
    meshes.push(asker)
    await asker.start(quietHandlers())
    await until('both to meet', () => meshes.every((mesh) => mesh.peers().length === 1))
    return [asker, other]
  }

  it('brings a ledger of a hundred thousand units in three bits a unit, and a hand-off in two', async () => {
    const units = gridOf(jobSpec(SPEC)).units
    assert.equal(units, JOB_UNITS)
    const accepted = new UnitSet(units)
    for (let unit = 0; unit < units; unit += 3) {
      accepted.add(unit)
    }
    let asked: Question | undefined
    const [asker, other] = await pair({
      async asked (question): Promise<Answer> {
        asked = question
        return question.type === 'hand-off'
          ? { type: 'taken-over', epoch: { round: 2, peer: other.self, instance: 1 } }
          : { type: 'ledger', ledger: { job: job.id, epoch: undefined, accepted, parked: [1, 4], kept: accepted, bundle: 'whole' } }
      }
    })
    const job = await asker.signJob(jobSpec({ requester: asker.self, ...SPEC }))
    const before = wire.bytes
    const answer = await asker.ask(other.self, { type: 'ledger', job: job.id })
    const ledgerBytes = wire.bytes - before
    assert.ok(answer.type === 'ledger')
    assert.equal(answer.ledger.accepted.digest, accepted.digest)
    assert.equal(answer.ledger.kept.size, accepted.size)
    assert.deepEqual(answer.ledger.parked, [1, 4])
    const epoch = { round: 1, peer: asker.self, instance: 1 }
    const taken = await asker.ask(other.self, { type: 'hand-off', record: { job, control: undefined }, epoch, accepted, parked: [1, 4] })
    const handOffBytes = wire.bytes - before - ledgerBytes
    assert.equal(taken.type, 'taken-over')
    assert.ok(asked?.type === 'hand-off' && asked.accepted.digest === accepted.digest)
    const slack = 8 * 1024
    assert.ok(ledgerBytes < 3 * units / 8 + slack, `${ledgerBytes} bytes for a ledger`)
    assert.ok(handOffBytes < 2 * units / 8 + slack, `${handOffBytes} bytes for a hand-off`)
  })

  it('brings two hundred kept units home at hardly more than their bytes', async () => {
    const [asker, other] = await pair({
      kept (request, channel) {
        const send = async (): Promise<void> => {
          for (const unit of request.wanted.values()) {
            await channel.send(keptUnit(request.job, gridOf(jobSpec(SPEC)), unit))
          }
          await channel.close()
        }
        send().catch((err: unknown) => { channel.abort(err as Error) })
      }
    })
    const job = await asker.signJob(jobSpec({ requester: asker.self, ...SPEC }))
    const wanted = new UnitSet(JOB_UNITS)
    for (let unit = 0; unit < KEPT; unit++) {
      wanted.add(unit * 500)
    }
    const before = wire.bytes
    const came: number[] = []
    const channel = await asker.openKept(other.self, { job: job.id, wanted })
    for await (const { head, bytes } of channel.messages) {
      came.push(head.unit)
      assert.equal(bytes.byteLength, KEPT_BYTES)
    }
    assert.equal(await channel.closed, undefined)
    assert.deepEqual(came, [...wanted.values()])
    const overhead = (wire.bytes - before) / (KEPT * KEPT_BYTES) - 1
    assert.ok(overhead < 0.03, `${(overhead * 100).toFixed(1)} % more than the units' own bytes`)
  })
})
