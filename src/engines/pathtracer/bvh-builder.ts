import { LEAF_COUNT_SHIFT, MAX_LEAF_PACKETS, NODE_BYTES, NODE_CHILDREN } from './layout.ts'

/**
 * Builds the tree that the kernel traverses: a binary tree by the surface area heuristic over bins (Wald, "On fast construction of
 * SAH-based bounding volume hierarchies", 2007), collapsed so that each node has up to four children, with packets of four
 * triangles as leaves. Its shape decides the speed, never the picture.
 */
export interface Tree {
  /** The nodes as they lie in the kernel's memory; node 0 is the root. */
  readonly nodes: ArrayBuffer
  /** Triangle numbers of each packet, four each; {@link EMPTY_LANE} where a packet is not full. */
  readonly packets: Uint32Array
}

/** Stands for no triangle in a packet. */
export const EMPTY_LANE = 0xffffffff

const BINS = 16
/** Triangles of a packet. */
const LANES = 4
/** What visiting a node costs, in tests of a packet. */
const NODE_COST = 1
/** From this depth on ranges are halved: whatever the scene, the traversal stack suffices. */
const HALVE_FROM_DEPTH = 64
const LEAF_BIT = 0x80000000

/**
 * @param boxes min x y z, max x y z of each triangle
 */
export function buildTree (boxes: Float32Array): Tree {
  const count = boxes.length / 6
  if (count === 0) {
    const nodes = new ArrayBuffer(NODE_BYTES)
    emptyNode(new Float32Array(nodes), 0)
    return { nodes, packets: new Uint32Array(0) }
  }
  return collapse(new BinaryTree(boxes, count))
}

/** The binary tree: node i has bounds, and either two children (left > 0) or a range of `order`. */
class BinaryTree {
  readonly bounds: Float32Array
  readonly left: Int32Array
  readonly right: Int32Array
  readonly first: Uint32Array
  readonly size: Uint32Array
  readonly order: Uint32Array
  readonly #boxes: Float32Array
  readonly #binBounds = new Float64Array(BINS * 6)
  readonly #binCounts = new Uint32Array(BINS)
  readonly #rightCosts = new Float64Array(BINS)
  #nodes = 1

