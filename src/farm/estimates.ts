import { expectedMs } from '../core/estimate.ts'
import { frameCount } from '../core/job.ts'
import { gridOf } from '../core/units.ts'
import { probe } from './probe.ts'
import { fullRequest, planJob, videoPlan } from './submission.ts'
import type { EstimatedPeer, JobEstimate, RenderRequest, SubmittedJob } from '../api.ts'
import type { PeerPace, Workload } from '../core/estimate.ts'
import type { JobSpec } from '../core/job.ts'
import type { SceneSpeed } from '../core/speed.ts'
import type { Clock, Mesh, MeshPeer, VideoMaker } from '../ports.ts'
import type { SpeedKeeper } from './speed-keeper.ts'
import type { PlannedJob, SubmissionContext } from './submission.ts'

/** What {@link Estimates} work with. */
export interface EstimatesContext extends SubmissionContext {
  readonly name: string
  readonly mesh: Pick<Mesh, 'self' | 'peers'>
  readonly clock: Clock
  readonly speeds: SpeedKeeper
  readonly videos: VideoMaker
  /** Render threads while this peer stewards a job; 0 when it renders nothing at all. */
  threads (): number
  /** Whether it takes new work now, and whether it renders something. */
  doing (): 'idle' | 'rendering' | 'draining'
  /** Jobs of anybody that are to be rendered now. */
  liveJobs (): number
}

/** A peer and what is expected of it. */
interface Candidate {
  readonly shown: EstimatedPeer
  /** Undefined when it can not render the job, or its speed is not known. */
  readonly pace: PeerPace | undefined
}

/** What a job's cost depends on. */
type Priced = Pick<JobSpec, 'engine' | 'fingerprint' | 'bundle' | 'width' | 'height' | 'frames' | 'samples' | 'split' | 'tile'>

/**
 * Says how long jobs will take. This machine's speed at a scene is what it measured at that scene, else what its engine usually takes; another
 * peer's is what it tells of its engine, times how much costlier this scene is here than others are here.
 */
export class Estimates {
  readonly #context: EstimatesContext

  constructor (context: EstimatesContext) {
    this.#context = context
  }

  /** @throws SceneError, UsageError or JobSpecError, as submitting the request would */
  async estimate (request: RenderRequest, signal: AbortSignal): Promise<JobEstimate> {
    const plan = await planJob(await fullRequest(request, this.#context.bundler), this.#context, 'survey', signal)
    try {
      const { spec, scene, warnings } = plan
      await videoPlan(request, spec, this.#context.videos)
      await this.#measure(plan)
      const local = request.noLocal === true ? 'off' : 'on'
      const candidates = this.#candidates(spec, local)
      const alone = candidates.filter(({ shown }) => shown.self)
      return {
        name: spec.name,
        engine: spec.engine,
        fingerprint: spec.fingerprint,
        width: spec.width,
        height: spec.height,
        frames: frameCount(spec.frames),
        samples: spec.samples,
        units: gridOf(spec).units,
        split: spec.split,
        tile: spec.tile,
        files: scene.manifest.files.length,
        bytes: scene.bytes,
        warnings,
        peers: candidates.map(({ shown }) => shown),
        etaMs: together(spec, candidates),
        aloneMs: together(spec, alone),
        otherJobs: this.#context.liveJobs()
      }
    } finally {
      await plan.scene.release()
    }
  }

  /** How long which number of peers take for a job, by what is known at this moment; undefined when nothing is. `local`: whether this peer renders of it. */
  expected (spec: JobSpec, local: 'on' | 'off'): SubmittedJob['expected'] {
    const candidates = this.#candidates(spec, local)
    const etaMs = together(spec, candidates)
    return etaMs === null ? undefined : { etaMs, peers: candidates.filter(({ pace }) => pace !== undefined).length }
  }

  /** A scene that was never rendered here is tried, unless this machine is busy or is to render nothing. */
  async #measure ({ ready, scene, spec }: PlannedJob): Promise<void> {
    const { speeds, clock } = this.#context
    const threads = this.#context.threads()
    if (threads > 0 && this.#context.doing() === 'idle' && speeds.scene(spec.fingerprint, spec.bundle.manifest) === undefined) {
      const found = await probe(ready.engine, scene.files, spec, threads, clock)
      if (found !== undefined) {
        speeds.probed({ ...found, fingerprint: spec.fingerprint, scene: spec.bundle.manifest })
      }
    }
  }

  #candidates (spec: Priced, local: 'on' | 'off'): readonly Candidate[] {
    const { speeds, mesh } = this.#context
    const scene = speeds.scene(spec.fingerprint, spec.bundle.manifest)
    const usual = speeds.engine(spec.fingerprint)
    return [
      this.#self(spec, local, scene?.threadMsPerMegasample ?? usual, scene?.loadMs ?? 0),
      ...mesh.peers().map((peer) => this.#other(peer, spec, scene, usual))
    ]
  }

  #self (spec: Priced, local: 'on' | 'off', threadMsPerMegasample: number | undefined, loadMs: number): Candidate {
    const { engines, mesh, name } = this.#context
    const threads = this.#context.threads()
    const offered = new Map(Array.from(engines, ([engine, { info }]) => [engine, info.fingerprint]))
    const lacks = local === 'off'
      ? 'left out (--no-local)'
      : lackOf({ threads, engines: offered, ...(this.#context.doing() === 'draining' ? { draining: true } : {}) }, spec)
    return candidate({ peer: mesh.self, name, self: true, threads, lacks }, threadMsPerMegasample, loadMs)
  }

  #other (peer: MeshPeer, spec: Priced, scene: SceneSpeed | undefined, usual: number | undefined): Candidate {
    const { name, threads } = peer
    const told = peer.speeds?.get(spec.engine)
    const costlier = scene === undefined || usual === undefined ? 1 : scene.threadMsPerMegasample / usual
    const slower = told === undefined || usual === undefined ? 1 : told / usual
    const shown = { peer: peer.peer, name, self: false, threads, lacks: lackOf(peer, spec) }
    return candidate(shown, told === undefined ? undefined : told * costlier, (scene?.loadMs ?? 0) * slower)
  }
}

function candidate (shown: Omit<EstimatedPeer, 'samplesPerSecond'>, threadMsPerMegasample: number | undefined, readyMs: number): Candidate {
  const known = threadMsPerMegasample !== undefined && shown.threads > 0
  return {
    shown: { ...shown, samplesPerSecond: known ? Math.round(shown.threads / threadMsPerMegasample * 1e9) : null },
    pace: known && shown.lacks === null ? { threads: shown.threads, threadMsPerMegasample, readyMs } : undefined
  }
}

/** Why a peer can not render a job, in words that follow its name; null when it can. */
function lackOf ({ threads, draining, resting, engines }: Pick<MeshPeer, 'threads' | 'draining' | 'resting' | 'engines'>, spec: Priced): string | null {
  const fingerprint = engines.get(spec.engine)
  if (threads === 0) {
    return 'renders nothing'
  }
  if (fingerprint === undefined) {
    return `has no ${spec.engine}`
  }
  if (fingerprint !== spec.fingerprint) {
    return `has another ${spec.engine} (${fingerprint})`
  }
  return draining === true ? resting ?? 'takes no new work' : null
}

function together (spec: Priced, candidates: readonly Candidate[]): number | null {
  const work: Workload = { samples: spec.width * spec.height * frameCount(spec.frames) * spec.samples, units: gridOf(spec).units }
  return expectedMs(work, candidates.flatMap(({ pace }) => pace ?? []))
}
