import { describe, expect, it } from 'vitest'
import { rateLimitResetMs, retryAfterMs, retryHintMs } from '../../../../providers/shared/retry-after.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')

describe('retryAfterMs', () => {
  it.each([
    [{ 'retry-after': '20' }, 20_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '-3' }, 0],
    [{ 'retry-after': '7, 7' }, 7_000],
    [{ 'retry-after': '3, 10' }, 10_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 12:00:05 GMT' }, 5_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': '86400' }, 3_600_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'retry-after-ms': '1240', 'retry-after': '2' }, 1_240],
    [{ 'retry-after-ms': '', 'retry-after': '2' }, 2_000],
    [{}, undefined],
  ])('%j is %s', (headers, ms) => {
    expect(retryAfterMs(headers as Record<string, string>, NOW)).toBe(ms)
  })
})

describe('rateLimitResetMs', () => {
  it.each([
    [{ 'x-ratelimit-reset-requests': '1s', 'x-ratelimit-reset-tokens': '6m0s' }, 1_000],
    [
      {
        'x-ratelimit-reset-requests': '120ms',
        'x-ratelimit-remaining-requests': '5',
        'x-ratelimit-reset-tokens': '7.66s',
        'x-ratelimit-remaining-tokens': '0',
      },
      7_660,
    ],
    [{ 'x-ratelimit-reset': String(NOW + 2_000) }, 2_000],
    [{ 'x-ratelimit-reset': String(NOW / 1_000 + 3) }, 3_000],
    [{ 'x-ratelimit-reset': '4' }, 4_000],
    [{ 'anthropic-ratelimit-tokens-reset': '2026-11-22T12:00:06Z' }, 6_000],
    [{ 'x-ratelimit-limit-requests': '10' }, undefined],
  ])('%j is %s', (headers, ms) => {
    expect(rateLimitResetMs(headers as Record<string, string>, NOW)).toBe(ms)
  })
})

describe('retryHintMs', () => {
  it.each([
    ['Please try again in 20s. Visit the site.', 20_000],
    ['Please try again in 7m12.5s.', 432_500],
    ['Please try again in 134ms.', 134],
    ['Retry after 5 seconds', 5_000],
    ['Try again later', undefined],
  ])('%s is %s', (message, ms) => {
    expect(retryHintMs(message)).toBe(ms)
  })
})
