import { BoundedQueues } from './bounded-queues.ts'
import { DurableAcknowledgements } from './durable-acknowledgements.ts'
import { Executions } from './executions.ts'
import { FairShare } from './fair-share.ts'
import { JobsEnd } from './jobs-end.ts'
import { LiveLeases } from './live-leases.ts'
import { NoWayBack } from './no-way-back.ts'
import { OneEpoch } from './one-epoch.ts'
import { OneResult } from './one-result.ts'
import { OnlyTheSigned } from './only-the-signed.ts'
import { PoisonStops } from './poison-stops.ts'
import { QuickCancel } from './quick-cancel.ts'
import { RightBytes } from './right-bytes.ts'
import { SameView } from './same-view.ts'
import { SmallGossip } from './small-gossip.ts'
import type { Invariant, Scene } from '../invariant.ts'

/** Everything that must hold in every run. */
export function invariantsOf (scene: Scene): Invariant[] {
  return [
    new DurableAcknowledgements(scene),
    new OneResult(scene),
    new OneEpoch(scene),
    new NoWayBack(scene),
    new OnlyTheSigned(scene),
    new LiveLeases(scene),
    new SameView(scene),
    new RightBytes(scene),
    new Executions(scene),
    new BoundedQueues(scene),
    new SmallGossip(scene),
    new JobsEnd(scene),
    new QuickCancel(scene),
    new FairShare(scene),
    new PoisonStops(scene)
  ]
}
