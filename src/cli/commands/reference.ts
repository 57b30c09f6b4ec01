import { ExitStatus } from '../../errors.ts'
import { programVersion } from '../../version.ts'
import { printJson } from '../context.ts'
import { helpColumns, rootOf } from '../help/format-help.ts'
import { word } from '../options.ts'
import type { Command } from 'commander'
import type { CommonOptions, Registration } from '../registration.ts'
import type { Format } from '../reference/formats.ts'

interface Options extends CommonOptions {
  readonly format?: Format
}

/** `tilemesh reference`: the whole command line on one page, made of the program itself. */
export function addReference (program: Command, { context, act }: Registration): void {
  program.command('reference')
    .description('Write the whole command line on one page: commands, options, exit statuses, environment, events, files.')
    .option('--format <FORMAT>', 'text, markdown, or man for a manual page (default: text)', word('--format', ['text', 'markdown', 'man'] satisfies Format[]))
    .action(act(async (_: unknown, self: Command) => {
      const { format = 'text', json } = self.optsWithGlobals<Options>()
      // Loaded here: they are of no use to the other commands.
      const { referenceOf } = await import('../reference/document.ts')
      const { asMan, asMarkdown, asText } = await import('../reference/formats.ts')
      const version = programVersion()
      const blocks = referenceOf(rootOf(self), version)
      const text = { text: () => asText(blocks, helpColumns(context)), markdown: () => asMarkdown(blocks), man: () => asMan(blocks, version) }[format]()
      if (json === true) {
        printJson(context, { event: 'reference', format, text })
      } else {
        context.stdout.write(text)
      }
      return ExitStatus.done
    }))
}
