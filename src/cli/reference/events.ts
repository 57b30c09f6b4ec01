import type { ExportedJob, CachedThing, CacheSummary, ClearedCache, CustodyJob, JobEstimate, JobLogGap, JobSummary, PeerStatus, PeerSummary, SavedFilm, SettingState } from '../../api.ts'
import type { FarmEvent } from '../../ports.ts'
import type { Check } from '../doctor/check.ts'

/** One kind of object that `--json` prints: who prints it, when, and what its fields mean. */
export interface EventPage {
  readonly event: string
  readonly when: string
  readonly fields: Readonly<Record<string, string>>
}

/** What every field of an object means: a field that is added without a meaning does not compile. */
type Meanings<Value> = { readonly [Key in Exclude<keyof Value, 'event'>]-?: string }

/** What happens in the farm, as scripts see it. */
const FARM_EVENTS: { readonly [Name in FarmEvent['event']]: { readonly when: string, readonly fields: Meanings<Extract<FarmEvent, { readonly event: Name }>> } } = {
  job: {
    when: 'render, watch: first, and once. up: whenever a job becomes known',
    fields: {
      job: 'its id, stable',
      name: 'the scene\'s file name',
      units: 'how many it is cut into',
      engine: 'the renderer',
      fingerprint: 'what peers must share for their pixels to be in one picture',
      width: 'pixels',
      height: 'pixels',
      frames: 'how many',
      samples: 'per pixel',
      requester: 'the peer id of who asked for it'
    }
  },
  peer: {
    when: 'up, render, watch: a member came or went',
    fields: { peer: 'its full peer id', state: 'joined or left', name: 'what people see' }
  },
  unit: {
    when: 'render, watch, up: something happened to a unit',
    fields: {
      job: 'of which job',
      unit: 'its number, stable, as a string',
      state: 'leased, lapsed, delivered, failed, raced or parked',
      peer: 'the worker\'s peer id',
      ms: 'render time in milliseconds',
      reason: 'why it failed or is parked; may be absent'
    }
  },
  progress: {
    when: 'render, watch: when attaching, at least once a second while anything changes, and before done',
    fields: {
      job: 'of which job',
      done: 'units accepted',
      units: 'all units',
      etaMs: 'milliseconds to the end; null while unknown',
      peers: 'how many render it now',
      working: 'who: peer, name, done (units delivered), leased (units held now), relayed',
      state: 'running or paused; absent means running',
      waits: 'why it stands still: a disk that refuses; absent when it does not',
      video: 'frames in the video so far; absent when none is being made',
      safety: 'whether the requester\'s computer may be closed: state (safe or unsafe) and missing (what is still to be copied to others); absent at the beginning'
    }
  },
  error: {
    when: 'any command: what went wrong; the same line is on standard error',
    fields: { code: 'the name of the kind of error, such as UsageError', message: 'one line for a person' }
  },
  done: {
    when: 'render, watch: last',
    fields: {
      job: 'of which job',
      state: 'finished, cancelled or parked',
      files: 'absolute paths of the pictures, and of the video; empty away from the requester',
      filmHash: 'sha256 over the sha256 of each frame\'s float pixels; null when units are missing',
      wallMs: 'milliseconds from submission to end',
      units: 'how many it had',
      executions: 'units whose render was started, as workers report',
      lapsed: 'how often a lease on a unit lapsed',
      byPeer: 'units delivered, by peer id',
      bytesIn: 'bytes of pixels accepted',
      phases: 'transfer, load, render and merge: milliseconds, summed over peers',
      problem: 'why the video is missing; absent when nothing is',
      parked: 'of a job that ended parked: units (how many could not be rendered), unit (the first of them) and reason (why)'
    }
  }
}

const JOB: Meanings<JobSummary> = {
  job: 'its id, stable',
  name: 'the scene\'s file name',
  engine: 'the renderer',
  state: 'running, paused, finished, cancelled or parked',
  done: 'units accepted',
  units: 'all units',
  requester: 'the peer id of who asked for it',
  requesterName: 'what people see of that peer',
  requesterAway: 'true while that peer is not connected; absent when it is',
  own: 'whether it was asked for here',
  fingerprint: 'what peers must share for their pixels to be in one picture',
  width: 'pixels',
  height: 'pixels',
  frames: 'how many',
  samples: 'per pixel',
  waits: 'why it stands still: a disk that refuses; absent when it does not',
  safety: 'of a job that was asked for here: whether this computer may be closed, as in progress'
}

