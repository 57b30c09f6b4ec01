import assert from 'node:assert/strict'
import { meshTopic, noiseProtocol, PROTOCOLS } from '../../src/wire/protocols.ts'

describe('names of protocols', () => {
  it('are told apart and carry a version', () => {
    assert.equal(new Set(PROTOCOLS).size, PROTOCOLS.length)
    for (const protocol of PROTOCOLS) {
      assert.match(protocol, /^\/tilemesh\/[a-z]+\/1\.0\.0$/)
    }
  })

  it('differ by mesh for the encrypter and the topic', () => {
    assert.equal(noiseProtocol('0badcafe'), '/tilemesh/noise/0badcafe')
    assert.equal(meshTopic('0badcafe'), '/tilemesh/1/0badcafe')
  })

  it('are made of eight digits and nothing else', () => {
    for (const wrong of ['', '0badcaf', '0badcafe0', '0BADCAFE', '../../..', '0badcaf\n']) {
      assert.throws(() => noiseProtocol(wrong), { name: 'UsageError' })
      assert.throws(() => meshTopic(wrong), { name: 'UsageError' })
    }
  })
})
