import { randomBytes } from 'node:crypto'
import { HomeError } from './errors.ts'
import { decodeTicket } from './mesh/ticket.ts'
import { openHome, openIdentity, readMeshFile, withAddresses, writeMeshFile } from './store/index.ts'
import type { Home, MeshFile } from './store/index.ts'

/** What a mesh is called that was made without being asked for. */
export const DEFAULT_MESH_NAME = 'home'

/** Bytes of a mesh's secret. */
const SECRET_BYTES = 32

/** Makes a mesh in a home that has none. @throws HomeError when it is in one already */
export async function makeMesh (home: Home, name: string): Promise<MeshFile> {
  const present = await readMeshFile(home)
  if (present !== undefined) {
    throw new HomeError(`This home is in the mesh "${present.name}" already; take another --home for a second mesh`)
  }
  const mesh: MeshFile = { name, secret: randomBytes(SECRET_BYTES), addresses: [] }
  await writeMeshFile(home, mesh)
  return mesh
}

/**
 * Puts a home into the mesh of a ticket. In that mesh already, it only remembers the ticket's addresses.
 *
 * @throws TicketError when the ticket can not be read, HomeError when the home is in another mesh
 */
export async function joinMesh (home: Home, ticket: string): Promise<MeshFile> {
  const invitation = decodeTicket(ticket)
  const present = await readMeshFile(home)
  if (present !== undefined && !sameSecret(present.secret, invitation.secret)) {
    throw new HomeError(`The ticket is of the mesh "${invitation.meshName}", and this home is in the mesh "${present.name}"; take another --home for it`)
  }
  const mesh = withAddresses(present ?? { name: invitation.meshName, secret: invitation.secret, addresses: [] }, invitation.addresses)
  await writeMeshFile(home, mesh)
  return mesh
}

/** Makes a mesh in a home where no peer runs. @throws HomeError when one runs there, or the home is in a mesh already */
export async function initMesh (homeDir: string, name: string): Promise<MeshFile> {
  return inHome(homeDir, async (home) => makeMesh(home, name))
}

/** Puts a home where no peer runs into the mesh of a ticket. @throws TicketError, HomeError */
export async function enterMesh (homeDir: string, ticket: string): Promise<MeshFile> {
  decodeTicket(ticket)
  return inHome(homeDir, async (home) => joinMesh(home, ticket))
}

async function inHome<Result> (homeDir: string, run: (home: Home) => Promise<Result>): Promise<Result> {
  const home = await openHome(homeDir)
  try {
    // A home that is in a mesh and has no key counts as damaged, so the key comes first.
    await openIdentity(home)
    return await run(home)
  } finally {
    await home.close()
  }
}

function sameSecret (a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index])
}
