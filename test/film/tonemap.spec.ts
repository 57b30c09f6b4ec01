import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createView, encodeSrgb } from '../../src/film/tonemap.ts'
import type { DisplayPixel, ViewOptions } from '../../src/film/tonemap.ts'

function shown (options: ViewOptions, ...pixel: [number, number, number, number]): DisplayPixel {
  const into: DisplayPixel = [-1, -1, -1, -1]
  createView(options)(Float32Array.from(pixel), 0, into)
  return into
}

const near = (actual: number, expected: number, tolerance = 1e-6): void => {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`)
}

const light = fc.float({ min: 0, max: Math.fround(1e6), noNaN: true })

describe('film/tonemap', () => {
  for (const toneMap of ['agx', 'linear'] as const) {
    describe(toneMap, () => {
      it('keeps black black, white white and grey grey', () => {
        assert.deepEqual(shown({ toneMap }, 0, 0, 0, 1), [0, 0, 0, 1])
        for (const channel of shown({ toneMap }, 1e9, 1e9, 1e9, 1)) {
          near(channel, 1, 1e-12)
        }
        fc.assert(fc.property(light, (value) => {
          const [red, green, blue] = shown({ toneMap }, value, value, value, 1)
          near(red, green, 1e-9)
          near(green, blue, 1e-9)
        }))
      })

      it('stays within 0 … 1 and finite, whatever comes', () => {
        const anything = fc.float()
        fc.assert(fc.property(anything, anything, anything, anything, (...pixel) => {
          for (const channel of shown({ toneMap }, ...pixel)) {
            assert.ok(channel >= 0 && channel <= 1, String(channel))
          }
        }), { numRuns: 1000 })
      })

      it('shows more light brighter', () => {
        fc.assert(fc.property(light, light, (a, b) => {
          const less = shown({ toneMap }, Math.min(a, b), Math.min(a, b), Math.min(a, b), 1)
          const more = shown({ toneMap }, Math.max(a, b), Math.max(a, b), Math.max(a, b), 1)
          assert.ok(less[0] <= more[0] + 1e-12)
        }))
      })

      it('un-premultiplies before the curve', () => {
        const [red, green, blue] = shown({ toneMap }, 0.5, 0.2, 0.1, 1)
        const half = shown({ toneMap }, 0.25, Math.fround(0.2) / 2, Math.fround(0.1) / 2, 0.5)
        near(half[0], red, 1e-7)
        near(half[1], green, 1e-7)
        near(half[2], blue, 1e-7)
        assert.equal(half[3], 0.5)
      })

      it('counts exposure in stops', () => {
        assert.deepEqual(shown({ toneMap, exposure: 2 }, 0.05, 0.1, 0.2, 1), shown({ toneMap }, Math.fround(0.05) * 4, Math.fround(0.1) * 4, Math.fround(0.2) * 4, 1))
      })

      it('shows a NaN in any channel as magenta, and infinite light as bright', () => {
        for (let channel = 0; channel < 4; channel++) {
          const pixel: [number, number, number, number] = [0.5, 0.5, 0.5, 1]
          pixel[channel] = Number.NaN
          assert.deepEqual(shown({ toneMap }, ...pixel), [1, 0, 1, 1])
        }
        const [red, green, blue] = shown({ toneMap }, Infinity, Infinity, Infinity, 1)
        near(red + green + blue, 3, 1e-9)
        assert.deepEqual(shown({ toneMap }, -Infinity, -1, -Infinity, 1), [0, 0, 0, 1])
        assert.equal(shown({ toneMap }, Infinity, -Infinity, 0, 1)[3], 1)
        assert.notDeepEqual(shown({ toneMap }, Infinity, -Infinity, 0, 1), [1, 0, 1, 1])
      })

      it('shows no coverage as nothing, and more than whole coverage as whole', () => {
        assert.deepEqual(shown({ toneMap }, 5, 5, 5, 0), [0, 0, 0, 0])
        assert.deepEqual(shown({ toneMap }, 5, 5, 5, -1), [0, 0, 0, 0])
        assert.equal(shown({ toneMap }, 1, 1, 1, 2)[3], 1)
      })
    })
  }

  it('linear is the sRGB transfer function and a cut', () => {
    assert.equal(shown({ toneMap: 'linear' }, 0.5, 1, 7, 1)[0], encodeSrgb(0.5))
    assert.deepEqual(shown({ toneMap: 'linear' }, 1, 7, 0, 1).slice(0, 3), [1.055 - 0.055, 1.055 - 0.055, 0])
  })

  it('encodes sRGB as the standard\'s table says', () => {
    near(encodeSrgb(0.0031308), 0.04045, 1e-5)
    near(encodeSrgb(0.214041), 0.5, 1e-6)
    near(encodeSrgb(0.0030352698), 10 / 255, 1e-7)
    near(encodeSrgb(1), 1, 1e-15)
  })

  it('AgX puts middle grey in the middle of a gamma 2.2 display', () => {
    near(shown({ toneMap: 'agx' }, 0.18, 0.18, 0.18, 1)[0], encodeSrgb(0.5 ** 2.2))
  })

  it('AgX gives the values of the published curve', () => {
    // bWFuanVzYWth/AgX, an independent closed form of the same sigmoid: 1 stop above and 2 below middle grey.
    near(shown({ toneMap: 'agx' }, 0.36, 0.36, 0.36, 1)[0], encodeSrgb((0.5 + (2 / 16.5) * (1 + 69.86278913545539 * (1 / 16.5) ** 3.25) ** (-4 / 13)) ** 2.2))
    near(shown({ toneMap: 'agx' }, 0.045, 0.045, 0.045, 1)[0], encodeSrgb((0.5 - (4 / 16.5) * (1 + 59.507875 * (2 / 16.5) ** 3) ** (-1 / 3)) ** 2.2))
  })

  it('AgX is the default, at exposure 0', () => {
    assert.deepEqual(shown({}, 0.3, 0.2, 0.1, 1), shown({ toneMap: 'agx', exposure: 0 }, 0.3, 0.2, 0.1, 1))
  })

  it('AgX lets bright saturated light fade to white', () => {
    const [, dimGreen] = shown({}, 0.5, 0, 0, 1)
    const [red, green, blue] = shown({}, 500, 0, 0, 1)
    assert.ok(red > 0.99 && green > dimGreen && blue > 0.3)
  })
})
