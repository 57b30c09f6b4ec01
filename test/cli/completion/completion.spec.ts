import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { completedJobs } from '../../../src/cli/commands/completion.ts'
import { vocabularyOf } from '../../../src/cli/completion/vocabulary.ts'
import { makeProgram } from '../../../src/cli/program.ts'
import { FakePeer } from '../support/fake-peer.ts'
import { TestContext } from '../support/test-context.ts'
import type { JobSummary } from '../../../src/api.ts'

/** Completes the words of a line, the last of which is being typed, in one shell. */
type Complete = (...words: readonly string[]) => readonly string[]

function aJob (job: string, name: string): JobSummary {
  return {
    job: job.repeat(64 / job.length), name, engine: 'pathtracer', state: 'running', done: 1, units: 4, requester: 'r', requesterName: 'R', own: true, fingerprint: 'f', width: 1, height: 1, frames: 1, samples: 1
  }
}

/** How each shell is asked without a terminal: the script in a file, then the words. Prints what it offers, a line each. */
const SHELLS: Readonly<Record<string, { readonly program: string, readonly args: readonly string[], readonly ask: string }>> = {
  bash: {
    program: 'bash',
    args: ['--norc'],
    ask: 'source "$SCRIPT"; COMP_WORDS=(tilemesh "$@"); COMP_CWORD=$#; complete -p tilemesh >/dev/null && _tilemesh tilemesh; for one in "$' + '{COMPREPLY[@]}"; do echo "$one"; done'
  },
  zsh: {
    program: 'zsh',
    args: ['-f'],
    ask: `compdef () { :; }
      compadd () { local one; for one in "\${words_[@]}"; do [[ $one == "$PREFIX"* ]] && print -r -- "$one"; done; true; }
      _files () { if [[ $1 == -/ ]]; then print -rl -- *(N-/); elif [[ $1 == -g ]]; then print -rl -- $~2(N) *(N-/); else print -rl -- *(N); fi; }
      source "$SCRIPT"; words=(tilemesh "$@"); CURRENT=$#words; PREFIX=$words[CURRENT]; _tilemesh; true`
  },
  fish: {
    program: 'fish',
    args: ['--no-config'],
    ask: 'source $SCRIPT; complete -C (string join " " -- tilemesh (string escape -- $argv[1..-2]) $argv[-1]) | string replace -r "\\t.*" ""'
  }
}

