import assert from 'node:assert/strict'
import fc from 'fast-check'
import { CacheBook } from '../../src/core/cache.ts'
import type { CacheNeeds, Eviction } from '../../src/core/cache.ts'

const NOTHING: CacheNeeds = { scenes: new Set(), films: () => false }

/** Two scenes that share a blob, a film, and a blob of no scene, used in the order of the alphabet. */
function smallBook (): CacheBook {
  const book = new CacheBook()
  for (const [blob, bytes] of [['a', 10], ['b', 20], ['shared', 100], ['loose', 7]] as const) {
    book.addBlob(blob, bytes, blob === 'loose' ? 4 : 0)
  }
  book.addScene('scene a', 'a.glb', new Set(['a', 'shared']), 0, 1)
  book.addScene('scene b', 'b.glb', new Set(['b', 'shared']), 0, 2)
  book.addFilms('film', 50, 3)
  return book
}

function ids (evictions: readonly Eviction[]): string[] {
  return evictions.map(({ id }) => id)
}

function carryOut (book: CacheBook, evictions: readonly Eviction[]): void {
  for (const { kind, id, blobs } of evictions) {
    if (kind === 'scene') {
      book.dropScene(id)
    } else if (kind === 'films') {
      book.dropFilms(id)
    }
    blobs.forEach((blob) => { book.dropBlob(blob) })
  }
}

