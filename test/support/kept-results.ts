import { sha256 } from './sha256.ts'
import type { JobId } from '../../src/core/ids.ts'
import type { KeepMark, ResultHead } from '../../src/core/messages.ts'
import type { KeptUnit } from '../../src/core/questions.ts'
import type { KeptUnits } from '../../src/ports.ts'

/** A result to keep: bytes that belong to the unit's number, so that altered ones are noticed. */
export function keptResult (job: JobId, unit: number, bytes: number, content: KeepMark['content'] = 'unit'): KeptUnit {
  const pixels = Uint8Array.from({ length: bytes }, (_, index) => (index * 31 + unit * 17) & 0xff)
  const head: ResultHead = {
    job,
    unit,
    token: { epoch: { round: 2, peer: '12D3KooWsteward', instance: 2 ** 21 + 5 }, grant: 7 },
    content: content === 'film' ? 'sum' : 'mean',
    bytes,
    sha256: sha256(pixels),
    phases: { transferMs: 0, loadMs: 0.25, renderMs: 1e3 },
    keep: { content, units: { first: unit, end: unit + 1 }, worker: '12D3KooWworker' }
  }
  return { head, bytes: pixels }
}

/** What a folder of kept results gives, all of it or what is wanted. */
export async function readAll (kept: KeptUnits, wanted: (head: ResultHead) => boolean = () => true): Promise<KeptUnit[]> {
  const found: KeptUnit[] = []
  for await (const result of kept.read(wanted)) {
    found.push(result)
  }
  return found
}

/** The units of the heads in a folder, in order. */
export async function unitsOf (kept: KeptUnits): Promise<number[]> {
  const units: number[] = []
  for await (const head of kept.heads()) {
    units.push(head.unit)
  }
  return units
}
