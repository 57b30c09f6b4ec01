import { styleText } from 'node:util'
import { createLogUpdate } from 'log-update'
import stringWidth from 'string-width'
import { WireError } from '../../errors.ts'
import { printable } from '../format.ts'
import { PreviewCanvas } from '../picture/preview-canvas.ts'
import { terminalColors } from '../picture/half-blocks.ts'
import { layout, pictureSpace } from './layout.ts'
import { emptyModel, reduceModel } from './model.ts'
import type { PreviewBlock } from '../../api.ts'
import type { PeerId } from '../../core/ids.ts'
import type { FarmEvent, Timer } from '../../ports.ts'
import type { CommandContext } from '../context.ts'
import type { JobView } from './job-view.ts'
import type { Paint, Picture } from './layout.ts'
import type { JobModel } from './model.ts'

/** At most five redraws a second: more is flicker over a slow line, less feels stuck. */
export const REDRAW_MS = 200

/** What a terminal is taken to be when it does not say. */
const DEFAULT_COLUMNS = 80
const DEFAULT_ROWS = 24

/** A job as a small area of the terminal that is redrawn in place, on standard error. What scrolled away before it is never touched. */
export class LiveView implements JobView {
  readonly preview = 'blocks'
  readonly #context: CommandContext
  readonly #area: ReturnType<typeof createLogUpdate>
  readonly #paint: Paint
  readonly #canvas = new PreviewCanvas()
  #model: JobModel
  #timer: Timer | undefined
  #drawnAtMs = -Infinity
  #state: 'open' | 'closed' = 'open'

  constructor (context: CommandContext, self: PeerId | undefined) {
    this.#context = context
    this.#area = createLogUpdate(context.stderr, { defaultWidth: DEFAULT_COLUMNS, defaultHeight: DEFAULT_ROWS })
    this.#paint = (style, text) => styleText(style, text, { stream: context.stderr })
    this.#model = emptyModel(self)
  }

  event (event: FarmEvent): void {
    this.#model = reduceModel(this.#model, event, this.#context.clock.nowMs())
    if (event.event === 'error') {
      this.note(event.message)
    } else if (event.event === 'unit' && event.state === 'parked') {
      this.note(`unit ${event.unit} is parked${event.reason === undefined ? '' : `: ${event.reason}`}`)
    } else {
      this.#redrawSoon()
    }
  }

  block (block: PreviewBlock): void {
    try {
      this.#canvas.draw(block)
      this.#redrawSoon()
    } catch (err) {
      // The blocks of another requester's job are a stranger's; a bad one is not worth losing the view.
      if (!(err instanceof WireError)) {
        throw err
      }
    }
  }

  note (line: string): void {
    if (this.#state === 'open') {
      this.#area.persist(printable(line))
      this.#draw()
    }
  }

  close (): void {
    if (this.#state === 'open') {
      this.#timer?.stop()
      this.#draw()
      this.#area.done()
      this.#state = 'closed'
    }
  }

  #redrawSoon (): void {
    if (this.#state === 'closed' || this.#timer !== undefined) {
      return
    }
    const waitMs = this.#drawnAtMs + REDRAW_MS - this.#context.clock.nowMs()
    if (waitMs <= 0) {
      this.#draw()
      return
    }
    this.#timer = this.#context.clock.after(waitMs, () => {
      this.#timer = undefined
      this.#draw()
    })
  }

  #draw (): void {
    if (this.#model.job === undefined) {
      return
    }
    // Some pseudo-terminals say 0 × 0.
    const { stderr } = this.#context
    const columns = (stderr.columns ?? 0) > 0 ? stderr.columns! : DEFAULT_COLUMNS
    const rows = (stderr.rows ?? 0) > 0 ? stderr.rows! : DEFAULT_ROWS
    this.#area(layout(this.#model, columns, rows, this.#picture(columns, rows), this.#paint).join('\n'))
    this.#drawnAtMs = this.#context.clock.nowMs()
  }

  #picture (columns: number, rows: number): Picture | undefined {
    const space = pictureSpace(columns, rows, this.#model.peers.size)
    if (space === undefined) {
      return undefined
    }
    const lines = this.#canvas.lines({ columns: space.columns, rows: space.rows, colors: terminalColors(this.#context.env) })
    return lines.length === 0 ? undefined : { lines, columns: stringWidth(lines[0]!), place: space.place }
  }
}
