import { setTimeout } from 'node:timers/promises'
import { RouterError } from '../../base/errors.ts'
import type { Config } from '../../config/types.ts'
import { LogSearch, readRecords } from '../../outcomes/log/decision-log.ts'
import { isOwnRequest } from '../../outcomes/log/own-clients.ts'
import type { RequestRecord } from '../../plugins/api.ts'

/**
 * A running router writes its log in batches a quarter of a second apart: a request of just now may not be there yet.
 */
const WAIT_MS = 200
const LINGER_MS = 400
const TRIES = 10
const FRESH_S = 10
/** For a log of any size. */
const SEARCH_MS = 600_000

/** Our ids carry the second of their request: `gen-<unix seconds>-...`. */
const isFresh = (id: string) =>
  Math.abs(Date.now() / 1000 - Number(/^gen-(\d+)-/.exec(id)?.[1] ?? Number.NaN)) < FRESH_S

/** `7 days`, `36 hours`, `90 seconds`: in the largest unit that leaves no rest. */
function lasting(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms >= size && ms % size === 0) ?? ['milliseconds', 1]
  return ms === size ? `one ${unit.slice(0, -1)}` : `${ms / size} ${unit}`
}

const UNITS = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
  ['seconds', 1000],
] as const

/**
 * The request with this id, or the newest of a client.
 * @throws RouterError ROUTER_GENERATION_NOT_FOUND; ROUTER_USAGE when nothing is or can be on record
 */
export async function findDecision(config: Config, id: string | undefined): Promise<RequestRecord> {
  if (!config.log.outcomes) {
    throw new RouterError('ROUTER_USAGE', {
      reason: 'The decision log is switched off (log.outcomes), so no request can be explained.',
    })
  }
  const directory = config.log.outcomes.path
  if (id !== undefined) {
    const search = new LogSearch(directory, { budgetMs: SEARCH_MS })
    let record = await search.find(id)
    for (let tries = 0; !record && tries < TRIES && isFresh(id); tries++) {
      await setTimeout(WAIT_MS)
      record = await search.find(id)
    }
    if (record) return record
    const hint = ` Looked in ${directory}, which keeps requests for ${lasting(config.log.outcomes.keepMs)}.`
    throw new RouterError('ROUTER_GENERATION_NOT_FOUND', { id, hint })
  }
  // Else a request of just now would be missing, and the one before it be explained in its place.
  await setTimeout(LINGER_MS)
  for await (const record of readRecords(directory)) if (!isOwnRequest(record)) return record
  const reason = `No request is on record in ${directory} yet. Start the router with "router serve" and send it a request.`
  throw new RouterError('ROUTER_USAGE', { reason })
}