describe('what a cache lets go of', () => {
  it('is what was used longest ago, and no more than it must', () => {
    const book = smallBook()
    assert.equal(book.bytes, 187)
    assert.deepEqual(ids(book.evictions(0, NOTHING)), [])
    assert.deepEqual(ids(book.evictions(10, NOTHING)), ['scene a'])
    assert.deepEqual(ids(book.evictions(11, NOTHING)), ['scene a', 'scene b'])
    book.usedScene('scene a', 9)
    assert.deepEqual(ids(book.evictions(10, NOTHING)), ['scene b'])
    assert.deepEqual(ids(book.evictions(Infinity, NOTHING)), ['scene b', 'film', 'loose', 'scene a'])
  })

  it('is a shared blob only with the last scene that has it', () => {
    const evictions = smallBook().evictions(130, NOTHING)
    assert.deepEqual(evictions.map(({ blobs, freedBytes }) => [blobs, freedBytes]), [[['a'], 10], [['b', 'shared'], 120]])
  })

  it('is nothing that a live job needs, nor what is pinned', () => {
    const book = smallBook()
    const needs: CacheNeeds = { scenes: new Set(['scene b']), films: (job) => job === 'film' }
    assert.deepEqual(book.evictions(Infinity, needs).map(({ id, blobs }) => [id, blobs]), [['scene a', ['a']], ['loose', ['loose']]])
    book.pin('a', 10)
    book.pin('loose', 0)
    assert.deepEqual(book.evictions(Infinity, needs), [])
    book.unpin('loose')
    assert.deepEqual(ids(book.evictions(Infinity, needs)), ['loose'])
  })

  it('counts what is on its way with all it is going to have, from the moment it is wanted', () => {
    const book = new CacheBook()
    book.pin('a', 100)
    book.pin('a', 100)
    assert.equal(book.bytes, 100)
    book.addPart('a', 40, 1)
    assert.equal(book.bytes, 100)
    book.unpin('a')
    assert.equal(book.bytes, 100)
    book.unpin('a')
    assert.equal(book.bytes, 40)
    book.addBlob('a', 100, 2)
    assert.equal(book.bytes, 100)
    assert.ok(book.hasSize(100) && book.isWhole('a'))
    book.dropBlob('a')
    assert.deepEqual([book.bytes, book.hasSize(100), book.isWhole('a')], [0, false, false])
  })

  it('counts a folder of copies besides the blobs', () => {
    const book = new CacheBook()
    book.addBlob('a', 10, 0)
    book.addScene('s', 's.glb', new Set(['a']), 10, 0)
    assert.equal(book.bytes, 20)
    book.addScene('s', 's.glb', new Set(['a']), 10, 1)
    assert.equal(book.bytes, 20)
    assert.deepEqual(book.evictions(1, NOTHING), [{ kind: 'scene', id: 's', blobs: ['a'], freedBytes: 20 }])
  })

  it('whatever came, was used and was pinned: nothing needed goes, the oldest goes first, no more than is asked, and what it says is freed', () => {
    const blob = fc.integer({ min: 0, max: 9 }).map((number) => `blob ${number}`)
    const bytes = fc.integer({ min: 0, max: 50 })
    const time = fc.integer({ min: 0, max: 20 })
    const step = fc.oneof(
      fc.tuple(fc.constant('blob' as const), blob, bytes, time),
      fc.tuple(fc.constant('part' as const), blob, bytes, time),
      fc.tuple(fc.constant('pin' as const), blob, bytes),
      fc.tuple(fc.constant('unpin' as const), blob),
      fc.tuple(fc.constant('scene' as const), fc.integer({ min: 0, max: 4 }), fc.uniqueArray(blob, { maxLength: 5 }), bytes, time),
      fc.tuple(fc.constant('films' as const), fc.integer({ min: 0, max: 3 }), bytes, time),
      fc.tuple(fc.constant('used' as const), blob, time)
    )
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 400 }), fc.uniqueArray(fc.integer({ min: 0, max: 4 })), fc.uniqueArray(fc.integer({ min: 0, max: 3 })), (steps, wanted, neededScenes, neededFilms) => {
      const book = new CacheBook()
      const pins = new Map<string, number>()
      const scenes = new Map<string, readonly string[]>()
      for (const one of steps) {
        switch (one[0]) {
          case 'blob': book.addBlob(one[1], one[2], one[3]); break
          case 'part': book.addPart(one[1], one[2], one[3]); break
          case 'pin': book.pin(one[1], one[2]); pins.set(one[1], (pins.get(one[1]) ?? 0) + 1); break
          case 'unpin': book.unpin(one[1]); pins.set(one[1], Math.max(0, (pins.get(one[1]) ?? 0) - 1)); break
          case 'scene': book.addScene(`scene ${one[1]}`, '', new Set(one[2]), one[3], one[4]); scenes.set(`scene ${one[1]}`, one[2]); break
          case 'films': book.addFilms(`film ${one[1]}`, one[2], one[3]); break
          case 'used': book.usedBlob(one[1], one[2])
        }
      }
      const needs: CacheNeeds = { scenes: new Set(neededScenes.map((number) => `scene ${number}`)), films: (job) => neededFilms.some((number) => job === `film ${number}`) }
      const untouchable = new Set([...[...pins].filter(([, count]) => count > 0).map(([id]) => id), ...[...needs.scenes].flatMap((scene) => scenes.get(scene) ?? [])])
      const usedAtMs = new Map(book.things().map(({ id, usedAtMs: at }) => [id, at]))
      const evictions = book.evictions(wanted, needs)
      for (const { id, blobs } of evictions) {
        assert.ok(!needs.scenes.has(id) && !needs.films(id) && !untouchable.has(id), `${id} is needed`)
        assert.deepEqual(blobs.filter((gone) => untouchable.has(gone)), [])
      }
      const times = evictions.map(({ id }) => usedAtMs.get(id)!)
      assert.deepEqual(times, [...times].sort((a, b) => a - b))
      const freed = evictions.map(({ freedBytes }) => freedBytes)
      const sum = (all: readonly number[]): number => all.reduce((total, part) => total + part, 0)
      assert.ok(evictions.length === 0 || sum(freed.slice(0, -1)) < wanted, 'the last one was not needed')
      const before = book.bytes
      carryOut(book, evictions)
      assert.equal(before - book.bytes, sum(freed))
      if (sum(freed) < wanted) {
        assert.deepEqual(book.evictions(wanted, needs).map(({ freedBytes }) => freedBytes).filter((more) => more > 0), [], 'something was left that may go')
      }
      for (const id of [...pins].flatMap(([id, count]) => Array<string>(count).fill(id))) {
        book.unpin(id)
      }
      carryOut(book, book.evictions(Infinity, NOTHING))
      assert.equal(book.bytes, 0)
    }), { numRuns: 500 })
  })
})
