import { ExitStatus, NoCapablePeerError } from '../errors.ts'
import { isCapable, pause } from './capable-peer.ts'
import { print, printJson, say } from './context.ts'
import { bytes, count, roughly } from './format.ts'
import { settle } from './lookup.ts'
import { table } from './view/table.ts'
import type { EstimatedPeer, JobEstimate, PeerApi, RenderRequest } from '../api.ts'
import type { Clock } from '../ports.ts'
import type { CommandContext } from './context.ts'
import type { PeerAccess } from './peer-access.ts'
import type { Talk } from './view/job-view.ts'

/** What {@link dryRun} needs. */
export interface DryRunInit {
  readonly context: CommandContext
  readonly talk: Talk
  readonly access: PeerAccess
  readonly request: RenderRequest
  /** Waits so long for a peer that can render it. @default as long as a peer of one's own takes to meet the mesh */
  readonly waitMs: number | undefined
}

/** How often the members are looked at while one is waited for. */
const LOOK_MS = 500

/**
 * Says what a request would be as a job and how long it would take, and submits nothing.
 *
 * @throws SceneError and others as submitting would; NoCapablePeerError, after all has been said, when no peer seen could render it
 */
export async function dryRun ({ context, talk, access, request, waitMs = 0 }: DryRunInit): Promise<number> {
  await settle(access, context.clock, new AbortController().signal)
  let estimate = await access.api.estimate(request)
  if (!canStart(estimate) && await appears(access.api, estimate, request, waitMs, context.clock)) {
    estimate = await access.api.estimate(request)
  }
  if (talk.json) {
    printJson(context, { event: 'estimate', ...estimate })
  } else {
    for (const warning of estimate.warnings) {
      say(context, `warning: ${warning}`)
    }
    for (const line of estimateLines(estimate)) {
      print(context, line)
    }
  }
  if (!canStart(estimate)) {
    throw new NoCapablePeerError(`no peer seen now could render this with ${estimate.engine}; start one with: tilemesh up`)
  }
  return ExitStatus.done
}

/** An estimate as lines for a person. */
export function estimateLines (estimate: JobEstimate): string[] {
  const { name, engine, width, height, frames, samples, files, units, bytes: size } = estimate
  return [
    [name, engine, `${width}×${height}`, `${samples} samples`, ...(frames === 1 ? [] : [`${frames} frames`])].join('  '),
    ...table([
      ['files', `${count(files, 'file')}, ${bytes(size)}, none missing`],
      ['work', `${count(units, 'unit')}: ${cutWords(estimate)}`],
      ['estimate', estimateWords(estimate)]
    ]),
    '',
    ...table([['NAME', 'THREADS', 'SPEED', ''], ...estimate.peers.map((peer) => [peer.name, peer.threads, speedWords(peer), noteOf(peer)])]),
    '',
    'Nothing was submitted.'
  ]
}

/** `about 6 min 40 s on 3 peers; here alone about 19 min`, and what could not be counted in. */
export function estimateWords ({ etaMs, aloneMs, peers, otherJobs }: JobEstimate): string {
  const able = peers.filter(({ lacks }) => lacks === null)
  const measured = able.filter(({ samplesPerSecond }) => samplesPerSecond !== null)
  const unmeasured = able.filter(({ samplesPerSecond }) => samplesPerSecond === null)
  if (etaMs === null) {
    return able.length === 0 ? 'none: no peer here can render it' : `none yet: ${names(unmeasured)} not measured yet; a first job will tell`
  }
  const onlySelf = measured.length === 1 && measured[0]!.self
  const on = onlySelf ? 'here alone' : unmeasured.length > 0 ? `on ${count(measured.length, 'measured peer')}` : `on ${count(measured.length, 'peer')}`
  return [
    `about ${roughly(etaMs)} ${on}`,
    ...(aloneMs === null || onlySelf ? [] : [`here alone about ${roughly(aloneMs)}`]),
    ...(unmeasured.length === 0 ? [] : [`${names(unmeasured)} not measured yet, so it may go faster`]),
    ...(otherJobs === 0 ? [] : [`${count(otherJobs, 'other job')} will take a share`])
  ].join('; ')
}

function cutWords ({ split, tile, frames }: JobEstimate): string {
  switch (split) {
    case 'frames': return 'whole frames'
    case 'samples': return `tiles of ${tile}×${tile} pixels, cut by samples`
    case 'tiles': return `tiles of ${tile}×${tile} pixels${frames === 1 ? '' : ' of each frame'}`
  }
}

function speedWords ({ lacks, samplesPerSecond }: EstimatedPeer): string {
  if (lacks !== null) {
    return '-'
  }
  return samplesPerSecond === null ? 'not measured yet' : `${(samplesPerSecond / 1e6).toPrecision(2)} million samples/s`
}

function noteOf ({ self, lacks }: EstimatedPeer): string {
  return [...(self ? ['this peer'] : []), ...(lacks === null ? [] : [lacks])].join(', ')
}

function names (peers: readonly EstimatedPeer[]): string {
  return peers.map(({ name }) => name).join(', ')
}

function canStart ({ peers }: JobEstimate): boolean {
  return peers.some(({ lacks }) => lacks === null)
}

/** Whether a peer that could render the job is seen within `waitMs`. */
async function appears (api: PeerApi, { engine, fingerprint }: JobEstimate, { noLocal }: RenderRequest, waitMs: number, clock: Clock): Promise<boolean> {
  const endMs = clock.nowMs() + waitMs
  while (clock.nowMs() < endMs) {
    await pause(clock, Math.min(LOOK_MS, endMs - clock.nowMs()), new AbortController().signal)
    const peers = await api.peers()
    if (peers.some((peer) => isCapable(peer, { engine, fingerprint, self: noLocal === true ? 'does not count' : 'counts' }))) {
      return true
    }
  }
  return false
}
