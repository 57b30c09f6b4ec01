import assert from 'node:assert/strict'
import fc from 'fast-check'
import { frameCount } from '../../src/core/job.ts'
import { MAX_CHUNKS, MAX_SAMPLES, MAX_TILE, MAX_UNITS, MIN_CHUNK_SAMPLES } from '../../src/core/limits.ts'
import { chunkSamplesOf, chunksOf, contentOf, fittingTile, frameNumber, gridOf, pixelsOf, placeOf, samplesOf, unitAt, unitBytes, unitSamples } from '../../src/core/units.ts'
import { gridSpecs, grids } from '../support/grids.ts'
import { jobSpec } from '../support/job-spec.ts'

describe('units', () => {
  it('numbers every place once, row-major over frame, tile row, tile column, run', () => {
    fc.assert(fc.property(grids(), (grid) => {
      let expected = 0
      for (let frame = 0; frame < grid.frames; frame++) {
        for (let tileY = 0; tileY < grid.tilesY; tileY++) {
          for (let tileX = 0; tileX < grid.tilesX; tileX++) {
            for (let run = 0; run < grid.runs; run++) {
              const place = { frame, tileX, tileY, run }
              assert.equal(unitAt(grid, place), expected)
              assert.deepEqual(placeOf(grid, expected), place)
              expected++
            }
          }
        }
      }
      assert.equal(grid.units, expected)
    }))
  })

  it('covers every pixel of the picture with exactly one tile, and counts its bytes', () => {
    fc.assert(fc.property(grids(), (grid) => {
      const covered = new Uint8Array(grid.width * grid.height)
      for (let tileY = 0; tileY < grid.tilesY; tileY++) {
        for (let tileX = 0; tileX < grid.tilesX; tileX++) {
          const { x0, y0, x1, y1 } = pixelsOf(grid, { tileX, tileY })
          assert.equal(unitBytes(grid, unitAt(grid, { frame: 0, tileX, tileY, run: 0 })), (x1 - x0) * (y1 - y0) * 16)
          for (let y = y0; y < y1; y++) {
            covered.fill(1 + covered[y * grid.width + x0]!, y * grid.width + x0, y * grid.width + x1)
          }
        }
      }
      assert.ok(covered.every((count) => count === 1))
    }))
  })

  it('counts every sample of every pixel of every frame in exactly one unit', () => {
    fc.assert(fc.property(grids(), (grid) => {
      let samples = 0
      for (let unit = 0; unit < grid.units; unit++) {
        samples += unitSamples(grid, unit)
      }
      assert.equal(samples, grid.width * grid.height * grid.frames * grid.samples)
    }))
  })

  it('gives every sample of a pixel to exactly one chunk, and every chunk to exactly one run', () => {
    fc.assert(fc.property(grids(), (grid) => {
      let chunk = 0
      let sample = 0
      for (let run = 0; run < grid.runs; run++) {
        const { first, end } = chunksOf(grid, { run })
        assert.equal(first, chunk)
        for (; chunk < end; chunk++) {
          const samples = samplesOf(grid, chunk)
          assert.equal(samples.first, sample)
          assert.ok(samples.end > sample)
          sample = samples.end
        }
      }
      assert.equal(chunk, grid.chunks)
      assert.equal(sample, grid.samples)
    }))
  })

  it('sums max(16, samples / 16 rounded up to a power of two) samples in a chunk, whatever the split', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: MAX_SAMPLES }), (samples) => {
      const size = chunkSamplesOf(samples)
      assert.equal(size, Math.max(MIN_CHUNK_SAMPLES, 2 ** Math.ceil(Math.log2(samples / MAX_CHUNKS))))
      assert.ok(Math.ceil(samples / size) <= MAX_CHUNKS)
    }))
    assert.deepEqual([1, 16, 17, 256, 257, 512, 513, 1024].map(chunkSamplesOf), [16, 16, 16, 16, 32, 32, 64, 64])
    fc.assert(fc.property(gridSpecs(), (spec) => {
      const sizes = (['tiles', 'samples', 'frames'] as const).map((split) => gridOf({ ...spec, split }).chunkSamples)
      assert.equal(new Set(sizes).size, 1)
    }))
  })

  it('holds the mean of all chunks in a unit, or the sum of one chunk of several', () => {
    fc.assert(fc.property(grids(), (grid) => {
      const { first, end } = chunksOf(grid, { run: grid.runs - 1 })
      if (contentOf(grid) === 'mean') {
        assert.deepEqual([first, end], [0, grid.chunks])
      } else {
        assert.equal(end - first, 1)
      }
    }))
  })

  it('numbers frames as they stand in file names', () => {
    fc.assert(fc.property(gridSpecs(), (spec) => {
      const grid = gridOf(spec)
      assert.equal(grid.frames, frameCount(spec.frames))
      assert.equal(frameNumber(grid, 0), spec.frames.first)
      const last = frameNumber(grid, grid.frames - 1)
      assert.ok(last <= spec.frames.last && last + spec.frames.step > spec.frames.last)
    }))
  })

  it('takes as many units as a job may have, and refuses one more', () => {
    const spec = jobSpec({ width: 8, height: 8, tile: 8, frames: { first: 1, last: MAX_UNITS, step: 1 } })
    assert.equal(gridOf(spec).units, MAX_UNITS)
    assert.throws(() => gridOf({ ...spec, frames: { first: 0, last: MAX_UNITS, step: 1 } }), { name: 'JobSpecError', message: /1000001 units/ })
  })

  it('finds the smallest doubling of the tile that fits, and never one that no job may have', () => {
    assert.equal(fittingTile(jobSpec({ width: 1920, height: 1080, tile: 64 })), 64)
    assert.equal(fittingTile(jobSpec({ width: 65_536, height: 65_536, tile: 64 })), 128)
    assert.equal(fittingTile(jobSpec({ width: 65_536, height: 65_536, tile: 8 })), 128)
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 65_536 }), fc.integer({ min: 1, max: 65_536 }), fc.integer({ min: 8, max: MAX_TILE }), fc.integer({ min: 1, max: 131_072 }),
      (width, height, tile, last) => {
        const spec = jobSpec({ width, height, tile, frames: { first: 1, last, step: 1 } })
        const fits = (side: number): boolean => last * Math.ceil(width / side) * Math.ceil(height / side) <= MAX_UNITS
        const found = fittingTile(spec)
        assert.ok(found <= MAX_TILE)
        assert.ok(Number.isInteger(Math.log2(found / tile)))
        assert.ok(found === tile || !fits(found / 2), 'half of it would have done')
        assert.ok(fits(found) || found * 2 > MAX_TILE || found >= Math.max(width, height), 'a larger one would fit')
      }))
  })
})
