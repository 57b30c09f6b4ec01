import { launch } from '../support/launch.ts'
import { SCENE_PATH } from '../support/world.ts'
import type { PeerId } from '../../src/core/ids.ts'
import type { RenderSettings, RenderUnit } from '../../src/ports.ts'
import type { RenderFault } from '../support/fake-engine.ts'
import type { MemoryDisk } from '../support/memory-disk.ts'
import type { World, WorldPeer, WorldPeerOptions } from '../support/world.ts'
import type { LifeEvent } from './invariant.ts'
import type { PeerPlan } from './plan.ts'

/** What the peers of a simulation tell. */
export interface CastEvents {
  life (peer: PeerId, event: LifeEvent): void
  /** A unit's render starts: what is to go wrong with it. */
  renderStarts (peer: PeerId, unit: RenderUnit, settings: RenderSettings): RenderFault | undefined
  renderEnded (peer: PeerId, unit: RenderUnit, settings: RenderSettings): void
  /** A disk that is new in the world. */
  diskBought (peer: PeerId, disk: MemoryDisk): void
}

/**
 * away ─ start ─▶ starting ─▶ up ─ leave ─▶ leaving ─▶ away; starting, up, leaving ─ kill ─▶ away; starting ─ its disk refuses ─▶ away, and it tries again;
 * away ─ lose ─▶ lost, for ever.
 */
type State = 'away' | 'starting' | 'up' | 'leaving' | 'lost'

interface Player {
  readonly plan: PeerPlan
  state: State
  /** Counts its lives, so that what was begun for one does not touch the next. */
  life: number
  disk: MemoryDisk | undefined
  stopped: 'no' | 'paused' | 'suspended'
  /** Why its last life could not begin. */
  refusal: string | undefined
}

/** A peer whose disk refuses at its start is started again after so long. */
const START_RETRY_MS = 15_000

/** A peer that does not leave in this time is killed, as an impatient person does. */
const LEAVE_LIMIT_MS = 60_000

/** The peers of a simulation and their lives: who is there, who is away, and what becomes of their disks. */
export class Cast {
  readonly #world: World
  readonly #scene: Uint8Array
  readonly #events: CastEvents
  readonly #players = new Map<PeerId, Player>()

  /** @param scene the bytes of the scene that every peer has on its disk */
  constructor (world: World, plans: readonly PeerPlan[], scene: Uint8Array, events: CastEvents) {
    this.#world = world
    this.#scene = scene
    this.#events = events
    for (const plan of plans) {
      this.#players.set(plan.id, { plan, state: 'away', life: 0, disk: undefined, stopped: 'no', refusal: undefined })
    }
  }

  get ids (): readonly PeerId[] {
    return [...this.#players.keys()]
  }

  /** Peers that are there, whether they are stopped or not. */
  get up (): readonly WorldPeer[] {
    return this.ids.filter((id) => this.isUp(id)).map((id) => this.#world.peer(id))
  }

  isUp (id: PeerId): boolean {
    return this.#players.get(id)?.state === 'up'
  }

  isStopped (id: PeerId): boolean {
    return this.#player(id).stopped !== 'no'
  }

  isLost (id: PeerId): boolean {
    return this.#player(id).state === 'lost'
  }

  /** What a peer does, in words. */
  wordsOf (id: PeerId): string {
    const { state, stopped, refusal } = this.#player(id)
    return `${state}${stopped === 'no' ? '' : `, ${stopped}`}${refusal === undefined ? '' : ` (${refusal})`}`
  }

  /** The number of a peer's present life. */
  lifeOf (id: PeerId): number {
    return this.#player(id).life
  }

  disk (id: PeerId): MemoryDisk | undefined {
    return this.#players.get(id)?.disk
  }

  plan (id: PeerId): PeerPlan {
    return this.#player(id).plan
  }

  /** Begins a life of a peer that is away. */
  start (id: PeerId): void {
    const player = this.#player(id)
    if (player.state !== 'away') {
      return
    }
    const life = ++player.life
    player.state = 'starting'
    const { peer, started } = this.#world.begin(id, this.#options(player.plan), player.disk)
    if (player.disk === undefined) {
      player.disk = peer.store.disk
      player.disk.files.set(SCENE_PATH, this.#scene)
      player.disk.syncMs = player.plan.syncMs
      this.#events.diskBought(id, player.disk)
    } else {
      player.disk.files.set(SCENE_PATH, this.#scene)
    }
    launch(started.then(
      () => {
        if (player.life === life && player.state === 'starting') {
          player.state = 'up'
          player.refusal = undefined
          this.#events.life(id, 'started')
        }
      },
      (error: unknown) => {
        if (player.life === life && player.state === 'starting') {
          player.refusal = String(error)
          this.#end(player, 'kill', 0)
          this.#world.network.clock.after(START_RETRY_MS, () => { this.start(id) })
        }
      }
    ))
  }

  /** SIGKILL or a power cut. */
  kill (id: PeerId, how: 'kill' | 'power', lucky: number): void {
    const player = this.#player(id)
    if (player.state !== 'away' && player.state !== 'lost') {
      this.#end(player, how, lucky)
      this.#events.life(id, how === 'power' ? 'power' : 'killed')
    }
  }

  /** A peer that is away never comes back, nor does its disk. */
  lose (id: PeerId): void {
    const player = this.#player(id)
    if (player.state === 'away') {
      player.state = 'lost'
      this.#events.life(id, 'lost')
    }
  }

  /** Ctrl-C. */
  leave (id: PeerId): void {
    const player = this.#player(id)
    if (player.state !== 'up' || player.stopped !== 'no') {
      return
    }
    const { life } = player
    player.state = 'leaving'
    const gone = (): void => {
      if (player.life === life && player.state === 'leaving') {
        this.#end(player, 'kill', 0)
        this.#events.life(id, 'left')
      }
    }
    launch(this.#world.peer(id).farm.stop('politely').then(gone, gone))
    this.#world.network.clock.after(LEAVE_LIMIT_MS, gone)
  }

  /** SIGSTOP, or the closing of the lid. */
  stop (id: PeerId, how: 'paused' | 'suspended'): void {
    const player = this.#player(id)
    if (player.state === 'up' && player.stopped === 'no') {
      player.stopped = how
      if (how === 'paused') {
        this.#world.network.freeze(id)
      } else {
        this.#world.network.suspend(id)
      }
      this.#events.life(id, 'frozen')
    }
  }

  /** SIGCONT, or the opening of the lid. */
  goOn (id: PeerId): void {
    const player = this.#player(id)
    if (player.stopped === 'paused') {
      this.#world.network.thaw(id)
    } else if (player.stopped === 'suspended') {
      this.#world.network.wake(id)
    }
    if (player.stopped !== 'no') {
      player.stopped = 'no'
      this.#events.life(id, 'thawed')
    }
  }

  #end (player: Player, how: 'kill' | 'power', lucky: number): void {
    player.state = 'away'
    player.stopped = 'no'
    this.#world.kill(player.plan.id, how, lucky)
  }

  #player (id: PeerId): Player {
    const player = this.#players.get(id)
    if (player === undefined) {
      throw new Error(`no peer ${id} plays in this simulation`)
    }
    return player
  }

  #options ({ id, threads, lanes, msPerUnit, loadMs, work, clockRate }: PeerPlan): WorldPeerOptions {
    return {
      threads,
      lanes,
      msPerUnit,
      loadMs,
      work,
      clock: { rate: clockRate },
      fault: (unit, settings) => this.#events.renderStarts(id, unit, settings),
      ended: (unit, settings) => { this.#events.renderEnded(id, unit, settings) }
    }
  }
}
