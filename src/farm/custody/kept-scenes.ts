import { fetchBundle } from '../worker/bundle-fetch.ts'
import { SCENE_RETRY_FIRST_MS, SCENE_RETRY_LONGEST_MS, SCENES_FETCHED_AT_ONCE } from './limits.ts'
import type { Hash, JobId } from '../../core/ids.ts'
import type { SignedJob } from '../../core/messages.ts'
import type { CacheKeeper } from '../cache/cache-keeper.ts'
import type { FetchContext } from '../worker/bundle-fetch.ts'
import type { Timer } from '../../ports.ts'

/** What keeping scenes needs. */
export interface KeptScenesContext extends Omit<FetchContext, 'blobs'> {
  readonly cache: Pick<CacheKeeper, 'hold'>
}

/**
 * A scene on its way: waiting ─ its turn ─▶ fetching ─▶ whole, or ─ nobody has it, or no room ─▶ pausing ─ time, or a peer comes ─▶ waiting;
 * whole ─ to be looked at again ─▶ waiting; any ─ let go ─▶ gone.
 */
type Phase =
  | { readonly phase: 'waiting' }
  | { readonly phase: 'fetching', readonly abort: AbortController }
  | { readonly phase: 'pausing', readonly timer: Timer }
  | { readonly phase: 'whole' }

interface KeptScene {
  readonly signed: SignedJob
  phase: Phase
  retryMs: number
  /** Whether all of it was here when it was looked at last. */
  whole: boolean
}

/**
 * Brings the scenes of jobs onto this disk of which results are kept here, so that they can be rendered on without their requester. It goes on
 * trying while the job lives; what has come stays because the cache is told that it is {@link manifests needed}.
 */
export class KeptScenes {
  readonly #context: KeptScenesContext
  readonly #scenes = new Map<JobId, KeptScene>()

  constructor (context: KeptScenesContext) {
    this.#context = context
  }

  /** The manifests of all of them. */
  manifests (): readonly Hash[] {
    return Array.from(this.#scenes.values(), ({ signed }) => signed.spec.bundle.manifest)
  }

  /** Whether every file of a job's scene is here. */
  of (job: JobId): 'whole' | 'lacking' {
    return this.#scenes.get(job)?.whole === true ? 'whole' : 'lacking'
  }

  /** A job's scene is to come here and to stay. Idempotent. */
  keep (signed: SignedJob): void {
    if (!this.#scenes.has(signed.id)) {
      this.#scenes.set(signed.id, { signed, phase: { phase: 'waiting' }, retryMs: SCENE_RETRY_FIRST_MS, whole: false })
      this.#next()
    }
  }

  /** A job's scene may go. */
  letGo (job: JobId): void {
    const scene = this.#scenes.get(job)
    this.#scenes.delete(job)
    if (scene?.phase.phase === 'fetching') {
      scene.phase.abort.abort()
    } else if (scene?.phase.phase === 'pausing') {
      scene.phase.timer.stop()
    }
  }

  /** Somebody came who may have what is missing. */
  peerJoined (): void {
    for (const scene of this.#scenes.values()) {
      if (scene.phase.phase === 'pausing') {
        scene.phase.timer.stop()
        scene.phase = { phase: 'waiting' }
      }
    }
    this.#next()
  }

  /** Looks whether what was whole still is: a disk loses files. */
  lookAgain (): void {
    for (const scene of this.#scenes.values()) {
      if (scene.phase.phase === 'whole') {
        scene.phase = { phase: 'waiting' }
      }
    }
    this.#next()
  }

  close (): void {
    [...this.#scenes.keys()].forEach((job) => { this.letGo(job) })
  }

  #next (): void {
    const scenes = [...this.#scenes.values()]
    let free = SCENES_FETCHED_AT_ONCE - scenes.filter(({ phase }) => phase.phase === 'fetching').length
    for (const scene of scenes) {
      if (free > 0 && scene.phase.phase === 'waiting') {
        free--
        void this.#fetch(scene)
      }
    }
  }

  async #fetch (scene: KeptScene): Promise<void> {
    const { bundle, requester } = scene.signed.spec
    const abort = new AbortController()
    scene.phase = { phase: 'fetching', abort }
    const blobs = this.#context.cache.hold()
    try {
      await fetchBundle(bundle, requester, { ...this.#context, blobs }, abort.signal)
      scene.whole = true
      scene.phase = { phase: 'whole' }
      scene.retryMs = SCENE_RETRY_FIRST_MS
    } catch (error) {
      scene.whole = false
      if (!abort.signal.aborted) {
        this.#context.log.debug('a scene could not be kept yet', { job: scene.signed.id, error: String(error) })
      }
      scene.phase = { phase: 'pausing', timer: this.#context.clock.after(scene.retryMs, () => { this.#retry(scene) }) }
      scene.retryMs = Math.min(2 * scene.retryMs, SCENE_RETRY_LONGEST_MS)
    } finally {
      blobs.release()
    }
    if (this.#scenes.get(scene.signed.id) !== scene && scene.phase.phase === 'pausing') {
      scene.phase.timer.stop()
    }
    this.#next()
  }

  #retry (scene: KeptScene): void {
    scene.phase = { phase: 'waiting' }
    this.#next()
  }
}
