import { decodeManifest } from './manifest.ts'
import { packBundle } from './pack.ts'
import { surveyScene } from './survey.ts'
import type { BlobStore, Bundler } from '../ports.ts'

/**
 * The {@link Bundler} of a peer.
 *
 * @param scratch absolute path of a folder for what is needed for a moment; see {@link surveyScene}
 */
export function createBundler (blobs: BlobStore, scratch: string): Bundler {
  return {
    pack: async (engine, scenePath) => packBundle(engine, scenePath, blobs),
    survey: async (engine, scenePath) => surveyScene(engine, scenePath, scratch),
    readManifest: decodeManifest
  }
}
