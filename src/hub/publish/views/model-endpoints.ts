import type { HubMap, Incident } from '../../../federation/protocol/types.ts'
import { bestFirst } from '../../../federation/protocol/view/best-first.ts'
import { type EndpointView, endpointViews, type Spread } from '../../../federation/protocol/view/cell-view.ts'
import type { HubFacts, ListPrice, ModelFacts } from '../../facts/facts.ts'
import type { History, HistorySeries } from '../page-data.ts'

export interface EndpointData {
  readonly map: HubMap
  readonly history: History | undefined
  readonly incidents: readonly Incident[]
  readonly facts: HubFacts
}

/** OpenRouter's endpoint status: 0 is well, below is worse. */
const FAILING = -5
/** Standard normal quantiles. */
const Z = { p75: 0.6745, p90: 1.2816, p95: 1.6449, p99: 2.3263 } as const
const DAY_S = 86_400

/**
 * The models that a map has endpoints of, in the shape of OpenRouter's `GET /models/{author}/{slug}/endpoints`. A model
 * is found by its canonical name (`meta-llama/llama-3.3-70b-instruct`), which is the same whoever serves it, and by its
 * name at a provider. Made when asked for, and then kept.
 */
export class ModelEndpoints {
  readonly #data: EndpointData
  readonly #byName = new Map<string, EndpointView[]>()
  readonly #canonical = new Set<string>()

  constructor(data: EndpointData) {
    this.#data = data
    for (const cell of endpointViews(data.map)) {
      const canonical = data.facts.model(cell.provider, cell.model)?.canonical ?? cell.model
      this.#canonical.add(canonical)
      for (const name of new Set([canonical, cell.model])) {
        const known = this.#byName.get(name)
        if (known) known.push(cell)
        else this.#byName.set(name, [cell])
      }
    }
    for (const cells of this.#byName.values()) cells.sort(bestFirst)
  }

  /** Every name that `find` knows. */
  get names(): readonly string[] {
    return [...this.#byName.keys()].sort()
  }

  /** `GET /v1/models`: one line each, by canonical name. */
  list(): object {
    const data = [...this.#canonical].sort().map((id) => {
      const cells = this.#byName.get(id)!
      return {
        id,
        name: this.#title(cells) ?? id,
        endpoints: cells.length,
        links: { details: `/v1/models/${id}/endpoints` },
      }
    })
    return { data }
  }

  /** Undefined for a model that nothing is published of. */
  find(name: string): object | undefined {
    const cells = this.#byName.get(name)
    if (!cells) return undefined
    const all = cells.map(({ provider, model }) => this.#data.facts.model(provider, model))
    const released = all.find((facts) => facts?.released)?.released
    return {
      data: {
        id: name,
        name: this.#title(cells) ?? name,
        created: released === undefined ? 0 : Math.floor(Date.parse(released) / 1000) || 0,
        description: '',
        architecture: architecture(all),
        endpoints: cells.map((cell) => this.#endpoint(cell, name)),
      },
    }
  }

  #title(cells: readonly EndpointView[]): string | undefined {
    for (const { provider, model } of cells) {
      const title = this.#data.facts.model(provider, model)?.title
      if (title !== undefined) return title
    }
    return undefined
  }

  #endpoint(cell: EndpointView, name: string): object {
    const { facts, incidents, history } = this.#data
    const { provider, model } = cell
    const known: ModelFacts = facts.model(provider, model) ?? {}
    const who = facts.provider(provider)
    const isFailing = incidents.some(
      (incident) => incident.closed === undefined && incident.provider === provider && incident.model === model,
    )
    const series = history?.series.find((each) => each.provider === provider && each.model === model)
    const tools = known.parameters?.includes('tools') ?? false
    return {
      name: `${who?.title ?? provider} | ${model}`,
      model_id: name,
      model_name: known.title ?? name,
      provider_name: who?.title ?? provider,
      tag: provider,
      quantization: known.quantization ?? null,
      // 0 stands for "not known": clients of this shape expect a number.
      context_length: known.contextLength ?? 0,
      max_prompt_tokens: null,
      max_completion_tokens: known.maxOutputTokens ?? null,
      pricing: pricing(known.price, cell.price),
      supported_parameters: known.parameters ?? [],
      supports_implicit_caching: known.price?.cacheRead !== undefined,
      supports_tool_choice: { auto: tools, function: tools, none: tools, required: tools },
      status: isFailing ? FAILING : 0,
      uptime_last_5m: null,
      uptime_last_30m: cell.success === null ? null : percentOf(cell.success),
      uptime_last_1d: history && series ? lastDay(history, series) : null,
      latency_last_30m: percentiles(cell.ttft_ms ?? cell.total_ms),
      throughput_last_30m: percentiles(cell.speed),
      source: cell.source,
      members: cell.members,
      updated_at: cell.updated_at,
    }
  }
}

function architecture(all: readonly (ModelFacts | undefined)[]): object {
  const inputs = new Set(all.flatMap((facts) => facts?.inputModalities ?? ['text']))
  const outputs = new Set(all.flatMap((facts) => facts?.outputModalities ?? ['text']))
  return {
    modality: `${[...inputs].join('+')}->${[...outputs].join('+')}`,
    input_modalities: [...inputs],
    output_modalities: [...outputs],
    tokenizer: null,
    instruct_type: null,
  }
}

/**
 * Decimal strings, USD per token: the list price, else what members paid on average, in and out together; 0 where
 * neither is known.
 */
function pricing(list: ListPrice | undefined, paid: number | null): object {
  if (!list) return { prompt: perToken(paid ?? 0), completion: perToken(paid ?? 0), request: '0' }
  return {
    prompt: perToken(list.input),
    completion: perToken(list.output),
    request: '0',
    ...(list.cacheRead !== undefined && { input_cache_read: perToken(list.cacheRead) }),
    ...(list.cacheWrite !== undefined && { input_cache_write: perToken(list.cacheWrite) }),
    ...(list.image !== undefined && { image: decimal(list.image) }),
  }
}

const perToken = (perMillion: number): string => decimal(perMillion / 1_000_000)

/** A plain decimal string, never with an exponent. */
const decimal = (value: number): string => (value === 0 ? '0' : value.toFixed(15).replace(/0+$/, '').replace(/\.$/, ''))

/** The map has two quantiles; the others are those of the log-normal through them. */
function percentiles(spread: Spread | null): object | null {
  if (!spread) return null
  const { p50, p95 } = spread
  const sigma = p50 > 0 && p95 > 0 ? Math.log(p95 / p50) / Z.p95 : 0
  const at = (z: number) => tenth(p50 * Math.exp(sigma * z))
  return { p50: tenth(p50), p75: at(Z.p75), p90: at(Z.p90), p99: at(Z.p99) }
}

function lastDay({ epochs, epoch_seconds }: History, { uptime }: HistorySeries): number | null {
  const newest = epochs.at(-1) ?? 0
  const known = uptime.filter(
    (value, at): value is number => value !== null && (newest - epochs[at]!) * epoch_seconds < DAY_S,
  )
  return known.length === 0 ? null : percentOf(known.reduce((sum, value) => sum + value, 0) / known.length)
}

const tenth = (value: number): number => Math.round(value * 10) / 10
const percentOf = (share: number): number => Math.round(share * 100_000) / 1_000
