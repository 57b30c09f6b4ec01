import type { PeerId } from '../../src/core/ids.ts'
import type { Timer } from '../../src/ports.ts'
import type { RenderFault } from '../support/fake-engine.ts'
import type { SeededRandom } from '../support/seeded-random.ts'
import type { World } from '../support/world.ts'
import type { Cast } from './cast.ts'
import type { Cut, Fault } from './fault.ts'
import type { Orders } from './orders.ts'
import type { Plan } from './plan.ts'

/** What touches neither the ways between peers nor their disks; nor do the lives of peers, which all see. */
const HARMLESS: ReadonlySet<Fault['type']> = new Set(['kill', 'leave', 'wall-jump', 'slow-peer', 'renderer', 'word', 'job-pause', 'bit-flips'])

/** On slower links a scene on its way keeps everybody waiting. */
const QUIET_BYTES_PER_MS = 10_000

/** A renderer that is out of order: how, and with what share of the units it starts. */
interface BadRenderer {
  readonly how: RenderFault
  readonly share: number
}

/** Makes planned faults happen, lets each heal when its time is over, and everything at once at the end. */
export class Injector {
  readonly #world: World
  readonly #cast: Cast
  readonly #orders: Orders
  readonly #plan: Plan
  readonly #random: SeededRandom
  /** What mends a fault that lasts, and when it does by itself. */
  readonly #lasting = new Map<() => void, Timer>()
  /** How many faults cut a way. */
  readonly #cuts = new Map<string, { readonly cut: Cut, count: number }>()
  readonly #renderers = new Map<PeerId, BadRenderer>()
  /** Faults under way that come between peers or their disks, and when the last one ended. */
  #disturbing = 0
  #quietSinceMs = 0

  constructor (world: World, cast: Cast, orders: Orders, plan: Plan, random: SeededRandom) {
    this.#world = world
    this.#cast = cast
    this.#orders = orders
    this.#plan = plan
    this.#random = random
  }

  /** What is to go wrong with a unit that a peer starts to render now. */
  renderFault (peer: PeerId): RenderFault | undefined {
    const renderer = this.#renderers.get(peer)
    return renderer !== undefined && this.#random.chance(renderer.share) ? renderer.how : undefined
  }

  /** For how long nothing has come between peers, or between a peer and its disk. Milliseconds. */
  get quietForMs (): number {
    return this.#disturbing > 0 || this.#plan.bytesPerMs < QUIET_BYTES_PER_MS ? 0 : this.#world.nowMs - this.#quietSinceMs
  }

