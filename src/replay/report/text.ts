/** About three digits; text as it is. */
export const figure = (value: number | string): string => {
  if (typeof value === 'string') return value
  return Number.isFinite(value) ? value.toFixed(Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3) : '-'
}
