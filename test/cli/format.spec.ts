import assert from 'node:assert/strict'
import { bytes, count, duration, fileName, perMinute, shortPeer } from '../../src/cli/format.ts'

describe('formats of figures and names', () => {
  it('durations', () => {
    assert.deepEqual([0, 499, 500, 7_000, 91_000, 3_599_600, 3_723_000].map(duration), ['0:00', '0:00', '0:01', '0:07', '1:31', '1:00:00', '1:02:03'])
  })

  it('bytes', () => {
    assert.deepEqual([0, 1023, 1024, 1536, 5 * 2 ** 30].map(bytes), ['0 B', '1023 B', '1.0 KiB', '1.5 KiB', '5.0 GiB'])
  })

  it('rates and counts', () => {
    assert.deepEqual([perMinute(11.2), perMinute(99.94), perMinute(280.4), count(1, 'peer'), count(0, 'peer')], ['11.2 units/min', '99.9 units/min', '280 units/min', '1 peer', '0 peers'])
  })

  it('peers and files', () => {
    assert.equal(shortPeer('12D3KooWGkz1Rw9f'), '12D3…Rw9f')
    assert.deepEqual(
      [fileName('/a/b', '/a/b/c.png'), fileName('/a/b', '/a/c.png'), fileName('/a/b', '/a/b/..c.png')],
      ['c.png', '/a/c.png', '..c.png']
    )
  })
})
