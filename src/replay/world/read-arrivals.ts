import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { OUTCOME_KINDS, type OutcomeKind } from '../../plugins/api.ts'
import { Fields } from './fields.ts'
import type { Arrival, RecordedOutcome, World, WorldSite } from './types.ts'

/** Longest line that is read; an arrival has some hundred bytes for each endpoint. */
const MAX_LINE_LENGTH = 4_000_000

/**
 * The arrivals of `site-<id>.ndjson`, a line each, in the order of time; some at once as they are read. Throws
 * ROUTER_REPLAY_DATA with the line.
 */
export async function* readArrivals(
  directory: string,
  world: World,
  site: WorldSite,
): AsyncGenerator<readonly Arrival[]> {
  const path = join(directory, `site-${site.id}.ndjson`)
  let rest = ''
  let line = 0
  let latest = 0
  const parse = (text: string): Arrival[] => {
    line++
    if (text.trim() === '') return []
    const arrival = parseArrival(text, world, `${path}:${line}`)
    if (arrival.t < latest) {
      throw new RouterError('ROUTER_REPLAY_DATA', {
        place: `${path}:${line}`,
        reason: `t is ${arrival.t}, before the line above (${latest})`,
      })
    }
    latest = arrival.t
    return [arrival]
  }
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()!
      if (rest.length > MAX_LINE_LENGTH) {
        throw new RouterError('ROUTER_REPLAY_DATA', {
          place: `${path}:${line + lines.length + 1}`,
          reason: 'the line is longer than 4 MB',
        })
      }
      yield lines.flatMap(parse)
    }
    yield parse(rest)
  } catch (error) {
    if (error instanceof RouterError) throw error
    throw new RouterError('ROUTER_REPLAY_DATA', { place: path, reason: reasonOf(error) }, { cause: error })
  }
}

/** One line; `place` is what errors call it. */
export function parseArrival(line: string, world: World, place: string): Arrival {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw new RouterError('ROUTER_REPLAY_DATA', { place, reason: reasonOf(error) }, { cause: error })
  }
  const fields = new Fields(value, place)
  const id = fields.value('id')
  if (typeof id !== 'string' && typeof id !== 'number') throw fields.bad('id', 'a text or a number', id)
  const model = fields.text('model')
  const all = fields.fields('outcomes')
  const outcomes = new Map<string, RecordedOutcome>()
  for (const endpoint of all.keys) {
    if (world.endpoints.get(endpoint)?.model !== model)
      throw fields.bad(`outcomes.${endpoint}`, `an endpoint of ${model} in world.json`, endpoint)
    outcomes.set(endpoint, readOutcome(all.fields(endpoint), world))
  }
  if (outcomes.size === 0) throw fields.bad('outcomes', 'filled', {})
  return {
    id,
    t: fields.number('t'),
    model,
    tokensIn: fields.number('tokens_in'),
    tokensOut: fields.number('tokens_out'),
    outcomes,
  }
}

/** An answer whose first token comes after the timeout is one that a router would not have waited for. */
function readOutcome(fields: Fields, { timeoutS }: World): RecordedOutcome {
  const kind = kindOf(fields)
  const ttftS = fields.optional('ttft_s')
  const tokensPerSecond = fields.optional('tokens_per_s')
  const totalS = fields.number('total_s')
  if (kind === 'ok' && (ttftS ?? totalS) > timeoutS) {
    return { kind: 'provider_timeout_first_token', ttftS: undefined, tokensPerSecond: undefined, totalS: timeoutS }
  }
  return { kind, ttftS, tokensPerSecond: tokensPerSecond === 0 ? undefined : tokensPerSecond, totalS }
}

const KINDS: ReadonlyMap<string, OutcomeKind> = new Map([
  ...OUTCOME_KINDS.map((kind) => [kind.replace(/^provider_/, ''), kind] as const),
  ...OUTCOME_KINDS.map((kind) => [kind, kind] as const),
  ['timeout', 'provider_timeout_first_token'],
])

/** An outcome kind, also without its `provider_`; `timeout` is one before the first token. */
function kindOf(fields: Fields): OutcomeKind {
  const kind = KINDS.get(fields.text('kind'))
  if (kind === undefined) throw fields.bad('kind', `one of ${OUTCOME_KINDS.join(', ')}`, fields.value('kind'))
  return kind
}
