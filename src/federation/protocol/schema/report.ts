import { BUCKETS } from '../../../base/grid.ts'
import {
  MAX_INVITE_LENGTH,
  MAX_REQUESTS,
  PROBE_RESULTS,
  REPORT_CELLS,
  REPORT_OFFERED,
  REPORT_PASSED_OVER,
  REPORT_QUALITY,
} from '../limits.ts'
import { CONTINENTS, PLACE_PATTERN, REPORT_KINDS } from '../words.ts'
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
  SHARE,
  UNIX_MINUTES,
  UNIX_SECONDS,
  WORK,
} from './parts.ts'

/** Noise on a count may carry it this far from its place; what is further off is not noise. */
const NOISE_REACH = 100

const N = integer(0, MAX_REQUESTS)
const COUNT = integer(-NOISE_REACH, MAX_REQUESTS + NOISE_REACH)
const moments = (mean: object) => closed({ n: N, mean, var: LOG_VARIANCE })
const GRID = {
  type: 'array',
  maxItems: BUCKETS,
  items: {
    type: 'array',
    minItems: 2,
    maxItems: 2,
    items: [integer(0, BUCKETS - 1), integer(1, MAX_REQUESTS)],
    additionalItems: false,
  },
}

const CELL = closed(
  {
    ...ENDPOINT,
    class: CLASS,
    n: N,
    kinds: closed(Object.fromEntries(REPORT_KINDS.map((kind) => [kind, COUNT])), []),
    ttft: moments(LOG_MS),
    total: moments(LOG_MS),
    speed: moments(LOG_RATE),
    cache_hit: SHARE,
    price: PRICE,
    grids: closed({ ttft: GRID, total: GRID, speed: GRID }, []),
  },
  ['provider', 'model', 'region', 'class', 'n', 'kinds'],
)

const CONTINENT = { enum: CONTINENTS }

const REPORT_FIELDS = {
  ...head('report'),
  epoch: EPOCH,
  continent: CONTINENT,
  noise: { type: 'boolean' },
  cells: { type: 'array', maxItems: REPORT_CELLS, items: CELL },
}

const models = (maxItems: number) => ({ type: 'array', maxItems, items: closed({ provider: PROVIDER, model: MODEL }) })

const ANSWERS = number(0, MAX_REQUESTS)
const QUALITY = {
  type: 'array',
  maxItems: REPORT_QUALITY,
  items: closed({ model: MODEL, type: WORK, judged: ANSWERS, good: ANSWERS, checked: ANSWERS, escalated: ANSWERS }),
}

export const REPORT = closed(
  { ...REPORT_FIELDS, passed_over: models(REPORT_PASSED_OVER), quality: QUALITY, offered: models(REPORT_OFFERED) },
  Object.keys(REPORT_FIELDS),
)

export const ALARM = closed({
  ...head('alarm'),
  ...ENDPOINT,
  state: { enum: ['failing', 'back'] },
  minute: UNIX_MINUTES,
})

const RESULT = closed(
  {
    ...ENDPOINT,
    class: CLASS,
    time: UNIX_SECONDS,
    stream: { type: 'boolean' },
    kind: { enum: REPORT_KINDS },
    ttft: number(0, 1e7),
    total: number(0, 1e7),
    speed: number(0, 1e6),
    price: PRICE,
  },
  ['provider', 'model', 'region', 'class', 'time', 'stream', 'kind'],
)

export const PROBES = closed({
  ...head('probes'),
  seq: integer(0, Number.MAX_SAFE_INTEGER),
  continent: CONTINENT,
  place: { type: 'string', pattern: PLACE_PATTERN },
  results: { type: 'array', minItems: 1, maxItems: PROBE_RESULTS, items: RESULT },
})

export const ENROLMENT = closed(
  {
    ...head('enrolment'),
    invite: { type: 'string', maxLength: MAX_INVITE_LENGTH },
    continent: CONTINENT,
    private: { const: true },
    work: closed({ day: integer(0, 1e6), nonce: { type: 'string', pattern: '^[0-9]{1,20}$' } }),
  },
  ['type', 'v', 'continent'],
)

export const REQUEST = closed({
  ...head('request'),
  method: { type: 'string', maxLength: 10 },
  path: { type: 'string', maxLength: 200 },
  time: UNIX_SECONDS,
})
