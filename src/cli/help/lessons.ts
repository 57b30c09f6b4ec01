import { SETTINGS, SETTING_KEYS } from '../../core/settings/table.ts'
import type { Command } from 'commander'

/** A command line to try, and what it does. */
export interface Example {
  readonly line: string
  readonly what: string
}

/** What the help of a command teaches besides its options. */
export interface Lesson {
  /** For the list of all commands: what it does, in one short line. */
  readonly summary: string
  /** Heading under which it stands in that list. */
  readonly group?: string
  readonly examples: readonly Example[]
  /** Words that may stand for an argument or a value, with what they mean, under a heading of their own. */
  readonly words?: { readonly heading: string, readonly items: readonly (readonly [word: string, meaning: string])[] }
  /** Other commands worth knowing here, without the program's name. */
  readonly seeAlso: readonly string[]
}

const RENDERING = 'Render:'
const BEING_A_PEER = 'Be a peer:'

/** Heading of the commands that teach or check. */
export const LEARNING = 'Find out:'

/** By the command's path without the program's name; the program itself is the empty one. */
export const LESSONS: Readonly<Record<string, Lesson>> = {
  '': {
    summary: '',
    examples: [
      { line: 'tilemesh up', what: 'be a peer; prints what to paste on the next machine' },
      { line: 'tilemesh render shot.glb', what: 'render on every peer of the mesh; the picture is shot.png here' },
      { line: 'tilemesh render --help', what: 'everything about one command' }
    ],
    seeAlso: ['doctor', 'reference']
  },
  up: {
    summary: 'be a peer until Ctrl-C',
    group: BEING_A_PEER,
    examples: [
      { line: 'tilemesh up', what: 'join this home\'s mesh, or make one; prints what to paste on the next machine' },
      { line: 'tilemesh up TILEMESH:AEAAI2DPNVSWCGWE', what: 'join the mesh of a ticket first' },
      { line: 'tilemesh up --threads 4 --name attic', what: 'leave the other cores to whoever works here' }
    ],
    seeAlso: ['mesh invite', 'config', 'threads', 'drain', 'status']
  },
  bootstrap: {
    summary: 'introduce peers to one another; render nothing',
    group: BEING_A_PEER,
    examples: [
      { line: 'tilemesh bootstrap TILEMESH:AEAAI2DPNVSWCGWE --listen /ip4/0.0.0.0/tcp/4001', what: 'be the meeting point of that mesh, on a port the world can reach' }
    ],
    seeAlso: ['up', 'mesh invite']
  },
  render: {
    summary: 'render a scene on every peer',
    group: RENDERING,
    words: {
      heading: 'Settings for --set (pathtracer):',
      items: [
        ['bounces', 'how often light is followed on, 0 to 64 (default: 8)'],
        ['sky', 'default or black (default: default)'],
        ['fps', 'frames in a second of animation: frame n shows the scene at n / fps seconds, above 0 to 1000 (default: 24)'],
        ['animation', 'its name in the file (default: the first)']
      ]
    },
    examples: [
      { line: 'tilemesh render shot.glb', what: 'shot.png here, 64 samples per pixel' },
      { line: 'tilemesh render shot.glb -o shot.exr --size 1920x1080 --samples 256', what: 'float pixels, in the size and quality you want' },
      { line: 'tilemesh render walk.glb --frames 1..250 -o walk-####.png', what: 'a film, frame by frame' },
      { line: 'tilemesh render shot.glb --detach', what: 'leave it to the running peer; the terminal is free' }
    ],
    seeAlso: ['watch', 'fetch', 'jobs', 'cancel']
  },
  watch: {
    summary: 'look at a job live, from any peer',
    group: RENDERING,
    examples: [
      { line: 'tilemesh watch shot.glb', what: 'by the scene\'s name, when only one job has it' },
      { line: 'tilemesh watch 3f9c --json', what: 'by the beginning of its id; its events, one a line' }
    ],
    seeAlso: ['jobs', 'fetch']
  },
  fetch: {
    summary: 'write a job\'s picture as far as it is',
    group: RENDERING,
    examples: [
      { line: 'tilemesh fetch shot.glb -o now.exr', what: 'what there is now, also of an unfinished job' },
      { line: 'tilemesh fetch 3f9c -o print.png --bits 16', what: 'a finished job again, in another format' }
    ],
    seeAlso: ['jobs', 'watch']
  },
  jobs: {
    summary: 'list the jobs known here',
    group: RENDERING,
    examples: [
      { line: 'tilemesh jobs', what: 'their ids, how far they are, and whose they are' },
      { line: 'tilemesh jobs --json', what: 'the same for a script' }
    ],
    seeAlso: ['watch', 'fetch', 'peers']
  },
  log: {
    summary: 'say what became of a unit, and why',
    group: RENDERING,
    examples: [
      { line: 'tilemesh log shot.glb', what: 'which units failed, lapsed or are parked, and at whom' },
      { line: 'tilemesh log shot.glb 17', what: 'every attempt at unit 17, with what the renderer said' }
    ],
    seeAlso: ['jobs', 'watch']
  },
  pause: {
    summary: 'start no more units of a job',
    group: RENDERING,
    examples: [{ line: 'tilemesh pause shot.glb', what: 'what is being rendered is finished, nothing more is started' }],
    seeAlso: ['resume', 'cancel', 'drain']
  },
  resume: {
    summary: 'let a paused job go on',
    group: RENDERING,
    examples: [{ line: 'tilemesh resume shot.glb', what: 'it goes on where it was' }],
    seeAlso: ['pause', 'jobs']
  },
  set: {
    summary: 'change a job\'s priority',
    group: RENDERING,
    examples: [
      { line: 'tilemesh set shot.glb --priority 5', what: 'before your jobs of priority 4 and less' },
      { line: 'tilemesh set shot.glb --priority -1', what: 'after all that have none' }
    ],
    seeAlso: ['pause', 'jobs']
  },
  cancel: {
    summary: 'end a job for good',
    group: RENDERING,
    examples: [{ line: 'tilemesh cancel shot.glb', what: 'nobody renders it any more; what was written stays' }],
    seeAlso: ['pause', 'fetch']
  },
  peers: {
    summary: 'list the members and what they do',
    group: BEING_A_PEER,
    examples: [
      { line: 'tilemesh peers', what: 'engines, speed and reach of each' },
      { line: 'tilemesh peers --json', what: 'the same for a script' }
    ],
    seeAlso: ['status', 'jobs', 'mesh invite']
  },
  threads: {
    summary: 'render with more or fewer threads',
    group: BEING_A_PEER,
    examples: [{ line: 'tilemesh threads 2', what: 'two from now on, also in the middle of a unit' }],
    seeAlso: ['drain', 'up']
  },
  drain: {
    summary: 'finish what is held, take no more work',
    group: BEING_A_PEER,
    examples: [
      { line: 'tilemesh drain', what: 'before you need the machine, or turn it off' },
      { line: 'tilemesh drain --off', what: 'take work again' }
    ],
    seeAlso: ['threads', 'config', 'pause', 'status']
  },
  config: {
    summary: 'see and change what is set once',
    group: BEING_A_PEER,
    examples: [
      { line: 'tilemesh config', what: 'all settings of this home, their defaults, what each does' },
      { line: 'tilemesh config threads 6', what: 'from now on, and for every peer started here' },
      { line: 'tilemesh config work-hours mon-fri 19:00-07:00, sat, sun', what: 'work for others at night and at weekends only' },
      { line: 'tilemesh config threads --reset', what: 'back to the default' }
    ],
    words: {
      heading: 'Settings:',
      items: SETTING_KEYS.map((key) => [key, `${SETTINGS[key].meaning}: ${SETTINGS[key].form} (default: ${SETTINGS[key].standard})`])
    },
    seeAlso: ['threads', 'drain', 'up']
  },
  cache: {
    summary: 'see or clear what is kept of scenes and films',
    group: BEING_A_PEER,
    examples: [
      { line: 'tilemesh cache', what: 'scenes and films on this disk, their sizes, when they were used last' },
      { line: 'tilemesh cache clear', what: 'let go of all that no job needs; it is fetched again when it must be' }
    ],
    seeAlso: ['config', 'jobs', 'status']
  },
  status: {
    summary: 'say who this peer is and what it does',
    group: BEING_A_PEER,
    examples: [
      { line: 'tilemesh status', what: 'mesh, peers, jobs, in a few lines' },
      { line: 'tilemesh status --json', what: 'for a watchdog: ends with 2 when no peer runs' }
    ],
    seeAlso: ['peers', 'jobs']
  },
  mesh: {
    summary: 'make a mesh, invite to it, join one',
    group: BEING_A_PEER,
    examples: [
      { line: 'tilemesh mesh init studio', what: 'a mesh with a name of its own, before the first up' },
      { line: 'tilemesh mesh invite', what: 'a ticket for the next machine' }
    ],
    seeAlso: ['up', 'peers']
  },
  'mesh init': {
    summary: 'make a mesh with a name',
    examples: [{ line: 'tilemesh mesh init studio', what: 'this home is in the mesh studio; next: tilemesh up' }],
    seeAlso: ['up', 'mesh invite']
  },
  'mesh invite': {
    summary: 'print a ticket for another machine',
    examples: [
      { line: 'tilemesh mesh invite', what: 'type on the other machine: tilemesh up, and the ticket behind it' },
      { line: 'tilemesh mesh invite --home /srv/tilemesh', what: 'of the peer that runs in another home' }
    ],
    seeAlso: ['up', 'mesh join']
  },
  'mesh join': {
    summary: 'keep a ticket for the next peer here',
    examples: [
      { line: 'tilemesh mesh join TILEMESH:AEAAI2DPNVSWCGWE', what: 'the next up in this home is in that mesh' },
      { line: 'tilemesh mesh join -', what: 'reads the ticket from standard input, where nobody else sees it' }
    ],
    seeAlso: ['up', 'mesh invite']
  },
  demo: {
    summary: 'see three peers render, and one be killed',
    group: LEARNING,
    examples: [{ line: 'tilemesh demo', what: 'writes demo.png here and says who did what' }],
    seeAlso: ['render', 'up']
  },
  doctor: {
    summary: 'say what works here and what does not',
    group: LEARNING,
    examples: [
      { line: 'tilemesh doctor', what: 'a line for each thing, with the cure on the same line' },
      { line: 'tilemesh doctor --json', what: 'for a script; ends with 0 only if a job could run here' }
    ],
    seeAlso: ['status', 'peers', 'demo']
  },
  reference: {
    summary: 'write the whole command line on one page',
    group: LEARNING,
    examples: [
      { line: 'tilemesh reference', what: 'every command, option, exit status, event and file' },
      { line: 'tilemesh reference --format man', what: 'a manual page: send it to a file tilemesh.1 and read that with man -l' }
    ],
    seeAlso: ['doctor']
  },
  completion: {
    summary: 'let the shell complete what you type',
    group: LEARNING,
    examples: [
      { line: 'tilemesh completion bash', what: 'into ~/.bashrc: source <(tilemesh completion bash)' },
      { line: 'tilemesh completion zsh', what: 'into ~/.zshrc, below compinit: source <(tilemesh completion zsh)' },
      { line: 'tilemesh completion fish', what: 'once: tilemesh completion fish > ~/.config/fish/completions/tilemesh.fish' }
    ],
    seeAlso: ['reference']
  }
}

const NO_LESSON: Lesson = { summary: '', examples: [], seeAlso: [] }

/** A command's path without the program's name, such as `mesh init`; empty for the program itself. */
export function pathOf (command: Command): string {
  return command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim()
}

/** What there is to teach about a command; nothing for one that has no lesson. */
export function lessonOf (command: Command): Lesson {
  return LESSONS[pathOf(command)] ?? NO_LESSON
}

/** Gives all commands of a program their lines and headings in the list of commands. */
export function teach (command: Command): void {
  for (const one of command.commands) {
    const { summary, group } = lessonOf(one)
    one.summary(summary)
    if (group !== undefined) {
      one.helpGroup(group)
    }
    teach(one)
  }
}
