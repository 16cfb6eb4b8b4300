import { isObject } from '../base/json/is-object.ts'
import type { Price, PriceTier, Rates } from '../plugins/api.ts'
import { makerIn, modelKey } from './names.ts'
import type { Row } from './row.ts'

/** A model in models.dev's `api.json` (https://models.dev, MIT). Tokens; USD per million tokens. */
export interface ModelsDevModel {
  readonly id: string
  readonly name?: string
  readonly release_date?: string
  readonly status?: string
  readonly reasoning?: boolean
  readonly tool_call?: boolean
  readonly temperature?: boolean
  readonly structured_output?: boolean
  readonly family?: string
  readonly modalities?: { readonly input?: readonly string[]; readonly output?: readonly string[] }
  readonly limit?: { readonly context?: number; readonly output?: number }
  readonly cost?: ModelsDevCost
  readonly experimental?: {
    readonly modes?: Readonly<
      Record<string, { readonly cost?: ModelsDevCost; readonly provider?: { readonly body?: object } }>
    >
  }
}

interface ModelsDevCost {
  readonly input?: number
  readonly output?: number
  readonly cache_read?: number
  readonly cache_write?: number
  readonly input_audio?: number
  readonly output_audio?: number
  readonly tiers?: readonly (ModelsDevCost & { readonly tier?: { readonly size?: number } })[]
}

export type ModelsDev = Readonly<Record<string, { readonly models: Readonly<Record<string, ModelsDevModel>> }>>

/** Our services by their names there, where they differ; a service may be several there. */
const NAMED_THERE: Readonly<Record<string, readonly string[]>> = {
  abliteration: ['abliteration-ai'],
  azure: ['azure', 'azure-cognitive-services'],
  bedrock: ['amazon-bedrock'],
  cloudferro: ['cloudferro-sherlock'],
  dashscope: ['alibaba'],
  fireworks: ['fireworks-ai'],
  gemini: ['google'],
  gmi: ['gmicloud'],
  'inference-net': ['inference'],
  llama: ['llama'],
  moonshot: ['moonshotai'],
  novita: ['novita-ai'],
  'opencode-zen': ['opencode'],
  ovhcloud: ['ovhcloud'],
  privatemode: ['privatemode-ai'],
  qiniu: ['qiniu-ai'],
  regolo: ['regolo-ai'],
  'siliconflow-cn': ['siliconflow-cn'],
  snowflake: ['snowflake-cortex'],
  tencent: ['tencent-tokenhub'],
  together: ['togetherai'],
  vertex: ['google-vertex', 'google-vertex-anthropic'],
}

/** Plans of one's own agent are no services for others, and their prices are zero. */
const NO_SERVICE = /-(?:coding|token)-plan|^kimi-for-coding$|^github-copilot$|^gitlab$|-cn$|^atomic-chat$|^lmstudio$/

/** Whose own API names models without a maker: the maker, as canonical names have it. */
export const MAKERS_OWN: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  cohere: 'cohere',
  dashscope: 'qwen',
  deepseek: 'deepseek',
  gemini: 'google',
  minimax: 'minimax',
  mistral: 'mistralai',
  moonshot: 'moonshotai',
  openai: 'openai',
  perplexity: 'perplexity',
  stepfun: 'stepfun',
  xai: 'x-ai',
  xiaomi: 'xiaomi',
  zai: 'z-ai',
}

/** Every service's models that are served. What is not shaped as it should be is left out. */
export function fromModelsDev(data: ModelsDev, isWanted = isServed): Map<string, Row[]> {
  const renamed = new Set(Object.values(NAMED_THERE).flat())
  const services = new Map<string, readonly string[]>(Object.entries(NAMED_THERE))
  for (const name of Object.keys(data)) if (!renamed.has(name) && !NO_SERVICE.test(name)) services.set(name, [name])
  const rows = new Map<string, Row[]>()
  for (const [service, names] of services) {
    const found = new Map<string, Row>()
    for (const name of names)
      for (const model of Object.values(data[name]?.models ?? {}))
        if (isUsable(model) && isWanted(model)) found.set(model.id, rowOf(model))
    if (found.size > 0) rows.set(service, [...found.values()])
  }
  return withCanonical(rows)
}

const isUsable = (model: ModelsDevModel) => isObject(model) && typeof model.id === 'string' && model.id.length < 200

const isServed = ({ status }: ModelsDevModel) => status !== 'deprecated'

