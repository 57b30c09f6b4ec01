import { CacheBook } from '../../core/cache.ts'
import { MAX_MANIFEST_BYTES } from '../../core/limits.ts'
import { CacheFullError } from '../../errors.ts'
import { MAX_LISTED_THINGS, TOUCH_EVERY_MS } from '../limits.ts'
import { AccountedStore } from './accounted-store.ts'
import { CacheHold, ownBytes } from './cache-hold.ts'
import { fullMessage } from './full-message.ts'
import type { CachedThing, CacheSummary, ClearedCache } from '../../api.ts'
import type { CacheNeeds, Eviction } from '../../core/cache.ts'
import type { Hash, JobId } from '../../core/ids.ts'
import type { Manifest } from '../../core/messages.ts'
import type { WantedBlob } from './cache-hold.ts'
import type { Bundler, Clock, Log, Store } from '../../ports.ts'

/** What a keeper needs. */
export interface CacheKeeperContext {
  readonly store: Store
  readonly bundler: Pick<Bundler, 'readManifest'>
  readonly clock: Clock
  readonly log: Log
  /** What live jobs can not do without, asked whenever something is to go. */
  needs (): CacheNeeds
  /** What a job of this peer's own is called. */
  nameOf (job: JobId): string
}

/**
 * Keeps what lies on this peer's disk of scenes and films within a quota: what was used longest ago goes first, never what a live job needs, or what
 * is just being fetched or packed.
 *
 * Room is made before the first byte of a scene comes, for all of it. Films of live jobs are kept even when that exceeds the quota: no result is
 * given up for the sake of a cache. Journals do not count: they are no cache, and shrink to a few hundred bytes when their job ends.
 *
 * opened (counts what is there, evicts nothing) ─ begin, when the jobs of this home are known ─▶ keeping.
 */
export class CacheKeeper {
  readonly #context: CacheKeeperContext
  readonly #book = new CacheBook()
  /** Jobs whose films could not be removed. */
  readonly #stuckFilms = new Set<JobId>()
  readonly #touchedAtMs = new Map<string, number>()
  #quotaBytes: number
  #namesGiven = 0
  #phase: 'closed' | 'opened' | 'keeping' = 'closed'
  /** Pins and evictions happen one after the other, so that nothing is pinned while it goes. */
  #turn: Promise<unknown> = Promise.resolve()

  /** @param quotaBytes what may lie on the disk */
  constructor (quotaBytes: number, context: CacheKeeperContext) {
    this.#quotaBytes = quotaBytes
    this.#context = context
  }

  /** What may lie on the disk; less than there is now makes something go soon. */
  get quotaBytes (): number {
    return this.#quotaBytes
  }

  set quotaBytes (bytes: number) {
    this.#quotaBytes = bytes
    this.trim()
  }

  /** Bytes kept now, with all of what is under way. */
  get bytes (): number {
    return this.#book.bytes
  }

  /** The store, with the films that are saved and read through it accounted for. */
  get store (): Store {
    return new AccountedStore(this.#context.store, {
      saving: async (job, bytes) => this.#savingFilm(job, bytes),
      diskFull: async (bytes) => this.#makeDiskRoom(bytes),
      read: (job) => {
        this.#book.usedFilms(job, this.#nowMs())
        this.#touch(job, async (atMs) => this.#context.store.usedFilms(job, atMs))
      },
      removed: (job) => { this.#book.dropFilms(job) }
    })
  }

