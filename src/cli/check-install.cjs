/* Runs before the npm scripts that need a recent Node, in the JavaScript of every Node there is: says in one line what an install lacks. */
'use strict'

const OLDEST = [22, 12]

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(`tilemesh: this is Node ${process.versions.node} and the Node 26 that npm ci brings along is not there: ` +
    `install scripts were blocked. Run: npm rebuild node --ignore-scripts=false (or install Node ${OLDEST.join('.')} or newer)\n`)
  process.exit(1)
}
