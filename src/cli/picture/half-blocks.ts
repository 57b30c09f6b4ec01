/** What a terminal can show. */
export type TerminalColors = 'truecolor' | '256' | 'none'

/** A picture for a screen: 8-bit RGBA, not premultiplied, width × height × 4, row-major from the top left. */
export interface ScreenPicture {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}

/** Where a picture has to fit, in terminal cells, each taken as twice as high as wide. */
export interface TerminalSpace {
  readonly columns: number
  readonly rows: number
  readonly colors: TerminalColors
}

/** What the environment says of the terminal's colours: NO_COLOR and TERM=dumb are obeyed, COLORTERM is believed, 256 colours are everywhere else. */
export function terminalColors (env: Readonly<Record<string, string | undefined>>): TerminalColors {
  if ((env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') {
    return 'none'
  }
  return /^(truecolor|24bit)$/i.test(env['COLORTERM'] ?? '') ? 'truecolor' : '256'
}

/**
 * Draws a picture as lines of text: half blocks, two pixels on top of each other in every cell, or without colours a character by brightness.
 *
 * The picture keeps its shape and is never enlarged. All lines have the same number of cells, and each ends in the terminal's own colours.
 * Where the picture is transparent the terminal shows through; half transparent pixels are mixed with black.
 */
export function halfBlocks (picture: ScreenPicture, space: TerminalSpace): string[] {
  if (picture.width < 1 || picture.height < 1 || space.columns < 1 || space.rows < 1) {
    return []
  }
  const scale = Math.min(1, space.columns / picture.width, 2 * space.rows / picture.height)
  const width = Math.max(1, Math.round(picture.width * scale))
  const height = Math.max(1, Math.round(picture.height * scale))
  const pixels = shrunk(picture, width, height)
  const lines: string[] = []
  for (let y = 0; y < height; y += 2) {
    const upper = pixels.subarray(y * width, (y + 1) * width)
    const lower = pixels.subarray((y + 1) * width, (y + 2) * width)
    lines.push(space.colors === 'none' ? shadedLine(upper, lower) : coloredLine(upper, lower, space.colors))
  }
  return lines
}

/** A pixel where nothing is; others are 0xRRGGBB. */
const NOTHING = -1

/** The mean of the pixels under each target pixel, mixed with black by its coverage. */
function shrunk (picture: ScreenPicture, width: number, height: number): Int32Array {
  const target = new Int32Array(width * height)
  for (let y = 0; y < height; y++) {
    const y0 = Math.floor(y * picture.height / height)
    const y1 = Math.max(y0 + 1, Math.floor((y + 1) * picture.height / height))
    for (let x = 0; x < width; x++) {
      const x0 = Math.floor(x * picture.width / width)
      const x1 = Math.max(x0 + 1, Math.floor((x + 1) * picture.width / width))
      target[y * width + x] = meanOf(picture, x0, y0, x1, y1)
    }
  }
  return target
}

function meanOf (picture: ScreenPicture, x0: number, y0: number, x1: number, y1: number): number {
  const { rgba } = picture
  let red = 0
  let green = 0
  let blue = 0
  let coverage = 0
  for (let y = y0; y < y1; y++) {
    for (let i = (y * picture.width + x0) * 4; i < (y * picture.width + x1) * 4; i += 4) {
      const alpha = rgba[i + 3]!
      red += rgba[i]! * alpha
      green += rgba[i + 1]! * alpha
      blue += rgba[i + 2]! * alpha
      coverage += alpha
    }
  }
  if (coverage === 0) {
    return NOTHING
  }
  const whole = 255 * (x1 - x0) * (y1 - y0)
  return Math.round(red / whole) << 16 | Math.round(green / whole) << 8 | Math.round(blue / whole)
}

/** What a cell shows: the character, and the colours it needs; undefined where any will do. */
interface Cell {
  readonly character: string
  readonly foreground: number | undefined
  readonly background: number
}

function cellOf (upper: number, lower: number): Cell {
  if (upper === lower) {
    return { character: ' ', foreground: undefined, background: upper }
  }
  if (upper === NOTHING) {
    return { character: '▄', foreground: lower, background: NOTHING }
  }
  return { character: '▀', foreground: upper, background: lower }
}

/** Colours are named only where they change. */
function coloredLine (upper: Int32Array, lower: Int32Array, colors: 'truecolor' | '256'): string {
  let line = ''
  let foreground = NOTHING
  let background = NOTHING
  for (let x = 0; x < upper.length; x++) {
    const cell = cellOf(upper[x]!, lower[x] ?? NOTHING)
    const codes: string[] = []
    if (cell.foreground !== undefined && cell.foreground !== foreground) {
      foreground = cell.foreground
      codes.push(`38;${colorCode(foreground, colors)}`)
    }
    if (cell.background !== background) {
      background = cell.background
      codes.push(background === NOTHING ? '49' : `48;${colorCode(background, colors)}`)
    }
    line += codes.length === 0 ? cell.character : `\x1b[${codes.join(';')}m${cell.character}`
  }
  return foreground === NOTHING && background === NOTHING ? line : `${line}\x1b[0m`
}

function colorCode (color: number, colors: 'truecolor' | '256'): string {
  const red = color >> 16
  const green = color >> 8 & 255
  const blue = color & 255
  return colors === 'truecolor' ? `2;${red};${green};${blue}` : `5;${paletteIndex(red, green, blue)}`
}

/** The levels of xterm's colour cube (16 … 231); its greys (232 … 255) are 8, 18, … 238. */
const CUBE_LEVELS = [0, 95, 135, 175, 215, 255] as const

/** The nearest of xterm's fixed colours: of the cube, or of the greys. */
function paletteIndex (red: number, green: number, blue: number): number {
  const r = nearestLevel(red)
  const g = nearestLevel(green)
  const b = nearestLevel(blue)
  const grey = Math.min(23, Math.max(0, Math.round(((red + green + blue) / 3 - 8) / 10)))
  const greyLevel = 8 + 10 * grey
  const toCube = (red - CUBE_LEVELS[r]!) ** 2 + (green - CUBE_LEVELS[g]!) ** 2 + (blue - CUBE_LEVELS[b]!) ** 2
  const toGrey = (red - greyLevel) ** 2 + (green - greyLevel) ** 2 + (blue - greyLevel) ** 2
  return toGrey < toCube ? 232 + grey : 16 + 36 * r + 6 * g + b
}

function nearestLevel (value: number): number {
  let nearest = 0
  CUBE_LEVELS.forEach((level, i) => {
    if (Math.abs(value - level) < Math.abs(value - CUBE_LEVELS[nearest]!)) {
      nearest = i
    }
  })
  return nearest
}

/** Characters from dark to bright, for light text on a dark ground. */
const SHADES = ' .:-=+*#%@'

/** One character for two pixels, by their mean brightness (the weights of Rec. 709). */
function shadedLine (upper: Int32Array, lower: Int32Array): string {
  let line = ''
  for (let x = 0; x < upper.length; x++) {
    const brightness = (brightnessOf(upper[x]!) + brightnessOf(lower[x] ?? upper[x]!)) / 2
    line += SHADES[Math.round(brightness / 255 * (SHADES.length - 1))]!
  }
  return line
}

function brightnessOf (color: number): number {
  return color === NOTHING ? 0 : 0.2126 * (color >> 16) + 0.7152 * (color >> 8 & 255) + 0.0722 * (color & 255)
}
