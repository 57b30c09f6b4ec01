import { UsageError } from '../../../errors.ts'
import { malformed, needIndex, readIndex, readObject, readObjects, readText } from './json.ts'
import { slerp, unitOf } from './quaternion.ts'
import type { AccessorCheck } from './accessors.ts'
import type { Gltf } from './gltf.ts'
import type { Quaternion } from './quaternion.ts'
import type { UnpackedAttribute } from './unpack.ts'

/**
 * Animations of nodes: which there are, and where they put each node at a time. What moves in the picture comes out of this arithmetic,
 * so it is + − × ÷ and the square root alone.
 */

/** The properties of a node that are animated, with the numbers each has. */
const WIDTHS = { translation: 3, rotation: 4, scale: 3 } as const

/** A property of a node that an animation may change. */
export type AnimatedPath = keyof typeof WIDTHS

type Interpolation = 'LINEAR' | 'STEP' | 'CUBICSPLINE'

/** What is left to unpack of an animation: its channels, checked, by the accessors of their keys. */
export interface AnimationPlan {
  readonly name: string
  readonly channels: readonly ChannelPlan[]
}

interface ChannelPlan {
  readonly node: number
  readonly path: AnimatedPath
  readonly interpolation: Interpolation
  /** Accessors of the times in seconds and of the values. */
  readonly input: number
  readonly output: number
  readonly where: string
}

/** How one property of one node changes. */
export interface Channel {
  readonly node: number
  readonly path: AnimatedPath
  readonly interpolation: Interpolation
  /** Seconds, never falling; at least one. */
  readonly times: Float64Array
  /** Of each time a value; of a spline the tangent towards it, the value, the tangent away from it. Rotations are of unit length. */
  readonly values: Float64Array
}

/** The properties an animation gives a node at a time; what it leaves out is the node's own. */
export type Pose = ReadonlyMap<number, Readonly<Partial<Record<AnimatedPath, readonly number[]>>>>

/** The scene at rest: no node has anything but its own transform. */
export const REST: Pose = new Map()

/** The names of a scene's animations; one without a name is called by its number, counted from 1. */
export function animationNames (gltf: Gltf): readonly string[] {
  return gltf.animations.map((animation, index) => readText(animation.name, `name of animation ${index}`) || `animation ${index + 1}`)
}

/**
 * Chooses an animation and checks its channels, and that its keys lie inside the file. Channels of morph targets, of pointers and of no node
 * are left out.
 *
 * @param wanted its name; empty: the first
 * @returns undefined when the scene has no animation and none is asked for
 * @throws UsageError when there is none of this name, naming those there are; SceneError when it is malformed
 */
export function planAnimation (gltf: Gltf, check: AccessorCheck, wanted: string): AnimationPlan | undefined {
  const names = animationNames(gltf)
  const index = wanted === '' ? 0 : names.indexOf(wanted)
  if (index === -1) {
    throw new UsageError(`the scene has no animation "${wanted}"; ${names.length === 0 ? 'it has none at all' : `it has: ${names.join(', ')}`}`)
  }
  const animation = gltf.animations[index]
  if (animation === undefined) {
    return undefined
  }
  const samplers = readObjects(animation.samplers, `samplers of animation ${index}`)
  const channels: ChannelPlan[] = []
  const taken = new Set<string>()
  for (const [number, channel] of readObjects(animation.channels, `channels of animation ${index}`).entries()) {
    const where = `channel ${number} of animation ${index}`
    const target = readObject(channel.target, `target of ${where}`)
    const node = readIndex(target.node, gltf.nodes.length, `node of ${where}`)
    const path = readPath(target.path, where)
    if (node === undefined || path === undefined) {
      continue
    }
    if (gltf.nodes[node]!.matrix !== undefined) {
      throw malformed(`${where} animates node ${node}, whose transform is a matrix`)
    }
    if (taken.has(`${node} ${path}`)) {
      throw malformed(`${where} animates the ${path} of node ${node} a second time`)
    }
    taken.add(`${node} ${path}`)
    channels.push({ node, path, where, ...planSampler(gltf, check, samplers[needIndex(channel.sampler, samplers.length, `sampler of ${where}`)]!, path, where) })
  }
  return { name: names[index]!, channels }
}

/** The channels of a plan with their keys. @param unpacked by accessor @throws SceneError */
export function readChannels ({ channels }: AnimationPlan, unpacked: ReadonlyMap<number, UnpackedAttribute>): readonly Channel[] {
  return channels.map(({ node, path, interpolation, input, output, where }) => {
    const times = floatsOf(unpacked.get(input)!, where)
    const values = floatsOf(unpacked.get(output)!, where)
    if (times.some((time, index) => index > 0 && time < times[index - 1]!)) {
      throw malformed(`the times of ${where} go back`)
    }
    if (path === 'rotation' && interpolation !== 'CUBICSPLINE') {
      makeUnit(values, where)
    }
    return { node, path, interpolation, times, values }
  })
}

/** Whether two times can differ: some channel has more than one key. */
export function isMoving (channels: readonly Channel[]): boolean {
  return channels.some(({ times }) => times.length > 1)
}

/** The first and the last time of any key in seconds; undefined without channels. */
export function spanOf (channels: readonly Channel[]): { readonly first: number, readonly last: number } | undefined {
  if (channels.length === 0) {
    return undefined
  }
  const ends = (at: 0 | -1): number[] => channels.map(({ times }) => times.at(at)!)
  return { first: ends(0).reduce((a, b) => Math.min(a, b)), last: ends(-1).reduce((a, b) => Math.max(a, b)) }
}

