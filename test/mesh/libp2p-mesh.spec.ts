import { describeMesh } from '../contracts/mesh.ts'
import { memoryMeshes } from './world.ts'

describeMesh('libp2p in memory', memoryMeshes)
