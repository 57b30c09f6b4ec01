import { launch } from '../support/launch.ts'
import { SCENE_PATH } from '../support/world.ts'
import { TILE } from './plan.ts'
import type { JobId, PeerId } from '../../src/core/ids.ts'
import type { JobState } from '../../src/core/job.ts'
import type { World } from '../support/world.ts'
import type { Cast } from './cast.ts'
import type { JobPlan } from './plan.ts'

/** What a requester's user may say about the latest job that has not ended. */
export type Word = 'cancel' | 'priority' | 'pause' | 'resume'

interface Order {
  readonly plan: JobPlan
  state: 'waiting' | 'asked' | 'taken'
  /** The life of the requester that was asked. */
  life: number
  refusal: string | undefined
}

/** Who is refused asks again after so long. */
const RETRY_MS = 5_000

/** What users ask of their peers: jobs, asked for again until they are taken, and words about them. */
export class Orders {
  readonly #world: World
  readonly #cast: Cast
  readonly #orders: Order[] = []
  readonly #said: (job: JobId, state: JobState) => void

  constructor (world: World, cast: Cast, said: (job: JobId, state: JobState) => void) {
    this.#world = world
    this.#cast = cast
    this.#said = said
  }

  /** Jobs that were asked for and not taken yet, and why, as far as the user was told. */
  get open (): readonly string[] {
    return this.#orders.filter(({ state }) => state !== 'taken').map(({ plan, refusal }) => `${plan.requester} ${plan.tint}: ${refusal ?? 'no answer'}`)
  }

  place (plan: JobPlan): void {
    const order: Order = { plan, state: 'waiting', life: 0, refusal: undefined }
    this.#orders.push(order)
    this.#ask(order)
  }

  /** A peer has started: what its last life did not answer is asked again. */
  started (peer: PeerId): void {
    for (const order of this.#orders) {
      if (order.plan.requester === peer && order.state !== 'taken') {
        this.#ask(order)
      }
    }
  }

  /** Says something about a peer's own jobs: `resume` about all that are paused, else about the latest that has not ended. */
  say (peer: PeerId, word: Word): void {
    if (!this.#cast.isUp(peer)) {
      return
    }
    const { farm } = this.#world.peer(peer)
    const own = farm.jobs().flatMap(({ job, own, state }) => own && (state === 'running' || state === 'paused') ? [{ job, state }] : [])
    for (const { job, state } of word === 'resume' ? own.filter(({ state }) => state === 'paused') : own.slice(-1)) {
      const done = (): void => { this.#said(job, word === 'cancel' ? 'cancelled' : word === 'pause' ? 'paused' : word === 'resume' ? 'running' : state) }
      const life = this.#cast.lifeOf(peer)
      launch(this.#tell(peer, job, word).then(done, () => {
        if (word === 'resume') {
          this.#world.network.clock.after(RETRY_MS, () => {
            if (this.#cast.lifeOf(peer) === life) {
              this.say(peer, 'resume')
            }
          })
        }
      }))
    }
  }

  async #tell (peer: PeerId, job: JobId, word: Word): Promise<void> {
    const { farm } = this.#world.peer(peer)
    switch (word) {
      case 'cancel': return farm.cancel(job)
      case 'pause': return farm.pause(job)
      case 'resume': return farm.resume(job)
      case 'priority': return farm.setPriority(job, Math.round(this.#world.nowMs) % 5)
    }
  }

  #ask (order: Order): void {
    const { plan } = order
    const { requester } = plan
    if (!this.#cast.isUp(requester)) {
      return
    }
    order.state = 'asked'
    order.life = this.#cast.lifeOf(requester)
    const { life } = order
    launch(this.#world.peer(requester).farm.render({
      scene: SCENE_PATH,
      output: `/out/${requester} ${plan.tint} ####.png`,
      size: { width: plan.width, height: plan.height },
      tile: TILE,
      samples: plan.samples,
      split: plan.split,
      frames: plan.frames,
      leaseMs: plan.leaseMs,
      noLocal: plan.noLocal,
      settings: { tint: plan.tint }
    }, new AbortController().signal).then(
      () => { order.state = 'taken' },
      (error: unknown) => {
        order.state = 'waiting'
        order.refusal = error instanceof Error ? error.message : String(error)
        this.#world.network.clock.after(RETRY_MS, () => {
          if (order.state === 'waiting' && this.#cast.isUp(requester) && this.#cast.lifeOf(requester) === life) {
            this.#ask(order)
          }
        })
      }
    ))
  }
}
