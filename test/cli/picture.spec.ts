import assert from 'node:assert/strict'
import fc from 'fast-check'
import stringWidth from 'string-width'
import { halfBlocks, terminalColors } from '../../src/cli/picture/half-blocks.ts'
import { MAX_CANVAS_FRAMES, MAX_CANVAS_SIDE, PreviewCanvas } from '../../src/cli/picture/preview-canvas.ts'
import { WireError } from '../../src/errors.ts'
import type { ScreenPicture, TerminalColors } from '../../src/cli/picture/half-blocks.ts'
import type { PreviewBlock } from '../../src/api.ts'

const COLORS = {
  r: [255, 0, 0, 255],
  g: [0, 255, 0, 255],
  b: [0, 0, 255, 255],
  w: [255, 255, 255, 255],
  k: [0, 0, 0, 255],
  ' ': [9, 9, 9, 0],
  h: [255, 255, 255, 128]
} as const

/** A picture from a drawing, a letter a pixel. */
function drawing (...rows: string[]): ScreenPicture {
  const rgba = rows.flatMap((row) => [...row].flatMap((letter) => [...COLORS[letter as keyof typeof COLORS]]))
  return { width: rows[0]!.length, height: rows.length, rgba: Uint8Array.from(rgba) }
}

const space = (columns: number, rows: number, colors: TerminalColors = 'truecolor'): { columns: number, rows: number, colors: TerminalColors } => ({ columns, rows, colors })

describe('cli/picture/half-blocks', () => {
  it('puts two pixels into a cell', () => {
    assert.deepEqual(halfBlocks(drawing('r', 'b'), space(10, 10)), ['\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[0m'])
  })

  it('names a colour only where it changes', () => {
    assert.deepEqual(halfBlocks(drawing('rrrg', 'bbrg'), space(10, 10)), [
      '\x1b[38;2;255;0;0;48;2;0;0;255m▀▀\x1b[48;2;255;0;0m \x1b[48;2;0;255;0m \x1b[0m'
    ])
    assert.deepEqual(halfBlocks(drawing('kkkk', 'kkkk'), space(10, 10)), ['\x1b[48;2;0;0;0m    \x1b[0m'])
  })

  it('lets the terminal show through where nothing is', () => {
    assert.deepEqual(halfBlocks(drawing('r  b', ' r b', '    ', '    ', 'g   '), space(10, 10)), [
      '\x1b[38;2;255;0;0m▀▄ \x1b[48;2;0;0;255m \x1b[0m',
      '    ',
      '\x1b[38;2;0;255;0m▀   \x1b[0m'
    ])
  })

  it('mixes half transparent pixels with black', () => {
    assert.deepEqual(halfBlocks(drawing('h', 'h'), space(1, 1)), ['\x1b[48;2;128;128;128m \x1b[0m'])
    assert.deepEqual(halfBlocks(drawing('w  w', '    ', '    ', 'w  w'), space(2, 1)), ['\x1b[48;2;64;64;64m  \x1b[0m'])
  })

  it('falls back to the nearest of 256 colours', () => {
    assert.deepEqual(halfBlocks(drawing('rw', 'gk'), space(10, 10, '256')), ['\x1b[38;5;196;48;5;46m▀\x1b[38;5;231;48;5;16m▀\x1b[0m'])
    const grey: ScreenPicture = { width: 1, height: 2, rgba: Uint8Array.of(128, 128, 128, 255, 100, 140, 180, 255) }
    assert.deepEqual(halfBlocks(grey, space(1, 1, '256')), ['\x1b[38;5;244;48;5;67m▀\x1b[0m'])
  })

  it('shades in plain characters where there are no colours', () => {
    assert.deepEqual(halfBlocks(drawing('wkr gb', 'wkr gk', 'w     '), space(10, 10, 'none')), ['@ : * ', '@     '])
  })

  it('keeps the shape: 16 : 9 in a wide and in a narrow space', () => {
    const picture: ScreenPicture = { width: 480, height: 270, rgba: new Uint8Array(480 * 270 * 4).fill(255) }
    const size = (columns: number, rows: number): [number, number] => {
      const lines = halfBlocks(picture, space(columns, rows, 'none'))
      return [lines[0]!.length, lines.length]
    }
    assert.deepEqual(size(80, 100), [80, 23])
    assert.deepEqual(size(200, 9), [32, 9])
    assert.deepEqual(size(1, 1), [1, 1])
  })

  it('does not enlarge', () => {
    assert.deepEqual(halfBlocks(drawing('w'), space(80, 24, 'none')), ['@'])
  })

  it('draws nothing into no room, and of no picture', () => {
    assert.deepEqual(halfBlocks(drawing('w'), space(0, 24)), [])
    assert.deepEqual(halfBlocks(drawing('w'), space(80, 0)), [])
    assert.deepEqual(halfBlocks({ width: 0, height: 0, rgba: new Uint8Array() }, space(80, 24)), [])
  })

  it('fits any picture into any room, all lines equally wide', () => {
    const side = fc.integer({ min: 1, max: 90 })
    fc.assert(fc.property(side, side, side, side, fc.constantFrom<TerminalColors>('truecolor', '256', 'none'), fc.integer(), (width, height, columns, rows, colors, seed) => {
      const rgba = Uint8Array.from({ length: width * height * 4 }, (_, i) => Math.imul(i ^ seed, 0x9e3779b1) >>> 24)
      const lines = halfBlocks({ width, height, rgba }, space(columns, rows, colors))
      assert.ok(lines.length >= 1 && lines.length <= rows)
      const widths = new Set(lines.map((line) => stringWidth(line)))
      assert.equal(widths.size, 1)
      const [cells] = widths
      assert.ok(cells! >= 1 && cells! <= columns)
      assert.ok(cells === columns || lines.length === rows || (cells === width && lines.length === Math.ceil(height / 2)) || Math.abs(cells! / width - lines.length * 2 / height) * Math.min(width, height) < 2)
    }), { numRuns: 200 })
  })
})

