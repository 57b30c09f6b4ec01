import { systemClock } from '../../src/clock.ts'
import { SceneError } from '../../src/errors.ts'
import { describeEngine } from '../contracts/engine.ts'
import { FakeEngine } from '../support/fake-engine.ts'
import type { SceneFiles } from '../../src/ports.ts'

/** Units of more pixels than this never end. */
const ENDLESS_PIXELS = 100_000

function files (read: SceneFiles['read']): SceneFiles {
  return { folder: '/memory', entry: 'scene.fake', read }
}

describeEngine('FakeEngine', {
  create: () => new FakeEngine(systemClock, {
    loadMs: 5,
    msPerUnit: 2,
    lanes: 2,
    fault: ({ rect }) => (rect.x1 - rect.x0) * (rect.y1 - rect.y0) > ENDLESS_PIXELS ? 'hang' : undefined
  }),
  scene: files(async () => new TextEncoder().encode('a scene')),
  scenePath: '/memory/scene.fake',
  brokenScene: files(async (path) => { throw new SceneError(`there is no ${path}`, [path]) }),
  cuts: 'independent',
  endlessSamples: 4096
})
