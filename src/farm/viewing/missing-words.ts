/** What is known of a film that was written. */
export interface FilmState {
  readonly units: number
  /** Units that are in the picture. */
  readonly done: number
  /** Units that are done and could not be had. */
  readonly elsewhere: number
  /** Names of peers that have them and are away, as far as is known. */
  readonly away: readonly string[]
}

/** One line that says what is missing of a picture and who has it; null when nothing is. */
export function missingWords ({ units, done, elsewhere, away }: FilmState): string | null {
  const out = Math.min(elsewhere, units - done)
  const open = units - done - out
  const words: string[] = []
  if (out > 0) {
    const who = away.length === 0 ? 'could not be had from any computer that is connected' : `${are(out)} only at ${away.join(' or ')}, which ${are(away.length)} away`
    words.push(`${out} of ${units} units ${who}`)
  }
  if (open > 0) {
    words.push(`${open} of ${units} units ${are(open)} not rendered yet`)
  }
  return words.length === 0 ? null : words.join('; ')
}

function are (count: number): string {
  return count === 1 ? 'is' : 'are'
}
