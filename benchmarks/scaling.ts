/**
 * Question: how close do N peers come to N times one peer?
 *
 * Real processes on loopback, a renderer that only waits, 1,000 units. The ideal is all peers busy from the first moment to the last.
 * `node dist/benchmarks/scaling.js [peers …]`
 */
import { median, printTable } from './support/table.ts'
import { TimedMesh } from './support/peers.ts'

const UNITS = 1_000
const UNIT_MS = 100
const REPEATS = 3

/** Unit times of peers that are not equally fast: 50 … 200 ms, in a fixed mixture. */
const MIXED_MS = [100, 50, 200, 80, 120, 160, 60, 140]

const counts = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1, 2, 4, 8, 16]
const rows: (string | number)[][] = []
for (const peers of counts) {
  for (const speeds of ['equal', 'mixed'] as const) {
    const msPerUnit = Array.from({ length: peers }, (_, index) => speeds === 'equal' ? UNIT_MS : MIXED_MS[index % MIXED_MS.length]!)
    const idealMs = UNITS / msPerUnit.reduce((sum, ms) => sum + 1 / ms, 0)
    const mesh = await TimedMesh.start(msPerUnit)
    try {
      const walls: number[] = []
      let extra = 0
      for (let run = 0; run < (peers === 1 ? 1 : REPEATS); run++) {
        const done = await mesh.render(UNITS)
        walls.push(done.wallMs)
        extra = Math.max(extra, done.executions - done.units)
      }
      const wallMs = median(walls)
      rows.push([`${peers} ${speeds}`, Math.round(idealMs), Math.round(wallMs), (idealMs / wallMs).toFixed(3), extra])
    } finally {
      await mesh.stop()
    }
  }
}
printTable(['peers', 'ideal ms', 'median ms', 'efficiency', 'extra renders'], rows)
