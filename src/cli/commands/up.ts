import { ExitStatus, HomeError, TilemeshError } from '../../errors.ts'
import { print, printJson, say } from '../context.ts'
import { count, printable, shortPeer } from '../format.ts'
import { homeOf } from '../home.ts'
import { Interruptions } from '../interruptions.ts'
import { ownPeer, runningPeer } from '../peer-access.ts'
import { addPeerOptions, readPeerOptions } from '../peer-options.ts'
import { readTicket } from '../ticket-input.ts'
import { foldColumns, labelled } from '../view/fold.ts'
import type { Command } from 'commander'
import type { LeftJob, PeerApi, PeerInit, PeerStatus } from '../../api.ts'
import type { FarmEvent } from '../../ports.ts'
import type { CommandContext } from '../context.ts'
import type { PeerAccess } from '../peer-access.ts'
import type { PeerOptions } from '../peer-options.ts'
import type { CommonOptions, Registration } from '../registration.ts'

interface Options extends CommonOptions, PeerOptions {}

type Role = NonNullable<PeerInit['role']>

/** `tilemesh up [TICKET]`: be a peer until Ctrl-C. */
export function addUp (program: Command, registration: Registration): void {
  addRole(program.command('up'), registration, 'peer')
    .description('Be a peer: join the mesh, render for others, resume unfinished jobs, until Ctrl-C (again: leave at once).')
}

/** `tilemesh bootstrap`: be a peer that introduces and relays, and renders nothing. */
export function addBootstrap (program: Command, registration: Registration): void {
  addRole(program.command('bootstrap'), registration, 'bootstrap')
    .description('Be a peer that introduces and relays the others, and renders nothing.')
}

function addRole (command: Command, { context, act }: Registration, role: Role): Command {
  command.argument('[TICKET]', 'join its mesh first; "-" reads it from standard input (environment: TILEMESH_TICKET)')
  return addPeerOptions(command).action(act(async (argument: string | undefined, _: unknown, self: Command) => {
    const options = self.optsWithGlobals<Options>()
    const home = homeOf(context, options.home)
    const init = await readPeerOptions(options, home)
    const ticket = await readTicket(context, argument)
    if (await runningPeer(home) !== undefined) {
      throw new HomeError(`a peer runs in ${home} already; end it first, or give this one a home of its own with --home`)
    }
    const access = await ownPeer(context, options, { ...init, ticket, role })
    access.log.release()
    return beUp(context, access, role, options.json === true ? 'json' : 'text')
  }))
}

/** Serves until something asks this peer to leave, then leaves: politely, or at once when asked again. */
async function beUp (context: CommandContext, access: PeerAccess, role: Role, format: 'json' | 'text'): Promise<number> {
  const leave = new AbortController()
  using interruptions = new Interruptions()
  interruptions.on(context, ['interrupt', 'terminate', 'hangup', 'parent-gone'], () => {
    leave.abort()
  }, () => context.exitNow(ExitStatus.cancelled))
  try {
    const status = await access.api.status()
    if (format === 'json') {
      printJson(context, { event: 'ready', peer: status.peer, addrs: status.addresses, http: null, name: status.name, mesh: status.mesh })
    } else {
      await greet(context, access.api, status, role)
    }
    for await (const event of access.api.watchPeers(leave.signal)) {
      if (format === 'json') {
        printJson(context, event)
      } else {
        await tell(context, access.api, event)
      }
    }
    if (format === 'text') {
      say(context, '  leaving …')
    }
  } finally {
    const left = await access.close('politely')
    if (format === 'text') {
      left.forEach((job) => { sayFolded(context, '  ', leftWords(job)) })
    }
  }
  return ExitStatus.done
}

/** What becomes of a job whose requester leaves before it has ended. */
function leftWords ({ name, to }: LeftJob): string {
  return to === null
    ? `${name} waits: nobody else can go on with it now. Start this peer again to finish it.`
    : `${name} goes on without this computer, led by ${to}. Start this peer again to collect the picture.`
}

/** Says something for a person who sits at a terminal, under a label, folded between words. */
function sayFolded (context: CommandContext, label: string, text: string): void {
  for (const line of labelled(label, printable(text), foldColumns(context.stderr))) {
    say(context, line)
  }
}

async function greet (context: CommandContext, api: PeerApi, status: PeerStatus, role: Role): Promise<void> {
  const tell = (label: string, text: string): void => { sayFolded(context, label, text) }
  tell('', `tilemesh ${status.version}, peer ${status.name} (${shortPeer(status.peer)}), mesh "${status.mesh}"`)
  if (role === 'bootstrap') {
    tell('  ', 'introduces and relays other peers, renders nothing')
  } else {
    const engines = status.engines.map(({ engine, version }) => `${engine} ${version}`).join(' · ')
    tell('  renders with   ', engines === '' || status.threads === 0 ? 'nothing' : `${engines}, ${count(status.threads, 'thread')}`)
  }
  for (const address of shownAddresses(context, status, role)) {
    tell('  listens on     ', address)
  }
  say(context, '')
  await offerTicket(context, api)
  say(context, '')
  tell('  ', role === 'bootstrap' ? 'Ctrl-C leaves.' : 'Waiting for work. Ctrl-C leaves politely.')
}

/** Multiaddrs are for programs and for --bootstrap. A person at a terminal is shown where the peer is on the network, and no more than that. */
function shownAddresses ({ stderr }: CommandContext, { addresses }: PeerStatus, role: Role): readonly string[] {
  if (role === 'bootstrap' || stderr.isTTY !== true) {
    return addresses
  }
  const places = addresses.map((address) => /^\/(?:ip4|dns4|dns)\/([^/]+)\/tcp\/(\d+)\/p2p\/[^/]+$/.exec(address)).filter((match) => match !== null)
  const outside = places.filter(([, host]) => !host!.startsWith('127.'))
  return outside.length === 0 ? addresses : outside.map(([, host, port]) => `${host}:${port}`)
}

/** A ticket opens the mesh, so it goes to a person's screen, never into a log that outlives it. */
async function offerTicket (context: CommandContext, api: PeerApi): Promise<void> {
  if (context.stdout.isTTY !== true) {
    say(context, '  Another machine joins with the ticket that this prints: tilemesh mesh invite')
    return
  }
  try {
    const ticket = await api.invite()
    sayFolded(context, '  ', 'Another machine: paste this there (whoever has it can join):')
    print(context, `    npx -y tilemesh up ${ticket}`)
  } catch (err) {
    if (!(err instanceof TilemeshError)) {
      throw err
    }
    sayFolded(context, '  ', `No ticket for another machine: ${err.message}`)
  }
}

async function tell (context: CommandContext, api: PeerApi, event: FarmEvent): Promise<void> {
  switch (event.event) {
    case 'peer': {
      const peer = event.state === 'joined' ? (await api.peers()).find((one) => one.peer === event.peer) : undefined
      const details = peer === undefined ? '' : ` (${[count(peer.threads, 'thread'), ...peer.engines.map(({ engine }) => engine), peer.reach].join(', ')})`
      say(context, event.state === 'joined' ? `  + ${event.name} joined${details}` : `  - ${event.name} left`)
      return
    }
    case 'job':
      say(context, `  ${event.name}  ${event.engine}  ${event.width}×${event.height}  ${event.units} units`)
      return
    case 'error':
      say(context, `  ${event.message}`)
      break
    case 'done':
    case 'progress':
    case 'unit':
  }
}
