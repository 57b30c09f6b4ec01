import assert from 'node:assert/strict'
import stringWidth from 'string-width'
import { LESSONS, pathOf } from '../../../src/cli/help/lessons.ts'
import { makeProgram } from '../../../src/cli/program.ts'
import { takesOf, valueWord } from '../../../src/cli/takes.ts'
import { FakePeer } from '../support/fake-peer.ts'
import { TestContext } from '../support/test-context.ts'
import type { Command, Option } from 'commander'

/** What a number on the command line may count; the description of each that has a reader without a unit names one of them. */
const UNITS = /\b(ms|seconds|minutes|hours|days|pixels|samples|threads|bits|bytes|KiB|MiB|GiB|KiB\/s|MiB\/s|percent|frames|lines|uses|units|peers|custodians)\b/

/** Numbers that count nothing. */
const WITHOUT_UNIT = ['--priority']

/** The program with actions that do nothing, so that a line can be parsed without being carried out. */
function idleProgram (context = new TestContext(new FakePeer(), '/')): Command {
  return makeProgram({ context, act: () => async () => {} })
}

function visibleCommands (command: Command): Command[] {
  return [command, ...command.commands.filter((one) => command.createHelp().visibleCommands(command).includes(one)).flatMap(visibleCommands)]
}

const commands = visibleCommands(idleProgram())

describe('help', () => {
  for (const command of commands) {
    const path = pathOf(command)
    describe(`of tilemesh ${path}`.trimEnd(), () => {
      it('leads with a sentence, and has a line for the list of commands and examples in src/cli/help/lessons.ts', () => {
        assert.match(command.description(), /^\p{Lu}.*\.$/u)
        const lesson = LESSONS[path]
        assert.ok(lesson !== undefined, `"${path}" has no lesson`)
        assert.ok(path === '' || (lesson.summary !== '' && lesson.summary.length <= 50))
        assert.ok(lesson.examples.length >= 1 && lesson.examples.length <= 4)
      })

      it('has examples that the program understands, of this very command', async () => {
        for (const { line, what } of LESSONS[path]?.examples ?? []) {
          const [program, ...words] = line.split(' ')
          assert.equal(program, 'tilemesh')
          assert.notEqual(what, '')
          assert.ok(words.join(' ').startsWith(path), line)
          await assert.doesNotReject(idleProgram().parseAsync(words, { from: 'user' }).catch((err: { code?: string }) => {
            assert.equal(err.code, 'commander.helpDisplayed', String(err))
          }), line)
        }
      })

      it('leads on to commands that there are', () => {
        for (const other of LESSONS[path]?.seeAlso ?? []) {
          assert.ok(commands.some((one) => pathOf(one) === other && other !== path), other)
        }
      })

      it('describes every option and argument', () => {
        for (const argument of command.registeredArguments) {
          assert.notEqual(argument.description, '', argument.name())
        }
        for (const option of command.options) {
          assert.ok(option.description.length >= 5, option.flags)
        }
      })

      it('gives every number a unit, and every number and choice of an option its default', () => {
        for (const option of command.options.filter(({ hidden }) => !hidden)) {
          const takes = takesOf(option)
          const looksLikeNumber = /^(N|SECONDS|MS|MINUTES|HOURS|DAYS|PIXELS|BYTES|SIZE)$/.test(valueWord(option) ?? '')
          if (takes?.kind === 'number') {
            assert.ok(takes.unit !== '' || UNITS.test(option.description) || WITHOUT_UNIT.includes(option.long!), `${option.flags} has no unit`)
          } else {
            assert.ok(!looksLikeNumber || takes?.kind === 'words', `${option.flags} takes a number, so it needs a reader such as wholeNumber that says from where to where`)
          }
          assert.ok(takes === undefined || !['number', 'words'].includes(takes.kind) || statesDefault(option), `${option.flags} does not say its default`)
        }
      })

      for (const columns of [40, 80, 200]) {
        it(`fits a terminal of ${columns} columns`, async () => {
          const context = new TestContext(new FakePeer(), '/', { terminal: [columns, 24] })
          assert.equal(await context.run(`${path} --help`), 0)
          const longest = Math.max(...context.stdout.lines.map((line) => stringWidth(line)))
          const unbreakable = Math.max(...context.stdout.text.split(/\s+/).map((word) => stringWidth(word)))
          assert.ok(longest <= Math.max(columns, unbreakable + 12), `${longest} columns`)
          assert.ok(longest <= 120)
        })
      }
    })
  }

  it('has no lesson for a command that is not there', () => {
    const paths = commands.map(pathOf)
    assert.deepEqual(Object.keys(LESSONS).filter((path) => !paths.includes(path)), [])
  })

  it('is 80 columns wide where there is no terminal', async () => {
    const context = new TestContext(new FakePeer(), '/')
    await context.run('render --help')
    const longest = Math.max(...context.stdout.lines.map((line) => stringWidth(line)))
    assert.ok(longest <= 80 && longest > 70)
  })

  it('puts descriptions below their options where there is no room beside them', async () => {
    const context = new TestContext(new FakePeer(), '/', { terminal: [40, 24] })
    await context.run('render --help')
    assert.match(context.stdout.text, /\n {2}--tile <N>\n {6}side of a tile in pixels \(default:\n {6}64\)\n/)
  })

  it('shows the options of render under headings, those of every command last', async () => {
    const context = new TestContext(new FakePeer(), '/')
    await context.run('render --help')
    assert.deepEqual(context.stdout.lines.filter((line) => /^\S.*:$/.test(line)), [
      'Arguments:', 'Picture:', 'Work:', 'Before, meanwhile and after:', 'When no peer runs in this home:', 'Settings for --set (pathtracer):', 'Every command:', 'Examples:'
    ])
  })

  it('is found by the word help too, for commands within commands as well', async () => {
    for (const path of ['', 'render', 'mesh', 'mesh init']) {
      const [one, other] = [new TestContext(new FakePeer(), '/'), new TestContext(new FakePeer(), '/')]
      assert.equal(await one.run(`help ${path}`), 0)
      assert.equal(await other.run(`${path} --help`), 0)
      assert.equal(one.stdout.text, other.stdout.text)
    }
    const leaf = new TestContext(new FakePeer(), '/')
    assert.equal(await leaf.run('help render shot.glb'), 0)
    assert.match(leaf.stdout.text, /^Render a scene/)
  })

  it('names the command that was meant when there is none of that name', async () => {
    for (const [line, meant] of [['help rendr', 'render'], ['rendr --help', 'render'], ['mesh inite -h', 'init'], ['help mesh inite', 'init']] as const) {
      const context = new TestContext(new FakePeer(), '/')
      assert.equal(await context.run(line), 2, line)
      assert.match(context.stderr.text, new RegExp(`unknown command .*did you mean .*${meant}`))
      assert.equal(context.stdout.text, '')
    }
  })

  it('says in a few lines what to do when nothing was said', async () => {
    const context = new TestContext(new FakePeer(), '/')
    assert.equal(await context.run(''), 0)
    assert.ok(context.stdout.lines.length <= 6)
    assert.equal(context.stderr.text, '')
  })
})

function statesDefault (option: Option): boolean {
  return option.defaultValue !== undefined || /default: /.test(option.description)
}
