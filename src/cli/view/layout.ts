import stringWidth from 'string-width'
import { count, duration, perMinute, printable } from '../format.ts'
import { unitsPerMinute } from './model.ts'
import { safetyLine } from './safety-line.ts'
import type { JobModel, PeerLine } from './model.ts'

/** The styles a view uses; a plain one returns its text unchanged. */
export type Paint = (style: 'bold' | 'dim' | 'green' | 'yellow' | 'red', text: string) => string

/** Room for the growing picture: in terminal cells, and whether it stands left of the text or above it. */
export interface PictureSpace {
  readonly columns: number
  readonly rows: number
  readonly place: 'beside' | 'above'
}

/** Narrower terminals show the picture above the text: below this the lines of the peers would be cut. */
const BESIDE_FROM_COLUMNS = 72

/** The text beside a picture keeps at least this. */
const MIN_TEXT_COLUMNS = 40

/** Larger pictures take the eye off nothing and cost redrawing. */
const MAX_PICTURE_COLUMNS = 80
const MAX_PICTURE_ROWS = 24

/** A picture smaller than this shows nothing. */
const MIN_PICTURE_COLUMNS = 8
const MIN_PICTURE_ROWS = 4

/** Lines of text without peers: title, bar, rate. */
const HEAD_LINES = 3

const GAP = '  '

/** How much room the picture gets in a terminal of this size; undefined when there is none to spare. */
export function pictureSpace (columns: number, rows: number, peers: number): PictureSpace | undefined {
  const beside = columns >= BESIDE_FROM_COLUMNS
  const space: PictureSpace = beside
    ? {
        columns: Math.min(MAX_PICTURE_COLUMNS, columns - MIN_TEXT_COLUMNS - GAP.length),
        rows: Math.min(MAX_PICTURE_ROWS, rows - 2),
        place: 'beside'
      }
    : {
        columns: Math.min(MAX_PICTURE_COLUMNS, columns),
        rows: Math.min(MAX_PICTURE_ROWS, rows - 1 - HEAD_LINES - Math.min(peers, 4)),
        place: 'above'
      }
  return space.columns < MIN_PICTURE_COLUMNS || space.rows < MIN_PICTURE_ROWS ? undefined : space
}

/** A picture made of lines of terminal cells, all `columns` wide. */
export interface Picture {
  readonly lines: readonly string[]
  readonly columns: number
  readonly place: 'beside' | 'above'
}

/** The lines of the live view: none wider than `columns`, at most `rows` − 1 of them, so that the terminal never scrolls. */
export function layout (model: JobModel, columns: number, rows: number, picture: Picture | undefined, paint: Paint): string[] {
  const most = Math.max(1, rows - 1)
  if (picture === undefined || picture.lines.length === 0) {
    return textLines(model, columns, most, paint)
  }
  if (picture.place === 'above') {
    const shown = picture.lines.slice(0, Math.max(0, most - HEAD_LINES))
    return [...shown, ...textLines(model, columns, most - shown.length, paint)]
  }
  const text = textLines(model, columns - picture.columns - GAP.length, most, paint)
  const height = Math.min(most, Math.max(picture.lines.length, text.length))
  const blank = ' '.repeat(picture.columns)
  return Array.from({ length: height }, (_, row) => `${picture.lines[row] ?? blank}${GAP}${text[row] ?? ''}`.trimEnd())
}

/** One line that says how far a job is, for those who have no live view. */
export function plainLine (model: JobModel): string {
  const rate = unitsPerMinute(model)
  const working = Array.from(model.peers.values()).filter(({ leased }) => leased > 0).length
  return [
    `${percent(model)} %`,
    `${model.done}/${model.units} units`,
    ...pausedWord(model),
    ...videoWords(model),
    ...(rate === null ? [] : [perMinute(rate)]),
    ...(model.etaMs === null ? [] : [`${duration(model.etaMs)} left`]),
    count(working, 'peer'),
    ...troubles(model),
    ...waitsWord(model),
    ...safetyWords(model)
  ].join(GAP)
}

/** The line a view begins with. */
export function titleLine (model: JobModel): string {
  const { job } = model
  if (job === undefined) {
    return 'waiting for the job'
  }
  const frames = job.frames === 1 ? [] : [count(job.frames, 'frame')]
  return [job.name, job.engine, `${job.width}×${job.height}`, ...frames, count(job.samples, 'sample')].join(GAP)
}

