import { generateKeyPair, generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { memory } from '@libp2p/memory'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { systemClock, systemRandom } from '../../src/clock.ts'
import { createLibp2pMesh } from '../../src/mesh/libp2p-mesh.ts'
import { sha256 } from '../support/sha256.ts'
import type { PeerId } from '../../src/core/ids.ts'
import type { Libp2pMeshInit } from '../../src/mesh/libp2p-mesh.ts'
import type { Log, Mesh } from '../../src/ports.ts'
import type { MeshesUnderTest } from '../contracts/mesh.ts'
import type { PrivateKey } from '@libp2p/interface'

/** The secret of the mesh that tests are about. */
export const SECRET = new Uint8Array(32).fill(7)

/** How often a predicate is looked at, and for how long. */
const POLL_MS = 5
const GIVE_UP_MS = 30_000

let memoryAddresses = 0

/** A log that keeps its lines. */
export function keepingLog (): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const write = (level: string) => (message: string, details?: Readonly<Record<string, unknown>>): void => {
    lines.push(`${level} ${message} ${JSON.stringify(details ?? {})}`)
  }
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** A mesh on loopback TCP with a new identity; not started. */
export async function tcpMesh (overrides: Partial<Libp2pMeshInit> = {}): Promise<Mesh> {
  return createLibp2pMesh({
    privateKey: await generateKeyPair('Ed25519'),
    meshSecret: SECRET,
    meshName: 'test',
    listen: ['/ip4/127.0.0.1/tcp/0'],
    mdns: 'off',
    log: keepingLog(),
    clock: systemClock,
    random: systemRandom,
    sha256,
    ...overrides
  })
}

/** A mesh on libp2p's transport within the process, with an address nobody else has; not started. */
export async function memoryMesh (overrides: Partial<Libp2pMeshInit> = {}): Promise<{ readonly mesh: Mesh, readonly address: string }> {
  const address = `/memory/peer-${memoryAddresses++}`
  return { address, mesh: await tcpMesh({ transports: [memory()], listen: [address], ...overrides }) }
}

/** Waits in real time until a predicate holds. */
export async function until (what: string, predicate: () => boolean): Promise<void> {
  const startMs = performance.now()
  while (!predicate()) {
    if (performance.now() - startMs > GIVE_UP_MS) {
      throw new Error(`waited ${GIVE_UP_MS} ms in vain for ${what}`)
    }
    await pass(POLL_MS)
  }
}

/** Lets real time pass: what runs here is real, and only its outcome is asserted. */
export async function pass (ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}

/** Meshes on the memory transport, of which each knows the addresses of those before it. */
export async function memoryMeshes (count: number): Promise<MeshesUnderTest> {
  const meshes: Mesh[] = []
  const addresses: string[] = []
  for (let i = 0; i < count; i++) {
    const { mesh, address } = await memoryMesh({ bootstrap: [...addresses] })
    meshes.push(mesh)
    addresses.push(address)
  }
  return {
    meshes,
    until,
    pass,
    settled: (promise) => promise,
    end: async () => {
      await Promise.all(meshes.map((mesh) => mesh.stop()))
    }
  }
}

/** A key and its peer id that are the same in every run. */
export async function identity (seed: number): Promise<{ readonly key: PrivateKey, readonly peer: PeerId }> {
  const key = await generateKeyPairFromSeed('Ed25519', new Uint8Array(new Uint32Array(8).fill(seed).buffer))
  return { key, peer: peerIdFromPrivateKey(key).toString() }
}
