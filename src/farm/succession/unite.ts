import { compareEpochs } from '../../core/epoch.ts'
import { UnitSet } from '../../core/ledger.ts'
import { UNITE_MS } from '../limits.ts'
import { askWithin } from './ask-within.ts'
import type { Epoch } from '../../core/epoch.ts'
import type { JobId, UnitIndex } from '../../core/ids.ts'
import type { JobLedger } from '../../core/questions.ts'
import type { Mesh } from '../../ports.ts'
import type { AskContext } from './ask-within.ts'

/** What several peers know of a job together. */
export interface UnitedLedger {
  /** Units that somebody knows to be accepted, or keeps. */
  readonly accepted: UnitSet
  readonly parked: ReadonlySet<UnitIndex>
  /** The highest stewardship anybody has heard of. */
  readonly epoch: Epoch | undefined
}

/** Unites ledgers: commutative, associative and idempotent (invariant S7). Ledgers of another number of units are another job's, and left out. */
export function uniteLedgers (units: number, ledgers: Iterable<Pick<JobLedger, 'accepted' | 'parked' | 'epoch'> & Partial<Pick<JobLedger, 'kept'>>>): UnitedLedger {
  const accepted = new UnitSet(units)
  const parked = new Set<UnitIndex>()
  let epoch: Epoch | undefined
  for (const ledger of ledgers) {
    if (ledger.accepted.units !== units || (ledger.kept !== undefined && ledger.kept.units !== units)) {
      continue
    }
    accepted.addAll(ledger.accepted)
    if (ledger.kept !== undefined) {
      accepted.addAll(ledger.kept)
    }
    for (const unit of ledger.parked) {
      if (unit < units) {
        parked.add(unit)
      }
    }
    if (ledger.epoch !== undefined && (epoch === undefined || compareEpochs(ledger.epoch, epoch) > 0)) {
      epoch = ledger.epoch
    }
  }
  for (const unit of accepted.values()) {
    parked.delete(unit)
  }
  return { accepted, parked, epoch }
}

/** What asking everybody takes. */
export interface UniteContext extends AskContext {
  readonly mesh: Pick<Mesh, 'ask' | 'peers'>
}

/** Asks all connected members what they know of a job, at once; waits no longer than {@link UNITE_MS}. */
export async function askLedgers (job: JobId, units: number, context: UniteContext): Promise<JobLedger[]> {
  const answers = await Promise.all(context.mesh.peers().map(async ({ peer }) => askWithin(context, peer, { type: 'ledger', job }, UNITE_MS)))
  return answers.flatMap((answer) => answer?.type === 'ledger' && answer.ledger.job === job && answer.ledger.accepted.units === units && answer.ledger.kept.units === units ? [answer.ledger] : [])
}
