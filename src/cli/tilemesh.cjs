#!/usr/bin/env node
/* The first lines of the program, in the JavaScript of every Node there is, so that an old one can say what is wrong. */
'use strict'

var fs = require('fs')
var path = require('path')
var url = require('url')

var OLDEST = [22, 12]
var main = path.join(__dirname, '..', '..', 'dist', 'src', 'cli', 'main.js')

function fail (message, status) {
  process.stderr.write(message + '\n')
  process.exit(status)
}

function describe (err) {
  if (process.env.TILEMESH_DEBUG === '1' && err && err.stack) {
    return err.stack
  }
  return String(err && err.message ? err.message : err).replace(/\s*\n\s*/g, ' ')
}

var version = process.versions.node.split('.').map(Number)
if (version[0] < OLDEST[0] || (version[0] === OLDEST[0] && version[1] < OLDEST[1])) {
  fail('tilemesh needs Node ' + OLDEST.join('.') + ' or newer; this is Node ' + process.versions.node, 2)
} else if (!fs.existsSync(main)) {
  fail('tilemesh is not built; run: npm run build', 2)
} else {
  process.on('unhandledRejection', function (err) {
    fail('tilemesh: ' + describe(err), 1)
  })
  process.on('uncaughtException', function (err) {
    fail('tilemesh: ' + describe(err), 1)
  })
  import(url.pathToFileURL(main).href).then(function (program) {
    return program.main()
  }).catch(function (err) {
    fail('tilemesh: ' + describe(err), 1)
  })
}
