/** 2π and π/2 as the nearest doubles. */
const TURN = 6.283185307179586
const QUARTER = 1.5707963267948966

/**
 * Sine and cosine of an angle in radians, exact to about 1e-15 for some turns around zero.
 *
 * By their Taylor series about the nearest quarter turn, with + − × ÷ alone: those give the same bits in every JavaScript engine on every
 * processor, while `Math.sin` and its like differ in the last bits even between builds of one engine.
 */
export function sinCos (angle: number): readonly [sin: number, cos: number] {
  const within = angle - Math.round(angle / TURN) * TURN
  const quarters = Math.round(within / QUARTER)
  const x = within - quarters * QUARTER
  const square = x * x
  let sin = 1
  let cos = 1
  for (let n = 8; n > 0; n--) {
    sin = 1 - square / ((2 * n) * (2 * n + 1)) * sin
    cos = 1 - square / ((2 * n - 1) * (2 * n)) * cos
  }
  sin *= x
  switch ((quarters + 4) % 4) {
    case 0: return [sin, cos]
    case 1: return [cos, -sin]
    case 2: return [-sin, -cos]
    default: return [-cos, sin]
  }
}
