import { sha256 } from '../../support/sha256.ts'
import { Invariant } from '../invariant.ts'
import type { PeerId } from '../../../src/core/ids.ts'
import type { DiskEvent } from '../../support/memory-disk.ts'

/** S8: bytes under a hash always have it. */
export class RightBytes extends Invariant {
  readonly name = 'S8'

  override disk (peer: PeerId, event: DiskEvent): void {
    if (event.type === 'blob' && sha256(event.bytes) !== event.blob) {
      this.broken(`${peer} keeps other bytes under ${event.blob.slice(0, 6)}`)
    }
  }
}
