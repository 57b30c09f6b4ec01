import { ChannelClosedError, UnknownJobError, UsageError } from '../errors.ts'
import { chunksOf, frameNumber, pixelsOf, placeOf, samplesOf } from '../core/units.ts'
import { LOG_ANSWER_MS, LOG_QUESTIONS_AT_ONCE, MAX_ATTEMPTS_BYTES, MAX_ENTRIES_TOLD, MAX_LOG_QUESTIONS, MAX_TROUBLES_TOLD } from './limits.ts'
import type { JobLog, JobLogGap, UnitAttempt } from '../api.ts'
import type { JobId, PeerId, UnitIndex } from '../core/ids.ts'
import type { LogAnswer, LogRequest } from '../core/unit-log.ts'
import type { UnitGrid } from '../core/units.ts'
import type { Clock, Log, Mesh, UnitLogs } from '../ports.ts'
import type { Directory } from './directory.ts'
import type { OwnJob } from './own-job.ts'

const utf8 = new TextEncoder()

/** What a log desk needs. */
export interface LogDeskContext {
  readonly mesh: Mesh
  readonly clock: Clock
  readonly log: Log
  readonly unitLogs: UnitLogs
  readonly directory: Directory
  own (job: JobId): OwnJob | undefined
  nameOf (peer: PeerId): string
}

/**
 * Finds out what became of a unit. Nobody keeps who rendered which unit of a job (a million of them are two bits each at their steward), so
 * everyone who is there is asked: a question is forty bytes, and a person asks one at a time. The requester tells of its troubles besides, and
 * with them of peers that are away.
 */
export class LogDesk {
  readonly #context: LogDeskContext

  constructor (context: LogDeskContext) {
    this.#context = context
  }

  /** What this peer itself knows. Never rejects. */
  async answer ({ job, unit }: LogRequest): Promise<LogAnswer> {
    const troubles = this.#context.own(job)?.stewardship.troubles
    if (unit === undefined) {
      return { entries: [], troubles: troubles?.all().slice(-MAX_TROUBLES_TOLD) ?? [], dropped: false }
    }
    const { entries, dropped } = await this.#context.unitLogs.read(job, unit)
    return {
      entries: entries.slice(-MAX_ENTRIES_TOLD),
      troubles: troubles?.of(unit).slice(-MAX_TROUBLES_TOLD) ?? [],
      dropped: dropped || entries.length > MAX_ENTRIES_TOLD
    }
  }

