import type { PriceTier, Rates } from './endpoint.ts'

/** Every rate by its name in files and on wires; complete by type, so that a new one cannot be forgotten. */
export const RATE_NAMES: Readonly<Record<keyof Rates, string>> = {
  prompt: 'prompt',
  completion: 'completion',
  cacheRead: 'cache_read',
  cacheWrite: 'cache_write',
  cacheWrite1h: 'cache_write_1h',
  request: 'request',
  imagePrompt: 'image_prompt',
  audioPrompt: 'audio_prompt',
  imageCompletion: 'image_completion',
  audioCompletion: 'audio_completion',
  image: 'image',
  second: 'second',
  character: 'character',
  page: 'page',
  search: 'search',
}

type Condition = Exclude<keyof PriceTier, keyof Rates>

/** What says in a configuration when a tier of a price applies, and how: `from` is a day there, Unix ms here. */
const CONDITION_NAMES: Readonly<Record<Condition, string>> = {
  aboveInputTokens: 'above',
  serviceTier: 'service_tier',
  imageSize: 'image_size',
  quality: 'quality',
  from: 'from',
  hours: 'hours',
  factor: 'factor',
}

const CONDITIONS = Object.entries(CONDITION_NAMES) as [Condition, string][]

/** The conditions of a tier as a configuration has them. */
export function conditionsOf(tier: PriceTier): Record<string, string | number> {
  const found: Record<string, string | number> = {}
  for (const [name, key] of CONDITIONS) {
    const value = tier[name]
    if (value !== undefined) found[key] = name === 'from' ? dayOf(value as number) : value
  }
  return found
}

/** The conditions of a tier from a configuration that has been checked. */
export function readConditions(written: Readonly<Record<string, unknown>>): Pick<PriceTier, Condition> {
  const found: Record<string, unknown> = {}
  for (const [name, key] of CONDITIONS) {
    const value = written[key]
    if (value !== undefined) found[name] = name === 'from' ? Date.parse(value as string) : value
  }
  return found
}

/** In UTC; with the time where it is not midnight. */
const dayOf = (ms: number): string => new Date(ms).toISOString().replace('T00:00:00.000Z', '')