/** What the channels make of their nodes at a time in seconds. Before its first key a property is as there, after its last as there. */
export function poseAt (channels: readonly Channel[], time: number): Pose {
  const pose = new Map<number, Partial<Record<AnimatedPath, readonly number[]>>>()
  for (const channel of channels) {
    const node = pose.get(channel.node) ?? {}
    node[channel.path] = sample(channel, time)
    pose.set(channel.node, node)
  }
  return pose
}

/** The value of a channel at a time in seconds. */
export function sample (channel: Channel, time: number): readonly number[] {
  const { times, interpolation } = channel
  const before = lastAtOrBefore(times, time)
  if (before === -1) {
    return valueOf(channel, 0)
  }
  if (before === times.length - 1 || interpolation === 'STEP') {
    return valueOf(channel, before)
  }
  const seconds = times[before + 1]! - times[before]!
  const t = (time - times[before]!) / seconds
  if (interpolation === 'CUBICSPLINE') {
    return spline(channel, before, t, seconds)
  }
  const from = valueOf(channel, before)
  const to = valueOf(channel, before + 1)
  return channel.path === 'rotation'
    ? slerp(from as unknown as Quaternion, to as unknown as Quaternion, t)
    : from.map((value, i) => value * (1 - t) + to[i]! * t)
}

/** Hermite's cubic through two keys, as the glTF specification writes it: tangents are per second. */
function spline (channel: Channel, before: number, t: number, seconds: number): readonly number[] {
  const [t2, t3] = [t * t, t * t * t]
  const from = keyOf(channel, before, 1)
  const away = keyOf(channel, before, 2)
  const towards = keyOf(channel, before + 1, 0)
  const to = keyOf(channel, before + 1, 1)
  const value = from.map((start, i) =>
    (2 * t3 - 3 * t2 + 1) * start + seconds * (t3 - 2 * t2 + t) * away[i]! + (3 * t2 - 2 * t3) * to[i]! + seconds * (t3 - t2) * towards[i]!)
  return channel.path === 'rotation' ? unitOf(value as unknown as Quaternion) ?? valueOf(channel, before) : value
}

/** The value of a key: of a spline that in the middle of its three, a rotation made unit length. */
function valueOf (channel: Channel, key: number): readonly number[] {
  if (channel.interpolation !== 'CUBICSPLINE') {
    return keyOf(channel, key, 0)
  }
  const value = keyOf(channel, key, 1)
  return channel.path === 'rotation' ? unitOf(value as unknown as Quaternion) ?? [0, 0, 0, 1] : value
}

/** One of the vectors of a key: of a spline it has three, else one. */
function keyOf ({ path, interpolation, values }: Channel, key: number, part: 0 | 1 | 2): readonly number[] {
  const width = WIDTHS[path]
  const at = (interpolation === 'CUBICSPLINE' ? key * 3 + part : key) * width
  return [...values.subarray(at, at + width)]
}

/** The last index whose time is not after `time`; −1 when there is none. */
function lastAtOrBefore (times: Float64Array, time: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! <= time) {
      low = middle + 1
    } else {
      high = middle
    }
  }
  return low - 1
}

function readPath (value: unknown, where: string): AnimatedPath | undefined {
  const path = readText(value, `path of ${where}`)
  switch (path) {
    case 'translation':
    case 'rotation':
    case 'scale': return path
    case 'weights':
    case 'pointer': return undefined
    default: throw malformed(`the path of ${where} is none there is`)
  }
}

function planSampler (gltf: Gltf, check: AccessorCheck, sampler: Readonly<Record<string, unknown>>, path: AnimatedPath, where: string): Pick<ChannelPlan, 'input' | 'output' | 'interpolation'> {
  const interpolation = readText(sampler.interpolation, `interpolation of ${where}`) ?? 'LINEAR'
  if (interpolation !== 'LINEAR' && interpolation !== 'STEP' && interpolation !== 'CUBICSPLINE') {
    throw malformed(`the interpolation of ${where} is none there is`)
  }
  const input = needIndex(sampler.input, gltf.accessors.length, `input of ${where}`)
  const output = needIndex(sampler.output, gltf.accessors.length, `output of ${where}`)
  const times = check.accessor(input)
  const values = check.accessor(output)
  if (times.type !== 'SCALAR' || times.componentType !== FLOAT || times.count < 1) {
    throw malformed(`the times of ${where} are no numbers`)
  }
  const type = path === 'rotation' ? 'VEC4' : 'VEC3'
  if (values.type !== type || values.count !== times.count * (interpolation === 'CUBICSPLINE' ? 3 : 1)) {
    throw malformed(`the values of ${where} do not fit its ${times.count} times`)
  }
  return { input, output, interpolation }
}

/** glTF's number for float32. */
const FLOAT = 5126

/** Whole numbers stand for fractions of their type's largest, as glTF has it. */
function floatsOf ({ array, divisor }: UnpackedAttribute, where: string): Float64Array {
  const floats = Float64Array.from(array, (value) => divisor === 1 ? value : Math.max(value / divisor, -1))
  if (!floats.every(Number.isFinite)) {
    throw malformed(`a key of ${where} is not a number`)
  }
  return floats
}

function makeUnit (values: Float64Array, where: string): void {
  for (let at = 0; at < values.length; at += 4) {
    const unit = unitOf([values[at]!, values[at + 1]!, values[at + 2]!, values[at + 3]!])
    if (unit === undefined) {
      throw malformed(`a rotation of ${where} has no direction`)
    }
    values.set(unit, at)
  }
}