const ESTIMATE: Meanings<JobEstimate> = {
  name: 'the scene\'s file name',
  engine: 'the renderer',
  fingerprint: 'what peers must share for their pixels to be in one picture',
  width: 'pixels',
  height: 'pixels',
  frames: 'how many',
  samples: 'per pixel',
  units: 'how many it would be cut into',
  split: 'tiles, frames or samples',
  tile: 'side of a tile in pixels',
  files: 'how many the scene has',
  bytes: 'of all its files',
  warnings: 'what is not rendered as the file asks, one line each',
  peers: 'who could render it: peer, name, self, threads, lacks (why not, or null), samplesPerSecond (or null)',
  etaMs: 'milliseconds for all of them together; null when no speed is known',
  aloneMs: 'milliseconds for this peer alone; null when its speed is not known',
  otherJobs: 'jobs that are being rendered on the mesh now'
}

const EXPORTED: Meanings<ExportedJob> = {
  file: 'the job file, absolute',
  bytes: 'of the job file',
  files: 'how many the scene has',
  name: 'the scene\'s file name',
  engine: 'the renderer',
  fingerprint: 'what it was written down for',
  width: 'pixels',
  height: 'pixels',
  frames: 'how many',
  samples: 'per pixel',
  units: 'how many it would be cut into',
  warnings: 'what is not rendered as the file asks, one line each'
}

const PEER: Meanings<PeerSummary> = {
  peer: 'its full peer id',
  name: 'what people see',
  self: 'whether it is this peer itself',
  engines: 'engine and fingerprint of each renderer it has',
  threads: 'render threads; 0: it renders nothing',
  draining: 'whether it takes no new work',
  resting: 'why it renders nothing for others now, in words; null when that is not by its settings',
  unitsPerMinute: 'over its current job; null while unknown',
  doing: 'in words',
  reach: 'here, direct or relayed',
  addresses: 'the addresses of its connections'
}

const STATUS: Meanings<PeerStatus> = {
  peer: 'its full peer id',
  name: 'what people see',
  mesh: 'the name of its mesh',
  version: 'of tilemesh',
  addresses: 'full multiaddrs',
  engines: 'engine and version of each renderer it has',
  threads: 'render threads; 0: it renders nothing',
  draining: 'whether it takes no new work',
  resting: 'why it renders nothing for others now, in words; null when that is not by its settings'
}

const SAVED: Meanings<SavedFilm> = {
  job: 'of which job',
  files: 'absolute paths of what was written',
  done: 'units in it',
  units: 'all units',
  filmHash: 'of the finished film; null while units are missing',
  missing: 'one line that says what is missing and who has it; null when nothing is'
}

const LOG: Readonly<Record<string, string>> = {
  job: 'of which job',
  unit: 'of which unit',
  state: 'at a worker: rendered, failed or delivered; as the requester remembers it: failed, lapsed, raced or parked',
  peer: 'the worker\'s peer id',
  name: 'what people see of it',
  atMs: 'milliseconds since 1970, by the clock of that peer',
  startedAtMs: 'when its render began; rendered and failed at a worker only, as threads and log',
  renderMs: 'render time in milliseconds; rendered only',
  threads: 'render threads',
  log: 'what the renderer said, as it said it',
  reason: 'why it failed or is parked',
  to: 'whom it was delivered to; delivered only, as answer and tries',
  answer: 'accepted, duplicate, ended or refused',
  tries: 'how often it was sent'
}

const GAP: Meanings<JobLogGap> & Readonly<Record<string, string>> = {
  job: 'of which job',
  unit: 'of which unit; null when none was asked for',
  peer: 'whose word is missing',
  name: 'what people see of it',
  why: 'away, silent (it did not answer) or dropped (older logs were too much to keep)'
}

