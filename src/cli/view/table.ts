import stringWidth from 'string-width'

/** Rows of cells as lines with aligned columns, two spaces between; numbers align right. The first row is the head. */
export function table (rows: readonly (readonly (string | number)[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => stringWidth(String(row[column] ?? '')))))
  return rows.map((row) => row.map((cell, column) => {
    const space = ' '.repeat(widths[column]! - stringWidth(String(cell)))
    return typeof cell === 'number' ? space + String(cell) : String(cell) + space
  }).join('  ').trimEnd())
}