  /** Looks at what earlier lives left. Bundles that lack a blob are no longer laid out: what is missing is fetched when it is needed again. @throws StoreError */
  async open (): Promise<void> {
    const { blobs, arrivals, bundles } = await this.#context.store.blobs.inventory()
    blobs.forEach(({ blob, bytes, usedAtMs }) => { this.#book.addBlob(blob, bytes, usedAtMs) })
    arrivals.forEach(({ blob, bytes, usedAtMs }) => { this.#book.addPart(blob, bytes, usedAtMs) })
    for (const { manifest, usedAtMs } of bundles) {
      await this.#adopt(manifest, usedAtMs)
    }
    for (const { job, bytes, usedAtMs } of await this.#context.store.films()) {
      this.#book.addFilms(job, bytes, usedAtMs)
    }
    this.#phase = 'opened'
  }

  /** The jobs of this home are known: from now on things may go. `live`: the bundles of those that have not ended. */
  async begin (live: Iterable<Hash>): Promise<void> {
    for (const manifest of live) {
      if (!this.#book.hasScene(manifest)) {
        await this.#adopt(manifest, this.#nowMs())
      }
    }
    this.#phase = 'keeping'
    this.trim()
  }

  /** Something is about to be fetched or packed: what comes through the hold, or is reserved by it, stays until it is released. */
  hold (): CacheHold {
    return new CacheHold({
      blobs: this.#context.store.blobs,
      book: this.#book,
      nameless: () => this.#nameless(),
      nowMs: () => this.#nowMs(),
      quotaBytes: () => this.#quotaBytes,
      reserve: async (wanted, sceneBytes) => { await this.#reserve(wanted, sceneBytes) },
      inTurn: async (step) => this.#inTurn(step),
      makeDiskRoom: async (bytes) => this.#makeDiskRoom(bytes),
      released: () => { this.trim() }
    })
  }

  /** A blob was read for another peer: its scene is in use. */
  served (blob: Hash): void {
    for (const manifest of this.#book.usedBlob(blob, this.#nowMs())) {
      this.#touch(manifest, async (atMs) => this.#context.store.blobs.usedBundle(manifest, atMs))
    }
  }

  /** Has the files of a scene hashed again that could not be loaded; damaged ones are gone then. Never rejects: a disk that can not be read says nothing of the scene. */
  async recheck (manifest: Hash): Promise<'whole' | 'damaged'> {
    const { store, log } = this.#context
    return store.blobs.recheckBundle(manifest).catch((error: unknown) => {
      log.warn('the files of a scene could not be looked at', { manifest, error: String(error) })
      return 'damaged'
    })
  }

  /** A scene was taken up again by an engine. */
  usedScene (manifest: Hash): void {
    this.#book.usedScene(manifest, this.#nowMs())
    this.#touch(manifest, async (atMs) => this.#context.store.blobs.usedBundle(manifest, atMs))
  }

  /** A job ended, or the quota shrank: looks whether something has to go. */
  trim (): void {
    void this.#inTurn(async () => this.#evict(this.#book.bytes - this.#quotaBytes))
  }

  /** What is kept. */
  summary (): CacheSummary {
    const { nameOf } = this.#context
    const needs = this.#context.needs()
    const things = this.#book.things().map(({ kind, id, name, bytes, usedAtMs }): CachedThing => ({
      kind,
      id,
      name: kind === 'films' ? nameOf(id) : name,
      bytes,
      usedAtMs,
      needed: kind === 'scene' ? needs.scenes.has(id) : kind === 'films' && needs.films(id)
    }))
    return {
      quotaBytes: this.#quotaBytes,
      usedBytes: this.#book.bytes,
      things: things.slice(0, MAX_LISTED_THINGS),
      unlisted: Math.max(0, things.length - MAX_LISTED_THINGS)
    }
  }

  /** Lets everything go that no live job needs. */
  async clear (): Promise<ClearedCache> {
    return this.#inTurn(async () => {
      const before = this.#book.bytes
      await this.#evict(Infinity)
      return { freedBytes: before - this.#book.bytes, usedBytes: this.#book.bytes }
    })
  }

  /** Waits until what was to go has gone. */
  async settled (): Promise<void> {
    await this.#turn
  }

  /** Stands in the account for bytes that have no hash yet. */
  #nameless (): string {
    return `nameless ${this.#namesGiven++}`
  }

