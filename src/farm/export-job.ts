import { UsageError } from '../errors.ts'
import { isJobFile } from '../core/job-file.ts'
import { frameCount } from '../core/job.ts'
import { gridOf } from '../core/units.ts'
import { baseName, fullRequest, planJob } from './submission.ts'
import type { ExportedJob, RenderRequest } from '../api.ts'
import type { JobHead } from '../core/job-file.ts'
import type { FullRequest, PlannedJob, SubmissionContext } from './submission.ts'

/** What a request can say about one run of a job, which a job file can not hold. */
const OF_ONE_RUN = ['noLocal', 'replace', 'saveEveryMs', 'onDone', 'video'] as const

/**
 * Writes a job down, with its scene, instead of submitting it. Whoever renders the file renders the job that the request would be here.
 *
 * @param file absolute path, `.job`
 * @throws SceneError, UsageError or JobSpecError as submitting would, StoreError when the disk refuses; nothing is left then
 */
export async function exportJob (request: RenderRequest, file: string, context: SubmissionContext, signal: AbortSignal): Promise<ExportedJob> {
  if (!isJobFile(file)) {
    throw new UsageError(`a job is written into a .job file, not into "${baseName(file)}"`)
  }
  const ofOneRun = OF_ONE_RUN.find((name) => request[name] !== undefined && request[name] !== false)
  if (ofOneRun !== undefined) {
    throw new UsageError(`a job file can not hold "${ofOneRun}", which is about one run; say it when the job is rendered`)
  }
  const full = await fullRequest(request, context.bundler)
  const plan = await planJob(full, context, 'survey', signal)
  try {
    const { spec, scene, warnings } = plan
    const bytes = await context.bundler.writeJob(file, headOf(full, plan), scene)
    return {
      file,
      bytes,
      files: scene.manifest.files.length,
      name: spec.name,
      engine: spec.engine,
      fingerprint: spec.fingerprint,
      width: spec.width,
      height: spec.height,
      frames: frameCount(spec.frames),
      samples: spec.samples,
      units: gridOf(spec).units,
      warnings
    }
  } finally {
    await plan.scene.release()
  }
}

function headOf (request: FullRequest, { spec }: PlannedJob): JobHead {
  const { name, engine, fingerprint, width, height, frames, samples, camera, settings, leaseMs, bundle } = spec
  return {
    name,
    engine,
    fingerprint,
    width,
    height,
    frames,
    samples,
    split: request.split ?? 'auto',
    tile: request.tile ?? null,
    camera,
    settings,
    leaseMs,
    priority: request.priority ?? 0,
    picture: { name: baseName(request.output), bits: request.bits ?? 8 },
    bundle
  }
}
