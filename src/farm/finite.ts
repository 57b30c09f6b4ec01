/** Whether all values are finite numbers: others would spread through sums and filters into the whole picture. */
export function allFinite (values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      return false
    }
  }
  return true
}
