/** Declares a scenario as often as FAULT_REPEATS says; once without. */
export function repeatedly (title: string, scenario: (this: Mocha.Context) => Promise<void>): void {
  const repeats = Number(process.env['FAULT_REPEATS'] ?? 1)
  for (let round = 1; round <= repeats; round++) {
    it(repeats === 1 ? title : `${title} (${round} of ${repeats})`, scenario)
  }
}
