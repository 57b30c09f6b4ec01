import assert from 'node:assert/strict'
import { bytes, count, duration, fileName, perMinute, printable, roughly, shortPeer } from '../../src/cli/format.ts'

describe('formats of figures and names', () => {
  it('durations', () => {
    assert.deepEqual([0, 499, 500, 7_000, 91_000, 3_599_600, 3_723_000].map(duration), ['0:00', '0:00', '0:01', '0:07', '1:31', '1:00:00', '1:02:03'])
  })

  it('rough durations', () => {
    assert.deepEqual([0, 1_400, 19_000, 22_000, 57_000, 58_000, 61_000, 395_000, 599_000, 1_140_000, 3_599_000, 4_800_000, 86_399_000, 273_600_000].map(roughly), [
      '1 s', '1 s', '19 s', '20 s', '55 s', '1 min', '1 min', '6 min 40 s', '10 min', '19 min', '1 h', '1 h 20 min', '1 day', '3 days 4 h'
    ])
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

  describe('texts that may come from anybody', () => {
    for (const [what, text, shown] of [
      ['lose escape sequences', '\u001B[2Jgone\u001B]0;title\u0007', '�[2Jgone�]0;title�'],
      ['lose the eight-bit ones too', '\u009B31mred\u009D', '�31mred�'],
      ['stay on one line', 'one \r\n two\tthree\u2028four', 'one two three four'],
      ['lose what turns the writing round', 'photo\u202Egnp.exe\u2066', 'photo�gnp.exe�'],
      ['lose halves of characters', 'a\uD83Db', 'a�b'],
      ['keep letters and emoji of all kinds', 'Ärger "x" 画像 👩‍🚀 עברית', 'Ärger "x" 画像 👩‍🚀 עברית']
    ] as const) {
      it(what, () => {
        assert.equal(printable(text), shown)
      })
    }
  })
})
