import assert from 'node:assert/strict'
import { toString } from 'uint8arrays/to-string'
import { fromString } from 'uint8arrays/from-string'
import { golden } from './golden.ts'
import { codecOf, messages, sample } from './values.ts'
import type { MessageName } from './values.ts'

describe('the wire as it was first spoken', () => {
  for (const name of Object.keys(messages) as MessageName[]) {
    it(`${name} has the bytes that other versions know`, () => {
      assert.equal(toString(sample[name], 'hex'), golden[name])
      assert.deepEqual(codecOf(name).decode(fromString(golden[name], 'hex')), messages[name][1])
    })
  }
})
