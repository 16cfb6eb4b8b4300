import { MIN_PRIVATE_K } from '../limits.ts'
import { MAX_SUCCESSION_LENGTH, MAX_SUCCESSIONS } from '../succession.ts'
import { CONTINENTS } from '../words.ts'
import {
  CLASS,
  closed,
  ENDPOINT,
  EPOCH,
  head,
  integer,
  LOG_MS,
  LOG_RATE,
  LOG_VARIANCE,
  MODEL,
  number,
  PRICE,
  PROVIDER,
  REGION,
  SHARE,
  UNIX_MINUTES,
  UNIX_SECONDS,
  WORK,
} from './parts.ts'

const figure = (mean: object) =>
  closed({ mean, tau2: LOG_VARIANCE, sigma2: LOG_VARIANCE, n: number(0, 1e9) }, ['mean', 'tau2', 'sigma2'])
const pair = (value: object) => ({
  type: 'array',
  minItems: 2,
  maxItems: 2,
  items: [value, value],
  additionalItems: false,
})
const MS = number(0, 1e7)
/** A member of a hub that is not private holds the figures against its k. */
const MEMBERS = integer(MIN_PRIVATE_K, 1e9)
/** Beta parameters. */
const WEIGHT = number(0, 1_000)
/** Only what a map that fits its size limit can hold. */
const MAX_CELLS = 20_000

const QUANTILES = closed({ ttft: pair(MS), total: pair(MS), speed: pair(number(0, 1e5)) }, [])

const CELL = closed(
  {
    provider: PROVIDER,
    model: MODEL,
    region: REGION,
    continent: { enum: CONTINENTS },
    class: CLASS,
    as_of: EPOCH,
    members: MEMBERS,
    ttft: figure(LOG_MS),
    total: figure(LOG_MS),
    speed: figure(LOG_RATE),
    success: closed({ a: WEIGHT, b: WEIGHT }),
    quantiles: QUANTILES,
    cache_hit: SHARE,
    price: PRICE,
  },
  ['provider', 'as_of', 'members'],
)

const moments = (mean: object) => closed({ n: WEIGHT, mean, var: LOG_VARIANCE })

const PROBE = closed(
  {
    ...ENDPOINT,
    source: { const: 'probe' },
    continent: { enum: CONTINENTS },
    class: CLASS,
    n: number(0, 1e6),
    time: UNIX_SECONDS,
    ttft: moments(LOG_MS),
    total: moments(LOG_MS),
    speed: moments(LOG_RATE),
    success: closed({ a: WEIGHT, b: WEIGHT }),
    quantiles: QUANTILES,
    price: PRICE,
  },
  ['provider', 'model', 'region', 'source', 'continent', 'class', 'n', 'time'],
)

const LISTED = closed({ provider: PROVIDER, model: MODEL, as_of: EPOCH, members: MEMBERS })

const ANSWER_SHARE = closed({ share: SHARE, sd: SHARE, n: integer(0, 1e9) })
const QUALITY = closed(
  { model: MODEL, type: WORK, as_of: EPOCH, members: MEMBERS, good: ANSWER_SHARE, escalated: ANSWER_SHARE },
  ['model', 'as_of', 'members'],
)

const MAP_FIELDS = {
  ...head('map'),
  epoch: EPOCH,
  epoch_seconds: integer(1, 86_400),
  k: integer(MIN_PRIVATE_K, 1e6),
  members: integer(0, 1e9),
  cells: { type: 'array', maxItems: MAX_CELLS, items: CELL },
}

export const MAP = closed(
  {
    ...MAP_FIELDS,
    probes: { type: 'array', maxItems: MAX_CELLS, items: PROBE },
    passed_over: { type: 'array', maxItems: MAX_CELLS, items: LISTED },
    quality: { type: 'array', maxItems: MAX_CELLS, items: QUALITY },
    offered: { type: 'array', maxItems: MAX_CELLS, items: LISTED },
  },
  Object.keys(MAP_FIELDS),
)

const INCIDENT = closed(
  {
    ...ENDPOINT,
    id: { type: 'string', pattern: '^[\\w-]{1,40}$' },
    opened: UNIX_MINUTES,
    closed: UNIX_MINUTES,
    members: MEMBERS,
  },
  ['provider', 'model', 'region', 'id', 'opened', 'members'],
)

export const INCIDENTS = closed({
  ...head('incidents'),
  time: UNIX_SECONDS,
  incidents: { type: 'array', maxItems: 1_000, items: INCIDENT },
})

const text = (maxLength: number) => ({ type: 'string', maxLength })
/** Bounds of what an operator says of a hub, in characters. */
export const ABOUT_LENGTHS = {
  operator: 200,
  contact: 200,
  terms: 500,
  licence: 200,
  retention: 1_000,
  mirror: 300,
} as const
export const MAX_MIRRORS = 50

export const HUB_INFO = closed(
  {
    v: { type: 'string', pattern: '^[0-9]{1,4}\\.[0-9]{1,4}$' },
    name: text(100),
    key: { type: 'string', pattern: '^[\\w-]{43}$' },
    epoch_seconds: integer(1, 86_400),
    k: integer(MIN_PRIVATE_K, 1e6),
    private: { type: 'boolean' },
    succession: { type: 'array', maxItems: MAX_SUCCESSIONS, items: text(MAX_SUCCESSION_LENGTH) },
    enrolment: closed({ difficulty: integer(0, 256) }),
    time: UNIX_SECONDS,
    operator: text(ABOUT_LENGTHS.operator),
    contact: text(ABOUT_LENGTHS.contact),
    terms: text(ABOUT_LENGTHS.terms),
    licence: text(ABOUT_LENGTHS.licence),
    retention: text(ABOUT_LENGTHS.retention),
    mirrors: { type: 'array', maxItems: MAX_MIRRORS, items: text(ABOUT_LENGTHS.mirror) },
  },
  ['v', 'name', 'key', 'epoch_seconds', 'k', 'time'],
)
