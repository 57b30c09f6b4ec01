import { WireError } from '../errors.ts'
import { MAX_PREVIEW_BYTES } from './limits.ts'
import type { FollowItem, PreviewBlock } from '../api.ts'

/** What follows a job, as JSON: pixels as base64. */
export type FollowItemRecord =
  | Extract<FollowItem, { type: 'event' }>
  | { readonly type: 'preview', readonly block: Omit<PreviewBlock, 'rgba'> & { readonly rgba: string } }

/** Cuts a block into bands of whole rows that fit one line each. */
export function * splitBlock (block: PreviewBlock): Generator<PreviewBlock> {
  const rowBytes = block.blockWidth * 4
  const rowsPerBand = Math.max(1, Math.floor(MAX_PREVIEW_BYTES / rowBytes))
  for (let row = 0; row < block.blockHeight; row += rowsPerBand) {
    const rows = Math.min(rowsPerBand, block.blockHeight - row)
    yield { ...block, y: block.y + row, blockHeight: rows, rgba: block.rgba.subarray(row * rowBytes, (row + rows) * rowBytes) }
  }
}

/** A copy for JSON; events stay as they are. */
export function encodeFollowItem (item: FollowItem): FollowItemRecord {
  if (item.type === 'event') {
    return item
  }
  const { rgba } = item.block
  return { type: 'preview', block: { ...item.block, rgba: Buffer.from(rgba.buffer, rgba.byteOffset, rgba.byteLength).toString('base64') } }
}

/** @throws WireError when a block's pixels are not as many as it says */
export function decodeFollowItem (record: unknown): FollowItem {
  const item = record as FollowItemRecord
  if (item.type === 'event') {
    return item
  }
  const rgba = new Uint8Array(Buffer.from(item.block.rgba, 'base64'))
  if (rgba.byteLength !== item.block.blockWidth * item.block.blockHeight * 4) {
    throw new WireError('a preview block has the wrong number of pixels')
  }
  return { type: 'preview', block: { ...item.block, rgba } }
}
