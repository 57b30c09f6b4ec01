import { isFinal } from '../core/job.ts'
import type { JobControl } from '../core/job.ts'
import type { SignedControl } from '../core/messages.ts'
import type { JobStore, Mesh } from '../ports.ts'

/** What a requester's word goes through before it counts. */
export interface RequesterWordContext {
  readonly mesh: Pick<Mesh, 'signControl'>
  readonly store: Pick<JobStore, 'append'>
  /** It is signed and on disk. */
  said (control: SignedControl): Promise<void>
}

/** What the requester wants done with one job: its latest control word, and how the next is given. */
export class RequesterWord {
  readonly #context: RequesterWordContext
  #control: SignedControl
  #saying: Promise<void> = Promise.resolve()

  constructor (control: SignedControl, context: RequesterWordContext) {
    this.#control = control
    this.#context = context
  }

  get control (): SignedControl {
    return this.#control
  }

  /** Signs and journals a new word, then lets it take effect. Words follow one another in the order in which they were given; after a final one there is none. */
  async say (word: Partial<Pick<JobControl, 'state' | 'priority'>>): Promise<void> {
    const said = this.#saying.then(async () => { await this.#say(word) })
    this.#saying = said.catch(() => {})
    await said
  }

  async #say (word: Partial<Pick<JobControl, 'state' | 'priority'>>): Promise<void> {
    const { mesh, store, said } = this.#context
    const before = this.#control.control
    const { state, priority } = { ...before, ...word }
    if (isFinal(before.state) || (state === before.state && priority === before.priority)) {
      return
    }
    const control = await mesh.signControl({ job: before.job, sequence: before.sequence + 1, state, priority })
    await store.append({ type: 'control', bytes: control.bytes, signature: control.signature })
    this.#control = control
    await said(control)
  }
}
