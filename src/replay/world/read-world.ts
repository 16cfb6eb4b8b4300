import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { Fields } from './fields.ts'
import type { Span, World, WorldEndpoint, WorldSite } from './types.ts'

/** Default of `fail_cost_s`. */
const FAIL_COST_S = 20
const TIMEOUT_S = 60

/** Reads `world.json` of a folder. Throws ROUTER_REPLAY_DATA. */
export async function readWorld(directory: string): Promise<World> {
  const path = join(directory, 'world.json')
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new RouterError('ROUTER_REPLAY_DATA', { place: path, reason: reasonOf(error) }, { cause: error })
  }
  return parseWorld(value, path)
}

/** The same from parsed JSON; `place` is what errors call it. */
export function parseWorld(value: unknown, place: string): World {
  const fields = new Fields(value, place)
  const endpoints = fields.fields('endpoints')
  return {
    seed: fields.number('seed', 0),
    hours: fields.number('hours'),
    valueOfTime: fields.number('value_of_time'),
    failCostS: fields.number('fail_cost_s', FAIL_COST_S),
    timeoutS: fields.number('timeout_s', TIMEOUT_S),
    endpoints: new Map(endpoints.keys.map((id) => [id, readEndpoint(id, endpoints.fields(id))])),
    sites: fields.list('sites').map((site, index) => readSite(new Fields(site, place, `sites[${index}]`))),
  }
}

function readEndpoint(id: string, fields: Fields): WorldEndpoint {
  const prompt = fields.optional('price_prompt_per_m')
  const completion = fields.optional('price_completion_per_m')
  return {
    id,
    model: fields.text('model'),
    price:
      prompt === undefined && completion === undefined
        ? undefined
        : { prompt: prompt ?? 0, completion: completion ?? 0 },
    outages: spans(fields, 'outages'),
    brownouts: spans(fields, 'brownouts'),
  }
}

/** Pairs of seconds; objects may say `from` and `to`, or `start` and `end`. */
function spans(fields: Fields, key: string): Span[] {
  return fields.list(key, []).map((value) => {
    const pair = Array.isArray(value) ? value : typeof value === 'object' && value !== null ? ends(value) : []
    const [from, to] = pair
    if (typeof from !== 'number' || typeof to !== 'number' || !(from <= to))
      throw fields.bad(key, 'a list of [from, to] in seconds', value)
    return [from, to]
  })
}

const ends = (value: object) => {
  const { from, to, start, end } = value as Record<string, unknown>
  return [from ?? start, to ?? end]
}

function readSite(fields: Fields): WorldSite {
  const caps = fields.value('caps_rpm') === undefined ? undefined : fields.fields('caps_rpm')
  const capsRpm = new Map<string, number>()
  for (const id of caps?.keys ?? []) {
    const cap = caps!.optional(id)
    if (cap !== undefined) capsRpm.set(id, cap)
  }
  return { id: fields.text('id'), model: fields.text('model'), region: fields.text('region'), capsRpm }
}
