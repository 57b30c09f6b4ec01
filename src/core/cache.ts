import type { Hash, JobId } from './ids.ts'

/** What live jobs can not do without. */
export interface CacheNeeds {
  /** Manifests of the bundles of this peer's own live jobs, and of those it works on. */
  readonly scenes: ReadonlySet<Hash>
  /** Whether a job's films must stay: it has not ended, or nobody can say. */
  films (job: JobId): boolean
}

/**
 * Something that is kept as a whole and goes as a whole: a scene (its laid out folder, and the blobs no other scene shares), the films of a job,
 * or a single blob that belongs to no scene.
 */
export interface CacheThing {
  readonly kind: 'scene' | 'films' | 'blob'
  /** Hash of the scene's manifest, id of the job, or hash of the blob. */
  readonly id: string
  /** The scene's file; empty for other things. */
  readonly name: string
  /** Of a scene: with the blobs it shares. */
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly usedAtMs: number
}

/** A thing that is to go, with the blobs that go with it. */
export interface Eviction extends Pick<CacheThing, 'kind' | 'id'> {
  readonly blobs: readonly Hash[]
  /** Bytes that are free when it is gone, after all evictions before it. */
  readonly freedBytes: number
}

interface KeptScene {
  readonly id: Hash
  readonly name: string
  readonly blobs: ReadonlySet<Hash>
  /** Bytes of its laid out folder besides the blobs. */
  readonly ownBytes: number
  usedAtMs: number
}

interface KeptBlob {
  readonly id: Hash
  /** On the disk now, whole or in part. */
  hereBytes: number
  state: 'missing' | 'part' | 'whole'
  /** How many hold on to it, and the bytes they expect it to have. */
  pins: number
  expectedBytes: number
  readonly scenes: Set<Hash>
  usedAtMs: number
}

interface Films {
  readonly id: JobId
  bytes: number
  usedAtMs: number
}

/**
 * The account of what a peer keeps on its disk besides journals: how many bytes, used when, and what may go first.
 *
 * A blob counts once, however many scenes share it. A blob that is on its way counts with all the bytes it is going to have, from the moment somebody
 * pins it: so nothing is fetched for which there is no room.
 */
export class CacheBook {
  readonly #blobs = new Map<Hash, KeptBlob>()
  readonly #scenes = new Map<Hash, KeptScene>()
  readonly #films = new Map<JobId, Films>()
  /** How many whole blobs there are of each size. */
  readonly #sizes = new Map<number, number>()
  #bytes = 0

  /** Bytes kept and expected. */
  get bytes (): number {
    return this.#bytes
  }

  /** Whether a blob is here whole. */
  isWhole (blob: Hash): boolean {
    return this.#blobs.get(blob)?.state === 'whole'
  }

  /** Bytes of a blob as they count now. */
  bytesOf (blob: Hash): number {
    const kept = this.#blobs.get(blob)
    return kept === undefined ? 0 : countedBytes(kept)
  }

  /** Whether a whole blob of so many bytes is here. */
  hasSize (bytes: number): boolean {
    return this.#sizes.has(bytes)
  }

  hasScene (manifest: Hash): boolean {
    return this.#scenes.has(manifest)
  }

