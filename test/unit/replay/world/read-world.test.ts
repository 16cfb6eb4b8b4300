import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseArrival, readArrivals } from '../../../../src/replay/world/read-arrivals.ts'
import { parseWorld, readWorld } from '../../../../src/replay/world/read-world.ts'
import { folder } from '../../commands/run-command.ts'
import { at, bad, ok, TINY } from './tiny-world.ts'

const world = parseWorld(TINY, 'world.json')
const line = (value: object) => JSON.stringify(value)

async function all(directory: string): Promise<number[]> {
  const read: number[] = []
  for await (const batch of readArrivals(directory, world, world.sites[0]!)) for (const { t } of batch) read.push(t)
  return read
}

test('reads a folder, across chunks, with and without a last line break', async () => {
  const lines = Array.from({ length: 3000 }, (_, i) => line(at(i, ok(0.5, 2), bad('provider_error', 1), { id: i })))
  const directory = await folder({ 'world.json': line(TINY), 'site-one.ndjson': lines.join('\n') })
  expect((await readWorld(directory)).sites).toHaveLength(1)
  expect(await all(directory)).toEqual(lines.map((_, i) => i))
})

test('spans as pairs or as objects, caps, prices', () => {
  const endpoints = {
    'a/m': { model: 'm', price_prompt_per_m: 1, outages: [[1, 2]], brownouts: [{ start: 3, end: 4 }] },
  }
  const read = parseWorld(
    { ...TINY, endpoints, sites: [{ id: 'x', model: 'm', region: 'eu', caps_rpm: { 'a/m': 7, 'b/m': null } }] },
    'w',
  )
  expect(read.endpoints.get('a/m')).toMatchObject({
    outages: [[1, 2]],
    brownouts: [[3, 4]],
    price: { prompt: 1, completion: 0 },
  })
  expect([...read.sites[0]!.capsRpm]).toEqual([['a/m', 7]])
})

test('kinds also without their prefix', () => {
  const kinds = ['error', 'provider_error', 'timeout', 'rate_limited'].map((kind) => {
    const { outcomes } = parseArrival(line(at(1, bad(kind, 1), ok(1, 2))), world, 'x:1')
    return outcomes.get('a/m')!.kind
  })
  expect(kinds).toEqual(['provider_error', 'provider_error', 'provider_timeout_first_token', 'provider_rate_limited'])
})

test.each([
  ['no JSON', '{"id":', 'JSON'],
  ['no object', '[]', 'it must be an object'],
  ['no id', line(at(1, ok(1, 2), ok(1, 2), { id: null })), 'id must be a text or a number'],
  ['a time that is none', line(at(1, ok(1, 2), ok(1, 2), { t: -1 })), 't must be a number of zero or more, not -1'],
  [
    'an unknown endpoint',
    line({ ...at(1, ok(1, 2), ok(1, 2)), outcomes: { 'c/m': ok(1, 2) } }),
    'outcomes.c/m must be an endpoint of m',
  ],
  ['no outcomes', line({ ...at(1, ok(1, 2), ok(1, 2)), outcomes: {} }), 'outcomes must be filled'],
  ['an unknown kind', line(at(1, bad('sunny', 1), ok(1, 2))), 'outcomes.a/m.kind must be one of ok'],
  [
    'no time',
    line(at(1, { kind: 'ok', ttft_s: 1 }, ok(1, 2))),
    'outcomes.a/m.total_s must be a number of zero or more, missing',
  ],
])('refuses %s', (_, text, reason) => {
  expect(() => parseArrival(text, world, 'site-one.ndjson:7')).toThrow(
    expect.objectContaining({
      code: 'ROUTER_REPLAY_DATA',
      details: { place: 'site-one.ndjson:7', reason: expect.stringContaining(reason) },
    }),
  )
})

test('names the line: malformed ones, and arrivals out of order', async () => {
  const good = line(at(5, ok(1, 2), ok(1, 2)))
  const malformed = await folder({ 'site-one.ndjson': `${good}\n\n${good}\nnonsense\n` })
  await expect(all(malformed)).rejects.toMatchObject({ details: { place: `${join(malformed, 'site-one.ndjson')}:4` } })
  const disordered = await folder({ 'site-one.ndjson': `${good}\n${line(at(4, ok(1, 2), ok(1, 2)))}\n` })
  await expect(all(disordered)).rejects.toMatchObject({
    details: { reason: expect.stringContaining('t is 4, before the line above (5)') },
  })
})

test('a file that is not there', async () => {
  const directory = await folder({ 'world.json': '{' })
  await expect(readWorld(directory)).rejects.toMatchObject({ code: 'ROUTER_REPLAY_DATA' })
  await expect(all(directory)).rejects.toMatchObject({ code: 'ROUTER_REPLAY_DATA' })
})
