import { say } from '../context.ts'
import { plainLine, titleLine } from './layout.ts'
import { emptyModel, reduceModel } from './model.ts'
import type { PeerId } from '../../core/ids.ts'
import type { FarmEvent, Timer } from '../../ports.ts'
import type { CommandContext } from '../context.ts'
import type { JobModel } from './model.ts'
import type { JobView } from './job-view.ts'

/** A line this often: a log that is read later stays short. */
export const PLAIN_LINE_MS = 5_000

/** A job as a plain line every few seconds, on standard error. */
export class PlainView implements JobView {
  readonly preview = 'none'
  readonly #context: CommandContext
  #model: JobModel
  #timer: Timer | undefined
  #said = ''
  #state: 'open' | 'closed' = 'open'

  constructor (context: CommandContext, self: PeerId | undefined) {
    this.#context = context
    this.#model = emptyModel(self)
  }

  event (event: FarmEvent): void {
    this.#model = reduceModel(this.#model, event, this.#context.clock.nowMs())
    if (event.event === 'job') {
      this.note(titleLine(this.#model))
      this.#wait()
    } else if (event.event === 'error') {
      this.note(event.message)
    } else if (event.event === 'unit' && event.state === 'parked') {
      this.note(`unit ${event.unit} is parked${event.reason === undefined ? '' : `: ${event.reason}`}`)
    }
  }

  block (): void {}

  note (line: string): void {
    if (this.#state === 'open') {
      say(this.#context, line)
    }
  }

  close (): void {
    this.#timer?.stop()
    this.#state = 'closed'
  }

  #wait (): void {
    this.#timer?.stop()
    this.#timer = this.#context.clock.after(PLAIN_LINE_MS, () => {
      const line = plainLine(this.#model)
      if (line !== this.#said) {
        this.#said = line
        this.note(line)
      }
      this.#wait()
    })
  }
}
