import type { PreviewBlock } from '../../api.ts'
import type { FarmEvent } from '../../ports.ts'

/** How a person or a script sees a job. */
export interface JobView {
  /** Whether blocks of the growing picture are of use. */
  readonly preview: 'none' | 'blocks'
  event (event: FarmEvent): void
  block (block: PreviewBlock): void
  /** A line that stays. */
  note (line: string): void
  /** The last state stays on the screen; nothing is written afterwards. Idempotent. */
  close (): void
}

/** How a command was asked to talk. */
export interface Talk {
  readonly json: boolean
  readonly quiet: boolean
}
