import assert from 'node:assert/strict'
import { posix, win32 } from 'node:path'
import fc from 'fast-check'
import { MAX_PATH_BYTES, MAX_PATH_DEPTH } from '../../src/bundle/limits.ts'
import { findCollision, foldPath, pathFault } from '../../src/bundle/paths.ts'

const deep = (folders: number): string => [...Array<string>(folders - 1).fill('d'), 'f'].join('/')

/** What each system makes dangerous, or can not store. All are refused on every system. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'every system': ['', '..', '../a', 'a/../b', 'a/..', '.', './a', 'a/./b', 'a//b', 'a/', '/', '/a', '//a', 'a\0b', 'a\nb', 'a\u001bb', 'a\u007fb', 'a\u0085b', deep(MAX_PATH_DEPTH + 1), 'x'.repeat(MAX_PATH_BYTES + 1), 'ä'.repeat(MAX_PATH_BYTES / 2) + 'x'],
  Linux: ['/etc/passwd', '/proc/self/mem', 'a/../../../etc/passwd', '\ud800', 'a\udfffb'],
  macOS: ['a\u200db', 'a\u200c', '\u202egpj.exe', '\ufeffa', 'a\u00adb', 'a:b', 'a\u2028b'],
  Windows: [
    'C:\\a', 'C:/a', 'c:a', '\\\\host\\share', '//host/share', '\\\\?\\C:\\a', '\\\\.\\pipe\\a', '\\a', 'a\\..\\b', 'a\\b', 'a:stream', 'a::$DATA',
    'CON', 'con', 'Nul', 'NUL.png', 'nul.tar.gz', 'a/PRN', 'aux/b', 'COM1', 'com9.txt', 'COM0', 'LPT1', 'lpt¹', 'COM².x', 'CONIN$', 'conout$', 'CLOCK$', 'nul .png', 'con  ',
    'a.', 'a ', 'a./b', 'a /b', '...', 'a<b', 'a>b', 'a"b', 'a|b', 'a?b', 'a*b', 'a\u00a0', 'a\u3000b'
  ]
}

const allowed = [
  'a', 'a.png', '.hidden', '.hidden/.x', 'a/b/c.gltf', 'Mit Leerzeichen.png', 'Größe/Überzug.png', 'テクスチャ/木.png', 'e\u0301.png', '..a', 'a..b', 'a...png', '~', '~root', '$HOME', '%2e%2e', '-rf', ' a', '#1', "it's", '(1)', '[x]{y}',
  'console', 'null.png', 'COM10', 'COM', 'lpt', 'com¹0', 'aux-light.png', 'a.con', '😀.png', deep(MAX_PATH_DEPTH), 'x'.repeat(MAX_PATH_BYTES), 'ä'.repeat(MAX_PATH_BYTES / 2)
]

describe('pathFault', () => {
  for (const [system, paths] of Object.entries(refused)) {
    for (const path of paths) {
      it(`refuses ${JSON.stringify(path.length > 40 ? path.slice(0, 40) + '…' : path)} (${system})`, () => {
        assert.equal(typeof pathFault(path), 'string')
      })
    }
  }

  for (const path of allowed) {
    it(`allows ${JSON.stringify(path.length > 40 ? path.slice(0, 40) + '…' : path)}`, () => {
      assert.equal(pathFault(path), undefined)
    })
  }

  it('lets no text through that leaves the folder, or names another file, on any system', () => {
    const nasty = fc.constantFrom('..', '.', '/', '\\', ':', 'C:', 'a', 'B', 'con', 'nul', '.', ' ', '\0', '\u200d', 'é', 'e\u0301', '*', '\ud800', '//', '$', '1')
    const text = fc.oneof(fc.array(nasty, { maxLength: 12 }).map((parts) => parts.join('')), fc.string({ unit: 'binary' }))
    fc.assert(fc.property(text, (path) => {
      if (pathFault(path) !== undefined) {
        return
      }
      assert.equal(posix.join('/bundle', path), `/bundle/${path}`)
      assert.equal(win32.join('C:\\bundle', path), `C:\\bundle\\${path.replaceAll('/', '\\')}`)
      assert.equal(win32.resolve('C:\\bundle', path), `C:\\bundle\\${path.replaceAll('/', '\\')}`)
      assert.equal(win32.isAbsolute(path), false)
      assert.equal(Buffer.from(path).toString(), path)
      assert.ok(!/(?:^|\/)(?:con|nul)(?:\.|\/|$)/i.test(path))
      assert.ok(!/[. ](?:\/|$)/.test(path))
    }), { numRuns: 20_000 })
  })
})

describe('findCollision', () => {
  const colliding: readonly (readonly string[])[] = [
    ['a', 'a'], ['a.png', 'A.PNG'], ['é', 'e\u0301'], ['É', 'e\u0301'], ['straße', 'STRASSE'], ['straẞe', 'strasse'], ['ΣΑΣ', 'σας'], ['\u212a', 'k'], ['\ufb01x', 'fix'],
    ['a', 'a/b'], ['a/b/c', 'a/b'], ['A', 'a/b'], ['é/x', 'e\u0301'], ['x', 'a', 'b', 'X']
  ]
  for (const paths of colliding) {
    it(`finds ${JSON.stringify(paths)}`, () => {
      assert.notEqual(findCollision(paths), undefined)
      assert.notEqual(findCollision([...paths].reverse()), undefined)
    })
  }

  for (const paths of [[], ['a'], ['a', 'b'], ['a/b', 'a/c', 'ab'], ['a', 'a.b', 'a-b/c'], ['T/a', 't/b'], ['a/b', 'b']]) {
    it(`finds nothing in ${JSON.stringify(paths)}`, () => {
      assert.equal(findCollision(paths), undefined)
    })
  }

  it('folds a path to the same text whatever its case and form', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (path) => {
      assert.equal(foldPath(path.normalize('NFD')), foldPath(path.normalize('NFC')))
      assert.equal(foldPath(path.toLowerCase()), foldPath(path))
    }))
  })
})
