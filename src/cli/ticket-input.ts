import { TicketError } from '../errors.ts'
import type { CommandContext } from './context.ts'

/** Characters of a ticket at most, line breaks included; an honest one has some two hundred. */
export const MAX_TICKET_LENGTH = 4096

/**
 * The ticket a command was given: its argument, `-` for standard input, else TILEMESH_TICKET. A ticket in an argument can be seen by others
 * on the same machine, which is why the other two exist.
 *
 * @throws TicketError when it is empty or far too long
 */
export async function readTicket (context: CommandContext, argument: string | undefined): Promise<string | undefined> {
  const given = argument === '-' ? await readAll(context) : argument ?? context.env['TILEMESH_TICKET']
  if (given === undefined || (given === '' && argument === undefined)) {
    return undefined
  }
  const ticket = given.replace(/\s+/g, '')
  if (ticket === '') {
    throw new TicketError('the ticket is empty; a peer of the mesh prints one with: tilemesh mesh invite')
  }
  if (ticket.length > MAX_TICKET_LENGTH) {
    throw new TicketError(`a ticket has at most ${MAX_TICKET_LENGTH} characters`)
  }
  return ticket
}

async function readAll ({ stdin }: CommandContext): Promise<string> {
  let text = ''
  stdin.setEncoding('utf8')
  for await (const chunk of stdin) {
    text += String(chunk)
    if (text.length > MAX_TICKET_LENGTH) {
      break
    }
  }
  return text
}
