import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { BUGS } from './bugs.ts'

describe('the bugs that prove the simulation', () => {
  for (const { name, file, find } of BUGS) {
    it(`can be planted: ${name}`, async () => {
      const source = await readFile(new URL(`../../../src/${file}`, import.meta.url), 'utf8')
      assert.equal(source.split(find).length - 1, 1, `"${find}" stands once in ${file}`)
    })
  }
})
