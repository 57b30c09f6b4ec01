import { ExitStatus, UsageError } from '../errors.ts'
import { isJobFile } from '../core/job-file.ts'
import { print, printJson, say } from './context.ts'
import { bytes, count, fileName } from './format.ts'
import { absolutePath } from './options.ts'
import { checkPicturePlace } from './picture-place.ts'
import { reader } from './takes.ts'
import type { PeerApi, RenderRequest } from '../api.ts'
import type { CommandContext } from './context.ts'
import type { Talk } from './view/job-view.ts'
import type { Reader } from './takes.ts'

/** Reads the name of a job file. @throws UsageError when it has another extension */
export const jobFile: Reader<string> = reader({ kind: 'file', extensions: ['.job'] }, (text) => {
  if (!isJobFile(text) || /^(?:.*[\\/])?\.job$/i.test(text)) {
    throw new UsageError(`--export needs the name of a .job file, such as shot.job, not "${text}"`)
  }
  return text
})

/**
 * Where a job file goes, absolute. Its folder must be there and writable.
 *
 * @throws UsageError
 */
export async function readExportPlace (cwd: string, file: string): Promise<string> {
  const place = absolutePath(cwd, file)
  await checkPicturePlace(place, 'job file')
  return place
}

/** Has a peer write a job down, and says where it is. */
export async function exportJob (context: CommandContext, talk: Talk, api: PeerApi, request: RenderRequest, file: string): Promise<number> {
  const { warnings, ...exported } = await api.exportJob(request, file)
  for (const warning of warnings) {
    say(context, `warning: ${warning}`)
  }
  if (talk.json) {
    printJson(context, { event: 'exported', ...exported, warnings })
  } else {
    const name = fileName(context.cwd, file)
    print(context, `wrote ${name} (${bytes(exported.bytes)}, ${count(exported.files, 'file')} of ${exported.name}); render it anywhere with: tilemesh render ${/\s/.test(name) ? `"${name}"` : name}`)
  }
  return ExitStatus.done
}
