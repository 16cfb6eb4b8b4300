import type { Figure, HubMap, Incident, MapCell } from '../../src/federation/protocol/types.ts'
import type { HubFacts, ModelFacts } from '../../src/hub/facts/facts.ts'
import type { History, HistorySeries, PageData } from '../../src/hub/publish/page-data.ts'

const HOUR = 3_600
/** The last epoch in the map. */
export const EPOCH = 490_000
const EPOCHS = 72

/** By who made them. */
const MODELS = [
  'anthropic/claude-sonnet-4-5',
  'deepseek/deepseek-v3.2',
  'openai/gpt-4o',
  'openai/gpt-4o-mini',
  'meta-llama/llama-3.3-70b-instruct',
  'mistralai/mistral-large',
  'qwen/qwen3-235b-a22b',
]
const bare = (name: string) => name.slice(name.indexOf('/') + 1)
const PROVIDERS = ['azure-openai', 'bedrock', 'deepinfra', 'fireworks', 'groq', 'openai', 'together']
const CLASSES = ['chat.lt1k.plain', 'chat.lt8k.plain', 'chat.lt8k.structured', 'chat.lt64k.plain']
const PLACES = [
  ['eu-west-1', 'EU'],
  ['us-east-1', 'NA'],
] as const

/**
 * A page like one of a small hub, an hour after its last epoch; always the same. `models` and `providers` set how many
 * endpoints it has.
 */
export function pageData({
  models = MODELS.length,
  providers = 4,
  ...rest
}: { models?: number; providers?: number } & Partial<PageData> = {}): PageData {
  const endpoints = Array.from({ length: models }, (_, index) => bare(MODELS[index] ?? `model-${index}`)).flatMap(
    (model, row) =>
      Array.from({ length: providers }, (_, index) => ({
        model,
        provider: PROVIDERS[(row + index * 2) % PROVIDERS.length]!,
      })),
  )
  return {
    hub: HUB,
    map: mapOf(endpoints.flatMap(({ provider, model }, index) => cellsOf(provider, model, index))),
    history: historyOf(endpoints),
    incidents: INCIDENTS,
    facts: FACTS,
    now: (EPOCH + 2) * HOUR,
    ...rest,
  }
}

/** Of every seventh nothing is published. */
const FACTS: HubFacts = {
  model(provider, model) {
    const index = MODELS.findIndex((name) => bare(name) === model)
    const price = Number(([0.1, 0.5, 2, 3][model.length % 4]! * (1 + (provider.length % 5) / 8)).toPrecision(2))
    const facts: ModelFacts = {
      ...(index >= 0 && { canonical: MODELS[index]! }),
      title: model,
      released: '2025-06-01',
      contextLength: 131_072,
      maxOutputTokens: 8_192,
      inputModalities: ['text', 'image'],
      outputModalities: ['text'],
      parameters: ['tools', 'structured_outputs'],
      price: { input: price, output: price * 4, cacheRead: price / 10 },
    }
    return model.endsWith('7') ? undefined : facts
  },
  provider: (name) =>
    name === 'groq'
      ? { title: 'Groq', dataCollection: 'deny', policySource: 'https://groq.example/data' }
      : { title: name },
}

const HUB = { name: 'Example hub', key: 'A'.repeat(43), k: 5, epoch_seconds: HOUR }

export const mapOf = (cells: readonly MapCell[]): HubMap => ({
  type: 'map',
  v: '1.0',
  epoch: EPOCH,
  epoch_seconds: HOUR,
  k: 5,
  members: 100,
  cells,
})

/** An endpoint as a whole and in its parts. */
function cellsOf(provider: string, model: string, index: number): MapCell[] {
  const figures = (factor: number): Omit<MapCell, 'provider'> => ({
    as_of: EPOCH,
    members: [5, 10, 20, 50][index % 4]!,
    ttft: figure(Math.log(ttftOf(index) * factor)),
    speed: figure(Math.log(speedOf(index) / factor)),
    success: { a: uptimeOf(index) * 40, b: (1 - uptimeOf(index)) * 40 },
    quantiles: {
      ttft: [ttftOf(index) * factor, ttftOf(index) * factor * 2.6],
      speed: [speedOf(index) / factor, (speedOf(index) / factor) * 1.4],
    },
    price: priceOf(index),
  })
  const classes = CLASSES.map((name, at): MapCell => ({ provider, model, class: name, ...figures(1 + at * 0.2) }))
  const places = PLACES.map(
    ([region, continent]): MapCell => ({ provider, model, region, continent, class: CLASSES[0]!, ...figures(1.1) }),
  )
  return [{ provider, model, ...figures(1) }, ...classes, ...places]
}

const figure = (mean: number): Figure => ({ mean, tau2: 0.04, sigma2: 0.3 })
const ttftOf = (index: number) => 180 + ((index * 137) % 23) * 61
const speedOf = (index: number) => 24 + ((index * 53) % 17) * 11
const uptimeOf = (index: number) => 1 - [0.0004, 0.002, 0.011, 0.06][(index * 7) % 4]!
const priceOf = (index: number) => [0.15, 0.6, 2.5, 11][index % 4]!

function historyOf(endpoints: readonly { readonly provider: string; readonly model: string }[]): History {
  const epochs = Array.from({ length: EPOCHS }, (_, index) => EPOCH - EPOCHS + 1 + index)
  const series = endpoints.map(({ provider, model }, index): HistorySeries => {
    const over = (value: (wave: number) => number | null) =>
      epochs.map((_, at) =>
        index === 1 && at < 12 ? null : value(1 + 0.18 * Math.sin(at / 5 + index) + ((index % 3) - 1) * 0.004 * at),
      )
    return {
      provider,
      model,
      ttft_p50: over((wave) => Math.round(ttftOf(index) * wave)),
      ttft_p95: over((wave) => Math.round(ttftOf(index) * 2.6 * wave)),
      total_p50: over(() => null),
      speed: over((wave) => Math.round(speedOf(index) / wave)),
      uptime: over((wave) => Math.min(1, uptimeOf(index) + (wave - 1) * 0.01)),
      price: over(() => priceOf(index)),
      members: over(() => [5, 10, 20, 50][index % 4]!),
    }
  })
  return { epoch_seconds: HOUR, epochs, series }
}

const MINUTE = ((EPOCH + 2) * HOUR) / 60

const INCIDENTS: readonly Incident[] = [
  { id: 'i1', provider: 'deepinfra', model: 'claude-sonnet-4-5', region: '-', opened: MINUTE - 14, members: 5 },
  {
    id: 'i2',
    provider: 'bedrock',
    model: 'deepseek-v3.2',
    region: 'us-east-1',
    opened: MINUTE - 700,
    closed: MINUTE - 655,
    members: 10,
  },
  {
    id: 'i3',
    provider: 'openai',
    model: 'gpt-4o',
    region: '-',
    opened: MINUTE - 1300,
    closed: MINUTE - 1291,
    members: 5,
  },
]