describe('cli/picture/terminalColors', () => {
  it('obeys NO_COLOR and TERM=dumb, and believes COLORTERM', () => {
    assert.equal(terminalColors({ COLORTERM: 'truecolor' }), 'truecolor')
    assert.equal(terminalColors({ COLORTERM: '24bit', NO_COLOR: '' }), 'truecolor')
    assert.equal(terminalColors({ COLORTERM: 'yes', TERM: 'xterm' }), '256')
    assert.equal(terminalColors({}), '256')
    assert.equal(terminalColors({ COLORTERM: 'truecolor', NO_COLOR: '1' }), 'none')
    assert.equal(terminalColors({ COLORTERM: 'truecolor', TERM: 'dumb' }), 'none')
  })
})

describe('cli/picture/preview-canvas', () => {
  const block = (letters: string, place: Partial<PreviewBlock> = {}): PreviewBlock => {
    const { rgba, width } = drawing(letters)
    return { frame: 0, width: 4, height: 1, x: 0, y: 0, blockWidth: width, blockHeight: 1, rgba, ...place }
  }
  const text = (canvas: PreviewCanvas): string[] => canvas.lines(space(4, 4, 'none'))

  it('shows nothing before the first block', () => {
    const canvas = new PreviewCanvas()
    assert.deepEqual(text(canvas), [])
    assert.equal(canvas.frame, undefined)
  })

  it('grows block by block', () => {
    const canvas = new PreviewCanvas()
    canvas.draw(block('w', { x: 3 }))
    assert.deepEqual(text(canvas), ['   @'])
    canvas.draw(block('gw'))
    assert.deepEqual(text(canvas), ['*@ @'])
    canvas.draw(block('kk', { x: 1 }))
    assert.deepEqual(text(canvas), ['*  @'])
  })

  it('places rows of a block', () => {
    const canvas = new PreviewCanvas()
    canvas.draw({ frame: 0, width: 3, height: 4, x: 1, y: 1, blockWidth: 2, blockHeight: 2, rgba: drawing('wk', 'kw').rgba })
    assert.deepEqual(canvas.lines(space(3, 2, 'truecolor')), [' \x1b[38;2;255;255;255m▄\x1b[38;2;0;0;0m▄\x1b[0m', ' \x1b[38;2;0;0;0m▀\x1b[38;2;255;255;255m▀\x1b[0m'])
  })

  it('stays with a frame until all of it was drawn, then shows the latest', () => {
    const canvas = new PreviewCanvas()
    canvas.draw(block('ww'))
    canvas.draw(block('gggg', { frame: 7 }))
    assert.deepEqual([canvas.frame, ...text(canvas)], [0, '@@  '])
    canvas.draw(block('ww', { x: 2 }))
    assert.equal(canvas.frame, 0)
    canvas.draw(block('r', { frame: 3 }))
    assert.deepEqual([canvas.frame, ...text(canvas)], [3, ':   '])
  })

  it('forgets the frame that was drawn to longest ago when there are too many', () => {
    const canvas = new PreviewCanvas()
    for (let frame = 0; frame < MAX_CANVAS_FRAMES; frame++) {
      canvas.draw(block('w', { frame }))
    }
    assert.equal(canvas.frame, 0)
    canvas.draw(block('w', { frame: 0, x: 1 }))
    canvas.draw(block('w', { frame: 100 }))
    assert.deepEqual([canvas.frame, ...text(canvas)], [0, '@@  '])
    for (let frame = 101; frame < 101 + MAX_CANVAS_FRAMES; frame++) {
      canvas.draw(block('g', { frame }))
    }
    assert.equal(canvas.frame, 107)
  })

  it('begins anew when a frame comes in another size', () => {
    const canvas = new PreviewCanvas()
    canvas.draw(block('wwww'))
    canvas.draw(block('g', { width: 2 }))
    assert.deepEqual(text(canvas), ['* '])
  })

  it('takes the largest preview and refuses one pixel more, and blocks that do not fit', () => {
    const canvas = new PreviewCanvas()
    canvas.draw(block('w', { width: MAX_CANVAS_SIDE, height: MAX_CANVAS_SIDE }))
    for (const place of [
      { width: MAX_CANVAS_SIDE + 1 }, { height: MAX_CANVAS_SIDE + 1 }, { width: 0 }, { height: 0 }, { x: 4 }, { x: -1 }, { y: 1 }, { y: -1 },
      { blockHeight: 2 }, { blockWidth: 2 }, { blockWidth: -1, blockHeight: -1 }, { rgba: new Uint8Array(3) }, { width: 1.5 }, { x: Number.NaN }
    ]) {
      assert.throws(() => canvas.draw(block('w', place)), WireError, JSON.stringify(place))
    }
  })
})
