import { bytes, count } from '../format.ts'
import type { JobSummary } from '../../api.ts'
import type { PeerId } from '../../core/ids.ts'
import type { DoneEvent } from '../view/model.ts'

/** What the demo did besides rendering. */
export interface DemoFacts {
  readonly job: JobSummary
  readonly done: DoneEvent
  /** Everyone who took part, the requester first. */
  readonly peers: readonly { readonly peer: PeerId, readonly name: string }[]
  /** Who was killed, and how far the picture was, in percent; undefined when it was finished too soon. */
  readonly killed: { readonly peer: PeerId, readonly percent: number } | undefined
  /** Units whose lease lapsed, by who held them. */
  readonly lapsedOf: ReadonlyMap<PeerId, number>
}

/** The account at the end of the demo: who rendered what, what lapsed, what it cost, and the hash of the film. */
export function accountLines ({ done, peers, killed, lapsedOf }: DemoFacts): string[] {
  const who = peers.map(({ peer, name }, index) => {
    const role = index === 0 ? ', the requester' : ''
    const fate = killed?.peer === peer ? `, killed when ${killed.percent} % were done` : ''
    return `${name} ${count(done.byPeer[peer] ?? 0, 'unit')}${role}${fate}`
  })
  const lapses = peers.flatMap(({ peer, name }) => {
    const lapsed = lapsedOf.get(peer) ?? 0
    return lapsed === 0 ? [] : [`${count(lapsed, 'unit')} of ${name}`]
  })
  const extra = done.executions - done.units
  const { transfer, load, render, merge } = done.phases
  return [
    ...titled('rendered', who),
    ...titled('lapsed', lapses.length === 0 ? ['nothing'] : [`${lapses.join(', ')}; others rendered ${done.lapsed === 1 ? 'it' : 'them'}`]),
    ...titled('cost', [
      `${done.executions} renders started for ${count(done.units, 'unit')}${extra > 0 ? `, ${extra} more than needed` : ''}`,
      `${seconds(render)} rendering, ${seconds(load)} loading, ${seconds(transfer)} on the way, ${seconds(merge)} merging`,
      `${bytes(done.bytesIn)} of pixels`
    ]),
    ...titled('film', [done.filmHash === null ? 'not finished' : `sha256 ${done.filmHash}`])
  ]
}

function titled (title: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `  ${(index === 0 ? title : '').padEnd(10)}${line}`)
}

function seconds (ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
