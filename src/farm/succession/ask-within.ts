import type { PeerId } from '../../core/ids.ts'
import type { Answer, Question } from '../../core/questions.ts'
import type { Clock, Mesh } from '../../ports.ts'

/** What asking takes. */
export interface AskContext {
  readonly mesh: Pick<Mesh, 'ask'>
  readonly clock: Clock
}

/** A member's answer, or undefined when it can not be reached or does not answer within `ms`. Never rejects. */
export async function askWithin ({ mesh, clock }: AskContext, peer: PeerId, question: Question, ms: number): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, () => { resolve(undefined) })
    mesh.ask(peer, question).then(
      (answer) => {
        timer.stop()
        resolve(answer)
      },
      () => {
        timer.stop()
        resolve(undefined)
      }
    )
  })
}
