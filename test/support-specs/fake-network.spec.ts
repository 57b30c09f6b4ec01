import assert from 'node:assert/strict'
import { FakeNetwork } from '../support/fake-network.ts'
import { quietHandlers } from '../support/handlers.ts'
import { jobSpec } from '../support/job-spec.ts'
import { sha256 } from '../support/sha256.ts'
import { RESULT_CREDIT_BYTES } from '../../src/wire/limits.ts'
import type { ResultHead, StewardMessage, WorkerMessage } from '../../src/core/messages.ts'
import type { LeaseChannel, MeshHandlers, StewardChannel } from '../../src/ports.ts'
import type { FakeMesh } from '../support/fake-mesh.ts'
import type { NetworkOptions } from '../support/fake-network.ts'

const wait: StewardMessage = { type: 'wait', job: 'j', retryMs: 1, reason: 'hearing' }
const renew = (sequence: number): WorkerMessage => ({ type: 'renew', sequence, leases: [] })

async function meshes (names: string[], options: NetworkOptions = {}, handlers: Partial<Record<string, Partial<MeshHandlers>>> = {}): Promise<{ network: FakeNetwork, of: (name: string) => FakeMesh }> {
  const network = new FakeNetwork(options)
  for (const name of names) {
    await network.join(name).start(quietHandlers(handlers[name]))
  }
  await network.clock.settle(100)
  return { network, of: (name) => network.mesh(name) }
}

/** A lease stream from b to a. */
async function lease (options: NetworkOptions = {}): Promise<{ network: FakeNetwork, worker: LeaseChannel, steward: StewardChannel }> {
  const accepted: StewardChannel[] = []
  const { network, of } = await meshes(['a', 'b'], options, { a: { lease: (channel) => { accepted.push(channel) } } })
  const worker = await network.clock.drive(of('b').openLease('a'))
  return { network, worker, steward: accepted[0]! }
}

/** Collects what comes out of a channel. */
function listen<T> (messages: AsyncIterable<T>): { items: T[], ended: boolean } {
  const heard = { items: [] as T[], ended: false }
  const read = async (): Promise<void> => {
    for await (const message of messages) {
      heard.items.push(message)
    }
    heard.ended = true
  }
  read().catch(() => {})
  return heard
}

async function stateOf (promise: Promise<unknown>): Promise<'pending' | 'resolved' | 'rejected'> {
  return Promise.race([promise.then(() => 'resolved' as const, () => 'rejected' as const), new Promise<'pending'>((resolve) => setImmediate(resolve, 'pending'))])
}

describe('FakeNetwork: members', () => {
  it('introduces everyone to everyone, with their greetings', async () => {
    const joined: string[] = []
    const changed: string[] = []
    const { network, of } = await meshes(['a', 'b', 'c'], {}, {
      a: { peerJoined: (peer) => { joined.push(peer.peer) }, peerChanged: (peer) => { changed.push(`${peer.name} ${peer.threads}`) } }
    })
    assert.deepEqual(joined.sort(), ['b', 'c'])
    of('b').greet({ name: 'bee', engines: new Map([['fake', 'fake 1']]), threads: 4 })
    await network.clock.settle(100)
    assert.deepEqual(changed, ['bee 4'])
    assert.equal(of('a').peers().find((peer) => peer.peer === 'b')?.engines.get('fake'), 'fake 1')
  })

  it('tells of a peer that stops, is killed, or is cut off for long', async () => {
    const left: string[] = []
    const { network, of } = await meshes(['a', 'b', 'c', 'd'], { silenceMs: 60_000 }, { a: { peerLeft: (peer) => { left.push(peer) } } })
    await of('b').stop()
    network.kill('c')
    network.cut('a', 'd')
    await network.clock.settle(1000)
    assert.deepEqual(left, ['b', 'c'])
    await network.clock.settle(60_000)
    assert.deepEqual(left, ['b', 'c', 'd'])
    assert.deepEqual(of('a').peers(), [])
  })

  it('tells of a frozen peer only after a long silence, and takes it back when it wakes', async () => {
    const seen: string[] = []
    const { network } = await meshes(['a', 'b'], {}, { a: { peerJoined: () => { seen.push('joined') }, peerLeft: () => { seen.push('left') } } })
    network.freeze('b')
    await network.clock.settle(network.silenceMs - 1)
    assert.deepEqual(seen, ['joined'])
    await network.clock.settle(60_000)
    assert.deepEqual(seen, ['joined', 'left'])
    network.thaw('b')
    await network.clock.settle(5000)
    assert.deepEqual(seen, ['joined', 'left', 'joined'])
  })

  it('connects again after a disconnect, a heal and a restart', async () => {
    const seen: string[] = []
    const { network } = await meshes(['a', 'b'], { silenceMs: 1000 }, {
      a: { peerJoined: (peer) => { seen.push(`+${peer.peer}`) }, peerLeft: (peer) => { seen.push(`-${peer}`) } }
    })
    network.disconnect('a', 'b')
    await network.clock.settle(5000)
    assert.deepEqual(seen, ['+b', '-b', '+b'])
    network.partition(['a'], ['b'])
    await network.clock.settle(5000)
    network.heal()
    await network.clock.settle(5000)
    assert.deepEqual(seen, ['+b', '-b', '+b', '-b', '+b'])
    await network.restart('b').start(quietHandlers())
    await network.clock.settle(5000)
    assert.deepEqual(seen, ['+b', '-b', '+b', '-b', '+b', '-b', '+b'])
  })
})

