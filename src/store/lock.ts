import { randomBytes } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import path from 'node:path'
import { HomeError } from '../errors.ts'
import { LOCK_ANSWER_MS } from './limits.ts'
import { pipeName, socketFolder } from '../platform/sockets.ts'
import { isWindows } from '../platform/system.ts'
import { errorCode, refusalOf } from './refusal.ts'
import type { Server, Socket } from 'node:net'

/**
 * One peer per home, by a lock that the kernel frees when its holder dies, however it dies.
 *
 * Node.js has no file locks, and a file with a process id in it outlives a kill and may later name a stranger. A listening socket
 * does neither: it answers exactly as long as its process lives. So a starter listens on a socket of its own, with a name nobody else
 * will ever use, in the home; only then it looks at the sockets of all others, and dials them:
 *
 * - one answers `holder`, or is alive and silent (a stopped process): the home is in use;
 * - nobody answers: the home is ours. What does not answer is the rest of a killed process, and is removed;
 * - another starter answers `candidate`: of two that see each other the one with the greater name withdraws, and each waits for the
 *   other's fate.
 *
 * Two can not both win: each listens before it looks, so whoever looks later sees the other. Names are never used again, and only
 * a holder removes any, so nobody takes a living socket for a dead one's. This holds for all processes of one machine, in
 * containers too; a home on a network disk must not be used by two machines.
 *
 * On Windows a named pipe can be made by one process only and is gone with it: it is the lock by itself.
 */
export interface HomeLock {
  /** Frees the home. Idempotent. */
  release (): Promise<void>
}

/** What became of the one that was asked. */
type Fate = 'holder' | 'gone' | 'silent'

const NAME = /^lock-(\d+)-[0-9a-f]{8}\.sock$/
const LONGEST_NAME = 'lock-4294967295-01234567.sock'.length

/** A starter gives up after so many rounds with others that come and go: a crowd of starters is settled in a few. */
const MAX_ROUNDS = 50

/**
 * Locks the home whose private run folder is `folder`.
 *
 * @throws HomeError when another process has it, or no socket can be made there
 */
export async function lockHome (home: string, folder: string): Promise<HomeLock> {
  if (isWindows()) {
    return lockPipe(home)
  }
  const socketsUnder = await socketFolder(folder, LONGEST_NAME)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const candidate = await Candidate.listen(home, socketsUnder, `lock-${process.pid}-${randomBytes(4).toString('hex')}.sock`)
    const verdict = await contest(candidate, folder, socketsUnder)
    if (verdict === 'won') {
      return candidate
    }
    await candidate.release()
    if (verdict !== 'again') {
      throw inUse(home, verdict.holder)
    }
  }
  throw new HomeError(`The home ${home} is being opened by too many at once; try again`)
}

/** Who has the lock of a home. `pid` and `sinceMs` (wall clock) where the system tells. */
export interface Holder {
  readonly pid: number | undefined
  readonly sinceMs: number | undefined
}

/**
 * Who holds the home whose run folder is `folder`; undefined when nobody does. Only looks: whoever starts or runs there is not disturbed.
 */
export async function lockHolder (home: string, folder: string): Promise<Holder | undefined> {
  const names = isWindows() ? [pipeName(home, 'lock')] : (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name))
  const socketsUnder = isWindows() || names.length === 0 ? '' : await socketFolder(folder, LONGEST_NAME)
  const calls = names.map((name) => new Call(name, path.join(socketsUnder, name)))
  try {
    const answers = await Promise.all(calls.map(async (call) => call.answer))
    const holder = calls.find((_, index) => answers[index] === 'holder' || answers[index] === 'silent')
    if (holder === undefined) {
      return undefined
    }
    const pid = NAME.exec(holder.name)?.[1]
    const made = await stat(path.join(folder, holder.name)).catch(() => undefined)
    return { pid: pid === undefined ? undefined : Number(pid), sinceMs: made?.ctimeMs }
  } finally {
    calls.forEach((call) => call.hangUp())
  }
}

