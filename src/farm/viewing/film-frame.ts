import { frameCount } from '../../core/job.ts'
import type { Hash } from '../../core/ids.ts'
import type { JobSpec } from '../../core/job.ts'
import type { OwnJob } from '../own-job.ts'

/** A film on its way to a file: what is known of it, and the pixels of one frame. */
export interface FilmFrame {
  readonly spec: JobSpec
  /** Counted from 0. */
  readonly frame: number
  /** Units of the whole job that are in the film. */
  readonly done: number
  readonly units: number
  readonly filmHash: Hash | null
  /** Float32Array, width × height × 4. */
  readonly pixels: Float32Array
}

/** Every frame of an own job of which something is there; the first if there is nothing at all. @throws FilmGoneError */
export async function * framesOf (own: OwnJob): AsyncGenerator<FilmFrame> {
  const { spec } = own.signed
  const { ledger } = own.stewardship.view
  const begun = Array.from({ length: frameCount(spec.frames) }, (_, frame) => frame).filter((frame) => own.hasBegun(frame))
  for (const frame of begun.length > 0 ? begun : [0]) {
    const pixels = await own.filmOf(frame)
    yield { spec, frame, done: ledger.count('accepted'), units: ledger.units, filmHash: own.filmHash, pixels }
  }
}
