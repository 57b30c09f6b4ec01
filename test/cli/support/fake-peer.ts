import { EventEmitter, on } from 'node:events'
import { NotRequesterError, SceneError, UnknownJobError, UsageError } from '../../../src/errors.ts'
import type {
  CacheSummary, ClearedCache, ExportedJob, FetchRequest, FollowItem, FollowOptions, JobEstimate, JobLog, JobSummary, LeftJob, Peer, PeerStatus, PeerSummary, PreviewBlock, RenderRequest, SavedFilm, SettingState, SubmittedJob
} from '../../../src/api.ts'
import type { FarmEvent } from '../../../src/ports.ts'

export const FAKE_PEER = '12D3KooWFakeSelf'
export const OTHER_PEER = '12D3KooWFakeOther'

/** Units of every job of a fake peer. */
export const FAKE_UNITS = 4

interface FakeJob {
  summary: JobSummary
  readonly request: RenderRequest | undefined
  /** Everything that happened since the job began, for those who attach. */
  ended: FollowItem | undefined
}

/** A peer that renders nothing: tests say what happens in its jobs. Keeps what it was asked. */
export class FakePeer implements Peer {
  readonly asked: string[] = []
  readonly requests: RenderRequest[] = []
  /** Streams that are being followed now. */
  following = 0
  draining = false
  /** What it tells of every job. */
  logs: Omit<JobLog, 'job' | 'unit'> = { state: null, place: null, troubles: [], attempts: [], gaps: [] }
  resting: string | null = null
  /** What it finds in every scene. */
  warnings: string[] = []
  /** Whether every request is for what a job does already. */
  goesOn = false
  readonly #jobs = new Map<string, FakeJob>()
  readonly #news = new EventEmitter().setMaxListeners(0)
  cached: CacheSummary = { quotaBytes: 2 ** 30, usedBytes: 0, things: [], unlisted: 0 }
  peerList: PeerSummary[] = [summaryOf(FAKE_PEER, 'ALDER', 'here'), summaryOf(OTHER_PEER, 'BIRCH', 'direct')]
  /** What it says it expects of every job that is submitted. */
  expected: SubmittedJob['expected']
  /** What it says of every request. */
  estimated: JobEstimate = {
    name: 'shot.glb',
    engine: 'pathtracer',
    fingerprint: 'pathtracer 1.0',
    width: 1920,
    height: 1080,
    frames: 1,
    samples: 256,
    units: 510,
    split: 'tiles',
    tile: 64,
    files: 14,
    bytes: 212 * 1024 ** 2,
    warnings: [],
    peers: [
      { peer: FAKE_PEER, name: 'ALDER', self: true, threads: 2, lacks: null, samplesPerSecond: 465_000 },
      { peer: OTHER_PEER, name: 'BIRCH', self: false, threads: 4, lacks: null, samplesPerSecond: 860_000 }
    ],
    etaMs: 400_000,
    aloneMs: 1_140_000,
    otherJobs: 0
  }

  /** What happens by itself after a job was submitted. */
  script: ((job: string, peer: FakePeer) => void) | undefined

  async start (): Promise<void> {
    this.asked.push('start')
  }

  /** Its jobs that are left open when it ends. */
  left: readonly LeftJob[] = []

  async stop (manner: 'politely' | 'now'): Promise<readonly LeftJob[]> {
    this.asked.push(`stop ${manner}`)
    return this.left
  }

  async status (): Promise<PeerStatus> {
    return {
      peer: FAKE_PEER,
      name: 'ALDER',
      mesh: 'home',
      version: '0.1.0',
      addresses: [`/ip4/127.0.0.1/tcp/4001/p2p/${FAKE_PEER}`],
      engines: [{ engine: 'pathtracer', version: '1.0' }],
      threads: 2,
      draining: this.draining,
      resting: this.resting
    }
  }

