import { HomeError } from '../errors.ts'
import { MAX_ADDRESS_LENGTH, MAX_KNOWN_ADDRESSES } from './limits.ts'
import { refusalOf } from './refusal.ts'
import { readSealed, writeSealed } from './sealed.ts'
import type { Home, HomeFiles } from './home.ts'
import type { SealedValue } from './sealed.ts'

/** The mesh a home is in. */
export interface MeshFile {
  /** What people call it. */
  readonly name: string
  /** 32 bytes that every member knows and nobody else. */
  readonly secret: Uint8Array
  /** Full multiaddrs of other peers, the most recently seen first; at most {@link MAX_KNOWN_ADDRESSES}. */
  readonly addresses: readonly string[]
}

const VERSION = 1
const SECRET_BYTES = 32
const MAX_NAME_LENGTH = 200

/**
 * The mesh this home is in; undefined when it is in none.
 *
 * @throws HomeError when the mesh file is damaged, of a later version, or can not be read
 */
export async function readMeshFile (home: HomeFiles): Promise<MeshFile | undefined> {
  const file = home.path('mesh.json')
  const sealed = await readSealed(home.disk, file).catch((err: unknown) => { throw new HomeError(refusalOf(err, file), { cause: err }) })
  if (sealed.state === 'missing') {
    return undefined
  }
  const mesh = sealed.state === 'intact' ? decodeMesh(sealed.value, file) : undefined
  if (mesh === undefined) {
    const why = sealed.state === 'damaged' ? sealed.why : 'a value is missing or wrong'
    throw new HomeError(`The mesh file ${file} is damaged (${why}); remove it and join again with a ticket`)
  }
  return mesh
}

/** Writes the mesh file; on disk when it resolves. Addresses beyond the limits are left out. @throws HomeError */
export async function writeMeshFile (home: Home, mesh: MeshFile): Promise<void> {
  if (!isName(mesh.name) || mesh.secret.byteLength !== SECRET_BYTES) {
    throw new HomeError(`A mesh needs a name of 1 to ${MAX_NAME_LENGTH} characters and a secret of ${SECRET_BYTES} bytes`)
  }
  const file = home.path('mesh.json')
  try {
    await writeSealed(home.disk, file, {
      version: VERSION,
      name: mesh.name,
      secret: Buffer.from(mesh.secret).toString('hex'),
      addresses: keptAddresses(mesh.addresses)
    })
  } catch (err) {
    throw new HomeError(refusalOf(err, file), { cause: err })
  }
}

/** The mesh with addresses that were just seen put in front of those known before. */
export function withAddresses (mesh: MeshFile, seen: readonly string[]): MeshFile {
  return { ...mesh, addresses: keptAddresses([...seen, ...mesh.addresses]) }
}

function keptAddresses (addresses: readonly string[]): string[] {
  return [...new Set(addresses)].filter(isAddress).slice(0, MAX_KNOWN_ADDRESSES)
}

function decodeMesh (value: SealedValue, file: string): MeshFile | undefined {
  const { version, name, secret, addresses } = value
  if (Number.isInteger(version) && version !== VERSION) {
    throw new HomeError(`The mesh file ${file} is of another version of tilemesh (${String(version)}); update tilemesh`)
  }
  if (version !== VERSION || !isName(name) || typeof secret !== 'string' || !/^[0-9a-f]{64}$/.test(secret) || !Array.isArray(addresses)) {
    return undefined
  }
  return { name, secret: new Uint8Array(Buffer.from(secret, 'hex')), addresses: keptAddresses(addresses.filter(isAddress)) }
}

function isName (value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME_LENGTH
}

function isAddress (value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ADDRESS_LENGTH
}