/**
 * The name of a model whoever serves it: OpenRouter's, whose names are the ones that clients know, or else its maker's
 * own. Variants (`:free`) are another offer and keep theirs.
 */
export function withCanonical(rows: ReadonlyMap<string, readonly Row[]>): Map<string, Row[]> {
  const names = new Map<string, string>()
  const add = (id: string, canonical: string) => {
    const key = modelKey(id)
    const before = names.get(key)
    if (before === undefined || canonical.length < before.length) names.set(key, canonical)
  }
  for (const { id } of rows.get('openrouter') ?? []) if (makerIn(id)) add(id, id)
  const known = new Set(names.keys())
  for (const [service, maker] of Object.entries(MAKERS_OWN))
    for (const { id } of rows.get(service) ?? [])
      if (!known.has(modelKey(id)) && !id.includes('/')) add(id, `${maker}/${id}`)
  const canonicalOf = (service: string, id: string) => {
    const canonical = names.get(modelKey(id))
    const maker = makerIn(id) ?? MAKERS_OWN[service]
    return canonical !== undefined && (maker === undefined || maker === makerIn(canonical)) ? canonical : undefined
  }
  return new Map(
    [...rows].map(([service, models]) => [
      service,
      models.map(({ canonical: _, ...row }) => {
        const canonical = canonicalOf(service, row.id)
        return { ...row, key: modelKey(row.id), ...(canonical !== undefined && { canonical }) }
      }),
    ]),
  )
}

function rowOf(model: ModelsDevModel): Row {
  const { id, name, release_date, limit = {}, modalities = {} } = model
  const inputs = (modalities.input ?? ['text']).map((kind) => (kind === 'pdf' ? 'file' : kind))
  const out = outputsOf(model)
  const price = priceOf(model)
  return {
    id,
    ...(name && { title: name }),
    ...(release_date && { released: release_date }),
    ...(limit.context && { context: limit.context }),
    ...(limit.output && { output: limit.output }),
    ...(inputs.join() !== 'text' && { in: inputs }),
    ...(out.join() !== 'text' && { out }),
    ...(out.includes('text') && { can: abilitiesOf(model) }),
    ...(price && { price }),
  }
}

/** It calls what embeds, ranks or transcribes text, too. */
function outputsOf({ id, family = '', modalities = {} }: ModelsDevModel): readonly string[] {
  const name = `${id} ${family}`.toLowerCase()
  const output = modalities.output ?? ['text']
  if (/embed|\bbge-/.test(name) && !/rerank/.test(name)) return ['embeddings']
  if (/rerank/.test(name)) return ['rerank']
  if (/whisper|transcri/.test(name)) return ['transcription']
  return output.join() === 'audio' ? ['speech'] : output
}

const abilitiesOf = ({ temperature, tool_call, structured_output, reasoning }: ModelsDevModel): string =>
  [
    'w',
    temperature !== false && 's',
    tool_call && 't',
    structured_output !== false && 'j',
    structured_output && 'o',
    reasoning && 'r',
  ]
    .filter(Boolean)
    .join('')

function priceOf({ cost, experimental }: ModelsDevModel): Price | undefined {
  const { input, output } = cost ?? {}
  if (!cost || !isRate(input)) return undefined
  const tiers: PriceTier[] = (cost.tiers ?? []).flatMap((tier) =>
    tier.tier?.size ? [{ aboveInputTokens: tier.tier.size, ...ratesOf(tier) }] : [],
  )
  for (const { cost: own, provider } of Object.values(experimental?.modes ?? {})) {
    const serviceTier = (provider?.body as { service_tier?: unknown } | undefined)?.service_tier
    if (own && typeof serviceTier === 'string') tiers.push({ serviceTier, ...ratesOf(own) })
  }
  return {
    prompt: input,
    completion: isRate(output) ? output : 0,
    ...ratesOf(cost),
    ...(tiers.length > 0 && { tiers }),
  }
}

const ratesOf = (cost: ModelsDevCost): Partial<Rates> => ({
  ...(isRate(cost.input) && { prompt: cost.input }),
  ...(isRate(cost.output) && { completion: cost.output }),
  ...(isRate(cost.cache_read) && { cacheRead: cost.cache_read }),
  ...(isRate(cost.cache_write) && { cacheWrite: cost.cache_write }),
  ...(isRate(cost.input_audio) && { audioPrompt: cost.input_audio }),
  ...(isRate(cost.output_audio) && { audioCompletion: cost.output_audio }),
})

const isRate = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0
