/** Three significant digits at the most, as one reads them: `320 ms`, `1.24 s`, `12.4 s`, `2.1 min`. */
export function formatTime(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`
  return ms < 100_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`
}

const SPEED_UNITS: Readonly<Record<string, string>> = {
  image: ' images/min',
  speech: ' chars/s',
  transcription: ' s/s',
  rerank: ' docs/s',
}
/** What stands behind the speed of a kind of class; nothing where it is tokens per second. */
export const speedUnit = (kind: string): string => SPEED_UNITS[kind] ?? ''

/** Tokens per second. */
export const formatSpeed = (speed: number): string => (speed < 9.95 ? speed.toFixed(1) : Math.round(speed).toString())

/** A share as a percentage; what is not quite all is never shown as `100 %`. */
export function formatShare(share: number): string {
  if (share >= 0.99995) return '100 %'
  return `${(Math.min(share, 0.9999) * 100).toFixed(share >= 0.99 ? 2 : 1)} %`
}

/** USD per million tokens, two digits that matter. */
export const formatPrice = (price: number): string =>
  price === 0 ? 'free' : `$${price < 1 ? trimmed(price.toPrecision(2)) : price.toFixed(2)}`
const trimmed = (digits: string) =>
  Number(digits) < 0.01 ? Number(digits).toString() : Number(digits).toFixed(Math.max(2, digits.length - 2))

/** `+12 %`, `-3 %`, `0 %`. */
export function formatChange(change: number): string {
  const percent = Math.round(change * 100)
  return percent > 0 ? `+${percent} %` : `${percent === 0 ? 0 : percent} %`.replace('-', '\u2212')
}

/** Members are published as the lower bound of a bucket. */
export const formatMembers = (members: number): string => `${members}+`

/** `2026-11-22 21:05 UTC`. */
export const formatInstant = (unixSeconds: number): string =>
  `${new Date(unixSeconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** For `<time datetime>`. */
export const isoInstant = (unixSeconds: number): string =>
  new Date(unixSeconds * 1000).toISOString().replace('.000', '')

/** A length of time in its largest sensible unit: `40 seconds`, `1 minute`, `5 hours`, `3 days`. */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return plural(Math.max(0, Math.round(seconds)), 'second')
  if (seconds < 5_400) return plural(Math.round(seconds / 60), 'minute')
  return seconds < 172_800 ? plural(Math.round(seconds / 3_600), 'hour') : plural(Math.round(seconds / 86_400), 'day')
}

/** As it stands after "every": `hour`, `10 minutes`, `day`. */
export function formatPeriod(seconds: number): string {
  const [length, noun] = (
    [
      [86_400, 'day'],
      [3_600, 'hour'],
      [60, 'minute'],
      [1, 'second'],
    ] as const
  ).find(([unit]) => seconds % unit === 0)!
  return seconds === length ? noun : plural(seconds / length, noun)
}

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const CONTINENTS: Readonly<Record<string, string>> = {
  AF: 'Africa',
  AN: 'Antarctica',
  AS: 'Asia',
  EU: 'Europe',
  NA: 'North America',
  OC: 'Oceania',
  SA: 'South America',
}
export const continentName = (code: string): string => CONTINENTS[code] ?? 'unknown'

const SIZES: Readonly<Record<string, string>> = {
  lt1k: 'under 1k',
  lt8k: '1k to 8k',
  lt64k: '8k to 64k',
  more: 'over 64k',
}
/** Input tokens of a class. */
export const sizeName = (size: string): string => SIZES[size] ?? size

const KINDS: Readonly<Record<string, string>> = {
  chat: 'chat',
  embedding: 'embeddings',
  image: 'images',
  speech: 'speech',
  transcription: 'transcription',
  rerank: 'reranking',
  moderation: 'moderation',
}
export const kindName = (kind: string): string => KINDS[kind] ?? kind

/** `131k`, `1M`, `512`. */
export function formatTokens(tokens: number): string {
  if (tokens < 10_000) return tokens < 1_000 ? String(tokens) : `${trimmedDigits(tokens / 1_000)}k`
  return tokens < 999_500 ? `${Math.round(tokens / 1_000)}k` : `${trimmedDigits(tokens / 1e6)}M`
}
const trimmedDigits = (value: number): string => value.toFixed(1).replace('.0', '')

/** On an axis of time, UTC: the time of day, at midnight the date. */
export function formatMoment(unixSeconds: number): string {
  const [date = '', time = ''] = new Date(unixSeconds * 1000).toISOString().split('T')
  return time.startsWith('00:00') ? date.slice(5) : time.slice(0, 5)
}
