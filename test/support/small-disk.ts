import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/** A disk of its own, in memory, as small as a test wants it. Only root on Linux may make one. */
export class SmallDisk {
  readonly folder: string
  #mounted = false

  /** @param folder absolute path of where it is to be; made when missing */
  constructor (folder: string) {
    this.folder = folder
  }

  /** Makes it with so many bytes. False where that is not allowed. */
  mount (bytes: number): boolean {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) {
      return false
    }
    mkdirSync(this.folder, { recursive: true })
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'tilemesh-test', this.folder], { stdio: 'ignore' })
    } catch {
      return false // a container whose root is not the machine's
    }
    this.#mounted = true
    return true
  }

  /** Gives it another size; what is on it stays. */
  resize (bytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${bytes}`, this.folder], { stdio: 'ignore' })
  }

  /** Takes the right to write from everybody, root included, or gives it back. */
  protect (how: 'read-only' | 'writable'): void {
    execFileSync('mount', ['-o', `remount,${how === 'read-only' ? 'ro' : 'rw'}`, this.folder], { stdio: 'ignore' })
  }

  /** Takes it away with all that is on it. Processes that use it must have ended. Idempotent. */
  unmount (): void {
    if (this.#mounted) {
      this.#mounted = false
      execFileSync('umount', ['--lazy', this.folder], { stdio: 'ignore' })
    }
  }
}