describe('FakeNetwork: channels', () => {
  it('delivers in order, later, both ways', async () => {
    const { network, worker, steward } = await lease({ link: { latencyMs: 10, jitterMs: 50 } })
    const atSteward = listen(steward.messages)
    const atWorker = listen(worker.messages)
    for (let sequence = 0; sequence < 10; sequence++) {
      await worker.send(renew(sequence))
    }
    await steward.send(wait)
    assert.equal(atSteward.items.length, 0)
    await network.clock.settle(1000)
    assert.deepEqual(atSteward.items.map((message) => message.type === 'renew' ? message.sequence : -1), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    assert.deepEqual(atWorker.items, [wait])
  })

  it('makes a sender wait whose receiver does not read', async () => {
    const { network, worker, steward } = await lease()
    let sent = 0
    const flood = async (): Promise<void> => {
      for (; sent < 1000; sent++) {
        await worker.send(renew(sent))
      }
    }
    const flooding = flood()
    await network.clock.settle(30_000)
    assert.ok(sent < 50, `${sent} messages were taken from the sender`)
    const heard = listen(steward.messages)
    await network.clock.drive(flooding)
    await network.clock.settle(1000)
    assert.equal(heard.items.length, 1000)
  })

  it('cuts off a reader that is stuck', async () => {
    const { network, worker } = await lease()
    const sending = Promise.all(Array.from({ length: 40 }, (_, index) => worker.send(renew(index))))
    await assert.rejects(network.clock.drive(sending), { name: 'ChannelClosedError' })
    assert.equal((await worker.closed)?.name, 'ChannelClosedError')
  })

  it('leaves out control words of jobs that are not known here', async () => {
    const { network, worker, steward } = await lease()
    const heard = listen(worker.messages)
    const job = await network.mesh('a').signJob(jobSpec({ requester: 'a' }))
    const control = await network.mesh('a').signControl({ job: job.id, sequence: 1, state: 'paused', priority: 0 })
    await steward.send({ type: 'control', control })
    await network.clock.settle(100)
    assert.equal(heard.items.length, 0)
    await network.mesh('b').readJob(job.bytes, job.signature)
    await steward.send({ type: 'control', control })
    await network.clock.settle(100)
    assert.deepEqual(heard.items, [{ type: 'control', control }])
  })

  it('ends politely: what was sent is read, then both sides are closed without a reason', async () => {
    const { network, worker, steward } = await lease()
    await worker.send(renew(1))
    await network.clock.drive(worker.close())
    const heard = listen(steward.messages)
    await network.clock.settle(100)
    assert.equal(heard.items.length, 1)
    assert.ok(heard.ended)
    assert.equal(await steward.closed, undefined)
    assert.equal(await worker.closed, undefined)
    await assert.rejects(steward.send(wait), { name: 'ChannelClosedError' })
  })

  it('ends with the reason here and ChannelClosedError there when aborted', async () => {
    const { network, worker, steward } = await lease()
    const heard = listen(steward.messages)
    worker.abort(new Error('enough'))
    await network.clock.settle(100)
    assert.equal((await worker.closed)?.message, 'enough')
    assert.equal((await steward.closed)?.name, 'ChannelClosedError')
    assert.ok(heard.ended)
  })

  it('ends at the others when a peer is killed, and settles nothing at the dead one', async () => {
    const { network, worker, steward } = await lease()
    const sending = Promise.all(Array.from({ length: 40 }, (_, index) => worker.send(renew(index))))
    network.kill('b')
    await network.clock.settle(1000)
    assert.equal((await steward.closed)?.name, 'ChannelClosedError')
    assert.equal(await stateOf(worker.closed), 'pending')
    assert.equal(await stateOf(sending), 'pending')
    assert.equal(await stateOf(network.mesh('b').openLease('a')), 'pending')
  })

  it('holds everything to and from a frozen peer and delivers it at the thaw', async () => {
    const { network, worker, steward } = await lease()
    const atSteward = listen(steward.messages)
    const atWorker = listen(worker.messages)
    network.freeze('b')
    await steward.send(wait)
    await worker.send(renew(1))
    await network.clock.settle(60_000)
    assert.deepEqual([atSteward.items, atWorker.items], [[], []])
    network.thaw('b')
    await network.clock.settle(100)
    assert.deepEqual([atSteward.items.length, atWorker.items.length], [1, 1])
  })

  it('holds what a cut stops, one way, and delivers it in order once healed', async () => {
    const { network, worker, steward } = await lease()
    const atSteward = listen(steward.messages)
    const atWorker = listen(worker.messages)
    network.cutOneWay('b', 'a')
    await worker.send(renew(1))
    await steward.send(wait)
    await network.clock.settle(30_000)
    assert.deepEqual([atSteward.items.length, atWorker.items.length], [0, 1])
    network.heal('a', 'b')
    await worker.send(renew(2))
    await network.clock.settle(100)
    assert.deepEqual(atSteward.items, [renew(1), renew(2)])
  })

  it('gives up a stream that a frozen peer does not answer, and one to a stranger', async () => {
    const { network, of } = await meshes(['a', 'b'])
    network.freeze('a')
    const startMs = network.clock.nowMs()
    await assert.rejects(network.clock.drive(of('b').openLease('a')), { name: 'ChannelClosedError' })
    assert.equal(network.clock.nowMs() - startMs, 10_000)
    await assert.rejects(network.clock.drive(of('b').openLease('nobody')), { name: 'ChannelClosedError' })
  })

  it('speaks to itself', async () => {
    const { network, of } = await meshes(['a'], {}, { a: { lease: (channel) => { channel.send(wait).catch(() => {}) } } })
    const channel = await network.clock.drive(of('a').openLease('a'))
    const heard = listen(channel.messages)
    await network.clock.settle(10)
    assert.deepEqual(heard.items, [wait])
    assert.equal(channel.peer, 'a')
    await of('a').stop()
    assert.equal((await channel.closed)?.name, 'ChannelClosedError')
  })
})

describe('FakeNetwork: results, blobs, digests', () => {
  const pixels = new Uint8Array(64).fill(7)
  const head: ResultHead = { job: 'j', unit: 3, token: { epoch: { round: 1, peer: 'a', instance: 1 }, grant: 1 }, content: 'mean', bytes: 64, sha256: sha256(pixels), phases: { transferMs: 0, loadMs: 0, renderMs: 1 } }

  it('offers a head before its pixels, two large units at a time', async () => {
    const pixels = new Uint8Array(RESULT_CREDIT_BYTES / 2 + 16).fill(7)
    const large = { ...head, bytes: pixels.byteLength, sha256: sha256(pixels) }
    let busy = 0
    let most = 0
    const { network, of } = await meshes(['a', 'b'], {}, {
      a: {
        results: {
          offer: (_from, offered) => {
            if (offered.unit === 9) {
              return 'duplicate'
            }
            most = Math.max(most, ++busy)
            return 'take'
          },
          take: async (_from, _head, taken) => {
            assert.deepEqual(taken, pixels)
            await new Promise<void>((resolve) => { network.clock.after(1000, resolve) })
            busy--
            return 'accepted'
          },
          drop: () => { assert.fail('nothing is to be dropped') }
        }
      }
    })
    const sender = await network.clock.drive(of('b').openResults('a'))
    const answers = await network.clock.drive(Promise.all([1, 2, 9, 3, 4, 5].map((unit) => sender.deliver({ ...large, unit }, pixels))))
    assert.deepEqual(answers, ['accepted', 'accepted', 'duplicate', 'accepted', 'accepted', 'accepted'])
    assert.equal(most, 2)
  })

  it('drops pixels that are not the declared ones, and those a lost connection cut off', async () => {
    const dropped: string[] = []
    const { network, of } = await meshes(['a', 'b'], { link: { bytesPerMs: 1 } }, {
      a: { results: { offer: () => 'take', take: async () => 'accepted', drop: (_from, _head, reason) => { dropped.push(reason.name) } } }
    })
    const sender = await network.clock.drive(of('b').openResults('a'))
    assert.equal(await network.clock.drive(sender.deliver({ ...head, sha256: sha256(new Uint8Array()) }, pixels)), 'refused')
    const cutOff = sender.deliver({ ...head, bytes: 1 << 20 }, new Uint8Array(1 << 20))
    cutOff.catch(() => {})
    await network.clock.settle(1000)
    network.disconnect('a', 'b')
    await assert.rejects(network.clock.drive(cutOff), { name: 'ChannelClosedError' })
    assert.deepEqual(dropped, ['WireError', 'ChannelClosedError'])
  })

  it('gives blobs and digests', async () => {
    const { network, of } = await meshes(['a', 'b'], {}, {
      a: {
        blobs: async (_blob, offset, length) => offset === 0 ? new Uint8Array(length) : undefined,
        digests: (exchange, from) => ({ digests: exchange.digests.map((digest) => ({ ...digest, job: from })), records: [] })
      }
    })
    const channel = await network.clock.drive(of('b').openBlobs('a'))
    const answers = await network.clock.drive(Promise.all([channel.request('h', 0, 5), channel.request('h', 5, 5), channel.request('h', 0, 2)]))
    assert.deepEqual(answers.map((bytes) => bytes?.length), [5, undefined, 2])
    const digest = { job: 'j', controlSequence: 0, final: false, epoch: undefined, done: 0, digest: '' }
    assert.deepEqual(await network.clock.drive(of('b').exchangeDigests('a', { digests: [digest], records: [] })), { digests: [{ ...digest, job: 'b' }], records: [] })
  })
})

describe('FakeNetwork: gossip and signatures', () => {
  it('carries what its requester signed, and nothing that is forged', async () => {
    const heard: string[] = []
    const { network, of } = await meshes(['a', 'b', 'c'], {}, { b: { job: (job, from) => { heard.push(`${job.spec.name} from ${from}`) } } })
    of('a').publishJob(await of('a').signJob(jobSpec({ requester: 'a', name: 'real' })))
    of('c').publishJob(await of('c').signJob(jobSpec({ requester: 'a', name: 'forged' })))
    await network.clock.settle(100)
    assert.deepEqual(heard, ['real from a'])
  })

  it('drops and doubles as told', async () => {
    let heard = 0
    const { network, of } = await meshes(['a', 'b'], { gossip: { drop: 0.3, duplicate: 0.2, delayMs: 1000 } }, { b: { beacon: () => { heard++ } } })
    for (let count = 0; count < 1000; count++) {
      of('a').publishBeacon({ steward: 'a', jobs: [] })
    }
    await network.clock.settle(5000)
    assert.ok(heard > 750 && heard < 930, `${heard} of about 840 came`)
  })

  it('reads back what was signed and refuses what was changed', async () => {
    const { of } = await meshes(['a', 'b'])
    const signed = await of('a').signJob(jobSpec({ requester: 'a' }))
    assert.equal(signed.id, sha256(signed.bytes))
    assert.deepEqual(await of('b').readJob(signed.bytes, signed.signature), signed)
    await assert.rejects(of('b').readJob(Uint8Array.from([...signed.bytes, 32]), signed.signature), { name: 'WireError' })
    const control = await of('a').signControl({ job: signed.id, sequence: 1, state: 'paused', priority: 0 })
    assert.deepEqual(await of('b').readControl(control.bytes, control.signature, 'a'), control)
    await assert.rejects(of('b').readControl(control.bytes, control.signature, 'b'), { name: 'WireError' })
  })
})

describe('FakeNetwork: repetition', () => {
  it('repeats with an equal seed and differs with another', async () => {
    const run = async (seed: number): Promise<number> => {
      const { network, of } = await meshes(['a', 'b', 'c'], { seed, gossip: { drop: 0.5 } })
      for (let count = 0; count < 20; count++) {
        of('a').publishBeacon({ steward: 'a', jobs: [] })
      }
      network.disconnect('a', 'b')
      await network.clock.settle(10_000)
      return network.trace
    }
    assert.equal(await run(5), await run(5))
    assert.notEqual(await run(5), await run(6))
  })
})
