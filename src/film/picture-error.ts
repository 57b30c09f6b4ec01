import { basename, dirname } from 'node:path'
import { StoreError } from '../errors.ts'

/**
 * What a person is told when a picture can not be written.
 *
 * @param file the picture's path
 * @param code the system's error code, such as ENOSPC
 * @param detail the system's own words, for what has none here
 */
export function pictureError (file: string, code: string | undefined, detail: string, options?: ErrorOptions): StoreError {
  return new StoreError(`${basename(file)} was not written: ${reasonOf(dirname(file), code, detail)}`, options)
}

function reasonOf (folder: string, code: string | undefined, detail: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk of ${folder} is full; make room there or choose another folder`
    case 'EFBIG':
      return `it is larger than a file in ${folder} may be; choose another folder or a smaller picture`
    case 'EACCES':
    case 'EPERM':
      return `this user may not write in ${folder}, or another program holds the file; choose another folder`
    case 'EROFS':
      return `${folder} is on a read-only disk; choose another folder`
    case 'ENOENT':
      return `the folder ${folder} does not exist; make it or choose another`
    case 'ENOTDIR':
      return `${folder} is not a folder; choose another`
    case 'EISDIR':
      return `a folder of that name is in ${folder}; choose another name`
    case 'ENAMETOOLONG':
      return `its name is too long for ${folder}; choose a shorter one`
    case 'ERR_WORKER_OUT_OF_MEMORY':
      return 'there is not enough memory to encode it; an .exr needs much less'
    default:
      return detail
  }
}