  /**
   * What can be found out about a job, or one of its units.
   *
   * @throws UnknownJobError, or UsageError when there is no such unit
   */
  async find (job: JobId, label: string | undefined): Promise<JobLog> {
    const own = this.#context.own(job)
    const known = this.#context.directory.get(job)
    const signed = own?.signed ?? known?.signed
    if (signed === undefined) {
      throw new UnknownJobError(job)
    }
    const grid = own?.stewardship.view.grid ?? known!.grid
    const unit = label === undefined ? undefined : unitOf(label, grid)
    const { requester } = signed.spec
    const asked = this.#toAsk(unit, requester)
    const answers = await this.#askAll(asked, { job, unit })
    const troubles = answers.get(requester)?.troubles ?? []
    const attempts = Array.from(answers, ([peer, answer]) => (answer?.entries ?? []).map((entry): UnitAttempt => ({ ...entry, peer, name: this.#context.nameOf(peer) })))
    const { kept, left } = newest(attempts.flat().sort((a, b) => a.atMs - b.atMs))
    return {
      job,
      unit: label ?? null,
      state: unit === undefined || own === undefined ? null : own.stewardship.view.ledger.stateOf(unit),
      place: unit === undefined ? null : placeIn(grid, unit),
      troubles: troubles.map(({ unit, ...trouble }) => ({ ...trouble, unit: String(unit), name: this.#context.nameOf(trouble.peer) })),
      attempts: kept,
      gaps: this.#gaps(answers, left, unit === undefined ? [requester] : [requester, ...workersOf(own), ...troubles.map(({ peer }) => peer)])
    }
  }

  /** Who may know: of a job its requester, of a unit everyone. */
  #toAsk (unit: UnitIndex | undefined, requester: PeerId): PeerId[] {
    const { mesh } = this.#context
    const connected = mesh.peers().map(({ peer }) => peer)
    const wanted = unit === undefined ? [mesh.self, ...connected].filter((peer) => peer === requester) : [mesh.self, ...connected]
    return wanted.sort((a, b) => Number(b === requester) - Number(a === requester)).slice(0, MAX_LOG_QUESTIONS)
  }

  /** Answers by peer, undefined of those that gave none. */
  async #askAll (peers: readonly PeerId[], request: LogRequest): Promise<Map<PeerId, LogAnswer | undefined>> {
    const waiting = [...peers]
    const answers = new Map<PeerId, LogAnswer | undefined>()
    const lane = async (): Promise<void> => {
      for (let peer = waiting.shift(); peer !== undefined; peer = waiting.shift()) {
        answers.set(peer, await this.#ask(peer, request))
      }
    }
    await Promise.all(Array.from({ length: LOG_QUESTIONS_AT_ONCE }, lane))
    return answers
  }

  async #ask (peer: PeerId, request: LogRequest): Promise<LogAnswer | undefined> {
    const { mesh, clock, log } = this.#context
    if (peer === mesh.self) {
      return this.answer(request)
    }
    const late = Promise.withResolvers<never>()
    const timer = clock.after(LOG_ANSWER_MS, () => { late.reject(new ChannelClosedError('it took too long')) })
    try {
      return await Promise.race([mesh.askLog(peer, request), late.promise])
    } catch (error) {
      log.debug('a peer did not tell what became of a unit', { peer, error: String(error) })
      return undefined
    } finally {
      timer.stop()
    }
  }

  /** Whose word is missing: of peers known to have worked on it who are away, of those that did not answer, of those that have dropped something. */
  #gaps (answers: ReadonlyMap<PeerId, LogAnswer | undefined>, left: ReadonlySet<PeerId>, involved: readonly PeerId[]): JobLogGap[] {
    const gap = (why: JobLogGap['why']) => (peer: PeerId): JobLogGap => ({ peer, name: this.#context.nameOf(peer), why })
    const away = new Set(involved.filter((peer) => !answers.has(peer)))
    return [
      ...Array.from(away, gap('away')),
      ...[...answers].filter(([, answer]) => answer === undefined).map(([peer]) => peer).map(gap('silent')),
      ...[...answers].filter(([peer, answer]) => answer?.dropped === true || left.has(peer)).map(([peer]) => peer).map(gap('dropped'))
    ]
  }
}

/** As many of the newest as there is room for, and whose others are left out. */
function newest (attempts: readonly UnitAttempt[]): { readonly kept: readonly UnitAttempt[], readonly left: ReadonlySet<PeerId> } {
  let room = MAX_ATTEMPTS_BYTES
  const older = attempts.findLastIndex((attempt) => (room -= utf8.encode(JSON.stringify(attempt)).byteLength) < 0)
  return { kept: attempts.slice(older + 1), left: new Set(attempts.slice(0, older + 1).map(({ peer }) => peer)) }
}

/** Peers that delivered anything of a job: any of them may have rendered the unit. */
function workersOf (own: OwnJob | undefined): PeerId[] {
  return own === undefined ? [] : Object.keys(own.stewardship.view.account.totals().byPeer)
}

function placeIn (grid: UnitGrid, unit: UnitIndex): NonNullable<JobLog['place']> {
  const place = placeOf(grid, unit)
  const chunks = chunksOf(grid, place)
  return {
    frame: frameNumber(grid, place.frame),
    rect: pixelsOf(grid, place),
    samples: { first: samplesOf(grid, chunks.first).first, end: samplesOf(grid, chunks.end - 1).end }
  }
}

/** @throws UsageError */
function unitOf (label: string, { units }: UnitGrid): UnitIndex {
  const unit = /^\d{1,7}$/.test(label) ? Number(label) : NaN
  if (!(unit < units)) {
    throw new UsageError(`There is no unit "${label}" in this job; its units are 0 to ${units - 1}.`)
  }
  return unit
}
