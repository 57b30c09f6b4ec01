import type { PeerApi } from '../api.ts'
import type { JobId } from '../core/ids.ts'
import type { FarmEvent } from '../ports.ts'
import type { JobView } from './view/job-view.ts'
import type { DoneEvent } from './view/model.ts'

/** Feeds a view with a job's life. Resolves with its last event, or undefined when the signal ended the view before. */
export async function followJob (api: PeerApi, job: JobId, view: JobView, signal: AbortSignal, heard: (event: FarmEvent) => void = () => {}): Promise<DoneEvent | undefined> {
  for await (const item of api.follow(job, { preview: view.preview }, signal)) {
    if (item.type === 'preview') {
      view.block(item.block)
      continue
    }
    heard(item.event)
    view.event(item.event)
    if (item.event.event === 'done') {
      return item.event
    }
  }
  return undefined
}
