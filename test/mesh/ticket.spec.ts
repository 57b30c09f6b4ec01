import assert from 'node:assert/strict'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import fc from 'fast-check'
import { TicketError } from '../../src/errors.ts'
import { decodeTicket, encodeTicket, MAX_TICKET_NAME_BYTES } from '../../src/mesh/ticket.ts'
import { mutations, randomOf } from '../support/mutations.ts'
import type { Ticket } from '../../src/mesh/ticket.ts'

const SEED = 4711

describe('tickets', () => {
  const secret = Uint8Array.from({ length: 32 }, (_, i) => i * 7)
  let peer: string
  let other: string

  before(async () => {
    const idOf = async (byte: number): Promise<string> => peerIdFromPrivateKey(await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(byte))).toString()
    peer = await idOf(1)
    other = await idOf(2)
  })

  function ticket (overrides: Partial<Ticket> = {}): Ticket {
    return { kind: 'mesh', meshName: 'studio', secret, addresses: [`/ip4/192.168.1.20/tcp/4001/p2p/${peer}`], ...overrides }
  }

  it('say again what they were told', () => {
    const told = ticket({ addresses: [`/ip4/10.0.0.7/tcp/4001/p2p/${peer}`, `/ip6/fd00::7/tcp/4001/p2p/${peer}`, `/dns4/farm.example/tcp/443/p2p/${peer}`] })
    assert.deepEqual(decodeTicket(encodeTicket(told)), told)
    assert.deepEqual(decodeTicket(encodeTicket(ticket({ addresses: [] }))), ticket({ addresses: [] }))
    assert.deepEqual(decodeTicket(encodeTicket(ticket({ addresses: ['/ip4/10.0.0.7/tcp/1'] }))), ticket({ addresses: ['/ip4/10.0.0.7/tcp/1'] }))
  })

  it('are short: two addresses in less than 250 characters', () => {
    const text = encodeTicket(ticket({ meshName: 'the studio in the old mill', addresses: [`/ip4/10.0.0.7/tcp/40001/p2p/${peer}`, `/ip6/2001:db8::7/tcp/40001/p2p/${peer}`] }))
    assert.match(text, /^TILEMESH:[A-Z2-7]+$/)
    assert.ok(text.length <= 250, `${text.length} characters`)
  })

  it('do not mind case, spaces and line breaks', () => {
    const text = encodeTicket(ticket())
    const spread = text.toLowerCase().replace(/.{9}/g, '$&\r\n  ').replace('tilemesh:', ' Tile mesh: ')
    assert.deepEqual(decodeTicket(spread), ticket())
  })

  it('keep four addresses, and loopback only when there is nothing else', () => {
    const addresses = [1, 2, 3, 4, 5].map((host) => `/ip4/10.0.0.${host}/tcp/1/p2p/${peer}`)
    const loopback = `/ip4/127.0.0.1/tcp/1/p2p/${peer}`
    assert.deepEqual(decodeTicket(encodeTicket(ticket({ addresses: [loopback, ...addresses] }))).addresses, addresses.slice(0, 4))
    assert.deepEqual(decodeTicket(encodeTicket(ticket({ addresses: [loopback] }))).addresses, [loopback])
  })

  it('are not made of two peers, no or too long a name, or another secret', () => {
    const refused: Partial<Ticket>[] = [
      { addresses: [`/ip4/10.0.0.1/tcp/1/p2p/${peer}`, `/ip4/10.0.0.2/tcp/1/p2p/${other}`] },
      { meshName: '' },
      { meshName: 'x'.repeat(MAX_TICKET_NAME_BYTES + 1) },
      { meshName: 'bell\u0007' },
      { secret: secret.subarray(1) }
    ]
    for (const overrides of refused) {
      assert.throws(() => encodeTicket(ticket(overrides)), TicketError)
    }
    assert.equal(decodeTicket(encodeTicket(ticket({ meshName: 'x'.repeat(MAX_TICKET_NAME_BYTES) }))).meshName.length, MAX_TICKET_NAME_BYTES)
  })

  it('are refused with one line when any letter is wrong or missing', () => {
    const text = encodeTicket(ticket())
    for (let at = 9; at < text.length; at++) {
      const wrong = text[at] === 'A' ? 'B' : 'A'
      for (const garbled of [text.slice(0, at) + wrong + text.slice(at + 1), text.slice(0, at), text.slice(0, at) + text.slice(at + 1)]) {
        assert.throws(() => decodeTicket(garbled), (err) => err instanceof TicketError && !err.message.includes('\n'), `${at}: ${garbled}`)
      }
    }
  })

  it('are refused with one line when any character is changed to any other', () => {
    const text = encodeTicket(ticket())
    const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', ...'0189=-_/:.\u0000\u001b\u202e🦆é']
    let variants = 0
    for (let at = 0; at < text.length; at++) {
      for (const other of alphabet) {
        const garbled = text.slice(0, at) + other + text.slice(at + 1)
        if (garbled.toUpperCase() !== text) {
          assert.throws(() => decodeTicket(garbled), (err) => err instanceof TicketError && !/[\p{Cc}\u202e]/u.test(err.message), `${at}: ${garbled}`)
          variants++
        }
      }
    }
    assert.ok(variants > 5_000, `${variants} variants`)
  })

  it('are read with any white space and in any case, anywhere in them', () => {
    const text = encodeTicket(ticket())
    for (let at = 0; at <= text.length; at++) {
      for (const space of [' ', '\n', '\r\n', '\t', '\u00a0', '  \n\n ']) {
        assert.deepEqual(decodeTicket(text.slice(0, at) + space + text.slice(at)), ticket())
      }
      assert.deepEqual(decodeTicket(text.slice(0, at).toLowerCase() + text.slice(at)), ticket())
    }
  })

  it(`are the same or refused, in 1,000 damaged variants (seed ${SEED})`, () => {
    const right = Buffer.from(encodeTicket(ticket()))
    const other = Buffer.from(encodeTicket(ticket({ meshName: 'attic', addresses: [] })))
    const below = randomOf(SEED)
    for (let variant = 0; variant < 1_000; variant++) {
      const garbled = Buffer.from(mutations[variant % mutations.length]!(right, other, below)).toString()
      try {
        const read = decodeTicket(garbled)
        assert.deepEqual(read, read.meshName === 'studio' ? ticket() : ticket({ meshName: 'attic', addresses: [] }))
      } catch (err) {
        assert.ok(err instanceof TicketError, String(err))
        assert.doesNotMatch(err.message, /\n/)
      }
    }
  })

  it(`are refused for anything else (seed ${SEED})`, () => {
    const never = (text: string): void => {
      assert.throws(() => decodeTicket(text), TicketError)
    }
    for (const text of ['', 'TILEMESH:', 'tilemesh', 'TILEMESH:1', 'TILEMESH:ABCDEFGH', 'TILEMESH:' + 'A'.repeat(10_000), 'https://example.org']) {
      never(text)
    }
    fc.assert(fc.property(fc.string(), never), { seed: SEED, numRuns: 300 })
    fc.assert(fc.property(fc.stringMatching(/^[A-Z2-7]{0,200}$/), (letters) => { never(`TILEMESH:${letters}`) }), { seed: SEED, numRuns: 300 })
  })
})
