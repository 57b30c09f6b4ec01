import assert from 'node:assert/strict'
import fc from 'fast-check'
import { readUri, resolveSegments } from '../../../../src/engines/pathtracer/loader/uris.ts'
import { SceneError } from '../../../../src/errors.ts'

const path = (uri: string): string => {
  const resource = readUri(uri, 'image 0')
  assert.equal(resource.kind, 'file')
  return resource.kind === 'file' ? resource.segments.join('/') : ''
}

describe('readUri', () => {
  const files: readonly (readonly [string, string])[] = [
    ['a.png', 'a.png'],
    ['./a.png', 'a.png'],
    ['t/./b//a.png', 't/b/a.png'],
    ['t/../a.png', 'a.png'],
    ['../textures/a.png', '../textures/a.png'],
    ['t/../../u/../../a.png', '../../a.png'],
    ['with%20space.png', 'with space.png'],
    ['with space.png', 'with space.png'],
    ['Gr%C3%B6%C3%9Fe.png', 'Größe.png'],
    ['50%25.png', '50%.png'],
    ['a%2Fb.png', 'a/b.png'],
    ['..%2F..%2Fa.png', '../../a.png']
  ]
  for (const [uri, expected] of files) {
    it(`reads ${uri} as ${expected}`, () => assert.equal(path(uri), expected))
  }

  for (const uri of ['http://example.org/a.png', 'https://example.org/a.png', 'file:///etc/passwd', 'ftp://a/b', 'blob:x', '/a.png', '//host/a.png', 'C:/a.png', 'c%3A/a.png', '%2Fetc/passwd', 'a\\b.png', '..%5Cb.png', 'a%00.png', 'a%zz.png', '', '.', '..', 'a/..', 'a/../..', 'data:nothing', 'data:;base64,%%%']) {
    it(`refuses ${JSON.stringify(uri)} in one line that names the place`, () => {
      assert.throws(() => readUri(uri, 'image 7'), (error) => {
        assert.ok(error instanceof SceneError)
        assert.match(error.message, /image 7/)
        assert.ok(!error.message.includes('\n'))
        return true
      })
    })
  }

  it('reads data URIs, encoded in base64 or percent', () => {
    for (const uri of ['data:application/octet-stream;base64,AAH/', 'data:;base64,AAH%2F', 'DATA:image/png;name=x;BASE64,AAH/']) {
      assert.deepEqual(readUri(uri, ''), { kind: 'data', bytes: Uint8Array.of(0, 1, 255) })
    }
    assert.deepEqual(readUri('data:,a%20b', ''), { kind: 'data', bytes: Uint8Array.of(97, 32, 98) })
  })

  it('answers any text with a path that can only leave upwards at its start, or a refusal', () => {
    const piece = fc.constantFrom('..', '.', '/', '\\', ':', 'a', '%2e', '%2F', '%5c', '%00', 'http:', '//', '%', 'ä')
    fc.assert(fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      try {
        const resource = readUri(pieces.join(''), 'x')
        assert.ok(resource.kind === 'file')
        const { segments } = resource
        assert.deepEqual(resolveSegments(segments), segments)
        assert.ok(!segments.slice(segments.findIndex((one) => one !== '..')).includes('..'))
        assert.ok(segments.every((one) => !/[\\\0/]/.test(one)))
      } catch (error) {
        assert.ok(error instanceof SceneError, String(error))
      }
    }), { numRuns: 5000 })
  })
})
