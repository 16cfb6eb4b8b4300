import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { BUCKETS } from '../../../../src/base/grid.ts'
import { epochAt, epochStart } from '../../../../src/federation/protocol/epoch.ts'
import { generateSigningKey } from '../../../../src/federation/protocol/keys.ts'
import { REPORT_BYTES, REPORT_CELLS } from '../../../../src/federation/protocol/limits.ts'
import { ProtocolProblem } from '../../../../src/federation/protocol/problem.ts'
import { MAP } from '../../../../src/federation/protocol/schema/map.ts'
import { seal } from '../../../../src/federation/protocol/signed.ts'
import { checkAlarm, checkMap, checkReport } from '../../../../src/federation/protocol/validate.ts'
import { REPORT_KINDS } from '../../../../src/federation/protocol/words.ts'
import { OUTCOME_KINDS } from '../../../../src/plugins/api.ts'

const cell = {
  provider: 'groq',
  model: 'meta-llama/llama-4-scout-17b-16e-instruct',
  region: '-',
  class: 'chat.lt1k.plain',
  n: 200,
  kinds: { ok: 195, provider_error: 5 },
  ttft: { n: 195, mean: 5.9, var: 0.3 },
  cache_hit: 0.31,
  price: 0.42,
  grids: {
    ttft: [
      [20, 100],
      [21, 95],
    ],
  },
}
const report = { type: 'report', v: '1.0', epoch: 494_000, continent: 'EU', noise: false, cells: [cell] }
const withCell = (change: object) => ({ ...report, cells: [{ ...cell, ...change }] })

const problemOf = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (error instanceof ProtocolProblem) return `${error.code}: ${error.message}`
    throw error
  }
  return undefined
}

test('takes a full report and an empty one', () => {
  expect(checkReport(report)).toBe(report)
  expect(checkReport({ ...report, cells: [] }).cells).toEqual([])
})

test.each([
  [
    'an unknown field',
    { ...report, user: 'me' },
    'invalid: The document must NOT have additional properties ("user").',
  ],
  [
    'an unknown field of a cell',
    withCell({ base_url: 'http://x' }),
    'invalid: /cells/0 must NOT have additional properties ("base_url").',
  ],
  [
    'a caller kind',
    withCell({ kinds: { caller_invalid: 1 } }),
    'invalid: /cells/0/kinds must NOT have additional properties ("caller_invalid").',
  ],
  ['a URL as provider', withCell({ provider: 'https://x.example' }), 'invalid: /cells/0/provider must match'],
  ['a URL as model', withCell({ model: 'http://x/y' }), 'invalid: /cells/0/model must match'],
  ['too much traffic', withCell({ n: 201 }), 'invalid: /cells/0/n must be <= 200.'],
  ['a negative n', withCell({ n: -5 }), 'invalid: /cells/0/n must be >= 0.'],
  ['1e308', withCell({ ttft: { n: 5, mean: 1e308, var: 1 } }), 'invalid: /cells/0/ttft/mean must be <='],
  ['a fraction of a count', withCell({ kinds: { ok: 0.5 } }), 'invalid: /cells/0/kinds/ok must be integer.'],
  ['null', withCell({ n: null }), 'invalid: /cells/0/n must be integer.'],
  ['text for a number', withCell({ n: '5' }), 'invalid: /cells/0/n must be integer.'],
  [
    'a bucket off the grid',
    withCell({ grids: { ttft: [[BUCKETS, 1]] } }),
    'invalid: /cells/0/grids/ttft/0/0 must be <= 63.',
  ],
  ['a cell twice', { ...report, cells: [cell, { ...cell }] }, 'invalid: /cells/1 comes twice.'],
  ['another class', withCell({ class: 'chat.lt1k.secret' }), 'invalid: /cells/0/class must match'],
  ['no version', { ...report, v: undefined }, 'wrong_version: The document does not say its version'],
  ['a newer minor', { ...report, v: '1.7' }, 'wrong_version: This hub speaks v1.3: write that, not v1.7.'],
  ['another major', { ...report, v: '2.0' }, 'wrong_version: This is protocol v1, the document is v2.'],
  ['another document', { ...report, type: 'alarm' }, 'invalid: /type must be equal to constant.'],
  ['an array', [], 'wrong_version'],
  ['nothing', null, 'wrong_version'],
])('refuses %s', (_, value, expected) => {
  expect(problemOf(() => checkReport(value))).toContain(expected)
})

test('a million cells are refused without looking at each', () => {
  expect(problemOf(() => checkReport({ ...report, cells: new Array(1_000_000).fill(cell) }))).toContain(
    '/cells must NOT have more than 500 items',
  )
})

