import { styleText } from 'node:util'
import { ExitStatus } from '../../errors.ts'
import { printJson } from '../context.ts'
import { printable } from '../format.ts'
import { homeOf } from '../home.ts'
import { showsBlocks } from '../doctor/surroundings.ts'
import { foldColumns, labelled } from '../view/fold.ts'
import type { Command } from 'commander'
import type { Check } from '../doctor/check.ts'
import type { CommandContext } from '../context.ts'
import type { CommonOptions, Registration } from '../registration.ts'

/** `tilemesh doctor`: what works here, a line for each thing, with the cure for what does not. */
export function addDoctor (program: Command, { context, act }: Registration): void {
  program.command('doctor')
    .description('Say what works on this machine and what does not, with the cure on the same line. Ends with 0 if a job could run here, else with 5. Changes nothing.')
    .action(act(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>()
      // Loaded here: its checks are of no use to the other commands.
      const { examineAll } = await import('../doctor/doctor.ts')
      let worst: Check['state'] = 'ok'
      for await (const check of examineAll(context, homeOf(context, options.home))) {
        if (options.json === true) {
          printJson(context, { event: 'check', ...check })
        } else {
          context.stdout.write(checkLine(context, check) + '\n')
        }
        worst = check.state === 'bad' || worst === 'ok' ? check.state : worst
      }
      if (options.json !== true) {
        context.stdout.write(VERDICTS[worst] + '\n')
      }
      return worst === 'bad' ? ExitStatus.homeUnusable : ExitStatus.done
    }))
}

const VERDICTS: Readonly<Record<Check['state'], string>> = {
  ok: 'All is well; a job can run here.',
  warn: 'A job can run here.',
  bad: 'No job can run here yet.'
}

const MARKS = {
  ok: { mark: '✓', word: 'ok  ', style: 'green' },
  warn: { mark: '!', word: 'note', style: 'yellow' },
  bad: { mark: '✗', word: 'BAD ', style: 'red' }
} as const

/** Names are as wide as this at most; longer ones push their message on. */
const NAME_COLUMNS = 17

/** On a terminal folded between words; else one line, whatever its length. */
function checkLine (context: CommandContext, { name, state, message, cure }: Check): string {
  const { mark, word, style } = MARKS[state]
  const plain = context.env['TERM'] === 'dumb' || !showsBlocks(context.env)
  const sign = plain ? word : mark
  const [first, ...rest] = labelled(`${sign} ${name.padEnd(NAME_COLUMNS)} `, printable(`${message}${cure === null ? '' : `${plain ? ' - ' : ' – '}${cure}`}`), foldColumns(context.stdout))
  return [styleText(style, sign, { stream: context.stdout }) + first!.slice(sign.length), ...rest].join('\n')
}