const SETTING: Meanings<SettingState> = {
  key: 'its name',
  value: 'what holds',
  set: 'whether somebody set it',
  default: 'what holds otherwise',
  form: 'how a value is written',
  meaning: 'what it does',
  option: 'what the running peer was started with instead; null when nothing'
}

const CACHE: Meanings<Omit<CacheSummary, 'things' | 'custody'>> = {
  quotaBytes: 'what may be kept',
  usedBytes: 'what is kept; files that several scenes share count once',
  unlisted: 'things that no line of their own follows for'
}

const CACHED: Meanings<CachedThing> = {
  kind: 'scene, films (the float films of a job) or blob (a file of no known scene)',
  id: 'hash of the scene or file, or id of the job',
  name: 'the scene\'s file; empty when it is not known',
  bytes: 'of a scene: with the files that it shares with others',
  usedAtMs: 'when it was used last, in milliseconds since 1970',
  needed: 'whether a job that has not ended needs it'
}

const KEPT: Meanings<CustodyJob> = {
  job: 'its id',
  name: 'the scene\'s file',
  requester: 'the peer id of who is to have them',
  units: 'whose results are kept',
  bytes: 'on disk'
}

const CLEARED: Meanings<ClearedCache> = {
  freedBytes: 'what was let go of',
  usedBytes: 'what is still there, as jobs need it'
}

const CHECK: Meanings<Check> = {
  name: 'what was looked at',
  state: 'ok, warn (something would not work) or bad (no job could run here)',
  message: 'what was found',
  cure: 'what to do; null where there is nothing to do'
}

/** All objects of `--json`: every line on standard output is one of them. */
export const EVENTS: readonly EventPage[] = [
  {
    event: 'ready',
    when: 'up, bootstrap: first, when others can reach the peer',
    fields: { peer: 'its full peer id', addrs: 'full multiaddrs', http: 'URL of the page; null when it is off', name: 'what people see', mesh: 'the name of its mesh' }
  },
  ...Object.entries(FARM_EVENTS).map(([event, page]) => ({ event, ...page })),
  { event: 'job', when: 'jobs: one for each job. pause, resume, set, cancel: the job as it is now', fields: JOB },
  { event: 'peer', when: 'peers: one for each member, the first is this peer', fields: { state: 'joined', ...PEER } },
  { event: 'status', when: 'status, threads, drain: the running peer. tilemesh alone: running is false when there is none', fields: { running: 'whether a peer runs in this home', ...STATUS } },
  { event: 'estimate', when: 'render --dry-run: what the job would take', fields: { ...ESTIMATE } },
  { event: 'exported', when: 'render --export: the job that was written down', fields: { ...EXPORTED } },
  { event: 'saved', when: 'fetch: what was written', fields: { ...SAVED } },
  { event: 'log', when: 'log: one for each thing that happened, oldest first', fields: LOG },
  { event: 'gap', when: 'log: last, one for each peer that may know more', fields: GAP },
  { event: 'setting', when: 'config: one for each setting, or the one that was changed', fields: { ...SETTING } },
  { event: 'cache', when: 'cache: first', fields: { ...CACHE } },
  { event: 'cached', when: 'cache: one for each thing that is kept, what was used last comes first', fields: { ...CACHED } },
  { event: 'kept', when: 'cache: last, one for each job of another peer\'s whose results are kept until it has them', fields: { ...KEPT } },
  { event: 'cleared', when: 'cache clear', fields: { ...CLEARED } },
  { event: 'ticket', when: 'mesh invite', fields: { ticket: 'whoever has it can join: treat it like a key' } },
  { event: 'mesh', when: 'mesh init, mesh join', fields: { mesh: 'its name', state: 'made or joined' } },
  { event: 'demo', when: 'demo: before its end', fields: { peers: 'who took part', killed: 'the peer id of the one that was killed; null when none was' } },
  { event: 'check', when: 'doctor: one for each thing it looked at', fields: { ...CHECK } },
  { event: 'completion', when: 'completion', fields: { shell: 'bash, zsh or fish', script: 'its text' } },
  { event: 'reference', when: 'reference', fields: { format: 'text, markdown or man', text: 'all of it' } }
]
