import type { JsonObject } from '../plugins/api.ts'
import { badParameter } from '../server/bad-parameter.ts'
import type { ModelPage, Query } from '../server/report-routes.ts'

/** A model as it is shown, and what else it is chosen and sorted by. */
export interface ListedModel {
  readonly report: JsonObject
  readonly providers: readonly string[]
  /** Of its best endpoint in the last half hour: milliseconds, tokens per second. */
  readonly latency: () => number | undefined
  readonly throughput: () => number | undefined
  /** Tokens in the last week. */
  readonly tokens: () => number
  /** Whether one of its endpoints is known to keep nothing. */
  readonly zdr: boolean
  /** Where its endpoints are, as far as that is known, in small letters. */
  readonly regions: readonly string[]
}

const MAX_LIMIT = 1_000

/**
 * OpenRouter's filters and sorts of `GET /models`, and the pages of its and Anthropic's clients. What nothing is known
 * of (category, benchmarks, age) filters nothing. Throws ROUTER_BAD_REQUEST.
 */
export function listModels(models: readonly ListedModel[], query: Query): ModelPage {
  const wanted = FILTERS.flatMap(({ name, passes }) => {
    const value = textOf(query, name)
    return value === undefined ? [] : [passes(value, name)]
  })
  const found = sorted(
    models.filter((model) => wanted.every((passes) => passes(model))),
    textOf(query, 'sort'),
  )
  const limit = countOf(query, 'limit', 1, MAX_LIMIT) ?? found.length
  const from = startOf(found, query)
  const data = found.slice(from, from + limit).map(({ report }) => report)
  return { data, total: found.length, ...(from + limit < found.length && { next: from + limit }) }
}

type Passes = (model: ListedModel) => boolean

interface Filter {
  readonly name: string
  readonly passes: (value: string, name: string) => Passes
}

const FILTERS: readonly Filter[] = [
  {
    name: 'q',
    passes: (value) => {
      const text = value.toLowerCase()
      return ({ report }) => [report.id, report.name, report.description].some((field) => contains(field, text))
    },
  },
  {
    name: 'supported_parameters',
    passes: (value) => hasAll(value, ({ report }) => report.supported_parameters as string[]),
  },
  {
    name: 'input_modalities',
    passes: (value) => hasAll(value, ({ report }) => architecture(report).input_modalities),
  },
  {
    name: 'output_modalities',
    passes: (value) =>
      value === 'all' ? () => true : hasAny(value, ({ report }) => architecture(report).output_modalities),
  },
  { name: 'providers', passes: (value) => hasAny(value, ({ providers }) => providers) },
  { name: 'model_authors', passes: (value) => hasAny(value, ({ report }) => [String(report.id).split('/', 1)[0]!]) },
  {
    name: 'arch',
    passes: (value) => {
      const text = value.toLowerCase()
      return ({ report }) => contains(report.id, text)
    },
  },
  {
    name: 'zdr',
    passes:
      (value) =>
      ({ zdr }) =>
        value !== 'true' || zdr,
  },
  { name: 'region', passes: (value) => hasAny(value, ({ regions }) => regions) },
  {
    name: 'context',
    passes: (value, name) => {
      const least = numberOf(value, name)
      return ({ report }) => Number(report.context_length ?? 0) >= least
    },
  },
  ...(['prompt', 'completion'] as const).flatMap((side): Filter[] => {
    const infix = side === 'prompt' ? '' : 'output_'
    return [
      {
        name: `min_${infix}price`,
        passes: (value, name) => {
          const least = numberOf(value, name)
          return ({ report }) => perMillion(report, side) >= least
        },
      },
      {
        name: `max_${infix}price`,
        passes: (value, name) => {
          const most = numberOf(value, name)
          return ({ report }) => perMillion(report, side) <= most
        },
      },
    ]
  }),
]

const contains = (field: unknown, text: string) => typeof field === 'string' && field.toLowerCase().includes(text)
const architecture = (report: JsonObject) => report.architecture as Record<`${'in' | 'out'}put_modalities`, string[]>
const perMillion = (report: JsonObject, side: 'prompt' | 'completion') =>
  // In USD per token; rounded, since the product of a decimal and a million is none.
  Math.round(Number((report.pricing as JsonObject)[side]) * 1e12) / 1e6

function hasAll(value: string, of: (model: ListedModel) => readonly string[]): Passes {
  const names = namesIn(value)
  return (model) => names.every((name) => of(model).includes(name))
}

function hasAny(value: string, of: (model: ListedModel) => readonly string[]): Passes {
  const names = namesIn(value)
  return (model) => of(model).some((name) => names.includes(name.toLowerCase()))
}

const namesIn = (value: string) =>
  value
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

/** What is sorted by, least first; undefined: at the end. */
const SORTS: Readonly<Record<string, (model: ListedModel) => number | undefined>> = {
  'pricing-low-to-high': ({ report }) => perMillion(report, 'prompt') + perMillion(report, 'completion'),
  'pricing-high-to-low': ({ report }) => -perMillion(report, 'prompt') - perMillion(report, 'completion'),
  'context-high-to-low': ({ report }) => -Number(report.context_length ?? 0),
  'latency-low-to-high': (model) => model.latency(),
  'throughput-high-to-low': (model) => negative(model.throughput()),
  'most-popular': (model) => -model.tokens(),
  'top-weekly': (model) => -model.tokens(),
  newest: ({ report }) => -Number(report.created),
}
/** Nothing is known of benchmarks: the order stays. */
const UNKNOWN_SORTS: ReadonlySet<string> = new Set([
  'intelligence-high-to-low',
  'coding-high-to-low',
  'agentic-high-to-low',
  'design-arena-elo-high-to-low',
])

function sorted(models: readonly ListedModel[], sort: string | undefined): readonly ListedModel[] {
  if (sort === undefined || UNKNOWN_SORTS.has(sort)) return models
  const value = Object.hasOwn(SORTS, sort) ? SORTS[sort]! : undefined
  if (!value) throw badParameter('sort', `must be one of ${[...Object.keys(SORTS), ...UNKNOWN_SORTS].join(', ')}`)
  return models
    .map((model) => ({ model, by: value(model) ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => (a.by === b.by ? 0 : a.by - b.by))
    .map(({ model }) => model)
}

const negative = (value: number | undefined) => (value === undefined ? undefined : -value)

/** OpenRouter's clients give an `offset`, Anthropic's the last model that they have. */
function startOf(models: readonly ListedModel[], query: Query): number {
  const after = textOf(query, 'after_id')
  if (after !== undefined) return models.findIndex(({ report }) => report.id === after) + 1
  return countOf(query, 'offset', 0, Number.MAX_SAFE_INTEGER) ?? 0
}

function textOf(query: Query, name: string): string | undefined {
  const value = query[name]
  const text = Array.isArray(value) ? value.join(',') : value
  return typeof text === 'string' && text !== '' && text !== 'null' ? text : undefined
}

function countOf(query: Query, name: string, least: number, most: number): number | undefined {
  const text = textOf(query, name)
  if (text === undefined) return undefined
  const count = Number(text)
  if (!Number.isInteger(count) || count < least) throw badParameter(name, `must be a whole number of ${least} or more`)
  return Math.min(count, most)
}

function numberOf(text: string, name: string): number {
  const number = Number(text)
  if (!Number.isFinite(number)) throw badParameter(name, 'must be a number')
  return number
}
