import { FilmGoneError } from '../../errors.ts'
import { pixelsOf, placeOf } from '../../core/units.ts'
import { pause } from './quiet.ts'
import type { FollowItem } from '../../api.ts'
import type { UnitPlace } from '../../core/units.ts'
import type { Clock, Darkroom, Film, Log } from '../../ports.ts'
import type { OwnJob } from '../own-job.ts'

/** Work done on blocks of a late viewer's first picture before the event loop gets a turn, in tiles. */
const BLOCKS_A_TURN = 32

/** What showing an own job takes. */
export interface LateViewerContext {
  readonly clock: Clock
  readonly darkroom: Pick<Darkroom, 'preview'>
  readonly log: Log
}

/** An own job's life for one viewer, who is first shown all that has been done. */
export async function * followOwn (own: OwnJob, preview: 'none' | 'blocks', context: LateViewerContext, signal: AbortSignal): AsyncGenerator<FollowItem> {
  const items = own.follow(preview, signal)
  if (preview === 'blocks') {
    showDone(own, context, signal).catch((error: unknown) => {
      context.log.debug('a late viewer sees only what is new', { job: own.job, error: String(error) })
    })
  }
  yield * items
}

/** A late viewer's first picture: the frame finished last, then everything done of those that are not, through the same queue as what comes live. */
async function showDone (own: OwnJob, { clock, darkroom }: LateViewerContext, signal: AbortSignal): Promise<void> {
  const { grid, ledger } = own.stewardship.view
  const { spec } = own.signed
  const goesOn = (): boolean => own.phase.phase === 'rendering' && !signal.aborted
  let shown = 0
  const show = async (film: Pick<Film, 'snapshotRect'>, place: UnitPlace): Promise<void> => {
    own.hub.publish({ type: 'preview', block: darkroom.preview(spec, film, place.frame, pixelsOf(grid, place)) })
    if (++shown % BLOCKS_A_TURN === 0) {
      await pause(clock, 0)
    }
  }
  const unitsOfFrame = grid.units / grid.frames
  const latest = own.latestFrame
  const latestFilm = latest === undefined ? undefined : await own.filmOf(latest).catch(goneIsUndefined)
  if (latest !== undefined && latestFilm !== undefined) {
    const finished = filmOf(latestFilm, spec.width)
    for (let unit = latest * unitsOfFrame; unit < (latest + 1) * unitsOfFrame && goesOn(); unit += grid.runs) {
      await show(finished, placeOf(grid, unit))
    }
  }
  for (let unit = 0; unit < grid.units && goesOn(); unit += grid.runs) {
    const place = placeOf(grid, unit)
    if (own.isFinished(place.frame)) {
      unit = (place.frame + 1) * unitsOfFrame - grid.runs
    } else if (ledger.stateOf(unit) === 'accepted') {
      await show(own.film, place)
    }
  }
}

/** For `.catch`: of a film that is gone there is nothing to show. */
function goneIsUndefined (error: unknown): undefined {
  if (!(error instanceof FilmGoneError)) {
    throw error
  }
}

/** A finished frame as a film is read. */
function filmOf (pixels: Float32Array, width: number): Pick<Film, 'snapshotRect'> {
  return {
    snapshotRect: (_, { x0, y0, x1, y1 }) => {
      const rows = Array.from({ length: y1 - y0 }, (_, row) => pixels.subarray(((y0 + row) * width + x0) * 4, ((y0 + row) * width + x1) * 4))
      const part = new Float32Array((x1 - x0) * (y1 - y0) * 4)
      rows.forEach((row, y) => { part.set(row, y * row.length) })
      return part
    }
  }
}
