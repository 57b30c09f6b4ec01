import { quietHandlers } from '../support/handlers.ts'
import { fakeFilm } from '../support/fake-pixels.ts'
import { FakeDarkroom } from '../support/fake-darkroom.ts'
import type { Hash, JobId, PeerId } from '../../src/core/ids.ts'
import type { JobDigest } from '../../src/core/messages.ts'
import type { FarmEvent } from '../../src/ports.ts'
import type { World, WorldPeer } from '../support/world.ts'
import type { Rest, SimJob } from './invariant.ts'

/** The name of the peer that only looks. */
const OBSERVER = 'observer'

/** How long it takes until it is connected to all. */
const CONNECT_MS = 2_000

/** Looks at everything at the end of a run: at each job's end, and through a new member's eyes at what each peer tells of all jobs. */
export async function lookAtRest (world: World, peers: readonly WorldPeer[], scene: Uint8Array, jobOf: (job: JobId) => SimJob): Promise<Rest> {
  const ends = new Map<JobId, Extract<FarmEvent, { event: 'done' }> | undefined>()
  for (const { farm } of peers) {
    for (const { job } of farm.jobs().filter(({ own }) => own)) {
      ends.set(job, await world.drive(endOf(farm, job)))
    }
  }
  const sessions = new Map(peers.map(({ id, engine }) => [id, engine.openSessions]))
  return { ends, sessions, digests: await digestsOf(world, peers), filmHash: (job) => expectedFilm(scene, jobOf(job)) }
}

async function endOf (farm: WorldPeer['farm'], job: JobId): Promise<Extract<FarmEvent, { event: 'done' }> | undefined> {
  for await (const item of farm.follow(job, 'none', new AbortController().signal)) {
    if (item.type === 'event' && item.event.event === 'done') {
      return item.event
    }
  }
  return undefined
}

async function digestsOf (world: World, peers: readonly WorldPeer[]): Promise<Map<PeerId, readonly JobDigest[]>> {
  const mesh = world.network.join(OBSERVER)
  await mesh.start(quietHandlers())
  await world.settle(CONNECT_MS)
  const digests = new Map<PeerId, readonly JobDigest[]>()
  for (const { id } of peers) {
    const theirs = await world.drive(mesh.exchangeDigests(id, { digests: [], records: [] }))
    digests.set(id, theirs.digests)
  }
  return digests
}

/** What the film of a job is when nothing goes wrong. */
function expectedFilm (scene: Uint8Array, { spec, grid }: SimJob): Hash {
  const darkroom = new FakeDarkroom()
  return darkroom.filmHash(Array.from({ length: grid.frames }, (_, frame) => darkroom.frameHash(fakeFilm(scene, spec, frame))))
}