test('"__proto__" from JSON is an unknown field', () => {
  const value = JSON.parse(JSON.stringify(report).replace('"n":200', '"__proto__":{"n":1},"n":200'))
  expect(problemOf(() => checkReport(value))).toContain('("__proto__")')
})

test('a map of a newer minor is read without what it adds; one of our own minor must be closed', () => {
  const mapCell = { provider: 'groq', as_of: 5, members: 5, ttft: { mean: 6, tau2: 0.1, sigma2: 0.2 } }
  const map = { type: 'map', v: '1.0', epoch: 5, epoch_seconds: 3600, k: 5, members: 10, cells: [mapCell] }
  const newer = { ...map, v: '1.4', colour: 'red', cells: [{ ...mapCell, weather: { rain: 1 } }] }
  expect(checkMap(newer)).toEqual({ ...map, v: '1.4' })
  expect(problemOf(() => checkMap({ ...map, colour: 'red' }))).toContain('("colour")')
  expect(problemOf(() => checkMap({ ...newer, cells: [{ provider: 'groq' }] }))).toContain(
    'invalid: /cells/0 must have required property',
  )
})

test("probes are apart from members' cells: a reader of minor 0 leaves them out, and a map without them is one", () => {
  const mapCell = { provider: 'groq', as_of: 5, members: 5, ttft: { mean: 6, tau2: 0.1, sigma2: 0.2 } }
  const plain = { type: 'map', v: '1.0', epoch: 5, epoch_seconds: 3600, k: 5, members: 10, cells: [mapCell] }
  const endpoint = { provider: 'groq', model: 'a/b', region: '-', class: 'chat.lt1k.plain', continent: 'EU' }
  const probe = { ...endpoint, source: 'probe', n: 1.5, time: 1_800_000_000, ttft: { n: 1.5, mean: 6, var: 0.2 } }
  const map = { ...plain, v: '1.1', probes: [probe] }
  expect(checkMap(structuredClone(map))).toEqual(map)
  expect(checkMap(plain)).toEqual(plain)
  expect(problemOf(() => checkMap({ ...map, probes: [{ ...probe, source: 'member' }] }))).toContain('/probes/0/source')
  expect(problemOf(() => checkMap({ ...map, cells: [probe] }))).toContain('/cells/0')
  // As 1.0 had it: what it does not know is taken out.
  const { probes: _, ...known } = MAP.properties
  const read = structuredClone(map)
  expect(new Ajv({ strict: false, removeAdditional: 'all' }).compile({ ...MAP, properties: known })(read)).toBe(true)
  expect(read).toEqual({ ...plain, v: '1.1' })
})

test('an alarm holds no counts', () => {
  const alarm = {
    type: 'alarm',
    v: '1.0',
    provider: 'groq',
    model: 'm',
    region: '-',
    state: 'failing',
    minute: 29_000_000,
  }
  expect(checkAlarm(alarm)).toBe(alarm)
  expect(problemOf(() => checkAlarm({ ...alarm, requests: 3 }))).toContain('("requests")')
})

test('the reported kinds are ours, and every way in which a provider fails is among them', () => {
  expect(OUTCOME_KINDS).toEqual(expect.arrayContaining([...REPORT_KINDS]))
  expect(
    OUTCOME_KINDS.filter(
      (kind) =>
        kind.startsWith('provider_') && !['provider_auth', 'provider_billing', 'provider_not_found'].includes(kind),
    ),
  ).toEqual(REPORT_KINDS.filter((kind) => kind.startsWith('provider_')))
})

test('the largest report fits its limit', () => {
  const grid = Array.from({ length: BUCKETS }, (_, bucket) => [bucket, 3])
  const moments = { n: 200, mean: 5.123, var: 0.123 }
  const cells = Array.from({ length: REPORT_CELLS }, (_, i) => ({
    ...cell,
    model: `meta-llama/llama-4-scout-17b-16e-instruct-${i}`,
    region: 'northamerica-northeast1',
    kinds: Object.fromEntries(REPORT_KINDS.map((kind) => [kind, -100])),
    ttft: moments,
    total: moments,
    speed: moments,
    // Every request in a grid: 200 buckets at the most over the three.
    grids: { ttft: grid, total: grid, speed: grid.slice(0, 8) },
  }))
  const full = checkReport({ ...report, cells })
  expect(seal(full, generateSigningKey()).length).toBeLessThan(REPORT_BYTES)
})

test('epochs follow each other without a gap', () => {
  const at = Date.UTC(2026, 10, 22, 21, 15)
  const epoch = epochAt(at, 3600)
  expect(new Date(epochStart(epoch, 3600)).toISOString()).toBe('2026-11-22T21:00:00.000Z')
  expect(epochAt(epochStart(epoch + 1, 3600), 3600)).toBe(epoch + 1)
  expect(epochAt(epochStart(epoch + 1, 3600) - 1, 3600)).toBe(epoch)
})