  constructor (boxes: Float32Array, count: number) {
    this.#boxes = boxes
    this.bounds = new Float32Array(count * 12)
    this.left = new Int32Array(count * 2)
    this.right = new Int32Array(count * 2)
    this.first = new Uint32Array(count * 2)
    this.size = new Uint32Array(count * 2)
    this.order = new Uint32Array(count)
    for (let i = 0; i < count; i++) {
      this.order[i] = i
    }
    this.size[0] = count
    const pending: [node: number, depth: number][] = [[0, 0]]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [node, depth] = next
      const middle = this.#split(node, depth)
      if (middle > 0) {
        const left = this.#nodes
        this.#nodes += 2
        const first = this.first[node]!
        this.left[node] = left
        this.right[node] = left + 1
        this.first[left] = first
        this.size[left] = middle - first
        this.first[left + 1] = middle
        this.size[left + 1] = first + this.size[node]! - middle
        pending.push([left + 1, depth + 1], [left, depth + 1])
      }
    }
  }

  /** Bounds a node and partitions its range; returns where its second half begins, 0 when it is a leaf. */
  #split (node: number, depth: number): number {
    const first = this.first[node]!
    const size = this.size[node]!
    const end = first + size
    const boxes = this.#boxes
    const low = [Infinity, Infinity, Infinity]
    const high = [-Infinity, -Infinity, -Infinity]
    const centreLow = [Infinity, Infinity, Infinity]
    const centreHigh = [-Infinity, -Infinity, -Infinity]
    for (let i = first; i < end; i++) {
      const at = this.order[i]! * 6
      for (let axis = 0; axis < 3; axis++) {
        const least = boxes[at + axis]!
        const most = boxes[at + axis + 3]!
        const centre = least + most
        if (least < low[axis]!) low[axis] = least
        if (most > high[axis]!) high[axis] = most
        if (centre < centreLow[axis]!) centreLow[axis] = centre
        if (centre > centreHigh[axis]!) centreHigh[axis] = centre
      }
    }
    this.bounds.set(low, node * 6)
    this.bounds.set(high, node * 6 + 3)
    if (size <= LANES) {
      return 0
    }
    const middle = first + (size >>> 1)
    if (depth >= HALVE_FROM_DEPTH) {
      return middle
    }
    let best = Infinity
    let bestAxis = -1
    let bestBin = 0
    for (let axis = 0; axis < 3; axis++) {
      const extent = centreHigh[axis]! - centreLow[axis]!
      if (extent > 0) {
        this.#fillBins(first, end, axis, centreLow[axis]!, BINS / extent)
        const [bin, cost] = this.#cheapestBin()
        if (cost < best) {
          best = cost
          bestAxis = axis
          bestBin = bin
        }
      }
    }
    const fitsLeaf = size <= MAX_LEAF_PACKETS * LANES
    const area = halfArea(high[0]! - low[0]!, high[1]! - low[1]!, high[2]! - low[2]!)
    if (bestAxis < 0) {
      return fitsLeaf ? 0 : middle
    }
    if (fitsLeaf && NODE_COST * area + best >= packetsFor(size) * area) {
      return 0
    }
    return this.#partition(first, end, bestAxis, centreLow[bestAxis]!, BINS / (centreHigh[bestAxis]! - centreLow[bestAxis]!), bestBin)
  }

  #fillBins (first: number, end: number, axis: number, start: number, scale: number): void {
    const bins = this.#binBounds
    const counts = this.#binCounts
    const boxes = this.#boxes
    counts.fill(0)
    for (let bin = 0; bin < BINS; bin++) {
      bins.fill(Infinity, bin * 6, bin * 6 + 3)
      bins.fill(-Infinity, bin * 6 + 3, bin * 6 + 6)
    }
    for (let i = first; i < end; i++) {
      const at = this.order[i]! * 6
      const bin = Math.min(((boxes[at + axis]! + boxes[at + axis + 3]! - start) * scale) | 0, BINS - 1)
      const to = bin * 6
      counts[bin] = counts[bin]! + 1
      for (let k = 0; k < 3; k++) {
        if (boxes[at + k]! < bins[to + k]!) bins[to + k] = boxes[at + k]!
        if (boxes[at + k + 3]! > bins[to + k + 3]!) bins[to + k + 3] = boxes[at + k + 3]!
      }
    }
  }

  /** The last bin of the cheapest left half, and the cost of its two halves: packets × half the area. */
  #cheapestBin (): readonly [bin: number, cost: number] {
    const costs = this.#rightCosts
    this.#sweep(BINS - 1, -1, (bin, cost) => { costs[bin] = cost })
    let best = Infinity
    let bestBin = 0
    this.#sweep(0, 1, (bin, cost) => {
      if (bin < BINS - 1 && cost > 0 && costs[bin + 1]! > 0 && cost + costs[bin + 1]! < best) {
        best = cost + costs[bin + 1]!
        bestBin = bin
      }
    })
    return [bestBin, best]
  }

  /** Walks the bins from one end, telling at each the cost of all so far; an empty side costs 0, any other more. */
  #sweep (from: number, step: number, tell: (bin: number, cost: number) => void): void {
    const bins = this.#binBounds
    const low = [Infinity, Infinity, Infinity]
    const high = [-Infinity, -Infinity, -Infinity]
    let count = 0
    for (let bin = from; bin >= 0 && bin < BINS; bin += step) {
      count += this.#binCounts[bin]!
      for (let k = 0; k < 3; k++) {
        low[k] = Math.min(low[k]!, bins[bin * 6 + k]!)
        high[k] = Math.max(high[k]!, bins[bin * 6 + k + 3]!)
      }
      const area = halfArea(high[0]! - low[0]!, high[1]! - low[1]!, high[2]! - low[2]!)
      tell(bin, count === 0 ? 0 : Math.max(area, Number.MIN_VALUE) * packetsFor(count))
    }
  }

  #partition (first: number, end: number, axis: number, start: number, scale: number, lastBin: number): number {
    const order = this.order
    const boxes = this.#boxes
    let i = first
    let j = end
    while (i < j) {
      const triangle = order[i]!
      const at = triangle * 6
      if (Math.min(((boxes[at + axis]! + boxes[at + axis + 3]! - start) * scale) | 0, BINS - 1) <= lastBin) {
        i++
      } else {
        j--
        order[i] = order[j]!
        order[j] = triangle
      }
    }
    // Both sides hold something, because their bins do; a box of infinite size could still fool the bins.
    return i > first && i < end ? i : first + ((end - first) >>> 1)
  }
}