  async render (request: RenderRequest): Promise<SubmittedJob> {
    this.requests.push(request)
    if (request.scene.includes('broken')) {
      throw new SceneError('2 files are missing, nothing was started: a.png, b.png', ['a.png', 'b.png'])
    }
    const job = this.requests.length.toString(16).padStart(2, '0').repeat(32)
    const size = request.size ?? { width: 960, height: 540 }
    this.addJob({
      job,
      name: request.scene.split(/[\\/]/).at(-1)!,
      engine: request.engine ?? 'pathtracer',
      state: 'running',
      done: 0,
      units: FAKE_UNITS,
      requester: FAKE_PEER,
      requesterName: 'ALDER',
      own: true,
      fingerprint: 'pathtracer 1.0',
      ...size,
      frames: 1,
      samples: request.samples ?? 64
    }, request)
    queueMicrotask(() => {
      this.script?.(job, this)
    })
    return { ...this.#jobs.get(job)!.summary, warnings: this.warnings, ...(this.goesOn ? { goesOn: true } : {}), ...(this.expected === undefined ? {} : { expected: this.expected }) }
  }

  async estimate (request: RenderRequest): Promise<JobEstimate> {
    this.asked.push(`estimate ${JSON.stringify(request)}`)
    if (request.scene.includes('broken')) {
      throw new SceneError('2 files are missing, nothing was started: a.png, b.png', ['a.png', 'b.png'])
    }
    return this.estimated
  }

  async exportJob (request: RenderRequest, file: string): Promise<ExportedJob> {
    this.asked.push(`export ${JSON.stringify(request)} to ${file}`)
    if (request.scene.includes('broken')) {
      throw new SceneError('2 files are missing, nothing was started: a.png, b.png', ['a.png', 'b.png'])
    }
    const { name, engine, fingerprint, width, height, frames, samples, units, files, bytes, warnings } = this.estimated
    return { file, bytes, files, name, engine, fingerprint, width, height, frames, samples, units, warnings }
  }

  addJob (summary: JobSummary, request?: RenderRequest): void {
    this.#jobs.set(summary.job, { summary, request, ended: undefined })
  }

  async * follow (job: string, { preview }: FollowOptions, signal: AbortSignal): AsyncGenerator<FollowItem> {
    const known = this.#known(job)
    if (known.ended !== undefined) {
      yield known.ended
      return
    }
    if (signal.aborted) {
      return
    }
    const items = on(this.#news, job, { signal })
    this.following++
    try {
      yield { type: 'event', event: jobEvent(known.summary) }
      yield { type: 'event', event: this.progress(job) }
      for await (const [item] of items as AsyncIterable<[FollowItem]>) {
        if (item.type === 'event' || preview === 'blocks') {
          yield item
        }
        if (item.type === 'event' && item.event.event === 'done') {
          return
        }
      }
    } catch (err) {
      if (!signal.aborted) {
        throw err
      }
    } finally {
      this.following--
    }
  }

  async jobs (): Promise<readonly JobSummary[]> {
    return Array.from(this.#jobs.values(), ({ summary }) => summary)
  }

  async findJob (text: string): Promise<JobSummary> {
    const found = (await this.jobs()).filter(({ job, name }) => job.startsWith(text) || name === text)
    if (found.length !== 1) {
      throw new UnknownJobError(text)
    }
    return found[0]!
  }

  async cancel (job: string): Promise<void> {
    this.#own(job, 'cancel')
    this.finish(job, 'cancelled')
  }

  async pause (job: string): Promise<void> {
    const known = this.#own(job, 'pause')
    known.summary = { ...known.summary, state: 'paused' }
  }

  async resume (job: string): Promise<void> {
    const known = this.#own(job, 'resume')
    known.summary = { ...known.summary, state: 'running' }
  }

  async setPriority (job: string, priority: number): Promise<void> {
    this.#own(job, `setPriority ${priority} of`)
  }

  async setThreads (threads: number): Promise<void> {
    this.asked.push(`setThreads ${threads}`)
    if (threads > 1024) {
      throw new UsageError('too many threads')
    }
  }

  async takeWork (work: 'any' | 'none'): Promise<void> {
    this.asked.push(`takeWork ${work}`)
    this.draining = work === 'none'
  }

  settingList: SettingState[] = [{ key: 'threads', value: 'all', set: false, default: 'all', form: '1 to 1024, or all', meaning: 'render threads', option: '3' }]

  async settings (): Promise<readonly SettingState[]> {
    return this.settingList
  }

  async changeSetting (key: string, value: string | null): Promise<SettingState> {
    this.asked.push(`changeSetting ${key} ${value}`)
    const known = this.settingList.find((state) => state.key === key)
    if (known === undefined) {
      throw new UsageError(`there is no setting "${key}"`)
    }
    const changed = { ...known, value: value ?? known.default, set: value !== null }
    this.settingList = this.settingList.map((state) => state.key === key ? changed : state)
    return changed
  }

  async log (job: string, unit?: string): Promise<JobLog> {
    this.asked.push(`log ${unit ?? 'all'}`)
    this.#known(job)
    if (unit !== undefined && !(Number(unit) < FAKE_UNITS)) {
      throw new UsageError(`There is no unit "${unit}" in this job; its units are 0 to 3.`)
    }
    return { ...this.logs, job, unit: unit ?? null }
  }

  async peers (): Promise<readonly PeerSummary[]> {
    return this.peerList
  }

  async * watchPeers (signal: AbortSignal): AsyncGenerator<FarmEvent> {
    this.following++
    try {
      for await (const [event] of on(this.#news, 'mesh', { signal }) as AsyncIterable<[FarmEvent]>) {
        yield event
      }
    } catch (err) {
      if (!signal.aborted) {
        throw err
      }
    } finally {
      this.following--
    }
  }

  async invite (): Promise<string> {
    return 'TILEMESH:FAKETICKET'
  }

  async cache (): Promise<CacheSummary> {
    return this.cached
  }

  async clearCache (): Promise<ClearedCache> {
    this.asked.push('clearCache')
    const kept = this.cached.things.filter(({ needed }) => needed)
    const usedBytes = kept.reduce((sum, { bytes }) => sum + bytes, 0)
    const freedBytes = this.cached.usedBytes - usedBytes
    this.cached = { ...this.cached, usedBytes, things: kept }
    return { freedBytes, usedBytes }
  }

  async fetch (job: string, request: FetchRequest): Promise<SavedFilm> {
    const { summary } = this.#known(job)
    const whole = summary.done === summary.units
    this.asked.push(`fetch ${JSON.stringify(request)}`)
    return {
      job,
      files: [request.output],
      done: summary.done,
      units: summary.units,
      filmHash: whole ? 'ab'.repeat(32) : null,
      missing: whole ? null : `${summary.units - summary.done} units are not rendered yet`
    }
  }

  /** Tells everyone who follows the job. */
  tell (job: string, event: FarmEvent): void {
    if (event.event === 'unit' && event.state === 'delivered') {
      const known = this.#known(job)
      known.summary = { ...known.summary, done: known.summary.done + 1 }
    }
    this.#news.emit(job, { type: 'event', event } satisfies FollowItem)
  }

  show (job: string, block: PreviewBlock): void {
    this.#news.emit(job, { type: 'preview', block } satisfies FollowItem)
  }

  tellMesh (event: FarmEvent): void {
    this.#news.emit('mesh', event)
  }

  /** Delivers one unit by a peer, with its progress. */
  deliver (job: string, unit: number, peer = FAKE_PEER): void {
    this.tell(job, { event: 'unit', job, unit: String(unit), state: 'leased', peer, ms: 0 })
    this.tell(job, { event: 'unit', job, unit: String(unit), state: 'delivered', peer, ms: 100 })
    this.tell(job, this.progress(job))
  }

  finish (job: string, state: 'finished' | 'cancelled' | 'parked'): void {
    const known = this.#known(job)
    const event: FarmEvent = {
      event: 'done',
      job,
      state,
      files: state === 'finished' && known.request !== undefined ? [known.request.output] : [],
      filmHash: state === 'finished' ? 'ab'.repeat(32) : null,
      wallMs: 91_000,
      units: known.summary.units,
      executions: known.summary.units,
      lapsed: 0,
      byPeer: { [FAKE_PEER]: known.summary.done },
      bytesIn: 1024,
      phases: { transfer: 1, load: 2, render: 3, merge: 4 },
      ...(state === 'parked' ? { parked: { units: known.summary.units - known.summary.done, unit: '3', reason: 'out of memory' } } : {})
    }
    known.ended = { type: 'event', event }
    known.summary = { ...known.summary, state: state === 'cancelled' ? 'cancelled' : 'finished' }
    this.#news.emit(job, known.ended)
  }

  progress (job: string): FarmEvent {
    const { done, units, state } = this.#known(job).summary
    return {
      event: 'progress',
      job,
      done,
      units,
      etaMs: done === 0 ? null : (units - done) * 1000,
      peers: 1,
      working: [{ peer: FAKE_PEER, name: 'ALDER', done, leased: units - done, relayed: false }],
      state: state === 'paused' ? 'paused' : 'running'
    }
  }

  #own (job: string, what: string): FakeJob {
    this.asked.push(`${what} ${job}`)
    const known = this.#known(job)
    if (!known.summary.own) {
      throw new NotRequesterError(`only ${known.summary.requesterName} can ${what} this job`)
    }
    return known
  }

  #known (job: string): FakeJob {
    const known = this.#jobs.get(job)
    if (known === undefined) {
      throw new UnknownJobError(job)
    }
    return known
  }
}

/** A job that renders all its units at once. */
export function rendersAtOnce (job: string, peer: FakePeer): void {
  setImmediate(() => {
    for (let unit = 0; unit < FAKE_UNITS; unit++) {
      peer.deliver(job, unit)
    }
    peer.finish(job, 'finished')
  })
}

export function summaryOf (peer: string, name: string, reach: PeerSummary['reach']): PeerSummary {
  return {
    peer,
    name,
    self: reach === 'here',
    engines: [{ engine: 'pathtracer', fingerprint: 'pathtracer 1.0' }],
    threads: 2,
    draining: false,
    resting: null,
    unitsPerMinute: null,
    doing: 'idle',
    reach,
    addresses: []
  }
}

function jobEvent ({ job, name, units, engine, fingerprint, width, height, frames, samples, requester }: JobSummary): FarmEvent {
  return { event: 'job', job, name, units, engine, fingerprint, width, height, frames, samples, requester }
}
