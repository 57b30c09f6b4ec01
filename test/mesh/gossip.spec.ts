import assert from 'node:assert/strict'
import { TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import { peerIdFromString } from '@libp2p/peer-id'
import { Gossip } from '../../src/mesh/gossip.ts'
import { KnownJobs } from '../../src/mesh/known-jobs.ts'
import { signControl, signJob } from '../../src/mesh/signing.ts'
import { encodeGossip } from '../../src/wire/codec/index.ts'
import { GOSSIP_BURST_SECONDS, GOSSIP_MESSAGES_PER_SECOND, MAX_GOSSIP_BYTES } from '../../src/wire/limits.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { jobSpec } from '../support/job-spec.ts'
import { sha256 } from '../support/sha256.ts'
import { identity, keepingLog } from './world.ts'
import type { PeerId } from '../../src/core/ids.ts'
import type { SignedControl, SignedJob } from '../../src/core/messages.ts'
import type { GossipSub, Message, TopicValidatorFn } from '@chainsafe/libp2p-gossipsub'

const TOPIC = '/tilemesh/1/00000000'
const { Accept, Ignore, Reject } = TopicValidatorResult
const BURST = GOSSIP_BURST_SECONDS * GOSSIP_MESSAGES_PER_SECOND

describe('the validator of gossip', () => {
  let clock: FakeClock
  let heard: string[]
  let jobs: KnownJobs
  let validate: TopicValidatorFn
  let requester: PeerId
  let other: PeerId
  let job: SignedJob
  let control: SignedControl
  let failing: boolean

  before(async () => {
    const signer = await identity(1)
    requester = signer.peer
    other = (await identity(2)).peer
    job = await signJob(jobSpec({ requester }), signer.key, sha256)
    control = await signControl({ job: job.id, sequence: 1, state: 'paused', priority: 0 }, signer.key)
  })

  beforeEach(() => {
    clock = new FakeClock()
    heard = []
    failing = false
    jobs = new KnownJobs()
    const pubsub = { topicValidators: new Map<string, TopicValidatorFn>(), subscribe: () => {} }
    new Gossip({
      pubsub: pubsub as unknown as GossipSub,
      topic: TOPIC,
      clock,
      log: keepingLog(),
      sha256,
      jobs,
      handlers: {
        job () {
          if (failing) {
            throw new Error('a bug in the farm')
          }
          heard.push('job')
        },
        control: () => { heard.push('control') },
        beacon: () => { heard.push('beacon') }
      }
    }).start()
    validate = pubsub.topicValidators.get(TOPIC)!
  })

  async function say (data: Uint8Array, author = requester, neighbour = other): Promise<TopicValidatorResult> {
    const message = { type: 'signed', from: peerIdFromString(author), topic: TOPIC, data, sequenceNumber: 1n, signature: new Uint8Array(64) }
    return validate(peerIdFromString(neighbour), message as Message)
  }

  const sayJob = (changes: Partial<SignedJob> = {}): Uint8Array => encodeGossip({ type: 'job', ...job, ...changes })
  const sayControl = (changes: Partial<SignedControl> = {}): Uint8Array => encodeGossip({ type: 'control', ...control, ...changes })
  const sayBeacon = (steward: PeerId): Uint8Array => encodeGossip({ type: 'beacon', beacon: { steward, jobs: [] } })

  it('accepts what is genuine, whoever passes it on', async () => {
    assert.equal(await say(sayJob(), other), Accept)
    assert.equal(await say(sayControl(), other), Accept)
    assert.equal(await say(sayBeacon(requester)), Accept)
    assert.deepEqual(heard, ['job', 'control', 'beacon'])
  })

  it('rejects what is not: bytes that are no message, wrong signatures, beacons in another name, unsigned messages', async () => {
    jobs.remember(job)
    assert.equal(await say(Uint8Array.of(1, 2, 3)), Reject)
    assert.equal(await say(sayJob({ signature: control.signature })), Reject)
    assert.equal(await say(sayJob({ bytes: job.bytes.slice(1) })), Reject)
    assert.equal(await say(sayControl({ signature: job.signature })), Reject)
    assert.equal(await say(sayBeacon(other), requester), Reject)
    assert.equal(await validate(peerIdFromString(other), { type: 'unsigned', topic: TOPIC, data: sayJob() }), Reject)
    assert.deepEqual(heard, [])
  })

  it('ignores a control word of a job it does not know: that is nobody\'s fault', async () => {
    assert.equal(await say(sayControl()), Ignore)
    assert.deepEqual(heard, [])
  })

  it('ignores messages of types that only later versions know', async () => {
    assert.equal(await say(Uint8Array.of(0x7a, 0x00)), Ignore)
  })

  it('rejects a message one byte too long without looking into it', async () => {
    assert.equal(await say(new Uint8Array(MAX_GOSSIP_BYTES + 1)), Reject)
  })

  it('ignores what one author says beyond its allowance, before it costs a signature, and listens again later', async () => {
    for (let i = 0; i < BURST; i++) {
      assert.equal(await say(sayBeacon(requester)), Accept)
    }
    assert.equal(await say(sayBeacon(requester)), Ignore)
    assert.equal(await say(sayBeacon(other), other), Accept, 'another author has its own allowance')
    clock.advance(1000)
    assert.equal(await say(sayBeacon(requester)), Accept)
    assert.equal(heard.length, BURST + 2)
  })

  it('does not throw when the farm does', async () => {
    failing = true
    assert.equal(await say(sayJob()), Ignore)
  })
})
