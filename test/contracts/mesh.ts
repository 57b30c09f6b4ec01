import assert from 'node:assert/strict'
import { ChannelClosedError, WireError } from '../../src/errors.ts'
import { quietHandlers } from '../support/handlers.ts'
import { jobSpec } from '../support/job-spec.ts'
import { sha256 } from '../support/sha256.ts'
import { describeMeshKept } from './mesh-kept.ts'
import { describeMeshQuestions } from './mesh-questions.ts'
import { describeMeshStreams } from './mesh-streams.ts'
import type { SignedControl, SignedJob } from '../../src/core/messages.ts'
import type { Mesh, MeshHandlers, MeshPeer } from '../../src/ports.ts'

/** Meshes under test, and how to let their time pass. */
export interface MeshesUnderTest {
  /** Not started. Started, those that are started find one another. */
  readonly meshes: readonly Mesh[]
  /** Lets time pass until the predicate holds. @throws Error when it does not within a few seconds */
  until (what: string, predicate: () => boolean): Promise<void>
  /** Lets about so much time pass. */
  pass (ms: number): Promise<void>
  /** Lets time pass until the promise settles. */
  settled<T> (promise: Promise<T>): Promise<T>
  /** Stops everything. */
  end (): Promise<void>
}

/** Makes so many meshes of one secret. */
export type CreateMeshes = (count: number) => Promise<MeshesUnderTest>

/** Starts one mesh per entry and waits until everybody has met everybody. */
export async function startAll (create: CreateMeshes, ...handlers: Partial<MeshHandlers>[]): Promise<MeshesUnderTest> {
  const world = await create(handlers.length)
  for (const [index, mesh] of world.meshes.entries()) {
    await world.settled(mesh.start(quietHandlers(handlers[index])))
  }
  await world.until('everybody to meet', () => world.meshes.every((mesh) => mesh.peers().length === handlers.length - 1))
  return world
}

