import type { ExitStatus } from '../../errors.ts'

/** What a command ends with: by the names of {@link ExitStatus}, so that none can be missing. */
export const EXIT_MEANINGS: { readonly [Name in keyof typeof ExitStatus]: string } = {
  done: 'done',
  jobFailed: 'the job failed, or some units could not be rendered anywhere',
  usage: 'a word, option or value that can not be used; a picture that can not be written; no peer running where one is needed',
  scene: 'the scene is missing, malformed, or needs files or extensions that are missing',
  noCapablePeer: 'nobody who can render it was seen within --wait-ms',
  homeUnusable: 'the home or its mesh can not be used: in use, corrupt, full, readable by others, of another mesh; doctor: no job could run here',
  cancelled: 'cancelled'
}

/** Variables of the environment that are read, and those that a command run after a job finds. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  TILEMESH_HOME: 'folder with identity, mesh, store and journal, where --home does not say it (default: the platform\'s data folder)',
  TILEMESH_TICKET: 'a ticket for up, bootstrap and mesh join, where no argument gives one; unlike an argument it is not seen by other users',
  TILEMESH_DEBUG: '1 shows stack traces and everything in the log',
  NO_COLOR: 'anything but nothing: no colours, and no view that is redrawn',
  TERM: 'dumb: the same',
  COLORTERM: 'truecolor or 24bit: the growing picture has all colours, else 256',
  XDG_RUNTIME_DIR: 'folder for sockets of homes whose own path is too long for one',
  TILEMESH_JOB: 'in the command of --on-done: the job\'s id',
  TILEMESH_STATE: 'in the command of --on-done: finished, cancelled or parked',
  TILEMESH_FILES: 'in the command of --on-done: the pictures, one path a line'
}

/** Files and folders of a home. */
export const HOME_FILES: Readonly<Record<string, string>> = {
  'identity.key': 'the peer\'s key; readable by its user alone. Without it the peer is a stranger: keep a backup',
  'mesh.json': 'name and secret of the mesh, and where other members were met; readable by its user alone',
  'settings.conf': 'what was set with tilemesh config',
  'port.json': 'the TCP port listened on last',
  'boot.json': 'how often a peer was started here: a number that must never repeat',
  'serial.json': 'how many jobs were asked for here, likewise',
  'speeds.json': 'how fast this machine renders, as measured',
  jobs: 'the journals and films of jobs that were asked for here',
  records: 'signed records of other peers\' jobs',
  blobs: 'files of scenes, each under its hash',
  bundles: 'the same files laid out as their scenes need them',
  'unit-logs': 'what became of units that were rendered here; may be deleted',
  run: 'the sockets that lock the home',
  'control.sock': 'where commands reach the running peer; on Windows a named pipe'
}
