import { EngineError } from '../../errors.ts'
import { MAX_FRAME_SLOTS } from './limits.ts'
import { STOP_WORD_COUNT, STOP_WORDS } from './layout.ts'
import type { LoadedScene } from './scene-tasks.ts'

/** What a unit renders from: the slot of its frame, and a stop word there that is its own. */
export interface Seat {
  readonly slot: number
  readonly stop: number
}

/** Who waits for a frame. */
export interface FrameGuest {
  readonly frame: number
  /** The frame is there; the seat is the guest's until it leaves. */
  seated (seat: Seat): void
  /** The frame can not be built. */
  refused (error: Error): void
}

/** What slots need of their session. */
export interface FrameSlotsContext {
  /** The threads are to render from this memory for this slot, from now on. */
  opened (slot: number, memory: WebAssembly.Memory): void
  /** Resolves when threads that were ended use no memory any more. */
  quiet (): Promise<void>
}

/**
 * A memory and the frame in it.
 *
 * empty ─ build ─▶ building ─ built ─▶ ready ─ build, once nobody sits there ─▶ building; building ─ refused ─▶ empty.
 */
interface Slot {
  readonly number: number
  state: 'empty' | 'building' | 'ready'
  frame: number
  memory: WebAssembly.Memory | undefined
  readonly freeStops: number[]
  guests: number
  /** Counts up with each use: the slot used longest ago makes room first. */
  used: number
}

/**
 * The frames of a scene that are in memory, at most {@link MAX_FRAME_SLOTS}: built when a unit first asks for them, kept while any unit is
 * rendered from them and until another frame needs the room. A scene that does not move has one slot for all frames.
 */
export class FrameSlots {
  readonly #scene: LoadedScene
  readonly #context: FrameSlotsContext
  readonly #slots: Slot[] = []
  readonly #waiting = new Set<FrameGuest>()
  #uses = 0

  constructor (scene: LoadedScene, context: FrameSlotsContext) {
    this.#scene = scene
    this.#context = context
    if (scene.kind === 'still') {
      this.#slots.push(makeSlot(0))
      this.#open(this.#slots[0]!, scene.memory)
    } else {
      this.#slots.push(...Array.from({ length: MAX_FRAME_SLOTS }, (_, number) => makeSlot(number)))
    }
  }

  /** Has the guest seated or refused, now or later, unless it leaves before. */
  enter (guest: FrameGuest): void {
    this.#waiting.add(guest)
    this.#settle()
  }

  /** A guest that was not seated gives up. */
  giveUp (guest: FrameGuest): void {
    this.#waiting.delete(guest)
  }

  /** Gives a seat back. No thread may use it any more. */
  leave ({ slot: number, stop }: Seat): void {
    const slot = this.#slots[number]!
    slot.freeStops.push(stop)
    slot.guests--
    this.#settle()
  }

  /** Ends what threads render for a seat: they look at the stop word at every sample. */
  stop ({ slot, stop }: Seat): void {
    Atomics.store(stopWordsOf(this.#slots[slot]!), stop, 1)
  }

  /** Frees what builds frames. Idempotent. */
  async close (): Promise<void> {
    if (this.#scene.kind === 'moving') {
      await this.#scene.frames.close()
    }
  }

  #settle (): void {
    for (const guest of this.#waiting) {
      const frame = this.#scene.kind === 'still' ? 0 : guest.frame
      const slot = this.#slots.find((one) => one.state !== 'empty' && one.frame === frame)
      if (slot === undefined) {
        const free = this.#slots.filter((one) => one.state !== 'building' && one.guests === 0).sort((a, b) => a.used - b.used)[0]
        if (free === undefined) {
          // Whoever came later waits too: else units of the frames that are here could keep this one out for ever.
          break
        }
        void this.#build(free, frame)
      } else if (slot.state === 'ready' && slot.freeStops.length > 0) {
        this.#waiting.delete(guest)
        this.#seat(slot, guest)
      }
    }
  }

  #seat (slot: Slot, guest: FrameGuest): void {
    const stop = slot.freeStops.pop()!
    Atomics.store(stopWordsOf(slot), stop, 0)
    slot.guests++
    slot.used = ++this.#uses
    guest.seated({ slot: slot.number, stop })
  }

  async #build (slot: Slot, frame: number): Promise<void> {
    if (this.#scene.kind === 'still') {
      return
    }
    slot.state = 'building'
    slot.frame = frame
    slot.used = ++this.#uses
    try {
      await this.#context.quiet()
      this.#open(slot, await this.#scene.frames.build(frame, slot.number))
    } catch (error) {
      slot.state = 'empty'
      const reason = error instanceof Error ? error : new EngineError(String(error))
      for (const guest of [...this.#waiting].filter((one) => one.frame === frame)) {
        this.#waiting.delete(guest)
        guest.refused(reason)
      }
    }
    this.#settle()
  }

  #open (slot: Slot, memory: WebAssembly.Memory): void {
    slot.memory = memory
    slot.state = 'ready'
    this.#context.opened(slot.number, memory)
  }
}

function makeSlot (number: number): Slot {
  return { number, state: 'empty', frame: 0, memory: undefined, freeStops: Array.from({ length: STOP_WORD_COUNT }, (_, index) => STOP_WORD_COUNT - 1 - index), guests: 0, used: 0 }
}

/** Made anew each time: a memory that has grown has another buffer. */
function stopWordsOf (slot: Slot): Int32Array {
  return new Int32Array(slot.memory!.buffer, STOP_WORDS, STOP_WORD_COUNT)
}
