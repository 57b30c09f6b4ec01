import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createPathTracer } from '../../../src/engines/pathtracer/engine.ts'
import { LESSONS, pathOf } from '../../../src/cli/help/lessons.ts'
import { makeProgram } from '../../../src/cli/program.ts'
import { commandsOf, referenceOf, visibleOptions } from '../../../src/cli/reference/document.ts'
import { EVENTS } from '../../../src/cli/reference/events.ts'
import { FORMATS, asMan, asMarkdown, asText } from '../../../src/cli/reference/formats.ts'
import { ENVIRONMENT } from '../../../src/cli/reference/tables.ts'
import { readSources } from '../../support/source-files.ts'
import { FakePeer } from '../support/fake-peer.ts'
import { TestContext } from '../support/test-context.ts'

const program = makeProgram({ context: new TestContext(new FakePeer(), '/'), act: () => async () => {} })
const blocks = referenceOf(program, '9.9.9')
const sources = readSources(join(import.meta.dirname, '..', '..', '..', '..', 'src'))

function wordsOf (pattern: RegExp, layers: RegExp): Set<string> {
  return new Set(sources.filter(({ path }) => layers.test(path)).flatMap(({ syntax }) => Array.from(syntax.text.matchAll(pattern), (match) => match[1]!)))
}

describe('the reference', () => {
  it('has every command, argument and option of the program, with its description, in every format', () => {
    const commands = commandsOf(program)
    assert.ok(commands.length > 20)
    const text = asText(blocks, 100_000)
    const markdown = asMarkdown(blocks)
    for (const command of commands) {
      assert.ok(text.includes(`\ntilemesh ${pathOf(command)}\n`), pathOf(command))
      assert.ok(text.includes(command.description()), pathOf(command))
      for (const option of [...visibleOptions(command), ...visibleOptions(program)]) {
        assert.ok(text.includes(`    ${option.flags}\n        ${option.description}`), `${pathOf(command)} ${option.flags}`)
        assert.ok(markdown.includes(`| \`${option.flags}\` |`), option.flags)
      }
      for (const argument of command.registeredArguments) {
        assert.ok(text.includes(`    ${argument.name()}\n        ${argument.description}`), argument.name())
      }
    }
  })

  it('says from where to where numbers go', () => {
    const text = asText(blocks, 100_000)
    assert.match(text, /--tile <N>\n +side of a tile in pixels \(default: 64\)\. A whole number, 8 to 2048 pixels\./)
    assert.match(text, /--wait-ms <N>\n.*A whole number, at least 0 ms\./)
  })

  it('keeps to its width where words allow it', () => {
    for (const line of asText(blocks, 60).split('\n').filter((line) => line.length > 60)) {
      assert.ok(/^ {2,4}(tilemesh|-|\S+$)/.test(line), line)
    }
  })

  it('has every kind of object that a command prints', () => {
    const printed = wordsOf(/event: '([a-z]+)'/g, /^(cli\/(?!reference)|farm|core\/farm-events)/)
    const known = new Set(EVENTS.map(({ event }) => event))
    assert.deepEqual([...printed].filter((event) => !known.has(event)), [], 'describe it in src/cli/reference/events.ts')
    assert.deepEqual([...known].filter((event) => !printed.has(event)), [])
  })

  it('has every variable of the environment that is read or given', () => {
    const used = wordsOf(/\b(TILEMESH_[A-Z_]+|NO_COLOR|COLORTERM|XDG_RUNTIME_DIR)\b/g, /./)
    assert.deepEqual([...used].filter((name) => ENVIRONMENT[name] === undefined), [], 'describe it in src/cli/reference/tables.ts')
    assert.deepEqual(Object.keys(ENVIRONMENT).filter((name) => name.startsWith('TILEMESH_') && !used.has(name)), [])
  })

  it('has every setting of the path tracer', () => {
    const named = (LESSONS['render']?.words?.items ?? []).map(([key]) => key)
    assert.throws(() => createPathTracer().checkSettings({ nonsense: '1' }), (err: Error) => {
      assert.deepEqual([...named].sort(), /it has: (.*)$/.exec(err.message)![1]!.split(', '))
      return true
    })
  })

  it('comes in the formats that the command names, to standard output', async () => {
    const option = commandsOf(program).find((one) => one.name() === 'reference')!.options.find(({ long }) => long === '--format')!
    for (const format of FORMATS) {
      assert.ok(option.description.includes(format))
      const context = new TestContext(new FakePeer(), '/')
      assert.equal(await context.run(`reference --format ${format}`), 0)
      assert.ok(context.stdout.text.length > 10_000)
      assert.equal(context.stderr.text, '')
    }
    const context = new TestContext(new FakePeer(), '/')
    await context.run('reference --json --format man')
    assert.deepEqual(context.stdout.events.map(({ event, format }) => [event, format]), [['reference', 'man']])
  })

  describe('as a manual page', () => {
    const man = asMan(blocks, '9.9.9')

    it('is ASCII, and no line of text is taken for a request', () => {
      assert.match(man, /^[\x20-\x7e\n]*$/)
      for (const line of man.split('\n').filter((line) => /^[.']/.test(line))) {
        assert.match(line, /^\.(TH|SH|SS|PP|TP|I|B)\b/)
      }
      const odd = asMan([{ kind: 'paragraph', text: '' }, { kind: 'paragraph', text: '.SH \\fBnot a request\\fR "…"' }, { kind: 'code', text: 'say "so"' }], '1')
      assert.match(odd, /\n\\&\.SH \\efBnot a request\\efR "\\\[u2026\]"\n/)
      assert.match(odd, /\n\.B "say \\\(dqso\\\(dq"\n/)
    })

    it('is read by groff without a warning', function () {
      const groff = spawnSync('groff', ['-man', '-Tutf8', '-ww'], { input: man, encoding: 'utf8' })
      if (groff.error !== undefined) {
        this.test!.title += ' (skipped: no groff here)'
        this.skip()
      }
      assert.deepEqual([groff.status, groff.stderr], [0, ''])
      assert.match(groff.stdout, /tilemesh - a peer-to-peer render farm/)
    })
  })
})
