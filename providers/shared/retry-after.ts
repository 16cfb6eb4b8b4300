/** An upstream that asks for more is asked again after this long: daily quotas are worth an hourly look. */
const MAX_RETRY_AFTER_MS = 3_600_000

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

type Headers = Readonly<Record<string, string>>

/**
 * How long to leave the upstream alone, in milliseconds from `now` (Unix milliseconds), between 0 and one hour;
 * undefined when it does not say. Read in this order: `retry-after-ms`, `retry-after` (seconds or an HTTP date, RFC
 * 9110 section 10.2.3).
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const ms = Number(headers['retry-after-ms'] || Number.NaN)
  return capped(Number.isNaN(ms) ? parseMoment(headers['retry-after'], now) : ms)
}

/**
 * The same from rate-limit headers: the latest reset among the limits that are used up, or the earliest of all when
 * none is shown as used up. Reads `x-ratelimit-reset[-*]` (OpenAI, Groq, OpenRouter, ...) and
 * `anthropic-ratelimit-*-reset`.
 */
export function rateLimitResetMs(headers: Headers, now: number): number | undefined {
  const exhausted: number[] = []
  const all: number[] = []
  for (const [name, value] of Object.entries(headers)) {
    if (!/^(?:x-ratelimit-reset|anthropic-ratelimit-[\w-]+-reset$)/.test(name)) continue
    const wait = capped(parseMoment(value, now))
    if (wait === undefined) continue
    all.push(wait)
    if (Number(headers[name.replace('reset', 'remaining')] || Number.NaN) <= 0) exhausted.push(wait)
  }
  if (exhausted.length > 0) return Math.max(...exhausted)
  return all.length > 0 ? Math.min(...all) : undefined
}

/** From a message: "Please try again in 7m12.5s". */
export function retryHintMs(message: string): number | undefined {
  const hint = /(?:try again|retry) (?:in|after) ((?:\d+(?:\.\d+)?\s?(?:ms|[smhd])[a-z]*\s*)+)/i.exec(message)?.[1]
  return capped(hint === undefined ? undefined : parseDuration(hint))
}

/**
 * Milliseconds from now: seconds (`20`, `1.5`), a Go duration (`6m0s`, `120ms`), a Unix time in s or ms, an HTTP date
 * or RFC 3339.
 */
function parseMoment(value: string | undefined, now: number): number | undefined {
  const text = value?.trim()
  if (!text) return undefined
  // The same header twice, joined by a proxy: the longest holds. A comma inside a date is followed by no number alone.
  if (/^[\d.\s]+(?:,[\d.\s]+)+$/.test(text))
    return Math.max(...text.split(',').map((part) => parseMoment(part, now) ?? 0))
  const number = Number(text)
  if (number > 1e11) return number - now
  if (number > 1e8) return number * 1_000 - now
  if (!Number.isNaN(number)) return number * 1_000
  if (/^[\d.]+(?:ms|[smhd])/.test(text)) return parseDuration(text)
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : date - now
}

function parseDuration(text: string): number {
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s?(ms|s|m|h|d)/g))
    total += Number(amount) * (UNIT_MS[unit!] ?? 0)
  return total
}

const capped = (ms: number | undefined): number | undefined =>
  ms === undefined || Number.isNaN(ms) ? undefined : Math.round(Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS))
