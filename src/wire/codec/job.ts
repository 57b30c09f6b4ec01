import { equals } from 'uint8arrays/equals'
import { checkJobSpec } from '../../core/job.ts'
import { gridOf } from '../../core/units.ts'
import { JobSpecError, WireError } from '../../errors.ts'
import * as pb from '../generated/job.ts'
import { lineBytes, lineOf, list, present, textBytes, textOf } from './check.ts'
import { hashBytes, hashOf, peerBytes, peerOf } from './ids.ts'
import { openMessage, sealMessage } from './message.ts'
import { words } from './words.ts'
import type { WireBytes } from './message.ts'
import type { JobSpec, Split } from '../../core/job.ts'

const splits = words<Split, pb.Split>('split', {
  tiles: pb.Split.SPLIT_TILES,
  samples: pb.Split.SPLIT_SAMPLES,
  frames: pb.Split.SPLIT_FRAMES
})

/**
 * The one encoding of a job, which is signed and whose sha256 is the job's id.
 *
 * @throws JobSpecError when the job can not be
 * @throws WireError when a text of it is too long
 */
export function encodeJobSpec (spec: JobSpec): Uint8Array {
  checkJobSpec(spec)
  gridOf(spec)
  return encodeChecked(spec)
}

/**
 * Reads a job and checks everything about it that does not need the scene.
 * Bytes that mean a job, but are not its one encoding, are refused: unknown or reordered fields, padded numbers, defaults written out.
 *
 * @throws WireError
 */
export function decodeJobSpec (bytes: WireBytes): JobSpec {
  const spec = specOf(openMessage('job', bytes, 'MAX_JOB_BYTES', pb.JobSpec.decode))
  try {
    checkJobSpec(spec)
    gridOf(spec)
  } catch (err) {
    if (err instanceof JobSpecError) {
      throw new WireError(`the job can not be: ${err.message}`, undefined, { cause: err })
    }
    throw err
  }
  if (!equals(encodeChecked(spec), bytes.subarray())) {
    throw new WireError('these bytes are not the one encoding of their job')
  }
  return spec
}

function encodeChecked (spec: JobSpec): Uint8Array {
  return sealMessage('job', pb.JobSpec.encode({
    requester: peerBytes('requester', spec.requester),
    serial: spec.serial,
    name: lineBytes('name of the job', spec.name, 'MAX_NAME_BYTES'),
    engine: lineBytes('engine', spec.engine, 'MAX_ENGINE_BYTES'),
    fingerprint: lineBytes('fingerprint', spec.fingerprint, 'MAX_FINGERPRINT_BYTES'),
    bundle: {
      manifestSha256: hashBytes('manifest', spec.bundle.manifest),
      manifestBytes: spec.bundle.manifestBytes,
      entry: lineBytes('entry of the bundle', spec.bundle.entry, 'MAX_ENTRY_BYTES')
    },
    widthPixels: spec.width,
    heightPixels: spec.height,
    frames: { first: spec.frames.first, last: spec.frames.last, step: spec.frames.step },
    samplesPerPixel: spec.samples,
    split: splits.toWire(spec.split),
    tilePixels: spec.tile,
    camera: textBytes('camera', spec.camera, 'MAX_NAME_BYTES'),
    settings: list('settings', spec.settings, 'MAX_SETTINGS', ([key, value]) => ({
      key: textBytes('key of a setting', key, 'MAX_SETTING_KEY_BYTES'),
      value: textBytes('value of a setting', value, 'MAX_SETTING_VALUE_BYTES')
    })),
    leaseMs: spec.leaseMs
  }), 'MAX_JOB_BYTES')
}

function specOf (message: pb.JobSpec): JobSpec {
  const bundle = present('bundle', message.bundle)
  const frames = present('frames', message.frames)
  return {
    requester: peerOf('requester', message.requester),
    serial: message.serial,
    name: lineOf('name of the job', message.name, 'MAX_NAME_BYTES'),
    engine: lineOf('engine', message.engine, 'MAX_ENGINE_BYTES'),
    fingerprint: lineOf('fingerprint', message.fingerprint, 'MAX_FINGERPRINT_BYTES'),
    bundle: {
      manifest: hashOf('manifest', bundle.manifestSha256),
      manifestBytes: bundle.manifestBytes,
      entry: lineOf('entry of the bundle', bundle.entry, 'MAX_ENTRY_BYTES')
    },
    width: message.widthPixels,
    height: message.heightPixels,
    frames: { first: frames.first, last: frames.last, step: frames.step },
    samples: message.samplesPerPixel,
    split: splits.fromWire(message.split),
    tile: message.tilePixels,
    camera: textOf('camera', message.camera, 'MAX_NAME_BYTES'),
    settings: list('settings', message.settings, 'MAX_SETTINGS', ({ key, value }) => [
      textOf('key of a setting', key, 'MAX_SETTING_KEY_BYTES'),
      textOf('value of a setting', value, 'MAX_SETTING_VALUE_BYTES')
    ] as const),
    leaseMs: message.leaseMs
  }
}