function textLines (model: JobModel, columns: number, most: number, paint: Paint): string[] {
  const rate = unitsPerMinute(model)
  const facts = model.waits !== undefined
    ? waitsWord(model)
    : [
        ...pausedWord(model),
        ...videoWords(model),
        ...(rate === null ? [] : [perMinute(rate)]),
        ...(model.etaMs === null ? [] : [`${duration(model.etaMs)} left`]),
        ...troubles(model)
      ]
  const head = [
    paint('bold', cut(titleLine(model), columns)),
    barLine(model, columns, paint),
    paint('dim', cut(facts.length === 0 ? 'waiting for peers' : facts.join(GAP), columns)),
    ...safetyWords(model).map((words) => paint('dim', cut(words, columns)))
  ]
  return [...head, ...peerLines(model, columns, most - head.length, paint)].slice(0, most)
}

function barLine (model: JobModel, columns: number, paint: Paint): string {
  const figures = `${percent(model)} %${GAP}${model.done}/${model.units} units`
  const cells = columns - stringWidth(figures) - GAP.length
  if (cells < 4) {
    return cut(figures, columns)
  }
  const full = model.units === 0 ? 0 : Math.floor(cells * model.done / model.units)
  return paint('green', '█'.repeat(full)) + paint('dim', '░'.repeat(cells - full)) + GAP + figures
}

function peerLines (model: JobModel, columns: number, most: number, paint: Paint): string[] {
  const peers = Array.from(model.peers.values())
  if (peers.length === 0 || most < 1) {
    return []
  }
  const shown = peers.length <= most ? peers : peers.slice(0, most - 1)
  const cells = shown.map((line) => [line.name, doing(line), line.reach, `${line.done} done`])
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => stringWidth(row[column]!))))
  // Long names and long work give way first; who did how much always fits.
  const room = columns - widths[2]! - widths[3]! - 3 * GAP.length
  widths[0] = Math.min(widths[0]!, Math.max(6, Math.floor(room / 2)))
  widths[1] = Math.min(widths[1]!, Math.max(0, room - widths[0]))
  const lines = cells.map((row, index) => {
    const text = row.map((cell, column) => column === 3 ? cell.padStart(widths[3]!) : pad(cut(cell, widths[column]!), widths[column]!)).join(GAP)
    return shown[index]!.state === 'left' ? paint('red', cut(text, columns)) : cut(text, columns)
  })
  return shown.length === peers.length ? lines : [...lines, cut(`and ${peers.length - shown.length} more peers`, columns)]
}

function doing ({ state, leased, lapsed, unit }: PeerLine): string {
  if (state === 'left') {
    return 'left'
  }
  if (leased === 0) {
    return lapsed === 0 ? 'idle' : `${lapsed} lapsed`
  }
  if (unit === undefined) {
    return `holds ${count(leased, 'unit')}`
  }
  return leased === 1 ? `unit ${unit}` : `unit ${unit} +${leased - 1}`
}

function pausedWord ({ state }: JobModel): string[] {
  return state === 'paused' ? ['paused'] : []
}

function waitsWord ({ waits }: JobModel): string[] {
  return waits === undefined ? [] : [`waits: ${waits}`]
}

function safetyWords ({ safety, self, job, ended }: JobModel): string[] {
  return safety === undefined || ended !== undefined ? [] : [safetyLine(safety, self === job?.requester ? 'this peer' : 'its requester')]
}

function videoWords ({ job, video }: JobModel): string[] {
  return video === undefined ? [] : [`making the video: ${video} of ${count(job?.frames ?? video, 'frame')}`]
}

function troubles ({ lapsed, failed, parked }: JobModel): string[] {
  return [
    ...(lapsed === 0 ? [] : [`${lapsed} lapsed`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(parked === 0 ? [] : [`${parked} parked`])
  ]
}

/** Rounded down: a hundred means that nothing is left. */
function percent ({ done, units }: JobModel): number {
  return units === 0 ? 0 : Math.floor(100 * done / units)
}

function pad (text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}

/** Makes a text without styles harmless and cuts it to a width in cells, with an ellipsis where something is missing. */
export function cut (anyText: string, width: number): string {
  const text = printable(anyText)
  if (stringWidth(text) <= width) {
    return text
  }
  let kept = ''
  for (const character of text) {
    if (stringWidth(kept + character) > width - 1) {
      break
    }
    kept += character
  }
  return width < 1 ? '' : kept + '…'
}
