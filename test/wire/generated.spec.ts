import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from 'protons'

const folder = fileURLToPath(new URL('../../../src/wire/', import.meta.url))

describe('generated code', () => {
  it('is what npm run generate makes of the schemas', async () => {
    const output = await mkdtemp(join(tmpdir(), 'tilemesh-generated-'))
    try {
      const schemas = (await readdir(folder)).filter((file) => file.endsWith('.proto'))
      const kept = (await readdir(join(folder, 'generated'))).map((file) => `${basename(file, '.ts')}.proto`)
      assert.deepEqual(kept.sort(), schemas.sort())
      for (const schema of schemas) {
        await generate(join(folder, schema), { output, path: [folder] })
        const name = `${basename(schema, '.proto')}.ts`
        const [, ...code] = (await readFile(join(folder, 'generated', name), 'utf8')).split('\n')
        assert.equal(code.join('\n'), await readFile(join(output, name), 'utf8'), `${name} is stale: run npm run generate`)
      }
    } finally {
      await rm(output, { recursive: true })
    }
  })
})
