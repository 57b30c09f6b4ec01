import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const PROGRAM = join(ROOT, 'src', 'cli', 'tilemesh.cjs')

interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

describe('the program as it is installed', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh-bin-'))
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  /** Runs it as a process of its own, in a folder and a home of its own. */
  async function tilemesh (args: readonly string[], { nodeArgs = [], env = {}, stdin = '', program = PROGRAM }: { nodeArgs?: readonly string[], env?: Record<string, string>, stdin?: string, program?: string } = {}): Promise<Ended> {
    const child = spawn(process.execPath, [...nodeArgs, program, ...args], {
      cwd: folder,
      env: { ...process.env, TILEMESH_HOME: join(folder, 'home'), TILEMESH_DEBUG: '', TILEMESH_TICKET: '', ...env }
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += String(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += String(chunk)
    })
    child.stdin.end(stdin)
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (status) => {
        resolve({ status, stdout, stderr })
      })
    })
  }

  it('helps, with examples, and loads no network stack for it', async () => {
    const listModules = pathToFileURL(join(import.meta.dirname, 'support', 'list-modules.js')).href
    for (const args of [['--help'], ['render', '--help'], ['render', 'shot.glb', '--samples', 'x'], ['status'], ['config', '--help']]) {
      const { stdout, stderr } = await tilemesh(args, { nodeArgs: ['--import', listModules], env: { LIST_MODULES: '1' } })
      const modules = stderr.split('\n').filter((line) => line.startsWith('file:'))
      assert.ok(modules.some((url) => url.includes('commander')), stderr)
      assert.deepEqual(modules.filter((url) => /libp2p|chainsafe|multiformats|gltf|\/src\/(peer|index|mesh|farm|store|engines|film|membership)[./]/.test(url)), [])
      assert.equal(stdout.includes('\n  $ tilemesh '), args.includes('--help'))
    }
  })

  it('says its version', async () => {
    assert.deepEqual(await tilemesh(['--version']), { status: 0, stdout: '0.1.0\n', stderr: '' })
  })

  it('ends with the exit status and one line', async () => {
    assert.deepEqual(await tilemesh(['rendr']), { status: 2, stdout: '', stderr: 'tilemesh: unknown command "rendr"; did you mean render?\n' })
    assert.deepEqual(await tilemesh(['render', 'shot.glb']), { status: 3, stdout: '', stderr: 'tilemesh: there is no scene shot.glb\n' })
  })

  it('says in one line that Node is too old', async () => {
    for (const [version, status] of [['22.11.9', 2], ['20.20.2', 2], ['22.12.0', 0], ['23.0.0', 0]] as const) {
      const pretend = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
      const ended = await tilemesh(['--version'], { nodeArgs: ['--import', pretend] })
      assert.equal(ended.status, status)
      assert.equal(ended.stderr, status === 0 ? '' : `tilemesh needs Node 22.12 or newer; this is Node ${version}\n`)
    }
  })

  it('says in one line that it is not built', async () => {
    await mkdir(join(folder, 'src', 'cli'), { recursive: true })
    const program = join(folder, 'src', 'cli', 'tilemesh.cjs')
    await copyFile(PROGRAM, program)
    await copyFile(join(ROOT, 'src', 'cli', 'launch.cjs'), join(folder, 'src', 'cli', 'launch.cjs'))
    assert.deepEqual(await tilemesh(['--version'], { program }), { status: 2, stdout: '', stderr: 'tilemesh is not built; run: npm run build\n' })
  })

  it('ends with one line and 1 when something was forgotten to be caught, with its stack only when debugging', async () => {
    for (const forgotten of ['Promise.reject(new Error("first\\n second"))', 'throw new Error("first\\n second")']) {
      // As soon as our handlers are there, which is before the program itself has been read from the disk.
      const sabotage = `data:text/javascript,const timer = setInterval(() => { if (process.listenerCount('unhandledRejection') > 0) { clearInterval(timer); ${forgotten} } }, 1)`
      const ended = await tilemesh(['status'], { nodeArgs: ['--import', sabotage] })
      assert.deepEqual([ended.status, ended.stderr], [1, 'tilemesh: first second\n'])
      const debugged = await tilemesh(['status'], { nodeArgs: ['--import', sabotage], env: { TILEMESH_DEBUG: '1' } })
      assert.match(debugged.stderr, /tilemesh: Error: first\n second\n +at /)
    }
  })

  it('makes a mesh once, and joins the same one again, and no other', async () => {
    assert.deepEqual(await tilemesh(['mesh', 'init', 'home']), { status: 0, stdout: 'made mesh "home"; next: tilemesh up\n', stderr: '' })
    const again = await tilemesh(['mesh', 'init', 'other', '--json'])
    assert.equal(again.status, 5)
    assert.match(again.stderr, /^tilemesh: .*is in the mesh "home" already.*\n$/)
    assert.equal((JSON.parse(again.stdout) as { code: string }).code, 'HomeError')
  })

  it('keeps a ticket from standard input, whatever its case and line breaks', async () => {
    const { encodeTicket } = await import('../../src/mesh/ticket.ts')
    const [one, other] = [7, 8].map((byte) => encodeTicket({ kind: 'mesh', meshName: 'attic', secret: new Uint8Array(32).fill(byte), addresses: [] }))
    const joined = { status: 0, stdout: 'joined mesh "attic"; next: tilemesh up\n', stderr: '' }
    assert.deepEqual(await tilemesh(['mesh', 'join', '-'], { stdin: `${one!.toLowerCase().slice(0, 40)}\n${one!.slice(40)}\n` }), joined)
    assert.deepEqual(await tilemesh(['mesh', 'join'], { env: { TILEMESH_TICKET: one! } }), joined)
    const refused = await tilemesh(['mesh', 'join', other!])
    assert.equal(refused.status, 5)
    assert.match(refused.stderr, /The ticket is of the mesh "attic", and this home is in the mesh "attic"/)
    assert.equal((await tilemesh(['mesh', 'join', one!.slice(0, -1)])).status, 2)
    assert.equal((await tilemesh(['mesh', 'join', 'ticket'])).status, 2)
  })
})
