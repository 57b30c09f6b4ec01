#!/usr/bin/env node
/* The program of a checkout or an installed package. */
'use strict'

var fs = require('fs')
var path = require('path')
var url = require('url')
var launch = require('./launch.cjs')

var main = path.join(__dirname, '..', '..', 'dist', 'src', 'cli', 'main.js')

launch(function () {
  if (!fs.existsSync(main)) {
    launch.fail('tilemesh is not built; run: npm run build', 2)
  }
  return import(url.pathToFileURL(main).href)
})
