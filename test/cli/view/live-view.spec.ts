import assert from 'node:assert/strict'
import { LiveView, REDRAW_MS } from '../../../src/cli/view/live-view.ts'
import { FakePeer } from '../support/fake-peer.ts'
import { TestContext } from '../support/test-context.ts'
import { aJob, aProgress } from '../support/view-events.ts'
import type { PreviewBlock } from '../../../src/api.ts'
import type { FarmEvent } from '../../../src/ports.ts'

/** A whole picture of 8 × 4 pixels of one colour. */
function picture (red: number): PreviewBlock {
  const rgba = new Uint8Array(8 * 4 * 4)
  for (let index = 0; index < rgba.length; index += 4) {
    rgba.set([red, 0, 0, 255], index)
  }
  return { frame: 1, width: 8, height: 4, x: 0, y: 0, blockWidth: 8, blockHeight: 4, rgba }
}

describe('live view', () => {
  let context: TestContext
  let view: LiveView

  beforeEach(() => {
    context = new TestContext(new FakePeer(), '/', { terminal: [80, 24] })
    context.env['COLORTERM'] = 'truecolor'
    view = new LiveView(context, 'self')
  })

  /** How often the area was drawn: each drawing is one synchronized update. */
  function drawings (): number {
    return context.stderr.text.split('\u001B[?2026h').length - 1
  }

  it('draws at most five times a second, and the newest at the end of each', () => {
    view.event(aJob(1000))
    for (let done = 1; done <= 100; done++) {
      view.event(aProgress(done, 1000))
      context.clock.advance(10)
    }
    assert.ok(drawings() <= 1000 / REDRAW_MS + 1, `${drawings()} drawings in a second`)
    assert.ok(drawings() >= 4)
    context.clock.advance(REDRAW_MS)
    assert.match(context.stderr.text, /100\/1000 units/)
  })

  it('shows the growing picture beside the figures, in the terminal\'s colours', () => {
    view.event(aJob(4))
    view.block(picture(200))
    context.clock.advance(REDRAW_MS)
    assert.ok(context.stderr.text.includes('\u001B[48;2;200;0;0m' + ' '.repeat(8)))
  })

  it('lets no escape sequence of a stranger reach the terminal', () => {
    const attack = '\u001B]52;c;stolen\u0007\u009B31m\nroot#'
    view.event({ ...aJob(4), name: attack } as FarmEvent)
    view.event(aProgress(1, 4, { working: [{ peer: 'p', name: attack, done: 1, leased: 1, relayed: false }] }))
    view.event({ event: 'unit', job: 'j', unit: '1', state: 'parked', peer: 'p', ms: 0, reason: attack })
    view.event({ event: 'error', code: 'store', message: attack })
    context.clock.advance(REDRAW_MS)
    view.close()
    for (const bad of ['\u001B]52', '\u0007', '\u009B', '\nroot#']) {
      assert.ok(!context.stderr.text.includes(bad), JSON.stringify(bad))
    }
    assert.match(context.stderr.text, /stolen/)
  })

  it('survives a block that is nonsense', () => {
    view.event(aJob(4))
    view.block({ ...picture(1), width: 100_000 })
    view.block({ ...picture(1), x: 7 })
  })

  it('keeps notes above, and says nothing after it was closed', () => {
    view.event(aJob(4))
    view.note('CEDAR was killed')
    view.close()
    view.close()
    const said = context.stderr.text
    assert.match(said, /CEDAR was killed\n/)
    view.note('more')
    view.event(aProgress(4, 4))
    context.clock.advance(1000)
    assert.equal(context.stderr.text, said)
    assert.equal(context.clock.pending, 0)
  })
})
