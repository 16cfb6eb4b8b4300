import type { WorkUnit } from '../work-units.ts'

/** Figures as people read them. Undefined is shown as `-` everywhere. */
export const NONE = '-'

const show = (value: number | undefined, format: (value: number) => string): string =>
  value === undefined || !Number.isFinite(value) ? NONE : format(value)

/** A number with about three significant digits and no exponent. */
const digits = (value: number): string => {
  const size = Math.abs(value)
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)
}

/** A time given in milliseconds: `0.42 ms`, `312 ms`, `1.25 s`, `2 min 5 s`. */
export const time = (ms: number | undefined): string =>
  show(ms, (value) => {
    if (value < 9.95) return `${Number(value.toPrecision(2))} ms`
    if (value < 999.5) return `${Math.round(value)} ms`
    // A time that is set is a whole one as a rule: `60 s`.
    if (value < 119_500) return `${value % 10_000 === 0 ? value / 1000 : digits(value / 1000)} s`
    const seconds = Math.round(value / 1000)
    const minutes = `${Math.floor(seconds / 60)} min`
    return seconds % 60 === 0 ? minutes : `${minutes} ${seconds % 60} s`
  })

/**
 * How long something lasts or ago it was, given in milliseconds, in its largest unit: `12 s`, `3 min`, `5 h`, `30 d`.
 */
export const span = (ms: number | undefined): string =>
  show(ms, (value) => {
    if (value < 119_500) return `${Math.round(value / 1000)} s`
    if (value < 2 * 3_600_000) return `${Math.round(value / 60_000)} min`
    return value < 2 * 86_400_000 ? `${Math.round(value / 3_600_000)} h` : `${Math.round(value / 86_400_000)} d`
  })

/** USD: cents and more with two digits, less with two significant ones. */
export const usd = (value: number | undefined): string =>
  show(value, (dollars) => {
    if (dollars === 0) return '$0'
    if (dollars >= 0.095) return `$${dollars.toFixed(2)}`
    if (dollars < 1e-8) return '<$0.00000001'
    return `$${dollars.toFixed(Math.min(9, 1 - Math.floor(Math.log10(dollars))))}`
  })

/** A share between 0 and 1 as per cent; never `100%` or `0%` unless it is exactly that. */
export const percent = (share: number | undefined): string =>
  show(share, (value) => {
    const rounded = (value * 100).toFixed(1)
    if (rounded === '100.0') return value >= 1 ? '100%' : '>99.9%'
    if (rounded === '0.0') return value <= 0 ? '0%' : '<0.1%'
    return `${rounded}%`
  })

/** Output tokens per second, or with `unit` of something else. What is slow keeps two digits that matter: `0.024`. */
export const speed = (perSecond: number | undefined, unit?: Pick<WorkUnit, 'perSecond'>): string =>
  show(perSecond, (value) => {
    const figure = value < 0.0995 && value > 0 ? String(Number(value.toPrecision(2))) : digits(value)
    return unit ? `${figure} ${unit.perSecond}` : figure
  })

/** A whole number, from 10,000 on in short: `9,999`, `12.3k`, `4.56M`. */
export const count = (value: number | undefined): string =>
  show(value, (number) => {
    if (number < 10_000) return Math.round(number).toLocaleString('en-US')
    return number < 999_500 ? `${digits(number / 1e3)}k` : `${digits(number / 1e6)}M`
  })

/** The unit of each row of a table, where not all are tokens, and the title above them. */
export function speedColumn<Unit extends Pick<WorkUnit, 'perSecond'>>(units: readonly (Unit | undefined)[]) {
  if (units.every((unit) => unit === undefined)) return { title: 'tokens/s', units }
  return { title: 'speed', units: units.map((unit) => unit ?? { perSecond: 'tokens/s' }) }
}

/** USD per million tokens, without trailing zeros. */
export const price = (perMillion: number | undefined): string =>
  show(perMillion, (value) => `$${Number(value.toFixed(4))}`)
