import assert from 'node:assert/strict'
import { HANDSHAKE_TIMEOUT_MS, MAX_PENDING_CONNECTIONS_PER_ADDRESS } from '../../src/mesh/limits.ts'
import { HAS_MANY_MACHINES } from '../support/hostile/attacks.ts'
import { Insider } from '../support/hostile/insider.ts'
import { dialWrongly, openings, visit } from '../support/hostile/outsiders.ts'
import { Siege } from '../support/hostile/siege.ts'

/** Whether this is a long run: see test/support/long-run.ts. */
const IS_LONG = Number(process.env['FUZZ_RUNS'] ?? 0) > 1_000_000

const WRONG_DIALS = IS_LONG ? 1_000 : 200
const CONNECTIONS = IS_LONG ? 100 : 10
const IDLE_SOCKETS = 200

/** By then a handshake has failed, on a busy machine too. */
const PATIENCE_MS = HANDSHAKE_TIMEOUT_MS + 10_000

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

describe(`strangers who do not know the secret, SEED=${SEED}`, function () {
  this.timeout(600_000)
  let siege: Siege

  before(async () => { siege = await Siege.lay(SEED) })

  after(async () => { await siege.lift() })

  it(`${CONNECTIONS} connections of each kind are closed within the time of a handshake, told nothing, and cost nothing that stays`, async () => {
    await siege.survive(async () => {
      await Promise.all(Object.entries(openings).map(async ([what, opening]) => {
        for (const { isClosed, isTold } of await visit(siege.port, CONNECTIONS, opening, PATIENCE_MS)) {
          assert.ok(isClosed, `${what}: still open`)
          assert.ok(!isTold, `${what}: was told more than a stranger may know`)
        }
      }))
    })
  })

  it(`${WRONG_DIALS} dials with another secret: none comes in`, async () => {
    await siege.survive(async () => {
      assert.equal(await dialWrongly(siege.target.address, WRONG_DIALS), 0)
    })
  })

  it(`${IDLE_SOCKETS} sockets that say nothing keep nobody else out`, async function () {
    await siege.survive(async () => {
      const visiting = visit(siege.port, IDLE_SOCKETS, openings['nothing']!, PATIENCE_MS)
      if (HAS_MANY_MACHINES) {
        const newcomer = await Insider.join(siege.target.address, siege.target.secret, '127.9.9.9')
        assert.ok(newcomer.isIn)
        await newcomer.leave()
      }
      assert.ok((await visiting).every(({ isClosed, isTold }) => isClosed && !isTold))
    })
    assert.ok(MAX_PENDING_CONNECTIONS_PER_ADDRESS < IDLE_SOCKETS)
  })
})
