/** What a peer keeps on its disk: the home with its lock, identity and mesh file, and the store behind the Store port. */
export { openStore } from './disk-store.ts'
export { homeDir, openHome } from './home.ts'
export { openIdentity } from './identity.ts'
export { readMeshFile, withAddresses, writeMeshFile } from './mesh-file.ts'
export type { StoreOptions } from './disk-store.ts'
export type { Home, HomeOptions } from './home.ts'
export type { MeshFile } from './mesh-file.ts'
