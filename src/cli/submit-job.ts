import { ExitStatus, NoCapablePeerError } from '../errors.ts'
import { missCapablePeer } from './capable-peer.ts'
import { print, printJson, say } from './context.ts'
import { followJob } from './follow-job.ts'
import { count, roughly, shortJob } from './format.ts'
import { Interruptions } from './interruptions.ts'
import { outcomeLine, outcomeStatus } from './job-outcome.ts'
import { makeJobView } from './view/make-job-view.ts'
import type { JobSummary, PeerApi, RenderRequest } from '../api.ts'
import type { CommandContext } from './context.ts'
import type { PeerAccess } from './peer-access.ts'
import type { JobView, Talk } from './view/job-view.ts'
import type { DoneEvent } from './view/model.ts'

/** Submits a job, prints it, and leaves it to the running peer. */
export async function detachJob (context: CommandContext, talk: Talk, api: PeerApi, request: RenderRequest): Promise<number> {
  const { job, warnings = [] } = await api.render(request)
  for (const warning of warnings) {
    say(context, warning, 'warn')
  }
  if (!talk.json) {
    print(context, job)
    return ExitStatus.done
  }
  const stop = new AbortController()
  for await (const item of api.follow(job, { preview: 'none' }, stop.signal)) {
    if (item.type === 'event' && (item.event.event === 'job' || item.event.event === 'done')) {
      printJson(context, item.event)
      stop.abort()
    }
  }
  return ExitStatus.done
}

/** What a {@link Submission} needs. */
export interface SubmissionInit {
  readonly context: CommandContext
  readonly talk: Talk
  readonly access: PeerAccess
  readonly request: RenderRequest
  /** Gives up when no peer that can render the job is seen for so long. @default no limit */
  readonly waitMs: number | undefined
}

/**
 * A job from its submission to its end, as the one who typed `render` sees it.
 *
 * The first Ctrl-C cancels the job, also one that is still being packed; a second one leaves at once. A terminal that goes away ends
 * the view only: a running peer goes on without us, a peer of our own goes on in this process.
 */
export class Submission {
  readonly #init: SubmissionInit
  readonly #view: JobView
  /** Ends the view and everything that waits beside it. */
  readonly #stop = new AbortController()
  #job: JobSummary | undefined
  #cancelWanted = false

  private constructor (init: SubmissionInit, view: JobView) {
    this.#init = init
    this.#view = view
  }

  /**
   * Submits, shows, and resolves with the exit status.
   *
   * @throws NoCapablePeerError when nobody could render it in time; the job is cancelled then
   */
  static async run (init: SubmissionInit): Promise<number> {
    const { peer } = await init.access.api.status()
    const submission = new Submission(init, makeJobView(init.context, init.talk, peer))
    using interruptions = new Interruptions()
    submission.#listen(interruptions)
    return await submission.#run()
  }

  #listen (interruptions: Interruptions): void {
    const { context, access } = this.#init
    interruptions.on(context, ['interrupt'], () => this.#cancel(), () => context.exitNow(ExitStatus.cancelled))
    interruptions.on(context, ['hangup'], () => {
      this.#view.close()
      if (access.kind === 'running') {
        this.#stop.abort()
      }
    }, () => {})
    if (access.kind === 'own') {
      interruptions.on(context, ['terminate'], async () => {
        this.#view.close()
        await access.close('politely').catch(() => {})
        context.dieBy('SIGTERM')
      }, () => context.exitNow(ExitStatus.jobFailed))
    }
  }

  async #run (): Promise<number> {
    const { context, talk, access, request } = this.#init
    const { api } = access
    const undivert = access.log?.divert((line) => { this.#view.note(line) })
    try {
      const job = await api.render(request)
      this.#job = job
      access.log?.release()
      if (context.stderr.isTTY === true) {
        this.#view.note(`${job.name} is job ${shortJob(job.job)}; Ctrl-C cancels it`)
      }
      if (job.goesOn === true && !talk.json) {
        this.#view.note(`${job.name} was begun before and goes on: ${job.done} of ${count(job.units, 'unit')} are done`)
      }
      for (const warning of job.warnings ?? []) {
        this.#view.note(warning)
      }
      if (job.expected !== undefined && !talk.json) {
        this.#view.note(`estimate: about ${roughly(job.expected.etaMs)} on ${count(job.expected.peers, 'peer')} (measured speeds)`)
      }
      if (this.#cancelWanted) {
        await this.#cancel()
      }
      const followed = followJob(api, job.job, this.#view, this.#stop.signal)
      const done = await Promise.race([followed, this.#missPeers(job)])
      return done === undefined ? ExitStatus.done : this.#end(job, done)
    } catch (err) {
      if (err instanceof NoCapablePeerError) {
        await this.#cancelQuietly()
      }
      throw err
    } finally {
      undivert?.()
      this.#view.close()
      this.#stop.abort()
    }
  }

  /** Rejects when no capable peer was seen for long enough; else never settles. */
  async #missPeers (job: JobSummary): Promise<never> {
    const { context: { clock }, access: { api }, request, waitMs } = this.#init
    if (waitMs !== undefined) {
      await missCapablePeer(api, { ...job, self: request.noLocal === true ? 'does not count' : 'counts' }, waitMs, clock, this.#stop.signal)
    }
    return new Promise<never>(() => {})
  }

  async #cancel (): Promise<void> {
    this.#cancelWanted = true
    if (this.#job !== undefined) {
      this.#view.note(`cancelling ${this.#job.name}`)
      await this.#cancelQuietly()
    }
  }

  /** A job that has ended meanwhile can not be cancelled any more; its end is what comes next anyway. */
  async #cancelQuietly (): Promise<void> {
    if (this.#job !== undefined) {
      await this.#init.access.api.cancel(this.#job.job).catch(() => {})
    }
  }

  #end (job: JobSummary, done: DoneEvent): number {
    const { context, talk } = this.#init
    this.#view.close()
    const line = outcomeLine(done, job, context.cwd)
    if (done.state !== 'finished') {
      say(context, line)
    } else if (!talk.json) {
      print(context, line)
    }
    return outcomeStatus(done)
  }
}
