import assert from 'node:assert/strict'
import fc from 'fast-check'
import { encodeJobHead, isJobFile, readJobHead } from '../../src/core/job-file.ts'
import { MAX_JOB_HEAD_BYTES, MAX_PRIORITY, MAX_SAMPLES } from '../../src/core/limits.ts'
import * as wire from '../../src/wire/limits.ts'
import { mutations, randomOf } from '../support/mutations.ts'
import { sha256 } from '../support/sha256.ts'
import type { JobHead } from '../../src/core/job-file.ts'

const HEAD: JobHead = {
  name: 'käfer.glb',
  engine: 'pathtracer',
  fingerprint: 'pathtracer/2/abc',
  width: 1920,
  height: 1080,
  frames: { first: -2, last: 7, step: 3 },
  samples: 256,
  split: 'auto',
  tile: null,
  camera: 'Camera.001',
  settings: [['bounces', '8'], ['sky', 'black']],
  leaseMs: 30_000,
  priority: -3,
  picture: { name: 'käfer-####.exr', bits: 16 },
  bundle: { manifest: 'ab'.repeat(32), manifestBytes: 230, entry: 'scenes/käfer.glb' }
}

const encoder = new TextEncoder()

/** A file whose first line fits its second, whatever that is. */
function fileWith (head: unknown, magic = 'tilemesh job 1'): Uint8Array {
  const line = encoder.encode(typeof head === 'string' ? head : JSON.stringify(head))
  return Buffer.concat([encoder.encode(`${magic} ${sha256(line)}\n`), line, encoder.encode('\n')])
}

function refused (bytes: Uint8Array, message: RegExp): void {
  assert.throws(() => readJobHead(bytes, sha256), (error: Error & { exitStatus?: number }) => {
    assert.equal(error.name, 'SceneError')
    assert.equal(error.exitStatus, 3)
    assert.match(error.message, message)
    assert.doesNotMatch(error.message, /\n/)
    return true
  })
}

