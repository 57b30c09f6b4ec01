/** Prints a table with a head, columns aligned, numbers to the right. */
export function printTable (head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const all = [head, ...rows.map((row) => row.map(String))]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  for (const [index, row] of all.entries()) {
    process.stdout.write(row.map((cell, column) => column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)).join('  ') + '\n')
    if (index === 0) {
      process.stdout.write(widths.map((width) => '-'.repeat(width)).join('  ') + '\n')
    }
  }
}

/** The middle value. */
export function median (values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
