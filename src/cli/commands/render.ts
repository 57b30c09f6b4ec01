import { DEFAULT_HEIGHT, DEFAULT_LEASE_MS, DEFAULT_SAMPLES, DEFAULT_TILE, DEFAULT_WIDTH, MAX_COMMAND_LENGTH, MAX_LEASE_MS, MAX_PRIORITY, MAX_SAMPLES, MAX_SAVE_EVERY_MS, MAX_TILE, MAX_VIDEO_FPS, MIN_LEASE_MS, MIN_SAVE_EVERY_MS, MIN_TILE, MIN_VIDEO_FPS } from '../../core/limits.ts'
import { NoPeerRunningError, UsageError } from '../../errors.ts'
import { dryRun } from '../dry-run.ts'
import { engineName, sceneExtensions, sceneFile } from '../engine-names.ts'
import { exportJob, jobFile, readExportPlace } from '../export-job.ts'
import { homeOf } from '../home.ts'
import { decimal, frameRange, numberWord, pictureFile, plainText, setting, size, videoFile, wholeNumber, word } from '../options.ts'
import { ownPeer, runningPeer } from '../peer-access.ts'
import { talkOf } from '../talk.ts'
import { addPeerOptions, readPeerOptions, refusePeerOptions } from '../peer-options.ts'
import { refuse } from '../refusals.ts'
import { readRenderRequest } from '../render-request.ts'
import { Submission, detachJob } from '../submit-job.ts'
import { reader } from '../takes.ts'
import type { Command } from 'commander'
import type { CommonOptions, Registration } from '../registration.ts'
import type { PeerOptions } from '../peer-options.ts'
import type { RenderOptions } from '../render-request.ts'

interface Options extends CommonOptions, RenderOptions, PeerOptions {
  readonly detach?: boolean
  readonly dryRun?: boolean
  readonly replace?: string
  readonly waitMs?: number
}

const MAX_CAMERA_BYTES = 1024

/** Options that a job file can not hold: by commander's name, the value that means it was given (any when undefined), and the flag. */
const OF_ONE_RUN: readonly (readonly [name: keyof Options, value: unknown, flag: string])[] = [
  ['dryRun', undefined, '--dry-run'],
  ['detach', undefined, '--detach'],
  ['replace', undefined, '--replace'],
  ['waitMs', undefined, '--wait-ms'],
  ['saveEvery', undefined, '--save-every'],
  ['onDone', undefined, '--on-done'],
  ['video', undefined, '--video'],
  ['fps', undefined, '--fps'],
  ['local', false, '--no-local']
]

