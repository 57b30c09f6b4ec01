import assert from 'node:assert/strict'
import { writeSmallGlb } from '../../support/small-scene.ts'
import { measured } from '../../support/stage.ts'
import { FaultStage } from './fault-stage.ts'
import type { FaultStageInit } from './fault-stage.ts'

/** How long one scenario may take. */
const SCENARIO_MS = 400_000

/** What the scenarios of a suite play on. */
export interface OnStage {
  readonly stage: FaultStage
  /** Absolute path of the small scene. */
  readonly scene: string
}

/**
 * Gives each scenario of the suite that is being declared a stage of its own. When it is over, everybody leaves: politely, or it is the scenario's
 * fault. What everybody said when a scenario fails is kept in a folder, which the report names.
 */
export function onStage (init: FaultStageInit = {}): OnStage {
  let stage: FaultStage
  let scene: string

  before(function () {
    this.test!.parent!.timeout(SCENARIO_MS)
  })

  beforeEach(async function () {
    this.timeout(SCENARIO_MS)
    stage = await FaultStage.open(init)
    scene = await writeSmallGlb(stage.folder)
    if (stage.excuse !== undefined) {
      measured(this, `ON ${stage.network.kind.toUpperCase()}: ${stage.excuse}`)
    }
  })

  afterEach(async function () {
    this.timeout(SCENARIO_MS)
    const test = this.currentTest!
    try {
      const complaints = test.state === 'passed' ? await stage.complaints() : []
      if (complaints.length > 0 || test.state === 'failed') {
        test.title += ` [what everybody said: ${stage.keepWords(test.fullTitle())}]`
      }
      assert.deepEqual(complaints, [])
    } finally {
      await stage.close()
    }
  })

  return {
    get stage () { return stage },
    get scene () { return scene }
  }
}
