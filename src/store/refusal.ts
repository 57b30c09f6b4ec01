/** What a disk refuses, said to a person. */
import { StoreError } from '../errors.ts'

/** The system's code of an error, such as ENOENT; undefined for an error that is not the system's. */
export function errorCode (err: unknown): string | undefined {
  return err instanceof Error && 'code' in err && typeof err.code === 'string' ? err.code : undefined
}

/** Whether a disk refused to take something: what was being read when it was copied there is not the cause. */
export function refusesWriting (err: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS'].includes(errorCode(err) ?? '')
}

/** What refused, in words, and what to do; see {@link storeError}. */
export function refusalOf (err: unknown, file: string): string {
  const code = errorCode(err)
  switch (code) {
    case 'ENOSPC': return `The disk is full: ${file} could not be written; free some space, and it goes on`
    case 'EDQUOT': return `Your disk quota is used up: ${file} could not be written; free some space, and it goes on`
    case 'EROFS': return `The disk is read-only: ${file} could not be written; mount it writable, or choose another --home`
    case 'EACCES':
    case 'EPERM': return `Permission denied: ${file}; give it back to this user, or choose another --home`
    case 'EIO': return `The disk failed at ${file}; check the disk, or choose another --home`
    case 'EMFILE':
    case 'ENFILE': return `Too many files are open: ${file} could not be opened; raise the limit (ulimit -n)`
    default: return `${file} could not be used: ${err instanceof Error ? err.message : String(err)}`
  }
}

/** A refusal of the disk as an error for a person. Errors that already are StoreErrors pass unchanged. */
export function storeError (err: unknown, file: string): StoreError {
  const code = errorCode(err)
  return err instanceof StoreError ? err : new StoreError(refusalOf(err, file), { cause: err, trouble: code === 'ENOSPC' || code === 'EDQUOT' ? 'full' : 'other' })
}