/** `tilemesh render SCENE`: submit a job from this home's peer, follow it, and end as it ends. */
export function addRender (program: Command, { context, act }: Registration): void {
  const command = program.command('render')
    .description('Render a scene on every peer of the mesh; the picture grows as it comes. Ctrl-C cancels the job.')
    .argument('<SCENE>', `the scene file: ${sceneExtensions().join(' or ')}; or a .job file that --export wrote`, sceneFile)
  command.optionsGroup('Picture:')
    .option('-o, --output <FILE>', 'the picture: .png or .exr, #### stands for the frame number (default: the scene\'s name with .png, here)', pictureFile)
    .option('--bits <N>', 'bits per channel of a .png: 8 or 16 (default: 8)', numberWord('--bits', [8, 16]))
    .option('--size <WxH>', `pixels (default: the scene's own, else ${DEFAULT_WIDTH}x${DEFAULT_HEIGHT})`, size('--size'))
    .option('--samples <N>', `samples per pixel; more take longer and are less grainy (default: ${DEFAULT_SAMPLES})`, wholeNumber('--samples', 1, MAX_SAMPLES))
    .option('--frames <A..B[/STEP]>', 'frames by number, every STEPth of them (default: frame 1 alone)', frameRange('--frames'))
    .option('--video <FILE>', 'made of the frames at the end: .webp, or by ffmpeg .mp4 or .webm (default: none)', videoFile)
    .option('--fps <N>', 'frames a second of the video (default: that of the scene, --set fps=N, else 24)', decimal('--fps', MIN_VIDEO_FPS, MAX_VIDEO_FPS))
    .option('--camera <NAME>', 'camera of the scene (default: its first, else one that frames everything)', plainText('--camera', MAX_CAMERA_BYTES))
    .option('--engine <ID>', 'renderer (default: by the scene\'s extension)', engineName)
    .option('--set <KEY=VALUE>', 'engine setting; repeatable', setting('--set'))
  command.optionsGroup('Work:')
    .option('--split <HOW>', 'cut the work by auto, tiles, frames or samples; never changes the picture (default: auto)', word('--split', ['auto', 'tiles', 'frames', 'samples']))
    .option('--tile <N>', `side of a tile in pixels (default: ${DEFAULT_TILE})`, wholeNumber('--tile', MIN_TILE, MAX_TILE, 'pixels'))
    .option('--priority <N>', 'higher is sooner among your jobs (default: 0)', wholeNumber('--priority', -MAX_PRIORITY, MAX_PRIORITY))
    .option('--lease-ms <N>', `ms a silent peer keeps its units (default: ${DEFAULT_LEASE_MS})`, wholeNumber('--lease-ms', MIN_LEASE_MS, MAX_LEASE_MS, 'ms'))
    .option('--verify <HOW>', 'second opinions on results; only "none" is available yet (default: none)', reader({ kind: 'words', words: ['none'] }, verify))
    .option('--no-local', 'render nothing of this job on this peer itself')
    .option('--wait-ms <N>', 'give up when no capable peer is seen for so many ms (default: no limit)', wholeNumber('--wait-ms', 0, Number.MAX_SAFE_INTEGER, 'ms'))
  command.optionsGroup('Before, meanwhile and after:')
    .option('--replace <JOB>', 'cancel this job of yours and start the new one at once')
    .option('--dry-run', 'check everything and say what it would be and how long it would take, but submit nothing')
    .option('--export <FILE>', 'write the job with its whole scene into a .job file instead of rendering it; rendered like a scene, here or anywhere', jobFile)
    .option('--detach', 'print the job and leave; needs a running peer')
    .option('--save-every <SECONDS>', 'write the picture so far at most so often (default: whole frames only)', wholeNumber('--save-every', MIN_SAVE_EVERY_MS / 1000, MAX_SAVE_EVERY_MS / 1000, 'seconds'))
    .option('--on-done <COMMAND>', 'for your shell, run by the peer when the job has ended; knows TILEMESH_JOB, TILEMESH_STATE, TILEMESH_FILES', plainText('--on-done', MAX_COMMAND_LENGTH))
  addPeerOptions(command.optionsGroup('When no peer runs in this home:'))
  command.action(act(async (scene: string, _: unknown, self: Command) => {
    const options = self.optsWithGlobals<Options>()
    refuseTogether(options)
    const home = homeOf(context, options.home)
    const init = await readPeerOptions(options, home)
    const wanted = await readRenderRequest(context.cwd, scene, options)
    const place = options.export === undefined ? undefined : await readExportPlace(context.cwd, options.export)
    const running = await runningPeer(home)
    if (running !== undefined) {
      refusePeerOptions(self)
    } else if (options.detach === true) {
      throw new NoPeerRunningError('--detach needs a running peer, and none runs in this home; start one with: tilemesh up')
    }
    const talk = talkOf(context, options)
    const access = running ?? await ownPeer(context, options, init, place === undefined ? 'on the mesh' : 'offline')
    try {
      if (place !== undefined) {
        return await exportJob(context, talk, access.api, wanted, place)
      }
      const replace = options.replace === undefined ? undefined : (await access.api.findJob(options.replace)).job
      const request = { ...wanted, replace }
      if (options.dryRun === true) {
        return await dryRun({ context, talk, access, request, waitMs: options.waitMs })
      }
      return options.detach === true
        ? await detachJob(context, talk, access.api, request)
        : await Submission.run({ context, talk, access, request, waitMs: options.waitMs })
    } finally {
      await access.close('politely')
    }
  }))
}

/** Options that ask for opposite things. @throws UsageError */
function refuseTogether (options: Options): void {
  const { dryRun, detach } = options
  const ofOneRun = OF_ONE_RUN.find(([name, value]) => options.export !== undefined && (value === undefined ? options[name] !== undefined : options[name] === value))
  if (ofOneRun !== undefined) {
    throw new UsageError(`${ofOneRun[2]} is about one run, and --export only writes the job down; say it when the job is rendered`)
  }
  if (dryRun === true && detach === true) {
    throw new UsageError('--dry-run submits nothing, so there is no job to --detach from; give one of the two')
  }
}

function verify (text: string): string {
  if (text === 'spot' || text === 'quorum') {
    refuse(`--verify ${text}`)
  }
  return word('--verify', ['none', 'spot', 'quorum'])(text)
}
