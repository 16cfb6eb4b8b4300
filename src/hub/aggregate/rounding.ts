/** To so many digits after the point. */
export function round(value: number, digits: number): number {
  const unit = 10 ** digits
  // Adding 0 makes -0 a 0.
  return Math.round(value * unit) / unit + 0
}

/** To so many significant digits. */
export const significant = (value: number, digits: number): number => Number(value.toPrecision(digits))

export const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))
