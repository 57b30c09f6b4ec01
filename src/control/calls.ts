import { UsageError } from '../errors.ts'
import * as read from './request-fields.ts'
import type { FollowItem, PeerApi } from '../api.ts'

/** How a request is carried out: one value, or values one after another until the stream ends or the signal aborts. */
export type Carried =
  | { readonly kind: 'value', readonly value: Promise<unknown> }
  | { readonly kind: 'list', readonly values: Promise<readonly unknown[]> }
  | { readonly kind: 'events', readonly events: AsyncIterable<unknown> }
  | { readonly kind: 'follow', readonly items: AsyncIterable<FollowItem> }

type Call = (api: PeerApi, params: unknown, signal: AbortSignal) => Carried

const CALLS: Readonly<Record<keyof PeerApi, Call>> = {
  status: (api, params) => {
    read.readNothing(params)
    return { kind: 'value', value: api.status() }
  },
  render: (api, params) => ({ kind: 'value', value: api.render(read.readRender(params)) }),
  estimate: (api, params) => ({ kind: 'value', value: api.estimate(read.readRender(params)) }),
  exportJob: (api, params) => {
    const { request, file } = read.readExport(params)
    return { kind: 'value', value: api.exportJob(request, file) }
  },
  follow: (api, params, signal) => {
    const { job, options } = read.readFollow(params)
    return { kind: 'follow', items: api.follow(job, options, signal) }
  },
  jobs: (api, params) => {
    read.readNothing(params)
    return { kind: 'list', values: api.jobs() }
  },
  findJob: (api, params) => ({ kind: 'value', value: api.findJob(read.readText(params)) }),
  cancel: (api, params) => ({ kind: 'value', value: api.cancel(read.readJob(params)) }),
  pause: (api, params) => ({ kind: 'value', value: api.pause(read.readJob(params)) }),
  resume: (api, params) => ({ kind: 'value', value: api.resume(read.readJob(params)) }),
  setPriority: (api, params) => {
    const { job, priority } = read.readPriority(params)
    return { kind: 'value', value: api.setPriority(job, priority) }
  },
  log: (api, params) => {
    const { job, unit } = read.readLog(params)
    return { kind: 'value', value: api.log(job, unit) }
  },
  peers: (api, params) => {
    read.readNothing(params)
    return { kind: 'list', values: api.peers() }
  },
  setThreads: (api, params) => ({ kind: 'value', value: api.setThreads(read.readThreads(params)) }),
  takeWork: (api, params) => ({ kind: 'value', value: api.takeWork(read.readWork(params)) }),
  settings: (api, params) => {
    read.readNothing(params)
    return { kind: 'list', values: api.settings() }
  },
  changeSetting: (api, params) => {
    const { key, value } = read.readSetting(params)
    return { kind: 'value', value: api.changeSetting(key, value) }
  },
  watchPeers: (api, params, signal) => {
    read.readNothing(params)
    return { kind: 'events', events: api.watchPeers(signal) }
  },
  invite: (api, params) => {
    read.readNothing(params)
    return { kind: 'value', value: api.invite() }
  },
  cache: (api, params) => {
    read.readNothing(params)
    return { kind: 'value', value: api.cache() }
  },
  clearCache: (api, params) => {
    read.readNothing(params)
    return { kind: 'value', value: api.clearCache() }
  },
  fetch: (api, params) => {
    const { job, request } = read.readFetch(params)
    return { kind: 'value', value: api.fetch(job, request) }
  }
}

/**
 * Starts carrying out a request.
 *
 * @throws UsageError when there is no such call or its parameters are wrong
 */
export function carryOut (api: PeerApi, call: string, params: unknown, signal: AbortSignal): Carried {
  if (!Object.hasOwn(CALLS, call)) {
    throw new UsageError(`the running peer does not know "${call}"; is it of another version? Start it again`)
  }
  return CALLS[call as keyof PeerApi](api, params, signal)
}