  #nowMs (): number {
    return this.#context.clock.wallMs()
  }

  async #inTurn<Result> (step: () => Promise<Result>): Promise<Result> {
    const mine = this.#turn.then(step)
    this.#turn = mine.catch(() => {})
    return mine
  }

  /** Makes room for a film if that is possible, and keeps it free until the film is saved. */
  async #savingFilm (job: JobId, bytes: number): Promise<(grownBytes: number) => void> {
    const film = this.#nameless()
    await this.#inTurn(async () => {
      this.#book.pin(film, bytes)
      await this.#evict(this.#book.bytes - this.#quotaBytes)
    })
    return (grownBytes) => {
      this.#book.unpin(film)
      this.#book.addFilms(job, grownBytes, this.#nowMs())
    }
  }

  /** Pins blobs and makes room for those that are not here. @throws CacheFullError, and nothing is pinned or evicted then */
  async #reserve (wanted: readonly WantedBlob[], sceneBytes: number): Promise<void> {
    await this.#inTurn(async () => {
      const before = this.#book.bytes
      wanted.forEach(({ hash, size }) => { this.#book.pin(hash, size) })
      if (this.#book.bytes === before) {
        return // all of it is here already
      }
      try {
        this.#refuseImpossible(sceneBytes)
        await this.#evict(this.#book.bytes - this.#quotaBytes)
        this.#refuseImpossible(sceneBytes)
      } catch (error) {
        wanted.forEach(({ hash }) => { this.#book.unpin(hash) })
        throw error
      }
    })
  }

  /** @throws CacheFullError when the quota could not be kept by evicting all that may go; `sceneBytes`: of the scene for which there is to be room */
  #refuseImpossible (sceneBytes: number): void {
    const overBytes = this.#book.bytes - this.#quotaBytes
    if (overBytes <= 0) {
      return
    }
    const evictableBytes = this.#evictions(Infinity).reduce((sum, { freedBytes }) => sum + freedBytes, 0)
    if (overBytes > evictableBytes) {
      throw new CacheFullError(fullMessage(this.#quotaBytes, sceneBytes, this.#book.bytes - evictableBytes - sceneBytes))
    }
  }

  /** The disk is full although the quota is not: lets things go for so many bytes. Returns how many were freed. */
  async #makeDiskRoom (bytes: number): Promise<number> {
    return this.#inTurn(async () => this.#evict(bytes))
  }

  #evictions (bytes: number): Eviction[] {
    const { scenes, films } = this.#context.needs()
    return this.#book.evictions(bytes, { scenes, films: (job) => this.#stuckFilms.has(job) || films(job) })
  }

  /** Lets things go until so many bytes are free, or nothing more may go. What can not be removed is left alone until the next start. */
  async #evict (bytes: number): Promise<number> {
    let freedBytes = 0
    for (let goOn = this.#phase === 'keeping'; goOn && freedBytes < bytes;) {
      goOn = false
      for (const eviction of this.#evictions(bytes - freedBytes)) {
        const freed = this.#isNeeded(eviction) ? undefined : await this.#remove(eviction)
        if (freed === undefined) {
          goOn = true // the rest of the plan may have counted on it
          break
        }
        freedBytes += freed
      }
    }
    return freedBytes
  }

  /** A job may have begun while something else was removed. */
  #isNeeded ({ kind, id }: Eviction): boolean {
    const { scenes, films } = this.#context.needs()
    return kind === 'scene' ? scenes.has(id) : kind === 'films' && films(id)
  }

  /**
   * Removes a thing: first its name, then its blobs, so that a peer that is killed in between finds only blobs without a scene. Returns the bytes
   * freed; undefined when the disk refuses.
   */
  async #remove ({ kind, id, blobs }: Eviction): Promise<number | undefined> {
    const { store, log } = this.#context
    const before = this.#book.bytes
    try {
      if (kind === 'scene') {
        await store.blobs.removeBundle(id)
        this.#book.dropScene(id)
      } else if (kind === 'films') {
        await store.removeFilms(id)
        this.#book.dropFilms(id)
      }
      for (const blob of blobs) {
        await store.blobs.remove(blob)
        this.#book.dropBlob(blob)
      }
    } catch (error) {
      if (kind === 'films') {
        this.#stuckFilms.add(id)
      } else {
        [id, ...blobs].forEach((blob) => { this.#book.pin(blob, 0) })
      }
      log.warn('something that is no longer needed could not be removed', { kind, id, error: String(error) })
      return undefined
    }
    log.debug('let go of something to make room', { kind, id, bytes: before - this.#book.bytes })
    return before - this.#book.bytes
  }

  /** Takes up a bundle whose manifest is here. One that lacks a blob is no longer laid out, one without a manifest is none. */
  async #adopt (manifest: Hash, usedAtMs: number): Promise<void> {
    const { store, bundler, log } = this.#context
    try {
      const bytes = await store.blobs.read(manifest, 0, Math.min(this.#book.bytesOf(manifest), MAX_MANIFEST_BYTES))
      const { entry, files }: Manifest = bundler.readManifest(bytes ?? new Uint8Array(0))
      const blobs = new Set([manifest, ...files.map(({ hash }) => hash)])
      if (![...blobs].every((blob) => this.#book.isWhole(blob))) {
        await store.blobs.removeBundle(manifest)
      }
      this.#book.addScene(manifest, entry, blobs, ownBytes(store.blobs, files), usedAtMs)
    } catch (error) {
      log.debug('a bundle whose manifest can not be read is no longer laid out', { manifest, error: String(error) })
      await store.blobs.removeBundle(manifest).catch((cause: unknown) => { log.warn('a bundle could not be removed', { manifest, error: String(cause) }) })
    }
  }

  /** Writes down when something was used, now and then. */
  #touch (id: string, write: (atMs: number) => Promise<void>): void {
    const nowMs = this.#nowMs()
    if (Math.abs(nowMs - (this.#touchedAtMs.get(id) ?? -Infinity)) >= TOUCH_EVERY_MS) {
      this.#touchedAtMs.set(id, nowMs)
      write(nowMs).catch((error: unknown) => { this.#context.log.debug('when something was used was not written down', { id, error: String(error) }) })
    }
  }
}
