import { importJobFile, readJobFileHead, surveyJobFile, writeJobFile } from './job-file.ts'
import { decodeManifest } from './manifest.ts'
import { packBundle } from './pack.ts'
import { surveyScene } from './survey.ts'
import type { Bundler } from '../ports.ts'

/**
 * The {@link Bundler} of a peer.
 *
 * @param scratch absolute path of a folder for what is needed for a moment; see {@link surveyScene}
 */
export function createBundler (scratch: string): Bundler {
  return {
    pack: packBundle,
    survey: async (engine, scenePath) => surveyScene(engine, scenePath, scratch),
    readManifest: decodeManifest,
    readJob: readJobFileHead,
    importJob: importJobFile,
    surveyJob: async (file) => surveyJobFile(file, scratch),
    writeJob: writeJobFile
  }
}