/** What every {@link Mesh} must do. */
export function describeMesh (name: string, create: CreateMeshes): void {
  describe(`mesh: ${name}`, () => {
    let world: MeshesUnderTest | undefined

    afterEach(async () => {
      await world?.end()
      world = undefined
    })

    async function started (...handlers: Partial<MeshHandlers>[]): Promise<[Mesh, Mesh, Mesh]> {
      world = await startAll(create, ...handlers)
      return world.meshes as readonly Mesh[] as [Mesh, Mesh, Mesh]
    }

    describe('members', () => {
      it('tells each of the other, with what it greeted, once', async () => {
        world = await create(2)
        const joined: MeshPeer[][] = [[], []]
        world.meshes[0]!.greet({ name: 'ann', engines: new Map([['fake', 'fake 1'], ['other', 'other 2']]), threads: 3 })
        for (const [index, mesh] of world.meshes.entries()) {
          await world.settled(mesh.start(quietHandlers({ peerJoined: (peer) => { joined[index]!.push(peer) } })))
        }
        await world.until('both to join', () => joined.every((peers) => peers.length > 0))
        await world.pass(300)
        const [[seenByFirst], [seenBySecond]] = joined as [[MeshPeer], [MeshPeer]]
        assert.deepEqual(joined.map((peers) => peers.length), [1, 1])
        assert.equal(seenByFirst.peer, world.meshes[1]!.self)
        assert.equal(seenBySecond.peer, world.meshes[0]!.self)
        assert.equal(seenBySecond.name, 'ann')
        assert.equal(seenBySecond.threads, 3)
        assert.deepEqual([...seenBySecond.engines].sort(), [['fake', 'fake 1'], ['other', 'other 2']])
        assert.equal(seenBySecond.relayed, false)
        assert.deepEqual(world.meshes[0]!.peers().map(({ peer }) => peer), [world.meshes[1]!.self])
      })

      it('tells of a changed greeting', async () => {
        const changed: string[] = []
        const [a, b] = await started({ peerChanged: (peer) => { changed.push(`${peer.peer} ${peer.name} ${peer.threads}`) } }, {})
        b.greet({ name: 'bea', engines: new Map([['fake', 'fake 2']]), threads: 8 })
        await world!.until('the change', () => changed.length > 0)
        assert.deepEqual(changed, [`${b.self} bea 8`])
        assert.equal(a.peers()[0]!.engines.get('fake'), 'fake 2')
        assert.equal(a.peers()[0]!.draining, undefined)
        b.greet({ name: 'bea', engines: new Map([['fake', 'fake 2']]), threads: 8, draining: true })
        await world!.until('the next change', () => changed.length > 1)
        assert.equal(a.peers()[0]!.draining, true)
        b.greet({ name: 'bea', engines: new Map([['fake', 'fake 2']]), threads: 8, draining: true, resting: 'resting until 22:00' })
        await world!.until('the rest to be known', () => a.peers()[0]!.resting === 'resting until 22:00')
      })

      it('tells of a peer that left, and no longer lists it', async () => {
        const left: string[] = []
        const [a, b] = await started({ peerLeft: (peer, relayed) => { left.push(`${peer} ${relayed}`) } }, {})
        await world!.settled(b.stop())
        await world!.until('the peer to leave', () => left.length > 0)
        assert.deepEqual(left, [`${b.self} false`])
        assert.deepEqual(a.peers(), [])
      })

      it('has full addresses while it runs, and none before', async () => {
        world = await create(1)
        const [mesh] = world.meshes as [Mesh]
        assert.deepEqual(mesh.addresses(), [])
        await world.settled(mesh.start(quietHandlers()))
        assert.ok(mesh.addresses().length > 0)
        assert.ok(mesh.addresses().every((address) => address.endsWith(`/p2p/${mesh.self}`)))
      })

      it('is quiet once stopped: stopping again, publishing and greeting do nothing, opening rejects', async () => {
        const [a, b] = await started({}, {})
        const job = await world!.settled(a.signJob(jobSpec({ requester: a.self })))
        await world!.settled(a.stop())
        await world!.settled(a.stop())
        a.publishJob(job)
        a.publishBeacon({ steward: a.self, jobs: [] })
        a.greet({ name: 'late', engines: new Map(), threads: 1 })
        assert.deepEqual(a.peers(), [])
        await assert.rejects(world!.settled(a.openLease(b.self)), ChannelClosedError)
        await assert.rejects(world!.settled(a.openLease(a.self)), ChannelClosedError)
      })
    })

    describe('gossip', () => {
      /** Says it until it was heard: gossip is best effort, and links need a moment. */
      async function sayUntil (say: () => void, heard: () => boolean): Promise<void> {
        for (let attempt = 0; attempt < 20 && !heard(); attempt++) {
          say()
          await world!.pass(250)
        }
        assert.ok(heard(), 'nobody heard the news')
      }

      it('brings jobs, control words and beacons to everybody else', async () => {
        const heard: string[] = []
        const hear = (name: string): Partial<MeshHandlers> => ({
          job: (job) => { heard.push(`${name} job ${job.id} ${job.spec.name}`) },
          control: ({ control }) => { heard.push(`${name} control ${control.job} ${control.state}`) },
          beacon: ({ steward, jobs }) => { heard.push(`${name} beacon ${steward} ${jobs[0]!.done}`) }
        })
        const [a] = await started(hear('a'), hear('b'), hear('c'))
        const job = await world!.settled(a.signJob(jobSpec({ requester: a.self, name: 'news' })))
        const control = await world!.settled(a.signControl({ job: job.id, sequence: 1, state: 'paused', priority: 2 }))
        const both = (line: string): boolean => heard.includes(`b ${line}`) && heard.includes(`c ${line}`)
        await sayUntil(() => { a.publishJob(job) }, () => both(`job ${job.id} news`))
        await sayUntil(() => { a.publishControl(control) }, () => both(`control ${job.id} paused`))
        const epoch = { round: 1, peer: a.self, instance: 1 }
        await sayUntil(() => {
          a.publishBeacon({ steward: a.self, jobs: [{ job: job.id, epoch, controlSequence: 1, open: 16, done: 5, digest: '0123456789abcdef' }] })
        }, () => both(`beacon ${a.self} 5`))
        assert.equal(heard.some((line) => line.startsWith('a ')), false, 'it heard itself')
      })

      it('brings beacons of whoever stewards a job, also to its requester', async () => {
        const heard: string[] = []
        const hear = (name: string): Partial<MeshHandlers> => ({
          beacon: ({ steward, jobs }) => { heard.push(`${name} ${steward} ${jobs[0]?.epoch.round} ${jobs[0]?.epoch.peer}`) }
        })
        const [requester, steward] = await started(hear('requester'), {}, hear('other'))
        const job = await world!.settled(requester.signJob(jobSpec({ requester: requester.self })))
        const epoch = { round: 2, peer: steward.self, instance: 7 }
        const told = (name: string): boolean => heard.includes(`${name} ${steward.self} 2 ${steward.self}`)
        await sayUntil(() => {
          steward.publishBeacon({ steward: steward.self, jobs: [{ job: job.id, epoch, controlSequence: 0, open: 1, done: 2, digest: '0123456789abcdef' }] })
        }, () => told('requester') && told('other'))
      })

      it('keeps back what is not signed by who it names', async () => {
        const heard: string[] = []
        const [a, b] = await started({}, {}, {
          job: (job) => { heard.push(job.spec.name) },
          control: ({ control }) => { heard.push(control.state) },
          beacon: ({ steward, jobs }) => { heard.push(`${steward} ${jobs.length}`) }
        })
        const good = await world!.settled(a.signJob(jobSpec({ requester: a.self, name: 'good' })))
        const flipped = good.signature.slice()
        flipped[10] = flipped[10]! ^ 1
        const altered: SignedJob = { ...good, signature: flipped }
        const foreign = await world!.settled(b.signJob(jobSpec({ requester: a.self, name: 'foreign' })))
        const foreignControl = await world!.settled(b.signControl({ job: good.id, sequence: 9, state: 'cancelled', priority: 0 }))
        const control = await world!.settled(a.signControl({ job: good.id, sequence: 1, state: 'running', priority: 0 }))
        await sayUntil(() => { a.publishJob(good) }, () => heard.includes('good'))
        b.publishJob(altered)
        b.publishJob(foreign)
        b.publishControl(foreignControl)
        await sayUntil(() => { a.publishControl(control) }, () => heard.includes('running'))
        assert.deepEqual([...new Set(heard)].sort(), ['good', 'running'])
      })

      it('keeps back a beacon in the name of another peer', async () => {
        const heard: string[] = []
        const [a, b] = await started({}, {}, { beacon: ({ steward }) => { heard.push(steward) } })
        await sayUntil(() => { a.publishBeacon({ steward: a.self, jobs: [] }) }, () => heard.length > 0)
        heard.length = 0
        b.publishBeacon({ steward: a.self, jobs: [] })
        await sayUntil(() => { b.publishBeacon({ steward: b.self, jobs: [] }) }, () => heard.includes(b.self))
        assert.equal(heard.includes(a.self), false)
      })
    })

    describe('signatures', () => {
      let job: SignedJob
      let control: SignedControl

      beforeEach(async () => {
        const [a] = await started({}, {})
        job = await world!.settled(a.signJob(jobSpec({ requester: a.self })))
        control = await world!.settled(a.signControl({ job: job.id, sequence: 3, state: 'paused', priority: 1 }))
      })

      it('are read back by any peer, and the id is the sha256 of the bytes', async () => {
        const reader = world!.meshes[1]!
        assert.equal(job.id, sha256(job.bytes))
        assert.deepEqual(await world!.settled(reader.readJob(job.bytes, job.signature)), job)
        assert.deepEqual(await world!.settled(reader.readControl(control.bytes, control.signature, world!.meshes[0]!.self)), control)
      })

      it('fail with WireError for other bytes, another signature, another signer', async () => {
        const [a, b] = world!.meshes as [Mesh, Mesh]
        const byOther = await world!.settled(b.signJob(job.spec))
        const bytes = job.bytes.slice(0, -1)
        await assert.rejects(world!.settled(b.readJob(bytes, job.signature)), WireError)
        await assert.rejects(world!.settled(b.readJob(job.bytes, byOther.signature)), WireError)
        await assert.rejects(world!.settled(b.readJob(job.bytes, new Uint8Array(3))), WireError)
        await assert.rejects(world!.settled(a.readControl(control.bytes, control.signature, b.self)), WireError)
        await assert.rejects(world!.settled(a.readControl(control.bytes, job.signature, a.self)), WireError)
      })
    })

    describeMeshStreams(create)
    describeMeshQuestions(create)
    describeMeshKept(create)
  })
}