/** Decides whether a listening candidate has the lock. */
async function contest (candidate: Candidate, folder: string, socketsUnder: string): Promise<'won' | 'again' | { readonly holder: string }> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const names = (await readdir(folder)).filter((name) => NAME.test(name))
    if (!names.includes(candidate.name)) {
      return 'again'
    }
    const others = names.filter((name) => name !== candidate.name)
    const calls = others.map((name) => new Call(name, path.join(socketsUnder, name)))
    try {
      const answers = await Promise.all(calls.map(async (call) => call.answer))
      const taken = calls.find((_, index) => answers[index] === 'holder' || answers[index] === 'silent')
      if (taken !== undefined) {
        return { holder: taken.name }
      }
      const rivals = calls.filter((_, index) => answers[index] === 'candidate')
      if (rivals.length === 0) {
        candidate.win()
        await Promise.all(others.map(async (name) => rm(path.join(folder, name), { force: true })))
        return 'won'
      }
      const before = rivals.filter((rival) => rival.name < candidate.name)
      if (before.length > 0) {
        await candidate.release()
      }
      const fates = await Promise.all(rivals.map(async (rival) => rival.fate))
      const winner = rivals.find((_, index) => fates[index] !== 'gone')
      if (winner !== undefined) {
        return { holder: winner.name }
      }
      if (before.length > 0) {
        return 'again'
      }
    } finally {
      calls.forEach((call) => call.hangUp())
    }
  }
  return 'again'
}

/** One that listens and hopes, or holds. */
class Candidate implements HomeLock {
  readonly name: string
  readonly #server: Server
  readonly #callers = new Set<Socket>()
  #word: 'candidate' | 'holder' = 'candidate'
  #released: Promise<void> | undefined

  private constructor (name: string) {
    this.name = name
    this.#server = createServer((socket) => {
      this.#callers.add(socket)
      socket.unref()
      socket.on('error', () => {}) // a caller that hangs up is of no interest
      socket.on('close', () => this.#callers.delete(socket))
      socket.resume()
      socket.write(`${this.#word}\n`)
    })
    this.#server.unref()
  }

  static async listen (home: string, folder: string, name: string): Promise<Candidate> {
    const candidate = new Candidate(name)
    try {
      await candidate.#listen(isWindows() ? name : path.join(folder, name))
    } catch (err) {
      if (errorCode(err) === 'EADDRINUSE') {
        throw inUse(home, name)
      }
      throw ['ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'ENOSYS'].includes(errorCode(err) ?? '')
        ? new HomeError(`The disk of the home ${home} can not hold a socket; choose a folder on a local disk with --home`, { cause: err })
        : new HomeError(refusalOf(err, home), { cause: err })
    }
    return candidate
  }

  /** candidate → holder: tells all who wait. */
  win (): void {
    this.#word = 'holder'
    this.#callers.forEach((socket) => socket.write('holder\n'))
  }

  async release (): Promise<void> {
    this.#released ??= new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
      this.#callers.forEach((socket) => socket.destroy())
    })
    await this.#released
  }

  async #listen (address: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(address, () => {
        this.#server.off('error', reject)
        this.#server.on('error', () => {}) // a failed accept changes nothing: whoever asked takes silence for an answer
        resolve()
      })
    })
  }
}

/** A question to another's socket. */
class Call {
  readonly name: string
  /** The first word. */
  readonly answer: Promise<Fate | 'candidate'>
  /** What became of it in the end. */
  readonly fate: Promise<Fate>
  readonly #socket: Socket

  constructor (name: string, address: string) {
    this.name = name
    const answer = Promise.withResolvers<Fate | 'candidate'>()
    const fate = Promise.withResolvers<Fate>()
    this.answer = answer.promise
    this.fate = fate.promise
    const end = (how: Fate): void => {
      answer.resolve(how)
      fate.resolve(how)
      this.#socket.destroy()
    }
    this.#socket = connect(address)
    this.#socket.setTimeout(LOCK_ANSWER_MS, () => end('silent'))
    this.#socket.on('error', (err) => end(['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE'].includes(errorCode(err) ?? '') ? 'gone' : 'silent'))
    this.#socket.on('close', () => end('gone'))
    this.#socket.on('data', (bytes) => {
      if (bytes.includes('holder')) {
        end('holder')
      } else {
        answer.resolve('candidate')
      }
    })
  }

  hangUp (): void {
    this.#socket.destroy()
  }
}

async function lockPipe (home: string): Promise<HomeLock> {
  const pipe = await Candidate.listen(home, '', pipeName(home, 'lock'))
  pipe.win()
  return pipe
}

function inUse (home: string, holder: string): HomeError {
  const pid = NAME.exec(holder)?.[1]
  return new HomeError(`The home ${home} is in use by another tilemesh${pid === undefined ? '' : ` (pid ${pid})`}; end that one first, or choose another --home`)
}
