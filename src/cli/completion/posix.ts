import type { CompletedCommand } from './vocabulary.ts'
import type { Takes } from '../takes.ts'

/**
 * Completion for bash and zsh. Both carry the same table, a `case` over keys, and walk the line in the same way; only how words are offered
 * differs. What can be typed is in the script itself, so that a key press costs no process; only jobs are asked of the program.
 */

/** The script for bash, of version 3.2 as on macOS and later. */
export function bashScript (vocabulary: readonly CompletedCommand[]): string {
  return `# Completion of tilemesh for bash. Into ~/.bashrc: source <(tilemesh completion bash)
${table(vocabulary)}
_tilemesh_offer () {
  local kind=\${reply%%$'\\n'*} list='' word
  case $kind in
    words) list=\${reply#*$'\\n'} ;;
    jobs) list=$("$program" "\${home[@]}" __complete jobs 2>/dev/null) ;;
    files*|folders)
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do
        if [[ -d $word || $kind == files ]] || _tilemesh_fits "$word" "$kind"; then
          COMPREPLY+=("$word")
        fi
      done < <(if [[ $kind == folders ]]; then compgen -d -- "$current"; else compgen -f -- "$current"; fi)
      return ;;
    *) return ;;
  esac
  while IFS= read -r word; do
    word=\${word%%$'\\t'*}
    if [[ -n $word && $word == "$current"* ]]; then
      if [[ $typed == [\\"\\']* ]]; then
        COMPREPLY+=("$word")
      else
        COMPREPLY+=("$(printf %q "$word")")
      fi
    fi
  done <<< "$list"
}
_tilemesh_fits () {
  local ending
  for ending in \${2#files}; do
    if [[ $1 == *"$ending" ]]; then
      return 0
    fi
  done
  return 1
}
_tilemesh () {
  local program=$1 typed=\${COMP_WORDS[COMP_CWORD]} current='' line=("\${COMP_WORDS[@]:1:COMP_CWORD-1}") home=() reply=''
  if [[ $typed != = ]]; then
    current=\${typed//\\\\/}
    current=\${current#[\\"\\']}
  fi
  COMPREPLY=()
  _tilemesh_walk
  _tilemesh_offer
}
${WALK}
complete -F _tilemesh tilemesh
`
}

/** The script for zsh. */
export function zshScript (vocabulary: readonly CompletedCommand[]): string {
  return `#compdef tilemesh
# Completion of tilemesh for zsh. Into ~/.zshrc, below compinit: source <(tilemesh completion zsh)
${table(vocabulary)}
_tilemesh_offer () {
  local kind=\${reply%%$'\\n'*} list='' one
  local -a words_ meanings endings
  case $kind in
    words) list=\${reply#*$'\\n'} ;;
    jobs) list=$("$program" "\${home[@]}" __complete jobs 2>/dev/null) ;;
    'files '*) endings=(\${=kind#files }); _files -g "*.(\${(j:|:)\${(@)endings#.}})"; return ;;
    files) _files; return ;;
    folders) _files -/; return ;;
    *) return 1 ;;
  esac
  for one in \${(f)list}; do
    words_+=("\${one%%$'\\t'*}")
    meanings+=("\${one/$'\\t'/  -- }")
  done
  compadd -l -d meanings -a words_
}
_tilemesh () {
  local program=\${words[1]} current=\${words[CURRENT]} reply=''
  local -a home line
  line=("\${(@)words[2,CURRENT-1]}")
  if [[ $current == --*=* ]]; then
    line+=("\${current%%=*}")
    current=\${current#*=}
    IPREFIX=\${PREFIX%%=*}=
    PREFIX=\${PREFIX#*=}
  fi
  _tilemesh_walk
  _tilemesh_offer
}
${WALK}
if [[ \${funcstack[1]} == _tilemesh ]]; then
  _tilemesh "$@"
else
  compdef _tilemesh tilemesh
fi
`
}

/** Goes over the words before the one that is typed, and looks up in the table what may come: into `reply`. */
const WALK = `_tilemesh_walk () {
  local at='' expects='' option='' word values=0
  for word in "\${line[@]}"; do
    if [[ $word == = ]]; then
      continue
    fi
    if [[ -n $expects ]]; then
      if [[ $option == --home ]]; then
        home=(--home "\${word/#\\~/$HOME}")
      fi
      expects=''
      continue
    fi
    case $word in
      -*=*) ;;
      -*)
        option=$word
        _tilemesh_table "$at $word"
        if [[ -z $reply ]]; then
          _tilemesh_table " $word"
        fi
        expects=$reply ;;
      *)
        _tilemesh_table "$at"
        if [[ $values -eq 0 && $'\\n'$reply == *$'\\n'"$word"$'\\t'* ]]; then
          at="\${at:+$at }$word"
        else
          values=$((values + 1))
        fi ;;
    esac
  done
  if [[ -n $expects ]]; then
    reply=$expects
  elif [[ $current == -* ]]; then
    _tilemesh_table "$at -"
    local own=$reply
    _tilemesh_table ' -'
    reply="words"$'\\n'"$own"$'\\n'"$reply"
  else
    _tilemesh_table "$at"
    if [[ $values -gt 0 || -z $reply ]]; then
      _tilemesh_table "$at #$values"
      if [[ -z $reply ]]; then
        _tilemesh_table "$at #*"
      fi
    fi
  fi
}`

/**
 * The table as a shell function that sets `reply`: by `PATH` the commands inside, by `PATH -` its options, by `PATH --option` and
 * `PATH #0` what a value may be, in a first line `words`, `jobs`, `files`, `folders` or `text`.
 */
function table (vocabulary: readonly CompletedCommand[]): string {
  const rows = vocabulary.flatMap(({ path, commands, options, values, more }) => [
    ...(commands.length === 0 ? [] : [row(path, ['words', ...commands.map(({ word, meaning }) => `${word}\t${meaning}`)])]),
    row(`${path} -`, options.flatMap(({ spellings, meaning }) => `${spellings.at(-1)}\t${meaning}`)),
    ...options.flatMap(({ spellings, takes }) => takes === undefined ? [] : spellings.map((one) => row(`${path} ${one}`, valueLines(takes)))),
    ...values.map((takes, index) => row(`${path} #${index}`, valueLines(takes))),
    ...(more === undefined ? [] : [row(`${path} #*`, valueLines(more))])
  ])
  return `_tilemesh_table () {\n  reply=''\n  case "$1" in\n${rows.join('')}  esac\n}`
}

function row (key: string, lines: readonly string[]): string {
  return `    ${quoted(key)}) reply=${quoted(lines.join('\n'))} ;;\n`
}

function valueLines (takes: Takes): string[] {
  switch (takes.kind) {
    case 'words':
    case 'list': return ['words', ...takes.words]
    case 'file': return [['files', ...takes.extensions].join(' ')]
    case 'folder': return ['folders']
    case 'job': return ['jobs']
    case 'number':
    case 'text': return ['text']
  }
}

/** A text as one word of a POSIX shell. */
function quoted (text: string): string {
  return `'${text.replaceAll('\'', '\'\\\'\'')}'`
}
