import { parentPort, workerData } from 'node:worker_threads'
import { PictureFile } from './picture-file.ts'
import type { PicturePlan } from './picture-file.ts'

/** What the darkroom's thread tells: it wants the next band, the picture is written, or what the system answered instead. */
export type PictureReply =
  | { readonly type: 'next' }
  | { readonly type: 'written' }
  | { readonly type: 'failed', readonly code: string | undefined, readonly message: string }

const plan = workerData as PicturePlan
const port = parentPort!

const reply = (message: PictureReply): void => { port.postMessage(message) }

/** Runs a step; after a failed one the thread says why and ends. */
function attempt<T> (step: () => T): T | undefined {
  try {
    return step()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    reply({ type: 'failed', code, message })
    port.close()
    return undefined
  }
}

const picture = attempt(() => new PictureFile(plan))
if (picture !== undefined) {
  let rowsLeft = plan.height
  port.on('message', (pixels: Float32Array) => {
    attempt(() => {
      picture.rows(pixels)
      rowsLeft -= pixels.length / (plan.width * 4)
      if (rowsLeft > 0) {
        reply({ type: 'next' })
      } else {
        picture.finish()
        reply({ type: 'written' })
        port.close()
      }
    })
  })
  reply({ type: 'next' })
}