  /** Lets everything heal that has not yet, and all who are away come back. */
  healAll (): void {
    for (const heal of [...this.#lasting.keys()]) {
      this.#heal(heal)
    }
    for (const id of this.#cast.ids) {
      this.#cast.goOn(id)
      this.#cast.start(id)
    }
  }

  apply (fault: Fault): void {
    if (!HARMLESS.has(fault.type)) {
      this.#disturb('forMs' in fault && fault.forMs !== 'ever' ? fault.forMs : 0)
    }
    switch (fault.type) {
      case 'loss': return this.#lose(fault)
      case 'delay': return this.#delay(fault)
      case 'partition': return this.#cut(fault.cuts, fault.forMs)
      case 'swizzle': return this.#swizzle(fault)
      case 'disconnect': return this.#disconnect(...fault.between)
      case 'kill': return this.#kill(fault)
      case 'power-cut': return this.#powerCut(fault)
      case 'pause': return this.#stop(fault.peer, 'paused', fault.forMs)
      case 'suspend': return this.#stop(fault.peer, 'suspended', fault.forMs)
      case 'wall-jump':
        if (this.#cast.isUp(fault.peer)) {
          this.#world.network.mesh(fault.peer).clock.jumpWall(fault.byMs)
        }
        return
      case 'disk-full': return this.#onDisk(fault.peer, fault.forMs, (disk) => {
        disk.fault = 'no space left on the disk'
        return () => { disk.fault = undefined }
      })
      case 'slow-disk': return this.#onDisk(fault.peer, fault.forMs, (disk) => {
        disk.syncMs = fault.syncMs
        return () => { disk.syncMs = this.#cast.plan(fault.peer).syncMs }
      })
      case 'bit-flips': return this.#onDisk(fault.peer, fault.forMs, (disk) => {
        disk.misreads = () => this.#random.chance(fault.share)
        return () => { disk.misreads = () => false }
      })
      case 'slow-peer': return this.#slow(fault.peer, fault.factor, fault.forMs)
      case 'renderer':
        this.#renderers.set(fault.peer, { how: fault.how, share: fault.share })
        return this.#mendAfter(fault.forMs, () => { this.#renderers.delete(fault.peer) })
      case 'leave':
        this.#cast.leave(fault.peer)
        return this.#mendAfter(fault.forMs, () => { this.#cast.start(fault.peer) })
      case 'word': return this.#orders.say(fault.peer, fault.word)
      case 'job-pause':
        this.#orders.say(fault.peer, 'pause')
        return this.#mendAfter(fault.forMs, () => { this.#orders.say(fault.peer, 'resume') })
    }
  }

  #disturb (forMs: number): void {
    this.#disturbing++
    this.#mendAfter(forMs, () => {
      this.#disturbing--
      this.#quietSinceMs = this.#world.nowMs
    })
  }

  #mendAfter (forMs: number, mend: () => void): void {
    this.#lasting.set(mend, this.#world.network.clock.after(forMs, () => { this.#heal(mend) }))
  }

  #heal (mend: () => void): void {
    this.#lasting.get(mend)?.stop()
    if (this.#lasting.delete(mend)) {
      mend()
    }
  }

  #lose ({ drop, duplicate, forMs }: Extract<Fault, { type: 'loss' }>): void {
    const { gossip, link } = this.#world.network
    Object.assign(gossip, { drop, duplicate })
    this.#eachLink((a, b) => { this.#world.network.setLink(a, b, { loss: drop }) })
    link.loss = drop
    this.#mendAfter(forMs, () => {
      Object.assign(gossip, { drop: 0, duplicate: 0 })
      this.#eachLink((a, b) => { this.#world.network.setLink(a, b, { loss: 0 }) })
      link.loss = 0
    })
  }

  #delay ({ between, latencyMs, forMs }: Extract<Fault, { type: 'delay' }>): void {
    const { network } = this.#world
    const set = (ms: number): void => {
      if (between === 'all') {
        this.#eachLink((a, b) => { network.setLink(a, b, { latencyMs: ms }) })
      } else {
        network.setLink(...between, { latencyMs: ms })
      }
    }
    set(latencyMs)
    network.gossip.delayMs = latencyMs
    this.#mendAfter(forMs, () => {
      set(this.#plan.latencyMs)
      network.gossip.delayMs = 0
    })
  }

  #eachLink (each: (a: PeerId, b: PeerId) => void): void {
    const { ids } = this.#cast
    for (const a of ids) {
      for (const b of ids) {
        if (a < b) {
          each(a, b)
        }
      }
    }
  }

  #cut (cuts: readonly Cut[], forMs: number): void {
    for (const cut of cuts) {
      const key = cut.join(' ')
      const known = this.#cuts.get(key) ?? { cut, count: 0 }
      known.count++
      this.#cuts.set(key, known)
      this.#world.network.cutOneWay(...cut)
    }
    this.#mendAfter(forMs, () => {
      this.#world.network.healOneWay(cuts.filter((cut) => --this.#cuts.get(cut.join(' '))!.count === 0))
    })
  }

  #swizzle ({ clog, unclog, stepMs }: Extract<Fault, { type: 'swizzle' }>): void {
    const { ids } = this.#cast
    for (const [turn, peer] of clog.entries()) {
      const cuts = ids.filter((id) => id !== peer).flatMap((id): Cut[] => [[id, peer], [peer, id]])
      const forMs = (clog.length - turn + unclog.indexOf(peer)) * stepMs
      this.#later(turn * stepMs, () => { this.#cut(cuts, forMs) })
    }
  }

  /** Something that is only done while the story lasts. */
  #later (afterMs: number, run: () => void): void {
    const timer = this.#world.network.clock.after(afterMs, () => {
      this.#lasting.delete(none)
      run()
    })
    const none = (): void => {}
    this.#lasting.set(none, timer)
  }

  #disconnect (a: PeerId, b: PeerId): void {
    if (this.#cast.isUp(a) && this.#cast.isUp(b)) {
      this.#world.network.disconnect(a, b)
    }
  }

  #kill ({ peer, how, lucky, forMs }: Extract<Fault, { type: 'kill' }>): void {
    this.#cast.kill(peer, how, lucky)
    if (forMs === 'ever') {
      this.#cast.lose(peer)
    } else {
      this.#mendAfter(forMs, () => { this.#cast.start(peer) })
    }
  }

  #powerCut ({ order, lucky, forMs, stepMs }: Extract<Fault, { type: 'power-cut' }>): void {
    for (const [turn, peer] of order.entries()) {
      this.#cast.kill(peer, 'power', lucky)
      this.#mendAfter(forMs + turn * stepMs, () => { this.#cast.start(peer) })
    }
  }

  #stop (peer: PeerId, how: 'paused' | 'suspended', forMs: number): void {
    const life = this.#cast.lifeOf(peer)
    this.#cast.stop(peer, how)
    this.#mendAfter(forMs, () => {
      if (this.#cast.lifeOf(peer) === life) {
        this.#cast.goOn(peer)
      }
    })
  }

  #onDisk (peer: PeerId, forMs: number, harm: (disk: NonNullable<ReturnType<Cast['disk']>>) => () => void): void {
    const disk = this.#cast.disk(peer)
    if (disk !== undefined) {
      this.#mendAfter(forMs, harm(disk))
    }
  }

  #slow (peer: PeerId, factor: number, forMs: number): void {
    if (this.#cast.isUp(peer)) {
      const { options } = this.#world.peer(peer).engine
      options.msPerUnit = this.#cast.plan(peer).msPerUnit * factor
      this.#mendAfter(forMs, () => { options.msPerUnit = this.#cast.plan(peer).msPerUnit })
    }
  }
}
