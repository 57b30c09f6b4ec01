import { open, realpath } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { SceneError } from '../../../errors.ts'

/**
 * Which files of this machine a scene may take along. Every file a scene names is packed and sent to the other peers, and the scene may have come
 * from anybody: one that names `../../.ssh/id_rsa` as its buffer must not carry a key away. So only what is surely part of a scene is packed:
 * buffers by the extensions that are registered for them, pictures by their content, and nothing hidden.
 */

/** A buffer or image of a scene that is a file of its own. */
export interface Reference {
  readonly kind: 'buffer' | 'image'
  /** `buffer 0`, for a person. */
  readonly where: string
  /** Relative to the scene's folder; only leading ones are `..`. */
  readonly segments: readonly string[]
}

/** The extensions registered for glTF buffers (IANA, application/gltf-buffer). */
const BUFFER_EXTENSIONS: readonly string[] = ['.bin', '.glbin', '.glbuf']

/** The first bytes of the pictures that glTF and its extensions know: PNG, JPEG, WebP, KTX 1 and 2, DDS; AVIF has its brand after four bytes of length. */
const PICTURE_HEADS: readonly RegExp[] = [/^\x89PNG\r\n/, /^\xff\xd8\xff/, /^RIFF.{4}WEBP/s, /^\xabKTX [12][01]\xbb/, /^DDS /, /^.{4}ftypavi[fs]/s]

/** Bytes that tell what a picture is. */
const HEAD_BYTES = 16

/**
 * Refuses a reference by its name alone.
 *
 * @throws SceneError when it is hidden, in a hidden folder, or a buffer of another extension than buffers have
 */
export function checkName ({ kind, where, segments }: Reference): void {
  const hidden = segments.find((segment) => segment.startsWith('.') && segment !== '..')
  if (hidden !== undefined) {
    throw notShared(where, segments.join('/'), `${JSON.stringify(hidden)} is hidden; move the file to where it can be seen`)
  }
  if (kind === 'buffer') {
    checkExtension(where, segments.join('/'), segments.at(-1)!)
  }
}

/**
 * Refuses a file that is there by what it is: a link to something that is no buffer, or no picture.
 *
 * @param file absolute
 * @throws SceneError
 */
export async function checkContent ({ kind, where, segments }: Reference, file: string): Promise<void> {
  const named = segments.join('/')
  if (kind === 'buffer') {
    checkExtension(where, named, basename(await realpath(file)))
  } else if (!await hasPictureHead(file)) {
    throw notShared(where, named, 'it is not a picture')
  }
}

function checkExtension (where: string, named: string, name: string): void {
  if (!BUFFER_EXTENSIONS.includes(extname(name).toLowerCase())) {
    throw notShared(where, named, `buffers are ${BUFFER_EXTENSIONS.join(', ')} files; rename it if it is one`)
  }
}

async function hasPictureHead (file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0)
    const text = head.toString('latin1', 0, bytesRead)
    return PICTURE_HEADS.some((pattern) => pattern.test(text))
  } finally {
    await handle.close()
  }
}

function notShared (where: string, named: string, why: string): SceneError {
  return new SceneError(`${where} names ${JSON.stringify(named)}, which is not sent to other peers: ${why}`, [named])
}
