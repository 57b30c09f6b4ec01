/* How a process becomes the program, in the JavaScript of every Node there is, so that an old one can say what is wrong. */
'use strict'

var OLDEST = [22, 12]

/* As every line on standard error, one JSON object where those are wanted. */
function fail (message, status) {
  var json = process.argv.indexOf('--log-json') !== -1
  process.stderr.write((json ? JSON.stringify({ time: new Date().toISOString(), level: 'error', message: message, details: {} }) : message) + '\n')
  process.exit(status)
}

function describe (err) {
  if (process.env.TILEMESH_DEBUG === '1' && err && err.stack) {
    return err.stack
  }
  return String(err && err.message ? err.message : err).replace(/\s*\n\s*/g, ' ')
}

function die (err) {
  fail('tilemesh: ' + describe(err), 1)
}

/* `load` gives a promise of the module with `main`; it is not called on a Node that is too old. */
module.exports = function launch (load) {
  var version = process.versions.node.split('.').map(Number)
  if (version[0] < OLDEST[0] || (version[0] === OLDEST[0] && version[1] < OLDEST[1])) {
    fail('tilemesh needs Node ' + OLDEST.join('.') + ' or newer; this is Node ' + process.versions.node, 2)
    return
  }
  process.on('unhandledRejection', die)
  process.on('uncaughtException', die)
  load().then(function (program) {
    return program.main()
  }).catch(die)
}

module.exports.fail = fail
