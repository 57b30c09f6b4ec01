import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { STREAM_LIMITS } from '../../src/wire/limits.ts'
import * as limits from '../../src/wire/limits.ts'
import { LIST_LIMIT } from '../../src/wire/codec/index.ts'
import { PROTOCOLS } from '../../src/wire/protocols.ts'
import { entries } from './limit-entries.ts'

/** Limits that are kept where streams, gossip and buffers are, and tested there. */
const KEPT_BY_MESH = [
  'RESULT_CREDIT_UNITS', 'RESULT_CREDIT_BYTES', 'RESULT_CREDIT_MOST_UNITS', 'BLOB_CREDIT_CHUNKS', 'MIN_RATE_BYTES_PER_SECOND', 'RATE_GRACE_MS', 'MAX_READ_BUFFER_BYTES',
  'MAX_LEASE_OUTBOUND_BYTES', 'MAX_VIEW_OUTBOUND_BYTES', 'GOSSIP_MESSAGES_PER_SECOND', 'GOSSIP_BYTES_PER_SECOND', 'GOSSIP_BURST_SECONDS'
]

/** Limits that nothing can exceed: the encoder keeps to the one (see the spec of what is cut), the other is a least value. */
const NOT_REFUSED = ['MAX_EVENT_FILES_BYTES', 'MIN_HEARTBEAT_MS']

function refusal (limit: string): (err: unknown) => boolean {
  return (err) => {
    assert(err instanceof Error)
    assert.equal(err.name, 'WireError')
    const named = (err as Error & { limit?: string }).limit
    assert(named === limit || named === LIST_LIMIT, `refused for ${named ?? err.message}, not for ${limit}`)
    return true
  }
}

describe('limits of messages', () => {
  for (const { limit, what, attempt } of entries) {
    it(`${limit}, ${what}: ${limits[limit]} and not one more`, () => {
      attempt(limits[limit])
      assert.throws(() => { attempt(limits[limit] + 1) }, refusal(limit))
    })
  }

  it('are all in the table above or kept by the mesh', () => {
    const tested = new Set<string>([...entries.map(({ limit }) => limit), ...KEPT_BY_MESH, ...NOT_REFUSED])
    const numbers = Object.entries(limits).filter(([, value]) => typeof value === 'number').map(([name]) => name)
    assert.deepEqual(numbers.filter((name) => !tested.has(name)), [])
  })

  it('are repeated in the schemas as they are here', () => {
    const folder = new URL('../../../src/wire/', import.meta.url)
    const schemas = readdirSync(folder).filter((file) => file.endsWith('.proto')).map((file) => readFileSync(new URL(file, folder), 'utf8'))
    const lines = schemas.flatMap((schema) => schema.split('\n')).filter((line) => /^\s*repeated /.test(line))
    assert(lines.length >= 15)
    for (const line of lines) {
      const found = /limit = (\d+)\]; \/\/ (\w+)$/.exec(line)
      assert(found !== null, `no limit, or not by name: ${line}`)
      assert.equal(Number(found[1]), limits[found[2] as 'MAX_SETTINGS'], line)
    }
  })

  it('of streams exist for every protocol, none more than eight streams', () => {
    assert.deepEqual(Object.keys(STREAM_LIMITS).sort(), [...PROTOCOLS].sort())
    for (const { inboundPerPeer, outboundPerPeer } of Object.values(STREAM_LIMITS)) {
      assert(outboundPerPeer <= inboundPerPeer && inboundPerPeer <= 8)
    }
  })

  it('let no message be longer than two mebibytes', () => {
    for (const { maxMessageBytes } of Object.values(STREAM_LIMITS)) {
      assert(maxMessageBytes <= 2 * 1024 ** 2)
    }
  })
})