function halfArea (x: number, y: number, z: number): number {
  return x * y + y * z + z * x
}

function packetsFor (triangles: number): number {
  return (triangles + LANES - 1) >>> 2
}

/** Makes nodes of four children: as long as there is room, the largest inner child is replaced by its own two. */
function collapse (tree: BinaryTree): Tree {
  const packets: number[] = []
  let floats = new Float32Array(1024 * NODE_BYTES / 4)
  let words = new Uint32Array(floats.buffer)
  let nodes = 1
  const isLeaf = (node: number): boolean => tree.left[node] === 0
  const areaOf = (node: number): number => {
    const b = tree.bounds.subarray(node * 6, node * 6 + 6)
    return halfArea(b[3]! - b[0]!, b[4]! - b[1]!, b[5]! - b[2]!)
  }
  const pending: [binary: number, node: number][] = [[0, 0]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [binary, node] = next
    const children = isLeaf(binary) ? [binary] : [tree.left[binary]!, tree.right[binary]!]
    while (children.length < 4) {
      let widest = -1
      for (const [index, child] of children.entries()) {
        if (!isLeaf(child) && (widest < 0 || areaOf(child) > areaOf(children[widest]!))) {
          widest = index
        }
      }
      if (widest < 0) {
        break
      }
      const opened = children[widest]!
      children.splice(widest, 1, tree.left[opened]!, tree.right[opened]!)
    }
    const inner = children.filter((child) => !isLeaf(child)).length
    if ((nodes + inner) * NODE_BYTES > floats.byteLength) {
      const grown = new Float32Array(floats.length * 2)
      grown.set(floats)
      floats = grown
      words = new Uint32Array(floats.buffer)
    }
    emptyNode(floats, node)
    for (const [lane, child] of children.entries()) {
      const base = node * NODE_BYTES / 4
      for (let k = 0; k < 6; k++) {
        floats[base + k * 4 + lane] = tree.bounds[child * 6 + k]!
      }
      const to = base + NODE_CHILDREN / 4 + lane
      if (isLeaf(child)) {
        words[to] = appendLeaf(packets, tree.order, tree.first[child]!, tree.size[child]!)
      } else {
        words[to] = nodes
        pending.push([child, nodes])
        nodes++
      }
    }
  }
  return { nodes: floats.buffer.slice(0, nodes * NODE_BYTES), packets: Uint32Array.from(packets) }
}

function appendLeaf (packets: number[], order: Uint32Array, first: number, size: number): number {
  const packet = packets.length / LANES
  const count = packetsFor(size)
  for (let i = 0; i < count * LANES; i++) {
    packets.push(i < size ? order[first + i]! : EMPTY_LANE)
  }
  return (LEAF_BIT | ((count - 1) << LEAF_COUNT_SHIFT) | packet) >>> 0
}

/** Boxes that no ray meets: least above most. */
function emptyNode (floats: Float32Array, node: number): void {
  const base = node * NODE_BYTES / 4
  floats.fill(Infinity, base, base + 12)
  floats.fill(-Infinity, base + 12, base + 24)
  floats.fill(0, base + 24, base + NODE_BYTES / 4)
}
