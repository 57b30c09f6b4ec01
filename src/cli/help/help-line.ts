import type { Command } from 'commander'

/**
 * A line that asks for help, as the program is to read it: `help mesh init` as `mesh init --help`, and one that asks for the help of a
 * command that is not there as that command alone, so that it is refused and the likely one named. Other lines are left as they are.
 */
export function helpLine (program: Command, args: readonly string[]): readonly string[] {
  const words = args[0] === 'help' ? args.slice(1) : args
  if (words === args && !args.includes('--help') && !args.includes('-h')) {
    return args
  }
  const path: string[] = []
  let command = program
  for (const word of words) {
    if (word.startsWith('-') || command.commands.length === 0) {
      break
    }
    const next = command.commands.find((one) => one.name() === word)
    if (next === undefined) {
      return [...path, word]
    }
    path.push(word)
    command = next
  }
  return words === args ? args : [...path, '--help']
}
