import { sinCos } from '../../../core/sin-cos.ts'
import { SceneError } from '../../../errors.ts'
import { readImageHeader } from './image-header.ts'
import { decodeImage } from './images.ts'
import { needIndex, readCount, readExtension, readIndex, readNumber, readNumbers, readObject } from './json.ts'
import { MAX_TEXELS } from './limits.ts'
import type { FlatTexture, FlatTextureRef, FlatWrap } from '../flat-scene.ts'
import type { Gltf } from './gltf.ts'
import type { Image } from './images.ts'
import type { JsonObject } from './json.ts'
import type { Resources } from './resources.ts'

const WRAPS: ReadonlyMap<unknown, FlatWrap> = new Map<unknown, FlatWrap>([[undefined, 'repeat'], [10497, 'repeat'], [33648, 'mirror'], [33071, 'clamp']])
const NEAREST = 9728

/** An image with its sampler, not decoded yet. */
type TextureKey = Pick<FlatTexture, 'wrapS' | 'wrapT' | 'filter'> & { readonly image: number }

/** The textures that materials use: each image once for each way it is sampled. */
export class TextureTable {
  /** One line each: textures that are left out. */
  readonly warnings = new Set<string>()
  private readonly gltf: Gltf
  private readonly keys: TextureKey[] = []
  private readonly numbers = new Map<string, number>()

  constructor (gltf: Gltf) {
    this.gltf = gltf
  }

  /** The images in use. */
  get images (): ReadonlySet<number> {
    return new Set(this.keys.map(({ image }) => image))
  }

  /**
   * Reads how a material uses a texture; undefined when it uses none, or one that can not be shown.
   *
   * @throws SceneError
   */
  refer (value: unknown, where: string): FlatTextureRef | undefined {
    if (value === undefined) {
      return undefined
    }
    const info = readObject(value, where)
    const key = this.readTexture(needIndex(info.index, this.gltf.textures.length, `index of ${where}`))
    if (key === undefined) {
      this.warnings.add(`${where} has no picture in a format that can be read; it is left out`)
      return undefined
    }
    const transform = readExtension(info, 'KHR_texture_transform', where)
    const uvSet = readCount(transform?.texCoord ?? info.texCoord, 0, `texCoord of ${where}`)
    if (uvSet > 1) {
      this.warnings.add(`${where} uses uv set ${uvSet}; only 0 and 1 are read, it is left out`)
      return undefined
    }
    return { texture: this.number(key), uvSet: uvSet as 0 | 1, transform: transform === undefined ? undefined : readTransform(transform, where) }
  }

  /** Checks sizes of all images before one is decoded. Their files must have been fetched. @throws SceneError */
  checkSizes (resources: Resources): void {
    let texels = 0
    for (const { image } of this.keys) {
      const { width, height } = readImageHeader(resources.image(image), `image ${image}`)
      texels += width * height
      if (texels > MAX_TEXELS) {
        throw new SceneError(`the scene is too large: its textures have more than ${MAX_TEXELS} texels; make them smaller`)
      }
    }
  }

  /** Decodes all images. @throws SceneError */
  async decode (resources: Resources): Promise<readonly FlatTexture[]> {
    this.checkSizes(resources)
    const images = new Map<number, Image>()
    for (const image of this.images) {
      images.set(image, await decodeImage(resources.image(image), `image ${image}`))
    }
    return this.keys.map(({ image, wrapS, wrapT, filter }) => ({ ...images.get(image)!, wrapS, wrapT, filter }))
  }

  private readTexture (index: number): TextureKey | undefined {
    const texture = this.gltf.textures[index]!
    const where = `texture ${index}`
    const webp = readExtension(texture, 'EXT_texture_webp', where)
    const image = readIndex(webp?.source ?? texture.source, this.gltf.images.length, `source of ${where}`)
    if (image === undefined) {
      return undefined
    }
    const sampler = readIndex(texture.sampler, this.gltf.samplers.length, `sampler of ${where}`)
    const { wrapS, wrapT, magFilter } = sampler === undefined ? {} as JsonObject : this.gltf.samplers[sampler]!
    return {
      image,
      wrapS: WRAPS.get(wrapS) ?? 'repeat',
      wrapT: WRAPS.get(wrapT) ?? 'repeat',
      filter: magFilter === NEAREST ? 'nearest' : 'linear'
    }
  }

  private number (key: TextureKey): number {
    const name = `${key.image} ${key.wrapS} ${key.wrapT} ${key.filter}`
    let number = this.numbers.get(name)
    if (number === undefined) {
      number = this.keys.push(key) - 1
      this.numbers.set(name, number)
    }
    return number
  }
}

/**
 * KHR_texture_transform: scale, then a counter-clockwise turn as seen with v pointing down, then offset.
 * Khronos's viewer and three.js turn this way; the extension's text once had the signs of the sines the other way round.
 */
function readTransform (transform: JsonObject, where: string): readonly [number, number, number, number, number, number] {
  const [offsetU, offsetV] = readNumbers(transform.offset, [0, 0], `offset of ${where}`) as readonly [number, number]
  const [scaleU, scaleV] = readNumbers(transform.scale, [1, 1], `scale of ${where}`) as readonly [number, number]
  const [sin, cos] = sinCos(readNumber(transform.rotation, 0, `rotation of ${where}`))
  return [cos * scaleU, sin * scaleV, offsetU, -sin * scaleU, cos * scaleV, offsetV]
}