describe('the head of a job file', () => {
  it('comes out as it went in, whatever follows it', () => {
    const bytes = encodeJobHead(HEAD, sha256)
    assert.deepEqual(readJobHead(bytes, sha256), { head: HEAD, bundleAt: bytes.byteLength })
    assert.deepEqual(readJobHead(Buffer.concat([bytes, Buffer.from('the bundle\n')]), sha256), { head: HEAD, bundleAt: bytes.byteLength })
    const whole = { ...HEAD, split: 'frames', width: 64, height: 64, tile: 32, settings: [], camera: '' } as const
    assert.deepEqual(readJobHead(encodeJobHead(whole, sha256), sha256).head, whole)
  })

  it('is two lines that people can read, the same for ever', () => {
    const [first, second, ...rest] = new TextDecoder().decode(encodeJobHead({ ...HEAD, name: 'a.glb', bundle: { ...HEAD.bundle, entry: 'a.glb' }, picture: { name: 'a-#.png', bits: 8 } }, sha256)).split('\n')
    assert.equal(second, '{"name":"a.glb","engine":"pathtracer","fingerprint":"pathtracer/2/abc","width":1920,"height":1080,"frames":{"first":-2,"last":7,"step":3},"samples":256,' +
      '"split":"auto","tile":null,"camera":"Camera.001","settings":[["bounces","8"],["sky","black"]],"leaseMs":30000,"priority":-3,"picture":{"name":"a-#.png","bits":8},' +
      `"bundle":{"manifest":"${'ab'.repeat(32)}","manifestBytes":230,"entry":"a.glb"}}`)
    assert.equal(first, `tilemesh job 1 ${sha256(encoder.encode(second))}`)
    assert.deepEqual(rest, [''])
  })

  it('is known by the extension of its file', () => {
    assert.deepEqual(['shot.job', '/a b/SHOT.JOB', 'shot.glb', 'job', 'shot.job.glb'].map(isJobFile), [true, true, false, false, false])
  })

  it('is refused when it is of another version, and says what to do', () => {
    refused(fileWith(HEAD, 'tilemesh job 2'), /^it is a job file of format 2, and this tilemesh reads format 1; update the older of the two$/)
    refused(fileWith('whatever comes then', 'tilemesh job 17'), /format 17/)
  })

  for (const [what, bytes] of [
    ['nothing', ''], ['a text', 'hello\nworld\n'], ['a glTF', 'glTF\x02\0\0\0'], ['a line without end', 'tilemesh job 1 ' + 'a'.repeat(1_000)],
    ['no number', 'tilemesh job x 0\n{}\n'], ['a number without end', 'tilemesh job 1111111111 0\n{}\n'], ['nothing but the magic', 'tilemesh job \n']
  ] as const) {
    it(`is not in a file with ${what}`, () => { refused(Buffer.from(bytes), /^it is no job file of tilemesh$/) })
  }

  it('is refused when a single bit of it has changed, or any of its end is missing', () => {
    const bytes = encodeJobHead(HEAD, sha256)
    for (let length = 0; length < bytes.byteLength; length++) {
      refused(bytes.subarray(0, length), /damaged|no job file/)
    }
    for (let bit = 0; bit < bytes.byteLength * 8; bit++) {
      const flipped = Uint8Array.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      refused(flipped, /damaged|no job file|format/)
    }
  })

  it('takes heads up to its limit, and none beyond', () => {
    const head = JSON.stringify(HEAD)
    const prefix = fileWith('').byteLength - 1
    const padded = (bytes: number): Uint8Array => fileWith(head + ' '.repeat(bytes - prefix - 1 - encoder.encode(head).byteLength))
    assert.equal(padded(MAX_JOB_HEAD_BYTES).byteLength, MAX_JOB_HEAD_BYTES)
    assert.deepEqual(readJobHead(padded(MAX_JOB_HEAD_BYTES), sha256).head, HEAD)
    refused(padded(MAX_JOB_HEAD_BYTES + 1), /its head has more than 131072 bytes/)
  })

  const settings = (count: number): JobHead['settings'] => Array.from({ length: count }, (_, index) => [String(index).padStart(4, '0'), ''] as const)
  for (const [what, limit, make] of [
    ['a name', wire.MAX_NAME_BYTES, (n: number) => ({ name: 'x'.repeat(n) })],
    ['a name of wide letters', wire.MAX_NAME_BYTES / 2, (n: number) => ({ name: 'ä'.repeat(n) })],
    ['an engine', wire.MAX_ENGINE_BYTES, (n: number) => ({ engine: 'x'.repeat(n) })],
    ['a fingerprint', wire.MAX_FINGERPRINT_BYTES, (n: number) => ({ fingerprint: 'x'.repeat(n) })],
    ['a camera', wire.MAX_NAME_BYTES, (n: number) => ({ camera: 'x'.repeat(n) })],
    ['the scene\'s path', wire.MAX_ENTRY_BYTES, (n: number) => ({ bundle: { ...HEAD.bundle, entry: 'x'.repeat(n) } })],
    ['settings', wire.MAX_SETTINGS, (n: number) => ({ settings: settings(n) })],
    ['the key of a setting', wire.MAX_SETTING_KEY_BYTES, (n: number) => ({ settings: [['x'.repeat(n), '']] as const })],
    ['the value of a setting', wire.MAX_SETTING_VALUE_BYTES, (n: number) => ({ settings: [['x', 'x'.repeat(n)]] as const })],
    ['the picture\'s name', 255, (n: number) => ({ picture: { name: 'x'.repeat(n - 4) + '.png', bits: 8 as const } })],
    ['samples', MAX_SAMPLES, (n: number) => ({ samples: n })],
    ['the priority', MAX_PRIORITY, (n: number) => ({ priority: n })]
  ] as const) {
    it(`takes ${what} up to ${limit}, as the wire does, and no more`, () => {
      const most = { ...HEAD, ...make(limit) }
      assert.deepEqual(readJobHead(encodeJobHead(most, sha256), sha256).head, most)
      refused(fileWith({ ...HEAD, ...make(limit + 1) }), /damaged|can not be/)
      assert.throws(() => encodeJobHead({ ...HEAD, ...make(limit + 1) }, sha256), { name: 'JobSpecError', exitStatus: 2 })
    })
  }

  const without = (key: string): object => Object.fromEntries(Object.entries(HEAD).filter(([name]) => name !== key))
  for (const [what, head] of [
    ['no object', []], ['null', null], ['a number', 7], ['no JSON', '{"name":'], ['deep nesting', '['.repeat(60_000)],
    ['a part missing', without('samples')], ['a part too many', { ...HEAD, onDone: { command: 'rm -rf ~', folder: '/' } }],
    ['a part of a part too many', { ...HEAD, bundle: { ...HEAD.bundle, files: [] } }],
    ['a size that is none', { ...HEAD, width: 0 }], ['a size as text', { ...HEAD, width: '1920' }], ['an endless size', `${JSON.stringify(HEAD).replace('1920', '1e999')}`],
    ['frames that end before they begin', { ...HEAD, frames: { first: 2, last: 1, step: 1 } }], ['10^9 frames', { ...HEAD, frames: { first: 1, last: 1e9, step: 1 } }],
    ['a picture elsewhere', { ...HEAD, picture: { name: '../../.bashrc.png', bits: 8 } }], ['a picture in a folder', { ...HEAD, picture: { name: 'a/b.png', bits: 8 } }],
    ['a picture in a folder of Windows', { ...HEAD, picture: { name: 'a\\b.png', bits: 8 } }], ['a picture on a drive', { ...HEAD, picture: { name: 'C:b.png', bits: 8 } }],
    ['a picture of another kind', { ...HEAD, picture: { name: '.bashrc', bits: 8 } }], ['a picture without a name', { ...HEAD, picture: { name: '.png', bits: 8 } }],
    ['other bits', { ...HEAD, picture: { name: 'a.png', bits: 10 } }], ['a name of two lines', { ...HEAD, name: 'a\nb' }], ['a name with an escape', { ...HEAD, name: '\x1b[2J' }],
    ['no name', { ...HEAD, name: '' }], ['settings out of order', { ...HEAD, settings: [['b', ''], ['a', '']] }], ['a setting twice', { ...HEAD, settings: [['a', ''], ['a', '']] }],
    ['a setting of three', { ...HEAD, settings: [['a', 'b', 'c']] }], ['a setting of a number', { ...HEAD, settings: [['a', 1]] }],
    ['half a letter', JSON.stringify(HEAD).replace('Camera.001', '\\ud800')], ['a lease of a moment', { ...HEAD, leaseMs: 1 }], ['another split', { ...HEAD, split: 'rows' }],
    ['a bundle without a hash', { ...HEAD, bundle: { ...HEAD.bundle, manifest: '../../etc/passwd' } }], ['a manifest of 10^9 bytes', { ...HEAD, bundle: { ...HEAD.bundle, manifestBytes: 1e9 } }],
    ['a manifest of less than nothing', { ...HEAD, bundle: { ...HEAD.bundle, manifestBytes: -1 } }]
  ] as const) {
    it(`is refused with ${what}`, () => { refused(fileWith(head), /damaged|can not be/) })
  }

  it('is what was written or refused, whatever is done to its bytes', () => {
    const bytes = encodeJobHead(HEAD, sha256)
    const other = encodeJobHead({ ...HEAD, samples: 1 }, sha256)
    fc.assert(fc.property(fc.nat(2 ** 31), (seed) => {
      const below = randomOf(seed)
      const changed = mutations[below(mutations.length)]!(bytes, other, below)
      try {
        const { head } = readJobHead(changed, sha256)
        assert.ok([HEAD.samples, 1].includes(head.samples))
        assert.deepEqual({ ...head, samples: HEAD.samples }, HEAD)
      } catch (error) {
        assert.equal((error as Error).name, 'SceneError', String(error))
      }
    }), { numRuns: 3_000 })
  })
})
