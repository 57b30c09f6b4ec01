import type { CompletedCommand, CompletedOption } from './vocabulary.ts'
import type { Takes } from '../takes.ts'

/** The script for fish: a `complete` for every word, under the condition that it may stand there. */
export function fishScript (vocabulary: readonly CompletedCommand[]): string {
  const paths = vocabulary.map(({ path }) => path).filter((path) => path !== '')
  const valued = vocabulary.flatMap(({ options }) => options.filter(({ takes }) => takes !== undefined).flatMap(({ spellings }) => spellings))
  return `# Completion of tilemesh for fish. Once: tilemesh completion fish > ~/.config/fish/completions/tilemesh.fish
# Sets what stands before the cursor: the command, how many values follow it, and the option for another home.
function __tilemesh_look
    set -g __tilemesh_at ''
    set -g __tilemesh_values 0
    set -g __tilemesh_home
    set -l expects ''
    for word in (commandline -opc)[2..]
        if test -n "$expects"
            if test "$expects" = --home
                set -g __tilemesh_home --home $word
            end
            set expects ''
        else if string match -q -- '-*' $word
            if contains -- $word ${Array.from(new Set(valued)).join(' ')}
                set expects $word
            end
        else if test $__tilemesh_values -eq 0; and contains -- (string trim -- "$__tilemesh_at $word") ${paths.map(quoted).join(' ')}
            set __tilemesh_at (string trim -- "$__tilemesh_at $word")
        else
            set __tilemesh_values (math $__tilemesh_values + 1)
        end
    end
end
function __tilemesh_in
    __tilemesh_look
    test "$__tilemesh_at" = "$argv[1]"
end
function __tilemesh_value
    __tilemesh_look
    test "$__tilemesh_at" = "$argv[1]"; and test $__tilemesh_values $argv[2] $argv[3]
end
function __tilemesh_jobs
    __tilemesh_look
    set -l program (commandline -opc)[1]
    $program $__tilemesh_home __complete jobs 2>/dev/null
end
# Files with one of these endings, and folders.
function __tilemesh_files
    set -l endings (string escape --style=regex -- $argv | string join '|')
    for file in (complete -C "__fish_command_without_completions "(commandline -ct))
        if string match -rq -- '/$|('$endings')$' $file
            echo $file
        end
    end
end
complete -c tilemesh -f
${vocabulary.flatMap(commandLines).join('\n')}
`
}

function commandLines ({ path, commands, options, values, more }: CompletedCommand): string[] {
  const here = path === '' ? [] : ['-n', quoted(`__tilemesh_in ${quoted(path)}`)]
  return [
    ...commands.map(({ word, meaning }) => line('-n', quoted(`__tilemesh_value ${quoted(path)} -eq 0`), '-a', word, '-d', quoted(meaning))),
    ...options.map((option) => line(...here, ...spellings(option), '-d', quoted(option.meaning), ...valueWords(option.takes))),
    ...values.map((takes, index) => line('-n', quoted(`__tilemesh_value ${quoted(path)} -eq ${index}`), ...argumentWords(takes))),
    ...(more === undefined ? [] : [line('-n', quoted(`__tilemesh_value ${quoted(path)} -ge ${values.length}`), ...argumentWords(more))])
  ]
}

function line (...words: readonly string[]): string {
  return ['complete', '-c', 'tilemesh', ...words].join(' ')
}

function spellings ({ spellings }: CompletedOption): string[] {
  return spellings.flatMap((one) => one.startsWith('--') ? ['-l', one.slice(2)] : ['-s', one.slice(1)])
}

function valueWords (takes: Takes | undefined): string[] {
  return takes === undefined ? [] : ['-x', ...argumentWords(takes)]
}

function argumentWords (takes: Takes): string[] {
  switch (takes.kind) {
    case 'words':
    case 'list': return ['-a', quoted(takes.words.join(' '))]
    case 'file': return takes.extensions.length === 0 ? ['-F'] : ['-a', quoted(`(__tilemesh_files ${takes.extensions.join(' ')})`)]
    case 'folder': return ['-a', quoted('(__fish_complete_directories)')]
    case 'job': return ['-k', '-a', quoted('(__tilemesh_jobs)')]
    case 'number':
    case 'text': return ['-f']
  }
}

/** A text as one word of fish. */
function quoted (text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll('\'', '\\\'')}'`
}
