import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { Document, NodeIO } from '@gltf-transform/core'
import { encode } from 'fast-png'

/** Rings and segments of the ball: enough triangles that a ray has something to search, few enough to load at once. */
const RINGS = 12
const SEGMENTS = 24

/**
 * A glossy ball over a textured floor beside a lamp, under the default sky: a few hundred triangles that load at once.
 */
export function smallScene (): Document {
  const document = new Document()
  const buffer = document.createBuffer()
  const scene = document.createScene()
  const image = document.createTexture('squares').setImage(encode({ width: 2, height: 2, channels: 3, data: Uint8Array.of(220, 200, 160, 40, 60, 90, 40, 60, 90, 220, 200, 160) })).setMimeType('image/png')
  const floor = document.createMaterial().setBaseColorTexture(image).setRoughnessFactor(0.6).setMetallicFactor(0)
  const ball = document.createMaterial().setBaseColorFactor([0.9, 0.5, 0.2, 1]).setRoughnessFactor(0.25).setMetallicFactor(1)
  const lamp = document.createMaterial().setEmissiveFactor([1, 0.8, 0.5]).setBaseColorFactor([0, 0, 0, 1])

  const add = (name: string, shape: Shape, material: typeof floor, at: [number, number, number]): void => {
    const vector = (type: 'VEC2' | 'VEC3', values: readonly number[]): ReturnType<typeof document.createAccessor> =>
      document.createAccessor().setType(type).setArray(Float32Array.from(values)).setBuffer(buffer)
    const primitive = document.createPrimitive()
      .setAttribute('POSITION', vector('VEC3', shape.positions))
      .setAttribute('NORMAL', vector('VEC3', shape.normals))
      .setAttribute('TEXCOORD_0', vector('VEC2', shape.uvs))
      .setIndices(document.createAccessor().setType('SCALAR').setArray(Uint16Array.from(shape.indices)).setBuffer(buffer))
      .setMaterial(material)
    scene.addChild(document.createNode(name).setMesh(document.createMesh(name).addPrimitive(primitive)).setTranslation(at))
  }
  add('floor', square(6), floor, [0, -1, 0])
  add('ball', sphere(1), ball, [0, 0, 0])
  add('lamp', sphere(0.3), lamp, [1.6, 0.4, 0.8])
  return document
}

/** Writes the small scene as one `.glb`. */
export async function writeSmallGlb (folder: string, name = 'small scene.glb'): Promise<string> {
  const file = path.join(folder, name)
  writeFileSync(file, await new NodeIO().writeBinary(smallScene()))
  return file
}

/** Writes the small scene as a `.gltf` with its buffer and its texture beside it. Resolves with the names of all files, the scene first. */
export async function writeSmallGltf (folder: string): Promise<string[]> {
  const { json, resources } = await new NodeIO().writeJSON(smallScene(), { basename: 'small' })
  writeFileSync(path.join(folder, 'small.gltf'), JSON.stringify(json))
  for (const [name, bytes] of Object.entries(resources)) {
    writeFileSync(path.join(folder, name), bytes)
  }
  return ['small.gltf', ...Object.keys(resources)]
}

interface Shape {
  readonly positions: number[]
  readonly normals: number[]
  readonly uvs: number[]
  readonly indices: number[]
}

function square (half: number): Shape {
  return {
    positions: [-half, 0, -half, -half, 0, half, half, 0, half, half, 0, -half],
    normals: [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0],
    uvs: [0, 0, 0, 4, 4, 4, 4, 0],
    indices: [0, 1, 2, 0, 2, 3]
  }
}

function sphere (radius: number): Shape {
  const shape: Shape = { positions: [], normals: [], uvs: [], indices: [] }
  for (let ring = 0; ring <= RINGS; ring++) {
    for (let segment = 0; segment <= SEGMENTS; segment++) {
      const theta = Math.PI * ring / RINGS
      const phi = 2 * Math.PI * segment / SEGMENTS
      const normal = [Math.sin(theta) * Math.cos(phi), Math.cos(theta), Math.sin(theta) * Math.sin(phi)]
      shape.normals.push(...normal)
      shape.positions.push(...normal.map((value) => value * radius))
      shape.uvs.push(segment / SEGMENTS, ring / RINGS)
      if (ring < RINGS && segment < SEGMENTS) {
        const corner = ring * (SEGMENTS + 1) + segment
        const below = corner + SEGMENTS + 1
        shape.indices.push(corner, corner + 1, below, corner + 1, below + 1, below)
      }
    }
  }
  return shape
}
