const DURATION_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const SIZE_BYTES: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }

/**
 * Grammar of durations and sizes as strings, shared with the schema; the unit may be left out, as with a plain number.
 */
export const DURATION_PATTERN = '^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)?$'
export const SIZE_PATTERN = '^[0-9]+(\\.[0-9]+)?([bB]|[kKmMgG][bB])?$'

/** `500ms`, `30s`, `5m`, `1h`, `7d` or a number of seconds, as milliseconds; undefined when it is none. */
export function parseDuration(value: string | number): number | undefined {
  return parse(value, DURATION_PATTERN, DURATION_MS, 's')
}

/** `512kb`, `32mb`, `1gb` (powers of 1024) or a number of bytes, as whole bytes; undefined when it is none. */
export function parseSize(value: string | number): number | undefined {
  const bytes = parse(value, SIZE_PATTERN, SIZE_BYTES, 'b')
  return bytes === undefined ? undefined : Math.round(bytes)
}

function parse(
  value: string | number,
  pattern: string,
  units: Readonly<Record<string, number>>,
  bare: string,
): number | undefined {
  const text = String(value)
  if (!new RegExp(pattern).test(text)) return undefined
  const number = Number.parseFloat(text)
  const unit = text.replace(/^[0-9.]+/, '').toLowerCase() || bare
  return number * (units[unit] ?? 1)
}