describe('completion', () => {
  let folder: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh-completion-'))
    await mkdir(join(folder, 'work', 'scenes'), { recursive: true })
    for (const name of ['shot.glb', 'walk one.gltf', 'notes.txt', 'old.png']) {
      await writeFile(join(folder, 'work', name), '')
    }
    await mkdir(join(folder, 'bin'))
    // Stands for the program when a script asks it for jobs; says which home it was asked of.
    await writeFile(join(folder, 'bin', 'tilemesh'), '#!/bin/sh\ncase "$*" in\n"__complete jobs") printf "shot.glb\\trunning, 25 %%\\nsmall scene.glb\\tpaused, 0 %%\\n3f9c0011\\tjob running, 1 %%\\n" ;;\n"--home else where __complete jobs") printf "elsewhere.glb\\tfinished, 100 %%\\n" ;;\nesac\n')
    await chmod(join(folder, 'bin', 'tilemesh'), 0o755)
  })

  after(async () => {
    await rm(folder, { recursive: true })
  })

  for (const [shell, { program, args, ask }] of Object.entries(SHELLS)) {
    const missing = spawnSync(program, ['--version']).error !== undefined
    describe(`in ${shell}${missing ? ' (skipped: it is not installed here)' : ''}`, () => {
      let complete: Complete

      before(async function () {
        if (missing) {
          this.skip()
        }
        const context = new TestContext(new FakePeer(), folder)
        assert.equal(await context.run(`completion ${shell}`), 0)
        const script = join(folder, `script.${shell}`)
        await writeFile(script, context.stdout.text)
        complete = (...words) => {
          const asked = spawnSync(program, [...args, '-c', ask, shell === 'fish' ? '--' : shell, ...words], {
            cwd: join(folder, 'work'),
            encoding: 'utf8',
            env: { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, HOME: folder, SCRIPT: script, LANG: 'C.UTF-8' }
          })
          assert.equal(asked.stderr, '', words.join(' '))
          return asked.stdout.split('\n').filter((line) => line !== '').sort()
        }
      })

      it('offers commands, and those inside one', () => {
        assert.deepEqual(complete('re'), ['reference', 'render', 'resume'])
        assert.ok(complete('').includes('up') && complete('').length > 15)
        assert.ok(!complete('').some((word) => word.startsWith('_')))
        assert.deepEqual(complete('mesh', 'in'), ['init', 'invite'])
        assert.deepEqual(complete('help', 'dr'), ['drain'])
      })

      it('offers the options of the command and those of every command', () => {
        const offered = complete('render', '--')
        for (const option of ['--split', '--output', '--no-local', '--home', '--json', '--help']) {
          assert.ok(offered.includes(option), option)
        }
        assert.ok(!offered.includes('--off'))
        assert.deepEqual(complete('drain', '--of'), ['--off'])
        assert.deepEqual(complete('mesh', 'init', '--ho'), ['--home'])
      })

      it('offers the values an option or argument may have', () => {
        assert.deepEqual(complete('render', '--split', ''), ['auto', 'frames', 'samples', 'tiles'])
        assert.deepEqual(complete('render', 'shot.glb', '--bits', '1'), ['16'])
        assert.deepEqual(complete('--json', 'render', '--engine', 'p'), ['pathtracer'])
        assert.deepEqual(complete('completion', 'z'), ['zsh'])
        assert.ok(complete('config', 'th').includes('threads'))
      })

      it('offers nothing where anything could be meant', () => {
        assert.deepEqual(complete('render', '--tile', ''), [])
        assert.deepEqual(complete('mesh', 'init', ''), [])
        assert.deepEqual(complete('jobs', ''), [])
        assert.deepEqual(complete('render', 'shot.glb', ''), [])
      })

      it('offers files that fit, and folders on the way to them', () => {
        const scenes = complete('render', '')
        assert.ok(scenes.some((name) => name.startsWith('shot.glb')) && scenes.some((name) => name.startsWith('scenes')), scenes.join())
        assert.ok(!scenes.some((name) => name.includes('notes') || name.includes('old')), scenes.join())
        const pictures = complete('render', 'shot.glb', '-o', '')
        assert.ok(pictures.includes('old.png') && !pictures.includes('shot.glb'), pictures.join())
        assert.deepEqual(complete('--home', '').map((name) => name.replace(/\/$/, '')), ['scenes'])
      })

      it('offers the jobs of the running peer, of the home that was named', () => {
        const small = shell === 'bash' ? 'small\\ scene.glb' : 'small scene.glb'
        assert.deepEqual(complete('watch', '').map(plain), ['3f9c0011', 'shot.glb', plain(small)])
        assert.deepEqual(complete('set', 'shot.glb', '--priority', ''), [])
        assert.deepEqual(complete('render', 'shot.glb', '--replace', '3'), ['3f9c0011'])
        assert.deepEqual(complete('--home', shell === 'bash' ? 'else where' : 'else where', 'cancel', ''), ['elsewhere.glb'])
      })

      if (shell === 'bash') {
        it('completes behind an equals sign, which bash takes for a word', () => {
          assert.deepEqual(complete('render', '--split', '=', 'ti'), ['tiles'])
          assert.deepEqual(complete('render', '--split', '='), ['auto', 'frames', 'samples', 'tiles'])
        })
      }
      if (shell === 'fish') {
        it('completes behind an equals sign', () => {
          assert.deepEqual(complete('render', '--split=ti'), ['--split=tiles'])
        })
      }
    })
  }

  it('has everything of the program: no command, option or value is missing', () => {
    const program = makeProgram({ context: new TestContext(new FakePeer(), '/'), act: () => async () => {} })
    const [root, ...others] = vocabularyOf(program)
    assert.deepEqual(root!.commands.map(({ word }) => word), [...program.createHelp().visibleCommands(program).map((one) => one.name())])
    const render = others.find(({ path }) => path === 'render')!
    assert.equal(render.options.length, program.commands.find((one) => one.name() === 'render')!.options.length)
    for (const { options, commands } of [root!, ...others]) {
      assert.ok([...options, ...commands].every(({ meaning }) => meaning.length > 2))
    }
  })

  it('names jobs as they can be typed', () => {
    const jobs = [aJob('3f9c0011', 'shot.glb'), aJob('aa', 'walk.glb'), aJob('bb', 'walk.glb'), aJob('cc', '$(reboot).glb'), aJob('dd', '--home'), aJob('ee', 'a\nb'), aJob('ff', 'küche 2.glb')]
    assert.deepEqual(completedJobs(jobs), [
      'shot.glb\trunning, 25 %', 'aaaaaaaa\tjob running, 25 %', 'bbbbbbbb\tjob running, 25 %', 'cccccccc\tjob running, 25 %', 'dddddddd\tjob running, 25 %', 'eeeeeeee\tjob running, 25 %', 'küche 2.glb\trunning, 25 %'
    ])
  })

  it('asks silently: without a running peer there are no jobs, and no complaint', async () => {
    const context = new TestContext(new FakePeer(), folder)
    assert.equal(await context.run('__complete jobs'), 0)
    assert.deepEqual([context.stdout.text, context.stderr.text], ['', ''])
  })
})

function plain (word: string): string {
  return word.replaceAll('\\', '')
}
