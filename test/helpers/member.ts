/** What tests of the reporting side start from: a configuration's names, outcomes, a book. */
import type { ProviderConfig } from '../../src/config/types.ts'
import { type NamingConfig, PublicNames } from '../../src/federation/member/report/public-name.ts'
import type { Outcome } from '../../src/outcomes/types.ts'
import type { JsonObject } from '../../src/plugins/api.ts'

export const HOUR = 3_600_000
/** The start of a window of 24 hours. */
export const START = Date.UTC(2026, 0, 5)
export const EPOCH = START / HOUR
export const CLASS = 'chat.lt1k.plain'

export const providerConfig = (id: string, plugin: string, options: JsonObject = {}): [string, ProviderConfig] => [
  id,
  { id, plugin, options, optional: false, place: {}, placeOf: () => ({}) },
]

export const namingConfig = (
  providers: readonly [string, ProviderConfig][],
  federation: Partial<NamingConfig['federation']> = {},
): NamingConfig => ({ providers: new Map(providers), federation: { providers: {}, models: [], ...federation } })

/** `openai` and `groq` are public, `corp` is not; `maker/0`, `maker/1`, ... of openrouter are declared. */
export const names = new PublicNames(
  namingConfig(
    [
      providerConfig('openai', 'openai', { api_key: 'k' }),
      providerConfig('groq', 'openai-compatible', { preset: 'groq', api_key: 'k' }),
      providerConfig('openrouter', 'openai-compatible', { preset: 'openrouter', api_key: 'k' }),
      providerConfig('corp', 'openai-compatible', { base_url: 'http://10.0.0.1/v1' }),
    ],
    { models: Array.from({ length: 200 }, (_, i) => `openrouter/maker/${i}`) },
  ),
)

export const outcome = (overrides: Partial<Outcome> = {}): Outcome => ({
  endpoint: 'openai/gpt-4o',
  class: CLASS,
  kind: 'ok',
  at: START,
  stream: true,
  ttftMs: 400,
  totalMs: 2_400,
  tokensPerSecond: 50,
  usage: { inputTokens: 900, outputTokens: 100, cacheReadTokens: 300 },
  costUsd: 0.003,
  ...overrides,
})

export function times(count: number, act: (i: number) => void): void {
  for (let i = 0; i < count; i++) act(i)
}
