import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openHome } from '../../../src/store/home.ts'

const PROGRAM = join(import.meta.dirname, '..', '..', '..', '..', 'src', 'cli', 'tilemesh.cjs')

describe('tilemesh doctor', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh-doctor-'))
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  async function doctor (...args: readonly string[]): Promise<{ readonly status: number | null, readonly stdout: string, readonly stderr: string }> {
    const child = spawn(process.execPath, [PROGRAM, 'doctor', ...args], { cwd: folder, env: { ...process.env, TILEMESH_HOME: join(folder, 'home'), TERM: 'xterm', LANG: 'C.UTF-8', LC_ALL: '' } })
    const [out, err]: string[][] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => { out!.push(String(chunk)) })
    child.stderr.on('data', (chunk: Buffer) => { err!.push(String(chunk)) })
    return new Promise((resolve) => {
      child.on('close', (status) => {
        resolve({ status, stdout: out!.join(''), stderr: err!.join('') })
      })
    })
  }

  it('says in a line each what works, and ends with 0 where a job could run; makes nothing', async () => {
    const { status, stdout, stderr } = await doctor()
    assert.deepEqual([status, stderr], [0, ''])
    const lines = stdout.trimEnd().split('\n')
    for (const line of lines.slice(0, -1)) {
      assert.match(line, /^[✓!] \S/)
    }
    assert.match(stdout, /✓ engine pathtracer +version .* golden tile exact in \d+ ms/)
    assert.match(lines.at(-1)!, /job can run here\.$/)
    assert.deepEqual(await readdir(folder), [])
  })

  it('ends with 5 where no job could run, and says so in JSON too', async () => {
    await writeFile(join(folder, 'home'), 'a file')
    const { status, stdout } = await doctor('--json')
    assert.equal(status, 5)
    const checks = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
    for (const { event, name, state, message, cure } of checks) {
      assert.equal(event, 'check')
      assert.ok(typeof name === 'string' && typeof message === 'string' && ['ok', 'warn', 'bad'].includes(String(state)))
      assert.ok(state === 'ok' ? cure === null : typeof cure === 'string' && cure.length > 0, `${name}: ${String(cure)}`)
    }
    assert.ok(checks.some(({ name, state }) => name === 'home' && state === 'bad'))
  })

  it('names who holds a home that does not answer', async () => {
    const home = await openHome(join(folder, 'home'))
    try {
      const { status, stdout } = await doctor()
      assert.equal(status, 5)
      assert.match(stdout, new RegExp(`✗ home .*in use by another tilemesh \\(pid ${process.pid}, since .*kill ${process.pid}\n`))
    } finally {
      await home.close()
    }
  })
})