  /** A blob is on the disk. */
  addBlob (blob: Hash, bytes: number, usedAtMs: number): void {
    this.#change(blob, (kept) => {
      this.#countSize(kept, -1)
      kept.state = 'whole'
      kept.hereBytes = bytes
      kept.usedAtMs = Math.max(kept.usedAtMs, usedAtMs)
      this.#countSize(kept, 1)
    })
  }

  /** More of a blob has arrived. */
  addPart (blob: Hash, bytes: number, usedAtMs: number): void {
    this.#change(blob, (kept) => {
      if (kept.state !== 'whole') {
        kept.state = 'part'
        kept.hereBytes += bytes
        kept.usedAtMs = Math.max(kept.usedAtMs, usedAtMs)
      }
    })
  }

  /** A blob is, or is going to be, needed by something under way: it may not go until it is unpinned as often. */
  pin (blob: Hash, expectedBytes: number): void {
    this.#change(blob, (kept) => {
      kept.pins++
      kept.expectedBytes = Math.max(kept.expectedBytes, expectedBytes)
    })
  }

  unpin (blob: Hash): void {
    this.#change(blob, (kept) => {
      kept.pins = Math.max(0, kept.pins - 1)
      kept.expectedBytes = kept.pins === 0 ? 0 : kept.expectedBytes
    })
  }

  /**
   * A bundle is laid out. `blobs` are its files' and its manifest's.
   *
   * @param ownBytes bytes of its folder besides the blobs: 0 where its files are links
   */
  addScene (manifest: Hash, name: string, blobs: ReadonlySet<Hash>, ownBytes: number, usedAtMs: number): void {
    this.dropScene(manifest)
    this.#scenes.set(manifest, { id: manifest, name, blobs, ownBytes, usedAtMs })
    this.#bytes += ownBytes
    for (const blob of blobs) {
      this.#change(blob, (kept) => { kept.scenes.add(manifest) })
    }
  }

  /** The films of a job have grown. */
  addFilms (job: JobId, bytes: number, usedAtMs: number): void {
    const films = this.#films.get(job) ?? { id: job, bytes: 0, usedAtMs }
    films.bytes += bytes
    films.usedAtMs = Math.max(films.usedAtMs, usedAtMs)
    this.#films.set(job, films)
    this.#bytes += bytes
  }

  /** Somebody read a blob. Returns the scenes it is of. */
  usedBlob (blob: Hash, nowMs: number): readonly Hash[] {
    const kept = this.#blobs.get(blob)
    if (kept === undefined) {
      return []
    }
    kept.usedAtMs = nowMs
    kept.scenes.forEach((scene) => { this.usedScene(scene, nowMs) })
    return [...kept.scenes]
  }

  usedScene (manifest: Hash, nowMs: number): void {
    const scene = this.#scenes.get(manifest)
    if (scene !== undefined) {
      scene.usedAtMs = nowMs
    }
  }

  usedFilms (job: JobId, nowMs: number): void {
    const films = this.#films.get(job)
    if (films !== undefined) {
      films.usedAtMs = nowMs
    }
  }

  dropBlob (blob: Hash): void {
    this.#change(blob, (kept) => {
      this.#countSize(kept, -1)
      kept.state = 'missing'
      kept.hereBytes = 0
    })
  }

  dropScene (manifest: Hash): void {
    const scene = this.#scenes.get(manifest)
    if (scene !== undefined) {
      this.#scenes.delete(manifest)
      this.#bytes -= scene.ownBytes
      for (const blob of scene.blobs) {
        this.#change(blob, (kept) => { kept.scenes.delete(manifest) })
      }
    }
  }

  dropFilms (job: JobId): void {
    this.#bytes -= this.#films.get(job)?.bytes ?? 0
    this.#films.delete(job)
  }

  /**
   * What is to go so that `bytes` bytes are free: what was used longest ago first, nothing that is needed or pinned. All that may go when that is
   * not enough; nothing when `bytes` is not above 0.
   */
  evictions (bytes: number, needs: CacheNeeds): Eviction[] {
    const evictions: Eviction[] = []
    const gone = new Set<Hash>()
    let freedBytes = 0
    for (const thing of bytes > 0 ? this.#evictable(needs) : []) {
      if (freedBytes >= bytes) {
        break
      }
      const eviction = this.#evictionOf(thing, gone, needs)
      if (eviction !== undefined) {
        evictions.push(eviction)
        freedBytes += eviction.freedBytes
      }
    }
    return evictions
  }

  /** Everything that is kept, what was used last first. */
  things (): CacheThing[] {
    const things: CacheThing[] = [
      ...Array.from(this.#scenes.values(), (scene) => this.#sceneThing(scene)),
      ...Array.from(this.#films.values(), filmsThing),
      ...this.#looseBlobs().filter(({ state }) => state !== 'missing').map(blobThing)
    ]
    return things.sort((a, b) => byUse(b, a))
  }

  #evictable (needs: CacheNeeds): CacheThing[] {
    const scenes = [...this.#scenes.values()].filter(({ id }) => !needs.scenes.has(id) && (this.#blobs.get(id)?.pins ?? 0) === 0)
    const films = [...this.#films.values()].filter(({ id }) => !needs.films(id))
    const blobs = this.#looseBlobs().filter(({ pins }) => pins === 0)
    return [...scenes.map((scene) => this.#sceneThing(scene)), ...films.map(filmsThing), ...blobs.map(blobThing)].sort(byUse)
  }

  /** What goes with a thing when the scenes in `gone` have gone before. Undefined for a scene that would free nothing. */
  #evictionOf ({ kind, id, bytes }: CacheThing, gone: Set<Hash>, needs: CacheNeeds): Eviction | undefined {
    if (kind !== 'scene') {
      return { kind, id, blobs: kind === 'blob' ? [id] : [], freedBytes: bytes }
    }
    const scene = this.#scenes.get(id)!
    const kept = [...scene.blobs].map((blob) => this.#blobs.get(blob)!)
    const stays = ({ pins, scenes }: KeptBlob): boolean => pins > 0 || [...scenes].some((other) => needs.scenes.has(other))
    if (scene.ownBytes === 0 && kept.every(stays)) {
      return undefined
    }
    gone.add(id)
    const free = kept.filter(({ pins, scenes }) => pins === 0 && [...scenes].every((other) => gone.has(other)))
    return { kind, id, blobs: free.map((blob) => blob.id), freedBytes: scene.ownBytes + sumOf(free.map(countedBytes)) }
  }

  #sceneThing ({ id, name, blobs, ownBytes, usedAtMs }: KeptScene): CacheThing {
    return { kind: 'scene', id, name, bytes: ownBytes + sumOf([...blobs].map((blob) => this.bytesOf(blob))), usedAtMs }
  }

  #looseBlobs (): KeptBlob[] {
    return [...this.#blobs.values()].filter(({ scenes }) => scenes.size === 0)
  }

  /** Changes a blob and the account with it. One that is neither here nor expected nor part of a scene is forgotten. */
  #change (id: Hash, change: (kept: KeptBlob) => void): void {
    const kept = this.#blobs.get(id) ?? { id, hereBytes: 0, state: 'missing', pins: 0, expectedBytes: 0, scenes: new Set<Hash>(), usedAtMs: 0 }
    this.#bytes -= countedBytes(kept)
    change(kept)
    this.#bytes += countedBytes(kept)
    if (kept.state === 'missing' && kept.pins === 0 && kept.scenes.size === 0) {
      this.#blobs.delete(id)
    } else {
      this.#blobs.set(id, kept)
    }
  }

  #countSize ({ state, hereBytes }: KeptBlob, by: 1 | -1): void {
    if (state === 'whole') {
      const count = (this.#sizes.get(hereBytes) ?? 0) + by
      if (count === 0) {
        this.#sizes.delete(hereBytes)
      } else {
        this.#sizes.set(hereBytes, count)
      }
    }
  }
}

/** A whole blob has its bytes, whatever somebody expects; one on its way counts as if it had come. */
function countedBytes ({ state, hereBytes, expectedBytes }: KeptBlob): number {
  return state === 'whole' ? hereBytes : Math.max(hereBytes, expectedBytes)
}

function filmsThing ({ id, bytes, usedAtMs }: Films): CacheThing {
  return { kind: 'films', id, name: '', bytes, usedAtMs }
}

function blobThing (blob: KeptBlob): CacheThing {
  return { kind: 'blob', id: blob.id, name: '', bytes: countedBytes(blob), usedAtMs: blob.usedAtMs }
}

function byUse (a: CacheThing, b: CacheThing): number {
  return a.usedAtMs - b.usedAtMs || (a.id < b.id ? -1 : 1)
}

function sumOf (numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0)
}
