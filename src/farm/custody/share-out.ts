import { UnitSet } from '../../core/ledger.ts'
import type { PeerId } from '../../core/ids.ts'

/**
 * Shares units out among peers that have them, each unit to one peer, about as many to each as can be.
 *
 * @param most peers at most; those that have most of the units
 * @returns only peers that are to send something
 */
export function shareOut (units: UnitSet, holders: ReadonlyMap<PeerId, UnitSet>, most: number): Map<PeerId, UnitSet> {
  const useful = Array.from(holders, ([peer, kept]) => ({ peer, kept, share: new UnitSet(units.units), has: 0 }))
  for (const unit of units.values()) {
    for (const holder of useful) {
      holder.has += holder.kept.has(unit) ? 1 : 0
    }
  }
  const chosen = useful.filter(({ has }) => has > 0).sort((a, b) => b.has - a.has).slice(0, Math.max(0, most))
  for (const unit of units.values()) {
    let least: typeof chosen[number] | undefined
    for (const holder of chosen) {
      if (holder.kept.has(unit) && (least === undefined || holder.share.size < least.share.size)) {
        least = holder
      }
    }
    least?.share.add(unit)
  }
  return new Map(chosen.filter(({ share }) => share.size > 0).map(({ peer, share }) => [peer, share]))
}
